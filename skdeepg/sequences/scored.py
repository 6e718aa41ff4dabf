"""`ScoredBases`: what a language model says of bases whose letter is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skdeepg.sequences.collection import IntArray
from skdeepg.sequences.vocabulary import Codes

__all__ = ["ScoredBases", "log_likelihoods"]

SMALLEST = np.finfo(np.float32).tiny  # the log of a probability that float32 rounds to 0


@dataclass(frozen=True)
class ScoredBases:
    """Bases of some rows with the probabilities that a model gives their letters.

    Attributes
    ----------
    row, record, position : ndarray of shape (n_bases,) and dtype int64
        The row, the record (an index into the rows' `RecordTable`) and the place in the record,
        counted from 0.
    true : ndarray of shape (n_bases,) and dtype uint8
        The code of the base that is there; ambiguous bases are neither right nor wrong.
    probabilities : ndarray of shape (n_bases, n_symbols)
        Of each letter.
    """

    row: IntArray
    record: IntArray
    position: IntArray
    true: Codes
    probabilities: NDArray[np.floating]

    @classmethod
    def none(cls, n_symbols: int) -> ScoredBases:
        """Make what has no base."""
        places = np.zeros(0, dtype=np.int64)
        true, probabilities = np.zeros(0, dtype=np.uint8), np.zeros((0, n_symbols))
        return cls(places, places, places, true, probabilities)

    @property
    def is_known(self) -> NDArray[np.bool_]:
        """Which bases are letters of the vocabulary, of shape (n_bases,)."""
        return np.asarray(self.true < self.probabilities.shape[1])

    def select(self, which: NDArray[np.bool_]) -> ScoredBases:
        """Keep some of the bases."""
        return ScoredBases(
            self.row[which],
            self.record[which],
            self.position[which],
            self.true[which],
            self.probabilities[which],
        )

    @property
    def log_likelihood(self) -> NDArray[np.float64]:
        """Log probability of the true letter in nats; all bases must be known."""
        return log_likelihoods(self.true, self.probabilities)

    @property
    def is_right(self) -> NDArray[np.bool_]:
        """Where the most probable letter, the first of equals, is the true one."""
        return np.asarray(self.probabilities.argmax(axis=1) == self.true)


def log_likelihoods(true: Codes, probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
    """Give the log probability of true letters in nats, nan where they are ambiguous.

    Parameters
    ----------
    true : ndarray of shape (n_bases,) and dtype uint8
        Codes.
    probabilities : ndarray of shape (n_bases, n_symbols)
        Of each letter.

    Returns
    -------
    ndarray of shape (n_bases,)
        At most 0.
    """
    n_symbols = probabilities.shape[1]
    chosen = probabilities[np.arange(len(true)), np.minimum(true, n_symbols - 1)]
    likelihoods = np.log(np.maximum(chosen, SMALLEST, dtype=np.float64))
    return np.where(true < n_symbols, likelihoods, np.nan)
