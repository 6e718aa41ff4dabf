"""Lines of annotation files, plain or gzip, and the regions that parsers make of them."""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO, cast

from skdeepg.argument_checks import not_found
from skdeepg.exceptions import InvalidRegionsError
from skdeepg.genome.regions import Regions

__all__ = [
    "AnnotationPaths",
    "Row",
    "open_text",
    "parse_integer",
    "parse_score",
    "read_lines",
    "read_regions",
]

AnnotationPaths = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]

# record, start, end, strand, score, name, kind, file: the order of the parameters of Regions.
Row = tuple[str, int, int, str, float, str, str, str]

GZIP_MAGIC = b"\x1f\x8b"


def read_regions(paths: AnnotationPaths, parse: Callable[[Path], Iterator[Row]]) -> Regions:
    """Read one file or several with a parser, in the order given.

    Parameters
    ----------
    paths : path or iterable of paths
        The files.
    parse : callable
        Takes a path and yields the rows of that file.

    Returns
    -------
    Regions
        All rows.

    Examples
    --------
    >>> from skdeepg.genome.lines import read_regions
    >>> read_regions(
    ...     "genes", lambda path: iter([("chr", 10, 20, "+", 0.5, path.name, "", "")])
    ... ).name
    array(['genes'], dtype=object)
    """
    files = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    rows = [row for file in files for row in parse(Path(file))]
    return Regions(*zip(*rows, strict=True)) if rows else Regions.empty()


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    r"""Read numbered lines of a text file; whether it is gzip is told by its content.

    Parameters
    ----------
    path : Path
        The file.

    Yields
    ------
    tuple of int and str
        Line number, from 1, and the line without its end.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    InvalidRegionsError
        If it is no text, or a damaged gzip file.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skdeepg.genome.lines import read_lines
    >>> path = Path(tempfile.mkdtemp()) / "two_lines"
    >>> _ = path.write_bytes(b"one\r\ntwo")
    >>> list(read_lines(path))
    [(1, 'one'), (2, 'two')]
    """
    with open_text(path) as lines:
        for number, line in enumerate(lines, start=1):
            yield number, line.rstrip("\n")


@contextmanager
def open_text(path: Path) -> Iterator[TextIO]:
    """Open a text file; whether it is gzip is told by its content.

    Parameters
    ----------
    path : Path
        The file.

    Yields
    ------
    TextIO
        What to read from.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    InvalidRegionsError
        If it is no text, or a damaged gzip file.
    """
    if not path.is_file():
        raise not_found("annotation file", path)
    with _told_as_invalid(path), _open(path) as stream:
        yield stream


def _open(path: Path) -> TextIO:
    with path.open("rb") as raw:
        is_gzip = raw.read(2) == GZIP_MAGIC
    # utf-8-sig: editors on Windows put a byte order mark in front of the first record's name.
    if is_gzip:
        return cast("TextIO", gzip.open(path, "rt", encoding="utf-8-sig"))
    return path.open(encoding="utf-8-sig")


@contextmanager
def _told_as_invalid(path: Path) -> Iterator[None]:
    try:
        yield
    except UnicodeDecodeError as error:
        raise InvalidRegionsError(
            f"{path} is not a text file; give a GFF3 or BED file, plain or gzip."
        ) from error
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InvalidRegionsError(
            f"{path} is a damaged or truncated gzip file ({error}); make or download it again."
        ) from error


def parse_integer(text: str, what: str, path: Path, number: int) -> int:
    """Read a coordinate.

    Parameters
    ----------
    text : str
        What the file says.
    what : str
        The column's name, for the error.
    path : Path
        The file, for the error.
    number : int
        The line, for the error.

    Returns
    -------
    int
        The value, at least 0.

    Raises
    ------
    InvalidRegionsError
        If it is not a whole number.

    Examples
    --------
    >>> from pathlib import Path
    >>> from skdeepg.genome.lines import parse_integer
    >>> parse_integer("12", "the start", Path("genes.bed"), 1)
    12
    """
    if not (text.isascii() and text.isdigit()):
        raise InvalidRegionsError(
            f"{path}, line {number}: {what} must be a whole number, found {text!r}; correct or "
            f"remove the line."
        )
    return int(text)


def parse_score(text: str, path: Path, number: int) -> float:
    """Read a score; a dot stands for none.

    Parameters
    ----------
    text : str
        What the file says.
    path : Path
        The file, for the error.
    number : int
        The line, for the error.

    Returns
    -------
    float
        The value, nan for a dot.

    Raises
    ------
    InvalidRegionsError
        If it is neither a number nor a dot.

    Examples
    --------
    >>> from pathlib import Path
    >>> from skdeepg.genome.lines import parse_score
    >>> parse_score(".", Path("genes.bed"), 1), parse_score("0.5", Path("genes.bed"), 1)
    (nan, 0.5)
    """
    if text == ".":
        return float("nan")
    try:
        return float(text)
    except ValueError as error:
        raise InvalidRegionsError(
            f"{path}, line {number}: the score must be a number or a dot, found {text!r}; correct "
            f"or remove the line."
        ) from error
