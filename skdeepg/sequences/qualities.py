"""Qualities of FASTQ: one byte a base beside the codes, and how both become one code."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from skdeepg.sequences.vocabulary import Codes, Vocabulary

__all__ = ["Qualities", "QualityCodes", "encode_qualities", "shift_qualities"]

Qualities = NDArray[np.uint8]  # 0: not known; else the Phred quality plus one

FIRST_LETTER: Final = 33  # "!", a quality of 0
MOST_CODES: Final = 256
FEWEST_LEVELS: Final = 42  # qualities of Illumina end at 41

_TABLE: Final = bytes(max(byte - FIRST_LETTER + 1, 0) for byte in range(256))


def encode_qualities(text: str) -> bytes:
    """Encode the quality line of a FASTQ record (Phred + 33).

    Parameters
    ----------
    text : str
        One letter a base.

    Returns
    -------
    bytes
        The quality plus one of each base.

    Examples
    --------
    >>> from skdeepg.sequences.qualities import encode_qualities
    >>> list(encode_qualities("!+I"))
    [1, 11, 41]
    """
    return text.encode("ascii", "replace").translate(_TABLE)


def shift_qualities(qualities: Any) -> bytes:
    """Encode Phred qualities given as numbers, as Biopython has them.

    Parameters
    ----------
    qualities : sequence of int
        One a base.

    Returns
    -------
    bytes
        The quality plus one of each base; at most 255.
    """
    numbers = np.clip(np.asarray(qualities, dtype=np.float64).round(), 0, 254)
    return bytes((numbers + 1).astype(np.uint8))


class QualityCodes:
    """Letters and qualities as one code: a row of a symbol table for each pair.

    Codes of the vocabulary stand for themselves: letters that are certain, ambiguous letters and
    padding. Behind them come the letters of quality 0, those of quality 1, and so on, as many as
    fit into a byte; a letter of a higher quality is certain. With 4 letters there are 62 of
    them, and the probability of an error at quality 62 is 6e-7.

    Parameters
    ----------
    vocabulary : Vocabulary
        The letters.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._n_symbols = vocabulary.n_symbols
        self._first = vocabulary.padding_code + 1
        self.n_levels = (MOST_CODES - self._first) // self._n_symbols
        if self.n_levels < FEWEST_LEVELS:
            raise ValueError(
                f"quality=True needs a vocabulary of at most 5 letters, as 'ACGT', not "
                f"{vocabulary.letters!r}."
            )

    def join(self, codes: Codes, qualities: Qualities) -> Codes:
        """Make one code of each letter and its quality.

        Parameters
        ----------
        codes : ndarray of dtype uint8
            Codes of the vocabulary.
        qualities : ndarray of the same shape and dtype uint8
            0 where the quality is not known, else the Phred quality plus one.

        Returns
        -------
        ndarray of the same shape and dtype uint8
            Codes of `table`.
        """
        level = qualities - np.uint8(1)  # of unknown ones 255
        graded = (codes < self._n_symbols) & (level < self.n_levels)
        joined = codes + np.uint8(self._first) + np.uint8(self._n_symbols) * level
        return np.where(graded, joined, codes)

    def table(self, plain: NDArray[np.float32]) -> NDArray[np.float32]:
        """Give the vector of each code.

        Parameters
        ----------
        plain : ndarray of shape (n_symbols + 2, n_symbols) and dtype float32
            The vectors of the codes of the vocabulary.

        Returns
        -------
        ndarray of shape (n_codes, n_symbols) and dtype float32
            Those, and for each quality and letter: the probability that it is right, and equal
            shares of the rest for the others.
        """
        k = self._n_symbols
        wrong = 10.0 ** (-np.arange(self.n_levels) / 10)
        graded = np.repeat(wrong[:, np.newaxis, np.newaxis] / (k - 1), k, axis=1) * np.ones(k)
        graded[:, np.arange(k), np.arange(k)] = 1 - wrong[:, np.newaxis]
        return np.concatenate([plain, graded.reshape(-1, k).astype(np.float32)])
