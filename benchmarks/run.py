"""Run the benchmarks one after the other, each in a process of its own, and renew the page.

The default takes about 50 minutes on two cores with the large data, whose folder the variable
SKDEEPG_DATA names; --quick about 10 minutes, without large data; --full some hours. What cannot be
measured on this machine is left out, and said. SKDEEPG_ALIBI_PYTHON names the interpreter of an
environment with alibi.

Run: python benchmarks/run.py [--quick | --full] [--list] [NAME ...]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from common import LEVELS, RESULTS

FOLDER = Path(__file__).parent
# minutes on two cores with --quick, by default and with --full; None: not run at that level
MINUTES: dict[str, tuple[float | None, float | None, float | None]] = {
    "reading": (0.5, 1, 1),
    "growth": (2, 6, 10),
    "training": (1.5, 4, 6),
    "precision": (0.3, 0.5, 1),
    "memory": (0.5, 0.5, 0.5),
    "prediction": (0.5, 1, 2),
    "kmers": (0.7, 2, 6),
    "corpus": (0.5, 1, 8),
    "markov": (0.2, 1, 6),
    "generation": (0.5, 1.5, 3),
    "scoring": (0.3, 2, 3),
    "dense_scanning": (1, 3, 5),
    "scanning": (0.5, 4, 10),
    "beside_alibi": (0.5, 1, 2),
    "accuracy_16s": (None, 4, 20),
    "find_16s": (None, 7, 20),
    "beside_barrnap": (None, 1.5, 4),
    "explain": (None, 3, 20),
    "language_models": (None, 4, 50),
    "memory_of_fits": (None, 2, 15),
    "stacking": (None, None, 40),
}


def interpreter(name: str) -> str:
    """Choose the Python of a benchmark: alibi has an environment of its own."""
    alibi = os.environ.get("SKDEEPG_ALIBI_PYTHON")
    return alibi if name == "beside_alibi" and alibi else sys.executable


def run(name: str, level: str) -> str | None:
    """Run one benchmark; return what went wrong."""
    options = [] if level == "default" else [f"--{level}"]
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONUNBUFFERED": "1"}
    command = [interpreter(name), str(FOLDER / f"{name}.py"), *options]
    try:
        done = subprocess.run(
            command, check=False, env={**quiet, **os.environ}, stderr=subprocess.PIPE, text=True
        )
    except OSError as error:
        return str(error)
    if done.returncode == 0:
        return None
    print(done.stderr, file=sys.stderr)
    lines = done.stderr.strip().splitlines()
    return lines[-1] if lines else f"ended with code {done.returncode}"


def keep(name: str, seconds: float, problem: str | None) -> None:
    """Add what the page says of a run; of one that failed nothing else is kept."""
    lines: list[dict[str, Any]] = [{"kind": "end", "seconds": seconds}]
    if problem:
        lines.append({"kind": "skipped", "what": "all of it", "why": f"it failed: {problem}"})
    with (RESULTS / f"{name}.jsonl").open("w" if problem else "a") as file:
        file.writelines(json.dumps({"benchmark": name, **line}) + "\n" for line in lines)


def choose(names: list[str], level: str) -> dict[str, float]:
    """Choose what to run, with the minutes to expect; what is named is run at any level."""
    place = LEVELS.index(level)
    if names:
        known = {name: [m for m in MINUTES[name][place:] if m is not None] for name in names}
        return {name: minutes[0] for name, minutes in known.items()}
    return {name: m for name, minutes in MINUTES.items() if (m := minutes[place]) is not None}


def run_all(chosen: dict[str, float], level: str) -> dict[str, str]:
    """Run all, and return what failed."""
    failed: dict[str, str] = {}
    for number, (name, minutes) in enumerate(chosen.items(), start=1):
        print(f"\n[{number} of {len(chosen)}] {name}, about {minutes:g} min", flush=True)
        start = time.perf_counter()
        problem = run(name, level)
        seconds = time.perf_counter() - start
        if problem:
            failed[name] = problem
        keep(name, seconds, problem)
        print(f"  {'FAILED' if problem else 'done'} in {seconds:.0f} s", flush=True)
    return failed


def make_page() -> str | None:
    done = subprocess.run([sys.executable, str(FOLDER / "page.py")], check=False)
    return "docs/benchmarks.rst was not made" if done.returncode else None


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="run these only")
    level = parser.add_mutually_exclusive_group()
    for name in ("quick", "full"):
        level.add_argument(f"--{name}", action="store_const", const=name, dest="level")
    parser.add_argument("--list", action="store_true", help="say what there is, and end")
    options = parser.parse_args()
    level = options.level or "default"
    if unknown := set(options.names) - set(MINUTES):
        parser.error(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(MINUTES)}")
    chosen = choose(options.names, level)
    print(f"{len(chosen)} benchmarks, about {max(sum(chosen.values()), 1):.0f} min on two cores")
    if not options.names and (left_out := [name for name in MINUTES if name not in chosen]):
        print(f"Not run at this level: {', '.join(left_out)}")
    if options.list:
        print("\n".join(f"  {name:<18}{minutes:>5g} min" for name, minutes in chosen.items()))
        return 0
    RESULTS.mkdir(exist_ok=True)
    if not options.names:  # a page shows one run
        for path in RESULTS.glob("*.jsonl"):
            path.unlink()
    failed = run_all(chosen, level)
    if problem := make_page():
        failed["page"] = problem
    for name, problem in failed.items():
        print(f"FAILED {name}: {problem}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
