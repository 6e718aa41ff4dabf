"""GenBank and EMBL, read by Biopython; features are passed over.

The format: https://www.insdc.org/submitting-standards/feature-table/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TextIO

from Bio.GenBank.Scanner import EmblScanner, GenBankScanner

from skdeepg.sequences.formats.registry import register_format

__all__ = ["read_embl", "read_genbank"]


@register_format("GenBank", suffixes=[".gb", ".gbk", ".gbff", ".genbank"], start="LOCUS ")
def read_genbank(handle: TextIO) -> Iterator[tuple[str, str, str]]:
    """Give accession with version, definition and letters, as in the FASTA file of NCBI."""
    return _read(handle, GenBankScanner(), r"LOCUS\s+\S+\s+(\d+) (?:bp|aa)")


@register_format("EMBL", suffixes=[".embl"], start="ID   ")
def read_embl(handle: TextIO) -> Iterator[tuple[str, str, str]]:
    """Give accession with version, description and letters."""
    return _read(handle, EmblScanner(), r"ID   .* (\d+) (?:BP|AA)\.")


def _read(handle: TextIO, scanner: Any, head: str) -> Iterator[tuple[str, str, str]]:
    lines = _Lines(handle, re.compile(head))
    records = scanner.parse_records(lines, do_features=False)
    while True:
        try:
            record = next(records, None)
        except (AssertionError, LookupError, ValueError) as error:
            raise ValueError(f"{error} (line {lines.number})") from error
        if record is None:
            return
        letters = str(record.seq) if record.seq.defined else ""  # a CONTIG has only a length
        lines.check_end(len(letters))
        yield f"{record.id} {record.description}", letters, ""


class _Lines:
    """The lines of a file, of which the parser is told to make sense.

    Parameters
    ----------
    handle : text file
        The file.
    head : re.Pattern
        Of the line that tells how long a record is.
    """

    def __init__(self, handle: TextIO, head: re.Pattern[str]) -> None:
        self.number = 0
        self._handle = handle
        self._head = head
        self._last = ""
        self._length: int | None = None

    def readline(self) -> str:
        """Give the next line."""
        line = self._handle.readline()
        self.number += 1
        self._last = line
        if line[:1].isupper() and (found := self._head.match(line)):
            self._length = int(found[1])
        return line

    def check_end(self, n_letters: int) -> None:
        """Check that a record is whole, of which the parser only warns."""
        if not self._last.startswith("//"):
            raise ValueError(f"the record does not end with '//' (line {self.number})")
        if n_letters and self._length not in (None, n_letters):
            raise ValueError(
                f"the record has {n_letters} letters, not the {self._length} that its first line "
                f"tells (it ends in line {self.number})"
            )
        self._length = None
