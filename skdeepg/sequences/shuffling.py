"""Shuffled sequences: the same letters, or the same pairs of neighbours, in another order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from skdeepg.sequences.euler_walks import shuffle_pairs
from skdeepg.sequences.vocabulary import Codes

__all__ = ["shuffle_codes", "shuffle_dinucleotides"]

MOST_BASES: Final = 1_000_000  # shuffled at once, in some 100 bytes a base


def shuffle_codes(codes: Codes, rng: np.random.Generator, *, padding_code: int = 5) -> Codes:
    """Shuffle the bases of every row: all orders are equally likely.

    Parameters
    ----------
    codes : ndarray of shape (n_rows, length) and dtype uint8
        Codes, as `cut_windows` gives them.
    rng : numpy.random.Generator
        Where chance comes from; the same state gives the same rows.
    padding_code : int, default=5
        The code of padding, which stays in place; that of the vocabulary ``"ACGT"``. Ambiguous
        letters are moved like any others.

    Returns
    -------
    ndarray of shape (n_rows, length) and dtype uint8
        Shuffled copies.

    Raises
    ------
    ValueError
        If `codes` is no 2-D array of uint8.

    Examples
    --------
    >>> import numpy as np
    >>> from skdeepg.sequences import shuffle_codes
    >>> codes = np.array([[0, 0, 1, 2, 3, 5]], dtype=np.uint8)
    >>> shuffled = shuffle_codes(codes, np.random.default_rng(0))
    >>> shuffled
    array([[2, 1, 0, 0, 3, 5]], dtype=uint8)
    """
    return _in_parts(codes, rng, padding_code, _permute)


def shuffle_dinucleotides(
    codes: Codes, rng: np.random.Generator, *, padding_code: int = 5
) -> Codes:
    """Shuffle the bases of every row so that every pair of neighbours is as frequent as before.

    All sequences with the same first base and the same number of every pair are equally likely;
    they all end with the same base, too. This is the field's usual control: what is left of a
    sequence when its motifs are gone, but not its composition, CpG content or stacking of bases.

    Parameters
    ----------
    codes : ndarray of shape (n_rows, length) and dtype uint8
        Codes, as `cut_windows` gives them.
    rng : numpy.random.Generator
        Where chance comes from; the same state gives the same rows.
    padding_code : int, default=5
        The code of padding, which stays in place; that of the vocabulary ``"ACGT"``. Ambiguous
        letters count as a letter of their own.

    Returns
    -------
    ndarray of shape (n_rows, length) and dtype uint8
        Shuffled copies. A row of which there is only one order, such as ``AAAA`` or ``ACAC``, comes
        back as it is.

    Raises
    ------
    ValueError
        If `codes` is no 2-D array of uint8.

    Notes
    -----
    A sequence is a walk that takes every pair once. By Altschul and Erickson, it is given by the
    last pair taken from every base, which lead to the final base as a tree, and by any order of the
    others. Trees are drawn as by Wilson: every base draws its last pair, and bases whose pairs lead
    in a circle draw again until there is no circle. All rows walk at the same time.

    References
    ----------
    Altschul, Erickson (1985), Significance of nucleotide sequence alignments: a method for random
    sequence permutation that preserves dinucleotide and codon usage,
    https://doi.org/10.1093/oxfordjournals.molbev.a040370

    Wilson (1996), Generating random spanning trees more quickly than the cover time,
    https://doi.org/10.1145/237814.237880

    Examples
    --------
    >>> import numpy as np
    >>> from skdeepg.sequences import Vocabulary, shuffle_dinucleotides
    >>> vocabulary = Vocabulary("ACGT")
    >>> codes = vocabulary.encode("ACCGATTAGCATCG")
    >>> shuffled = shuffle_dinucleotides(codes[None], np.random.default_rng(0))[0]
    >>> vocabulary.decode(shuffled)
    'ACATAGCCGATTCG'
    """
    return _in_parts(codes, rng, padding_code, shuffle_pairs)


Shuffle = Callable[[Codes, NDArray[np.int64], np.random.Generator], Codes]


def _in_parts(codes: Codes, rng: np.random.Generator, padding_code: int, shuffle: Shuffle) -> Codes:
    """Shuffle some rows at a time, all with their bases moved to the left of their padding."""
    if codes.ndim != 2 or codes.dtype != np.uint8:
        raise ValueError(
            f"codes must be a 2-D array of uint8, found {codes.ndim}-D of {codes.dtype}; "
            "skdeepg.cut_windows makes one."
        )
    shuffled = codes.copy()
    n_rows = max(MOST_BASES // max(codes.shape[1], 1), 1)
    for first in range(0, len(codes), n_rows):
        part = codes[first : first + n_rows]
        is_padding = part == padding_code
        places = np.argsort(is_padding, axis=1, kind="stable")
        lengths = part.shape[1] - is_padding.sum(axis=1)
        moved = shuffle(np.take_along_axis(part, places, axis=1), lengths, rng)
        np.put_along_axis(shuffled[first : first + n_rows], places, moved, axis=1)
    return shuffled


def _permute(codes: Codes, lengths: NDArray[np.int64], rng: np.random.Generator) -> Codes:
    keys = rng.random(codes.shape)
    keys[np.arange(codes.shape[1]) >= lengths[:, None]] = 1.0
    return np.take_along_axis(codes, np.argsort(keys, axis=1, kind="stable"), axis=1)
