"""Integrated gradients: what each base adds on the way from a baseline to a window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdeepg.inspection.explained_network import (
    ExplainedNetwork,
    Floats,
    WindowBlock,
    WindowValues,
)
from skdeepg.inspection.quadrature import Rule, quadrature_rule
from skdeepg.sequences.collection import IntArray

__all__ = ["IntegratedGradients"]


@dataclass(frozen=True)
class IntegratedGradients:
    """Attributes an answer to bases by the gradient on straight lines from baselines.

    The attributions of a line add up to the difference between the answers at its two ends as far
    as the integral is exact. Where `tolerance` says so, lines for which it is not are halved, and
    halved again where sum and difference of a piece differ most, each piece with as many steps as
    the line had. deepG: ``integrated_gradients``.

    Parameters
    ----------
    n_steps : int
        Steps on each line, at first.
    quadrature : {"gausslegendre", "trapezoid"}
        Where they are.
    tolerance : float or None
        By how much the sum may miss the difference of the answers; None: by any amount.
    max_steps : int
        The most steps on a line.

    References
    ----------
    Sundararajan, Taly, Yan (2017), Axiomatic attribution for deep networks,
    https://doi.org/10.48550/arXiv.1703.01365
    """

    n_steps: int
    quadrature: str
    tolerance: float | None
    max_steps: int

    def __call__(self, network: ExplainedNetwork, block: WindowBlock) -> WindowValues:
        """Explain some windows.

        Parameters
        ----------
        network : ExplainedNetwork
            What answers.
        block : WindowBlock
            The windows, and baselines.

        Returns
        -------
        WindowValues
            The mean over the baselines of each window.
        """
        lines = Lines(network, block, quadrature_rule(self.quadrature, self.n_steps))
        pieces = lines.whole()
        if self.tolerance is not None:
            pieces = self._refine(lines, pieces, self.tolerance)
        values = lines.means(pieces.values_of_lines(lines.n_lines))
        outputs, at_baselines = lines.outputs, lines.means(lines.at_baselines)
        return WindowValues(
            values=values,
            outputs=outputs,
            baseline_outputs=at_baselines,
            deltas=values.sum(axis=(1, 2)) - (outputs - at_baselines),
            n_steps=self.n_steps * lines.most(np.bincount(pieces.line, minlength=lines.n_lines)),
        )

    def _refine(self, lines: Lines, pieces: Pieces, tolerance: float) -> Pieces:
        """Halve pieces until all lines are exact enough, or have the most steps."""
        most = self.max_steps // self.n_steps
        while len(worst := pieces.worst(tolerance, most)):
            middles = (pieces.low[worst] + pieces.high[worst]) / 2
            halves = lines.integrate(
                np.repeat(pieces.line[worst], 2),
                np.stack([pieces.low[worst], middles], axis=1).ravel(),
                np.stack([middles, pieces.high[worst]], axis=1).ravel(),
            )
            pieces = pieces.without(worst).join(halves)
        return pieces


@dataclass(frozen=True)
class Pieces:
    """Pieces of lines, with their attributions.

    Attributes
    ----------
    line : ndarray of shape (n_pieces,) and dtype int64
        The line of each.
    low, high : ndarray of shape (n_pieces,)
        Where it begins and ends, 0 to 1.
    values : ndarray of shape (n_pieces, window_length, n_symbols) and dtype float64
        The attributions.
    errors : ndarray of shape (n_pieces,)
        Their sum, minus the difference of the answers at both ends.
    """

    line: IntArray
    low: Floats
    high: Floats
    values: Floats
    errors: Floats

    def worst(self, tolerance: float, most: int) -> IntArray:
        """Choose pieces to halve: of lines that are not exact, as long as they have not too many.

        A line of n pieces that misses its difference by more than the tolerance has a piece that
        misses its own by an n-th; those that miss by half of that are halved too.
        """
        n_lines = int(self.line.max(initial=-1)) + 1
        counts = np.bincount(self.line, minlength=n_lines)
        missed = np.abs(np.bincount(self.line, self.errors, minlength=n_lines))
        is_open = ~(missed <= tolerance) & (counts < most)
        sizes = np.abs(self.errors)
        large = ~(sizes < tolerance / (2 * counts[self.line]))
        chosen = np.flatnonzero(is_open[self.line] & large)
        order = chosen[np.lexsort((-sizes[chosen], self.line[chosen]))]
        line = self.line[order]
        rank = np.arange(len(order)) - np.searchsorted(line, line)
        return order[counts[line] + rank < most]

    def without(self, index: IntArray) -> Pieces:
        """Leave some out."""
        kept = np.delete(np.arange(len(self.line)), index)
        return Pieces(*(part[kept] for part in vars(self).values()))

    def join(self, others: Pieces) -> Pieces:
        """Add others."""
        pairs = zip(vars(self).values(), vars(others).values(), strict=True)
        return Pieces(*(np.concatenate(pair) for pair in pairs))

    def values_of_lines(self, n_lines: int) -> Floats:
        """Add up the attributions of each line, of shape (n_lines, window_length, n_symbols)."""
        if len(self.line) == n_lines:  # whole, in order
            return self.values
        sums = np.zeros((n_lines, *self.values.shape[1:]))
        np.add.at(sums, self.line, self.values)
        return sums


class Lines:
    """The straight lines from baselines to windows, those of a window one after another.

    Parameters
    ----------
    network : ExplainedNetwork
        What answers.
    block : WindowBlock
        The windows, and baselines.
    rule : Rule
        Steps on a piece of a line.
    """

    def __init__(self, network: ExplainedNetwork, block: WindowBlock, rule: Rule) -> None:
        self._network, self._block, self._rule = network, block, rule
        self._n_each = block.baselines.shape[1]
        self._starts = block.baselines.reshape(-1, *block.symbols.shape[1:])
        self.n_lines = len(self._starts)
        self._window = np.repeat(np.arange(len(block.symbols)), self._n_each)
        self.outputs = network.answer(block.symbols, block.targets, block.places)
        self.at_baselines = self._answer(np.arange(self.n_lines), self._starts)

    def whole(self) -> Pieces:
        """Integrate along all lines."""
        lines, low = np.arange(self.n_lines), np.zeros(self.n_lines)
        ends = self._block.symbols[self._window]
        differences = self.outputs[self._window] - self.at_baselines
        return self._integrate(lines, low, low + 1, (self._starts, ends), differences)

    def integrate(self, line: IntArray, low: Floats, high: Floats) -> Pieces:
        """Integrate along pieces of lines."""
        ends = self._points(line, low), self._points(line, high)
        differences = self._answer(line, ends[1]) - self._answer(line, ends[0])
        return self._integrate(line, low, high, ends, differences)

    def _integrate(
        self,
        line: IntArray,
        low: Floats,
        high: Floats,
        ends: tuple[Floats, Floats],
        differences: Floats,
    ) -> Pieces:
        values = self._network.integrate(*ends, *self._numbers(line), *self._rule)
        return Pieces(line, low, high, values, values.sum(axis=(1, 2)) - differences)

    def _points(self, line: IntArray, share: Floats) -> Floats:
        """Give points on lines, of shape (n, window_length, n_symbols)."""
        starts, share = self._starts[line], share[:, np.newaxis, np.newaxis]
        return starts + share * (self._block.symbols[self._window[line]] - starts)

    def _answer(self, line: IntArray, symbols: Floats) -> Floats:
        return self._network.answer(symbols, *self._numbers(line))

    def _numbers(self, line: IntArray) -> tuple[IntArray, IntArray]:
        window = self._window[line]
        return self._block.targets[window], self._block.places[window]

    def means(self, values: Floats) -> Floats:
        """Average over the lines of each window."""
        return np.asarray(self._of_windows(values).mean(axis=1))

    def most(self, counts: IntArray) -> IntArray:
        """Give the largest count of the lines of each window."""
        return np.asarray(self._of_windows(counts).max(axis=1))

    def _of_windows(self, values: NDArray[Any]) -> NDArray[Any]:
        return values.reshape(-1, self._n_each, *values.shape[1:])
