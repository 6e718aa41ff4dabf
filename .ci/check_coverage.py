"""Print the coverage of each package; fail if too few lines or branches are covered."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

LEAST = 95  # percent
COUNTS = ("covered_lines", "num_statements", "covered_branches", "num_branches")


def count_by_package(report: dict) -> dict[str, Counter]:
    """Add up the counts of the files of each package, and of all."""
    packages: dict[str, Counter] = {}
    for name, file in report["files"].items():
        package = name.split("/")[1] if name.count("/") > 1 else "skdeepg"
        found = Counter({count: file["summary"][count] for count in COUNTS})
        for place in (package, "all"):
            packages.setdefault(place, Counter()).update(found)
    return dict(sorted(packages.items(), key=lambda item: item[0] == "all"))


def share(covered: int, whole: int) -> float:
    """Give a percentage; of nothing all is covered."""
    return 100 * covered / whole if whole else 100.0


def main(path: Path) -> None:
    """Print a table, packages first."""
    packages = count_by_package(json.loads(path.read_text(encoding="utf-8")))
    print(f"{'package':14}{'lines':>9}{'covered':>10}{'branches':>10}{'covered':>10}")
    for package, n in packages.items():
        lines = share(n["covered_lines"], n["num_statements"])
        branches = share(n["covered_branches"], n["num_branches"])
        counts = f"{n['num_statements']:>9,}{lines:>9.2f}%{n['num_branches']:>10,}{branches:>9.2f}%"
        print(f"{package:14}{counts}")
    if min(lines, branches) < LEAST:
        raise SystemExit(f"less than {LEAST} % of the lines or of the branches are covered")
    print(f"{branches:.2f} % of the branches and {lines:.2f} % of the lines are covered")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
