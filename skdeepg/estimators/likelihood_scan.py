"""Scanning with models that answer for every base: a window's answer is the mean of its bases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from skdeepg.sequences.collection import IntArray
from skdeepg.sequences.scanned import Block, Refinement
from skdeepg.sequences.windows import SequenceWindows

__all__ = ["BaseScanner", "BaseValues", "name_columns"]

LIKELIHOOD: Final = ("log_likelihood",)
# of some bases: their records, their places there, their values of shape (n_bases, n_outputs)
BaseValues = tuple[IntArray, IntArray, NDArray[np.floating]]


def name_columns(model: Any, layer: str | None) -> tuple[str, ...]:
    """Name what a scan with a language model answers."""
    if layer is None:
        return LIKELIHOOD
    from skdeepg.engine.activations import layer_width

    return tuple(f"unit_{i}" for i in range(layer_width(model, layer)))


class BaseScanner:
    """Averages over the bases of windows.

    Parameters
    ----------
    answer : callable
        Gives the values of bases; nan where there is none.
    n_outputs : int
        Values a base.
    strands : tuple of {"+", "-"}
        Which to answer for.
    """

    def __init__(
        self,
        answer: Callable[[SequenceWindows], Iterator[BaseValues]],
        n_outputs: int,
        strands: tuple[str, ...],
    ) -> None:
        self._answer = answer
        self._n_outputs = n_outputs
        self._strands = strands

    def blocks(
        self, windows: SequenceWindows, refinement: Refinement | None = None
    ) -> Iterator[Callable[[], Block]]:
        """Give one block: all windows of the records."""
        del refinement  # there is none for likelihoods
        yield partial(self._average, windows)

    def _average(self, windows: SequenceWindows) -> Block:
        grid = windows.grid()
        index = np.arange(grid.n_windows)
        run = grid.run_of(index)
        record = grid.record[run]
        start = grid.starts(index, run) - grid.records.start[record]
        length = grid.records.length
        end = np.minimum(start + grid.window_length, length[record])
        before = np.cumsum(length) - length  # records one after another
        values = np.empty((len(self._strands), len(index), self._n_outputs), dtype=np.float32)
        for number, strand in enumerate(self._strands):
            if strand == "+":
                rows, first, last = windows, start, end
            else:
                rows = windows.reverse_complement()
                first, last = length[record] - end, length[record] - start
            values[number] = self._mean(rows, before, first + before[record], last + before[record])
        return Block(record, start, values)

    def _mean(
        self, windows: SequenceWindows, before: IntArray, first: IntArray, last: IntArray
    ) -> NDArray[np.float64]:
        """Average from `first` to before `last`, where records follow one another."""
        bounds, where = np.unique([first, last], return_inverse=True)
        begin, end = where.reshape(2, -1)
        sums = self._add_up(windows, before, bounds)
        differences = sums[end] - sums[begin]
        with np.errstate(invalid="ignore"):
            means: NDArray[np.float64] = differences[:, :-1] / differences[:, -1:]
        return means

    def _add_up(
        self, windows: SequenceWindows, before: IntArray, bounds: IntArray
    ) -> NDArray[np.float64]:
        """Sum up values, and count bases that have any, from the first base to each bound."""
        sums = np.empty((len(bounds), self._n_outputs + 1))
        total, done = np.zeros((1, self._n_outputs + 1)), 0
        for record, position, values in self._answer(windows):  # base by base, in order
            place = before[record] + position
            known = ~np.isnan(values).any(axis=1, keepdims=True)
            added = np.concatenate([np.where(known, values, 0), known], axis=1)
            so_far = np.cumsum(np.concatenate([total, added]), axis=0)
            passed = int(np.searchsorted(bounds, place[-1], side="right"))
            sums[done:passed] = so_far[np.searchsorted(place, bounds[done:passed])]
            total, done = so_far[-1:], passed
        sums[done:] = total
        return sums
