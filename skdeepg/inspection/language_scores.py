"""`LanguageScores`: what a language model's probabilities for the true bases amount to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["LanguageScores"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

ROUNDING = 1e-5  # nats a base by which a float32 probability may be above 1


@dataclass(frozen=True, eq=False, repr=False)
class LanguageScores:
    """Scores of one language model: over all bases, and by row.

    Part of a `LanguageEvaluation`. Holds sums by row, so that scores of all rows weigh each base
    alike, whatever the row it is in.

    Parameters
    ----------
    name : str
        Name of the model.
    n_bases : ndarray of shape (n_rows,) and dtype int64
        Scored bases of each row.
    log_likelihood : ndarray of shape (n_rows,) and dtype float64
        Sum over the row's scored bases of the logarithm of the true base's probability, in nats; 0
        in a row without a scored base.
    n_right : ndarray of shape (n_rows,) and dtype int64
        Scored bases of each row whose most probable letter was the true one.

    Raises
    ------
    ValueError
        If the arrays differ in shape, or a number is impossible; the message names the row.

    See Also
    --------
    LanguageEvaluation : Two models on the same bases.

    Notes
    -----
    All but the accuracy are the same number in other units: ``bits_per_base = -score / log(2)`` and
    ``perplexity = exp(-score)``. Guessing among four letters scores -1.386 nats, 2 bits, and a
    perplexity of 4.

    Examples
    --------
    >>> import numpy as np
    >>> from skdeepg.inspection import LanguageScores
    >>> scores = LanguageScores("guess", np.array([6, 2]), np.log(0.25) * np.array([6, 2]), [2, 0])
    >>> scores.bits_per_base, scores.perplexity, scores.accuracy
    (2.0, 4.0, 0.25)
    >>> scores.row_accuracy
    array([0.33333333, 0.        ])
    """

    name: str
    n_bases: IntArray
    log_likelihood: FloatArray
    n_right: IntArray

    def __post_init__(self) -> None:
        for name, dtype in (("n_bases", "i"), ("log_likelihood", "f"), ("n_right", "i")):
            object.__setattr__(self, name, _as_vector(name, getattr(self, name), dtype))
        shapes = [len(self.n_bases), len(self.log_likelihood), len(self.n_right)]
        if len(set(shapes)) > 1:
            raise ValueError(
                "n_bases, log_likelihood and n_right must have one value a row, found "
                f"{shapes[0]}, {shapes[1]} and {shapes[2]} values."
            )
        self._check_values()

    def _check_values(self) -> None:
        wrong_counts = (self.n_right < 0) | (self.n_right > self.n_bases)
        _refuse(wrong_counts, "n_right must be from 0 to n_bases", self.n_right)
        highest = ROUNDING * self.n_bases
        positive = ~(self.log_likelihood <= highest)  # also nan
        _refuse(positive, "log_likelihood must be at most 0", self.log_likelihood)
        unfounded = (self.n_bases == 0) & (self.log_likelihood != 0)
        _refuse(unfounded, "log_likelihood must be 0 without scored bases", self.log_likelihood)

    @property
    def n_scored(self) -> int:
        """The number of scored bases of all rows."""
        return int(self.n_bases.sum())

    @property
    def score(self) -> float:
        """The log-likelihood in nats per base: at most 0, higher is better; nan without bases."""
        return _divide(self.log_likelihood.sum(), self.n_scored)

    @property
    def bits_per_base(self) -> float:
        """The mean surprise in bits: from 0, lower is better; 2 is guessing among four letters."""
        return -self.score / float(np.log(2))

    @property
    def perplexity(self) -> float:
        """The number of equally probable letters that would be as hard to guess; from 1."""
        return float(np.exp(-self.score))

    @property
    def accuracy(self) -> float:
        """The share of scored bases whose most probable letter was the true one."""
        return _divide(self.n_right.sum(), self.n_scored)

    @property
    def row_score(self) -> FloatArray:
        """The score of each row, in nats per base; nan where no base is scored."""
        return self._by_row(self.log_likelihood)

    @property
    def row_bits_per_base(self) -> FloatArray:
        """The mean surprise of each row, in bits per base; nan where no base is scored."""
        return np.asarray(-self.row_score / np.log(2))

    @property
    def row_perplexity(self) -> FloatArray:
        """The perplexity of each row; nan where no base is scored."""
        return np.asarray(np.exp(-self.row_score))

    @property
    def row_accuracy(self) -> FloatArray:
        """The accuracy of each row; nan where no base is scored."""
        return self._by_row(self.n_right)

    def __repr__(self) -> str:
        return (
            f"<LanguageScores of {self.name}: {self.bits_per_base:.3f} bits per base, accuracy "
            f"{self.accuracy:.3f}, {self.n_scored:,} bases of {len(self.n_bases):,} rows>"
        )

    def _by_row(self, sums: NDArray[Any]) -> FloatArray:
        empty = np.full(len(sums), np.nan)
        return np.asarray(np.divide(sums, self.n_bases, out=empty, where=self.n_bases > 0))


def _divide(total: Any, n_bases: int) -> float:
    return float(total) / n_bases if n_bases else float("nan")


def _as_vector(name: str, values: Any, kind: str) -> NDArray[Any]:
    array = np.asarray(values)
    allowed = "iu" if kind == "i" else "iuf"
    if array.ndim != 1 or (len(array) and array.dtype.kind not in allowed):
        what = "whole numbers" if kind == "i" else "numbers"
        raise ValueError(
            f"{name} must be {what}, one a row, found shape {array.shape} and type {array.dtype}."
        )
    return array.astype(np.int64 if kind == "i" else np.float64)


def _refuse(wrong: NDArray[np.bool_], rule: str, values: NDArray[Any]) -> None:
    if wrong.any():
        row = int(wrong.argmax())
        raise ValueError(f"{rule}, found {values[row]} in row {row}.")
