"""`Sequences`: encoded sequences in one buffer, sliced by rows without copying bases."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NoReturn

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skdeepg.sequences.qualities import Qualities
from skdeepg.sequences.store import (
    IntArray,
    RecordTable,
    Store,
    object_array,
    ranges,
    row_index,
)
from skdeepg.sequences.vocabulary import Codes, Vocabulary

__all__ = [
    "IntArray",
    "RecordTable",
    "Sequences",
    "object_array",
    "ranges",
]


class Sequences:
    """Encoded sequences: rows of one or more records, one byte a base.

    What the loaders return and every estimator accepts as ``X``. Indexing by rows (integers,
    slices, masks, index arrays with repeats) gives another `Sequences` on the same bases. Made by
    `read_sequences`, `load_labelled_folders` and their like, not by hand.

    Parameters
    ----------
    store : Store
        What was read: bases, records, rows.
    rows : ndarray of shape (n_rows,) and dtype int64, default=None
        The rows of the store that are meant; None for all.

    Attributes
    ----------
    shape : tuple of int
        ``(n_rows,)``.
    vocabulary : Vocabulary
        Letters and codes.
    names : ndarray of shape (n_rows,) and dtype object
        The name of each row: its file's name, or its record's.
    lengths : ndarray of shape (n_rows,) and dtype int64
        Bases a row.

    Examples
    --------
    >>> from skdeepg.sequences import read_sequences
    >>> X = read_sequences(["ACGT", "GGN"])
    >>> X
    Sequences(2 rows, 2 records, 7 bases, vocabulary='ACGT')
    >>> X[[1]].sequence(0)
    'GGN'
    """

    def __init__(self, store: Store, rows: IntArray | None = None) -> None:
        self._store = store
        self._rows = np.arange(len(store.row_names)) if rows is None else rows

    @property
    def vocabulary(self) -> Vocabulary:
        """Letters and codes."""
        return self._store.vocabulary

    @property
    def codes(self) -> Codes:
        """The buffer of all bases read, also of rows that this slice leaves out (read only)."""
        return self._store.codes

    @property
    def qualities(self) -> Qualities | None:
        """The quality of each base in `codes`: Phred plus one, or 0 if not known (read only).

        None where rows were read without qualities.
        """
        return self._store.qualities

    @property
    def has_qualities(self) -> bool:
        """Whether the quality of any base is known, also of rows that this slice leaves out."""
        parts = self._store.quality_parts
        if parts is not None:
            return any(part.has_content for part in parts.parts)
        return self.qualities is not None and bool(self.qualities.any())

    @property
    def shape(self) -> tuple[int]:
        """The number of rows, as a tuple."""
        return (len(self._rows),)

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, key: Any) -> Sequences:
        return Sequences(self._store, self._rows[row_index(key, len(self))])

    def __iter__(self) -> Iterator[Sequences]:
        return (self[i] for i in range(len(self)))

    def __array__(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(
            "Sequences are not an array: give them to a skdeepg estimator or transformer as they "
            "are, or cut them into a 2-D array of codes by skdeepg.cut_windows."
        )

    def __repr__(self) -> str:
        return (
            f"Sequences({len(self):,} rows, {self.n_records:,} records, {self.n_bases:,} bases, "
            f"vocabulary={self.vocabulary.letters!r})"
        )

    def __getstate__(self) -> dict[str, Any]:
        """Leave out mapped bases; and those of other rows when less than half are needed."""
        store, rows = self._store, self._rows
        if store.parts is not None:
            store = store.without_codes()
        elif self.n_bases < 0.5 * len(store.codes):
            store, rows = _compact(self), np.arange(len(self))
        return {"_store": store, "_rows": rows}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._store = state["_store"].with_codes()
        self._rows = state["_rows"]

    @property
    def names(self) -> NDArray[np.object_]:
        """The name of each row: its file's name, or its record's."""
        return self._store.row_names[self._rows]

    @property
    def n_records(self) -> int:
        """The number of records of all rows."""
        return int(np.diff(self._store.row_offsets)[self._rows].sum())

    @property
    def n_bases(self) -> int:
        """The number of bases of all rows."""
        return int(self.lengths.sum())

    @property
    def lengths(self) -> IntArray:
        """Bases of each row."""
        return self._store.row_lengths[self._rows]

    def records(self) -> RecordTable:
        """List the records of all rows.

        Returns
        -------
        RecordTable
            Row, place in `codes`, name and file of each record, in the order of the rows.

        Examples
        --------
        >>> from skdeepg.sequences import read_sequences
        >>> read_sequences(["ACGT", "GG"]).records().end
        array([4, 6])
        """
        first = self._store.row_offsets[self._rows]
        counts = self._store.row_offsets[self._rows + 1] - first
        rows = np.repeat(np.arange(len(self)), counts)
        index = ranges(first, counts)
        store = self._store
        return RecordTable(rows, index, store.starts[index], store.ends[index], store)

    def by_record(self) -> Sequences:
        """Give the records of these rows as rows, on the same bases.

        Returns
        -------
        Sequences
            One row a record, named as the record.

        Examples
        --------
        >>> from skdeepg.datasets import load_16s_bacteria
        >>> pieces = load_16s_bacteria(subset="validation").data
        >>> len(pieces.by_record()) == pieces.n_records
        True
        """
        store = self._store
        offsets = np.arange(len(store.names) + 1)
        by_record = replace(store, row_offsets=offsets, row_names=store.names)
        return Sequences(by_record, self.records().index)

    def sequence(self, row: int) -> str:
        """Give one row's letters, records joined.

        Parameters
        ----------
        row : int
            The row, counted from 0.

        Returns
        -------
        str
            Upper-case letters; ambiguous letters as N.

        Examples
        --------
        >>> from skdeepg.sequences import read_sequences
        >>> read_sequences(["acgu", "GGR"]).sequence(0)
        'ACGT'
        """
        places = self[[row]]._places()
        return "".join(self.vocabulary.decode(self.codes[start:end]) for start, end in places)

    def reverse_complement(self) -> Sequences:
        """Give the other strand of every record; rows and records keep their places.

        Returns
        -------
        Sequences
            A copy, bases included.

        Raises
        ------
        ValueError
            If the complement of a letter of the vocabulary is not in it.

        Examples
        --------
        >>> from skdeepg.sequences import read_sequences
        >>> read_sequences(["AACG", "TTG"]).reverse_complement().sequence(0)
        'CGTT'
        """
        codes = self._store.room_for(self.n_bases)
        begin, places = 0, self._places()
        for start, end in places:
            length = end - start
            codes[begin : begin + length] = self.vocabulary.reverse_complement(
                self.codes[start:end]
            )
            begin += length
        qualities = self.qualities
        if qualities is not None:
            qualities = _concatenate([qualities[start:end][::-1] for start, end in places])
        return Sequences(_compact_with(self, codes, qualities))

    def _places(self) -> list[tuple[int, int]]:
        """List where the records of all rows start and end in the buffer."""
        table = self.records()
        return list(zip(table.start.tolist(), table.end.tolist(), strict=True))

    def letter_frequencies(self) -> NDArray[np.float64]:
        """Give the share of each letter in all rows.

        Returns
        -------
        ndarray of shape (n_symbols,)
            The share of each letter of the vocabulary; ambiguous letters do not count. Equal
            shares if there is no other letter.

        Examples
        --------
        >>> from skdeepg.sequences import read_sequences
        >>> read_sequences(["AAAC", "GNNC"]).letter_frequencies()
        array([0.5       , 0.33333333, 0.16666667, 0.        ])
        """
        counts = self.count_letters()
        if counts.sum() == 0:
            return np.full(len(counts), 1 / len(counts))
        return np.asarray(counts / counts.sum())

    def count_letters(self) -> IntArray:
        """Count the letters of all rows.

        Returns
        -------
        ndarray of shape (n_symbols,) and dtype int64
            How often each letter of the vocabulary occurs.

        Examples
        --------
        >>> from skdeepg.sequences import read_sequences
        >>> read_sequences(["AAAC", "GNNC"]).count_letters()
        array([3, 2, 1, 0])
        """
        counts = np.zeros(256, dtype=np.int64)
        for start, end in self._places():
            counts += _count_codes(self.codes[start:end])
        return counts[: self.vocabulary.n_symbols]

    def digest(self) -> bytes:
        """Give 16 bytes that differ for other bases or records, whatever their names.

        Returns
        -------
        bytes
            BLAKE2b of the codes and the lengths of the records.

        Examples
        --------
        >>> from skdeepg.sequences import read_sequences
        >>> read_sequences(["ACGT"]).digest() == read_sequences(["acgu"]).digest()
        True
        """
        table = self.records()
        hashed = hashlib.blake2b(table.length.tobytes(), digest_size=16)
        for start, end in zip(table.start, table.end, strict=True):
            hashed.update(self.codes[start:end].data)
        return hashed.digest()

    def check_files(self) -> None:
        """Check that the files which were encoded by ``memory=`` are as they were then.

        Raises
        ------
        ChangedFileError
            If one has changed or is gone: names it. Rows that are in memory have no file to check.

        Examples
        --------
        >>> from skdeepg.sequences import read_sequences
        >>> read_sequences(["ACGT"]).check_files()
        """
        for part in self._store.sources:
            part.check_source()

    @property
    def pair_length(self) -> int | None:
        """Bases of each pair of reads; None if rows are no pairs."""
        return self._store.pair_length

    def to_frame(self) -> pd.DataFrame:
        """List the records.

        Returns
        -------
        pandas.DataFrame
            One line a record: row, record (name), file, length (bases).

        Examples
        --------
        >>> from skdeepg.sequences import read_sequences
        >>> read_sequences(["ACGT", "GG"]).to_frame()["length"].tolist()
        [4, 2]
        """
        table = self.records()
        return pd.DataFrame(
            {"row": table.row, "record": table.name, "file": table.file, "length": table.length}
        )


def _count_codes(codes: Codes, chunk: int = 1 << 20) -> IntArray:
    """Count codes by chunks: bincount makes 8-byte copies."""
    counts = np.zeros(256, dtype=np.int64)
    for start in range(0, len(codes), chunk):
        counts += np.bincount(codes[start : start + chunk], minlength=256)
    return counts


def _compact(sequences: Sequences) -> Store:
    """Copy the rows of a slice into a store of their own."""
    codes, qualities, places = sequences.codes, sequences.qualities, sequences._places()
    return _compact_with(
        sequences,
        _concatenate([codes[a:b] for a, b in places]),
        None if qualities is None else _concatenate([qualities[a:b] for a, b in places]),
    )


def _compact_with(sequences: Sequences, codes: Codes, qualities: Qualities | None) -> Store:
    """Make a store of the rows of a slice, with their bases in one piece."""
    store, table = sequences._store, sequences.records()
    counts = np.diff(store.row_offsets)[sequences._rows]
    ends = np.cumsum(table.length, dtype=np.int64)
    return Store(
        vocabulary=store.vocabulary,
        codes=codes,
        starts=ends - table.length,
        ends=ends,
        names=table.name,
        files=table.file,
        row_offsets=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        row_names=sequences.names,
        qualities=qualities,
        pair_length=store.pair_length,
    )


def _concatenate(pieces: list[Codes]) -> Codes:
    return np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.uint8)
