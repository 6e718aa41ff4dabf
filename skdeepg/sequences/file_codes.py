"""The codes of a file, written one after the other, and what there is to say of them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np

from skdeepg.sequences.entries import ALIGNMENT, FileContent, write_all
from skdeepg.sequences.fasta import check_file, named_damage, open_text, report_empty
from skdeepg.sequences.formats.fasta import FASTA
from skdeepg.sequences.mapping import hash_file
from skdeepg.sequences.pieces import read_pieces
from skdeepg.sequences.plain_fasta import UnusualFastaError, read_plain_fasta
from skdeepg.sequences.qualities import encode_qualities
from skdeepg.sequences.vocabulary import Vocabulary

__all__ = ["write_codes"]

PIECE: Final = 1 << 18
COPIED: Final = 1 << 20


def write_codes(
    path: Path, vocabulary: Vocabulary, target: BinaryIO, quality: bool = False
) -> FileContent:
    """Encode a file into another one.

    Parameters
    ----------
    path : pathlib.Path
        A file of sequences.
    vocabulary : Vocabulary
        Letters and codes.
    target : binary file
        Takes the codes, and behind them the qualities.
    quality : bool, default=False
        Whether to write qualities, if the file has them.

    Returns
    -------
    FileContent
        What was written.
    """
    writer = CodeWriter(path, vocabulary, target)
    try:
        writer.write_plain()
    except UnusualFastaError:
        writer = CodeWriter(path, vocabulary, target)
        writer.write_with_care(quality)
    return writer.content()


class CodeWriter:
    """Writes the codes of one file.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    vocabulary : Vocabulary
        Letters and codes.
    target : binary file
        Is emptied, and takes the codes.
    """

    def __init__(self, path: Path, vocabulary: Vocabulary, target: BinaryIO) -> None:
        self._path = check_file(path)
        self._vocabulary = vocabulary
        self._target = target
        self._names: list[str] = []
        self._lengths: list[int] = []
        self._quality_offset: int | None = None
        self._messages: list[str] = []
        target.seek(0)
        target.truncate()

    def write_plain(self) -> None:
        """Write the codes of FASTA as long as there is nothing unusual in it."""
        with open_text(self._path, self._messages.append) as (handle, form):
            if form.name != FASTA:
                raise UnusualFastaError
            with named_damage(self._path):
                for name, codes in read_plain_fasta(handle.buffer, self._vocabulary):
                    if name is not None:
                        self._names.append(name)
                        self._lengths.append(0)
                    self._lengths[-1] += len(codes)
                    write_all(self._target, codes)
        self._leave_out_empty()

    def _leave_out_empty(self) -> None:
        empty = [n for n, length in zip(self._names, self._lengths, strict=True) if not length]
        report_empty(self._path, empty, len(self._names) - len(empty), self._messages.append)
        if empty:
            self._names = [n for n, k in zip(self._names, self._lengths, strict=True) if k]
            self._lengths = [k for k in self._lengths if k]

    def write_with_care(self, quality: bool) -> None:
        """Write the codes of any file; errors name record and position."""
        with ExitStack() as stack:
            qualities: BinaryIO | None = None
            for piece in read_pieces(self._path, PIECE, self._messages.append):
                where = f"record {piece.name!r} of {self._path}"
                codes = self._vocabulary.translate(piece.letters, where, piece.offset)
                write_all(self._target, codes)
                if piece.offset == 0:
                    self._names.append(piece.name)
                    self._lengths.append(0)
                self._lengths[-1] += len(codes)
                if quality and piece.quality:
                    if qualities is None:
                        folder = Path(self._target.name).parent
                        qualities = stack.enter_context(tempfile.TemporaryFile(dir=folder))
                    qualities.write(encode_qualities(piece.quality))
            if qualities is not None:
                self._append(qualities)

    def _append(self, qualities: BinaryIO) -> None:
        """Copy the qualities behind the codes, to where they can be mapped."""
        self._quality_offset = -(-sum(self._lengths) // ALIGNMENT) * ALIGNMENT
        self._target.seek(self._quality_offset)
        qualities.seek(0)
        for block in _blocks(qualities):
            write_all(self._target, block)

    def content(self) -> FileContent:
        """Say what was written."""
        return FileContent(
            n_bases=sum(self._lengths),
            quality_offset=self._quality_offset,
            size=os.stat(self._path).st_size,  # noqa: PTH116
            content_hash=hash_file(self._path),
            messages=self._messages,
            names=self._names,
            lengths=np.array(self._lengths, dtype=np.int64),
        )


def _blocks(handle: BinaryIO) -> Iterator[bytes]:
    while block := handle.read(COPIED):
        yield block
