"""Writing of GFF3 files."""

from __future__ import annotations

import json
import string
from collections.abc import Iterator
from os import PathLike
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import numpy as np

from skdeepg.genome.new_files import write_text
from skdeepg.genome.region_columns import COLUMNS

if TYPE_CHECKING:
    from skdeepg.genome.regions import Regions

__all__ = ["write_gff3"]

SOURCE: Final = "skdeepg"
ANY_KIND: Final = "sequence_feature"
# What the format lets stand in the first column and in others; all else is written as %XX.
SAFE_IN_RECORDS: Final = ".:^*$@!+_?-|"
SAFE: Final = "".join(set(string.punctuation) - set("%;=&,>#\t")) + " "


def write_gff3(regions: Regions, path: str | PathLike[str], *, overwrite: bool) -> None:
    """Write regions; see `Regions.to_gff3`."""
    if regions.lengths is not None:
        regions.lengths.check(regions)
    with write_text(path, overwrite) as stream:
        stream.write("##gff-version 3\n")
        if regions.details:
            stream.write(f"# {SOURCE}: {json.dumps(regions.details)}\n")
        for name, length in _sequence_lengths(regions):
            stream.write(f"##sequence-region {quote(name, safe=SAFE_IN_RECORDS)} 1 {length}\n")
        stream.writelines(_lines(regions))


def _sequence_lengths(regions: Regions) -> Iterator[tuple[str, int]]:
    """Give the records that have regions; of several with one name none, as nothing tells them."""
    if regions.lengths is None:
        return
    for name in dict.fromkeys(regions.record):
        found = regions.lengths.find(name)
        if len(found) == 1:
            yield name, int(regions.lengths.lengths[found[0]])


def _lines(regions: Regions) -> Iterator[str]:
    columns = (getattr(regions, name).tolist() for name in COLUMNS)
    for record, start, end, strand, score, name, kind, file in zip(*columns, strict=True):
        attributes = {"Name": name, "file": file}
        text = ";".join(f"{key}={_escape(value)}" for key, value in attributes.items() if value)
        fields = (
            quote(record, safe=SAFE_IN_RECORDS),
            SOURCE,
            _escape(kind) or ANY_KIND,
            str(start + 1),
            str(end),
            "." if np.isnan(score) else repr(score),
            strand,
            ".",
            text or ".",
        )
        yield "\t".join(fields) + "\n"


def _escape(text: str) -> str:
    """Write characters with a meaning as %XX, and blanks at the ends, which readers cut off."""
    inner = text.strip(" ")
    before, behind = text[: len(text) - len(text.lstrip(" "))], text[len(text.rstrip(" ")) :]
    if not inner:
        return quote(text, safe="")
    return quote(before, safe="") + quote(inner, safe=SAFE) + quote(behind, safe="")
