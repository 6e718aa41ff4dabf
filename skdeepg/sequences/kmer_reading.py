"""Rows of any kind, read a piece at a time and counted: files need no memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from skdeepg.exceptions import InvalidLetterError
from skdeepg.sequences.builder import SequencesBuilder
from skdeepg.sequences.collection import Sequences, object_array
from skdeepg.sequences.inputs import add_sequence, list_rows
from skdeepg.sequences.kmer_counts import KmerCounter
from skdeepg.sequences.kmer_words import KmerWords
from skdeepg.sequences.pieces import read_pieces
from skdeepg.sequences.vocabulary import Codes

__all__ = ["count_codes", "count_rows", "count_sequences"]


def count_codes(codes: Codes, words: KmerWords) -> sparse.csr_matrix:
    """Count the words of each row of a 2-D array of codes.

    Parameters
    ----------
    codes : ndarray of shape (n_rows, width) and dtype uint8
        Each row is a record.
    words : KmerWords
        What is counted.

    Returns
    -------
    scipy.sparse.csr_matrix of shape (n_rows, n_columns) and dtype int64
        Counts.
    """
    counter = KmerCounter(words)
    n_rows, width = codes.shape
    step = max(counter.chunk // width, 1)
    for first in range(0, n_rows, step):
        some = codes[first : first + step]
        counter.add_short(first, some.ravel(), np.full(len(some), width))
    return counter.result(len(codes))


def count_sequences(sequences: Sequences, words: KmerWords) -> sparse.csr_matrix:
    """Count the words of rows that are in memory.

    Parameters
    ----------
    sequences : Sequences
        The rows.
    words : KmerWords
        What is counted.

    Returns
    -------
    scipy.sparse.csr_matrix of shape (n_rows, n_columns) and dtype int64
        Counts.
    """
    counter = KmerCounter(words)
    table, codes = sequences.records(), sequences.codes
    places = zip(table.row.tolist(), table.start.tolist(), table.end.tolist(), strict=True)
    for row, start, end in places:
        counter.add(row, codes[start:end])
    return counter.result(len(sequences))


def count_rows(
    rows: Any, words: KmerWords, input: Literal["auto", "filename"] = "auto"
) -> tuple[sparse.csr_matrix, NDArray[np.object_]]:
    """Count the words of sequences and files.

    Parameters
    ----------
    rows : iterable of str, bytes, Bio.Seq.Seq, Bio.SeqRecord.SeqRecord or pathlib.Path
        As `read_sequences` takes them.
    words : KmerWords
        What is counted.
    input : {"auto", "filename"}, default="auto"
        Whether a string is a path.

    Returns
    -------
    counts : scipy.sparse.csr_matrix of shape (n_rows, n_columns) and dtype int64
        Counts.
    names : ndarray of shape (n_rows,) and dtype object
        The name of each row: its file's, or its record's.
    """
    counter = KmerCounter(words)
    reader = CountingReader(counter)
    for row in list_rows(rows):
        if isinstance(row, Path) or (input == "filename" and isinstance(row, str)):
            reader.add_file(Path(row))
        elif isinstance(row, str):
            reader.add_string(row)
        else:
            reader.add_waiting()
            reader.add_object(row)
    reader.add_waiting()
    return counter.result(len(reader.names)), object_array(reader.names)


class CountingReader(SequencesBuilder):
    """Takes records and rows as a `SequencesBuilder`, but counts them instead of keeping them."""

    def __init__(self, counter: KmerCounter) -> None:
        super().__init__(counter.words.vocabulary)
        self.names: list[str] = []
        self._counter = counter
        self._tail = b""
        self._waiting: list[str] = []
        self._n_waiting = 0

    def add_record(
        self, sequence: str | bytes, name: str, file: str, where: str, qualities: bytes = b""
    ) -> None:
        """Count a record of the row being read."""
        for start in range(0, len(sequence), self._counter.chunk):
            self._add_piece(sequence[start : start + self._counter.chunk], start, where)

    def _add_piece(self, letters: str | bytes, offset: int, where: str) -> None:
        """Count a piece of a record; pieces follow one another."""
        codes = self.vocabulary.translate(letters, where, offset)
        if offset:
            codes = self._tail + codes
        self._tail = codes[max(len(codes) - self._counter.words.span + 1, 0) :]
        self._counter.add(len(self.names), np.frombuffer(codes, dtype=np.uint8))

    def end_row(self, name: str) -> None:
        """Close the row being read."""
        self.names.append(name)

    def add_object(self, row: Any) -> None:
        """Count a sequence of any kind: a row."""
        add_sequence(self, row, number=len(self.names))

    def add_string(self, row: str) -> None:
        """Count a sequence: a row. Short ones wait for others."""
        if len(row) >= self._counter.chunk:
            self.add_waiting()
            self.add_object(row)
            return
        self._waiting.append(row)
        self._n_waiting += len(row)
        if self._n_waiting >= self._counter.chunk:
            self.add_waiting()

    def add_waiting(self) -> None:
        """Count the strings that wait."""
        rows, self._waiting, self._n_waiting = self._waiting, [], 0
        codes = self._encode_joined(rows)
        if codes is None:
            for row in rows:
                self.add_object(row)  # the error names the row
            return
        first = len(self.names)
        self._counter.add_short(first, codes, np.fromiter(map(len, rows), dtype=np.int64))
        self.names += map(str, range(first, first + len(rows)))

    def _encode_joined(self, rows: list[str]) -> Codes | None:
        """Encode all at once; give None if one of them is invalid."""
        if not all(rows):
            return None
        try:
            return self.vocabulary.encode("".join(rows))
        except InvalidLetterError:
            return None

    def add_file(self, path: Path) -> None:
        """Count a file: a row."""
        self.add_waiting()
        for piece in read_pieces(path, self._counter.chunk):
            self._add_piece(piece.letters, piece.offset, f"record {piece.name!r} of {path}")
        self.end_row(path.name)
