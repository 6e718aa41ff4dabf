"""The network as a function of what is explained: probabilities, logits, units of a layer."""

from __future__ import annotations

from typing import Any, Final

from skdeepg.engine.activations import cut_model
from skdeepg.engine.backend import keras

__all__ = ["explained_model", "without_gradient"]

SINGLE: Final = {"dtype": "float32"}
LOGARITHMS: Final = {"softmax": "log_softmax", "sigmoid": "log_sigmoid"}


def explained_model(model: Any, of: str, layer: str | None = None) -> Any:
    """Make a network whose outputs are what is explained.

    Parameters
    ----------
    model : keras.Model
        The network.
    of : {"probability", "logit", "log_probability"}
        Which number of an output: that of the last layer, that before its softmax or sigmoid, or
        the natural logarithm. Computed from the logits, so that none is cut off near 0 or 1.
    layer : str, default=None
        A layer whose units are explained in place of the outputs.

    Returns
    -------
    keras.Model
        With the inputs of `model` and its weights, or copies of them. It computes in single
        precision, whatever `model` does: attributions of a network in bfloat16 do not add up.

    Raises
    ------
    ValueError
        If there is no such layer, or the network does not end with a softmax or sigmoid.
    """
    model = _in_single_precision(model)
    if layer is not None:
        return cut_model(model, layer)
    if of == "probability":
        return model
    last = model.layers[-1]
    name = _activation_of(last)
    if name not in LOGARITHMS or last.output is not model.outputs[0]:
        raise ValueError(
            f"of={of!r} needs a network that ends with the activation softmax or sigmoid, but its "
            f"last layer {last.name} is a {type(last).__name__}"
            f"{f' with the activation {name}' if name else ''}. Explain of='probability'."
        )
    logits = _before_activation(last)
    if of == "log_probability":
        logarithm = getattr(keras.ops, LOGARITHMS[name])
        logits = keras.layers.Activation(logarithm, dtype="float32")(logits)
    return keras.Model(model.inputs, logits)


def _in_single_precision(model: Any) -> Any:
    """Give the network, or a copy of one that computes in another precision."""
    if all(layer.compute_dtype == "float32" for layer in model.layers):
        return model
    copied = keras.models.clone_model(
        model, clone_function=lambda part: type(part).from_config(part.get_config() | SINGLE)
    )
    copied.set_weights(model.get_weights())
    return copied


def _activation_of(layer: Any) -> str:
    """Name the activation that a layer ends with; "" if there is none."""
    if type(layer) is keras.layers.Softmax:
        return "softmax"
    activation = getattr(layer, "activation", None)
    return "" if activation is None else str(getattr(activation, "__name__", activation))


def _before_activation(layer: Any) -> Any:
    """Give the tensor that a layer applies its activation to."""
    if type(layer) in (keras.layers.Softmax, keras.layers.Activation):
        return layer.input
    config = layer.get_config() | {"activation": "linear", "name": f"{layer.name}_logits"}
    copy = type(layer).from_config(config)
    logits = copy(layer.input)
    copy.set_weights(layer.get_weights())
    return logits


def without_gradient(model: Any, has_gradient: Any) -> str:
    """Name the layer that stops gradients.

    Parameters
    ----------
    model : keras.Model
        A network whose outputs have no gradient.
    has_gradient : callable
        Tells whether a model's output depends on its inputs by a gradient.

    Returns
    -------
    str
        The first layer whose output has none; "" if it is not found.
    """
    for layer in model.layers:
        if type(layer) is keras.layers.InputLayer:
            continue
        if not has_gradient(keras.Model(model.inputs, layer.output)):
            return str(layer.name)
    return ""
