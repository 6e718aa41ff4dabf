"""States files: answers for windows of genomes in HDF5, laid out as by deepG."""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, Final

import h5py
import numpy as np
from h5py import h5d, h5p, h5s, h5t
from numpy.typing import NDArray

from skdeepg.genome.new_files import draft_of, told_as_unwritable, used_versions
from skdeepg.genome.states_head import FORMAT, FORMAT_VERSION
from skdeepg.genome.states_reading import read_states
from skdeepg.genome.track import Track
from skdeepg.genome.window_sources import FloatArray, IntArray

__all__ = ["TrackRecord", "read_states", "write_states", "write_track"]

# Values of so many bytes are kept in the header of their data set, which is faster to write.
MOST_COMPACT: Final = 32_768
# Files are readable by HDF5 1.10, and groups of many records are fast.
LIBRARY_VERSIONS: Final = ("v108", "v110")
TEXT: Final = h5py.string_dtype()

Block = tuple[IntArray, FloatArray]


@dataclass(frozen=True)
class TrackRecord:
    """A record and the answers for its windows, which may come in several blocks.

    Parameters
    ----------
    name, file : str
        First word of the record's header, and its file.
    length : int
        In bases.
    padded : bool
        Whether it is shorter than a window, and was padded to one.
    n_windows : int
        How many windows all blocks have.
    blocks : iterable of tuple of ndarray
        Starts (int64, of shape (n,)) and values (float32, of shape (n_strands, n, n_columns)) of
        windows, in order.
    """

    name: str
    file: str
    length: int
    padded: bool
    n_windows: int
    blocks: Iterable[Block]


def write_states(
    path: str | PathLike[str],
    *,
    records: Iterable[TrackRecord],
    n_records: int,
    strands: Sequence[str],
    columns: Sequence[str],
    window_length: int,
    stride: int,
    details: Mapping[str, Any] | None = None,
    overwrite: bool = False,
) -> None:
    """Write a states file, block by block; it is whole or not there.

    Parameters
    ----------
    path : str or path-like
        The file.
    records : iterable of TrackRecord
        The records, in order.
    n_records : int
        How many they are.
    strands : sequence of {"+", "-"}
        The strands of the values.
    columns : sequence of str
        What each column of values is: classes, or units of a layer.
    window_length, stride : int
        Length of the windows and usual distance between their starts, in bases.
    details : mapping, default=None
        What else to note: anything that JSON can hold.
    overwrite : bool, default=False
        Whether to replace a file of this name.

    Raises
    ------
    FileExistsError
        If there is such a file, and `overwrite` is False.
    OSError
        If the file cannot be written, as on a full disk.
    ValueError
        If a block has another shape, or there are more or fewer records or windows than said.

    Notes
    -----
    ``states`` is a data set of shape (n_columns, n_windows), ``sample_end_position`` one of the end
    of each window, counted from 1 and included; with several records both are groups with
    ``entry_1``, ``entry_2`` and so on, without those of records that have no window
    (``multi_entries`` tells). This is what deepG's ``predict_model`` writes. The second strand is
    under ``reverse`` in the same way. The group ``records`` and the attributes are additions.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> from skdeepg.genome.states_files import TrackRecord, read_states, write_states
    >>> path = f"{tempfile.mkdtemp()}/states.h5"
    >>> blocks = [(np.array([0, 5]), np.array([[[0.1], [0.9]]], dtype=np.float32))]
    >>> record = TrackRecord("chr", "genome.fasta", 15, False, 2, blocks)
    >>> write_states(
    ...     path,
    ...     records=[record],
    ...     n_records=1,
    ...     strands=["+"],
    ...     columns=["16s"],
    ...     window_length=10,
    ...     stride=5,
    ... )
    >>> read_states(path).to_frame()
      record  start  end strand  16s
    0    chr      0   10      +  0.1
    1    chr      5   15      +  0.9
    """
    attributes = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "classes": np.array(list(columns), dtype=TEXT),
        "strands": np.array(list(strands), dtype=TEXT),
        "window_length": window_length,
        "stride": stride,
        "details": json.dumps(dict(details or {})),
        "versions": json.dumps(used_versions()),
    }
    with draft_of(path, overwrite) as draft, _open(draft, Path(path)) as file:
        with told_as_unwritable(path):
            file.attrs.update(attributes)
        writer = _Writer(file, Path(path), n_records != 1, (len(strands), len(columns)))
        for record in records:
            writer.write(record)
        writer.finish(n_records)


@contextmanager
def _open(draft: Path, path: Path) -> Iterator[h5py.File]:
    with told_as_unwritable(path):
        file = h5py.File(draft, "x", libver=LIBRARY_VERSIONS)
    try:
        yield file
        with told_as_unwritable(path):
            file.close()
    finally:
        # closing after a failure fails again
        with contextlib.suppress(OSError, RuntimeError):
            file.close()


class _Writer:
    """Adds records to an open file; by h5py's low-level calls, which are five times as fast."""

    def __init__(
        self, file: h5py.File, path: Path, is_multiple: bool, shape: tuple[int, int]
    ) -> None:
        self._file = file
        self._path = path
        self._is_multiple = is_multiple
        self._shape = shape
        self._window_length = int(file.attrs["window_length"])
        self._records: list[tuple[str, str, int, bool, int]] = []
        with told_as_unwritable(path):
            self._make_groups(shape[0])

    def _make_groups(self, n_strands: int) -> None:
        self._file["multi_entries"] = np.array([self._is_multiple], dtype=np.uint8)
        roots = [self._file]
        if n_strands == 2:
            roots.append(self._file.create_group("reverse"))
        self._homes = [root.id for root in roots]
        self._home_of_ends = self._file.id
        if self._is_multiple:
            self._homes = [root.create_group("states").id for root in roots]
            ends = self._file.create_group("sample_end_position")
            self._home_of_ends = ends.id
            for root in roots[1:]:
                root["sample_end_position"] = ends

    def write(self, record: TrackRecord) -> None:
        """Add a record."""
        self._records.append(
            (record.name, record.file, record.length, record.padded, record.n_windows)
        )
        if self._is_multiple and not record.n_windows:
            return
        with told_as_unwritable(self._path):
            datasets = self._make_datasets(record.n_windows)
        n_written = 0
        for start, values in record.blocks:
            self._check_block(record, start, values, n_written)
            ends = start + self._window_length
            with told_as_unwritable(self._path):
                _write_part(datasets[0], np.minimum(ends, record.length), n_written)
                for dataset, strand in zip(datasets[1:], values, strict=True):
                    _write_part(dataset, strand.T, n_written)
            n_written += len(start)
        if n_written != record.n_windows:
            raise ValueError(
                f"Record {record.name!r} has {n_written} windows, but n_windows is "
                f"{record.n_windows}."
            )

    def _check_block(
        self, record: TrackRecord, start: IntArray, values: FloatArray, n_written: int
    ) -> None:
        n_strands, n_columns = self._shape
        if values.shape != (n_strands, len(start), n_columns):
            raise ValueError(
                f"Values of {len(start)} windows of record {record.name!r} must have the shape "
                f"{(n_strands, len(start), n_columns)}, found {values.shape}."
            )
        if n_written + len(start) > record.n_windows:
            raise ValueError(
                f"Record {record.name!r} has more windows than its n_windows, {record.n_windows}."
            )

    def _make_datasets(self, n_windows: int) -> list[h5d.DatasetID]:
        """Make the data set of ends, and one of states a strand."""
        entry = f"entry_{len(self._records)}" if self._is_multiple else None
        ends = _make(
            self._home_of_ends, entry or "sample_end_position", h5t.NATIVE_INT64, (n_windows,)
        )
        if not self._is_multiple and len(self._homes) == 2:
            self._file["reverse/sample_end_position"] = self._file["sample_end_position"]
        shape = (self._shape[1], n_windows)
        states = [_make(home, entry or "states", h5t.NATIVE_FLOAT, shape) for home in self._homes]
        return [ends, *states]

    def finish(self, n_records: int) -> None:
        """Add the table of records."""
        if len(self._records) != n_records:
            raise ValueError(f"There are {len(self._records)} records, not {n_records} as said.")
        names, files, lengths, padded, counts = (
            [record[i] for record in self._records] for i in range(5)
        )
        with told_as_unwritable(self._path):
            table = self._file.create_group("records")
            table.create_dataset("name", data=np.array(names, dtype=object), dtype=TEXT)
            unique, which = np.unique(np.array(files, dtype=object), return_inverse=True)
            table.create_dataset("file_names", data=unique, dtype=TEXT)
            table["file"] = which.astype(np.int32)
            table["length"] = np.array(lengths, dtype=np.int64)
            table["padded"] = np.array(padded, dtype=np.uint8)
            table["n_windows"] = np.array(counts, dtype=np.int64)


def _make(
    home: h5py.h5g.GroupID, name: str, kind: h5t.TypeID, shape: tuple[int, ...]
) -> h5d.DatasetID:
    properties = h5p.create(h5p.DATASET_CREATE)
    properties.set_fill_time(h5d.FILL_TIME_NEVER)
    if math.prod(shape) * kind.get_size() <= MOST_COMPACT:
        properties.set_layout(h5d.COMPACT)
    return h5d.create(home, name.encode(), kind, h5s.create_simple(shape), properties)


def _write_part(dataset: h5d.DatasetID, values: NDArray[Any], first: int) -> None:
    """Write windows from number `first` on; windows are the last axis."""
    space = dataset.get_space()
    offset = (0,) * (values.ndim - 1) + (first,)
    if values.size:
        space.select_hyperslab(offset, values.shape)
        dataset.write(h5s.create_simple(values.shape), space, np.ascontiguousarray(values))


def write_track(track: Track, path: str | PathLike[str], *, overwrite: bool) -> None:
    """Write all of a track; see `Track.to_hdf5`."""
    records = (
        TrackRecord(name, file, int(length), bool(padded), len(windows[0]), [windows])
        for name, file, length, padded, windows in zip(
            track.names,
            track.files,
            track.lengths,
            track.padded,
            track.read_windows(),
            strict=True,
        )
    )
    write_states(
        path,
        records=records,
        n_records=len(track.names),
        strands=track.strands,
        columns=track.columns,
        window_length=track.window_length,
        stride=track.stride,
        details=track.details,
        overwrite=overwrite,
    )
