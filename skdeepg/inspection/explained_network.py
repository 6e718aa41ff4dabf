"""What the methods of explanation ask of a network, and what they give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from skdeepg.sequences.collection import IntArray
from skdeepg.sequences.vocabulary import Codes

__all__ = ["BothStrands", "ExplainedNetwork", "WindowBlock", "WindowValues"]

Floats = NDArray[np.floating[Any]]


class ExplainedNetwork(Protocol):
    """Answers for symbol vectors of windows, and integrates the answers' gradient along lines."""

    def answer(self, symbols: Floats, targets: IntArray, places: IntArray) -> Floats:
        """Give the number that is explained, of shape (n,)."""

    def integrate(
        self,
        baselines: Floats,
        symbols: Floats,
        targets: IntArray,
        places: IntArray,
        nodes: NDArray[np.float64],
        weights: NDArray[np.float64],
    ) -> Floats:
        """Give attributions of lines, of shape (n, window_length, n_symbols)."""


@dataclass(frozen=True)
class WindowBlock:
    """Some windows that are explained together.

    Attributes
    ----------
    codes : ndarray of shape (n, window_length) and dtype uint8
        Their bases.
    symbols : ndarray of shape (n, window_length, n_symbols) and dtype float32
        The vectors of these.
    targets, places : ndarray of shape (n,) and dtype int64
        The output that is explained, and its position.
    baselines : ndarray of shape (n, n_baselines, window_length, n_symbols) and dtype float32
        What each is compared with.
    """

    codes: Codes
    symbols: NDArray[np.float32]
    targets: IntArray
    places: IntArray
    baselines: NDArray[np.float32]


@dataclass(frozen=True)
class WindowValues:
    """Attributions of windows.

    Attributes
    ----------
    values : ndarray of shape (n, window_length, n_symbols)
        The attributions.
    outputs, baseline_outputs, deltas : ndarray of shape (n,)
        Answer, mean answer for the baselines, and by how much the sum of the attributions misses
        the difference; nan where a method has no baselines.
    n_steps : ndarray of shape (n,) and dtype int64
        The most steps on a line from a baseline to the window.
    """

    values: Floats
    outputs: Floats
    baseline_outputs: Floats
    deltas: Floats
    n_steps: IntArray

    @classmethod
    def without_baselines(cls, values: Floats, outputs: Floats) -> WindowValues:
        """Make those of a method that has no baselines."""
        unknown = np.full(len(outputs), np.nan)
        return cls(values, outputs, unknown, unknown, np.zeros(len(outputs), dtype=np.int64))

    def without_values(self) -> dict[str, NDArray[Any]]:
        """Give all but the values, by name."""
        return {name: value for name, value in vars(self).items() if name != "values"}


class BothStrands:
    """The mean of a network's answers for a window and for its reverse complement.

    Parameters
    ----------
    network : ExplainedNetwork
        Answers for one strand.
    complement : ndarray of shape (n_symbols,) and dtype int64
        The column of each letter's complement.
    """

    def __init__(self, network: ExplainedNetwork, complement: IntArray) -> None:
        self._network = network
        self._complement = complement

    def answer(self, symbols: Floats, targets: IntArray, places: IntArray) -> Floats:
        """Give the mean of both answers, of shape (n,)."""
        answers = [
            self._network.answer(strand, targets, places)
            for strand in (symbols, self._turn(symbols))
        ]
        return np.asarray(np.mean(answers, axis=0))

    def integrate(
        self,
        baselines: Floats,
        symbols: Floats,
        targets: IntArray,
        places: IntArray,
        nodes: NDArray[np.float64],
        weights: NDArray[np.float64],
    ) -> Floats:
        """Give the mean of both attributions, those of the other strand turned back."""
        rule = (targets, places, nodes, weights)
        forward = self._network.integrate(baselines, symbols, *rule)
        other = self._network.integrate(self._turn(baselines), self._turn(symbols), *rule)
        return np.asarray((forward + self._turn(other)) / 2)

    def _turn(self, symbols: Floats) -> Floats:
        """Give the reverse complement of symbol vectors; complementing twice changes nothing."""
        return symbols[:, ::-1][:, :, self._complement]
