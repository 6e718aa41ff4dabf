"""`Sequences`: encoded sequences in one buffer, sliced by rows without copying bases."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skdeepg.sequences.vocabulary import Codes, Vocabulary

__all__ = ["Sequences", "SequencesBuilder"]

IntArray = NDArray[np.int64]

CHUNK = 1 << 18


@dataclass(frozen=True)
class Store:
    """What was read, shared by all slices: bases, then records, then rows.

    Record i has the bases ``offsets[i]:offsets[i + 1]``; stored row i has the records
    ``row_offsets[i]:row_offsets[i + 1]``.
    """

    vocabulary: Vocabulary
    codes: Codes
    offsets: IntArray
    names: NDArray[np.object_]
    files: NDArray[np.object_]
    row_offsets: IntArray
    row_names: NDArray[np.object_]


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
        """Leave out the bases of other rows when less than half are needed."""
        store, rows = self._store, self._rows
        if self.n_bases < 0.5 * len(store.codes):
            store, rows = _compact(self), np.arange(len(self))
        return {"_store": store, "_rows": rows}

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
        bounds = self._store.offsets[self._store.row_offsets]
        return np.diff(bounds)[self._rows]

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
        offsets = self._store.offsets
        return RecordTable(rows, index, offsets[index], offsets[index + 1], self._store)

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
        table = self[[row]].records()
        return self.vocabulary.decode(self.codes[table.start[0] : table.end[-1]])

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
        store = _compact(self)
        codes = np.empty_like(store.codes)
        for start, end in zip(store.offsets[:-1], store.offsets[1:], strict=True):
            codes[start:end] = self.vocabulary.reverse_complement(store.codes[start:end])
        return Sequences(replace(store, codes=codes))

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
        table = self.records()
        for start, end in zip(table.start, table.end, strict=True):
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


@dataclass(frozen=True)
class RecordTable:
    """Records of some rows: arrays of equal length, positions in the buffer of codes."""

    row: IntArray
    index: IntArray
    start: IntArray
    end: IntArray
    _store: Store = field(repr=False)

    @property
    def length(self) -> IntArray:
        """Bases of each record."""
        return self.end - self.start

    @property
    def name(self) -> NDArray[np.object_]:
        """Names of the records."""
        return self._store.names[self.index]

    @property
    def file(self) -> NDArray[np.object_]:
        """Files of the records; empty for sequences from memory."""
        return self._store.files[self.index]


class SequencesBuilder:
    """Collects records and rows; the buffer grows in place, so memory is one byte a base."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._codes = bytearray()
        self._offsets = [0]
        self._names: list[str] = []
        self._files: list[str] = []
        self._row_offsets = [0]
        self._row_names: list[str] = []

    def add_record(self, sequence: str | bytes, name: str, file: str, where: str) -> None:
        """Append a record to the row being built."""
        for start in range(0, len(sequence), CHUNK):  # small copies stay in the cache
            piece = sequence[start : start + CHUNK]
            self._codes += self.vocabulary.translate(piece, where, offset=start)
        self._offsets.append(len(self._codes))
        self._names.append(name)
        self._files.append(file)

    def end_row(self, name: str) -> None:
        """Close the row being built."""
        self._row_offsets.append(len(self._names))
        self._row_names.append(name)

    def build(self) -> Sequences:
        """Return the collection."""
        return Sequences(
            Store(
                vocabulary=self.vocabulary,
                codes=np.frombuffer(memoryview(self._codes).toreadonly(), dtype=np.uint8),
                offsets=np.array(self._offsets, dtype=np.int64),
                names=object_array(self._names),
                files=object_array(self._files),
                row_offsets=np.array(self._row_offsets, dtype=np.int64),
                row_names=object_array(self._row_names),
            )
        )


def sequences_from_codes(codes: Codes, vocabulary: Vocabulary) -> Sequences:
    """Make each row of a 2-D array of codes a row of one record, without copying."""
    n_rows, width = codes.shape
    names = object_array([str(i) for i in range(n_rows)])
    return Sequences(
        Store(
            vocabulary=vocabulary,
            codes=np.ascontiguousarray(codes).reshape(-1),
            offsets=np.arange(n_rows + 1, dtype=np.int64) * width,
            names=names,
            files=np.full(n_rows, "", dtype=object),
            row_offsets=np.arange(n_rows + 1, dtype=np.int64),
            row_names=names,
        )
    )


def sequences_from_padded_codes(codes: Codes, vocabulary: Vocabulary) -> Sequences:
    """Make each row of a 2-D array of codes a row of one record, without its padding."""
    sequences = sequences_from_codes(codes, vocabulary)
    kept = codes != vocabulary.padding_code
    if kept.all():
        return sequences
    kept[~kept.any(axis=1), 0] = True  # a row of nothing but padding stays a row
    offsets = np.concatenate([[0], np.cumsum(kept.sum(axis=1))]).astype(np.int64)
    return Sequences(replace(sequences._store, codes=codes[kept], offsets=offsets))


def row_index(key: Any, n_rows: int) -> IntArray:
    """Turn any key that scikit-learn or a user gives into row numbers."""
    if isinstance(key, tuple) and len(key) == 2 and key[1] is Ellipsis:
        key = key[0]  # scikit-learn writes X[key, ...]
    if isinstance(key, int | np.integer):
        key = [key]
    if isinstance(key, Sequence) and len(key) == 0:
        return np.zeros(0, dtype=np.int64)
    rows: IntArray = np.arange(n_rows)[key if isinstance(key, slice) else np.asarray(key)]
    return rows


def ranges(first: IntArray, counts: IntArray) -> IntArray:
    """Concatenate ``arange(first[i], first[i] + counts[i])`` for all i."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    return np.asarray(np.arange(total) + np.repeat(first - (ends - counts), counts))


def object_array(items: Sequence[Any]) -> NDArray[np.object_]:
    """Make a 1-D array of objects, whatever the items are."""
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array


def _count_codes(codes: Codes, chunk: int = 1 << 20) -> IntArray:
    """Count codes by chunks: bincount makes 8-byte copies."""
    counts = np.zeros(256, dtype=np.int64)
    for start in range(0, len(codes), chunk):
        counts += np.bincount(codes[start : start + chunk], minlength=256)
    return counts


def _compact(sequences: Sequences) -> Store:
    """Copy the rows of a slice into a store of their own."""
    builder_store = sequences._store
    table = sequences.records()
    counts = np.diff(builder_store.row_offsets)[sequences._rows]
    pieces = [sequences.codes[a:b] for a, b in zip(table.start, table.end, strict=True)]
    return Store(
        vocabulary=builder_store.vocabulary,
        codes=np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.uint8),
        offsets=np.concatenate([[0], np.cumsum(table.length)]).astype(np.int64),
        names=table.name,
        files=table.file,
        row_offsets=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        row_names=sequences.names,
    )
