"""The house is kept: short functions and files, and nothing twice."""

from __future__ import annotations

import ast
import io
import statistics
import tokenize
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import skdeepg

ROOT = Path(__file__).parents[1]
PACKAGE = Path(skdeepg.__file__).parent  # which may be installed
FOLDERS = ("skdeepg", "tests", "examples", "benchmarks", ".ci")
MOST_LINES = 400
BLOCK = 10  # lines that must not stand in two places


def sources(*folders: str) -> list[Path]:
    """Python files, without those of virtual environments and of other tools."""
    roots = [PACKAGE if folder == "skdeepg" else ROOT / folder for folder in folders]
    return sorted(path for root in roots for path in root.rglob("*.py"))


@cache
def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def name_of(path: Path) -> str:
    root = PACKAGE.parent if path.is_relative_to(PACKAGE) else ROOT
    return path.relative_to(root).as_posix()


# Sizes


def docstring_lines(node: ast.AST) -> range:
    """Lines of the docstring of a module, class or function."""
    body = getattr(node, "body", None)
    if not isinstance(body, list) or not body or not isinstance(body[0], ast.Expr):
        return range(0)
    text = body[0].value
    if not isinstance(text, ast.Constant) or not isinstance(text.value, str):
        return range(0)
    return range(text.lineno, text.end_lineno + 1)


def function_lengths(tree: ast.Module) -> dict[str, int]:
    """Lines of each function without its docstring and decorators, by name and line."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    return {
        f"{node.name}:{node.lineno}": node.end_lineno - node.lineno + 1 - len(docstring_lines(node))
        for node in ast.walk(tree)
        if isinstance(node, kinds)
    }


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_file_is_long(folder):
    lengths = {name_of(p): len(p.read_text("utf-8").splitlines()) for p in sources(folder)}
    assert {name: n for name, n in lengths.items() if n > MOST_LINES} == {}


@pytest.mark.parametrize("folder", ["skdeepg", "tests"])
def test_functions_are_short(folder):
    lengths = {
        f"{name_of(path)} {name}": n
        for path in sources(folder)
        for name, n in function_lengths(parse(path)).items()
    }
    assert len(lengths) > 1000
    assert statistics.median(lengths.values()) <= 8
    assert sum(n <= 30 for n in lengths.values()) >= 0.9 * len(lengths)
    assert {name: n for name, n in lengths.items() if n > 60} == {}


def test_lengths_are_those_of_code():
    text = 'def f(a):\n    """One.\n\n    Two.\n    """\n    return a\n\n\ndef g(): ...\n'
    assert function_lengths(ast.parse(text)) == {"f:1": 2, "g:9": 1}


# Nothing twice

# files that share code, with the reason
WAVENETS = "each page of the gallery is run alone, and shows the whole of its training"
TWICE = {
    frozenset({"classifier", "language_model", "wavenet_lm"}): (
        "scikit-learn reads parameters from the signature of each constructor"
    ),
    frozenset({"labelled_training", "language_training"}): (
        "scikit-learn routes metadata by the signature of each `fit`"
    ),
    frozenset({"plot_16s_next_base", "plot_surprise_along_gene"}): WAVENETS,
    frozenset({"plot_generated_sequences", "plot_markov_or_network"}): WAVENETS,
}


def code_lines(text: str) -> Iterator[tuple[int, str]]:
    """Numbers and content of lines that have code: no docstrings, comments, imports, brackets."""
    tree = ast.parse(text)
    left_out: set[int] = set()
    for node in ast.walk(tree):
        left_out.update(docstring_lines(node))
        if isinstance(node, ast.Import | ast.ImportFrom):
            left_out.update(range(node.lineno, node.end_lineno + 1))
    skipped = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
    lines: dict[int, list[str]] = defaultdict(list)
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in skipped and token.string:
            lines[token.start[0]].append(token.string)
    for number, tokens in sorted(lines.items()):
        if number not in left_out and any(any(c.isalnum() for c in token) for token in tokens):
            yield number, " ".join(tokens)


def shared_blocks(texts: dict[str, str], n_lines: int) -> dict[frozenset[str], list[str]]:
    """Places where runs of this many equal lines stand, by the files that share them."""
    places: dict[tuple[str, ...], list[tuple[str, int]]] = defaultdict(list)
    for name, text in texts.items():
        lines = list(code_lines(text))
        for i in range(len(lines) - n_lines + 1):
            run = tuple(line for _, line in lines[i : i + n_lines])
            places[run].append((name, lines[i][0]))
    found: dict[frozenset[str], list[str]] = defaultdict(list)
    for at in places.values():
        if len(at) > 1:
            found[frozenset(name for name, _ in at)].append(" = ".join(f"{n}:{i}" for n, i in at))
    return found


def test_no_code_stands_twice():
    texts = {name_of(path): path.read_text("utf-8") for path in sources(*FOLDERS)}
    found = shared_blocks(texts, BLOCK)
    sharing = {frozenset(Path(name).stem for name in files): at for files, at in found.items()}
    unknown = {files: at for files, at in sharing.items() if not any(files <= k for k in TWICE)}
    assert unknown == {}
    assert {known for known in TWICE if any(files <= known for files in sharing)} == set(TWICE)


def test_shared_code_is_found():
    body = "\n".join(f"    x = step_{i}(x)  # {{}}" for i in range(10))
    one = f'def f(x):\n    """One."""\n{body}\n    return x\n'
    other = f"import os\n\n\ndef g(x):\n{body}\n\n    # a comment\n    return -x\n"
    assert shared_blocks({"one": one, "other": other}, 11) == {}
    found = shared_blocks({"one": one, "other": other.replace("step_3", "step_4")}, 6)
    assert found == {frozenset({"one", "other"}): ["one:7 = other:9"]}
    assert shared_blocks({"one": one, "other": other}, 10) == {
        frozenset({"one", "other"}): ["one:3 = other:5"]
    }
