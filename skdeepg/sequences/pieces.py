"""Files of sequences piece by piece: a chromosome of FASTA need not fit into memory."""

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
    report_empty,
    warn_of_loss,
)
from skdeepg.sequences.formats.registry import SequenceFormat

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
        One letter a base, as in the file, where the format has them; else empty.
    """

    name: str
    offset: int
    letters: str
    quality: str = ""


def read_pieces(path: Path, size: int, warn: Warn = warn_of_loss) -> Iterator[Piece]:
    """Read records as `read_records` does, but long ones piece by piece, where the format can.

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
    with (
        open_text(path, warn) as (handle, form),
        named_damage(path, form.name, lambda: n_records + len(empty)),
    ):
        for title, offset, letters, quality in _parts(handle, form, size):
            name = name_in(title)
            if letters:
                n_records += offset == 0
                yield Piece(name, offset, letters, quality)
            elif offset == 0:
                empty.append(name)
    report_empty(path, empty, n_records, warn)


def _parts(handle: TextIO, form: SequenceFormat, size: int) -> Iterator[tuple[str, int, str, str]]:
    """Give headers, offsets, letters and qualities; letters may be missing."""
    if form.read_pieces is None:
        for title, letters, quality in form.read(handle):
            yield title, 0, letters, quality
    else:
        for title, offset, letters in form.read_pieces(handle, size):
            yield title, offset, letters, ""
