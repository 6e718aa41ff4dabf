"""Collects records and rows as they are read."""

from __future__ import annotations

from typing import Final

import numpy as np

from skdeepg.sequences.collection import Sequences
from skdeepg.sequences.store import Store, object_array
from skdeepg.sequences.vocabulary import Codes, Vocabulary

__all__ = ["SequencesBuilder"]

CHUNK: Final = 1 << 18


class SequencesBuilder:
    """Collects records and rows; the buffer grows in place, so memory is one byte a base.

    Parameters
    ----------
    vocabulary : Vocabulary
        Letters and codes.
    quality : bool, default=False
        Whether to keep qualities: one more byte a base.
    """

    def __init__(self, vocabulary: Vocabulary, quality: bool = False) -> None:
        self.vocabulary = vocabulary
        self._codes = bytearray()
        self._qualities = bytearray() if quality else None
        self._offsets = [0]
        self._names: list[str] = []
        self._files: list[str] = []
        self._row_offsets = [0]
        self._row_names: list[str] = []

    @property
    def has_qualities(self) -> bool:
        """Whether qualities are kept."""
        return self._qualities is not None

    @property
    def n_bases(self) -> int:
        """Bases so far."""
        return len(self._codes)

    @property
    def n_open(self) -> int:
        """Bases of the record being built."""
        return len(self._codes) - self._offsets[-1]

    @property
    def n_records(self) -> int:
        """Records so far."""
        return len(self._names)

    def add_record(
        self, sequence: str | bytes, name: str, file: str, where: str, qualities: bytes = b""
    ) -> None:
        """Append a record to the row being built; without qualities these are not known."""
        self.extend_record(sequence, where)
        if self._qualities is not None:
            self._qualities += qualities or bytes(len(sequence))
        self.end_record(name, file)

    def add_codes(self, codes: Codes, name: str, file: str) -> None:
        """Append a record that is encoded already; its qualities are not known."""
        self._codes += codes.tobytes()
        if self._qualities is not None:
            self._qualities += bytes(len(codes))
        self.end_record(name, file)

    def extend_record(self, letters: str | bytes, where: str, offset: int = 0) -> None:
        """Append a piece of the record being built, `offset` letters of which came before."""
        for start in range(0, len(letters), CHUNK):  # small copies stay in the cache
            piece = letters[start : start + CHUNK]
            self._codes += self.vocabulary.translate(piece, where, offset=offset + start)

    def end_record(self, name: str, file: str) -> None:
        """Close the record being built."""
        self._offsets.append(len(self._codes))
        self._names.append(name)
        self._files.append(file)

    def end_row(self, name: str) -> None:
        """Close the row being built."""
        self._row_offsets.append(len(self._names))
        self._row_names.append(name)

    def build(self) -> Sequences:
        """Return the collection."""
        offsets = np.array(self._offsets, dtype=np.int64)
        return Sequences(
            Store(
                vocabulary=self.vocabulary,
                codes=_frozen(self._codes),
                qualities=None if self._qualities is None else _frozen(self._qualities),
                starts=offsets[:-1],
                ends=offsets[1:],
                names=object_array(self._names),
                files=object_array(self._files),
                row_offsets=np.array(self._row_offsets, dtype=np.int64),
                row_names=object_array(self._row_names),
            )
        )


def _frozen(data: bytearray) -> Codes:
    return np.frombuffer(memoryview(data).toreadonly(), dtype=np.uint8)
