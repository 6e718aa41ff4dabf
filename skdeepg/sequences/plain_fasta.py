"""The fast way through FASTA files that hold nothing unusual: whole blocks at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from skdeepg.sequences.fasta import name_in
from skdeepg.sequences.vocabulary import Vocabulary

__all__ = ["UnusualFastaError", "read_plain_fasta"]

BLOCK: Final = 1 << 20
BETWEEN_LETTERS: Final = b"\n\r "
LINE_END: Final = ord("\n")


class UnusualFastaError(Exception):
    """Something that only the careful reader of `read_pieces` can tell."""


def read_plain_fasta(
    handle: BinaryIO, vocabulary: Vocabulary
) -> Iterator[tuple[str | None, bytes]]:
    """Read names and codes of FASTA.

    Parameters
    ----------
    handle : binary file
        Text of FASTA.
    vocabulary : Vocabulary
        Letters and codes.

    Yields
    ------
    name : str or None
        That of the record that begins; None for more codes of it.
    codes : bytes
        Codes; maybe none.

    Raises
    ------
    UnusualFastaError
        If there is a letter that has no code, no header, or a line end of old Macintoshes: what
        was read until then may be wrong.
    """
    has_begun = False
    for is_header, text in _split(handle):
        if is_header:
            title = text.decode("utf-8", "backslashreplace").rstrip()
            if "\r" in title:
                raise UnusualFastaError
            has_begun = True
            yield name_in(title), b""
        elif has_begun:
            codes = vocabulary.translate_plain(text, BETWEEN_LETTERS)
            if codes is None:
                raise UnusualFastaError
            yield None, codes
        elif b"\r" in text:
            raise UnusualFastaError
    if not has_begun:
        raise UnusualFastaError


def _split(handle: BinaryIO) -> Iterator[tuple[bool, bytes]]:
    """Give headers, without ``>``, and what is between them, in pieces."""
    waiting = b"\n"  # so that a header on the first line is found as one on any other
    while block := handle.read(BLOCK):
        text = waiting + block
        start = 0
        while (at := _find_header(text, start)) >= 0:
            end = text.find(b"\n", at + 2)
            if end < 0:
                break
            yield False, text[start:at]
            yield True, text[at + 2 : end]
            start = end
        stop = at if at >= 0 else len(text) - text.endswith(b"\n")
        yield False, text[start:stop]
        waiting = text[stop:]
    if waiting.startswith(b"\n>"):
        yield True, waiting[2:]


def _find_header(text: bytes, start: int) -> int:
    """Find the next line end before a header; some times faster than to look for both."""
    at = text.find(b">", start + 1)
    while at >= 0 and text[at - 1] != LINE_END:
        at = text.find(b">", at + 1)
    return at - 1 if at >= 0 else -1
