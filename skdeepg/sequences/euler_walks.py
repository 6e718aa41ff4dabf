"""Random walks that take every pair of neighbouring bases of a sequence once; see `shuffling`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skdeepg.sequences.vocabulary import Codes

__all__ = ["shuffle_pairs"]

IntArray = NDArray[np.int64]
UNUSED = -1  # the last pair of a symbol that is not there, or is the final one


def shuffle_pairs(codes: Codes, lengths: IntArray, rng: np.random.Generator) -> Codes:
    """Shuffle rows so that the number of every pair of neighbours is kept, uniformly.

    Parameters
    ----------
    codes : ndarray of shape (n_rows, longest) and dtype uint8
        Rows; what is behind their ends is kept.
    lengths : ndarray of int64, of shape (n_rows,)
        Bases of each row.
    rng : numpy.random.Generator
        Where chance comes from.

    Returns
    -------
    ndarray of shape (n_rows, longest) and dtype uint8
        The shuffled rows.
    """
    shuffled = codes.copy()
    order = np.argsort(-lengths, kind="stable")
    order = order[lengths[order] > 3]  # of up to three bases there is one order only
    if len(order):
        longest = int(lengths[order[0]])
        part, sizes = codes[order, :longest], lengths[order]
        shuffled[order, :longest] = _shuffle_longest_first(part, sizes, rng)
    return shuffled


def _shuffle_longest_first(codes: Codes, lengths: IntArray, rng: np.random.Generator) -> Codes:
    is_pair = np.arange(1, codes.shape[1]) < lengths[:, None]
    n_symbols = int(codes[:, 1:][is_pair].max(initial=int(codes[:, 0].max()))) + 1
    counts = _count_pairs(codes, is_pair, n_symbols)
    final = codes[np.arange(len(codes)), lengths - 1].astype(np.int64)
    last = _draw_trees(counts, final, rng)
    successors = _order_successors(codes, is_pair, last, rng)
    return _walk(codes, lengths, successors, counts.sum(axis=2))


def _count_pairs(codes: Codes, is_pair: NDArray[np.bool_], n_symbols: int) -> IntArray:
    """Count pairs, of shape (n_rows, first symbol, second symbol)."""
    row, place = np.nonzero(is_pair)
    index = (row * n_symbols + codes[row, place]) * n_symbols + codes[row, place + 1]
    counts = np.bincount(index, minlength=len(codes) * n_symbols**2)
    return np.asarray(counts.reshape(len(codes), n_symbols, n_symbols))


def _draw_trees(counts: IntArray, final: IntArray, rng: np.random.Generator) -> IntArray:
    """Draw the symbol that follows each one for the last time, of shape (n_rows, n_symbols)."""
    n_rows, n_symbols, _ = counts.shape
    leaving = counts.copy()
    leaving[:, range(n_symbols), range(n_symbols)] = 0  # a symbol's last pair leaves it
    leaving[np.arange(n_rows), final] = 0
    cumulative = leaving.cumsum(axis=2)
    last = np.full((n_rows, n_symbols), UNUSED)
    rows, symbols = np.nonzero(cumulative[:, :, -1])
    while len(rows):
        limits = cumulative[rows, symbols]
        drawn = rng.integers(0, limits[:, -1])
        last[rows, symbols] = (limits <= drawn[:, None]).sum(axis=1)
        changed = np.unique(rows)
        which, symbols = np.nonzero(_is_on_circle(last[changed], final[changed]))
        rows = changed[which]
    return last


def _is_on_circle(last: IntArray, final: IntArray) -> NDArray[np.bool_]:
    """Tell the symbols that are come back to by following the last pairs."""
    n_symbols = last.shape[1]
    reached = np.where(last == UNUSED, final[:, None], last)
    for _ in range(n_symbols.bit_length()):  # twice as many steps each time
        reached = np.take_along_axis(reached, reached, axis=1)
    is_reached = np.zeros(last.shape, dtype=bool)
    np.put_along_axis(is_reached, reached, True, axis=1)
    np.put_along_axis(is_reached, final[:, None], False, axis=1)
    return is_reached


def _order_successors(
    codes: Codes, is_pair: NDArray[np.bool_], last: IntArray, rng: np.random.Generator
) -> Codes:
    """Sort second symbols of pairs by the first one, in random order, the last pair at the end."""
    first, second = codes[:, :-1], codes[:, 1:]
    keys = 2.0 * first + rng.random(first.shape)
    rows = np.arange(len(codes))
    for symbol, target in enumerate(last.T):
        # which of equal pairs must not depend on the keys, or the others' order would
        matches = is_pair & (first == symbol) & (second == target[:, None])
        place = matches.argmax(axis=1)
        used = rows[target != UNUSED]
        keys[used, place[used]] = 2.0 * symbol + 1.5
    keys[~is_pair] = np.inf
    return np.take_along_axis(second, np.argsort(keys, axis=1), axis=1)


def _walk(codes: Codes, lengths: IntArray, successors: Codes, n_leaving: IntArray) -> Codes:
    """Walk in all rows, which become shorter downwards, at once."""
    n_symbols = n_leaving.shape[1]
    rows = np.arange(len(codes))
    # where the next successor of each symbol is in the flat array of successors
    following = n_leaving.cumsum(axis=1) - n_leaving + (rows * successors.shape[1])[:, None]
    following, flat = following.ravel(), successors.ravel()
    walked = np.ascontiguousarray(codes.T)
    n_walking = np.searchsorted(-lengths, -np.arange(codes.shape[1]), side="left")
    for step in range(1, codes.shape[1]):
        n = n_walking[step]
        at = rows[:n] * n_symbols + walked[step - 1, :n]
        walked[step, :n] = flat[following[at]]
        following[at] += 1
    return walked.T
