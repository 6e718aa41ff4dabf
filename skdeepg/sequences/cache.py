"""Files that are encoded once and kept on disk, for all processes."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path
from typing import Any, Final

from tqdm import tqdm

from skdeepg.exceptions import ChangedFileError, LostDataWarning
from skdeepg.sequences.entries import FORMAT, Entry, read_entry, write_table
from skdeepg.sequences.fasta import check_file
from skdeepg.sequences.file_codes import write_codes
from skdeepg.sequences.mapping import hash_file
from skdeepg.sequences.vocabulary import Vocabulary
from skdeepg.sequences.whole_files import PartFile, open_part, told_of_full_disk

__all__ = ["CodeCache", "folder_of"]

FOLDER: Final = "skdeepg"
THREADS: Final = 3  # one encodes, while others wait for the disk
YOUNG: Final = 2_000_000_000  # ns; a file as new as this can change without a new time


def folder_of(memory: Any) -> Path | None:
    """Give the folder of a directory or a `joblib.Memory`; None for no cache.

    Parameters
    ----------
    memory : str, path-like, joblib.Memory or None
        As the user gives it.

    Returns
    -------
    pathlib.Path or None
        A folder of our own within.

    Raises
    ------
    TypeError
        If it is something else.
    """
    location = getattr(memory, "location", memory)
    if not isinstance(location, str | os.PathLike | None):
        raise TypeError(f"memory must be a folder or a joblib.Memory on one, not {memory!r}.")
    return None if location is None else Path(os.path.abspath(location), FOLDER)  # noqa: PTH100


class CodeCache:
    """Encodes files by a vocabulary, each once.

    An entry is found by the path of its file. It counts if the file has the size and the time of
    modification that it had then; with another time its content is compared by a hash.

    Parameters
    ----------
    folder : pathlib.Path
        Where the entries are; made if need be.
    vocabulary : Vocabulary
        Letters and codes.
    quality : bool, default=False
        Whether to keep the qualities of FASTQ files.

    Attributes
    ----------
    folder : pathlib.Path
        Where the entries are.
    vocabulary : Vocabulary
        Letters and codes.
    quality : bool
        Whether it keeps qualities.
    """

    def __init__(self, folder: Path, vocabulary: Vocabulary, quality: bool = False) -> None:
        self.folder = folder
        self.quality = quality
        self.vocabulary = vocabulary

    def fetch(self, paths: Sequence[Path], verbose: int = 0) -> dict[Path, Entry]:
        """Find the entries of files; encode those that have none.

        What another process is just encoding comes last: most likely it is done by then.

        Parameters
        ----------
        paths : sequence of pathlib.Path
            Files of sequences.
        verbose : int, default=0
            With 1 a progress bar while files are encoded.

        Returns
        -------
        dict of pathlib.Path to Entry
            An entry for each path.
        """
        found = {path: self.find(path) for path in dict.fromkeys(paths)}
        missing = [path for path, entry in found.items() if entry is None]
        if missing:
            with told_of_full_disk(self.folder, "the codes of all files (1 byte a base)"):
                found |= self._encode_all(missing, verbose)
        entries = {path: entry for path, entry in found.items() if entry is not None}
        for entry in entries.values():
            for message in entry.content.messages:
                warnings.warn(message, LostDataWarning, stacklevel=2)
        return entries

    def _encode_all(self, paths: list[Path], verbose: int) -> dict[Path, Entry | None]:
        sizes = {path: path.stat().st_size for path in paths}
        entries: dict[Path, Entry | None] = dict.fromkeys(paths)
        bar = tqdm(
            total=sum(sizes.values()),
            unit="B",
            unit_scale=True,
            desc="Encode files",
            disable=not verbose,
        )
        with bar, ThreadPoolExecutor(THREADS) as pool:
            for wait in (False, True):
                left = [path for path in paths if entries[path] is None]
                for path, entry in zip(
                    left, pool.map(self._encode, left, repeat(wait)), strict=True
                ):
                    entries[path] = entry
                    bar.update(0 if entry is None else sizes[path])
        return entries

    def find(self, path: Path) -> Entry | None:
        """Find the entry of a file; None if there is none that is whole and up to date.

        Parameters
        ----------
        path : pathlib.Path
            The file.

        Returns
        -------
        Entry or None
            Its entry.
        """
        status = check_file(path).stat()
        entry = read_entry(self._place(path))
        if entry is None or entry.content.size != status.st_size:
            return None
        if entry.stamp == status.st_mtime_ns:
            return entry
        if hash_file(path) != entry.content.content_hash:
            return None
        _stamp(entry.path, status)
        return Entry(entry.path, entry.digest, status.st_mtime_ns, entry.content)

    def _place(self, path: Path) -> Path:
        key = [os.path.realpath(path), self.vocabulary.letters, self.quality, FORMAT]
        name = hashlib.blake2b(json.dumps(key).encode(), digest_size=16).hexdigest()
        return self.folder / f"{name}.codes"

    def _encode(self, path: Path, wait: bool) -> Entry | None:
        """Encode a file; None if another process does and we do not wait."""
        part = open_part(self._place(path), wait)
        if part is None:
            return None
        try:
            entry = self.find(path)  # another process may have been faster
            if entry is not None:
                part.discard()
                return entry
            status = self._write(path, part)
        except BaseException:
            part.discard()
            raise
        return self._read_written(path, status)

    def _write(self, path: Path, part: PartFile) -> os.stat_result:
        before = path.stat()
        content = write_codes(path, self.vocabulary, part.handle, self.quality)
        after = path.stat()
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise ChangedFileError(f"{path} has changed while it was read. Read it again.")
        write_table(part.handle, content)
        part.commit()
        return after

    def _read_written(self, path: Path, status: os.stat_result) -> Entry:
        place = self._place(path)
        _stamp(place, status)
        entry = read_entry(place)
        if entry is None:
            raise ChangedFileError(f"{place} was removed when it had just been written.")
        return Entry(entry.path, entry.digest, status.st_mtime_ns, entry.content)


def _stamp(entry: Path, status: os.stat_result) -> None:
    """Note in the entry's own time of modification for which one of the file it holds."""
    if time.time_ns() - status.st_mtime_ns > YOUNG:
        with contextlib.suppress(OSError):  # a folder for reading only
            os.utime(entry, ns=(status.st_atime_ns, status.st_mtime_ns))
