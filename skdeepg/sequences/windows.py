"""`SequenceWindows`: sequences plus how to cut them into windows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NoReturn

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skdeepg.sequences.code_rows import sequences_from_codes
from skdeepg.sequences.collection import IntArray, Sequences
from skdeepg.sequences.gather import WindowGatherer
from skdeepg.sequences.grid import Intervals, WindowGrid, ambiguous_stretches, make_grid
from skdeepg.sequences.qualities import QualityCodes
from skdeepg.sequences.vocabulary import Codes, Vocabulary

__all__ = ["Cut", "SequenceWindows", "name_some", "windows_from_codes"]


@dataclass(frozen=True)
class Cut:
    """How to cut: the parameters of `FastaWindowTransformer`, resolved at fit."""

    window_length: int
    stride: int
    ambiguous: str = "zero"
    short: str = "pad"
    tail: str = "anchor"
    max_windows: int | None = None
    proportion: float | None = None
    random_offset: bool = True
    letter_frequencies: tuple[float, ...] | None = None
    quality: bool = False
    draw_rows: str = "length"

    def symbol_table(self, vocabulary: Vocabulary) -> NDArray[np.float32]:
        """Give the vector of each code, of shape (n_symbols + 2, n_symbols); more with quality."""
        n_symbols = vocabulary.n_symbols
        table = np.zeros((n_symbols + 2, n_symbols), dtype=np.float32)
        table[:n_symbols] = np.eye(n_symbols)
        if self.ambiguous == "uniform":
            table[vocabulary.ambiguous_code] = 1 / n_symbols
        elif self.ambiguous == "empirical" and self.letter_frequencies is not None:
            table[vocabulary.ambiguous_code] = self.letter_frequencies
        return QualityCodes(vocabulary).table(table) if self.quality else table


class SequenceWindows:
    """Sequences and how they are cut into windows, row for row.

    What `FastaWindowTransformer` returns and every estimator accepts. `len`, `shape` and indexing
    count rows; `n_windows` counts windows. Windows are never held in memory: one byte a base is
    all, at any stride.

    Parameters
    ----------
    sequences : Sequences
        The rows.
    cut : Cut
        Window length, stride and the like.

    Attributes
    ----------
    sequences : Sequences
        The rows.
    cut : Cut
        Window length, stride and the like.
    shape : tuple of int
        ``(n_rows,)``.
    n_windows : int
        All windows, as in prediction.
    groups : ndarray of shape (n_windows,) and dtype int64
        The row of each window.

    Examples
    --------
    >>> from skdeepg import FastaWindowTransformer
    >>> windows = FastaWindowTransformer(window_length=4, stride=2).fit_transform(["ACGTAC", "GG"])
    >>> len(windows), windows.n_windows
    (2, 3)
    >>> windows.to_array()
    array([[0, 1, 2, 3],
           [2, 3, 0, 1],
           [5, 5, 2, 2]], dtype=uint8)
    """

    def __init__(self, sequences: Sequences, cut: Cut) -> None:
        self.sequences = sequences
        self.cut = cut

    def __getstate__(self) -> dict[str, Any]:
        """Leave out the grid: its positions are those of the bases before they are compacted."""
        return {"sequences": self.sequences, "cut": self.cut}

    @property
    def vocabulary(self) -> Vocabulary:
        """Letters and codes."""
        return self.sequences.vocabulary

    @property
    def shape(self) -> tuple[int]:
        """The number of rows, as a tuple."""
        return self.sequences.shape

    def __len__(self) -> int:
        return len(self.sequences)

    def __getitem__(self, key: Any) -> SequenceWindows:
        return SequenceWindows(self.sequences[key], self.cut)

    def __iter__(self) -> Iterator[SequenceWindows]:
        return (self[i] for i in range(len(self)))

    def __array__(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(
            "SequenceWindows are not an array: give them to a skdeepg estimator as they are, or "
            "call to_array() for a 2-D array of codes, one window a row."
        )

    def __repr__(self) -> str:
        return (
            f"SequenceWindows({len(self):,} rows, {self.n_windows:,} windows of "
            f"{self.cut.window_length:,} bases at stride {self.cut.stride:,})"
        )

    @property
    def n_windows(self) -> int:
        """All windows, as in prediction."""
        return self.grid().n_windows

    @property
    def groups(self) -> IntArray:
        """The row of each window."""
        return np.repeat(np.arange(len(self)), self.grid().windows_per_row)

    def reverse_complement(self) -> SequenceWindows:
        """Give the other strand of every record, cut alike.

        Returns
        -------
        SequenceWindows
            A copy, bases included.

        Examples
        --------
        >>> from skdeepg import FastaWindowTransformer
        >>> windows = FastaWindowTransformer(window_length=2).fit_transform(["AACG"])
        >>> windows.reverse_complement().to_array().tolist()
        [[1, 2], [3, 3]]
        """
        return SequenceWindows(self.sequences.reverse_complement(), self.cut)

    def grid(self) -> WindowGrid:
        """Lay the windows of prediction.

        Returns
        -------
        WindowGrid
            At least one window a row.
        """
        return self._prediction_grid[0]

    def _padded_rows(self) -> IntArray:
        """Tell which rows ``short="drop"`` leaves without windows; prediction pads them.

        Returns
        -------
        ndarray of dtype int64
            Row numbers.
        """
        return self._prediction_grid[1]

    @cached_property
    def _prediction_grid(self) -> tuple[WindowGrid, IntArray]:
        grid = self._lay()
        missing = np.flatnonzero(grid.windows_per_row == 0)
        if len(missing):
            grid = _add_first_records(grid, missing)
        return grid, missing

    def _training_grid(self, blocked: Intervals | None = None) -> WindowGrid:
        """Lay the windows of training: none with dropped letters or blocked stretches.

        Parameters
        ----------
        blocked : Intervals, default=None
            Stretches that no window may touch.

        Returns
        -------
        WindowGrid
            Rows may be without windows.
        """
        if self.cut.ambiguous == "drop":
            code = self.vocabulary.ambiguous_code
            found = ambiguous_stretches(self.sequences.codes, self.sequences.records(), code)
            blocked = found if blocked is None else _join(found, blocked)
        return self._lay(blocked)

    def _lay(self, blocked: Intervals | None = None) -> WindowGrid:
        return make_grid(
            self.sequences.records(),
            len(self),
            self.cut.window_length,
            self.cut.stride,
            anchor_tail=self.cut.tail == "anchor",
            keep_short=self.cut.short != "drop",
            blocked=blocked,
            restart=not self.cut.random_offset,
        )

    def _gatherer_of(self, grid: WindowGrid) -> WindowGatherer:
        """Make what cuts the windows of a grid out of the codes.

        Parameters
        ----------
        grid : WindowGrid
            A grid of these rows.

        Returns
        -------
        WindowGatherer
            Cuts whole batches.
        """
        repeat = self.cut.short == "repeat"
        qualities = self.sequences.qualities if self.cut.quality else None
        return WindowGatherer(self.sequences.codes, self.vocabulary, grid, repeat, qualities)

    def symbol_table(self) -> NDArray[np.float32]:
        """Give the vector that each code stands for.

        Returns
        -------
        ndarray of shape (n_symbols + 2, n_symbols) and dtype float32
            One-hot rows for the letters, then the row of ambiguous letters (zero, uniform or
            empirical) and that of padding (zero). With ``quality=True`` more rows: the letters of
            quality 0, those of quality 1, and so on.

        Examples
        --------
        >>> from skdeepg import FastaWindowTransformer
        >>> cutter = FastaWindowTransformer(window_length=4, ambiguous="uniform")
        >>> cutter.fit_transform(["ACGTN"]).symbol_table()[4]
        array([0.25, 0.25, 0.25, 0.25], dtype=float32)
        """
        return self.cut.symbol_table(self.vocabulary)

    def to_array(self) -> Codes:
        """Cut all windows, as in prediction.

        Returns
        -------
        ndarray of shape (n_windows, window_length) and dtype uint8
            Codes, rows in order: rows of `symbol_table`. One byte a base of every window: mind the
            memory.

        Examples
        --------
        >>> from skdeepg import FastaWindowTransformer
        >>> FastaWindowTransformer(window_length=2).fit_transform(["ACG"]).to_array()
        array([[0, 1],
               [1, 2]], dtype=uint8)
        """
        grid = self.grid()
        index = np.arange(grid.n_windows)
        run = grid.run_of(index)
        return self._gatherer_of(grid).gather(run, grid.starts(index, run))

    def coordinates(self) -> pd.DataFrame:
        """Tell where each window lies.

        Returns
        -------
        pandas.DataFrame
            One line a window, rows in order: row (number), record (name), file, start and end
            (bases, 0-based half-open within the record; of a padded window, the whole record).

        Examples
        --------
        >>> from skdeepg import FastaWindowTransformer
        >>> windows = FastaWindowTransformer(window_length=4).fit_transform(["ACGTAC"])
        >>> windows.coordinates()[["start", "end"]].to_numpy().tolist()
        [[0, 4], [2, 6]]
        """
        return coordinates_of(self.grid())


def coordinates_of(grid: WindowGrid) -> pd.DataFrame:
    """List the windows of a grid with their places."""
    index = np.arange(grid.n_windows)
    run = grid.run_of(index)
    record = grid.record[run]
    table = grid.records
    start = grid.starts(index, run) - table.start[record]
    end = np.minimum(start + grid.window_length, table.length[record])
    return pd.DataFrame(
        {
            "row": table.row[record],
            "record": table.name[record],
            "file": table.file[record],
            "start": start,
            "end": end,
        }
    )


def windows_from_codes(
    codes: Codes, vocabulary: Vocabulary, cut: Cut | None = None
) -> SequenceWindows:
    """Make each row of a 2-D array of codes a row of exactly one window."""
    width = codes.shape[1]
    cut = Cut(width, width) if cut is None else replace(cut, window_length=width, stride=width)
    return SequenceWindows(sequences_from_codes(codes, vocabulary), cut)


def name_some(names: NDArray[np.object_], most: int = 3) -> str:
    """List the first few names for a message."""
    shown = ", ".join(repr(str(name)) for name in names[:most])
    return shown + (", ..." if len(names) > most else "")


def _join(a: Intervals, b: Intervals) -> Intervals:
    return Intervals(
        np.concatenate([a.record, b.record]),
        np.concatenate([a.start, b.start]),
        np.concatenate([a.end, b.end]),
    )


def _add_first_records(grid: WindowGrid, rows: IntArray) -> WindowGrid:
    """Give rows without windows one of their first record."""
    record = np.concatenate([grid.record, np.searchsorted(grid.records.row, rows)])
    order = np.argsort(record, kind="stable")
    ones = np.ones(len(rows), dtype=np.int64)
    first = np.concatenate([grid.first, grid.records.start[record[len(grid.record) :]]])
    return replace(
        grid,
        record=record[order],
        first=first[order],
        count=np.concatenate([grid.count, ones])[order],
        span=np.concatenate([grid.span, ones])[order],
    )
