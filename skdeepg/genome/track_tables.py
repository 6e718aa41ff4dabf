"""Tracks as tables: all windows, or one line a record."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skdeepg.argument_checks import check_choice
from skdeepg.genome.window_sources import FloatArray, IntArray
from skdeepg.sequences.table_columns import tell_apart

if TYPE_CHECKING:
    from skdeepg.genome.track import Track

__all__ = ["summarize", "tabulate"]

TABLE_COLUMNS = ("file", "record", "start", "end", "strand")  # file where there are several
DoubleArray = NDArray[np.float64]


def tabulate(track: Track) -> pd.DataFrame:
    """Make a table with one line a window and strand; see `Track.to_frame`."""
    n_strands = len(track.strands)
    counts = track.n_windows
    starts, values = _read_all(track)
    ends = np.minimum(starts + track.window_length, np.repeat(track.lengths, counts))
    table = {
        "record": np.repeat(track.names, counts * n_strands),
        "start": np.repeat(np.maximum(starts, 0), n_strands),
        "end": np.repeat(ends, n_strands),
        "strand": np.tile(np.array(track.strands, dtype=object), int(track.offsets[-1])),
    }
    if len(set(track.files)) > 1:
        table = {"file": np.repeat(track.files, counts * n_strands), **table}
    answers = values.transpose(1, 0, 2).reshape(len(track), len(track.columns))
    columns = tell_apart(track.columns, TABLE_COLUMNS)
    return pd.concat([pd.DataFrame(table), pd.DataFrame(answers, columns=columns)], axis=1)


def _read_all(track: Track) -> tuple[IntArray, FloatArray]:
    """Read starts and values in one pass over the file, if any."""
    n_windows = int(track.offsets[-1])
    starts = np.empty(n_windows, dtype=np.int64)
    values = np.empty((len(track.strands), n_windows, len(track.columns)), dtype=np.float32)
    for first, windows in zip(track.offsets, track.read_windows(), strict=False):
        part = slice(first, first + len(windows[0]))
        starts[part], values[:, part] = windows
    return starts, values


def summarize(track: Track, how: str) -> pd.DataFrame:
    """Put the windows of each record together; see `Track.summarize`."""
    check_choice("how", how, SUMMARIES)
    if how == "vote" and len(track.columns) == 1:
        raise ValueError('how="vote" needs several columns to choose from; take "mean" or "max".')
    answers = np.full((len(track.names), len(track.columns)), np.nan)
    for i, (_, values) in enumerate(track.read_windows()):
        if values.shape[1]:
            answers[i] = SUMMARIES[how](values.reshape(-1, len(track.columns)))
    table = pd.DataFrame(
        {
            "file": track.files,
            "record": track.names,
            "length": track.lengths,
            "n_windows": track.n_windows,
            "padded": track.padded,
        }
    )
    columns = tell_apart(track.columns, table.columns)
    return pd.concat([table, pd.DataFrame(answers, columns=columns)], axis=1)


def _mean(values: FloatArray) -> DoubleArray:
    return np.asarray(values.mean(axis=0, dtype=np.float64))


def _maximum(values: FloatArray) -> DoubleArray:
    return np.asarray(values.max(axis=0), dtype=np.float64)


def _vote(values: FloatArray) -> DoubleArray:
    votes = np.bincount(values.argmax(axis=1), minlength=values.shape[1])
    return np.asarray(votes / len(values), dtype=np.float64)


SUMMARIES: dict[str, Callable[[FloatArray], DoubleArray]] = {
    "mean": _mean,
    "max": _maximum,
    "vote": _vote,
}
