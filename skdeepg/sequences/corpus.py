"""`Sequences` of files that are encoded once: their codes stay on disk, mapped into memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from skdeepg.sequences.cache import CodeCache
from skdeepg.sequences.collection import IntArray, Sequences, object_array
from skdeepg.sequences.entries import Entry
from skdeepg.sequences.mapping import MappedParts, Part
from skdeepg.sequences.store import Store

__all__ = ["CachedFile", "join_files"]


@dataclass(frozen=True)
class CachedFile:
    """A file and its entry in the cache."""

    path: Path
    entry: Entry

    def n_rows(self, by: str) -> int:
        """Tell how many rows it makes."""
        return len(self.entry.content.names) if by == "record" else 1

    def part(self) -> Part:
        """Describe its codes as a part of a buffer."""
        content = self.entry.content
        return Part(
            n_bases=content.n_bases,
            entry=str(self.entry.path),
            digest=self.entry.digest,
            source=str(self.path),
            size=content.size,
            stamp=self.entry.stamp,
            content_hash=content.content_hash,
        )


def join_files(
    files: Sequence[CachedFile], cache: CodeCache, by: str, loose: Sequences | None = None
) -> Sequences:
    """Make one collection of files in the cache, and of rows in memory behind them.

    Parameters
    ----------
    files : sequence of CachedFile
        The files.
    cache : CodeCache
        Where they are.
    by : {"file", "record"}
        Whether a file makes one row, or each of its records one.
    loose : Sequences, default=None
        Rows in memory.

    Returns
    -------
    Sequences
        Rows of the files in their order, then those in memory.
    """
    parts = [file.part() for file in files]
    tables = [_table_of(file, by) for file in files]
    quality_parts: list[Part] = []
    for file, part in zip(files, parts, strict=True):
        quality_parts.append(replace(part, offset=file.entry.content.quality_offset))
    if loose is not None:
        store = loose._store
        parts.append(Part(len(store.codes), held=store.codes.tobytes()))
        held = None if store.qualities is None else store.qualities.tobytes()
        quality_parts.append(Part(len(store.codes), held=held))
        tables.append(Table.of_store(store))
    mapped = MappedParts(tuple(parts), str(cache.folder))
    qualities = MappedParts(tuple(quality_parts), str(cache.folder)) if cache.quality else None
    table = Table.join(tables, mapped.starts())
    return Sequences(
        Store(
            vocabulary=cache.vocabulary,
            codes=mapped.map(),
            qualities=None if qualities is None else qualities.map(),
            parts=mapped,
            quality_parts=qualities,
            sources=mapped.sources(),
            **vars(table),
        )
    )


@dataclass(frozen=True)
class Table:
    """Records and rows of a part of the buffer, as a `Store` has them."""

    starts: IntArray
    ends: IntArray
    names: np.ndarray
    files: np.ndarray
    row_offsets: IntArray
    row_names: np.ndarray

    @classmethod
    def of_store(cls, store: Store) -> Table:
        """Take the table of rows in memory."""
        return cls(**{name: getattr(store, name) for name in cls.__dataclass_fields__})

    @classmethod
    def join(cls, tables: Sequence[Table], first_bases: IntArray) -> Table:
        """Put tables behind one another."""
        n_records = np.cumsum([0, *(len(table.names) for table in tables)])

        def joined(name: str, shifts: IntArray | None = None) -> np.ndarray:
            columns = [getattr(table, name) for table in tables]
            if shifts is not None:
                columns = [column + shift for column, shift in zip(columns, shifts, strict=False)]
            return np.concatenate(columns)

        return cls(
            starts=joined("starts", first_bases),
            ends=joined("ends", first_bases),
            names=joined("names"),
            files=joined("files"),
            row_offsets=np.concatenate([[0], joined("row_ends", n_records)]),
            row_names=joined("row_names"),
        )

    @property
    def row_ends(self) -> IntArray:
        """The number of records up to the end of each row."""
        return self.row_offsets[1:]


def _table_of(file: CachedFile, by: str) -> Table:
    content = file.entry.content
    n_records = len(content.names)
    ends = np.cumsum(content.lengths)
    names = object_array(content.names)
    if by == "record":
        check_names(content.names, file.path)
    return Table(
        starts=ends - content.lengths,
        ends=ends,
        names=names,
        files=np.full(n_records, str(file.path), dtype=object),
        row_offsets=np.arange(n_records + 1) if by == "record" else np.array([0, n_records]),
        row_names=names if by == "record" else object_array([file.path.name]),
    )


def check_names(names: Sequence[str], path: Path) -> None:
    """Refuse two records of one name where each is a row."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ValueError(
                f"{path} has two records named {name!r}; rows by record need names of their own: "
                "rename one, or use by='file'."
            )
        seen.add(name)
