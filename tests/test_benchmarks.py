"""Every benchmark is run by `make benchmarks`, and has its place on the page."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
PROGRAMS = sorted(
    path.stem
    for path in BENCHMARKS.glob("*.py")
    if "Benchmark(__doc__" in path.read_text(encoding="utf-8")
)


def constant(module: str, name: str) -> list[str]:
    """Give the texts in the value of a module's constant, without running the module."""
    tree = ast.parse((BENCHMARKS / f"{module}.py").read_text(encoding="utf-8"))
    for node in tree.body:
        targets = getattr(node, "targets", [getattr(node, "target", None)])
        if name in [getattr(target, "id", None) for target in targets]:
            return [n.value for n in ast.walk(node.value) if isinstance(n, ast.Constant)]
    raise AssertionError(f"{module}.py has no {name}")


def test_programs_are_found():
    assert {"reading", "growth", "kmers"} <= set(PROGRAMS)


@pytest.mark.parametrize("name", PROGRAMS)
def test_each_program_is_run_and_on_the_page(name):
    assert name in constant("run", "MINUTES")
    assert name in constant("page_text", "SECTIONS") or name == "growth"


def test_no_program_is_named_that_is_not_there():
    named = [text for text in constant("run", "MINUTES") if isinstance(text, str)]
    assert sorted(named) == PROGRAMS
