"""2-D arrays of codes: checks, and the vocabulary inferred from them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdeepg.sequences.vocabulary import Codes, Vocabulary, get_vocabulary

__all__ = ["check_codes", "infer_vocabulary"]

# Printable, different whatever their case: names for symbols that have none.
SYMBOL_NAMES = "".join(chr(c) for c in range(33, 127) if not chr(c).islower())
MOST_INFERRED_SYMBOLS = 64


def infer_vocabulary(codes: NDArray[Any]) -> Vocabulary:
    """Make a vocabulary of as many symbols as the largest code asks for, at least 2."""
    _check_whole(codes)
    n_symbols = max(int(codes.max()) + 1, 2)
    if n_symbols > MOST_INFERRED_SYMBOLS:
        raise ValueError(
            f"X has codes up to {n_symbols - 1}; with vocabulary=None at most "
            f"{MOST_INFERRED_SYMBOLS} symbols are understood."
        )
    return get_vocabulary(SYMBOL_NAMES[:n_symbols])


def check_codes(codes: NDArray[Any], vocabulary: Vocabulary, inferred: bool = False) -> Codes:
    """Check a 2-D array of codes and make it uint8.

    Parameters
    ----------
    codes : ndarray of shape (n_windows, window_length)
        Whole numbers from 0 to k + 1.
    vocabulary : Vocabulary
        Of k symbols.
    inferred : bool, default=False
        Whether the vocabulary was inferred from other codes; then a code of k or more reads as
        ambiguous instead of being an error.

    Returns
    -------
    ndarray of shape (n_windows, window_length) and dtype uint8
        The codes.
    """
    _check_whole(codes)
    n_symbols = vocabulary.n_symbols
    if inferred:
        return np.asarray(np.minimum(codes, n_symbols), dtype=np.uint8)
    if codes.size and codes.max() > vocabulary.padding_code:
        row, column = np.argwhere(codes > vocabulary.padding_code)[0]
        raise ValueError(
            f"X has the code {codes[row, column]} in row {row}, column {column}; with the "
            f"vocabulary {vocabulary.letters!r} codes are 0 to {n_symbols - 1}, {n_symbols} for an "
            f"ambiguous letter and {n_symbols + 1} for padding."
        )
    return np.asarray(codes, dtype=np.uint8)


def _check_whole(codes: NDArray[Any]) -> None:
    if codes.dtype.kind not in "iufb":
        raise ValueError(f"X must have whole-number codes, not values of type {codes.dtype}.")
    wrong = (codes < 0) | (codes != np.floor(codes)) if codes.dtype.kind == "f" else codes < 0
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        sign = "Negative values in data: " if codes[row, column] < 0 else ""
        raise ValueError(
            f"{sign}X has {codes[row, column]} in row {row}, column {column}, where a code (a "
            "whole number from 0) is expected. Codes come from skdeepg.cut_windows."
        )
