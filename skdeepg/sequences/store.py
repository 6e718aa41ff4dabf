"""What `Sequences` are kept in: codes, and the tables of records and rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdeepg.sequences.mapping import MappedParts, Part
from skdeepg.sequences.qualities import Qualities
from skdeepg.sequences.vocabulary import Codes, Vocabulary

__all__ = ["IntArray", "RecordTable", "Store", "object_array", "ranges", "row_index"]

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Store:
    """What was read, shared by all slices: bases, then records, then rows.

    Record i has the bases ``starts[i]:ends[i]``; stored row i has the records
    ``row_offsets[i]:row_offsets[i + 1]``. Qualities, if there are any, are those of the codes at
    the same place. `parts` and `quality_parts` are the files that both are mapped from; `sources`
    the files that were read from a cache. Records of paired reads all have `pair_length` bases.
    """

    vocabulary: Vocabulary
    codes: Codes
    starts: IntArray
    ends: IntArray
    names: NDArray[np.object_]
    files: NDArray[np.object_]
    row_offsets: IntArray
    row_names: NDArray[np.object_]
    qualities: Qualities | None = None
    parts: MappedParts | None = None
    quality_parts: MappedParts | None = None
    sources: tuple[Part, ...] = ()
    pair_length: int | None = None

    def __post_init__(self) -> None:
        self._lock()

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._lock()

    def _lock(self) -> None:
        """Keep views that nobody can write into: all slices share the bases."""
        for name in ("codes", "qualities"):
            array = getattr(self, name)
            if array is not None and array.flags.writeable:
                view = array.view()
                view.flags.writeable = False
                object.__setattr__(self, name, view)

    @cached_property
    def row_lengths(self) -> IntArray:
        """Bases of each stored row."""
        before = np.concatenate([[0], np.cumsum(self.ends - self.starts)])
        return np.diff(before[self.row_offsets])

    def without_codes(self) -> Store:
        """Leave out what the files of `parts` hold."""
        return replace(self, codes=np.zeros(0, dtype=np.uint8), qualities=None)

    def with_codes(self) -> Store:
        """Map the files of `parts` again."""
        if self.parts is None:
            return self
        quality_parts = self.quality_parts
        qualities = None if quality_parts is None else quality_parts.map()
        return replace(self, codes=self.parts.map(), qualities=qualities)

    def room_for(self, n_bases: int) -> Codes:
        """Give an array for other codes: on disk if these are there."""
        if self.parts is None:
            return np.empty(n_bases, dtype=np.uint8)
        return self.parts.scratch(n_bases)


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
    return np.fromiter(items, dtype=object, count=len(items))
