"""Refuses rows that parameters of cutting do not allow."""

from __future__ import annotations

import numpy as np

from skdeepg.sequences.collection import Sequences
from skdeepg.sequences.vocabulary import Vocabulary, get_vocabulary
from skdeepg.sequences.windows import Cut, SequenceWindows

__all__ = [
    "check_lengths",
    "check_pair_length",
    "check_qualities",
    "check_unambiguous",
    "cut_rows",
    "vocabulary_of_sequences",
]


def check_qualities(rows: Sequences, needed: bool) -> None:
    """Refuse rows that were read without qualities; if needed, also rows that have none."""
    if rows.qualities is None:
        raise ValueError(
            "quality=True, but X was read without qualities: give the paths of FASTQ files, or "
            "read_sequences(..., quality=True)."
        )
    if needed and not rows.has_qualities:
        raise ValueError(
            f"quality=True, but none of the {len(rows)} rows of X has qualities: give FASTQ files, "
            "or leave quality=False."
        )


def check_lengths(rows: Sequences, n_bases: int, parameter: str) -> None:
    """Refuse records that are shorter than a window, or what else a parameter asks for."""
    table = rows.records()
    short = np.flatnonzero(table.length < n_bases)
    if len(short):
        i = short[0]
        raise ValueError(
            f"{len(short)} records are shorter than {parameter}={n_bases}; the first is "
            f"{table.name[i]!r} of row {table.row[i]} ({rows.names[table.row[i]]!r}) with "
            f"{table.length[i]} bases. Choose short='pad', 'repeat' or 'drop', or shorter windows."
        )


def check_pair_length(rows: Sequences, window_length: int) -> None:
    """Refuse pairs of reads that were joined for windows of another length."""
    if rows.pair_length not in (None, window_length):
        raise ValueError(
            f"The pairs of reads in X were joined for windows of {rows.pair_length} bases, not "
            f"{window_length}: give the pairs themselves."
        )


def check_unambiguous(rows: Sequences) -> None:
    """Refuse records that have ambiguous letters."""
    table = rows.records()
    code = rows.vocabulary.ambiguous_code
    for i, (start, end) in enumerate(zip(table.start, table.end, strict=True)):
        found = np.flatnonzero(rows.codes[start:end] == code)
        if len(found):
            raise ValueError(
                f"Record {table.name[i]!r} of row {table.row[i]} ({rows.names[table.row[i]]!r}) "
                f"has {len(found)} ambiguous letters, the first at position {found[0]} (counted "
                "from 0). Choose ambiguous='zero', 'uniform', 'empirical' or 'drop'."
            )


def cut_rows(rows: Sequences, cut: Cut) -> SequenceWindows:
    """Cut rows, or refuse what ``short="error"`` and ``ambiguous="error"`` do not allow."""
    if cut.short == "error":
        check_lengths(rows, cut.window_length, "window_length")
    if cut.ambiguous == "error":
        check_unambiguous(rows)
    return SequenceWindows(rows, cut)


def vocabulary_of_sequences(letters: str | None) -> Vocabulary:
    """Refuse sequences whose letters are not given."""
    if letters is None:
        raise ValueError(
            "vocabulary=None is for 2-D arrays of codes; sequences need their letters, as "
            "vocabulary='ACGT'."
        )
    return get_vocabulary(letters)
