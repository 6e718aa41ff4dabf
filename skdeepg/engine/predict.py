"""Batched prediction: windows of a grid through a compiled network, and answers for rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from skdeepg.sequences.collection import IntArray
from skdeepg.sequences.grid import WindowGrid
from skdeepg.sequences.vocabulary import Codes
from skdeepg.sequences.windows import SequenceWindows

__all__ = ["Strand", "aggregate", "predict_windows", "window_batches"]

Strand = Literal["forward", "reverse", "mirrored"]


def predict_windows(
    forward: Callable[[Codes], NDArray[np.float32]],
    windows: SequenceWindows,
    n_outputs: int,
    *,
    batch_size: int,
    strand: Strand = "forward",
    verbose: int = 0,
) -> NDArray[np.float32]:
    """Answer every window of some rows.

    Parameters
    ----------
    forward : callable
        From codes of shape (n, window_length) to outputs of shape (n, n_outputs).
    windows : SequenceWindows
        The rows.
    n_outputs : int
        Outputs of the network.
    batch_size : int
        Windows a call.
    strand : {"forward", "reverse", "mirrored"}, default="forward"
        As they are; their reverse complements; or the windows of the records' reverse complements,
        which are laid from the other end.
    verbose : int, default=0
        With 1 a progress bar.

    Returns
    -------
    ndarray of shape (n_windows, n_outputs) and dtype float32
        In the order of the grid; with "mirrored" each record's windows from its end.
    """
    n_windows = windows.grid().n_windows
    outputs = np.empty((n_windows, n_outputs), dtype=np.float32)
    done = 0
    with tqdm(total=n_windows, unit="window", desc="Predict", delay=1, disable=not verbose) as bar:
        for _, codes in window_batches(windows, windows.grid(), batch_size, strand):
            outputs[done : done + len(codes)] = forward(codes)
            done += len(codes)
            bar.update(len(codes))
    return outputs


def window_batches(
    windows: SequenceWindows, grid: WindowGrid, batch_size: int, strand: Strand = "forward"
) -> Iterator[tuple[IntArray, Codes]]:
    """Cut all windows of a grid batch by batch; give their runs and codes."""
    gatherer = windows.gatherer(grid)
    for first in range(0, grid.n_windows, batch_size):
        index = np.arange(first, min(first + batch_size, grid.n_windows))
        run = grid.run_of(index)
        starts = grid.starts(index, run)
        if strand == "mirrored":
            starts = _mirror(grid, run, starts)
        reverse = None if strand == "forward" else np.ones(len(index), dtype=bool)
        yield run, gatherer.gather(run, starts, reverse)


def _mirror(grid: WindowGrid, run: IntArray, starts: IntArray) -> IntArray:
    record = grid.record[run]
    ends = grid.records.start[record] + grid.records.end[record]
    return ends - grid.window_length - starts


def aggregate(
    outputs: NDArray[np.float32], row: IntArray, n_rows: int, how: str, exclusive: bool = True
) -> NDArray[np.float64]:
    """Combine the answers of windows to one a row.

    Parameters
    ----------
    outputs : ndarray of shape (n_windows, n_outputs)
        Probabilities.
    row : ndarray of shape (n_windows,) and dtype int64
        The row of each window, ascending; every row has a window.
    n_rows : int
        The number of rows.
    how : {"mean", "max", "vote"}
        The mean; the largest, scaled to a sum of 1; or the share of windows won by each class.
    exclusive : bool, default=True
        Whether outputs are classes that exclude each other. Labels that do not are combined each
        on its own: nothing is scaled, and a window votes for each label above 0.5.

    Returns
    -------
    ndarray of shape (n_rows, n_outputs)
        Rows sum to 1 if outputs are exclusive.
    """
    if n_rows == 0:
        return np.zeros((0, outputs.shape[1]))
    first = np.searchsorted(row, np.arange(n_rows))
    values = outputs.astype(np.float64)
    if how == "vote":
        votes = np.eye(values.shape[1])[values.argmax(axis=1)] if exclusive else values > 0.5
        values = np.asarray(votes, dtype=np.float64)
    if how == "max":
        combined = np.maximum.reduceat(values, first, axis=0)
    else:
        n_windows = np.diff(np.append(first, len(row)))[:, np.newaxis]
        combined = np.add.reduceat(values, first, axis=0, dtype=np.float64) / n_windows
    if exclusive:
        combined = combined / combined.sum(axis=1, keepdims=True)
    return np.asarray(combined)
