"""Optimizers of Keras to and from plain values."""

from __future__ import annotations

import inspect
from typing import Any, Final

from skdeepg.engine.backend import keras
from skdeepg.exceptions import InvalidModelFileError
from skdeepg.networks.layer_arguments import class_and_config, names, plain

__all__ = ["describe_optimizer", "make_optimizer_described"]

OPTIMIZERS: Final = names(
    "Adadelta Adafactor Adagrad Adam AdamW Adamax Ftrl Lamb Lion LossScaleOptimizer Muon Nadam "
    "RMSprop SGD"
)
SCHEDULES: Final = names(
    "CosineDecay CosineDecayRestarts ExponentialDecay InverseTimeDecay PiecewiseConstantDecay "
    "PolynomialDecay"
)


def describe_optimizer(optimizer: Any) -> dict[str, Any]:
    """Describe an optimizer by its class and its arguments.

    Parameters
    ----------
    optimizer : keras.optimizers.Optimizer
        Of a class of Keras; its learning rate may be a schedule of Keras.

    Returns
    -------
    dict
        Its Keras configuration, fit for JSON.

    Raises
    ------
    InvalidModelFileError
        If it, or its schedule, is of a class that `make_optimizer_described` does not make.
    """
    described: dict[str, Any] = keras.optimizers.serialize(optimizer)
    make_optimizer_described(described)
    return described


def make_optimizer_described(described: Any) -> Any:
    """Make the optimizer that was described; it comes from a list, and so do its arguments.

    Parameters
    ----------
    described : object
        What JSON gave.

    Returns
    -------
    keras.optimizers.Optimizer
        Without a state.

    Raises
    ------
    InvalidModelFileError
        If it is not what `describe_optimizer` gives.
    """
    return _make(described, "keras.optimizers", keras.optimizers, OPTIMIZERS)


def _make(described: Any, name_of_package: str, package: Any, allowed: frozenset[str]) -> Any:
    where = f"The optimizer's part of {name_of_package}"
    name, config = class_and_config(described, frozenset([name_of_package]), where)
    if name not in allowed:
        raise InvalidModelFileError(f"{where} is {name[:100]!r}, which is not allowed.")
    cls = getattr(package, name)
    known = _arguments_of(cls)
    unknown = [key for key in config if key not in known]
    if unknown:
        raise InvalidModelFileError(f"{where} has the argument {unknown[0][:100]!r}: unknown.")
    return cls(**{key: _argument(key, value, where) for key, value in config.items()})


def _arguments_of(cls: type) -> set[str]:
    """Name the arguments of a class, and those that it hands on to the classes it is made from."""
    inits = [vars(base)["__init__"] for base in cls.__mro__ if "__init__" in vars(base)]
    parameters = [each for init in inits for each in inspect.signature(init).parameters.values()]
    return {each.name for each in parameters if each.kind is each.POSITIONAL_OR_KEYWORD} - {"self"}


def _argument(name: str, value: Any, where: str) -> Any:
    if name == "learning_rate" and isinstance(value, dict):
        schedules = keras.optimizers.schedules
        return _make(value, "keras.optimizers.schedules", schedules, SCHEDULES)
    if name == "inner_optimizer":
        return _make(value, "keras.optimizers", keras.optimizers, OPTIMIZERS)
    return plain(value, f"{name} of {where}")
