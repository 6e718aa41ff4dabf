"""Records of files and rows, a group at a time: a genome, or thousands of contigs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from skdeepg.exceptions import ChangedFileError
from skdeepg.sequences.builder import SequencesBuilder
from skdeepg.sequences.collection import Sequences
from skdeepg.sequences.fasta import check_file
from skdeepg.sequences.inputs import check_vocabulary, list_rows, read_sequences
from skdeepg.sequences.pieces import read_pieces
from skdeepg.sequences.vocabulary import Vocabulary
from skdeepg.sequences.windows import SequenceWindows

__all__ = ["RecordSource", "list_sources"]

BASES: Final = 1 << 23
RECORDS: Final = 1 << 14
PIECE: Final = 1 << 20

FileState = tuple[str, int, int]


@dataclass(frozen=True)
class RecordSource:
    """Where records come from: a file, which is read when they are asked for, or memory.

    Attributes
    ----------
    path : pathlib.Path or None
        The file.
    sequences : Sequences or None
        Rows in memory, one record each.
    """

    path: Path | None = None
    sequences: Sequences | None = None

    def groups(self, vocabulary: Vocabulary) -> Iterator[Sequences]:
        """Give the records as rows, in order: up to 8 million bases, or one longer record.

        Parameters
        ----------
        vocabulary : Vocabulary
            Letters and codes.

        Yields
        ------
        Sequences
            Some records.

        Raises
        ------
        ChangedFileError
            If the file changes while it is read, or before the last group is done with.
        InvalidSequenceFileError, InvalidLetterError, FileNotFoundError
            If the file cannot be read.
        ValueError
            If two records of a file have one name.
        """
        if self.path is not None:
            yield from _group_file(self.path, vocabulary)
        elif self.sequences is not None:
            yield from _group_sequences(self.sequences)

    def identity(self) -> str:
        """Tell this source from others, and a file from what it was before a change."""
        if self.path is not None:
            return repr(_state_of(self.path))
        return "" if self.sequences is None else self.sequences.digest().hex()

    @property
    def n_bytes(self) -> int:
        """Bytes of the file or bases in memory."""
        if self.path is not None:
            return self.path.stat().st_size
        return 0 if self.sequences is None else self.sequences.n_bases


def list_sources(X: Any, vocabulary: Vocabulary, input: str = "auto") -> list[RecordSource]:
    """Tell the files from the sequences of any rows.

    Parameters
    ----------
    X : Sequences, SequenceWindows, path, or list-like of sequences or paths
        The rows.
    vocabulary : Vocabulary
        Of sequences in memory.
    input : {"auto", "filename"}, default="auto"
        With "filename" a string is a path.

    Returns
    -------
    list of RecordSource
        In order.

    Raises
    ------
    ValueError
        If two sequences in memory have one name, or they were read with other letters.
    """
    if isinstance(X, SequenceWindows):
        X = X.sequences
    if isinstance(X, Sequences):
        return [_in_memory(check_vocabulary(X, vocabulary))]
    if isinstance(X, Path) or (input == "filename" and isinstance(X, str)):
        X = [X]
    sources: list[RecordSource] = []
    rows: list[Any] = []
    for item in list_rows(X):
        if isinstance(item, Path) or (input == "filename" and isinstance(item, str)):
            sources.append(RecordSource(path=check_file(item)))
        else:
            rows.append(item)
    if rows and sources:
        raise ValueError(
            f"X has {len(sources)} files and {len(rows)} sequences: give either, so that names of "
            "records tell where they are from."
        )
    _check_once([source.path for source in sources])
    return sources or [_in_memory(read_sequences(rows, vocabulary))]


def _check_once(paths: list[Path | None]) -> None:
    seen: set[Path | None] = set()
    for path in paths:
        if path in seen:
            raise ValueError(f"X: the file {path} comes twice; records are told apart by file.")
        seen.add(path)


def _in_memory(sequences: Sequences) -> RecordSource:
    table = sequences.records()
    seen: set[tuple[str, str]] = set()
    for file, name in zip(table.file, table.name, strict=True):
        _check_name(name, (file, name) in seen, file or "X")
        seen.add((file, name))
    return RecordSource(sequences=sequences.by_record())


def _check_name(name: str, is_known: bool, where: str | Path) -> None:
    if is_known:
        raise ValueError(
            f"{where} has two records named {name!r}, and a name tells where in a genome a window "
            "is: rename one."
        )


def _group_file(path: Path, vocabulary: Vocabulary) -> Iterator[Sequences]:
    before = _state_of(path)
    names: set[str] = set()
    builder, current = SequencesBuilder(vocabulary), ""
    for piece in read_pieces(path, PIECE):
        if piece.offset == 0:
            _check_name(piece.name, piece.name in names, path)
            names.add(piece.name)
            _end_record(builder, current, path)
            if builder.n_bases + len(piece.letters) > BASES or builder.n_records >= RECORDS:
                if builder.n_records:
                    yield builder.build()
                builder = SequencesBuilder(vocabulary)
            current = piece.name
        builder.extend_record(piece.letters, f"record {piece.name!r} of {path}", piece.offset)
    _end_record(builder, current, path)
    if builder.n_records:
        yield builder.build()
    _check_unchanged(path, before)


def _end_record(builder: SequencesBuilder, name: str, path: Path) -> None:
    if builder.n_open:
        builder.end_record(name, str(path))
        builder.end_row(name)


def _group_sequences(records: Sequences) -> Iterator[Sequences]:
    ends = np.cumsum(records.lengths)
    start = 0
    while start < len(records):
        before = int(ends[start - 1]) if start else 0
        stop = int(np.searchsorted(ends, before + BASES, side="right"))
        stop = min(max(stop, start + 1), start + RECORDS)
        yield records[start:stop]
        start = stop


def _state_of(path: Path) -> FileState:
    status = path.stat()
    return os.path.realpath(path), status.st_size, status.st_mtime_ns


def _check_unchanged(path: Path, before: FileState) -> None:
    try:
        after: FileState | None = _state_of(path)
    except FileNotFoundError:
        after = None
    if after != before:
        raise ChangedFileError(
            f"{path} {'is gone' if after is None else 'has changed'} since reading it began, and "
            "with it what its windows are. Start again when the file is complete."
        )
