"""How often each base follows each context: counts of short strings of bases, exact and compact."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdeepg.sequences.collection import IntArray, Sequences
from skdeepg.sequences.contexts import BLOCK, Contexts, every_place, read_contexts
from skdeepg.sequences.vocabulary import Codes

__all__ = ["ContextCounts", "StringCounts", "count_contexts", "shrink", "smallest_type"]

MOST_DENSE = 1 << 26  # entries of a table of all strings: 256 MB
MOST_SPARE = 8  # and the most entries a base
MOST_PENDING = 1 << 24  # strings to collect before they are sorted


@dataclass(frozen=True)
class StringCounts:
    """Different strings as sorted numbers, and how often each occurs; types as small as can be."""

    number: NDArray[np.integer]
    count: NDArray[np.integer]

    def __len__(self) -> int:
        return len(self.number)

    def __getstate__(self) -> dict[str, Any]:
        """Store distances between numbers, which are small."""
        return {"step": shrink(np.diff(self.number, prepend=0)), "count": self.count}

    def __setstate__(self, state: dict[str, Any]) -> None:
        number = np.cumsum(state["step"], dtype=np.int64)
        object.__setattr__(self, "number", shrink(number))
        object.__setattr__(self, "count", state["count"])


class ContextCounts:
    """How often each letter follows each context of up to `order` letters.

    A base is counted once, behind the longest context that it has: its `order` letters before it,
    or as many as there are since the record's start or the last ambiguous letter. The counts of
    shorter contexts follow from these.

    Parameters
    ----------
    order : int
        The most letters.
    n_symbols : int
        The number of letters.
    strings : list of StringCounts
        For each length from 0 to `order`, contexts of that length with the letter that follows as
        the last digit.
    """

    def __init__(self, order: int, n_symbols: int, strings: list[StringCounts]) -> None:
        self.order = order
        self.n_symbols = n_symbols
        self.strings = strings

    @property
    def total(self) -> int:
        """All counted bases."""
        return sum(int(strings.count.sum(dtype=np.int64)) for strings in self.strings)

    def table(self, order: int) -> IntArray:
        """Count behind all contexts of one length.

        Parameters
        ----------
        order : int
            The length; not above that of the counts.

        Returns
        -------
        ndarray of shape (n_symbols**order, n_symbols) and dtype int64
            Contexts by their numbers (see `Contexts`), letters in order.
        """
        table = np.zeros(self.n_symbols ** (order + 1), dtype=np.int64)
        for length in range(order, self.order + 1):
            strings = self.strings[length]
            for start in range(0, len(strings), BLOCK):
                part = slice(start, start + BLOCK)
                number = strings.number[part].astype(np.int64)
                count = strings.count[part].astype(np.int64)
                np.add.at(table, shorten(number, length, order, self.n_symbols), count)
        return table.reshape(-1, self.n_symbols)

    def shorter(self, order: int) -> ContextCounts:
        """Give the counts for contexts of at most so many letters."""
        longest = self.table(order).ravel()
        number = np.flatnonzero(longest)
        strings = StringCounts(shrink(number), shrink(longest[number]))
        return ContextCounts(order, self.n_symbols, [*self.strings[:order], strings])


def shorten(string: IntArray, length: int, order: int, n_symbols: int) -> IntArray:
    """Leave out the farthest letters of contexts that have the letter that follows behind them."""
    context = string // n_symbols ** (length - order + 1)
    return np.asarray(context * n_symbols + string % n_symbols)


def count_contexts(
    strands: Iterable[Sequences],
    order: int,
    n_symbols: int,
    *,
    stride: int = 1,
    onto: ContextCounts | None = None,
) -> ContextCounts:
    """Count what follows each context.

    Parameters
    ----------
    strands : iterable of Sequences
        The rows, and their other strands if these count as well. Records do not run into each
        other.
    order : int
        The most letters of a context.
    n_symbols : int
        The number of letters.
    stride : int, default=1
        Count only bases whose contexts, of full length, begin at 0, `stride`, 2 `stride`, ... of
        their record.
    onto : ContextCounts, default=None
        What was counted before, to be added.

    Returns
    -------
    ContextCounts
        The counts.
    """
    counter = _Counter(n_symbols, order)
    if onto is not None:
        counter.add_counts(onto)
    for sequences in strands:
        table = sequences.records()
        counter.prepare(int(table.length.sum()) // stride)
        for record, position in every_place(table):
            begin = table.start[record]
            base = sequences.codes[begin + position]
            counted = base < n_symbols
            if stride > 1:
                counted &= (position - order) % stride == 0
            contexts = read_contexts(sequences.codes, begin, begin + position, order, n_symbols)
            counter.add(contexts[counted], base[counted])
    return ContextCounts(order, n_symbols, counter.result())


class _Counter:
    """Counts strings by sorting; the longest in a table, once this is small beside the data."""

    def __init__(self, n_symbols: int, order: int) -> None:
        self._n_symbols = n_symbols
        self._order = order
        self._table: NDArray[np.uint32] | None = None
        self._pending: list[list[IntArray]] = [[] for _ in range(order + 1)]
        self._n_pending = 0
        self._sorted: list[list[StringCounts]] = [[] for _ in range(order + 1)]

    def add_counts(self, counts: ContextCounts) -> None:
        """Start from other counts."""
        for done, strings in zip(self._sorted, counts.strings, strict=True):
            done.append(strings)

    def prepare(self, n_bases: int) -> None:
        """Make ready for so many bases."""
        size = self._n_symbols ** (self._order + 1)
        if self._table is None and size <= min(MOST_DENSE, MOST_SPARE * n_bases):
            self._table = np.zeros(size, dtype=np.uint32)

    def add(self, contexts: Contexts, base: Codes) -> None:
        """Count bases behind their contexts."""
        string = contexts.number * self._n_symbols + base
        whole = contexts.length == self._order
        if not whole.all():
            self._add_short(string[~whole], contexts.length[~whole])
            string = string[whole]
        if self._table is not None:
            np.add.at(self._table, string, np.uint32(1))  # of one type: ten times faster
        else:
            self._add_pending(self._order, string)

    def _add_short(self, string: IntArray, length: NDArray[np.uint8]) -> None:
        for each in np.unique(length).tolist():
            short = shorten(string[length == each], self._order, each, self._n_symbols)
            self._add_pending(each, short)

    def _add_pending(self, length: int, string: IntArray) -> None:
        self._pending[length].append(string)
        self._n_pending += len(string)
        if self._n_pending > MOST_PENDING:
            self._sort()

    def _sort(self) -> None:
        for pending, done in zip(self._pending, self._sorted, strict=True):
            if pending:
                done.append(_count_equal(np.concatenate(pending)))
                pending.clear()
        self._n_pending = 0

    def result(self) -> list[StringCounts]:
        """Give the counts, by the length of the context."""
        self._sort()
        if self._table is None:
            return [_merge(done) for done in self._sorted]
        for strings in self._sorted[-1]:
            self._table[strings.number] += strings.count.astype(np.uint32)
        return [*(_merge(done) for done in self._sorted[:-1]), _counts_of_table(self._table)]


def _counts_of_table(table: NDArray[np.uint32]) -> StringCounts:
    n_strings = np.count_nonzero(table)
    number = np.empty(n_strings, dtype=smallest_type(len(table) - 1))
    count = np.empty(n_strings, dtype=smallest_type(int(table.max())))
    n_before = 0
    for start in range(0, len(table), BLOCK):  # not all at once: 8 bytes a string
        part = table[start : start + BLOCK]
        found = np.flatnonzero(part)
        here = slice(n_before, n_before + len(found))
        number[here], count[here] = found + start, part[found]
        n_before += len(found)
    return StringCounts(number, count)


def _count_equal(numbers: IntArray) -> StringCounts:
    numbers.sort()
    first = _first_of_equals(numbers)
    return StringCounts(shrink(numbers[first]), shrink(np.diff(first, append=len(numbers))))


def _merge(parts: list[StringCounts]) -> StringCounts:
    """Add counts up."""
    if len(parts) == 1:
        return parts[0]
    empty = np.zeros(0, dtype=np.uint8)
    number = np.concatenate([part.number for part in parts] or [empty])
    count = np.concatenate([part.count for part in parts] or [empty])
    if not len(number):
        return StringCounts(number, count)
    order = np.argsort(number, kind="stable")  # fast on what is sorted in parts
    number, count = number[order], count[order]
    first = _first_of_equals(number)
    return StringCounts(number[first], shrink(np.add.reduceat(count, first, dtype=np.int64)))


def _first_of_equals(numbers: NDArray[np.integer]) -> IntArray:
    """Tell where runs of equal numbers begin."""
    return np.flatnonzero(np.diff(numbers, prepend=-1) != 0)


def shrink(values: NDArray[Any]) -> NDArray[np.integer]:
    """Store counting numbers in as few bytes as the largest needs."""
    return values.astype(smallest_type(int(values.max(initial=0))))


def smallest_type(largest: int) -> np.dtype[Any]:
    """Return the smallest type of whole numbers from 0; never uint64, which mixes to floats."""
    return np.min_scalar_type(largest) if largest < 1 << 32 else np.dtype(np.int64)
