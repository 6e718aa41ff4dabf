"""Rows of several collections become those of one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from skdeepg.sequences.collection import Sequences
from skdeepg.sequences.inputs import check_vocabulary
from skdeepg.sequences.store import Store

__all__ = ["concatenate_sequences"]


def concatenate_sequences(parts: Sequence[Sequences]) -> Sequences:
    """Put the rows of several collections one after another.

    Parameters
    ----------
    parts : sequence of Sequences
        At least one, all of one vocabulary.

    Returns
    -------
    Sequences
        All rows, on a copy of their bases in memory; without qualities.

    Raises
    ------
    ValueError
        If there is no part, or vocabularies differ.

    Examples
    --------
    >>> from skdeepg.sequences import concatenate_sequences, read_sequences
    >>> concatenate_sequences([read_sequences(["ACGT"]), read_sequences(["GG", "T"])]).lengths
    array([4, 2, 1])
    """
    if not parts:
        raise ValueError("parts must hold at least one Sequences, but is empty.")
    vocabulary = parts[0].vocabulary
    tables = [check_vocabulary(part, vocabulary).records() for part in parts]
    codes = [
        part.codes[start:end]
        for part, table in zip(parts, tables, strict=True)
        for start, end in zip(table.start, table.end, strict=True)
    ]
    ends = np.cumsum([len(piece) for piece in codes], dtype=np.int64)
    n_records = [
        np.bincount(table.row, minlength=len(part))
        for part, table in zip(parts, tables, strict=True)
    ]
    return Sequences(
        Store(
            vocabulary=vocabulary,
            codes=np.concatenate([np.zeros(0, dtype=np.uint8), *codes]),
            starts=np.concatenate([np.zeros(1, dtype=np.int64), ends])[: len(ends)],
            ends=ends,
            names=np.concatenate([table.name for table in tables]),
            files=np.concatenate([table.file for table in tables]),
            row_offsets=np.concatenate([[0], np.cumsum(np.concatenate(n_records))]),
            row_names=np.concatenate([part.names for part in parts]),
        )
    )
