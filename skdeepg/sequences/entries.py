"""Entries of the cache: the codes of a file, one byte a base, then the table of its records."""

from __future__ import annotations

import hashlib
import json
import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from skdeepg.exceptions import ChangedFileError

__all__ = ["ALIGNMENT", "FORMAT", "Entry", "FileContent", "open_entry", "read_entry", "write_table"]

FORMAT: Final = 1
ALIGNMENT: Final = 1 << 16  # a map begins at a multiple of the page size of any system
MAGIC: Final = b"skdeepg codes"
TRAILER: Final = struct.Struct("<16s32sQQ")  # magic, digest, start and length of the table


@dataclass(frozen=True)
class FileContent:
    """What an entry says of its file, beside the codes.

    Attributes
    ----------
    n_bases : int
        Bases of all records; the codes are the first bytes of the entry.
    quality_offset : int or None
        Where the qualities begin in the entry; None if the file has none.
    size : int
        Bytes of the file.
    content_hash : str
        BLAKE2b of its bytes.
    messages : list of str
        Warnings of what was left out.
    names : list of str
        Names of the records.
    lengths : ndarray of shape (n_records,) and dtype int64
        Their bases.
    """

    n_bases: int
    quality_offset: int | None
    size: int
    content_hash: str
    messages: list[str]
    names: list[str]
    lengths: NDArray[np.int64]

    def to_bytes(self) -> bytes:
        """Write the table."""
        head = {key: each for key, each in vars(self).items() if key not in ("names", "lengths")}
        names = "\n".join(self.names).encode("utf-8", "surrogateescape")
        numbers = np.ascontiguousarray(self.lengths, dtype="<i8").tobytes()
        n_records = len(self.names)
        return json.dumps({**head, "n_records": n_records}).encode() + b"\n" + numbers + names

    @classmethod
    def from_bytes(cls, table: bytes) -> FileContent:
        """Read the table."""
        first, _, rest = table.partition(b"\n")
        head: dict[str, Any] = json.loads(first)
        n_bytes = 8 * head.pop("n_records")
        lengths = np.frombuffer(rest[:n_bytes], dtype="<i8").astype(np.int64)
        names = rest[n_bytes:].decode("utf-8", "surrogateescape").split("\n")
        return cls(**head, names=names, lengths=lengths)


@dataclass(frozen=True)
class Entry:
    """A whole entry.

    Attributes
    ----------
    path : pathlib.Path
        Where it is.
    digest : bytes
        BLAKE2b of its table, and so of the file it was made of.
    stamp : int
        The time of modification of the file when it was last known to be the same, in ns.
    content : FileContent
        Its table.
    """

    path: Path
    digest: bytes
    stamp: int
    content: FileContent


def write_table(handle: BinaryIO, content: FileContent) -> None:
    """Complete an entry, whose codes (and qualities) have been written."""
    start = handle.seek(0, os.SEEK_END)
    table = content.to_bytes()
    trailer = TRAILER.pack(MAGIC, _digest(table), start, len(table))
    write_all(handle, table + trailer)


def write_all(handle: BinaryIO, data: bytes | memoryview) -> None:
    """Write to a file without buffer, which may take a part at a time."""
    rest = memoryview(data)
    while rest:
        rest = rest[handle.write(rest) :]


def read_entry(path: Path) -> Entry | None:
    """Read an entry; None if there is none, or one that is not whole."""
    try:
        with path.open("rb") as handle:
            status = os.fstat(handle.fileno())
            trailer = _read_trailer(handle, status.st_size)
            if trailer is None:
                return None
            digest, start, length = trailer
            handle.seek(start)
            table = handle.read(length)
    except (FileNotFoundError, NotADirectoryError):
        return None
    if _digest(table) != digest:
        return None
    return Entry(path, digest, status.st_mtime_ns, FileContent.from_bytes(table))


def _read_trailer(handle: BinaryIO, size: int) -> tuple[bytes, int, int] | None:
    """Give digest, start and length of the table; None if the file is not whole."""
    if size < TRAILER.size:
        return None
    handle.seek(size - TRAILER.size)
    magic, digest, start, length = TRAILER.unpack(handle.read(TRAILER.size))
    if magic.rstrip(b"\0") != MAGIC or start + length + TRAILER.size != size:
        return None
    return digest, start, length


def open_entry(path: str, digest: bytes, source: str) -> BinaryIO:
    """Open an entry that was read before; refuse another one that has taken its place."""
    try:
        handle = Path(path).open("rb")  # noqa: SIM115
    except FileNotFoundError:
        raise ChangedFileError(
            f"The codes of {source} are no longer in the folder of `memory` ({path} is missing). "
            "Read the files again; workers on other machines need the same folder."
        ) from None
    trailer = _read_trailer(handle, os.fstat(handle.fileno()).st_size)
    if trailer is None or trailer[0] != digest:
        handle.close()
        raise ChangedFileError(f"{source} has changed since it was read. Read the files again.")
    return handle


def _digest(table: bytes) -> bytes:
    return hashlib.blake2b(table, digest_size=32).digest()
