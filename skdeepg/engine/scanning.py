"""Answers for all windows of records, block by block, on one strand or both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from skdeepg.engine.activations import cut_model
from skdeepg.engine.compiled import Encoder
from skdeepg.engine.fast_forward import fast_forward
from skdeepg.engine.predict import THREADS
from skdeepg.engine.stretch_forward import StretchForward
from skdeepg.sequences.collection import IntArray
from skdeepg.sequences.grid import WindowGrid
from skdeepg.sequences.scanned import Block, Refinement
from skdeepg.sequences.vocabulary import Codes
from skdeepg.sequences.windows import SequenceWindows

__all__ = ["LongForward", "WindowScanner", "scan_network"]

BLOCK: Final = 1 << 17
# Shorter runs are cheaper window by window, with those of other records.
LEAST_RUN: Final = 64


class LongForward(Protocol):
    """What answers all windows of a stretch at a stride, as `StretchForward`."""

    windows_per_call: int

    def __call__(self, codes: Codes) -> NDArray[np.float32]:
        """Answer the windows at 0, stride, and so on."""


def scan_network(
    model: Any,
    symbol_table: NDArray[np.float32],
    strands: tuple[str, ...],
    *,
    layer: str | None,
    precision: str | None,
    batch_size: int,
) -> WindowScanner:
    """Make what answers for windows by a network.

    Parameters
    ----------
    model : keras.Model
        The network.
    symbol_table : ndarray of shape (n_symbols + 2, n_symbols) and dtype float32
        The vector of each code.
    strands : tuple of {"+", "-"}
        Which to answer for.
    layer : str or None
        The layer whose activations are the answer.
    precision : str or None
        What to compute in, None for the network's.
    batch_size : int
        Windows a call.

    Returns
    -------
    WindowScanner
        Dense where that is faster.
    """
    encode = Encoder(symbol_table)
    if layer is not None:
        model = cut_model(model, layer)
    forward = fast_forward(model, encode, precision)

    @cache
    def long_forward(stride: int) -> LongForward | None:
        made = StretchForward(model, encode, stride, precision=precision, batch_size=batch_size)
        return None if made.way == "window by window" else made

    n_outputs = int(model.outputs[0].shape[-1])
    return WindowScanner(forward, n_outputs, strands, batch_size, long_forward)


class WindowScanner:
    """Answers the windows of records.

    Parameters
    ----------
    forward : callable
        From codes of shape (n, window_length) to outputs of shape (n, n_outputs).
    n_outputs : int
        Outputs.
    strands : tuple of {"+", "-"}
        Which to answer for; "-" are the reverse complements of the same windows.
    batch_size : int
        Windows a call of `forward`.
    long_forward : callable
        From a stride to a `LongForward` for it, or None where that is no faster.
    """

    def __init__(
        self,
        forward: Callable[[Codes], NDArray[np.float32]],
        n_outputs: int,
        strands: tuple[str, ...],
        batch_size: int,
        long_forward: Callable[[int], LongForward | None],
    ) -> None:
        self.forward = forward
        self.n_outputs = n_outputs
        self.strands = strands
        self.batch_size = batch_size
        self.long_forward = long_forward

    def blocks(
        self, windows: SequenceWindows, refinement: Refinement | None = None
    ) -> Iterator[Callable[[], Block]]:
        """Share the work on some records out to blocks.

        Parameters
        ----------
        windows : SequenceWindows
            The records, as rows.
        refinement : Refinement or None
            Whether to look again where it is interesting.

        Yields
        ------
        callable
            Gives a `Block`: of 131,072 windows at most, but with refinement of all records.
        """
        grid = windows.grid()
        if refinement is not None:
            yield partial(self._refine, windows, refinement)
            return
        for first in range(0, grid.n_windows, BLOCK):
            stop = min(first + BLOCK, grid.n_windows)
            yield partial(self._answer, windows, grid, first, stop)

    def _answer(self, windows: SequenceWindows, grid: WindowGrid, first: int, stop: int) -> Block:
        work = BlockWork(self, windows, grid, np.arange(first, stop))
        with ThreadPoolExecutor(THREADS) as pool:
            for _ in pool.map(lambda task: task(), work.tasks()):
                pass
        return work.block()

    def _refine(self, windows: SequenceWindows, refinement: Refinement) -> Block:
        """Answer all windows, and more of them near those that are interesting."""
        grid = windows.grid()
        coarse = self._answer(windows, grid, 0, grid.n_windows)
        wanted = _interesting(coarse, refinement)
        if not wanted.any():
            return coarse
        fine_grid = _lay_around(grid, coarse.record[wanted], coarse.start[wanted], refinement)
        fine = self._answer(windows, fine_grid, 0, fine_grid.n_windows)
        return _merge(coarse, fine)


class BlockWork:
    """The windows of a block, and the tasks that answer them.

    Parameters
    ----------
    scanner : WindowScanner
        How to answer.
    windows : SequenceWindows
        The records.
    grid : WindowGrid
        All their windows.
    index : ndarray of shape (n_windows,) and dtype int64
        Those of the block.
    """

    def __init__(
        self, scanner: WindowScanner, windows: SequenceWindows, grid: WindowGrid, index: IntArray
    ) -> None:
        self._scanner = scanner
        self._codes = windows.sequences.codes
        self._vocabulary = windows.vocabulary
        self._gatherer = windows._gatherer_of(grid)
        self._grid = grid
        self._run = grid.run_of(index)
        self._starts = grid.starts(index, self._run)
        shape = (len(scanner.strands), len(index), scanner.n_outputs)
        self._values = np.empty(shape, dtype=np.float32)

    def block(self) -> Block:
        """Give the answers, once all tasks are done."""
        record = self._grid.record[self._run]
        return Block(record, self._starts - self._grid.records.start[record], self._values)

    def tasks(self) -> Iterator[Callable[[], None]]:
        """Give the tasks; they may be done in any order."""
        loose = np.ones(len(self._starts), dtype=bool)
        forward = self._scanner.long_forward(self._grid.stride)
        if forward is not None:
            for begin, end in self._long_runs():
                loose[begin:end] = False
                for first in range(begin, end, forward.windows_per_call):
                    stop = min(first + forward.windows_per_call, end)
                    yield from self._each_strand(self._answer_stretch, forward, first, stop)
        places = np.flatnonzero(loose)
        for first in range(0, len(places), self._scanner.batch_size):
            part = places[first : first + self._scanner.batch_size]
            yield from self._each_strand(self._answer_loose, part)

    def _each_strand(self, answer: Callable[..., None], *args: object) -> list[Callable[[], None]]:
        return [partial(answer, number, *args) for number in range(len(self._scanner.strands))]

    def _long_runs(self) -> Iterator[tuple[int, int]]:
        """Give the windows that follow one another at the stride, where there are many."""
        bounds = np.flatnonzero(np.diff(self._run, prepend=-1, append=-1))
        for begin, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
            steps = self._starts[end - 1] - self._starts[end - 2] if end - begin > 1 else 0
            regular = end if steps == self._grid.stride else end - 1  # an anchored tail
            if regular - begin >= LEAST_RUN:
                yield begin, regular

    def _answer_stretch(self, strand: int, forward: LongForward, first: int, stop: int) -> None:
        end = self._starts[stop - 1] + self._grid.window_length
        stretch = self._codes[self._starts[first] : end]
        if self._scanner.strands[strand] == "+":
            self._values[strand, first:stop] = forward(stretch)
        else:
            other = self._vocabulary.complement[stretch[::-1]]
            self._values[strand, first:stop] = forward(other)[::-1]

    def _answer_loose(self, strand: int, part: IntArray) -> None:
        is_reverse = self._scanner.strands[strand] == "-"
        reverse = np.ones(len(part), dtype=bool) if is_reverse else None
        codes = self._gatherer.gather(self._run[part], self._starts[part], reverse)
        self._values[strand, part] = self._scanner.forward(codes)


def _interesting(block: Block, refinement: Refinement) -> NDArray[np.bool_]:
    """Tell which windows are worth a closer look."""
    values = block.values.max(axis=0)
    if refinement.columns is not None:
        return np.asarray((values[:, refinement.columns] > refinement.threshold).any(axis=1))
    first = np.flatnonzero(np.diff(block.record, prepend=-1))
    means = np.add.reduceat(block.values.sum(axis=0), first, axis=0)
    usual = np.repeat(means.argmax(axis=1), np.diff(np.append(first, len(block))))
    above = values > refinement.threshold
    above[np.arange(len(block)), usual] = False
    return np.asarray(above.any(axis=1))


def _lay_around(
    grid: WindowGrid, record: IntArray, start: IntArray, refinement: Refinement
) -> WindowGrid:
    """Lay windows at the finer stride around some windows; what overlaps is one run."""
    place = grid.records.start[record] + start
    last = np.maximum(grid.records.end[record] - grid.window_length, grid.records.start[record])
    begin = np.maximum(place - refinement.margin, grid.records.start[record])
    end = np.minimum(place + refinement.margin, last)
    opens = np.ones(len(begin), dtype=bool)
    opens[1:] = (record[1:] != record[:-1]) | (begin[1:] > end[:-1])
    first = np.flatnonzero(opens)
    closing = np.append(first[1:], len(end)) - 1
    span = end[closing] - begin[first] + 1
    count = -(-(span - 1) // refinement.stride) + 1
    return WindowGrid(
        grid.window_length,
        refinement.stride,
        begin[first],
        count,
        span,
        record[first],
        grid.records,
        grid.n_rows,
    )


def _merge(coarse: Block, fine: Block) -> Block:
    """Put windows in order; one that both have comes once."""
    record = np.concatenate([coarse.record, fine.record])
    start = np.concatenate([coarse.start, fine.start])
    values = np.concatenate([coarse.values, fine.values], axis=1)
    order = np.lexsort((start, record))
    record, start = record[order], start[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (record[1:] != record[:-1]) | (start[1:] != start[:-1])
    return Block(record[new], start[new], values[:, order[new]])
