"""Small tracks for tests."""

from __future__ import annotations

import numpy as np

from skdeepg.genome import Track


def make_track(*records, window_length=100, stride=50, strands="+", columns=("16s",), **more):
    """Build a track of records given as (name, length, starts, values); values (strands, windows)
    or with columns behind.
    """
    names, lengths, starts, values = zip(*records, strict=True)
    shape = (len(strands), -1, len(columns))
    arrays = [np.reshape(np.asarray(v, dtype=np.float32), shape) for v in values]
    given = {"files": [""] * len(names), "padded": [n < window_length for n in lengths]}
    return Track(
        names=names,
        lengths=lengths,
        offsets=np.concatenate([[0], np.cumsum([len(s) for s in starts])]),
        start=np.concatenate([np.asarray(s, dtype=np.int64) for s in starts]),
        values=np.concatenate(arrays, axis=1),
        strands=strands,
        columns=columns,
        window_length=window_length,
        stride=stride,
        **{**given, **more},
    )


def flat(length, level, *, window_length=100, stride=50):
    """Starts of all windows of a record, and the same value for each."""
    starts = np.arange(0, length - window_length + 1, stride)
    return starts, np.full(len(starts), level, dtype=np.float32)


def bumps(length, *stretches, level=1.0, stride=50, window_length=100):
    """Starts and values of windows: `level` where a centre is in a stretch, else 0."""
    starts = np.arange(0, length - window_length + 1, stride)
    centres = starts + window_length / 2
    inside = [(centres >= first) & (centres < end) for first, end in stretches]
    return starts, np.where(np.any(inside, axis=0), level, 0.0) if stretches else 0.0 * starts
