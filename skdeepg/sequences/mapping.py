"""Many files as one buffer: mapped into memory next to each other."""

from __future__ import annotations

import ctypes
import hashlib
import mmap
import os
import tempfile
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from skdeepg.exceptions import ChangedFileError
from skdeepg.sequences.entries import ALIGNMENT, open_entry, write_all
from skdeepg.sequences.whole_files import open_part, told_of_full_disk

__all__ = ["MappedParts", "Part", "hash_file"]

FIXED: Final = 0x10  # MAP_FIXED of Linux, macOS and the BSDs
MOST_MAPS: Final = 16_384  # Linux allows a process 65,530
COPIED: Final = 1 << 20


@dataclass(frozen=True)
class Part:
    """A stretch of the buffer: the bytes of a file, or held in memory.

    Attributes
    ----------
    n_bases : int
        Its length.
    held : bytes or None
        What is in memory; None for what is in an entry of the cache.
    offset : int or None
        Where in the entry it begins; None for a stretch of zeros.
    entry : str
        The entry's path.
    digest : bytes
        That of the entry.
    source : str
        The file that was encoded.
    size, stamp : int
        Its bytes, and the time of its modification in ns.
    content_hash : str
        BLAKE2b of its bytes.
    """

    n_bases: int
    held: bytes | None = None
    offset: int | None = 0
    entry: str = ""
    digest: bytes = b""
    source: str = ""
    size: int = 0
    stamp: int = 0
    content_hash: str = ""

    @property
    def has_content(self) -> bool:
        """Whether it is more than zeros."""
        return self.offset is not None if self.held is None else any(self.held)

    def open(self) -> BinaryIO:
        """Open the entry."""
        return open_entry(self.entry, self.digest, self.source)

    def check_source(self) -> None:
        """Refuse to go on if the file is another one now."""
        try:
            status = os.stat(self.source)  # noqa: PTH116
        except FileNotFoundError:
            raise ChangedFileError(
                f"{self.source} is gone since it was read. Put it back, or read the files again."
            ) from None
        same = (status.st_size, status.st_mtime_ns) == (self.size, self.stamp)
        if not same and hash_file(Path(self.source)) != self.content_hash:
            raise ChangedFileError(
                f"{self.source} has changed since it was read, so that this training and what "
                "reads the file later are of different data. Train again on the new file, or put "
                "the old one back."
            )


@dataclass(frozen=True)
class MappedParts:
    """Parts of a buffer in their order; each begins at a multiple of `ALIGNMENT`.

    Attributes
    ----------
    parts : tuple of Part
        The parts.
    folder : str
        Where files may be written.
    """

    parts: tuple[Part, ...]
    folder: str

    def starts(self) -> NDArray[np.int64]:
        """Tell where in the buffer the parts begin, and how long it is."""
        lengths = np.array([part.n_bases for part in self.parts], dtype=np.int64)
        whole = -(-lengths // ALIGNMENT) * ALIGNMENT
        return np.concatenate([[0], np.cumsum(whole)])

    def map(self) -> NDArray[np.uint8]:
        """Give the buffer, of dtype uint8, read only; what lies between the parts is zero."""
        starts = self.starts()
        if _posix() is not None and len(self.parts) <= MOST_MAPS:
            return np.asarray(_SideBySide(self.parts, starts))
        return self._join(starts)

    def _join(self, starts: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Copy the parts into one file, where files cannot be mapped next to each other."""
        digests = [part.held or part.digest + repr(part.offset).encode() for part in self.parts]
        name = hashlib.blake2b(b"".join(digests), digest_size=16).hexdigest()
        path = Path(self.folder, f"{name}.joined")
        if not path.exists():
            with told_of_full_disk(path.parent, "the codes of all files together"):
                _write_joined(path, self.parts, starts)
        return np.memmap(path, dtype=np.uint8, mode="r")

    def sources(self) -> tuple[Part, ...]:
        """List the parts that are files."""
        return tuple(part for part in self.parts if part.held is None)

    def scratch(self, n_bases: int) -> NDArray[np.uint8]:
        """Give room on disk for codes, which is freed with the array."""
        folder = Path(self.folder)
        if not n_bases:
            return np.zeros(0, dtype=np.uint8)
        with told_of_full_disk(folder, "codes"), tempfile.TemporaryFile(dir=folder) as file:
            _allocate(file, n_bases)
            # no np.memmap, of which joblib would give the name of the file to other processes
            return np.frombuffer(mmap.mmap(file.fileno(), n_bases), dtype=np.uint8)


def hash_file(path: Path) -> str:
    """Give BLAKE2b of a file's bytes."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "blake2b").hexdigest()


class _SideBySide:
    """Maps parts next to each other; gives the memory back when no array needs it."""

    def __init__(self, parts: Sequence[Part], starts: NDArray[np.int64]) -> None:
        self._size = int(starts[-1])
        # zeros without memory, of which the parts take their places
        self._address = _map(None, self._size, mmap.PROT_READ, _ANONYMOUS)
        freed = weakref.finalize(self, _posix().munmap, self._address, self._size)
        freed.atexit = False  # threads may still read
        for part, start in zip(parts, starts.tolist(), strict=False):
            self._place(part, self._address + start)

    def _place(self, part: Part, address: int) -> None:
        if part.held is not None:
            writable = mmap.PROT_READ | mmap.PROT_WRITE
            _map(address, part.n_bases, writable, _ANONYMOUS | FIXED)
            ctypes.memmove(address, part.held, part.n_bases)
        elif part.offset is not None:
            flags = mmap.MAP_SHARED | FIXED
            with part.open() as handle:
                _map(address, part.n_bases, mmap.PROT_READ, flags, handle.fileno(), part.offset)

    @property
    def __array_interface__(self) -> dict[str, Any]:
        return {
            "version": 3,
            "typestr": "|u1",
            "shape": (self._size,),
            "data": (self._address, True),
        }


_ANONYMOUS: Final = getattr(mmap, "MAP_PRIVATE", 0) | getattr(mmap, "MAP_ANONYMOUS", 0)


@lru_cache(maxsize=1)
def _posix() -> Any:
    """Load the system's functions; None where there are none, as on Windows."""
    if os.name != "posix":
        return None
    library = ctypes.CDLL(None, use_errno=True)
    library.mmap.restype = ctypes.c_void_p
    library.mmap.argtypes = [
        ctypes.c_void_p,
        ctypes.c_size_t,
        ctypes.c_int,
        ctypes.c_int,
        ctypes.c_int,
        ctypes.c_long,
    ]
    library.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
    return library


def _map(
    address: int | None, size: int, access: int, flags: int, descriptor: int = -1, offset: int = 0
) -> int:
    found = _posix().mmap(address, size, access, flags, descriptor, offset)
    if found == ctypes.c_void_p(-1).value:
        number = ctypes.get_errno()
        raise OSError(number, f"A map of {size:,} bytes fails: {os.strerror(number)}")
    return int(found)


def _allocate(file: BinaryIO, size: int) -> None:
    """Make a file of zeros; on a full disk now, as a write into a map of it would be a crash."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file.fileno(), 0, size)
        return
    for start in range(0, size, COPIED):
        file.write(bytes(min(COPIED, size - start)))
    file.flush()


def _write_joined(path: Path, parts: Sequence[Part], starts: NDArray[np.int64]) -> None:
    part_file = open_part(path, wait=True)
    if part_file is None:
        return
    try:
        for part, start in zip(parts, starts.tolist(), strict=False):
            part_file.handle.seek(start)
            _copy(part, part_file.handle)
        part_file.handle.truncate(int(starts[-1]))
        part_file.commit()
    except BaseException:
        part_file.discard()
        raise


def _copy(part: Part, target: BinaryIO) -> None:
    if part.held is not None:
        write_all(target, part.held)
        return
    if part.offset is None:
        return
    with part.open() as source:
        source.seek(part.offset)
        for start in range(0, part.n_bases, COPIED):
            write_all(target, source.read(min(COPIED, part.n_bases - start)))
