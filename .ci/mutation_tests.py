"""Change the code in many small ways, and count what the tests notice; see `.ci/mutation-tests`."""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from mutmut.configuration import reset_config
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.mutation.file_mutation import mutate_file_contents
from mutmut.stats import status_by_exit_code
from mutmut.utils.format_utils import get_mutant_name

NOTICED = ("killed", "timeout", "segfault")
# The wording of messages: lines that are a piece of a sentence, or raise one.
SENTENCES = [r"""^\s*f?(['"]).* .*\1[,)]*$""", r"""raise \w+\(f?['"]"""]

INSPECTION = "agreeing attribution baselines explain_windows explained_network explained_rows"
INSPECTION += " explained_windows important_stretches integrated_gradients quadrature"
# those that do without TensorFlow: its threads do not survive forks, and it starts slowly
INSPECTION_TESTS = (
    "agreeing attribution attribution_outputs baselines explained_rows path_integrals"
)


@dataclass(frozen=True)
class Part:
    """Files to be changed, and the tests that may notice."""

    files: list[str]
    tests: list[str]
    arguments: list[str] = field(default_factory=list)


PARTS = {
    "sequences": Part(
        ["skdeepg/sequences/*.py"],
        ["tests/sequences"],
        # TensorFlow's threads do not survive forks; mutmut adds frames, so warnings seem to be from
        # elsewhere
        ["-k", "not rows_of_estimators and not counted_in_a_warning"],
    ),
    "genome": Part(["skdeepg/genome/*.py"], ["tests/genome"]),
    "explanations": Part(
        [f"skdeepg/inspection/{name}.py" for name in INSPECTION.split()],
        [f"tests/inspection/test_{name}.py" for name in INSPECTION_TESTS.split()],
    ),
}


def main() -> None:
    """Test the parts one after the other."""
    parser = argparse.ArgumentParser(prog=".ci/mutation-tests", description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("parts", nargs="*", default=list(PARTS), metavar="part")
    parser.add_argument("--sample", type=int, default=250, help="mutants a part; 0: all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--names", type=Path, help="a file of mutants' names")
    parser.add_argument("--processes", type=int, default=1)
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"no part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    named = set(given.names.read_text("utf-8").split()) if given.names else None
    source = Path.cwd()
    summaries = []
    for name in given.parts:
        clone(source, given.work / name, PARTS[name])
        mutants = list_mutants(PARTS[name])
        everything = [mutant for names in mutants.values() for mutant in names]
        chosen = sample(mutants, given.sample, given.seed)
        if named is not None:
            chosen = [mutant for mutant in everything if mutant in named]
        print(f"==> {name}: {len(chosen):,} of {len(everything):,} mutants", flush=True)
        if chosen:
            command = ["mutmut", "run", "--max-children", str(given.processes), *chosen]
            subprocess.run(command, check=True)
        summaries.append(f"{name}: {report(mutants, chosen)}")
    print("\n".join(summaries))


def clone(source: Path, folder: Path, part: Part) -> None:
    """Clone the last commit, tell mutmut what to do, and go there."""
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run(["git", "clone", "--quiet", source, folder], check=True)
    os.chdir(folder)
    arguments = ["-p", "no:cacheprovider", "--hypothesis-profile=ci", *part.arguments]
    with Path("pyproject.toml").open("a", encoding="utf-8") as config:
        config.write('[tool.mutmut]\nsource_paths = ["skdeepg"]\n')
        # workers are forked from a process that has run no test, so caches are empty
        config.write('process_isolation = "forkserver"\ntimeout_constant = 10\n')
        config.write(f"only_mutate = {json.dumps(part.files)}\n")
        config.write(f"pytest_add_cli_args_test_selection = {json.dumps(part.tests)}\n")
        config.write(f"pytest_add_cli_args = {json.dumps(arguments)}\n")
        config.write(f"do_not_mutate_patterns = {json.dumps(SENTENCES)}\n")
    reset_config()


def list_mutants(part: Part) -> dict[Path, list[str]]:
    """Name all mutants of each file."""
    paths = sorted(path for pattern in part.files for path in Path().glob(pattern))
    return {
        path: [
            get_mutant_name(path, name)
            for name in mutate_file_contents(str(path), path.read_text("utf-8")).mutant_names
        ]
        for path in paths
    }


def sample(mutants: dict[Path, list[str]], size: int, seed: int) -> list[str]:
    """Draw the same share of each file's mutants."""
    everything = sum(map(len, mutants.values()))
    if not size or size >= everything:
        return [name for names in mutants.values() for name in names]
    rng = random.Random(seed)
    chosen, due = [], 0.0
    for names in mutants.values():
        due += len(names) * size / everything
        chosen += rng.sample(names, min(round(due) - len(chosen), len(names)))
    return chosen


def report(mutants: dict[Path, list[str]], chosen: list[str]) -> str:
    """Print what went unnoticed, and give the counts."""
    counts: Counter[str] = Counter()
    for path, names in mutants.items():
        found = SourceFileMutationData(path=path)
        found.load()
        for name in sorted(set(names) & set(chosen)):
            status = status_by_exit_code[found.exit_code_by_key.get(name)]
            counts[status] += 1
            if status not in NOTICED:
                print(f"\n# {name}: {status}\n{get_diff_for_mutant(name, path=path)}")
    noticed = sum(counts[status] for status in NOTICED)
    share = noticed / max(counts.total(), 1)
    return f"{noticed} of {counts.total()} mutants noticed ({share:.1%}); {dict(counts)}"


if __name__ == "__main__":
    main()
