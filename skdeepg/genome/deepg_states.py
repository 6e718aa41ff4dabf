"""What deepG's states files tell of their records, and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import h5py
import numpy as np

from skdeepg.genome.file_source import read_array
from skdeepg.genome.states_head import StatesHead
from skdeepg.genome.window_sources import IntArray

__all__ = ["read_deepg_head"]

PREFIX: Final = "entry_"


def read_deepg_head(
    file: h5py.File,
    path: Path,
    window_length: int | None,
    columns: Sequence[str] | None,
    record_names: Sequence[str] | None,
) -> StatesHead:
    """Read records and window ends of a file that deepG wrote.

    Parameters
    ----------
    file : h5py.File
        Open for reading.
    path : Path
        The file, for errors.
    window_length : int or None
        None to take it from the ends.
    columns, record_names : sequence of str or None
        None for numbers.

    Returns
    -------
    StatesHead
        All that is known.

    Raises
    ------
    ValueError
        If ends make no sense, or a parameter does not fit the file.
    """
    ends = _read_ends(file, path)
    if window_length is None:
        window_length = _guess_window_length(ends, path)
    names = _name_records(ends, path, record_names)
    counts = np.zeros(len(names), dtype=np.int64)
    lengths = np.zeros(len(names), dtype=np.int64)
    for entry, values in ends.items():
        counts[entry - 1] = len(values)
        lengths[entry - 1] = max(_sequence_length(file, entry), int(values.max(initial=0)))
    last = np.array([ends[i + 1].max(initial=0) if i + 1 in ends else 0 for i in range(len(names))])
    return StatesHead(
        names=names,
        files=np.full(len(names), "", dtype=object),
        lengths=lengths,
        padded=(counts > 0) & (last < window_length),
        counts=counts,
        entries=np.arange(1, len(names) + 1),
        strands=("+",),
        columns=_name_columns(file, path, columns),
        window_length=window_length,
        stride=_find_stride(ends, window_length),
        details={"written_by": "deepG"},
    )


def _read_ends(file: h5py.File, path: Path) -> dict[int, IntArray]:
    """Read the ends of the windows of each entry; a file of one record has the entry 1."""
    node = file["sample_end_position"]
    if isinstance(node, h5py.Dataset):
        return {1: _check_ends(node, path, "the record")}
    numbers = {_entry_number(name, path): node[name] for name in node}
    return {
        number: _check_ends(numbers[number], path, f"entry_{number}") for number in sorted(numbers)
    }


def _entry_number(name: str, path: Path) -> int:
    digits = name.removeprefix(PREFIX)
    if not name.startswith(PREFIX) or not digits.isdecimal() or int(digits) < 1:
        raise ValueError(
            f"{path} is no states file: its groups have {PREFIX}1, {PREFIX}2 and so on, found "
            f"{name!r}."
        )
    return int(digits)


def _check_ends(dataset: h5py.Dataset, path: Path, what: str) -> IntArray:
    ends = read_array(dataset.id, (dataset.size,), np.float64)
    whole = ends.astype(np.int64) if np.isfinite(ends).all() else np.zeros(0, dtype=np.int64)
    if len(whole) != len(ends) or (whole != ends).any() or (np.diff(whole, prepend=-1) <= 0).any():
        raise ValueError(
            f"{path} is damaged: the ends of the windows of {what} must be whole numbers that "
            "increase; write it again."
        )
    return whole


def _guess_window_length(ends: dict[int, IntArray], path: Path) -> int:
    longest = max((int(values[0]) for values in ends.values() if len(values)), default=0)
    if not longest:
        raise ValueError(
            f"{path} does not tell the length of its windows, as the first one has no base (it was "
            "written with padding='maxlen', or is empty): give window_length."
        )
    return longest


def _name_records(
    ends: dict[int, IntArray], path: Path, record_names: Sequence[str] | None
) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    n_records = max(ends, default=0)
    if record_names is None:
        return np.array([f"{PREFIX}{i + 1}" for i in range(n_records)], dtype=object)
    if len(record_names) < n_records:
        raise ValueError(
            f"record_names has {len(record_names)} names, but {path} has an entry {n_records}; "
            "give the names of all records of the FASTA file, in order."
        )
    return np.array(list(record_names), dtype=object)


def _sequence_length(file: h5py.File, entry: int) -> int:
    """Length of a record whose sequence is in the file, else 0."""
    node = file.get("sequence")
    if isinstance(node, h5py.Group):
        node = node.get(f"{PREFIX}{entry}")
    return len(np.ravel(node[()])[0]) if isinstance(node, h5py.Dataset) else 0


def _name_columns(file: h5py.File, path: Path, columns: Sequence[str] | None) -> tuple[str, ...]:
    node = file["states"]
    datasets = node.values() if isinstance(node, h5py.Group) else [node]
    n_columns = next((dataset.shape[0] for dataset in datasets), len(columns or ()))
    if columns is None:
        return tuple(f"unit_{i}" for i in range(n_columns))
    if len(columns) != n_columns:
        raise ValueError(
            f"columns has {len(columns)} names, but {path} has {n_columns} values a window."
        )
    return tuple(map(str, columns))


def _find_stride(ends: dict[int, IntArray], window_length: int) -> int:
    """Distance between windows; the window length where no record has two."""
    return next(
        (int(values[1] - values[0]) for values in ends.values() if len(values) > 1), window_length
    )
