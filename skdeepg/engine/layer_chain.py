"""Networks that are a chain: each layer reads what the one before it gives, and nothing else."""

from __future__ import annotations

from typing import Any, Final

from skdeepg.engine.backend import keras

__all__ = ["NotFoldableError", "layers_in_order"]

FUNCTIONAL: Final = "Functional"  # Keras has no public name for this class
FROM_KERAS: Final = "keras."


class NotFoldableError(Exception):
    """A network has a part that is run as it is: no error for a user."""


def layers_in_order(model: Any) -> list[Any]:
    """List the layers of a chain in the order in which they are applied.

    Parameters
    ----------
    model : keras.Model
        Sequential or functional; models inside it are opened.

    Returns
    -------
    list of keras.layers.Layer
        Without layers that only declare an input.

    Raises
    ------
    NotFoldableError
        If the network is no chain, or a layer is called in a way of its own.
    """
    if not _is_model(model):
        raise NotFoldableError(f"a model of the class {type(model).__name__}")
    layers = [layer for layer in model.layers if type(layer) is not keras.layers.InputLayer]
    if not isinstance(model, keras.Sequential):
        _check_chain(model, [layer.name for layer in layers])
    opened = [layers_in_order(layer) if _is_model(layer) else [layer] for layer in layers]
    return [layer for part in opened for layer in part]


def _is_model(layer: Any) -> bool:
    kind = type(layer)
    is_functional = kind.__name__ == FUNCTIONAL and kind.__module__.startswith(FROM_KERAS)
    return is_functional or kind is keras.Sequential


def _check_chain(model: Any, names: list[str]) -> None:
    """Follow the calls of a functional model's layers."""
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        raise NotFoldableError("several inputs or outputs")
    for layer in model.layers:
        if not type(layer).__module__.startswith(FROM_KERAS):
            raise NotFoldableError(f"the layer {layer.name}, which is not of Keras")
    entries = model.get_config()["layers"]
    calls = {entry["name"]: entry["inbound_nodes"] for entry in entries}
    start = next(name for name, nodes in calls.items() if not nodes)
    for before, name in zip([start, *names], names, strict=False):
        if not _follows(before, calls[name]):
            raise NotFoldableError(f"the layer {name}, which does not follow {before} alone")


def _follows(before: str, nodes: list[Any]) -> bool:
    """Tell whether a layer is called once, on nothing but the layer before, in the usual way."""
    if len(nodes) != 1:
        return False
    inputs, options = nodes[0]["args"], nodes[0]["kwargs"]
    if len(inputs) != 1 or not isinstance(inputs[0], dict) or any(options.values()):
        return False
    return bool(inputs[0]["config"]["keras_history"][0] == before)
