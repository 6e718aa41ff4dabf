"""The order of a network's outputs."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdeepg.engine.backend import keras

__all__ = ["is_sigmoid", "reorder_outputs"]


def is_sigmoid(model: Any) -> bool:
    """Tell whether a network's outputs are probabilities that do not exclude each other."""
    for layer in model.layers:
        if getattr(layer, "output", None) is model.outputs[0]:
            return getattr(layer, "activation", None) is keras.activations.sigmoid
    return False


def reorder_outputs(model: Any, order: NDArray[np.intp]) -> None:
    """Change a network so that output i is what output ``order[i]`` was.

    Parameters
    ----------
    model : keras.Model
        Its last layer is a Dense or Conv1D layer, perhaps with an activation layer behind it; its
        weights are changed in place.
    order : ndarray of shape (n_outputs,)
        A permutation.

    Raises
    ------
    ValueError
        If the network ends otherwise.
    """
    if np.array_equal(order, np.arange(len(order))):
        return
    layer = _output_layer(model)
    layer.set_weights([weight[..., order] for weight in layer.get_weights()])


def _output_layer(model: Any) -> Any:
    """Find the layer that makes the outputs, in front of what only scales them."""
    tensor = model.outputs[0]
    for layer in reversed(model.layers):
        if getattr(layer, "output", None) is not tensor:
            continue
        if isinstance(layer, keras.layers.Dense | keras.layers.Conv1D):
            return layer
        if not isinstance(layer, keras.layers.Activation | keras.layers.Softmax):
            break
        tensor = layer.input
    raise ValueError(
        "classes must be in sorted order for this model: its outputs cannot be put into that "
        "order, as it does not end in a Dense or Conv1D layer (and an activation)."
    )
