"""Windows in a states file, read when they are needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from h5py import h5d, h5s
from numpy.typing import NDArray

from skdeepg.genome.window_sources import FloatArray, IntArray, Windows

__all__ = ["FileSource", "check_version", "read_array", "told_as_damaged"]

# Smaller data sets are read whole, whichever columns are wanted.
MOST_READ_WHOLE = 65_536


@contextmanager
def told_as_damaged(path: Path, kind: str = "states file") -> Iterator[None]:
    """Say of what HDF5 cannot read which file it is.

    Parameters
    ----------
    path : Path
        The file.
    kind : str, default="states file"
        What it should be.

    Yields
    ------
    None
        While reading.

    Raises
    ------
    ValueError
        If reading fails for another reason than that the file is gone.
    """
    try:
        yield
    except FileNotFoundError:
        raise
    except (OSError, RuntimeError, LookupError, TypeError, AttributeError) as error:
        raise ValueError(
            f"{path} cannot be read as {_with_article(kind)}: {error}. It is damaged, incomplete "
            "or another kind of file; write it again."
        ) from error


def _with_article(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def check_version(file: h5py.File, path: Path, newest: int) -> None:
    """Refuse a file that a later skdeepg has written in another way.

    Parameters
    ----------
    file : h5py.File
        Open for reading, with the attribute ``format_version``.
    path : Path
        The file, for the error.
    newest : int
        The last version that is understood.

    Raises
    ------
    ValueError
        If the file has a later one.
    """
    number = int(file.attrs["format_version"])
    if number > newest:
        raise ValueError(
            f"{path} has version {number} of its format, and this skdeepg reads up to {newest}; "
            "update skdeepg."
        )


def read_array(dataset: h5d.DatasetID, shape: tuple[int, ...], kind: type) -> NDArray[Any]:
    """Read all of a data set, which must have a certain shape.

    Parameters
    ----------
    dataset : h5py.h5d.DatasetID
        The data set.
    shape : tuple of int
        What its shape must be.
    kind : type
        Of the numbers that are wanted.

    Returns
    -------
    ndarray
        Of that shape and type.

    Raises
    ------
    TypeError
        If it has another shape.
    """
    if dataset.shape != shape:
        raise TypeError(f"a data set has the shape {dataset.shape}, not {shape}")
    values: NDArray[Any] = np.empty(shape, dtype=kind)
    if values.size:
        dataset.read(h5s.ALL, h5s.ALL, values)
    return values


class FileSource:
    """Windows of records in a file in deepG's layout.

    Parameters
    ----------
    path : Path
        The file.
    entries : ndarray of int64, of shape (n_records,)
        The number of each record's entry.
    counts : ndarray of int64, of shape (n_records,)
        Windows of each record.
    shape : tuple of int
        Number of strands and columns.
    window_length : int
        Length of the windows, in bases.
    starts_in_padding : bool
        Whether windows may begin before their record; else those begin with it.
    """

    def __init__(
        self,
        path: Path,
        entries: IntArray,
        counts: IntArray,
        shape: tuple[int, int],
        window_length: int,
        starts_in_padding: bool,
    ) -> None:
        self.path = path
        self._entries = entries
        self._counts = counts
        self._shape = shape
        self._window_length = window_length
        self._lowest = -window_length if starts_in_padding else 0

    def read(self, records: IntArray, columns: IntArray | None = None) -> Iterator[Windows]:
        """Give starts and values of records in turn, of all columns or some."""
        wanted = np.arange(self._shape[1]) if columns is None else columns
        with told_as_damaged(self.path), h5py.File(self.path, "r") as file:
            roots = [file, file["reverse"]] if self._shape[0] == 2 else [file]
            states = [_Entries(root, "states") for root in roots]
            ends = _Entries(file, "sample_end_position")
            for record in records:
                yield self._read_record(ends, states, int(record), wanted)

    def _read_record(
        self, ends: _Entries, states: list[_Entries], record: int, columns: IntArray
    ) -> Windows:
        n_strands, n_columns = self._shape
        n_windows = int(self._counts[record])
        values = np.empty((n_strands, n_windows, len(columns)), dtype=np.float32)
        if not n_windows:
            return np.empty(0, dtype=np.int64), values
        entry = int(self._entries[record])
        if len(columns):
            for strand, entries in enumerate(states):
                dataset = entries.open(entry)
                values[strand] = _read_columns(dataset, (n_columns, n_windows), columns).T
        last = read_array(ends.open(entry), (n_windows,), np.int64)
        return np.maximum(last - self._window_length, self._lowest), values

    def starts(self) -> IntArray:
        """Give the starts of all windows."""
        parts = self.read(np.arange(len(self._counts)), np.empty(0, dtype=np.int64))
        return np.concatenate([np.empty(0, np.int64), *(start for start, _ in parts)])

    def values(self) -> FloatArray:
        """Give the values of all windows."""
        n_strands, n_columns = self._shape
        values = np.empty((n_strands, int(self._counts.sum()), n_columns), dtype=np.float32)
        first = 0
        for _, part in self.read(np.arange(len(self._counts))):
            values[:, first : first + part.shape[1]] = part
            first += part.shape[1]
        return values

    def take(self, records: IntArray) -> FileSource:
        """Give a source of some records."""
        return FileSource(
            self.path,
            self._entries[records],
            self._counts[records],
            self._shape,
            self._window_length,
            starts_in_padding=self._lowest < 0,
        )


class _Entries:
    """Data sets of records: the only one, or those of a group."""

    def __init__(self, root: h5py.Group, name: str) -> None:
        self._node = root[name].id

    def open(self, entry: int) -> h5d.DatasetID:
        if isinstance(self._node, h5d.DatasetID):
            return self._node
        return h5d.open(self._node, b"entry_%d" % entry)


def _read_columns(
    states: h5d.DatasetID, shape: tuple[int, int], columns: IntArray
) -> NDArray[np.float32]:
    if shape[0] * shape[1] <= MOST_READ_WHOLE or len(columns) == shape[0]:
        return np.asarray(read_array(states, shape, np.float32)[columns])
    if states.shape != shape:
        raise TypeError(f"states have the shape {states.shape}, not {shape}")
    dataset = h5py.Dataset(states)
    return np.stack([dataset[column].astype(np.float32) for column in columns])
