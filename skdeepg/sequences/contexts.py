"""The letters before places of sequences, as numbers: read for all places of a block at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdeepg.sequences.collection import IntArray, RecordTable, ranges
from skdeepg.sequences.vocabulary import Codes

__all__ = ["BLOCK", "Contexts", "every_place", "read_contexts"]

BLOCK = 1 << 18  # bases at a time: their arrays stay in the cache


@dataclass(frozen=True)
class Contexts:
    """The letters before some places, back to the nearest that is none, as numbers.

    Attributes
    ----------
    number : ndarray of shape (n,) and dtype int64
        The letters as the digits of a number of `order` digits, the nearest letter first, zeros
        after the last: the contexts that agree in their nearest letters are neighbours.
    length : ndarray of shape (n,) and dtype uint8
        How many letters these are, at most `order`.
    order : int
        The most letters.
    """

    number: IntArray
    length: NDArray[np.uint8]
    order: int

    def __len__(self) -> int:
        return len(self.number)

    def __getitem__(self, which: Any) -> Contexts:
        return Contexts(self.number[which], self.length[which], self.order)

    def nearest(self, length: int, n_symbols: int) -> IntArray:
        """Give the numbers of the nearest letters alone."""
        return np.asarray(self.number // n_symbols ** (self.order - length))


def read_contexts(
    codes: Codes, begin: IntArray, place: IntArray, order: int, n_symbols: int
) -> Contexts:
    """Read the contexts of places.

    Parameters
    ----------
    codes : ndarray of dtype uint8
        All bases.
    begin, place : ndarray of shape (n,) and dtype int64
        The first base of the record and the place itself, both in `codes`.
    order : int
        The most letters.
    n_symbols : int
        The number of letters; larger codes end a context.

    Returns
    -------
    Contexts
        One a place.
    """
    number = np.zeros(len(place), dtype=np.int64)
    length = np.zeros(len(place), dtype=np.uint8)
    clean = np.ones(len(place), dtype=bool)
    before = place.copy()
    for _ in range(order):
        before -= 1
        clean &= before >= begin
        base = codes.take(before, mode="clip")  # of another record, if not clean
        clean &= base < n_symbols
        number *= n_symbols
        number += base * clean
        length += clean
    return Contexts(number, length, order)


def every_place(
    table: RecordTable, first: int = 0, block: int = BLOCK
) -> Iterator[tuple[IntArray, IntArray]]:
    """List all bases of some records, block by block.

    Parameters
    ----------
    table : RecordTable
        The records.
    first : int, default=0
        The first base of each record that is listed.
    block : int
        Bases at a time.

    Yields
    ------
    record, position : ndarray of shape (n,) and dtype int64
        The record (an index into the table) and the place in it.
    """
    ends = np.cumsum(np.maximum(table.length - first, 0))
    total = int(ends[-1]) if len(ends) else 0
    for start in range(0, total, block):
        stop = min(start + block, total)
        low, high = np.searchsorted(ends, [start, stop - 1], side="right")
        records = np.arange(low, high + 1)
        upto = np.minimum(ends[records], stop)
        n_bases = np.diff(upto, prepend=start)
        position = table.length[records] - (ends[records] - upto) - n_bases
        yield np.repeat(records, n_bases), ranges(position, n_bases)
