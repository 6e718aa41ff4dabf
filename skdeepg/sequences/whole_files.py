"""Files that are whole or not there: written aside, by one process at a time, then renamed."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

try:
    import fcntl
except ImportError:  # Windows: two processes may do the same work, each in a file of its own
    fcntl = None  # type: ignore[assignment]

__all__ = ["PartFile", "open_part", "told_of_full_disk"]

FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
REFUSED: Final = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST)


class PartFile:
    """A file that is being written; it gets its name when it is whole.

    Parameters
    ----------
    handle : binary file
        Open for reading and writing, empty.
    target : pathlib.Path
        What it is going to be.

    Attributes
    ----------
    handle : binary file
        To be written to.
    """

    def __init__(self, handle: BinaryIO, target: Path) -> None:
        self.handle = handle
        self._path = Path(handle.name)
        self._target = target

    def commit(self) -> None:
        """Give the file its name, once it is safely on the disk."""
        self.handle.flush()
        os.fsync(self.handle.fileno())
        if fcntl is None:
            self.handle.close()  # Windows renames no open files
        self._path.replace(self._target)
        self._release()

    def discard(self) -> None:
        """Remove the file."""
        with contextlib.suppress(OSError, ValueError):  # closed, where renaming failed
            self.handle.seek(0)  # else closing writes again what found no room
            self.handle.truncate()
        if fcntl is None:
            self._release()
        self._path.unlink(missing_ok=True)
        self._release()

    def _release(self) -> None:
        if not self.handle.closed and fcntl is not None:
            with contextlib.suppress(OSError):
                fcntl.flock(self.handle, fcntl.LOCK_UN)  # closing does not, after a fork
        with contextlib.suppress(OSError):
            self.handle.close()


def open_part(target: Path, wait: bool) -> PartFile | None:
    """Begin a file.

    What a process has left that was killed is written over. No buffer: each write is one.

    Parameters
    ----------
    target : pathlib.Path
        What it is going to be; its folder is made if need be.
    wait : bool
        Whether to wait while another process or thread writes it.

    Returns
    -------
    PartFile or None
        None if another writes it and we do not wait.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    path = target.with_name(target.name + ".part")
    while True:
        handle = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o666), "r+b", buffering=0)
        handle.name = str(path)
        locked = _lock(handle, wait)
        if locked is None:
            handle.close()
            path.unlink(missing_ok=True)
            return PartFile(_open_unlocked(target), target)
        if not locked:
            handle.close()
            return None
        if _is_at(handle, path):
            handle.truncate(0)
            return PartFile(handle, target)
        handle.close()  # the other process has finished, and this file has its name now


def _lock(handle: BinaryIO, wait: bool) -> bool | None:
    """Lock a file; None if this cannot be done here."""
    if fcntl is None:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _open_unlocked(target: Path) -> BinaryIO:
    descriptor, name = tempfile.mkstemp(".part", target.name, target.parent)
    handle = os.fdopen(descriptor, "r+b", buffering=0)
    handle.name = name
    return handle


def _is_at(handle: BinaryIO, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle.fileno()), path.stat())
    except FileNotFoundError:
        return False


@contextmanager
def told_of_full_disk(folder: Path, what: str) -> Iterator[None]:
    """Say in an error which folder is full, or must not be written to, and what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise OSError(
                error.errno,
                f"memory: the folder {folder} has no room for {what} ({os.strerror(error.errno)}); "
                "nothing half-written is left. Free disk space, or give `memory` a folder on "
                "another disk",
            ) from error
        if error.errno in REFUSED and _is_in(error.filename, folder):
            raise type(error)(
                error.errno,
                f"memory: the folder {folder} cannot be written to ({os.strerror(error.errno)}). "
                "Give `memory` another folder",
            ) from error
        raise


def _is_in(name: object, folder: Path) -> bool:
    return isinstance(name, str | os.PathLike) and (
        folder in (Path(name), *Path(name).parents) or Path(name) in folder.parents
    )
