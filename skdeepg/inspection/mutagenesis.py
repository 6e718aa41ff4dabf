"""In-silico mutagenesis: how an answer changes when a base is another one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from skdeepg.inspection.explained_network import ExplainedNetwork, WindowBlock, WindowValues
from skdeepg.sequences.collection import IntArray

__all__ = ["mutate"]

MUTANTS_AT_ONCE = 2048


def mutate(network: ExplainedNetwork, block: WindowBlock) -> WindowValues:
    """Replace every base by every other letter, one at a time.

    Parameters
    ----------
    network : ExplainedNetwork
        What answers.
    block : WindowBlock
        The windows; their baselines are not used.

    Returns
    -------
    WindowValues
        In the column of each letter other than the observed one, the answer for the window minus
        that for the mutant with this letter: positive where the mutation lowers the answer. In the
        column of the observed letter, the mean of the others: what is lost, on average, with this
        base. Padding is not mutated; an ambiguous base is by every letter.

    References
    ----------
    Zhou, Troyanskaya (2015), Predicting effects of noncoding variants with deep learning-based
    sequence model, https://doi.org/10.1038/nmeth.3547
    """
    n_symbols = block.symbols.shape[2]
    outputs = network.answer(block.symbols, block.targets, block.places)
    values = np.zeros(block.symbols.shape)
    for window, place, letter in _mutations(block, n_symbols):
        mutants = block.symbols[window]
        mutants[np.arange(len(window)), place] = np.eye(n_symbols)[letter]
        answers = network.answer(mutants, block.targets[window], block.places[window])
        values[window, place, letter] = outputs[window] - answers
    window, place = np.nonzero(block.codes < n_symbols)
    observed = block.codes[window, place]
    values[window, place, observed] = values[window, place].sum(axis=1) / (n_symbols - 1)
    return WindowValues.without_baselines(values, outputs)


def _mutations(block: WindowBlock, n_symbols: int) -> Iterator[tuple[IntArray, IntArray, IntArray]]:
    """List windows, places and letters of all mutations, some at a time."""
    codes = block.codes[..., np.newaxis]
    letters = np.arange(n_symbols)
    window, place, letter = np.nonzero((codes != letters) & (codes <= n_symbols))
    for start in range(0, len(window), MUTANTS_AT_ONCE):
        part = slice(start, start + MUTANTS_AT_ONCE)
        yield window[part], place[part], letter[part]
