"""FASTA, read by Biopython; long records come piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TextIO

from Bio.SeqIO.FastaIO import SimpleFastaParser

from skdeepg.sequences.formats.registry import register_format

__all__ = ["FASTA", "read_fasta"]

FASTA: Final = "FASTA"
SUFFIXES: Final = (".fasta", ".fa", ".fna", ".ffn", ".frn", ".faa", ".fas")


def read_fasta_pieces(handle: TextIO, size: int) -> Iterator[tuple[str, int, str]]:
    """Give headers, offsets and letters; letters may be missing at the end of a record."""
    header, offset, n_letters = "", 0, 0
    lines: list[str] = []
    for is_header, line in _lines(handle, size):
        if is_header or n_letters >= size:
            letters = _join_lines(lines)
            if header and (letters or is_header):
                yield header[1:], offset, letters
            offset += len(letters)
            lines, n_letters = [], 0
        if is_header:
            header, offset = line, 0
        else:
            lines.append(line)
            n_letters += len(line)
    if header:
        yield header[1:], offset, _join_lines(lines)


@register_format(FASTA, suffixes=SUFFIXES, start=">", read_pieces=read_fasta_pieces)
def read_fasta(handle: TextIO) -> Iterator[tuple[str, str, str]]:
    """Give headers and letters."""
    for title, sequence in SimpleFastaParser(handle):
        yield title, sequence, ""


def _lines(handle: TextIO, size: int) -> Iterator[tuple[bool, str]]:
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
