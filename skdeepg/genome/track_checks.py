"""Refuses arrays that make no track."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from skdeepg.argument_checks import check_whole

if TYPE_CHECKING:
    from skdeepg.genome.track import Track
    from skdeepg.genome.window_sources import FloatArray, IntArray

__all__ = ["check_offsets", "check_records", "check_windows"]


def check_records(track: Track) -> None:
    """Check what a track says of its records and columns; windows are not looked at."""
    counts = [len(track.names), len(track.files), len(track.lengths), len(track.padded)]
    if set(counts) != {len(track.offsets) - 1}:
        raise ValueError(
            f"names, files, lengths and padded need one value a record, found {counts}; "
            f"offsets has {len(track.offsets)}, and needs one more than there are records."
        )
    if track.strands not in (("+",), ("-",), ("+", "-")):
        raise ValueError(f'strands must be "+", "-" or both in this order, found {track.strands}.')
    if len(set(track.columns)) < len(track.columns):
        raise ValueError(f"columns must have different names, found {track.columns}.")
    check_whole("window_length", track.window_length, unit="bases")
    check_whole("stride", track.stride, unit="bases")
    if (track.lengths < 0).any():
        record = int((track.lengths < 0).argmax())
        raise ValueError(
            f"lengths must be at least 0; that of record {track.names[record]!r} is "
            f"{track.lengths[record]}."
        )


def check_offsets(offsets: IntArray) -> None:
    """Check that offsets begin at 0 and never fall."""
    if offsets.ndim != 1 or not len(offsets) or offsets[0] != 0 or (np.diff(offsets) < 0).any():
        raise ValueError(
            "offsets must begin with 0 and never fall: the number of the first window of each "
            f"record, then that of all windows; found {offsets.tolist()[:10]}."
        )


def check_windows(
    offsets: IntArray, starts: IntArray, values: FloatArray, n_strands: int, n_columns: int
) -> None:
    """Check the arrays of a track in memory."""
    check_offsets(offsets)
    n_windows = int(offsets[-1])
    shape = (n_strands, n_windows, n_columns)
    if starts.shape != (n_windows,) or values.shape != shape:
        raise ValueError(
            f"start and values must have the shapes {(n_windows,)} and {shape}, by offsets, "
            f"strands and columns; found {starts.shape} and {values.shape}."
        )
    falls = np.diff(starts) <= 0
    falls[offsets[1:-1][(offsets[1:-1] > 0) & (offsets[1:-1] < n_windows)] - 1] = False
    if falls.any():
        window = int(falls.argmax())
        record = int(np.searchsorted(offsets, window, side="right")) - 1
        raise ValueError(
            f"start must ascend within a record; on record {record} {starts[window + 1]} follows "
            f"{starts[window]}."
        )
