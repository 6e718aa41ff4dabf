"""What a scan has done so far: in memory, or on disk, from where it goes on when interrupted."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, NamedTuple, Self, TextIO

import numpy as np
from numpy.typing import NDArray

__all__ = ["DiskLog", "LogEntry", "RecordInfo", "ScanLog", "ScannedBlock"]

HEAD: Final = "scan.json"
DATA: Final = "blocks.bin"
ENTRIES: Final = "entries.jsonl"
LOCK: Final = "lock"


class RecordInfo(NamedTuple):
    """A record that is scanned."""

    name: str
    file: str
    length: int
    is_padded: bool


class ScannedBlock(NamedTuple):
    """Windows and answers; `record` counts all records of the scan, ascending."""

    record: NDArray[np.int64]
    start: NDArray[np.int64]
    values: NDArray[np.float32]


@dataclass(frozen=True)
class LogEntry:
    """A block that is done.

    Attributes
    ----------
    source : int
        Which file it is of.
    n_windows : int
        Its windows.
    records : tuple of RecordInfo
        Records that are met here for the first time.
    ends_source : bool
        Whether the file is done with it.
    """

    source: int
    n_windows: int
    records: tuple[RecordInfo, ...]
    ends_source: bool


class ScanLog:
    """Blocks of a scan in memory, in the order of the files."""

    def __init__(self) -> None:
        self.entries: list[LogEntry] = []
        self._blocks: list[ScannedBlock] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def append(self, entry: LogEntry, block: ScannedBlock) -> None:
        """Add a block."""
        self._keep(entry, block)
        self.entries.append(entry)

    def _keep(self, entry: LogEntry, block: ScannedBlock) -> None:
        self._blocks.append(block)

    def blocks(self) -> Iterator[ScannedBlock]:
        """Give all blocks, in order."""
        yield from self._blocks

    def close(self) -> None:
        """Let go of files; blocks cannot be appended any more."""

    @property
    def records(self) -> list[RecordInfo]:
        """All records so far."""
        return [record for entry in self.entries for record in entry.records]

    @property
    def n_windows(self) -> int:
        """Windows so far."""
        return sum(entry.n_windows for entry in self.entries)

    def n_records_before(self, source: int) -> int:
        """Count the records of the files before one."""
        return sum(len(entry.records) for entry in self.entries if entry.source < source)

    def n_done(self, source: int) -> int:
        """Blocks of a file that are done."""
        return sum(entry.source == source for entry in self.entries)

    def is_done(self, source: int) -> bool:
        """Whether all of a file is done."""
        return any(entry.source == source and entry.ends_source for entry in self.entries)


class DiskLog(ScanLog):
    """Blocks of a scan in a folder.

    A block is on the disk before the line that counts it, so what lines count is whole, however
    the process ended.

    Parameters
    ----------
    folder : pathlib.Path
        Where to keep them; blocks that are there already are done.
    identity : str
        What tells the scan from others: of the estimator, the files, the parameters.
    n_strands, n_columns : int
        Of the values, whose shape is (n_strands, n_windows, n_columns).
    restart : bool, default=False
        Whether to begin anew.

    Raises
    ------
    FileExistsError
        If the folder holds another scan, or another process is writing there.
    """

    def __init__(
        self,
        folder: Path,
        identity: str,
        n_strands: int,
        n_columns: int,
        *,
        restart: bool = False,
    ) -> None:
        super().__init__()
        self.folder = folder
        self._shape = (n_strands, n_columns)
        folder.mkdir(exist_ok=True)
        self._lock = _lock(folder)
        try:
            self._open(identity, restart)
        except BaseException:
            self._lock.close()
            raise

    def _open(self, identity: str, restart: bool) -> None:
        if restart:
            for name in (HEAD, DATA, ENTRIES):
                (self.folder / name).unlink(missing_ok=True)
        self._check_identity(identity)
        self.entries = self._read_entries()
        self._data = self._open_data()
        self._lines: TextIO = (self.folder / ENTRIES).open("a", encoding="utf-8")

    def _check_identity(self, identity: str) -> None:
        head, expected = self.folder / HEAD, json.dumps({"scan": identity})
        found = head.read_text(encoding="utf-8", errors="replace") if head.exists() else ""
        entries = self.folder / ENTRIES
        if not entries.exists() or not entries.stat().st_size:  # nothing would be lost
            head.write_text(expected, encoding="utf-8")
        elif found != expected:
            raise FileExistsError(
                f"{self.folder} holds the first part of another scan: of other files, by another "
                "estimator or with other parameters. Give another `output`, or overwrite=True."
            )

    def _read_entries(self) -> list[LogEntry]:
        """Read what is done: up to the first line that is damaged, or has no whole block."""
        path, data = self.folder / ENTRIES, self.folder / DATA
        text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
        n_bytes = data.stat().st_size if data.exists() else 0
        entries: list[LogEntry] = []
        whole = text.split("\n")[:-1]
        for line in whole:
            with contextlib.suppress(ValueError, TypeError, KeyError):
                entry = _entry_of(json.loads(line))
                n_bytes -= self._n_bytes(entry)
                if n_bytes >= 0:
                    entries.append(entry)
                    continue
            break
        kept = "".join(f"{line}\n" for line in whole[: len(entries)])
        if kept != text:
            path.write_text(kept, encoding="utf-8")
        return entries

    def _open_data(self) -> BinaryIO:
        path = self.folder / DATA
        path.touch()
        data = path.open("r+b")
        data.truncate(sum(self._n_bytes(entry) for entry in self.entries))
        data.seek(0, os.SEEK_END)
        return data

    def _n_bytes(self, entry: LogEntry) -> int:
        n_strands, n_columns = self._shape
        return entry.n_windows * (16 + 4 * n_strands * n_columns)

    def _keep(self, entry: LogEntry, block: ScannedBlock) -> None:
        try:
            for array, kind in zip(block, ("<i8", "<i8", "<f4"), strict=True):
                self._data.write(np.ascontiguousarray(array, dtype=kind).data)
            self._data.flush()
            os.fsync(self._data.fileno())
            self._lines.write(json.dumps(asdict(entry)) + "\n")
            self._lines.flush()
        except OSError as error:
            raise OSError(
                error.errno,
                f"output: {self.folder} cannot be written to ({os.strerror(error.errno or 0)}). "
                f"The {self.n_windows:,} windows that are done stay there: mend it (is the disk "
                "full?) and scan again with the same arguments to go on",
            ) from error

    def blocks(self) -> Iterator[ScannedBlock]:
        """Give all blocks, in order."""
        n_strands, n_columns = self._shape
        with (self.folder / DATA).open("rb") as handle:
            for entry in self.entries:
                n = entry.n_windows
                record, start = (np.fromfile(handle, dtype="<i8", count=n) for _ in "ab")
                values = np.fromfile(handle, dtype="<f4", count=n_strands * n * n_columns)
                yield ScannedBlock(record, start, values.reshape(n_strands, n, n_columns))

    def close(self) -> None:
        """Close the files; blocks cannot be appended any more."""
        for handle in (self._data, self._lines, self._lock):
            with contextlib.suppress(OSError):  # what found no room is not counted
                handle.close()

    def remove(self) -> None:
        """Remove the folder, once its content is elsewhere."""
        self.close()
        shutil.rmtree(self.folder)


def _lock(folder: Path) -> TextIO:
    """Keep other processes out until the file is closed, where the system can."""
    handle = (folder / LOCK).open("a", encoding="utf-8")
    with contextlib.suppress(ImportError):  # no Unix
        import fcntl

        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                handle.close()
                raise FileExistsError(
                    f"output: another scan is writing to {folder}. Wait for it, or give another "
                    "path."
                ) from None
    return handle


def _entry_of(values: dict[str, Any]) -> LogEntry:
    records = tuple(RecordInfo(*record) for record in values.pop("records"))
    return LogEntry(records=records, **values)
