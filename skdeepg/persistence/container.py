"""The file: a user block with the checksum of the rest, and HDF5 with JSON and arrays."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final
from uuid import uuid4

import h5py
import numpy as np
from numpy.typing import NDArray

from skdeepg.engine.checked_hdf5 import check_structure, read_array
from skdeepg.exceptions import InvalidModelFileError

__all__ = ["FORMAT", "ArrayReader", "ArrayWriter", "read_container", "write_container"]

FORMAT: Final = 1
USER_BLOCK: Final = 512
FIRST_LINE: Final = b"skdeepg model file, format "


class ArrayWriter:
    """Collects the arrays of a file, and names them by numbers."""

    def __init__(self) -> None:
        self._arrays: list[tuple[str, NDArray[Any]]] = []

    def add(self, array: NDArray[Any], path: str) -> str:
        """Put an array into the file.

        Parameters
        ----------
        array : ndarray
            Numbers.
        path : str
            What it is, for people who look into the file.

        Returns
        -------
        str
            What it is called in the file.
        """
        self._arrays.append((path, array))
        return f"{len(self._arrays) - 1:05d}"

    def write(self, group: h5py.Group) -> None:
        """Write all of them."""
        for number, (path, array) in enumerate(self._arrays):
            little = array.astype(array.dtype.newbyteorder("<"), copy=False)
            group.create_dataset(f"{number:05d}", data=little).attrs["path"] = path


class ArrayReader:
    """Finds the arrays of a file by their names."""

    def __init__(self, group: h5py.Group | None) -> None:
        self._group = group

    def read(self, name: Any) -> NDArray[Any]:
        """Read one.

        Parameters
        ----------
        name : object
            What JSON calls it.

        Returns
        -------
        ndarray
            Numbers.
        """
        if self._group is None or not (isinstance(name, str) and name.isdecimal()):
            raise InvalidModelFileError(f"There is no array {str(name)[:100]!r}.")
        return read_array(self._group, name)


def write_container(path: Path, content: bytes, arrays: ArrayWriter) -> None:
    """Write a file, whole or not at all.

    Parameters
    ----------
    path : Path
        Where; a file of this name is replaced.
    content : bytes
        JSON.
    arrays : ArrayWriter
        The arrays that it speaks of.
    """
    memory = io.BytesIO()  # HDF5 does not tell well of a full disk
    with h5py.File(memory, "w", userblock_size=USER_BLOCK) as file:
        file["content"] = np.frombuffer(content, dtype=np.uint8)
        arrays.write(file.create_group("arrays"))
    memory.write(_user_block(memory))
    _write_whole(path.resolve(), memory.getbuffer())


def _write_whole(path: Path, data: memoryview) -> None:
    draft = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        with draft.open("xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def read_container(path: Path) -> Iterator[tuple[bytes, ArrayReader]]:
    """Open a file and check it.

    Parameters
    ----------
    path : Path
        A file of `write_container`.

    Yields
    ------
    content : bytes
        JSON.
    arrays : ArrayReader
        The arrays, as long as the context lasts.
    """
    with path.open("rb") as stream:
        _check_user_block(stream)
        with h5py.File(stream, "r") as file:
            check_structure(file)
            if set(file) != {"arrays", "content"} or not isinstance(file["arrays"], h5py.Group):
                raise InvalidModelFileError("It has other parts than 'content' and 'arrays'.")
            content = read_array(file, "content")
            if content.dtype != np.uint8 or content.ndim != 1:
                raise InvalidModelFileError("Its 'content' is no text.")
            yield content.tobytes(), ArrayReader(file["arrays"])


def _user_block(stream: BinaryIO) -> bytes:
    """Describe what follows the user block; the stream ends at its start."""
    checksum, n_bytes = hashlib.sha256(), 0
    stream.seek(USER_BLOCK)
    while block := stream.read(1 << 20):
        checksum.update(block)
        n_bytes += len(block)
    stream.seek(0)
    lines = f"{FORMAT}\nSHA-256 of all after 512 bytes: {checksum.hexdigest()}\nbytes: {n_bytes}\n"
    return (FIRST_LINE + lines.encode()).ljust(USER_BLOCK, b"\0")


def _check_user_block(stream: BinaryIO) -> None:
    found = stream.read(USER_BLOCK)
    if not found.startswith(FIRST_LINE):
        raise InvalidModelFileError(f"It was not written by skdeepg.save.{_hint(found)}")
    number = found[len(FIRST_LINE) :].partition(b"\n")[0]
    if number.isdigit() and int(number) > FORMAT:
        raise InvalidModelFileError(
            f"It has format {int(number)}, but this version of skdeepg knows formats up to "
            f"{FORMAT}; update skdeepg."
        )
    if found != _user_block(stream):
        raise InvalidModelFileError(
            "It is damaged: its checksum is wrong. It was cut off or changed; get it again."
        )


def _hint(found: bytes) -> str:
    """Say what to do with files of other kinds."""
    if found.startswith((b"\x89HDF", b"PK")):
        return " A file of Keras or deepG is read by SequenceClassifier.from_keras."
    if found.startswith((b"\x80", b"x\x9c", b"x\xda", b"\x1f\x8b")):
        return " A file of joblib or pickle is read by joblib.load, if you trust its author."
    return ""
