"""Activations of a network's layer."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdeepg.engine.backend import keras, tf
from skdeepg.engine.compiled import Encoder, NetworkCall, codes_spec, compile_function
from skdeepg.sequences.vocabulary import Codes

__all__ = ["LayerForward", "cut_model", "layer_width"]


def cut_model(model: Any, layer: str | None) -> Any:
    """Cut a network behind a layer.

    Parameters
    ----------
    model : keras.Model
        The network.
    layer : str or None
        The layer's name; None for the one before the last.

    Returns
    -------
    keras.Model
        With the same weights and inputs; its output is the layer's.

    Raises
    ------
    ValueError
        If there is no such layer.
    """
    names = [part.name for part in model.layers]
    if layer is None:
        layer = names[-2]
    if layer not in names:
        raise ValueError(f"layer={layer!r} is none of the network's layers: {', '.join(names)}.")
    return keras.Model(model.inputs, model.get_layer(layer).output)


def layer_width(model: Any, layer: str | None) -> int:
    """Return the number of channels or units of a layer."""
    return int(cut_model(model, layer).output.shape[-1])


class LayerForward:
    """A compiled function from codes to the activations of one layer.

    Parameters
    ----------
    model : keras.Model
        The network, cut behind the layer.
    encode : Encoder
        From codes to its input.
    """

    def __init__(self, model: Any, encode: Encoder) -> None:
        call = NetworkCall(model, encode)
        self._call = compile_function(lambda codes: _mean(call(codes)), [codes_spec(model)])

    def __call__(self, codes: Codes) -> NDArray[np.float32]:
        """Return the activations of each window, the mean over positions, (n, n_features)."""
        activations: NDArray[np.float32] = self._call(codes).numpy()
        return activations


def _mean(activations: Any) -> Any:
    """Average over positions."""
    if len(activations.shape) == 2:
        return tf.cast(activations, tf.float32)
    return tf.reduce_mean(tf.cast(activations, tf.float32), axis=1)
