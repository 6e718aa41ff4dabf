"""Rows of a 2-D array of codes as `Sequences`."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from skdeepg.sequences.collection import Sequences
from skdeepg.sequences.store import Store, object_array
from skdeepg.sequences.vocabulary import Codes, Vocabulary

__all__ = ["sequences_from_codes", "sequences_from_padded_codes"]


def sequences_from_codes(codes: Codes, vocabulary: Vocabulary) -> Sequences:
    """Make each row of a 2-D array of codes a row of one record, without copying."""
    n_rows, width = codes.shape
    names = object_array([str(i) for i in range(n_rows)])
    starts = np.arange(n_rows, dtype=np.int64) * width
    return Sequences(
        Store(
            vocabulary=vocabulary,
            codes=np.ascontiguousarray(codes).reshape(-1),
            starts=starts,
            ends=starts + width,
            names=names,
            files=np.full(n_rows, "", dtype=object),
            row_offsets=np.arange(n_rows + 1, dtype=np.int64),
            row_names=names,
        )
    )


def sequences_from_padded_codes(codes: Codes, vocabulary: Vocabulary) -> Sequences:
    """Make each row of a 2-D array of codes a row of one record, without its padding."""
    sequences = sequences_from_codes(codes, vocabulary)
    kept = codes != vocabulary.padding_code
    if kept.all():
        return sequences
    kept[~kept.any(axis=1), 0] = True  # a row of nothing but padding stays a row
    ends = np.cumsum(kept.sum(axis=1), dtype=np.int64)
    starts = np.concatenate([[0], ends[:-1]])
    return Sequences(replace(sequences._store, codes=codes[kept], starts=starts, ends=ends))
