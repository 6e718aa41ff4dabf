"""The code in README and documentation runs, and names what exists."""

from __future__ import annotations

import os
import re
import shlex
import tomllib
from pathlib import Path

import pytest
from sybil import Document
from sybil.parsers import markdown, rest

ROOT = Path(__file__).parents[1]
PARSERS = {".md": markdown.PythonCodeBlockParser(), ".rst": rest.PythonCodeBlockParser()}
BLOCKS = {".md": markdown.CodeBlockParser, ".rst": rest.CodeBlockParser}
GENERATED = {"_build", "_templates", "auto_examples", "generated"}


def documents() -> list[Path]:
    """README and the documentation's pages, without what Sphinx writes."""
    pages = [path for path in (ROOT / "docs").rglob("*") if path.suffix in PARSERS]
    written = [p for p in pages if GENERATED.isdisjoint(p.relative_to(ROOT / "docs").parts)]
    return [ROOT / "README.md", *sorted(written)]


def python_examples(path: Path) -> list:
    return list(Document.parse(str(path), PARSERS[path.suffix]))


@pytest.mark.slow
@pytest.mark.parametrize(
    "path",
    [path for path in documents() if python_examples(path)],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_python_blocks_run(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for example in python_examples(path):  # all in one namespace
        example.evaluate()


def commands() -> list[tuple[str, ...]]:
    """All commands of the shell blocks, as words."""
    found: list[tuple[str, ...]] = []
    for path in [ROOT / "CONTRIBUTING.md", *documents()]:
        parsers = [BLOCKS[path.suffix](name, lambda _: None) for name in ("bash", "console")]
        for example in Document.parse(str(path), *parsers):
            lines = re.split(r"\n|&&", example.parsed)
            found += [tuple(shlex.split(line.removeprefix("$ "), comments=True)) for line in lines]
    return sorted({words for words in found if words})


def make_targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([\w-]+):", makefile, re.M))


def extras_in(words: tuple[str, ...]) -> set[str]:
    named = [re.fullmatch(r"(?:\.|skdeepg)\[(.+)\]", word) for word in words]
    return {extra for match in named if match for extra in match[1].split(",")}


def check_command(words: tuple[str, ...]) -> None:
    match words:
        case ("make", *arguments):
            assert {name for name in arguments if "=" not in name} <= make_targets()
        case ("pip", "install" | "wheel", *_):
            project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
            assert extras_in(words) <= set(project["project"]["optional-dependencies"])
        case ("python", "-c", code):
            exec(code, {})
        case ("pre-commit", "install"):
            assert (ROOT / ".pre-commit-config.yaml").is_file()
        case ("git", "clone", _) | ("cd", _) | (".", _) | ("python", "-m", "venv", _):
            pass
        case _:
            pytest.fail(f"{shlex.join(words)!r} stands in the documentation, and nothing checks it")


@pytest.mark.parametrize("words", commands(), ids=shlex.join)
def test_shell_commands_name_what_exists(words):
    check_command(words)


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "docs/install.rst"])
def test_make_targets_and_scripts_named_in_text_exist(name):
    quoted = "\n".join(re.findall("`[^`]+`+", (ROOT / name).read_text(encoding="utf-8")))
    assert set(re.findall(r"\bmake ([a-z][\w-]*)", quoted)) <= make_targets()
    assert all(os.access(ROOT / script, os.X_OK) for script in re.findall(r"\.ci/[\w-]+", quoted))


def test_readme_begins_with_two_commands():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {"quickstart", "test"} <= set(re.findall(r"^make ([\w-]+)", readme, re.M))


@pytest.mark.parametrize(
    "path", sorted((ROOT / "docs/user_guide").glob("*.rst")), ids=lambda p: p.stem
)
def test_pages_of_the_guide_link_to_the_reference(path):
    text = path.read_text(encoding="utf-8")
    assert path.stem == "index" or re.search(r":(class|func|meth):`~?\.?skdeepg", text)
