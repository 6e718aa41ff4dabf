"""Where a track has its windows: in arrays, or in a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["ArraySource", "FloatArray", "IntArray", "WindowSource", "Windows"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float32]

# Starts (n_windows,) and values (n_strands, n_windows, n_columns) of one record.
Windows = tuple[IntArray, FloatArray]


class WindowSource(Protocol):
    """Gives the windows of records."""

    def read(self, records: IntArray, columns: IntArray | None = None) -> Iterator[Windows]:
        """Give starts and values of records in turn, of all columns or some."""
        ...

    def starts(self) -> IntArray:
        """Give the starts of all windows."""
        ...

    def values(self) -> FloatArray:
        """Give the values of all windows."""
        ...

    def take(self, records: IntArray) -> WindowSource:
        """Give a source of some records."""
        ...


class ArraySource:
    """Windows in memory.

    Parameters
    ----------
    offsets : ndarray of int64, of shape (n_records + 1,)
        Where each record's windows begin.
    starts : ndarray of int64, of shape (n_windows,)
        First base of each window.
    values : ndarray of float32, of shape (n_strands, n_windows, n_columns)
        Their values.
    """

    def __init__(self, offsets: IntArray, starts: IntArray, values: FloatArray) -> None:
        self._offsets = offsets
        self._starts = _read_only(starts)
        self._values = _read_only(values)

    def read(self, records: IntArray, columns: IntArray | None = None) -> Iterator[Windows]:
        """Give starts and values of records in turn, of all columns or some."""
        for record in records:
            part = slice(self._offsets[record], self._offsets[record + 1])
            values = self._values[:, part]
            yield self._starts[part], values if columns is None else values[:, :, columns]

    def starts(self) -> IntArray:
        """Give the starts of all windows."""
        return self._starts

    def values(self) -> FloatArray:
        """Give the values of all windows."""
        return self._values

    def take(self, records: IntArray) -> ArraySource:
        """Give a source of some records."""
        parts = list(self.read(records))
        counts = np.array([len(start) for start, _ in parts], dtype=np.int64)
        starts = [np.empty(0, np.int64), *(start for start, _ in parts)]
        values = [self._values[:, :0], *(value for _, value in parts)]
        return ArraySource(
            np.concatenate([[0], np.cumsum(counts)]),
            np.concatenate(starts),
            np.concatenate(values, axis=1),
        )


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    view = array.view()
    view.setflags(write=False)
    return view
