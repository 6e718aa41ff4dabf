"""Probabilities of the next base from counts of contexts: blended over lengths, or of one."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from skdeepg.sequences.collection import IntArray
from skdeepg.sequences.context_counts import ContextCounts, smallest_type
from skdeepg.sequences.context_index import ContextIndex
from skdeepg.sequences.contexts import BLOCK, Contexts

__all__ = ["AdditiveSmoothing", "BackOff", "ContextModel", "LazyModel"]

FloatArray = NDArray[np.float64]

N_SAMPLED = 10_000  # counted bases that strengths are learnt from
FIRST_STRENGTH = 20.0
SMALLEST_STRENGTH, LARGEST_STRENGTH = 1e-3, 1e5
MOST_EVALUATIONS = 150


class ContextModel(Protocol):
    """Gives the probabilities of what follows contexts."""

    def probabilities(self, contexts: Contexts) -> NDArray[np.float32]:
        """Give the probability of each letter, of shape (n, n_symbols)."""


class LazyModel:
    """Derives a model when it is first needed, and again after pickling: counts are smaller.

    Parameters
    ----------
    counts : ContextCounts
        What was counted.
    smoothing : float
        The parameter of `BackOff` or `AdditiveSmoothing`.
    backoff : bool
        Which of the two.
    """

    def __init__(self, counts: ContextCounts, smoothing: float, backoff: bool) -> None:
        self._settings = counts, smoothing, backoff

    def __getstate__(self) -> dict[str, Any]:
        return {"_settings": self._settings}

    @cached_property
    def model(self) -> BackOff | AdditiveSmoothing:
        """The model."""
        counts, smoothing, backoff = self._settings
        return BackOff(counts, smoothing) if backoff else AdditiveSmoothing(counts, smoothing)


class AdditiveSmoothing:
    """Relative counts of the longest context, after adding to each: Laplace's rule.

    Parameters
    ----------
    counts : ContextCounts
        What was counted.
    added : float
        What to add to the count of each letter. With 0, letters are equally likely behind a
        context that does not occur.
    """

    def __init__(self, counts: ContextCounts, added: float) -> None:
        self._index = ContextIndex(counts)
        self._added = added

    def probabilities(self, contexts: Contexts) -> NDArray[np.float32]:
        """Give the probability of each letter, of shape (n, n_symbols)."""
        n_symbols = self._index.n_symbols
        answers = np.empty((len(contexts), n_symbols), dtype=np.float32)
        for length in np.unique(contexts.length):
            which = contexts.length == length
            counts = self._index.counts(contexts[which], int(length)) + self._added
            total = counts.sum(axis=1, keepdims=True)
            equal = np.full(counts.shape, 1 / n_symbols)
            answers[which] = np.divide(counts, total, out=equal, where=total > 0)
        return answers


class BackOff:
    """Counts of contexts of all lengths, blended.

    The probabilities behind a context are its counts and, as if counted ``strength * n_letters``
    times, the probabilities behind the context without its farthest letter, where n_letters is how
    many different letters have followed the context (Witten and Bell 1991, doi:10.1109/18.87000,
    with the strength 1). Each length has a strength of its own; those are taken that give the
    counted bases, each left out of the counts in its turn, the highest likelihood.

    Parameters
    ----------
    counts : ContextCounts
        What was counted.
    least : float
        The least strength.

    Attributes
    ----------
    strengths : ndarray of shape (order + 1,)
        The strength of each length.
    """

    def __init__(self, counts: ContextCounts, least: float) -> None:
        self._index = ContextIndex(counts)
        self._order = counts.order
        self._n_symbols = counts.n_symbols
        least = max(least, SMALLEST_STRENGTH)
        self.strengths = learn_strengths(*leave_out(counts, self._index), counts.n_symbols, least)
        self._tables = self._blend_tables()

    def _blend_tables(self) -> list[NDArray[np.float32]]:
        """Give the probabilities behind all short contexts, whose counts are not needed then."""
        tables = [np.full((1, self._n_symbols), 1 / self._n_symbols, dtype=np.float32)]
        for length in range(self._index.n_tabled + 1):
            tables.append(self._blend_table(tables[-1], length))
        self._index.tables = []
        return tables[1:]

    def _blend_table(self, shorter: NDArray[np.float32], length: int) -> NDArray[np.float32]:
        counts = self._index.tables[length]
        table = np.empty(counts.shape, dtype=np.float32)
        for start in range(0, len(counts), BLOCK):
            number = np.arange(start, min(start + BLOCK, len(counts)))
            table[number] = self._blend(counts[number], shorter[number // self._n_symbols], length)
        return table

    def _blend(
        self, counts: NDArray[np.integer], shorter: NDArray[np.float32], length: int
    ) -> NDArray[np.float32]:
        counted = counts.astype(np.float32)
        n_letters = (counts > 0).sum(axis=1, keepdims=True, dtype=np.float32)
        weight = np.float32(self.strengths[length]) * n_letters
        weight[n_letters == 0] = 1  # the shorter context alone
        total = counted.sum(axis=1, keepdims=True) + weight
        return np.asarray((counted + weight * shorter) / total)

    def probabilities(self, contexts: Contexts) -> NDArray[np.float32]:
        """Give the probability of each letter, of shape (n, n_symbols)."""
        if len(self._tables) > self._order:
            return self._from_tables(contexts)
        by_number = np.argsort(contexts.number)  # neighbours are looked up faster
        answers = np.empty((len(contexts), self._n_symbols), dtype=np.float32)
        answers[by_number] = self._from_all(contexts[by_number])
        return answers

    def _from_all(self, contexts: Contexts) -> NDArray[np.float32]:
        answers = self._from_tables(contexts)
        going_on = np.arange(len(contexts))
        for length in range(len(self._tables), self._order + 1):
            seen, counts = self._index.find(contexts, length)
            if not len(seen):
                break
            contexts, going_on = contexts[seen], going_on[seen]
            answers[going_on] = self._blend(counts, answers[going_on], length)
        return answers

    def _from_tables(self, contexts: Contexts) -> NDArray[np.float32]:
        longest = len(self._tables) - 1
        answers = self._tables[longest][contexts.nearest(longest, self._n_symbols)]
        short = np.flatnonzero(contexts.length < longest)
        if len(short):
            self._answer_short(contexts[short], short, answers)
        return answers

    def _answer_short(
        self, contexts: Contexts, places: IntArray, answers: NDArray[np.float32]
    ) -> None:
        for length in np.unique(contexts.length).tolist():
            which = contexts.length == length
            nearest = contexts[which].nearest(length, self._n_symbols)
            answers[places[which]] = self._tables[length][nearest]


def leave_out(
    counts: ContextCounts, index: ContextIndex
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Leave counted bases out, one at a time.

    Returns
    -------
    own, total, n_letters : ndarray of shape (order + 1, n)
        For each length of the context: how often the base still follows it, how often any base
        does, and how many different ones do.
    """
    contexts, base = _sample(counts)
    own, total, n_letters = np.zeros((3, counts.order + 1, len(base)))
    for length in range(counts.order + 1):
        which = np.flatnonzero(contexts.length >= length)
        found = index.counts(contexts[which], length).astype(np.int64)
        found[np.arange(len(which)), base[which]] -= 1
        own[length, which] = found[np.arange(len(which)), base[which]]
        total[length, which] = found.sum(axis=1)
        n_letters[length, which] = (found > 0).sum(axis=1)
    return own, total, n_letters


def _sample(counts: ContextCounts) -> tuple[Contexts, IntArray]:
    """Take counted bases evenly from the list of all, with their contexts."""
    n_sampled = min(N_SAMPLED, counts.total)
    places = (np.arange(n_sampled) + 0.5) / n_sampled * counts.total
    number, length, base = [], [], []
    n_before = 0
    for n_letters, strings in enumerate(counts.strings):
        upto = np.cumsum(strings.count, dtype=smallest_type(counts.total))
        n_after = n_before + (int(upto[-1]) if len(upto) else 0)
        here = places[(places >= n_before) & (places < n_after)] - n_before
        chosen = np.searchsorted(upto, here.astype(upto.dtype), side="right")
        string = strings.number[chosen].astype(np.int64)
        number.append(string // counts.n_symbols * counts.n_symbols ** (counts.order - n_letters))
        length.append(np.full(len(here), n_letters, dtype=np.uint8))
        base.append(string % counts.n_symbols)
        n_before = n_after
    contexts = Contexts(np.concatenate(number), np.concatenate(length), counts.order)
    return contexts, np.concatenate(base)


def learn_strengths(
    own: FloatArray, total: FloatArray, n_letters: FloatArray, n_symbols: int, least: float
) -> FloatArray:
    """Find the strengths that give bases left out of the counts the highest likelihood.

    Parameters
    ----------
    own, total, n_letters : ndarray of shape (order + 1, n)
        As from `leave_out`.
    n_symbols : int
        The number of letters.
    least : float
        The least strength.

    Returns
    -------
    ndarray of shape (order + 1,)
        The strength of each length.
    """
    n_letters = np.where(total > 0, n_letters, 1)  # the shorter context alone counts

    def loss(log_strengths: FloatArray) -> tuple[float, FloatArray]:
        weights = np.exp(log_strengths)[:, np.newaxis] * n_letters
        shares = weights / (total + weights)
        probability = np.full(own.shape[1], 1 / n_symbols)
        slopes = np.empty_like(own)
        for k, share in enumerate(shares):
            blended = own[k] / (total[k] + weights[k]) + share * probability
            slopes[k] = share * (probability - blended)
            probability = blended
        slope, gradient = 1 / probability, np.empty(len(shares))
        for k in reversed(range(len(shares))):
            gradient[k] = -(slope * slopes[k]).mean()
            slope *= shares[k]
        return -np.log(probability).mean(), gradient

    start = np.full(len(own), np.log(max(least, FIRST_STRENGTH)))
    bounds = [(np.log(least), np.log(max(least, LARGEST_STRENGTH)))] * len(own)
    # TNC, as L-BFGS-B in SciPy starts threads of BLAS for its tiny matrices
    found = minimize(
        loss, start, jac=True, method="TNC", bounds=bounds, options={"maxfun": MOST_EVALUATIONS}
    )
    return np.asarray(np.exp(found.x))
