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
                sums, counts = self._add_up(windows, before, length)
                first, last = start, end
            else:
                sums, counts = self._add_up(windows.reverse_complement(), before, length)
                first, last = length[record] - end, length[record] - start
            first, last = first + before[record], last + before[record]
            n_known = (counts[last] - counts[first])[:, np.newaxis]
            with np.errstate(invalid="ignore"):
                values[number] = (sums[last] - sums[first]) / n_known
        return Block(record, start, values)

    def _add_up(
        self, windows: SequenceWindows, before: IntArray, length: IntArray
    ) -> tuple[NDArray[np.float64], IntArray]:
        """Sum up values, and count bases that have any, from the first base on."""
        n_bases = int(length.sum())
        sums = np.zeros((n_bases + 1, self._n_outputs))
        counts = np.zeros(n_bases + 1, dtype=np.int64)
        for record, position, values in self._answer(windows):
            place = before[record] + position + 1
            known = ~np.isnan(values).any(axis=1)
            sums[place[known]] = values[known]
            counts[place] = known
        return np.cumsum(sums, axis=0, out=sums), np.cumsum(counts, out=counts)
