"""How many bases an output of a causal Keras model depends on."""

from __future__ import annotations

from typing import Any, Final

from skdeepg.networks.layer_arguments import names

__all__ = ["receptive_field"]

POINTWISE: Final = names(
    "Activation Add Average BatchNormalization Concatenate Dense Dropout ELU LayerNormalization "
    "LeakyReLU Maximum Minimum Multiply ReLU Softmax SpatialDropout1D Subtract"
)


def receptive_field(model: Any) -> int | None:
    """Follow causal convolutions from the input of a model to its output.

    Parameters
    ----------
    model : keras.Model
        A functional model.

    Returns
    -------
    int or None
        The number of bases, an output's own included; None if a layer is neither a causal
        convolution nor one that keeps positions apart.
    """
    reach = {id(tensor): 1 for tensor in model.inputs}
    for layer in model.layers:
        kind = type(layer).__name__
        if kind == "InputLayer":
            continue
        before = layer.input if isinstance(layer.input, list) else [layer.input]
        known = [reach.get(id(tensor)) for tensor in before]
        if None in known or not (kind in POINTWISE or _is_causal(layer)):
            return None
        extent = 0 if kind in POINTWISE else (layer.kernel_size[0] - 1) * layer.dilation_rate[0]
        reach[id(layer.output)] = max(filter(None, known)) + extent
    return reach.get(id(model.outputs[0]))


def _is_causal(layer: Any) -> bool:
    if type(layer).__name__ != "Conv1D" or layer.strides[0] != 1:
        return False
    return bool(layer.padding == "causal" or layer.kernel_size[0] == 1)
