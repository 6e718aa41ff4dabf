"""Importance of bases as bedGraph, for genome browsers."""

from __future__ import annotations

from collections.abc import Iterator
from os import PathLike
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from skdeepg.genome.bedgraph import check_bedgraph_names
from skdeepg.genome.new_files import write_text

if TYPE_CHECKING:
    from skdeepg.inspection.attribution import Attribution, Importance

__all__ = ["write_bedgraph"]


def write_bedgraph(
    attribution: Attribution, path: str | PathLike[str], kind: Importance, *, overwrite: bool
) -> None:
    """Write bedGraph; see `Attribution.to_bedgraph`."""
    _check_names(attribution)
    importance = attribution.importance(kind)
    with write_text(path, overwrite) as stream:
        for record in sorted(set(attribution.records)):
            rows = attribution.records == record
            is_base = attribution.is_base[rows]
            places, values = _average(
                attribution.positions[rows][is_base], importance[rows][is_base]
            )
            stream.writelines(
                f"{record}\t{start}\t{end}\t{value!s}\n"
                for start, end, value in _join_equal(places, values)
            )


def _check_names(attribution: Attribution) -> None:
    check_bedgraph_names(attribution.records)
    if attribution.files is None:
        return
    pairs = set(zip(attribution.records, attribution.files, strict=True))
    if len(pairs) > len(set(attribution.records)):
        raise ValueError(
            "Records of several files have the same name, and the format has no column for files: "
            "write one file each, with attribution[attribution.files == ...]."
        )


def _average(
    places: NDArray[np.int64], values: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Sort bases; those of several rows get the mean."""
    unique, which = np.unique(places, return_inverse=True)
    means = np.bincount(which, weights=values) / np.bincount(which)
    return unique, means.astype(np.float32)


def _join_equal(
    places: NDArray[np.int64], values: NDArray[np.float32]
) -> Iterator[tuple[int, int, np.float32]]:
    """Join neighbours of the same value to one line."""
    differs = (np.diff(places) > 1) | (values[1:] != values[:-1])
    first = np.flatnonzero(np.append(True, differs))[: len(places)]
    behind = np.append(first[1:], len(places))
    ends = places[behind - 1] + 1 if len(places) else places
    # iterating over float32 writes the shortest decimals that give the same number
    return zip(places[first].tolist(), ends.tolist(), values[first], strict=False)
