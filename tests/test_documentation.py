"""The code in README and documentation runs, and names what exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sybil import Document
from sybil.parsers.markdown import PythonCodeBlockParser as MarkdownParser
from sybil.parsers.rest import PythonCodeBlockParser as RestParser

ROOT = Path(__file__).parents[1]
PARSERS = {".md": MarkdownParser(), ".rst": RestParser()}
GENERATED = {"_build", "_templates", "auto_examples", "generated"}
QUICK = {"README", "first_steps"}  # all pages together take minutes


def documents() -> list[Path]:
    """README and the documentation's pages, without what Sphinx writes."""
    pages = [path for path in (ROOT / "docs").rglob("*") if path.suffix in PARSERS]
    written = [p for p in pages if GENERATED.isdisjoint(p.relative_to(ROOT / "docs").parts)]
    return [ROOT / "README.md", *sorted(written)]


def timed(path: Path) -> object:
    """The page as a parameter, marked slow but for those that are read first."""
    return path if path.stem in QUICK else pytest.param(path, marks=pytest.mark.slow)


def python_examples(path: Path) -> list:
    return list(Document.parse(str(path), PARSERS[path.suffix]))


@pytest.mark.parametrize(
    "path",
    [timed(path) for path in documents() if python_examples(path)],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_python_blocks_run(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for example in python_examples(path):  # all in one namespace
        example.evaluate()


def test_make_targets_named_in_readme_exist():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    named = set(re.findall(r"\bmake ([a-z][\w-]*)", "\n".join(re.findall("`[^`]+`+", readme))))
    assert {"quickstart", "test"} <= named <= set(targets)
