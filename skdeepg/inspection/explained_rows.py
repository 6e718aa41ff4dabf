"""Windows of rows that are explained, and their attributions put back onto the bases of rows."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from skdeepg.sequences import Sequences, SequenceWindows
from skdeepg.sequences.collection import IntArray, RecordTable, ranges
from skdeepg.sequences.language_targets import LanguageTarget
from skdeepg.sequences.stretches import context_codes
from skdeepg.sequences.vocabulary import Codes, Vocabulary

__all__ = [
    "ExplainedRows",
    "RowSums",
    "pad_right",
    "rows_of_targets",
    "rows_of_windows",
    "slid_targets",
]


@dataclass(frozen=True)
class ExplainedRows:
    """Stretches of records, and the windows on them whose answers are explained.

    Attributes
    ----------
    codes : ndarray of shape (n_windows, window_length) and dtype uint8
        The bases that the network reads, in the order of the sequence, without a target.
    row : ndarray of shape (n_windows,) and dtype int64
        The row of each window.
    first : ndarray of shape (n_windows,) and dtype int64
        Place of a window's first base in its row; negative where it begins with padding.
    order : ndarray of shape (window_length,) and dtype int64
        The base of a window that the network reads at each place of its inputs.
    gap : int
        Bases of a window before its target, if that is between them; else `window_length`.
    output : ndarray of shape (n_windows,) and dtype int64
        The position of the output, if the network has one at every position.
    repeats : bool
        Whether windows on shorter rows repeat their bases.
    source : ndarray of shape (n_rows,) and dtype int64
        The row of X that each is from.
    records, files : ndarray of shape (n_rows,) and dtype object
        Name and file of the record of each row.
    starts, lengths : ndarray of shape (n_rows,) and dtype int64
        First base of each row on its record, and its number of bases.
    row_codes : ndarray of shape (n_rows, longest) and dtype uint8
        The bases of rows.
    vocabulary : Vocabulary
        Of the codes.
    ends_on_target : bool
        Whether the last base of a row is the target of its last window, and not read.
    """

    codes: Codes
    row: IntArray
    first: IntArray
    order: IntArray
    gap: int
    output: IntArray
    repeats: bool
    source: IntArray
    records: NDArray[np.object_]
    files: NDArray[np.object_]
    starts: IntArray
    lengths: IntArray
    row_codes: Codes
    vocabulary: Vocabulary
    ends_on_target: bool = False

    def __len__(self) -> int:
        return len(self.lengths)

    @property
    def n_windows(self) -> int:
        """The number of windows."""
        return len(self.codes)

    def places(self, part: slice) -> IntArray:
        """Tell where the bases of some windows are in their rows.

        Parameters
        ----------
        part : slice
            The windows.

        Returns
        -------
        ndarray of shape (n, window_length) and dtype int64
            -1 for padding.
        """
        column = np.arange(self.codes.shape[1])
        place = self.first[part, np.newaxis] + column + (column >= self.gap)
        length = self.lengths[self.row[part], np.newaxis]
        if self.repeats:
            return place % length
        return np.where((place >= 0) & (place < length), place, -1)


class RowSums:
    """Attributions of windows, added up on the bases of their rows.

    Parameters
    ----------
    rows : ExplainedRows
        The rows.
    """

    def __init__(self, rows: ExplainedRows) -> None:
        self._rows = rows
        self._sums = np.zeros((*rows.row_codes.shape, rows.vocabulary.n_symbols))
        self._counts = np.zeros(rows.row_codes.shape, dtype=np.int64)

    def add(self, part: slice, values: NDArray[np.floating]) -> None:
        """Add the values of some windows, of shape (n, window_length, n_symbols)."""
        places, row = self._rows.places(part), self._rows.row[part]
        inside = places >= 0
        window, column = np.nonzero(inside)
        at = row[window], places[inside]
        np.add.at(self._sums, at, values[window, column])
        cells = np.unique(np.stack([window, *at]), axis=1)  # a base that is repeated counts once
        np.add.at(self._counts, (cells[1], cells[2]), 1)

    @property
    def n_unseen(self) -> int:
        """Bases that no window sees, between windows or behind them; targets do not count."""
        if self._rows.gap < self._rows.codes.shape[1]:
            return 0
        lengths = self._rows.lengths - int(self._rows.ends_on_target)
        row, place = np.nonzero(self._counts == 0)
        return int((place < lengths[row]).sum())

    def means(self) -> NDArray[np.float32]:
        """Return the means over the windows that see a base, (n_rows, longest, n_symbols)."""
        counts = np.maximum(self._counts, 1)[:, :, np.newaxis]
        return (self._sums / counts).astype(np.float32)


def rows_of_windows(windows: SequenceWindows) -> ExplainedRows:
    """Explain all windows along records: each record is a row.

    Parameters
    ----------
    windows : SequenceWindows
        The rows of X and how they are cut.

    Returns
    -------
    ExplainedRows
        At least one window a record.
    """
    length = windows.cut.window_length
    by_record = SequenceWindows(windows.sequences.by_record(), windows.cut)
    codes, row, first = _cut_all(by_record)
    records = windows.sequences.records()
    whole = np.zeros(len(records.row), dtype=np.int64), records.length
    return _make_rows(
        windows.sequences,
        records,
        np.arange(len(records.row)),
        *whole,
        codes=codes,
        row=row,
        first=first,
        order=np.arange(length),
        repeats=windows.cut.short == "repeat",
    )


def _cut_all(windows: SequenceWindows) -> tuple[Codes, IntArray, IntArray]:
    """Give codes, row and first base of all windows; rows have one record."""
    grid = windows.grid()
    run = grid.run_of(np.arange(grid.n_windows))
    record = grid.record[run]
    first = grid.starts(np.arange(grid.n_windows), run) - grid.records.start[record]
    missing = np.maximum(grid.window_length - grid.records.length[record], 0)
    padded = 0 if windows.cut.short == "repeat" else missing
    return windows.to_array(), grid.records.row[record], first - padded


def slid_targets(windows: SequenceWindows, target: LanguageTarget) -> ExplainedRows:
    """Explain all stretches along records, each the answer for its own target.

    Parameters
    ----------
    windows : SequenceWindows
        Stretches of a window and its target.
    target : LanguageTarget
        What is the target of a stretch.

    Returns
    -------
    ExplainedRows
        Each record is a row.
    """
    rows = _without_targets(rows_of_windows(windows), target)
    return replace(rows, ends_on_target=target.place == target.window_length)


def _without_targets(rows: ExplainedRows, target: LanguageTarget) -> ExplainedRows:
    """Take the targets out of stretches."""
    codes = np.delete(rows.codes, target.place, axis=1)
    return replace(rows, codes=codes, order=_order_of(target), gap=target.place)


def _order_of(target: LanguageTarget) -> IntArray:
    order = np.arange(target.window_length)
    if target.kind == "middle":
        order[target.place :] = order[target.place :][::-1].copy()
    return order


def rows_of_targets(
    sequences: Sequences, record: IntArray, position: IntArray, target: LanguageTarget
) -> ExplainedRows:
    """Explain one answer a row: that for a base, from the window around it.

    Parameters
    ----------
    sequences : Sequences
        The rows of X.
    record, position : ndarray of shape (n_rows,) and dtype int64
        The base: index into the records, and place in the record (its length for the base after
        it).
    target : LanguageTarget
        What is the target of a stretch.

    Returns
    -------
    ExplainedRows
        Each row is the part of the record that is in the stretch.
    """
    table = sequences.records()
    codes = context_codes(sequences, table, record, position, target)
    first = position - target.place
    start = np.maximum(first, 0)
    n_bases = target.window_length + (target.place < target.window_length)  # a last target is out
    end = np.minimum(first + n_bases, table.length[record])
    rows = _make_rows(
        sequences,
        table,
        record,
        start,
        end - start,
        codes=codes,
        row=np.arange(len(record)),
        first=first - start,
        order=np.arange(target.stretch_length),
    )
    return _without_targets(rows, target)


def pad_right(rows: ExplainedRows) -> ExplainedRows:
    """Put the padding of windows behind their end, where causal networks do not see it.

    Parameters
    ----------
    rows : ExplainedRows
        Windows padded on their left.

    Returns
    -------
    ExplainedRows
        The same, with the output of each window at its last base.
    """
    padding = np.maximum(-rows.first, 0)
    codes = rows.codes.copy()
    for window in np.flatnonzero(padding):
        codes[window] = np.roll(codes[window], -int(padding[window]))
    first, output = rows.first + padding, codes.shape[1] - 1 - padding
    return replace(rows, codes=codes, first=first, output=output)


def _make_rows(
    sequences: Sequences,
    table: RecordTable,
    record: IntArray,
    start: IntArray,
    length: IntArray,
    *,
    codes: Codes,
    row: IntArray,
    first: IntArray,
    order: IntArray,
    repeats: bool = False,
    output: IntArray | None = None,
) -> ExplainedRows:
    """Put together windows, and the parts of records that are their rows."""
    row_codes = np.full(
        (len(record), int(length.max(initial=0))), sequences.vocabulary.padding_code, np.uint8
    )
    row_codes[np.arange(row_codes.shape[1]) < length[:, np.newaxis]] = sequences.codes[
        ranges(table.start[record] + start, length)
    ]
    return ExplainedRows(
        codes=codes,
        row=row,
        first=first,
        order=order,
        gap=len(order),
        output=np.zeros(len(codes), dtype=np.int64) if output is None else output,
        repeats=repeats,
        source=table.row[record],
        records=table.name[record],
        files=table.file[record],
        starts=start,
        lengths=length,
        row_codes=row_codes,
        vocabulary=sequences.vocabulary,
    )
