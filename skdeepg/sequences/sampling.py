"""Which windows to draw: permutations and random choices that need no array of all windows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skdeepg.argument_checks import is_whole
from skdeepg.sequences.collection import IntArray, ranges
from skdeepg.sequences.grid import WindowGrid
from skdeepg.sequences.windows import Cut

__all__ = ["RandomPermutation", "generator", "limit_windows", "limits", "quota", "spread_choice"]

LARGEST_TABLE = 1 << 16
N_ROUNDS = 6


def generator(*key: int) -> np.random.Generator:
    """Make a random generator that depends on nothing but a key.

    Parameters
    ----------
    *key : int
        Non-negative numbers, such as seed, epoch and step.

    Returns
    -------
    numpy.random.Generator
        On the counter-based bit generator Philox (Salmon et al. 2011,
        doi:10.1145/2063384.2063405).
    """
    # with its length, as SeedSequence takes (5,) and (5, 0) for the same
    return np.random.Generator(np.random.Philox(np.random.SeedSequence((len(key), *key))))


class RandomPermutation:
    """A random order of n items, evaluated only where it is asked for.

    A table for few items. For many, a Feistel network (Luby and Rackoff 1988,
    doi:10.1137/0217022) on the next even power of two, walked until it falls below n.

    Parameters
    ----------
    n : int
        The number of items.
    *key : int
        What the order depends on.
    """

    def __init__(self, n: int, *key: int) -> None:
        self.n = n
        random = generator(*key)
        if n <= LARGEST_TABLE:
            self._table: IntArray | None = random.permutation(n)
            return
        self._table = None
        self._half_bits = np.uint64((int(n - 1).bit_length() + 1) // 2)
        self._mask = np.uint64((1 << int(self._half_bits)) - 1)
        self._round_keys = random.integers(0, 1 << 63, N_ROUNDS, dtype=np.uint64)

    def __call__(self, index: IntArray) -> IntArray:
        """Return the items at these places, of the shape of `index`."""
        if self._table is not None:
            return self._table[index]
        item = self._shuffle(index.astype(np.uint64))
        while (outside := item >= self.n).any():
            item[outside] = self._shuffle(item[outside])
        return item.astype(np.int64)

    def _shuffle(self, item: NDArray[np.uint64]) -> NDArray[np.uint64]:
        left, right = item >> self._half_bits, item & self._mask
        for key in self._round_keys:
            left, right = right, left ^ (_mix(right ^ key) & self._mask)
        return (left << self._half_bits) | right


def _mix(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Scramble 64 bits: the finaliser of SplitMix64 (doi:10.1145/2660193.2660195)."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def limits(n_windows: IntArray, cut: Cut) -> IntArray:
    """Return how many of its windows each row may give to an epoch at most."""
    limit = n_windows
    if cut.proportion is not None:
        limit = np.ceil(n_windows * cut.proportion).astype(np.int64)
    if cut.max_windows is not None:
        limit = np.minimum(limit, cut.max_windows)
    return limit


def quota(n_windows: IntArray, cut: Cut, weight: NDArray[np.float64]) -> IntArray:
    """Return how many windows of each row are drawn in an epoch.

    As many as its limits leave; or, with another `draw_rows`, these draws shared out anew, equally
    or by weight, so that windows of short rows are drawn several times.

    Parameters
    ----------
    n_windows : ndarray of shape (n_rows,) and dtype int64
        Windows of each row.
    cut : Cut
        Limits, and how rows are drawn.
    weight : ndarray of shape (n_rows,)
        Weight of each row.

    Returns
    -------
    ndarray of shape (n_rows,) and dtype int64
        Draws.
    """
    limit = limits(n_windows, cut)
    if cut.draw_rows == "length":
        return limit
    share = np.where(n_windows > 0, weight if cut.draw_rows == "weight" else 1.0, 0.0)
    if share.sum() == 0:
        return np.zeros_like(limit)
    wanted = share * (limit.sum() / share.sum())
    draws = np.floor(wanted).astype(np.int64)
    n_left = int(limit.sum()) - int(draws.sum())
    draws[np.argsort(draws - wanted, kind="stable")[:n_left]] += 1
    return np.asarray(np.maximum(draws, share > 0))


def spread_choice(
    j: IntArray, chosen: IntArray, n: IntArray, uniform: NDArray[np.float64], key: IntArray
) -> IntArray:
    """Draw the j-th of `chosen` different items of n, spread out and each equally likely.

    If more are to be chosen than there are, each is drawn about equally often.
    The items in a circle are shared out, one is drawn of each share, and the circle is turned by
    an amount that depends on `key` alone: draws of one choice must have the same key.
    """
    low = j * n // chosen
    high = (j + 1) * n // chosen
    turn = (_mix(_mix(key.astype(np.uint64))) % n.astype(np.uint64)).astype(np.int64)
    return (low + (uniform * (high - low)).astype(np.int64) + turn) % n


def limit_windows(
    grid: WindowGrid, cut: Cut, random_state: int | np.random.RandomState | None
) -> IntArray:
    """Draw the windows that `max_windows` and `proportion` leave, in order."""
    counts = grid.windows_per_row
    chosen = limits(counts, cut)
    if (chosen == counts).all():
        return np.arange(grid.n_windows)
    random = generator(draw_seed(random_state))
    key = np.repeat(random.integers(0, 1 << 62, len(chosen)), chosen)
    j = ranges(np.zeros_like(chosen), chosen)
    uniform = random.random(len(j))
    picks = spread_choice(j, np.repeat(chosen, chosen), np.repeat(counts, chosen), uniform, key)
    index = np.repeat(np.cumsum(counts) - counts, chosen) + picks
    return np.sort(index)


def draw_seed(random_state: int | np.random.RandomState | None) -> int:
    """Turn scikit-learn's `random_state` into one number; None takes fresh entropy.

    scikit-learn's own None draws from NumPy's global state and so changes it.
    """
    if random_state is None:
        return int(np.random.SeedSequence().generate_state(1)[0])
    if isinstance(random_state, np.random.RandomState):
        return int(random_state.randint(np.iinfo(np.int32).max))
    if not is_whole(random_state) or random_state < 0:
        raise ValueError(
            "random_state must be None, a whole number, at least 0, or a numpy RandomState, not "
            f"{random_state!r}."
        )
    return int(random_state)
