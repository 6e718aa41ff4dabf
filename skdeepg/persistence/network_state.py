"""The network of an estimator to and from arrays."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from skdeepg.exceptions import InvalidModelFileError
from skdeepg.networks import KerasNetwork
from skdeepg.networks.registry import is_registered
from skdeepg.networks.weight_counts import Budget, specification_weights
from skdeepg.persistence.container import ArrayReader, ArrayWriter

__all__ = ["StoredNetworks", "restore_network", "restore_variables", "store_network"]

NETWORK_NAMES = ("network", "network_")
NUMBER = re.compile(r"_\d+")


@dataclass(frozen=True)
class StoredNetworks:
    """What the file says in place of a network of the user's own: its layers.

    Attributes
    ----------
    layers : KerasNetwork or None
        None if the estimator's networks can be written as they are.
    """

    layers: KerasNetwork | None = None

    @classmethod
    def of(cls, estimator: Any, where: str) -> StoredNetworks:
        """Look for networks that are code, and describe them by their layers.

        Parameters
        ----------
        estimator : object
            Of any class.
        where : str
            What it is, for messages.

        Returns
        -------
        StoredNetworks
            What to write.

        Raises
        ------
        ValueError
            If there is no fitted model to take the layers of, or they cannot be described.
        """
        given, built = (vars(estimator).get(name) for name in NETWORK_NAMES)
        if all(each is None or _has_no_code(each) for each in (given, built)):
            return cls()
        if "model_" not in vars(estimator) or not _is_same(given, built):
            raise ValueError(
                f"network of {where} is {given!r}: code cannot be saved, only the layers that it "
                "has built. Fit the estimator first, or use a specification such as LSTMCNN, or a "
                "class with skdeepg.networks.register_network, or use joblib.dump."
            )
        return cls(_layers_of(estimator.model_, built))

    def replace(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Put the layers in place of code."""
        if self.layers is None:
            return dict(values)
        return {name: self.layers if name in NETWORK_NAMES else v for name, v in values.items()}


def _has_no_code(network: Any) -> bool:
    """Tell networks that are written as they are: by their class's name, or their layers."""
    return type(network) is KerasNetwork or is_registered(network)


def _is_same(given: Any, built: Any) -> bool:
    """Tell whether the network that was built is that of the parameter."""
    if given is built:
        return True
    is_clone = isinstance(given, BaseEstimator) and type(given) is type(built)
    return is_clone and repr(given.get_params()) == repr(built.get_params())


def _layers_of(model: Any, network: Any) -> KerasNetwork:
    from skdeepg.engine.seeding import seeded

    try:
        with seeded(0):
            return KerasNetwork.from_model(model, network)
    except InvalidModelFileError as error:
        raise ValueError(
            f"A network of your own is saved by its layers, but: {error} Use joblib.dump."
        ) from error


def store_network(model: Any, optimizer: Any, arrays: ArrayWriter) -> dict[str, Any]:
    """Write a network's variables, and its optimizer.

    Parameters
    ----------
    model : keras.Model
        The network.
    optimizer : keras.optimizers.Optimizer or None
        None before any training.
    arrays : ArrayWriter
        Takes the values.

    Returns
    -------
    dict
        For JSON.

    Raises
    ------
    ValueError
        If the optimizer is not one of Keras' own.
    """
    # model.variables has the states of the seed generators, which model.weights leaves out
    stored: dict[str, Any] = {
        "variables": _store(model.variables, arrays),
        "optimizer": None,
        "layers": [layer.name for layer in model.layers],
    }
    if optimizer is not None:
        from skdeepg.engine.optimizers import describe_optimizer

        try:
            described = describe_optimizer(optimizer)
        except InvalidModelFileError as error:
            raise ValueError(f"The optimizer cannot be saved: {error} Use joblib.dump.") from error
        stored["optimizer"] = {
            "optimizer": described,
            "variables": _store(optimizer.variables, arrays),
        }
    return stored


def _store(variables: list[Any], arrays: ArrayWriter) -> list[list[str]]:
    return [[v.path, arrays.add(_plain_array(v), v.path)] for v in variables]


def _plain_array(variable: Any) -> Any:
    array = np.asarray(variable)
    if array.dtype.kind not in "biuf" or array.dtype.itemsize > 8:
        raise ValueError(
            f"The weights {variable.path!r} are of the type {array.dtype}, which a model file "
            "cannot hold. Use joblib.dump."
        )
    return array


def restore_network(
    stored: Any, network: Any, task: Any, frozen: list[str], precision: str, arrays: ArrayReader
) -> tuple[Any, Any]:
    """Build a network and its optimizer, and set their variables.

    Parameters
    ----------
    stored : object
        What `store_network` gave, after JSON.
    network : specification or KerasNetwork
        What builds the network.
    task : NetworkTask
        The shapes it is built for.
    frozen : list of str
        Layers that are not trained.
    precision : str
        What its layers compute in.
    arrays : ArrayReader
        The values.

    Returns
    -------
    model : keras.Model
        The network.
    optimizer : keras.optimizers.Optimizer or None
        Its optimizer.
    """
    from skdeepg.engine.backend import tf

    try:
        model = _build(stored, network, task, precision, arrays)
        for name in frozen:
            model.get_layer(name).trainable = False
        return model, _build_optimizer(stored.get("optimizer"), model, arrays)
    except tf.errors.OpError as error:
        raise InvalidModelFileError(f"Its network cannot be built: {error}") from error


def restore_variables(stored: Any, model: Any, optimizer: Any, arrays: ArrayReader) -> None:
    """Set the variables of a network and of its optimizer, which are there already.

    Parameters
    ----------
    stored : object
        What `store_network` gave, after JSON.
    model : keras.Model
        The network.
    optimizer : keras.optimizers.Optimizer
        Its optimizer.
    arrays : ArrayReader
        The values.
    """
    _restore(model.variables, _read(stored, "variables", arrays))
    _restore(optimizer.variables, _read(stored["optimizer"], "variables", arrays))


def _build(stored: Any, network: Any, task: Any, precision: str, arrays: ArrayReader) -> Any:
    from skdeepg.engine.precision import set_precision
    from skdeepg.engine.saved_state import name_layers
    from skdeepg.engine.seeding import seeded

    variables = _read(stored, "variables", arrays)
    budget = Budget(len(variables), sum(value.size for _, value in variables))
    with seeded(0):
        if isinstance(network, KerasNetwork):
            model = network.build(task, budget)
        else:
            budget.spend(specification_weights(network, task))
            model = network.build(task)
        model = set_precision(model, precision)
    name_layers(model, _read_names(stored))
    _check_shapes(model, task)
    _restore(model.variables, variables)
    return model


def _build_optimizer(stored: Any, model: Any, arrays: ArrayReader) -> Any:
    if stored is None:
        return None
    from skdeepg.engine.optimizers import make_optimizer_described

    optimizer = make_optimizer_described(stored["optimizer"])
    optimizer.build(model.trainable_variables)
    _restore(optimizer.variables, _read(stored, "variables", arrays))
    return optimizer


def _check_shapes(model: Any, task: Any) -> None:
    """Check that the network takes and gives what the estimator will ask for."""
    found = [tuple(tensor.shape[1:]) for tensor in (*model.inputs, *model.outputs)]
    wanted = [*task.input_shapes, task.output_shape]
    fit = len(found) == len(wanted) and all(
        len(a) == len(b)
        and a[-1] == b[-1]
        and all(n in (None, m) for n, m in zip(a, b, strict=True))
        for a, b in zip(found, wanted, strict=True)
    )
    if not fit:
        raise InvalidModelFileError(f"Its network has the shapes {found}, not {wanted}.")


def _read(stored: Any, name: str, arrays: ArrayReader) -> list[tuple[str, Any]]:
    listed = stored[name]
    if not isinstance(listed, list):
        raise InvalidModelFileError(f"The {name} of the network are no list.")
    return [(str(path), arrays.read(array)) for path, array in listed]


def _read_names(stored: Any) -> list[str]:
    names = stored.get("layers", [])  # older files have none
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise InvalidModelFileError("The names of the network's layers are no list of texts.")
    return names


def _restore(variables: list[Any], stored: list[tuple[str, Any]]) -> None:
    found = [_signature(path, value) for path, value in stored]
    wanted = [_signature(v.path, np.asarray(v)) for v in variables]
    if found != wanted:
        pairs = zip_longest(found, wanted)
        odd = next(f"{a} where {b} is needed" for a, b in pairs if a != b)
        raise InvalidModelFileError(f"Its weights are not those of its network: {odd}.")
    for variable, (_, value) in zip(variables, stored, strict=True):
        variable.assign(value)


def _signature(path: str, value: Any) -> tuple[str, tuple[int, ...], str]:
    kind = value.dtype.str if value.dtype.kind == "f" else "whole numbers"
    # Keras numbers layers that have no name by what was built before
    return NUMBER.sub("", path.rpartition("/")[2]), value.shape, kind
