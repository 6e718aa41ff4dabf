"""All of a network's state in one HDF5 file: weights, seed generators, optimizer."""

from __future__ import annotations

from typing import Any

from skdeepg.engine.backend import keras
from skdeepg.engine.weights import variables_from_h5, variables_to_h5

__all__ = ["name_layers", "pack", "unpack"]


def pack(model: Any, optimizer: Any) -> dict[str, Any]:
    """Pack what training needs to go on as if never interrupted.

    Parameters
    ----------
    model : keras.Model
        The network.
    optimizer : keras.optimizers.Optimizer or None
        None before any training.

    Returns
    -------
    dict
        ``variables``: bytes of an HDF5 file; ``optimizer``: its Keras configuration, or None;
        ``layers``: names of the layers.
    """
    # model.variables has the states of the seed generators, which model.weights leaves out
    groups = {"model": model.variables}
    if optimizer is not None:
        groups["optimizer"] = optimizer.variables
    return {
        "variables": variables_to_h5(**groups),
        "optimizer": None if optimizer is None else keras.optimizers.serialize(optimizer),
        "layers": [layer.name for layer in model.layers],
    }


def name_layers(model: Any, names: list[str]) -> None:
    """Give the layers of a network that was built anew the names that they had.

    Keras names layers that have no name by what was built before in the process; frozen layers and
    users know them by these names.

    Parameters
    ----------
    model : keras.Model
        Changed in place.
    names : list of str
        One for each layer. Where there are more or fewer, it is another network, which its weights
        will tell.
    """
    if len(names) == len(model.layers):
        for layer, name in zip(model.layers, names, strict=True):
            layer.name = name


def unpack(state: dict[str, Any], model: Any) -> Any:
    """Set the variables of a network; return its optimizer, or None."""
    groups = {"model": model.variables}
    optimizer = None
    if state["optimizer"] is not None:
        optimizer = keras.optimizers.deserialize(state["optimizer"])
        optimizer.build(model.trainable_variables)
        groups["optimizer"] = optimizer.variables
    variables_from_h5(state["variables"], **groups)
    return optimizer
