"""Reading of BED files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skdeepg.exceptions import InvalidRegionsError
from skdeepg.genome.lines import (
    AnnotationPaths,
    Row,
    parse_integer,
    parse_score,
    read_lines,
    read_regions,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from skdeepg.genome.regions import Regions

__all__ = ["read_bed"]

STRANDS = ("+", "-", ".")


def read_bed(paths: AnnotationPaths) -> Regions:
    r"""Read BED files with three columns or more as regions.

    Columns are parted by tabs, or by spaces where a line has no tab. Empty lines and lines that
    start with ``#``, ``track`` or ``browser`` are skipped; columns behind the sixth are not read.

    Parameters
    ----------
    paths : path or iterable of paths
        One file or several, plain or gzip (told by content).

    Returns
    -------
    Regions
        One region a line, in the order of the files. Where columns are missing, `name` is empty,
        `score` nan and `strand` ``"."``; `kind` and `file` are empty.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    InvalidRegionsError
        If a file is not BED, or a line makes no sense; the message names file and line.

    References
    ----------
    The format: https://samtools.github.io/hts-specs/BEDv1.pdf

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skdeepg.genome import read_bed
    >>> path = Path(tempfile.mkdtemp()) / "genes.bed"
    >>> _ = path.write_text("chr\t10\t20\t16S\t0\t-\n")
    >>> genes = read_bed(path)
    >>> genes.start, genes.end, genes.strand
    (array([10]), array([20]), array(['-'], dtype=object))
    """
    return read_regions(paths, _parse)


def _parse(path: Path) -> Iterator[Row]:
    for number, line in read_lines(path):
        if _is_region(line):
            yield _parse_line(line, path, number)


def _is_region(line: str) -> bool:
    words = line.split(maxsplit=1)
    return bool(words) and not line.startswith("#") and words[0] not in ("track", "browser")


def _parse_line(line: str, path: Path, number: int) -> Row:
    columns = line.rstrip().split("\t") if "\t" in line else line.split()
    if len(columns) < 3:
        raise InvalidRegionsError(
            f"{path}, line {number}: BED has at least the 3 columns record, start, end; found "
            f"{len(columns)}: {line[:60]!r}. Is it another format?"
        )
    start = parse_integer(columns[1], "the start", path, number)
    end = parse_integer(columns[2], "the end", path, number)
    if start >= end:
        raise InvalidRegionsError(
            f"{path}, line {number}: start {start} and end {end} make no region; BED counts from 0 "
            f"and the end, which is not included, is behind the start."
        )
    name, score, strand = _optional(columns)
    if strand not in STRANDS:
        raise InvalidRegionsError(
            f'{path}, line {number}: the strand must be "+", "-" or ".", found {strand!r}; correct '
            f"or remove the line."
        )
    return columns[0], start, end, strand, parse_score(score, path, number), name, "", ""


def _optional(columns: list[str]) -> tuple[str, str, str]:
    """Return name, score and strand of a line; what is missing is a dot."""
    name, score, strand = (columns[3:6] + ["."] * 3)[:3]
    return "" if name == "." else name, score, strand
