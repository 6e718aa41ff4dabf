"""Paired reads: both reads of a pair, each brought to half of a window, make one record."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from skdeepg.exceptions import LostDataWarning
from skdeepg.sequences.collection import IntArray, RecordTable, Sequences
from skdeepg.sequences.inputs import is_pair
from skdeepg.sequences.store import Store
from skdeepg.sequences.vocabulary import Codes

__all__ = ["has_pairs", "read_pairs"]

BASES_AT_ONCE: Final = 1 << 22
NUMBER_OF_READ: Final = re.compile(r"[/._][12]$")


def has_pairs(X: Any) -> bool:
    """Tell rows that are pairs: tuples of two sequences or two paths."""
    return isinstance(X, list | tuple) and any(is_pair(item) for item in X)


def read_pairs(
    rows: Any,
    read: Callable[[list[Any]], Sequences],
    window_length: int,
    short: Literal["pad", "repeat", "drop", "error"],
) -> Sequences:
    """Read rows of pairs: each pair of reads becomes a record of the length of a window.

    Parameters
    ----------
    rows : list of tuple
        Two sequences, or two files whose first records are a pair, and their second ones.
    read : callable
        Reads the first, or the second, of all rows.
    window_length : int
        Bases of a window: half for the first read (of an odd number one more), half for the second.
    short : {"pad", "repeat", "drop", "error"}
        What becomes of a read that is shorter; reads cannot be dropped.

    Returns
    -------
    Sequences
        Row for row.

    Raises
    ------
    ValueError
        If a row is not a pair, its files have different numbers of reads or of other names, a
        read is too short with ``short="error"``, or short is "drop".

    Warns
    -----
    LostDataWarning
        If reads are longer than half a window: their ends are left out.
    """
    for number, row in enumerate(rows):
        if not is_pair(row):
            raise ValueError(
                f"Row {number} of X is {str(row)[:80]!r}, where other rows are pairs: give a tuple "
                "of two sequences or two paths in all rows, or in none."
            )
    if short == "drop":
        raise ValueError("short='drop' is not for pairs: choose short='pad', 'repeat' or 'error'.")
    lengths = (-(-window_length // 2), window_length // 2)
    if lengths[1] == 0:
        raise ValueError("window_length=1 has no room for a pair of reads; it must be at least 2.")
    sides = [Side(read([row[i] for row in rows]), lengths[i]) for i in (0, 1)]
    check_same_reads(*sides)
    for side in sides:
        if short == "error":
            side.check_lengths()
        side.report_longer(window_length)
    return _join(sides, window_length, repeat=short == "repeat")


@dataclass(frozen=True)
class Side:
    """The first, or the second, reads of all pairs, and the bases that each is to have."""

    reads: Sequences
    n_bases: int

    @property
    def table(self) -> RecordTable:
        """The reads."""
        return self.reads.records()

    def check_lengths(self) -> None:
        """Refuse reads that are shorter than half a window."""
        table = self.table
        short = np.flatnonzero(table.length < self.n_bases)
        if len(short):
            i = short[0]
            raise ValueError(
                f"{len(short)} reads are shorter than half a window ({self.n_bases} bases); the "
                f"first is {table.name[i]!r} of row {table.row[i]} with {table.length[i]} bases. "
                "Choose short='pad' or 'repeat', or shorter windows."
            )

    def report_longer(self, window_length: int) -> None:
        """Warn of reads that do not fit into half a window."""
        table = self.table
        longer = np.flatnonzero(table.length > self.n_bases)
        if len(longer):
            warnings.warn(
                f"{len(longer)} of {len(table.length)} reads are longer than half a window of "
                f"{window_length} bases (the longest has {table.length.max()}); the ends are left "
                "out. A window_length of twice the length of a read keeps them.",
                LostDataWarning,
                stacklevel=2,
            )

    def places(self, chosen: slice, repeat: bool) -> tuple[IntArray, NDArray[np.bool_]]:
        """Tell where in the buffer the bases of some reads are, and which are padding."""
        table = self.table
        length = table.length[chosen][:, np.newaxis]
        offset = np.arange(self.n_bases)
        missing = np.maximum(self.n_bases - length, 0)
        offset = offset % length if repeat else offset - missing
        return table.start[chosen][:, np.newaxis] + np.maximum(offset, 0), offset < 0


def check_same_reads(first: Side, second: Side) -> None:
    """Refuse files that do not have the same reads in the same order."""
    counts = [np.bincount(s.table.row, minlength=len(s.reads)) for s in (first, second)]
    other = np.flatnonzero(counts[0] != counts[1])
    if len(other):
        row = other[0]
        names = [side.reads.names[row] for side in (first, second)]
        raise ValueError(
            f"The files of row {row} are no pair: {names[0]} has {counts[0][row]} reads and "
            f"{names[1]} has {counts[1][row]}. Filter both alike, so that each read has its mate."
        )
    names = [[_name_of_pair(name) for name in side.table.name] for side in (first, second)]
    for i, (one, mate) in enumerate(zip(*names, strict=True)):
        if one != mate and first.table.file[i]:
            row = first.table.row[i]
            raise ValueError(
                f"The files of row {row} are no pair: read {i - int(counts[0][:row].sum())} "
                f"(counted from 0) is {first.table.name[i]!r} in {first.table.file[i]} and "
                f"{second.table.name[i]!r} in {second.table.file[i]}. Sort both alike."
            )


def _name_of_pair(name: str) -> str:
    return NUMBER_OF_READ.sub("", name)


def _join(sides: list[Side], window_length: int, repeat: bool) -> Sequences:
    first = sides[0]
    table = first.table
    n_pairs = len(table.row)
    stores = [side.reads._store for side in sides]
    n_bases = n_pairs * window_length
    codes = stores[0].room_for(n_bases).reshape(n_pairs, window_length)
    qualities = None
    if stores[0].qualities is not None:
        qualities = stores[0].room_for(n_bases).reshape(n_pairs, window_length)
    step = max(1, BASES_AT_ONCE // window_length)
    for begin in range(0, n_pairs, step):
        chosen = slice(begin, begin + step)
        graded = None if qualities is None else qualities[chosen]
        _fill(codes[chosen], graded, sides, chosen, repeat)
    starts = np.arange(n_pairs, dtype=np.int64) * window_length
    counts = np.bincount(table.row, minlength=len(first.reads))
    return Sequences(
        Store(
            vocabulary=first.reads.vocabulary,
            codes=codes.reshape(-1),
            starts=starts,
            ends=starts + window_length,
            names=table.name,
            files=table.file,
            row_offsets=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            row_names=first.reads.names,
            qualities=None if qualities is None else qualities.reshape(-1),
            sources=stores[0].sources + stores[1].sources,
            pair_length=window_length,
        )
    )


def _fill(
    codes: Codes,
    qualities: NDArray[np.uint8] | None,
    sides: list[Side],
    chosen: slice,
    repeat: bool,
) -> None:
    """Put the reads of some pairs side by side."""
    for side, columns in zip(
        sides, (slice(None, sides[0].n_bases), slice(sides[0].n_bases, None)), strict=True
    ):
        place, outside = side.places(chosen, repeat)
        padding = side.reads.vocabulary.padding_code
        codes[:, columns] = np.where(outside, padding, side.reads.codes[place])
        if qualities is not None and side.reads.qualities is not None:
            qualities[:, columns] = np.where(outside, 0, side.reads.qualities[place])
