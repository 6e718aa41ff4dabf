"""Reading of GFF3 annotation files."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

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

__all__ = ["read_gff3"]

# "?" is a strand that matters but is not known.
STRANDS = {"+": "+", "-": "-", ".": ".", "?": "."}


def read_gff3(paths: AnnotationPaths) -> Regions:
    r"""Read the features of GFF3 files as regions.

    GFF3 counts from 1 and includes the end; regions count from 0 and exclude it. A sequence part
    (behind ``##FASTA``) is not read.

    Parameters
    ----------
    paths : path or iterable of paths
        One file or several, plain or gzip (told by content).

    Returns
    -------
    Regions
        One region a line, in the order of the files. `name` is the attribute ``Name``, else
        ``ID``, else empty; `kind` is the feature type; `file` is the attribute ``file``, which
        `Regions.to_gff3` writes, else empty, because GFF3 does not say where the sequence is.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    InvalidRegionsError
        If a file is not GFF3, or a line makes no sense; the message names file and line.

    References
    ----------
    The format: https://github.com/The-Sequence-Ontology/Specifications/blob/master/gff3.md

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skdeepg.genome import read_gff3
    >>> path = Path(tempfile.mkdtemp()) / "genes.gff"
    >>> _ = path.write_text("chr\ttool\trRNA\t11\t20\t.\t-\t.\tName=16S_rRNA\n")
    >>> genes = read_gff3(path)
    >>> genes.start, genes.end, genes.name
    (array([10]), array([20]), array(['16S_rRNA'], dtype=object))
    """
    return read_regions(paths, _parse)


def _parse(path: Path) -> Iterator[Row]:
    begun = False
    for number, line in read_lines(path):
        if line.startswith("##FASTA"):
            return
        if line.startswith(">"):
            # The format lets a sequence part begin without ##FASTA; before any other line it means
            # that the file is FASTA.
            _check_begun(begun, path)
            return
        begun = begun or bool(line.strip())
        if line.strip() and not line.startswith("#"):
            yield _parse_line(line, path, number)


def _check_begun(begun: bool, path: Path) -> None:
    if not begun:
        raise InvalidRegionsError(
            f"{path} is a FASTA file, not GFF3; give the annotation, not the sequence."
        )


def _parse_line(line: str, path: Path, number: int) -> Row:
    columns = line.split("\t")
    if len(columns) != 9:
        raise InvalidRegionsError(
            f"{path}, line {number}: GFF3 has 9 columns parted by tabs, found {len(columns)}: "
            f"{line[:60]!r}. Is it another format, or are tabs replaced by spaces?"
        )
    record, _, kind, first, last, score, strand, _, attributes = columns
    start, end = _parse_range(first, last, path, number)
    if strand not in STRANDS:
        raise InvalidRegionsError(
            f'{path}, line {number}: the strand must be "+", "-", "." or "?", found {strand!r}; '
            f"correct or remove the line."
        )
    score_value = parse_score(score, path, number)
    pairs = _attributes(attributes, path, number)
    name = unquote(pairs.get("Name", pairs.get("ID", "")))
    place = (unquote(record), start, end, STRANDS[strand])
    return *place, score_value, name, unquote(kind), unquote(pairs.get("file", ""))


def _parse_range(first: str, last: str, path: Path, number: int) -> tuple[int, int]:
    start = parse_integer(first, "the start", path, number)
    end = parse_integer(last, "the end", path, number)
    if not 1 <= start <= end:
        raise InvalidRegionsError(
            f"{path}, line {number}: start {start} and end {end} make no range; GFF3 counts from 1 "
            f"and the end is not before the start, whatever the strand."
        )
    return start - 1, end


def _attributes(attributes: str, path: Path, number: int) -> dict[str, str]:
    if attributes.strip() in ("", "."):
        return {}
    fields = [field.strip() for field in attributes.split(";") if field.strip()]
    pairs = dict(field.split("=", 1) for field in fields if "=" in field)
    if not pairs:
        raise InvalidRegionsError(
            f"{path}, line {number}: attributes are not of the form key=value: "
            f"{attributes[:60]!r}. Convert GTF and GFF2 files to GFF3 first."
        )
    return pairs
