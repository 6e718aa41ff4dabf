"""Tracks in the formats of genome browsers: bedGraph and bigWig."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from os import PathLike
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from skdeepg.genome.bed_writing import begins_other_line
from skdeepg.genome.new_files import draft_of, told_as_unwritable, write_text
from skdeepg.genome.profiles import window_centres
from skdeepg.genome.window_sources import FloatArray, IntArray

if TYPE_CHECKING:
    from skdeepg.genome.track import Track

__all__ = ["check_bedgraph_names", "write_bedgraph", "write_bigwig"]

MOST_LINES = 100_000  # joined to one string


class Stretches(NamedTuple):
    """Stretches of a record that touch but do not overlap, and their values."""

    record: str
    start: IntArray
    end: IntArray
    value: FloatArray


def write_bedgraph(
    track: Track, path: str | PathLike[str], column: object, strand: str, *, overwrite: bool
) -> None:
    """Write bedGraph; see `Track.to_bedgraph`."""
    stretches = _nearest_windows(track, column, strand)
    check_bedgraph_names(track.names)
    with write_text(path, overwrite) as stream:
        for part in stretches:
            for first in range(0, len(part.value), MOST_LINES):
                piece = slice(first, first + MOST_LINES)
                # the shortest decimals that give the same float32
                columns = (part.start[piece].tolist(), part.end[piece].tolist(), part.value[piece])
                stream.writelines(
                    f"{part.record}\t{start}\t{end}\t{value!s}\n"
                    for start, end, value in zip(*columns, strict=True)
                )


def check_bedgraph_names(records: Iterable[str]) -> None:
    """Check that no name makes its lines something else than data.

    Parameters
    ----------
    records : iterable of str
        Names of records, which may come from a stranger's FASTA file.

    Raises
    ------
    ValueError
        If there is such a name; the message has it.
    """
    for name in records:
        if name.split() != [name] or begins_other_line(name):
            raise ValueError(
                f"bedGraph cannot hold a record named {name!r}: names have no blanks there, and "
                "do not begin with '#' or as 'track' and 'browser' lines do. Rename the record."
            )


def write_bigwig(
    track: Track, path: str | PathLike[str], column: object, strand: str, *, overwrite: bool
) -> None:
    """Write bigWig; see `Track.to_bigwig`."""
    pyBigWig = _import_pybigwig()
    stretches = _nearest_windows(track, column, strand)
    sizes = [(track.names[i], int(track.lengths[i])) for i in _by_name(track)]
    with draft_of(path, overwrite) as draft:
        with told_as_unwritable(path):
            file = pyBigWig.open(str(draft), "w")
            file.addHeader([(name, size) for name, size in sizes if size])
        for part in stretches:
            with told_as_unwritable(path):
                _add(file, part)
        with told_as_unwritable(path):
            file.close()


def _import_pybigwig() -> Any:
    try:
        import pyBigWig
    except ImportError as error:
        raise ImportError(
            "Track.to_bigwig needs pyBigWig, which is not installed: pip install "
            '"skdeepg[bigwig]"; to_bedgraph needs nothing.'
        ) from error
    return pyBigWig


def _add(file: Any, part: Stretches) -> None:
    if len(part.value):
        file.addEntries(
            [part.record] * len(part.value),
            part.start.tolist(),
            ends=part.end.tolist(),
            values=part.value.astype(np.float64).tolist(),
        )


def _by_name(track: Track) -> IntArray:
    """Order records by name, as programs want them that merge sorted files."""
    return np.argsort(track.names.astype(str))


def _nearest_windows(track: Track, column: object, strand: str) -> Iterator[Stretches]:
    """Check what is wanted, and give the stretches of each record in turn."""
    names, counts = np.unique(track.names.astype(str), return_counts=True)
    if (counts > 1).any():
        raise ValueError(
            f"{counts.max()} records are named {str(names[counts.argmax()])!r}, and the format has "
            "no column for files: write one file each, with track.select(file=...)."
        )
    index = track._strand_index(strand), track._column_index(column)
    return _give_stretches(track, *index)


def _give_stretches(track: Track, strand: int, column: int) -> Iterator[Stretches]:
    order = _by_name(track)
    windows = track.source.read(order, np.array([column]))
    for i, (start, values) in zip(order, windows, strict=True):
        length = int(track.lengths[i])
        first, end = _share_out(start, track.window_length, length)
        value = values[strand, :, 0]
        kept = (end > first) & ~np.isnan(value)
        yield Stretches(track.names[i], first[kept], end[kept], value[kept])


def _share_out(start: IntArray, window_length: int, length: int) -> tuple[IntArray, IntArray]:
    """Give each base of a record to the window with the nearest centre."""
    centres = window_centres(start, window_length, length)
    borders = np.ceil((centres[1:] + centres[:-1]) / 2).astype(np.int64)
    edges = np.concatenate([[0], borders, [length]])
    return edges[:-1][: len(start)], edges[1:][: len(start)]
