"""Words counted by row: a chunk of bases at a time, into a sparse matrix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from skdeepg.sequences.collection import IntArray, ranges
from skdeepg.sequences.context_counts import smallest_type
from skdeepg.sequences.kmer_words import KmerWords, Numbers
from skdeepg.sequences.vocabulary import Codes

__all__ = ["KmerCounter"]

CHUNK = 1 << 16  # bases at a time: their arrays stay in the cache
MOST_SPARE = 4  # cells in a table of counts for each word; above, sorting is faster
MOST_PADDING = 2  # times the words, to sort rows side by side


@dataclass(frozen=True)
class Block:
    """Counts above 0 of neighbouring rows: entries by row, and their columns in order."""

    first_row: int
    n_entries: IntArray
    column: NDArray[np.int32]
    count: NDArray[np.integer[Any]]


class KmerCounter:
    """Counts the words of records, which come in the order of their rows.

    Records do not run into each other. Beside the result, memory is a chunk and one row.

    Parameters
    ----------
    words : KmerWords
        What is counted.
    """

    def __init__(self, words: KmerWords) -> None:
        self.words = words
        self.chunk = CHUNK
        self._overlap = words.span - 1
        self._pieces: list[Codes] = []
        self._rows: list[int] = []
        self._n_bases = 0
        self._long_row: LongRow | None = None
        self._blocks: list[Block] = []  # may share rows

    def add(self, row: int, codes: Codes) -> None:
        """Count a record.

        Parameters
        ----------
        row : int
            Its row; not before that of the last record.
        codes : ndarray of shape (n_bases,) and dtype uint8
            Its bases.
        """
        for start in range(0, len(codes) - self._overlap, self.chunk):
            piece = codes[start : start + self.chunk + self._overlap]
            self._pieces.append(piece)
            self._rows.append(row)
            self._n_bases += len(piece)
            if self._n_bases >= self.chunk:
                self._count_pieces()

    def add_short(self, row: int, codes: Codes, lengths: IntArray) -> None:
        """Count records, of a row each, which come joined.

        Parameters
        ----------
        row : int
            The row of the first.
        codes : ndarray of shape (n_bases,) and dtype uint8
            Bases of all; a chunk or little more.
        lengths : ndarray of shape (n_records,) and dtype int64
            Bases of each.
        """
        self._count_pieces()
        self._count(codes, np.arange(row, row + len(lengths)), lengths)

    def _count_pieces(self) -> None:
        if self._pieces:
            codes, rows = np.concatenate(self._pieces), np.array(self._rows)
            lengths = np.fromiter(map(len, self._pieces), dtype=np.int64)
            self._pieces, self._rows, self._n_bases = [], [], 0
            self._count(codes, rows, lengths)

    def _count(self, codes: Codes, rows: IntArray, lengths: IntArray) -> None:
        if len(codes) <= self._overlap:
            return
        column = self.words.columns(self.words.numbers(codes))
        skipped = skipped_places(self.words, codes, lengths)
        if rows[0] == rows[-1]:
            self._count_long_row(int(rows[0]), column if skipped is None else column[~skipped])
        else:
            self._close_long_row()
            self._blocks.append(count_rows(column, skipped, rows, lengths, self.words.n_columns))

    def _count_long_row(self, row: int, column: Numbers) -> None:
        if self._long_row is None or self._long_row.row != row:
            self._close_long_row()
            self._long_row = LongRow(row, self.words.n_columns)
        self._long_row.add(column)

    def _close_long_row(self) -> None:
        if self._long_row is not None:
            self._blocks.append(self._long_row.block())
            self._long_row = None

    def result(self, n_rows: int) -> sparse.csr_matrix:
        """Give all counts.

        Parameters
        ----------
        n_rows : int
            The number of rows, with those that have no record.

        Returns
        -------
        scipy.sparse.csr_matrix of shape (n_rows, n_columns) and dtype int64
            Counts; columns in order, no zeros.
        """
        self._count_pieces()
        self._close_long_row()
        counts = join_blocks(self._blocks, n_rows, self.words.n_columns)
        self._blocks = []
        return counts


class LongRow:
    """A row that fills chunks: all its words are listed, then counted in a table of all columns.

    Parameters
    ----------
    row : int
        The row.
    n_columns : int
        The number of columns.
    """

    def __init__(self, row: int, n_columns: int) -> None:
        self.row = row
        self._n_columns = n_columns
        self._listed: list[Numbers] = []
        self._table: IntArray | None = None

    def add(self, column: Numbers) -> None:
        """Count words by their columns."""
        if self._table is not None:
            np.add.at(self._table, column, 1)
            return
        self._listed.append(column)
        if sum(map(len, self._listed)) * MOST_SPARE >= self._n_columns:
            self._table = np.zeros(self._n_columns, dtype=np.int64)
            np.add.at(self._table, np.concatenate(self._listed), 1)
            self._listed = []

    def block(self) -> Block:
        """Give the counts."""
        if self._table is None:
            listed, count = count_runs(np.sort(np.concatenate(self._listed)))
            column = listed.astype(np.int32)
        else:
            column = np.flatnonzero(self._table).astype(np.int32)
            count = self._table[column]
        return Block(self.row, np.array([len(column)]), column, count)


def skipped_places(words: KmerWords, codes: Codes, lengths: IntArray) -> NDArray[np.bool_] | None:
    """Tell where no word begins, for an ambiguous letter or the end of a piece.

    Parameters
    ----------
    words : KmerWords
        What is counted.
    codes : ndarray of dtype uint8
        Pieces of at least a word each, joined.
    lengths : ndarray of shape (n_pieces,) and dtype int64
        Bases of each piece.

    Returns
    -------
    ndarray of shape (n_places,) and dtype bool, or None
        None where words begin everywhere.
    """
    skipped = words.unclean(codes)
    overlap = words.span - 1
    if len(lengths) == 1 or overlap == 0:
        return skipped
    if skipped is None:
        skipped = np.zeros(len(codes) - overlap, dtype=bool)
    ends = np.cumsum(lengths)[:-1]
    crossing = ranges(ends - overlap, np.full(len(ends), overlap))
    skipped[np.clip(crossing, 0, len(skipped) - 1)] = True
    return skipped


def count_rows(
    column: Numbers,
    skipped: NDArray[np.bool_] | None,
    rows: IntArray,
    lengths: IntArray,
    n_columns: int,
) -> Block:
    """Count words by row and column.

    Parameters
    ----------
    column : ndarray of shape (n_places,) and an unsigned integer type
        Of the word at each place.
    skipped : ndarray of shape (n_places,) and dtype bool, or None
        Places where there is none.
    rows, lengths : ndarray of shape (n_pieces,) and dtype int64
        The row and the bases of each piece.
    n_columns : int
        The number of columns.

    Returns
    -------
    Block
        From the first of the rows to the last.
    """
    n_rows = int(rows[-1] - rows[0]) + 1
    n_cells = n_rows * n_columns
    first_cell = ((rows - rows[0]) * n_columns).astype(smallest_type(n_cells))
    cell = np.repeat(first_cell, lengths)[: len(column)]
    cell += column
    if skipped is not None:
        cell = cell[~skipped]
    if n_cells <= MOST_SPARE * len(cell):
        cell, count = count_in_table(cell, n_cells)
    else:
        cell, count = count_runs(sort_by_row(cell, n_rows, n_columns))
    first_cells = np.arange(n_rows + 1) * n_columns
    n_entries = np.diff(np.searchsorted(cell, first_cells))
    cell = cell - np.repeat(first_cells[:-1], n_entries)
    return Block(int(rows[0]), n_entries, cell.astype(np.int32), count)


def count_in_table(values: Numbers, n_possible: int) -> tuple[IntArray, IntArray]:
    """Give the different values in order, and how often each occurs."""
    table = np.zeros(n_possible, dtype=np.uint32)
    np.add.at(table, values, np.uint32(1))  # of one type: ten times faster
    found = np.flatnonzero(table != 0)
    return found, table[found].astype(np.int64)


def count_runs(values: Numbers) -> tuple[Numbers, IntArray]:
    """Give the different values, and how often each occurs; equal ones are neighbours."""
    is_border = np.ones(len(values) + 1, dtype=bool)
    np.not_equal(values[1:], values[:-1], out=is_border[1:-1])
    border = np.flatnonzero(is_border)
    return values[border[:-1]], np.diff(border)


def sort_by_row(cell: Numbers, n_rows: int, n_columns: int) -> Numbers:
    """Sort cells that are in the order of their rows; short rows side by side are fast."""
    n_words = np.diff(np.searchsorted(cell // n_columns, np.arange(n_rows + 1)))
    longest = int(n_words.max())
    if n_rows * longest > MOST_PADDING * len(cell):
        return np.sort(cell)
    inside = np.arange(longest) < n_words[:, np.newaxis]
    padded = np.full(inside.shape, np.iinfo(cell.dtype).max, dtype=cell.dtype)
    padded[inside] = cell
    padded.sort(axis=1)
    return padded[inside]


def join_blocks(blocks: list[Block], n_rows: int, n_columns: int) -> sparse.csr_matrix:
    """Join blocks in the order of their rows; add up what they share."""
    none = np.zeros(0, dtype=np.int64)
    blocks = [*blocks, Block(0, none, none.astype(np.int32), none)]
    row_ends = np.zeros(n_rows + 1, dtype=np.int64)
    for block in blocks:
        row_ends[block.first_row + 1 :][: len(block.n_entries)] += block.n_entries
    np.cumsum(row_ends, out=row_ends)
    column = np.concatenate([block.column for block in blocks])
    count = np.concatenate([block.count for block in blocks])
    counts = sparse.csr_matrix((count, column, row_ends), shape=(n_rows, n_columns))
    counts.sum_duplicates()
    return counts
