"""Integrated gradients by the package alibi, for comparison."""

from __future__ import annotations

import sys
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from skdeepg.engine.backend import keras
from skdeepg.engine.gradients import Floats, PathGradients
from skdeepg.sequences.collection import IntArray

__all__ = ["AlibiGradients", "load_alibi"]

PYTHON_WITHOUT: Final = (3, 13)
NUMPY_WITHOUT: Final = 2


class AlibiGradients:
    """Integrates by alibi's `IntegratedGradients`, and answers by our own function.

    Parameters
    ----------
    network : PathGradients
        What answers.
    model : keras.Model
        The network, with the explained numbers as outputs.
    order : ndarray of shape (window_length,) and dtype int64
        The base of a window that the network reads at each place of its inputs.
    place : int or None
        The position of the output that is explained; None for the mean of several, or if there is
        one.

    Attributes
    ----------
    explanations : list of alibi.api.interfaces.Explanation
        What alibi gave, a block of windows each: lines from baselines to windows.
    """

    def __init__(
        self, network: PathGradients, model: Any, order: IntArray, place: int | None
    ) -> None:
        self._integrated_gradients = load_alibi()
        self._network, self._order = network, order
        self._model = _with_one_position(model, place)
        self._bounds = np.cumsum([tensor.shape[1] or len(order) for tensor in model.inputs])[:-1]
        self.explanations: list[Any] = []

    def answer(self, symbols: Floats, targets: IntArray, places: IntArray) -> Floats:
        """Give the number that is explained, of shape (n,)."""
        return self._network.answer(symbols, targets, places)

    def integrate(
        self,
        baselines: Floats,
        symbols: Floats,
        targets: IntArray,
        places: IntArray,
        nodes: NDArray[np.float64],
        weights: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Give attributions of lines, of shape (n, window_length, n_symbols).

        The nodes are Gauss and Legendre's, which alibi makes itself.
        """
        del places, weights
        explainer = self._integrated_gradients(
            self._model, method="gausslegendre", n_steps=len(nodes)
        )
        inputs, starts = self._arrange(symbols), self._arrange(baselines)
        has_choice = int(self._model.output.shape[-1]) > 1
        target = targets.astype(int) if has_choice else None
        explanation = explainer.explain(inputs, baselines=starts, target=target)
        self.explanations.append(explanation)
        joined = np.concatenate(explanation.attributions, axis=1, dtype=np.float64)
        return np.asarray(joined[:, np.argsort(self._order)])

    def _arrange(self, symbols: Floats) -> Any:
        """Share windows out to the inputs of the network."""
        arranged = symbols[:, self._order].astype(np.float32)
        if not len(self._bounds):
            return arranged
        return [np.ascontiguousarray(p) for p in np.split(arranged, self._bounds, axis=1)]


def _with_one_position(model: Any, place: int | None) -> Any:
    """Take one position of the outputs, or their mean."""
    output = model.outputs[0]
    if len(output.shape) == 2:
        return model
    if place is None:
        return keras.Model(model.inputs, keras.ops.mean(output, axis=1))
    return keras.Model(model.inputs, output[:, place])


def load_alibi() -> Any:
    """Import alibi's `IntegratedGradients`, or say why that cannot be.

    Returns
    -------
    type
        The class.

    Raises
    ------
    ImportError
        If alibi is not installed, or cannot run here.
    """
    try:
        from alibi.explainers import IntegratedGradients
    except ImportError as error:
        raise ImportError(_reason(error)) from error
    return IntegratedGradients


def _reason(error: ImportError) -> str:
    """Tell why alibi is not there."""
    end = "engine='native' gives the same attributions and needs no other package."
    if sys.version_info >= PYTHON_WITHOUT:
        python = ".".join(map(str, sys.version_info[:2]))
        return f"engine='alibi': alibi 0.9.6 needs Python below 3.13, but this is {python}. {end}"
    if int(np.__version__.split(".", maxsplit=1)[0]) >= NUMPY_WITHOUT:
        return (
            f"engine='alibi': alibi 0.9.6 needs NumPy below 2, but this is {np.__version__}. "
            f"Install it into an environment of its own: pip install 'skdeepg[alibi]'. {end}"
        )
    return (
        f"engine='alibi': alibi cannot be imported ({error}). Install it by pip install "
        f"'skdeepg[alibi]'. {end}"
    )
