"""FASTA and FASTQ files piece by piece: a chromosome need not fit into memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TextIO

from skdeepg.sequences.fasta import (
    Warn,
    check_file,
    name_in,
    named_damage,
    open_text,
    parse_lines,
    report_empty,
    warn_of_loss,
)

__all__ = ["Piece", "read_pieces"]


class Piece(NamedTuple):
    """A part of a record.

    Attributes
    ----------
    name : str
        The record's.
    offset : int
        Letters of the record in the pieces before.
    letters : str
        At least one.
    quality : str
        In FASTQ one letter a base, as in the file; else empty.
    """

    name: str
    offset: int
    letters: str
    quality: str = ""


def read_pieces(path: Path, size: int, warn: Warn = warn_of_loss) -> Iterator[Piece]:
    """Read records as `read_records` does, but long ones of FASTA piece by piece.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    size : int
        Letters in a piece, about.
    warn : callable
        Takes the messages about records without a sequence and the like.

    Yields
    ------
    Piece
        The pieces of a record follow one another.
    """
    path = check_file(path)
    empty: list[str] = []
    n_records = 0
    with open_text(path, warn) as (handle, is_fastq):
        pieces = _fastq_records(handle, path) if is_fastq else _fasta_pieces(handle, path, size)
        for title, offset, letters, quality in pieces:
            name = name_in(title)
            if letters:
                n_records += offset == 0
                yield Piece(name, offset, letters, quality)
            elif offset == 0:
                empty.append(name)
    report_empty(path, empty, n_records, warn)


def _fastq_records(handle: TextIO, path: Path) -> Iterator[Piece]:
    for title, sequence, quality in parse_lines(handle, path, is_fastq=True):
        yield Piece(title, 0, sequence, quality)


def _fasta_pieces(handle: TextIO, path: Path, size: int) -> Iterator[Piece]:
    """Give titles, offsets and letters; letters may be missing at the end of a record."""
    header, offset, n_letters = "", 0, 0
    lines: list[str] = []
    with named_damage(path):
        for is_header, line in _fasta_lines(handle, size):
            if is_header or n_letters >= size:
                letters = _join_lines(lines)
                if header and (letters or is_header):
                    yield Piece(header[1:], offset, letters)
                offset += len(letters)
                lines, n_letters = [], 0
            if is_header:
                header, offset = line, 0
            else:
                lines.append(line)
                n_letters += len(line)
    if header:
        yield Piece(header[1:], offset, _join_lines(lines))


def _fasta_lines(handle: TextIO, size: int) -> Iterator[tuple[bool, str]]:
    """Give lines, and whether they are headers; a record may be one line, which comes in parts."""
    begins = True
    while line := handle.readline(size):
        is_header = begins and line[0] == ">"
        begins = line[-1] == "\n"
        if is_header and not begins:
            line += handle.readline()
            begins = True
        yield is_header, line.rstrip()


def _join_lines(lines: list[str]) -> str:
    return "".join(lines).replace(" ", "").replace("\r", "")
