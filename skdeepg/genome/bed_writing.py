"""Writing of BED files."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING

import numpy as np

from skdeepg.exceptions import InvalidRegionsError
from skdeepg.genome.new_files import write_text

if TYPE_CHECKING:
    from skdeepg.genome.regions import Regions

__all__ = ["begins_other_line", "write_bed"]


def write_bed(
    regions: Regions, path: str | PathLike[str], *, score_scale: float | None, overwrite: bool
) -> None:
    """Write regions; see `Regions.to_bed`."""
    for index, (record, name) in enumerate(zip(regions.record, regions.name, strict=True)):
        _check_text(index, "record", record)
        _check_text(index, "name", name)
        _check_record(index, record)
        _check_name(index, name)
    columns = (getattr(regions, name).tolist() for name in ("record", "start", "end", "name"))
    rest = (regions.score.tolist(), regions.strand.tolist())
    with write_text(path, overwrite) as stream:
        for record, start, end, name, score, strand in zip(*columns, *rest, strict=True):
            fields = (record, start, end, name or ".", _score(score, score_scale), strand)
            stream.write("\t".join(map(str, fields)) + "\n")


def _score(score: float, scale: float | None) -> str:
    if np.isnan(score):
        return "." if scale is None else "0"
    return repr(score) if scale is None else str(round(np.clip(score * scale, 0, 1000)))


def _check_text(index: int, column: str, text: str) -> None:
    if any(letter in text for letter in "\t\n\r"):
        raise InvalidRegionsError(
            f"{column} of region {index} is {text!r}: BED cannot hold tabs and ends of lines; "
            "rename it, or write GFF3."
        )


def begins_other_line(record: str) -> bool:
    """Tell whether a line that begins with this name is a comment or the like, and no data.

    Parameters
    ----------
    record : str
        Name of a record.

    Returns
    -------
    bool
        For BED and bedGraph.

    Examples
    --------
    >>> from skdeepg.genome.bed_writing import begins_other_line
    >>> begins_other_line("#chr1"), begins_other_line("track"), begins_other_line("chr1")
    (True, True, False)
    """
    first = record.split(maxsplit=1)[:1]
    # readers leave out a byte order mark
    return not first or record.startswith(("#", "\ufeff")) or first[0] in ("track", "browser")


def _check_record(index: int, record: str) -> None:
    if begins_other_line(record):
        raise InvalidRegionsError(
            f"record of region {index} is {record!r}, which begins another kind of line in BED; "
            "rename it, or write GFF3."
        )


def _check_name(index: int, name: str) -> None:
    if name == ".":
        raise InvalidRegionsError(
            f"name of region {index} is '.', which stands for none in BED; rename it, or write "
            "GFF3."
        )
