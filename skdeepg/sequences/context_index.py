"""Counts looked up for many contexts at once: short ones in tables, long ones by bisection."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdeepg.sequences.collection import IntArray
from skdeepg.sequences.context_counts import ContextCounts, shrink, smallest_type
from skdeepg.sequences.contexts import BLOCK, Contexts

__all__ = ["ContextIndex"]

SMALLEST_TABLE, LARGEST_TABLE = 1 << 12, 1 << 24  # entries
TABLE_SPARE = 4  # entries of a table for each string that occurs


class ContextIndex:
    """Counts of what follows contexts of any length.

    Parameters
    ----------
    counts : ContextCounts
        What was counted.

    Attributes
    ----------
    order, n_symbols : int
        Letters of the longest context; different letters.
    n_tabled : int
        Letters of the longest contexts in tables.
    tables : list of ndarray of shape (n_symbols**length, n_symbols)
        Counts behind all contexts of 0, 1, ... `n_tabled` letters.
    """

    def __init__(self, counts: ContextCounts) -> None:
        self.order = counts.order
        self.n_symbols = counts.n_symbols
        self.n_tabled = _longest_table(counts)
        self.tables = _tables(counts, self.n_tabled)
        if self.n_tabled < self.order:
            self._long = _LongContexts(counts, self.n_tabled + 1)

    def counts(self, contexts: Contexts, length: int) -> NDArray[np.integer]:
        """Count what follows the nearest letters of contexts.

        Parameters
        ----------
        contexts : Contexts
            Contexts.
        length : int
            The number of letters; all contexts have as many.

        Returns
        -------
        ndarray of shape (n, n_symbols)
            Counts.
        """
        if length > self.n_tabled:
            counts = np.zeros((len(contexts), self.n_symbols), dtype=np.int64)
            seen, found = self.find(contexts, length)
            counts[seen] = found
            return counts
        return np.asarray(self.tables[length][contexts.nearest(length, self.n_symbols)])

    def find(self, contexts: Contexts, length: int) -> tuple[IntArray, NDArray[np.integer]]:
        """Find the contexts whose nearest letters, more than `n_tabled`, were counted.

        Parameters
        ----------
        contexts : Contexts
            Contexts.
        length : int
            The number of letters.

        Returns
        -------
        seen : ndarray of shape (n_seen,) and dtype int64
            Which contexts.
        counts : ndarray of shape (n_seen, n_symbols)
            What follows these.
        """
        return self._long.find(contexts, length)


class _LongContexts:
    """Long contexts in order, and what was counted behind all before each.

    Contexts that agree in their nearest letters are neighbours, so that the sums at two places give
    the counts of what they have in common. A context that the start of its record cuts off stands
    before those that go on, the shortest first.
    """

    def __init__(self, counts: ContextCounts, shortest: int) -> None:
        self._order, self._n_symbols = counts.order, counts.n_symbols
        self._keys, following = self._list(counts, counts.order)
        for length in range(shortest, counts.order):
            keys, cut_off = self._list(counts, length)
            places = np.searchsorted(self._keys, keys)
            self._keys = np.insert(self._keys, places, keys)
            following = np.insert(following, places + 1, cut_off[1:], axis=0)
        self._sums = np.cumsum(following, axis=0, out=following)
        self._keys = np.append(self._keys, np.iinfo(self._keys.dtype).max)  # above all others

    def _list(
        self, counts: ContextCounts, length: int
    ) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
        """List contexts of one length by their keys, and what follows each, after a line of 0."""
        strings, n_symbols = counts.strings[length], self._n_symbols
        context = strings.number // n_symbols
        is_new = np.ones(len(context), dtype=bool)
        np.not_equal(context[1:], context[:-1], out=is_new[1:])
        context = context[is_new].astype(self._key_type)
        keys = context * self._n_keys(length) + length
        following = np.zeros((len(keys) + 1, n_symbols), dtype=smallest_type(counts.total))
        n_before = 0
        for start in range(0, len(strings), BLOCK):
            part = slice(start, start + BLOCK)
            row = n_before + np.cumsum(is_new[part])
            following[row, strings.number[part] % n_symbols] = strings.count[part]
            n_before = row[-1]
        return keys, following

    def _n_keys(self, length: int) -> int:
        """Return how many keys there are for contexts that begin with the same letters."""
        return int(self._n_symbols ** (self._order - length) * (self._order + 1))

    @property
    def _key_type(self) -> np.dtype[Any]:
        return smallest_type(self._n_keys(0))

    def find(self, contexts: Contexts, length: int) -> tuple[IntArray, NDArray[np.integer]]:
        n_keys = self._n_keys(length)
        key = contexts.nearest(length, self._n_symbols) * n_keys
        last = (key + (n_keys - 1)).astype(self._keys.dtype)
        before = self._keys.searchsorted((key + length).astype(self._keys.dtype))
        is_seen = (self._keys[before] <= last) & (contexts.length >= length)
        seen = np.flatnonzero(is_seen)
        upto = self._keys.searchsorted(last[seen], side="right")
        return seen, self._sums[upto] - self._sums[before[seen]]


def _longest_table(counts: ContextCounts) -> int:
    """Choose how long the contexts in tables are: tables shall not be much larger than the data."""
    entries = np.clip(TABLE_SPARE * len(counts.strings[-1]), SMALLEST_TABLE, LARGEST_TABLE)
    length = 0
    while length < counts.order and counts.n_symbols ** (length + 2) <= entries:
        length += 1
    return length


def _tables(counts: ContextCounts, longest: int) -> list[NDArray[np.integer]]:
    """Count behind all contexts of up to so many letters; a table is the sum of the next one."""
    n_symbols = counts.n_symbols
    tables = [counts.table(longest)]
    for length in range(longest - 1, -1, -1):
        table = tables[-1].reshape(-1, n_symbols, n_symbols).sum(axis=1)
        strings = counts.strings[length]
        np.add.at(
            table.reshape(-1), strings.number.astype(np.int64), strings.count.astype(np.int64)
        )
        tables.append(table)
    return [shrink(table) for table in tables[::-1]]
