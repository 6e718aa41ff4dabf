"""Reading of states files, ours and deepG's."""

from __future__ import annotations

import json
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from skdeepg.argument_checks import not_found
from skdeepg.genome.deepg_states import read_deepg_head
from skdeepg.genome.file_source import FileSource, check_version, told_as_damaged
from skdeepg.genome.states_head import FORMAT_VERSION, StatesHead
from skdeepg.genome.track import Track

__all__ = ["read_states"]

NEEDED = ("states", "sample_end_position")


def read_states(
    path: str | PathLike[str],
    *,
    window_length: int | None = None,
    columns: Sequence[str] | None = None,
    record_names: Sequence[str] | None = None,
) -> Track:
    """Open a states file, written by `scan`, `Track.to_hdf5` or deepG's ``predict_model``.

    Windows are read from the file when they are needed.

    Parameters
    ----------
    path : str or path-like
        The file.
    window_length : int, default=None
        For deepG's files, which do not tell it: None takes the largest end of a record's first
        window. That is right unless all records are shorter than a window, or were padded with
        ``padding="maxlen"``.
    columns : sequence of str, default=None
        For deepG's files: the classes, in order. None calls them ``unit_0``, ``unit_1`` and so on.
    record_names : sequence of str, default=None
        For deepG's files: names of all records of the FASTA file, also of those without windows.
        None calls them ``entry_1``, ``entry_2`` and so on.

    Returns
    -------
    Track
        All that is in the file.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no states file, damaged or of a later version, or a parameter does not fit it.

    Notes
    -----
    deepG's files do not tell all. Where they are without the sequence (``include_seq=TRUE``), a
    record's length is taken to be the end of its last window. Windows that begin in padding on the
    left have a negative `start`. Records repeated to the window's length (``padding="self"``)
    cannot be told from records of that length, nor can records joined by ``one_seq``.

    Examples
    --------
    >>> import tempfile
    >>> import h5py
    >>> from skdeepg.genome import read_states
    >>> path = f"{tempfile.mkdtemp()}/states.h5"
    >>> with h5py.File(path, "w") as file:  # as deepG does
    ...     file["states"] = [[0.1, 0.9], [0.9, 0.1]]
    ...     file["sample_end_position"] = [500.0, 600.0]
    ...     file["multi_entries"] = [0]
    >>> track = read_states(path, columns=["16s", "bacteria"])
    >>> track.start, track.end
    (array([  0, 100]), array([500, 600]))
    """
    path = Path(path)
    if not path.is_file():
        raise not_found("states file", path)
    with told_as_damaged(path), h5py.File(path, "r") as file:
        _check_is_states_file(file, path)
        is_ours = "records" in file
        if is_ours:
            _check_not_given(path, (window_length, columns, record_names))
            check_version(file, path, FORMAT_VERSION)
            head = _read_head(file)
        else:
            head = read_deepg_head(file, path, window_length, columns, record_names)
    return _make_track(path.resolve(), head, starts_in_padding=not is_ours)


def _make_track(path: Path, head: StatesHead, *, starts_in_padding: bool) -> Track:
    source = FileSource(
        path,
        head.entries,
        head.counts,
        (len(head.strands), len(head.columns)),
        head.window_length,
        starts_in_padding,
    )
    return Track(
        names=head.names,
        files=head.files,
        lengths=head.lengths,
        padded=head.padded,
        offsets=np.concatenate([[0], np.cumsum(head.counts)]),
        strands=head.strands,
        columns=head.columns,
        window_length=head.window_length,
        stride=head.stride,
        details=head.details,
        source=source,
    )


def _check_is_states_file(file: h5py.File, path: Path) -> None:
    missing = [name for name in NEEDED if name not in file]
    if missing:
        found = ", ".join(list(file)[:5]) or "nothing"
        raise ValueError(
            f"{path} is no states file: it has no {' and no '.join(missing)}, found {found}. "
            "For a saved model use skdeepg.load."
        )


def _check_not_given(path: Path, given: tuple[Any, ...]) -> None:
    if any(value is not None for value in given):
        raise ValueError(
            f"{path} tells its window length, columns and records: window_length, columns and "
            "record_names are for files of deepG only, leave them out."
        )


def _read_head(file: h5py.File) -> StatesHead:
    table = file["records"]
    names = table["name"].asstr()[:].astype(object)
    files = table["file_names"].asstr()[:].astype(object)
    return StatesHead(
        names=names,
        files=files[table["file"][:]],
        lengths=table["length"][:].astype(np.int64),
        padded=table["padded"][:].astype(bool),
        counts=table["n_windows"][:].astype(np.int64),
        entries=np.arange(1, len(names) + 1),
        strands=tuple(map(str, file.attrs["strands"])),
        columns=tuple(map(str, file.attrs["classes"])),
        window_length=int(file.attrs["window_length"]),
        stride=int(file.attrs["stride"]),
        details=json.loads(file.attrs["details"]),
    )
