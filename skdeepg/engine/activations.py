"""Activations of a network's layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdeepg.engine.backend import keras, tf
from skdeepg.engine.compiled import Encoder, NetworkCall, codes_spec, compile_function
from skdeepg.engine.predict import Strand, aggregate, predict_windows
from skdeepg.sequences import SequenceWindows
from skdeepg.sequences.vocabulary import Codes

__all__ = ["LayerForward", "average_layer", "cut_model", "layer_width"]


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


def average_layer(
    answer: Callable[[Codes], NDArray[np.float32]],
    windows: SequenceWindows,
    n_features: int,
    *,
    batch_size: int,
    verbose: int,
    strand: Strand = "forward",
) -> NDArray[np.float32]:
    """Average activations over the windows of each row.

    Parameters
    ----------
    answer : callable
        From codes of windows to activations, as `LayerForward`.
    windows : SequenceWindows
        The rows and how they are cut.
    n_features : int
        The width of the layer.
    batch_size, verbose : int
        As in estimators.
    strand : {"forward", "reverse", "mirrored"}, default="forward"
        Which strand to read.

    Returns
    -------
    ndarray of shape (n_rows, n_features) and dtype float32
        The means.
    """
    outputs = predict_windows(
        answer, windows, n_features, batch_size=batch_size, strand=strand, verbose=verbose
    )
    means = aggregate(outputs, windows.groups, len(windows), "mean", exclusive=False)
    return means.astype(np.float32)


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
