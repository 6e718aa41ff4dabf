"""Shared by the benchmarks: work timed in turn, memory, data, and one way to report.

What is found is printed and kept, a line of JSON each, in benchmarks/results/NAME.jsonl, from which
`page.py` makes the page of the documentation.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from machine import describe_machine

RESULTS = Path(os.environ.get("SKDEEPG_RESULTS", Path(__file__).parent / "results"))
LEVELS = ("quick", "default", "full")


class Cost(NamedTuple):
    """What one round took: items done, seconds of the clock and of the processor."""

    items: float
    clock: float
    cpu: float


def cpu_seconds() -> float:
    """Return the processor time of this process and of its children that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def timed(function: Callable[[], float]) -> Cost:
    """Run a function that returns how many items it has done."""
    clock, cpu = time.perf_counter(), cpu_seconds()
    items = function()
    return Cost(items, time.perf_counter() - clock, cpu_seconds() - cpu)


def in_turn(
    work: dict[str, Callable[[], float]], rounds: int = 5, warm_up: bool = True
) -> dict[str, list[Cost]]:
    """Time functions in turn, round by round, after one run of each that is not counted."""
    if warm_up:
        for function in work.values():
            function()
    costs: dict[str, list[Cost]] = {name: [] for name in work}
    for _ in range(rounds):
        for name, function in work.items():
            costs[name].append(timed(function))
    return costs


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return median and range."""
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def speeds(ours: list[Cost], peer: list[Cost], kind: str) -> list[float]:
    """Give how many times as fast, round by round, by ``kind``: "cpu" or "clock"."""
    return [
        a.items / max(getattr(a, kind), 1e-9) / (b.items / max(getattr(b, kind), 1e-9))
        for a, b in zip(ours, peer, strict=True)
    ]


class Benchmark:
    """One program: its level from the command line, and the results that it reports.

    Parameters
    ----------
    title : str
        The program's docstring; its first line is shown.
    add : function, optional
        Gets the parser, to add options.
    """

    def __init__(
        self, title: str, add: Callable[[argparse.ArgumentParser], Any] | None = None
    ) -> None:
        parser = argparse.ArgumentParser(
            description=title, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        level = parser.add_mutually_exclusive_group()
        level.add_argument("--quick", action="store_const", const="quick", dest="level")
        level.add_argument("--full", action="store_const", const="full", dest="level")
        if add is not None:
            add(parser)
        self.options = parser.parse_args()
        self.level: str = self.options.level or "default"
        self.name = Path(sys.argv[0]).stem
        RESULTS.mkdir(exist_ok=True)
        self._file = RESULTS / f"{self.name}.jsonl"
        self._file.write_text("")
        self._write("machine", level=self.level, **describe_machine())
        print(title.splitlines()[0], flush=True)

    def pick(self, quick: Any, default: Any, full: Any) -> Any:
        """Choose by level."""
        return dict(zip(LEVELS, (quick, default, full), strict=True))[self.level]

    def _write(self, kind: str, **facts: Any) -> None:
        line = {"kind": kind, "benchmark": self.name, **facts}
        with self._file.open("a") as file:
            file.write(json.dumps(line) + "\n")

    def ratio(
        self, what: str, peer: str, ours: list[Cost], theirs: list[Cost], unit: str, **more: Any
    ) -> None:
        """Report how many times as fast as the peer; `more`: least, most, conditions, key.

        With ``slower=True`` how many times as much time as the peer.
        """
        facts: dict[str, Any] = {"what": what, "peer": peer, "unit": unit, "rounds": len(ours)}
        for kind in ("cpu", "clock"):
            faster = speeds(ours, theirs, kind)
            facts[kind] = spread([1 / s for s in faster] if more.get("slower") else faster)
            rates = [cost.items / max(getattr(cost, kind), 1e-9) for cost in ours]
            facts[f"rate_{kind}"] = statistics.median(rates)
        self._write("ratio", **facts, **more)
        word = "times the time of" if more.get("slower") else "times as fast as"
        print(f"  {what}: {word} {peer}, CPU {shown(facts['cpu'])}, clock {shown(facts['clock'])}"
              f"; {facts['rate_cpu']:,.4g} {unit}/CPU s{aim(more)}", flush=True)  # fmt: skip

    def value(self, what: str, values: float | Sequence[float], unit: str, **more: Any) -> None:
        """Report what is no ratio of times: accuracy, memory, counts; `more` as in `ratio`."""
        given = [float(v) for v in np.atleast_1d(values)]
        if not all(math.isfinite(v) for v in given):
            self.skip(what, "could not be measured on this machine")
            return
        facts = spread(given)
        self._write("value", what=what, unit=unit, value=facts, rounds=len(given), **more)
        print(f"  {what}: {shown(facts)} {unit}{aim(more)}", flush=True)

    def curve(self, task: str, against: str, x: Sequence[float], **columns: Any) -> None:
        """Report costs of one task at several sizes."""
        self._write("curve", task=task, against=against, x=list(x), **columns)

    def skip(self, what: str, why: str) -> None:
        """Report what is not measured, and why."""
        self._write("skipped", what=what, why=why)
        print(f"  SKIPPED {what}: {why}", flush=True)

    def data(self, what: str) -> Path | None:
        """Return the folder 16s_vs_bacteria of the large data, or report that it is missing."""
        folder = os.environ.get("SKDEEPG_DATA")
        if folder is None:
            self.skip(what, "needs the large data, and SKDEEPG_DATA is not set")
            return None
        path = Path(folder, "16s_vs_bacteria")
        if not path.is_dir():
            self.skip(what, f"needs the large data, and SKDEEPG_DATA={folder} has none")
            return None
        return path


def shown(facts: dict[str, float]) -> str:
    """Write median and range."""
    if facts["min"] == facts["max"]:
        return f"{facts['median']:.4g}"
    return f"{facts['median']:.3g} ({facts['min']:.3g} to {facts['max']:.3g})"


def aim(facts: dict[str, Any]) -> str:
    """Write what is aimed at."""
    words = [f"at {name} {facts[name]:g}" for name in ("least", "most") if name in facts]
    return f"; aim: {', '.join(words)}" if words else ""


@contextmanager
def peak_memory() -> Iterator[list[float]]:
    """Sample this process's anonymous memory; the list gets its rise to the peak, in MB."""
    result: list[float] = []
    start, done = anonymous_memory(), threading.Event()
    peak = start

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.005):
            peak = max(peak, anonymous_memory())

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield result
    finally:
        done.set()
        thread.join()
        result.append(max(peak, anonymous_memory()) - start)


def anonymous_memory() -> float:
    """Return RssAnon in MB; NaN where there is no /proc."""
    status = Path("/proc/self/status")
    if not status.exists():
        return math.nan
    line = next(line for line in status.read_text().splitlines() if line.startswith("RssAnon"))
    return int(line.split()[1]) / 1000


def in_own_process(*arguments: Any) -> list[float]:
    """Run the same program with other arguments, and read the numbers that it prints."""
    command = [sys.executable, sys.argv[0], *map(str, arguments)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return [float(word) for word in done.stdout.split()]


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Give a folder that is removed in the end."""
    with tempfile.TemporaryDirectory(prefix="skdeepg_benchmark_") as name:
        yield Path(name)


def random_bases(n_bases: int, seed: int = 0) -> bytes:
    letters = np.frombuffer(b"ACGT", dtype=np.uint8)
    return letters[np.random.default_rng(seed).integers(0, 4, n_bases)].tobytes()


def write_random_fasta(path: Path, n_bases: int, n_records: int = 20, seed: int = 0) -> Path:
    """Write records of random bases, 80 a line."""
    random = np.random.default_rng(seed)
    letters = np.frombuffer(b"ACGT", dtype=np.uint8)
    with path.open("wb") as file:
        for number in range(n_records):
            bases = letters[random.integers(0, 4, n_bases // n_records)]
            file.write(b">record%d\n" % number)
            whole = len(bases) // 80 * 80
            lines = np.full((whole // 80, 81), ord("\n"), dtype=np.uint8)
            lines[:, :80] = bases[:whole].reshape(-1, 80)
            file.write(lines.tobytes() + bases[whole:].tobytes() + b"\n")
    return path
