"""Batched prediction: windows of a grid through a compiled network, and answers for rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from skdeepg.engine.progress import progress_bar
from skdeepg.sequences.collection import IntArray
from skdeepg.sequences.gather import WindowGatherer
from skdeepg.sequences.grid import WindowGrid
from skdeepg.sequences.vocabulary import Codes
from skdeepg.sequences.windows import SequenceWindows

__all__ = ["Strand", "aggregate", "predict_windows", "window_batches"]

Strand = Literal["forward", "reverse", "mirrored"]

# Two batches at once: one fills the cores while the other is in a step that uses only one.
THREADS = 2
BATCHES_AHEAD = 256


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
    grid = windows.grid()
    gatherer = windows._gatherer_of(grid)
    outputs = np.empty((grid.n_windows, n_outputs), dtype=np.float32)

    def answer(first: int) -> int:
        index = np.arange(first, min(first + batch_size, grid.n_windows))
        _, codes = _cut_batch(grid, gatherer, index, strand)
        outputs[index] = forward(codes)
        return len(index)

    bar = progress_bar("Predict", grid.n_windows, "window", verbose, delay=1)
    with bar, ThreadPoolExecutor(THREADS) as pool:
        for first in range(0, grid.n_windows, BATCHES_AHEAD * batch_size):
            stop = min(first + BATCHES_AHEAD * batch_size, grid.n_windows)
            for n_done in pool.map(answer, range(first, stop, batch_size)):
                bar.update(n_done)
    return outputs


def window_batches(
    windows: SequenceWindows, grid: WindowGrid, batch_size: int, strand: Strand = "forward"
) -> Iterator[tuple[IntArray, Codes]]:
    """Cut all windows of a grid batch by batch; give their runs and codes."""
    gatherer = windows._gatherer_of(grid)
    for first in range(0, grid.n_windows, batch_size):
        index = np.arange(first, min(first + batch_size, grid.n_windows))
        yield _cut_batch(grid, gatherer, index, strand)


def _cut_batch(
    grid: WindowGrid, gatherer: WindowGatherer, index: IntArray, strand: Strand
) -> tuple[IntArray, Codes]:
    run = grid.run_of(index)
    starts = grid.starts(index, run)
    if strand == "mirrored":
        starts = _mirror(grid, run, starts)
    reverse = None if strand == "forward" else np.ones(len(index), dtype=bool)
    return run, gatherer.gather(run, starts, reverse)


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
