"""Files of sequences, plain or gzip; formats are told by content."""

from __future__ import annotations

import gzip
import io
import os
import re
import warnings
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, TextIO, cast

from skdeepg.argument_checks import not_found
from skdeepg.exceptions import InvalidSequenceFileError, LostDataWarning
from skdeepg.sequences.formats.fasta import FASTA
from skdeepg.sequences.formats.registry import (
    SequenceFormat,
    find_format,
    has_sequence_suffix,
    known_formats,
)

__all__ = ["Record", "has_sequence_suffix", "read_records"]

HEAD_BYTES: Final = 65_536
GZIP_MAGIC: Final = b"\x1f\x8b"
UTF8_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
OTHER_COMPRESSIONS: Final = {b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"PK\x03\x04": "zip"}

Warn = Callable[[str], None]


class Record(NamedTuple):
    """One entry of a file of sequences.

    Parameters
    ----------
    name : str
        The first word of the header.
    description : str
        The whole header, without ``>`` or ``@``; tabs are kept. Of GenBank and EMBL the accession
        with version, and the definition.
    sequence : str
        The letters as in the file, lines joined, spaces removed.

    Examples
    --------
    >>> from skdeepg.sequences import Record
    >>> Record("seq1", "seq1 a gene", "ACGT").name
    'seq1'
    """

    name: str
    description: str
    sequence: str


def read_records(path: str | os.PathLike[str]) -> Iterator[Record]:
    r"""Read a file of sequences record by record: FASTA, FASTQ, GenBank, EMBL or one of your own.

    Format and compression are told by content. Upper and lower case, wrapped lines, Windows line
    ends, blank lines, spaces within lines, and tabs or ``>`` within headers are understood.
    `register_format` adds formats.

    Parameters
    ----------
    path : str or path-like
        The file.

    Yields
    ------
    Record
        Name, description and sequence; records without a sequence are left out with a warning.

    Raises
    ------
    FileNotFoundError, IsADirectoryError
        If there is no such file.
    InvalidSequenceFileError
        If the file is empty, has headers but no sequence, is binary, damaged or of another format.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from skdeepg.sequences import read_records
    >>> path = pathlib.Path(tempfile.mkdtemp(), "two.fasta")
    >>> _ = path.write_text(">a first\nACG\nT\n>b\nGG\n")
    >>> [(record.name, record.sequence) for record in read_records(path)]
    [('a', 'ACGT'), ('b', 'GG')]
    """
    path = check_file(path)
    empty: list[str] = []
    n_records = 0
    with (
        open_text(path) as (handle, form),
        named_damage(path, form.name, lambda: n_records + len(empty)),
    ):
        for title, sequence, _ in form.read(handle):
            name = name_in(title)
            if sequence:
                n_records += 1
                yield Record(name, title, sequence)
            else:
                empty.append(name)
    report_empty(path, empty, n_records)


def warn_of_loss(message: str) -> None:
    """Warn of what a file has lost."""
    warnings.warn(message, LostDataWarning, stacklevel=4)


def name_in(title: str) -> str:
    """Give the first word of a header."""
    return title.split(None, 1)[0] if title.strip() else ""


def check_file(path: str | os.PathLike[str]) -> Path:
    """Return the path of an existing file, or say what is wrong with it."""
    path = Path(path)
    if path.is_dir():
        raise IsADirectoryError(
            f"{path} is a folder where a {name_formats()} file is expected. List its files, as "
            "X=sorted(folder.glob('*.fasta')); for labels by folder use load_labelled_folders."
        )
    if not path.exists():
        raise not_found("file", path)
    return path


@contextmanager
def open_text(path: Path, warn: Warn = warn_of_loss) -> Iterator[tuple[TextIO, SequenceFormat]]:
    """Open for reading as text, after a look at the first bytes, which tell the format."""
    with path.open("rb") as raw:
        compressed = raw.read(2) == GZIP_MAGIC
        raw.seek(0)
        binary = cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if compressed else raw
        with named_damage(path):
            head = binary.read(HEAD_BYTES)
        text = head.removeprefix(UTF8_BYTE_ORDER_MARK).lstrip()
        form = _tell_format(head, text, path, warn)
        binary.seek(len(head) - len(text))
        # Headers may hold any bytes; as \xe9 they can be printed, and written to any format.
        yield io.TextIOWrapper(binary, encoding="utf-8", errors="backslashreplace"), form


def _tell_format(head: bytes, text: bytes, path: Path, warn: Warn) -> SequenceFormat:
    """Tell the format by the first bytes, and what is none by an error."""
    for magic, name in OTHER_COMPRESSIONS.items():
        if head.startswith(magic):
            raise InvalidSequenceFileError(
                f"{path} is compressed by {name}; use gzip or unpack it."
            )
    if b"\0" in head:
        raise InvalidSequenceFileError(
            f"{path} is a binary file (a zero byte at {head.index(0)}), not {name_formats()} text."
        )
    if not text:
        raise InvalidSequenceFileError(f"{path} is empty; remove it or put sequences into it.")
    found = find_format(path, text.decode("latin-1"))
    return _format_below(text, path, warn) if found is None else found


def _format_below(text: bytes, path: Path, warn: Warn) -> SequenceFormat:
    """Take text before a line that begins with ``>`` for a comment."""
    first_line = text[:60].splitlines()[0].decode("latin-1")
    if not re.search(rb"[\r\n]>", text):
        starts = [f"'{each.start}' ({each.name})" for each in known_formats()]
        raise InvalidSequenceFileError(
            f"{path} is not {name_formats()}: it begins with {first_line!r}, where "
            f"{join_words(starts)} is expected."
        )
    warn(f"{path}: the text before the first '>' is ignored; it begins with {first_line!r}.")
    return next(each for each in known_formats() if each.name == FASTA)


def name_formats() -> str:
    """Name all formats, for messages."""
    return join_words([each.name for each in known_formats()])


def join_words(words: list[str]) -> str:
    """Join words by commas and "or"."""
    return f"{', '.join(words[:-1])} or {words[-1]}"


@contextmanager
def named_damage(path: Path, form: str = FASTA, n_read: Callable[[], int] = int) -> Iterator[None]:
    """Give a parser's and a decompressor's errors the name of the file, and of the record."""
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InvalidSequenceFileError(
            f"{path} cannot be unpacked by gzip ({error}); it is damaged or cut short. Fetch it "
            "again."
        ) from error
    except InvalidSequenceFileError:
        raise
    except ValueError as error:
        raise InvalidSequenceFileError(
            f"{path} is not valid {form}: {error} (record {n_read() + 1})"
        ) from error


def report_empty(path: Path, empty: list[str], n_records: int, warn: Warn = warn_of_loss) -> None:
    """Refuse a file without sequences; warn of records without one."""
    if n_records == 0:
        raise InvalidSequenceFileError(
            f"{path} has {len(empty)} headers (first: {empty[0]!r}) but no sequence."
            if empty
            else f"{path} has no record."
        )
    if empty:
        warn(
            f"{path}: {len(empty)} of {n_records + len(empty)} records have no sequence and are "
            f"left out (first: {empty[0]!r})."
        )
