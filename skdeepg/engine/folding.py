"""Networks as few steps for prediction: batch norm and activations become part of convolutions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

from skdeepg.engine.backend import keras
from skdeepg.engine.folding_rules import FloatArray, Folder, Stage
from skdeepg.engine.layer_chain import NotFoldableError, layers_in_order

__all__ = ["FoldedNetwork", "fold"]

Precision = Literal["float32", "bfloat16"]
Rule = Callable[[Folder, Any], None]

# Elementwise, or along the channels as softmax: nothing that mixes positions or windows.
FUNCTIONS: Final = {
    id(function)
    for function in (
        keras.activations.elu,
        keras.activations.exponential,
        keras.activations.gelu,
        keras.activations.hard_sigmoid,
        keras.activations.leaky_relu,
        keras.activations.log_softmax,
        keras.activations.mish,
        keras.activations.relu6,
        keras.activations.selu,
        keras.activations.sigmoid,
        keras.activations.silu,
        keras.activations.softmax,
        keras.activations.softplus,
        keras.activations.softsign,
        keras.activations.tanh,
    )
}


@dataclass(frozen=True)
class FoldedNetwork:
    """What a network computes in prediction, as steps.

    Attributes
    ----------
    stages : tuple of Stage
        Applied one after another to symbol vectors.
    window_length : int
        Positions of a window.
    n_outputs : int
        Channels of the last stage, which leaves one position.
    precision : {"float32", "bfloat16"}
        In which the layers of the network compute.
    """

    stages: tuple[Stage, ...]
    window_length: int
    n_outputs: int
    precision: Precision


def fold(model: Any) -> FoldedNetwork:
    """Fold a network, exactly up to rounding.

    Max pooling and the relu after a convolution may be exchanged, and a scale can move from a
    batch norm into the filters before it. A channel of negative scale falls where its convolution
    rises: its filter's sign is flipped, and where that is not possible the sign moves on into the
    next filters. No scale is divided by, so none is too small.

    Parameters
    ----------
    model : keras.Model
        The network; its weights are read now. An output at several positions is averaged over them.

    Returns
    -------
    FoldedNetwork
        With weights in double precision.

    Raises
    ------
    NotFoldableError
        If there is a layer or an order of layers that is not understood.
    """
    layers = layers_in_order(model)
    if (
        len(model.inputs) != 1
        or len(model.inputs[0].shape) != 3
        or None in model.inputs[0].shape[1:]
    ):
        raise NotFoldableError("an input that is no window of fixed length")
    window_length, n_symbols = model.inputs[0].shape[1:]
    folder = Folder(int(window_length), int(n_symbols))
    for layer in layers:
        rule = RULES.get(type(layer))
        if rule is None:
            raise NotFoldableError(f"the layer {layer.name} of class {type(layer).__name__}")
        rule(folder, layer)
    stages = folder.finish()
    return FoldedNetwork(
        stages, folder.window_length, stages[-1].kernel.shape[2], _precision(layers)
    )


def _precision(layers: list[Any]) -> Precision:
    used = {layer.compute_dtype for layer in layers}
    if not used <= {"float32", "bfloat16"}:
        raise NotFoldableError(f"computation in {', '.join(sorted(map(str, used)))}")
    return "bfloat16" if "bfloat16" in used else "float32"


def _weights(layer: Any) -> tuple[FloatArray, FloatArray | None]:
    """Return kernel and bias, in double precision."""
    if getattr(layer, "quantization_mode", None) is not None:
        raise NotFoldableError(f"the quantized weights of {layer.name}")
    bias = None if layer.bias is None else _double(layer.bias)
    return _double(layer.kernel), bias


def _double(variable: Any) -> FloatArray:
    return np.asarray(keras.ops.convert_to_numpy(variable), dtype=np.float64)


def _convolution(folder: Folder, layer: Any) -> None:
    if layer.groups != 1 or layer.data_format != "channels_last":
        raise NotFoldableError(f"groups or channels first in {layer.name}")
    kernel, bias = _weights(layer)
    folder.convolve(kernel, bias, layer.strides[0], layer.dilation_rate[0], layer.padding)
    _activate(folder, layer.activation)


def _dense(folder: Folder, layer: Any) -> None:
    folder.connect(*_weights(layer))
    _activate(folder, layer.activation)


def _batch_norm(folder: Folder, layer: Any) -> None:
    if layer.axis not in (-1, folder.rank - 1):
        raise NotFoldableError(f"another axis than the channels in {layer.name}")
    mean, variance = _double(layer.moving_mean), _double(layer.moving_variance)
    scale = 1 / np.sqrt(variance + layer.epsilon)
    if layer.scale:
        scale = scale * _double(layer.gamma)
    shift = -mean * scale
    if layer.center:
        shift = shift + _double(layer.beta)
    folder.scale(scale, shift)


def _max_pool(folder: Folder, layer: Any) -> None:
    size, step = layer.pool_size[0], layer.strides[0]
    is_even = layer.padding == "valid" or folder.n_positions % size == 0
    if size != step or not is_even or layer.data_format != "channels_last":
        raise NotFoldableError(f"pooling windows that overlap or are padded in {layer.name}")
    folder.max_pool(size)


def _average_pool(folder: Folder, layer: Any) -> None:
    if layer.padding != "valid" or layer.data_format != "channels_last":
        raise NotFoldableError(f"padded pooling windows in {layer.name}")
    folder.average_pool(layer.pool_size[0], layer.strides[0])


def _reduce(folder: Folder, layer: Any) -> None:
    if layer.data_format != "channels_last" or layer.keepdims:
        raise NotFoldableError(f"channels first or kept positions in {layer.name}")
    if type(layer) is keras.layers.GlobalAveragePooling1D:
        folder.average()
    else:
        folder.max_pool(folder.n_positions)
    folder.flatten()


def _flatten(folder: Folder, layer: Any) -> None:
    if layer.data_format != "channels_last":
        raise NotFoldableError(f"channels first in {layer.name}")
    folder.flatten()


def _activation(folder: Folder, layer: Any) -> None:
    _activate(folder, layer.activation)


def _relu(folder: Folder, layer: Any) -> None:
    if (layer.max_value, layer.negative_slope, layer.threshold) != (None, 0, 0):
        raise NotFoldableError(f"the limits of {layer.name}")
    folder.relu()


def _softmax(folder: Folder, layer: Any) -> None:
    if layer.axis not in (-1, folder.rank - 1):
        raise NotFoldableError(f"another axis than the channels in {layer.name}")
    _activate(folder, keras.activations.softmax)


def _activate(folder: Folder, activation: Any) -> None:
    if activation is keras.activations.relu:
        folder.relu()
    elif id(activation) in FUNCTIONS:
        folder.apply(activation)
    elif activation is not keras.activations.linear:
        raise NotFoldableError(f"the activation {activation!r}")


def _nothing(folder: Folder, layer: Any) -> None:
    """Do in prediction what dropout and noise do: nothing."""


RULES: Final[dict[type, Rule]] = {
    keras.layers.Activation: _activation,
    keras.layers.AveragePooling1D: _average_pool,
    keras.layers.BatchNormalization: _batch_norm,
    keras.layers.Conv1D: _convolution,
    keras.layers.Dense: _dense,
    keras.layers.Dropout: _nothing,
    keras.layers.Flatten: _flatten,
    keras.layers.GaussianDropout: _nothing,
    keras.layers.GaussianNoise: _nothing,
    keras.layers.GlobalAveragePooling1D: _reduce,
    keras.layers.GlobalMaxPooling1D: _reduce,
    keras.layers.MaxPooling1D: _max_pool,
    keras.layers.ReLU: _relu,
    keras.layers.Softmax: _softmax,
    keras.layers.SpatialDropout1D: _nothing,
}
