"""FASTA and FASTQ files, plain or gzip, told by content. Biopython parses."""

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

from Bio.SeqIO.FastaIO import SimpleFastaParser
from Bio.SeqIO.QualityIO import FastqGeneralIterator

from skdeepg.exceptions import InvalidSequenceFileError, LostDataWarning

__all__ = ["SEQUENCE_SUFFIXES", "Record", "has_sequence_suffix", "read_records"]

SEQUENCE_SUFFIXES: Final = (
    ".fasta",
    ".fa",
    ".fna",
    ".ffn",
    ".frn",
    ".faa",
    ".fas",
    ".fastq",
    ".fq",
)
HEAD_BYTES: Final = 65_536
GZIP_MAGIC: Final = b"\x1f\x8b"
UTF8_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
OTHER_COMPRESSIONS: Final = {b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"PK\x03\x04": "zip"}

Warn = Callable[[str], None]


class Record(NamedTuple):
    """One entry of a FASTA or FASTQ file.

    Parameters
    ----------
    name : str
        The first word of the header.
    description : str
        The whole header, without ``>`` or ``@``; tabs are kept.
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


def has_sequence_suffix(path: Path) -> bool:
    """Tell whether a file is named as FASTA or FASTQ, plain or ``.gz``.

    Parameters
    ----------
    path : pathlib.Path
        Any path; the file need not exist.

    Returns
    -------
    bool
        True for the suffixes in ``SEQUENCE_SUFFIXES``, whatever their case.

    Examples
    --------
    >>> from pathlib import Path
    >>> from skdeepg.sequences.fasta import has_sequence_suffix
    >>> has_sequence_suffix(Path("genome.fna.gz")), has_sequence_suffix(Path("notes.txt"))
    (True, False)
    """
    name = path.name.lower().removesuffix(".gz")
    return name.endswith(SEQUENCE_SUFFIXES) and not name.startswith(".")


def read_records(path: str | os.PathLike[str]) -> Iterator[Record]:
    r"""Read a FASTA or FASTQ file record by record.

    Format and compression are told by content. Upper and lower case, wrapped lines, Windows line
    ends, blank lines, spaces within lines, and tabs or ``>`` within headers are understood.

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
    with open_text(path) as (handle, is_fastq):
        for title, sequence, _ in parse_lines(handle, path, is_fastq):
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
            f"{path} is a folder where a FASTA or FASTQ file is expected. List its files, as "
            "X=sorted(folder.glob('*.fasta')); for labels by folder use load_labelled_folders."
        )
    if not path.exists():
        raise FileNotFoundError(f"There is no file {path}. Check the spelling of the path.")
    return path


@contextmanager
def open_text(path: Path, warn: Warn = warn_of_loss) -> Iterator[tuple[TextIO, bool]]:
    """Open for reading as text, after a look at the first bytes; tell whether it is FASTQ."""
    with path.open("rb") as raw:
        compressed = raw.read(2) == GZIP_MAGIC
        raw.seek(0)
        binary = cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if compressed else raw
        with named_damage(path):
            head = binary.read(HEAD_BYTES)
        text = head.removeprefix(UTF8_BYTE_ORDER_MARK).lstrip()
        is_fastq = _sniff_fastq(head, text, path, warn)
        binary.seek(len(head) - len(text))
        # Headers may hold any bytes; as \xe9 they can be printed, and written to any format.
        yield io.TextIOWrapper(binary, encoding="utf-8", errors="backslashreplace"), is_fastq


def _sniff_fastq(head: bytes, text: bytes, path: Path, warn: Warn) -> bool:
    """Tell FASTQ from FASTA by the first bytes, and anything else by an error."""
    for magic, name in OTHER_COMPRESSIONS.items():
        if head.startswith(magic):
            raise InvalidSequenceFileError(
                f"{path} is compressed by {name}; use gzip or unpack it."
            )
    if b"\0" in head:
        raise InvalidSequenceFileError(
            f"{path} is a binary file (a zero byte at {head.index(0)}), not FASTA or FASTQ text."
        )
    if not text:
        raise InvalidSequenceFileError(f"{path} is empty; remove it or put sequences into it.")
    if text.startswith(b"@"):
        return True
    if not text.startswith(b">"):
        _check_text_before(text, path, warn)
    return False


def _check_text_before(text: bytes, path: Path, warn: Warn) -> None:
    first_line = text[:60].splitlines()[0].decode("latin-1")
    if not re.search(rb"[\r\n]>", text):
        raise InvalidSequenceFileError(
            f"{path} is neither FASTA nor FASTQ: it begins with {first_line!r}, where '>' or '@' "
            "is expected."
        )
    warn(f"{path}: the text before the first '>' is ignored; it begins with {first_line!r}.")


def parse_lines(handle: TextIO, path: Path, is_fastq: bool) -> Iterator[tuple[str, str, str]]:
    """Give headers, sequences and, of FASTQ, qualities."""
    with named_damage(path):
        if is_fastq:
            yield from FastqGeneralIterator(handle)
        else:
            for title, sequence in SimpleFastaParser(handle):
                yield title, sequence, ""


@contextmanager
def named_damage(path: Path) -> Iterator[None]:
    """Give a parser's and a decompressor's errors the name of the file."""
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
        raise InvalidSequenceFileError(f"{path} is not valid FASTQ: {error}") from error


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
