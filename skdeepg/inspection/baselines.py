"""Baselines: what a window is compared with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from skdeepg.sequences.shuffling import shuffle_codes, shuffle_dinucleotides
from skdeepg.sequences.vocabulary import Codes, Vocabulary

__all__ = ["NAMED", "Baselines", "make_baselines"]

Symbols = NDArray[np.float32]

DRAWN: Final = {"shuffle": shuffle_codes, "dinucleotide": shuffle_dinucleotides}
NAMED: Final = ("zero", "uniform", *DRAWN)


@dataclass(frozen=True)
class Baselines:
    """How baselines of windows are made.

    Attributes
    ----------
    name : str
        One of `NAMED`, "array" or "function".
    count : int
        Baselines a window.
    table : ndarray of shape (n_symbols + 2, n_symbols) and dtype float32
        The vector of each code.
    make : callable
        From codes of shape (n, window_length) and a random generator to one baseline of each:
        codes, or vectors of shape (n, window_length, n_symbols).
    """

    name: str
    count: int
    table: Symbols
    make: Callable[[Codes, np.random.Generator, int], NDArray[Any]]

    def draw(self, codes: Codes, rng: np.random.Generator) -> Symbols:
        """Make the baselines of some windows.

        Parameters
        ----------
        codes : ndarray of shape (n, window_length) and dtype uint8
            The windows.
        rng : numpy.random.Generator
            Where random baselines come from.

        Returns
        -------
        ndarray of shape (n, count, window_length, n_symbols) and dtype float32
            Symbol vectors.
        """
        shape = (*codes.shape, self.table.shape[1])
        drawn = np.empty((len(codes), self.count, *shape[1:]), dtype=np.float32)
        for number in range(self.count):
            made = np.asarray(self.make(codes, rng, number))
            if made.dtype.kind in "iu" and made.shape == codes.shape:
                _check_codes(made, len(self.table))
                made = self.table[made]
            if made.shape != shape:
                raise ValueError(
                    f"baseline gave an array of shape {made.shape} and type {made.dtype}, but must "
                    f"give integer codes of shape {codes.shape} or vectors of shape {shape}."
                )
            drawn[:, number] = made
        if not np.isfinite(drawn).all():
            raise ValueError("baseline has values that are not finite.")
        return drawn


def make_baselines(
    baseline: Any, count: int, window_length: int, table: Symbols, vocabulary: Vocabulary
) -> Baselines:
    """Check what baselines are to be.

    Parameters
    ----------
    baseline : str, array-like or callable
        As `explain` takes it.
    count : int
        Baselines a window, where they are drawn.
    window_length : int
        Bases that the network sees.
    table : ndarray of shape (n_symbols + 2, n_symbols) and dtype float32
        The vector of each code.
    vocabulary : Vocabulary
        Of the codes.

    Returns
    -------
    Baselines
        How they are made.

    Raises
    ------
    ValueError
        If there is none of that name, or an array has another shape.
    """
    if callable(baseline):
        return Baselines("function", count, table, lambda codes, rng, _: baseline(codes, rng))
    if not isinstance(baseline, str):
        arrays = _read_array(baseline, window_length, table)
        return Baselines("array", len(arrays), table, partial(_repeat, arrays))
    if baseline in DRAWN:
        draw = partial(DRAWN[baseline], padding_code=vocabulary.padding_code)
        return Baselines(baseline, count, table, lambda codes, rng, _: draw(codes, rng))
    if baseline not in NAMED:
        raise ValueError(
            f"baseline={baseline!r} is none of {', '.join(map(repr, NAMED))}; or give an array, or "
            "a function of codes and a random generator."
        )
    share = 0.0 if baseline == "zero" else 1 / vocabulary.n_symbols
    fill = partial(_fill, share, vocabulary)
    return Baselines(baseline, 1, table, fill)


def _fill(
    share: float, vocabulary: Vocabulary, codes: Codes, rng: np.random.Generator, number: int
) -> Symbols:
    """Give every symbol the same share; padding stays padding."""
    del rng, number
    is_base = codes != vocabulary.padding_code
    shares = (is_base * np.float32(share))[..., np.newaxis]
    return np.repeat(shares.astype(np.float32), vocabulary.n_symbols, axis=-1)


def _repeat(arrays: Symbols, codes: Codes, rng: np.random.Generator, number: int) -> Symbols:
    del rng
    return np.broadcast_to(arrays[number], (len(codes), *arrays.shape[1:]))


def _read_array(baseline: Any, window_length: int, table: Symbols) -> Symbols:
    """Read one baseline or several: codes are integers, vectors are not."""
    given = np.asarray(baseline)
    n_codes, n_symbols = table.shape
    array = given
    if given.dtype.kind in "iu" and given.ndim in (1, 2) and given.size:
        _check_codes(given, n_codes)
        array = table[given]
    if array.ndim == 2:
        array = array[np.newaxis]
    if (
        array.dtype.kind not in "fiub"
        or array.ndim != 3
        or not len(array)
        or (array.shape[1:] != (window_length, n_symbols))
    ):
        raise ValueError(
            f"baseline has the shape {given.shape} and type {given.dtype}, but must be codes of "
            f"shape ({window_length},) or (n_baselines, {window_length}), as integers, or vectors "
            f"of shape ({window_length}, {n_symbols}) or (n_baselines, {window_length}, "
            f"{n_symbols}), as floats."
        )
    return array.astype(np.float32)


def _check_codes(codes: NDArray[Any], n_codes: int) -> None:
    lowest, highest = codes.min(initial=0), codes.max(initial=0)
    if lowest < 0 or highest >= n_codes:
        raise ValueError(
            f"baseline has the code {highest if lowest >= 0 else lowest}; codes are 0 to "
            f"{n_codes - 1}. Vectors must be floats."
        )
