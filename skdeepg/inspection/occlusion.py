"""Occlusion: how an answer changes when a stretch of bases is hidden."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skdeepg.inspection.explained_network import (
    ExplainedNetwork,
    Floats,
    WindowBlock,
    WindowValues,
)

__all__ = ["Occlusion"]


@dataclass(frozen=True)
class Occlusion:
    """Hides every stretch of some bases, one at a time.

    Parameters
    ----------
    width : int
        Bases hidden together.
    share : float
        What is put in place of each symbol: 0, or one divided by the number of symbols.

    References
    ----------
    Zeiler, Fergus (2014), Visualizing and understanding convolutional networks,
    https://doi.org/10.1007/978-3-319-10590-1_53
    """

    width: int
    share: float

    def __call__(self, network: ExplainedNetwork, block: WindowBlock) -> WindowValues:
        """Explain some windows.

        Parameters
        ----------
        network : ExplainedNetwork
            What answers.
        block : WindowBlock
            The windows; their baselines are not used.

        Returns
        -------
        WindowValues
            In the column of the observed letter, the answer for the window minus that with the
            base hidden, the mean over the stretches that hide it; an ambiguous base has it in equal
            parts in all columns, padding is 0.
        """
        n_windows, length, n_symbols = block.symbols.shape
        outputs = network.answer(block.symbols, block.targets, block.places)
        width = min(self.width, length)
        sums, counts = np.zeros((n_windows, length)), np.zeros(length)
        for start in range(length - width + 1):
            hidden = slice(start, start + width)
            lost = outputs - self._answer_without(network, block, hidden)
            sums[:, hidden] += lost[:, np.newaxis]
            counts[hidden] += 1
        shares = np.concatenate([np.eye(n_symbols), np.full((1, n_symbols), 1 / n_symbols)])
        shares = np.concatenate([shares, np.zeros((1, n_symbols))])[block.codes]
        values = (sums / counts)[..., np.newaxis] * shares
        return WindowValues.without_baselines(values, outputs)

    def _answer_without(
        self, network: ExplainedNetwork, block: WindowBlock, hidden: slice
    ) -> Floats:
        symbols = block.symbols.copy()
        is_base = block.codes[:, hidden] <= block.symbols.shape[2]
        symbols[:, hidden] = (is_base * self.share)[..., np.newaxis]
        return network.answer(symbols, block.targets, block.places)
