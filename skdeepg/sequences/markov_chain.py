"""What follows from the probabilities of the next base: the base in the middle, new sequences."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skdeepg.sequences.back_off import ContextModel, FloatArray
from skdeepg.sequences.collection import IntArray
from skdeepg.sequences.contexts import Contexts
from skdeepg.sequences.vocabulary import Codes

__all__ = ["draw_bases", "middle_probabilities"]


def middle_probabilities(
    model: ContextModel, left: Contexts, codes: Codes, end: IntArray, place: IntArray
) -> FloatArray:
    """Give the probabilities of a base between known neighbours.

    By the rule of Bayes the probability of a letter is in proportion to its own, given the bases
    on its left, times those of the bases on its right, each given the letter and what lies between.

    Parameters
    ----------
    model : ContextModel
        What gives the probabilities of the next base.
    left : Contexts
        The bases before each place.
    codes : ndarray of dtype uint8
        All bases.
    end, place : ndarray of shape (n,) and dtype int64
        The end of the record and the place itself, both in `codes`. What is there is not read.

    Returns
    -------
    ndarray of shape (n, n_symbols)
        The probability of each letter; equal ones if what lies around the place is impossible.
    """
    answers = model.probabilities(left).astype(np.float64)
    n_symbols, order = answers.shape[1], left.order
    right = np.zeros(len(place), dtype=np.int64)
    reached = np.arange(len(place))
    for distance in range(1, order + 1):
        reached = reached[place[reached] + distance < end[reached]]
        reached = reached[codes[place[reached] + distance] < n_symbols]
        base = codes[place[reached] + distance]
        length = np.minimum(left.length[reached] + distance, order).astype(np.uint8)
        farther = left.number[reached] // n_symbols**distance
        for letter in range(n_symbols):
            nearer = right[reached] * n_symbols + letter
            number = nearer * n_symbols ** (order - distance) + farther
            follows = model.probabilities(Contexts(number, length, order))
            answers[reached, letter] *= follows[np.arange(len(base)), base]
        right[reached] += base.astype(np.int64) * n_symbols ** (distance - 1)
    total = answers.sum(axis=1, keepdims=True)
    equal = np.full_like(answers, 1 / n_symbols)
    return np.asarray(np.divide(answers, total, out=equal, where=total > 0))


def draw_bases(
    model: ContextModel,
    start: Contexts,
    n_bases: int,
    n_symbols: int,
    temperature: float,
    top_k: int,
    random: np.random.Generator,
) -> Codes:
    """Draw bases one after the other.

    Parameters
    ----------
    model : ContextModel
        What gives the probabilities of the next base.
    start : Contexts
        What each sample goes on from.
    n_bases, n_symbols : int
        Bases to draw of each sample; letters.
    temperature : float
        Probabilities are raised to the power of 1 / temperature.
    top_k : int
        How many of the likeliest letters may be drawn.
    random : numpy.random.Generator
        What draws.

    Returns
    -------
    ndarray of shape (n_samples, n_bases) and dtype uint8
        Codes.
    """
    drawn = np.empty((n_bases, len(start)), dtype=np.uint8)
    uniform = random.random((n_bases, len(start), 1))
    context, order = start, start.order
    nearest = n_symbols**order // n_symbols  # 0 without contexts
    for i in range(n_bases):
        shares: NDArray[np.floating] = model.probabilities(context)
        if temperature != 1 or top_k < n_symbols:
            shares = _sharpen(shares, temperature, top_k)
        upto = shares.cumsum(axis=1)
        drawn[i] = (uniform[i] * upto[:, -1:] >= upto[:, :-1]).sum(axis=1)
        number = context.number // n_symbols + drawn[i].astype(np.int64) * nearest
        length = context.length + (context.length < order)
        context = Contexts(number, length, order)
    return drawn.T


def _sharpen(shares: NDArray[np.floating], temperature: float, top_k: int) -> FloatArray:
    """Change shares by temperature; leave out all but the largest, the first of equals."""
    largest = shares.max(axis=1, keepdims=True).astype(np.float64)
    changed: FloatArray = (shares / largest) ** (1 / temperature)
    rank = np.argsort(np.argsort(-shares, axis=1, kind="stable"), axis=1)
    return np.where(rank < top_k, changed, 0.0)
