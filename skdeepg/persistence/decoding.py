"""From JSON and arrays back to objects."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn import config_context

from skdeepg.exceptions import InvalidModelFileError
from skdeepg.persistence.checks import check_object
from skdeepg.persistence.classes import SavedClass, find_class, find_saved_class, is_of
from skdeepg.persistence.container import ArrayReader
from skdeepg.persistence.encoding import METHODS
from skdeepg.sequences.back_off import LazyModel

__all__ = ["Decoder"]

DEEPEST: Final = 40
DTYPES: Final = re.compile(r"O|b1|U[1-9][0-9]{0,5}")
NUMBER_TYPES: Final = re.compile(r"(u?int|float)(8|16|32|64)")
NOT_FINITE: Final = frozenset(("inf", "-inf", "nan"))


@dataclass(frozen=True)
class OptimizerName:
    """Stands for an optimizer in a description."""

    name: str

    def __repr__(self) -> str:
        return f"<keras.optimizers.{self.name[:100]}>"

    def apply(self) -> None:
        """Do nothing; parameters are checked for this method."""


class Decoder:
    """Makes objects of what `Encoder` wrote; nothing else can come out of it.

    Parameters
    ----------
    arrays : ArrayReader
        Gives the arrays.
    builds : bool, default=True
        Whether to build networks and optimizers, which loads TensorFlow.
    """

    def __init__(self, arrays: ArrayReader, builds: bool = True) -> None:
        self._arrays = arrays
        self._builds = builds
        self._depth = 0

    def decode(self, value: Any) -> Any:
        """Make a value.

        Parameters
        ----------
        value : object
            From JSON.

        Returns
        -------
        object
            What was encoded.

        Raises
        ------
        InvalidModelFileError
            If it is not what `Encoder` writes.
        """
        if value is None or isinstance(value, bool | int | float | str):
            return value
        self._depth += 1
        if self._depth > DEEPEST:
            raise InvalidModelFileError("Its JSON is nested too deep.")
        try:
            if isinstance(value, list):
                return [self.decode(each) for each in value]
            return self._decode_tagged(value)
        finally:
            self._depth -= 1

    def _decode_tagged(self, value: dict[str, Any]) -> Any:
        if len(value) != 1:
            raise InvalidModelFileError("Its JSON has a value that says in no way what it is.")
        ((tag, content),) = value.items()
        makers = {
            "array": self._arrays.read,
            "bytes": bytes.fromhex,
            "dict": self._dict,
            "float": _float,
            "items": self._items,
            "object": self.decode_object,
            "optimizer": self._optimizer,
            "set": lambda items: set(self._tuple(items)),
            "tuple": self._tuple,
            "type": _number_type,
        }
        if tag not in makers:
            raise InvalidModelFileError(f"Its JSON has a value of the kind {tag[:100]!r}.")
        return makers[tag](content)

    def _tuple(self, content: Any) -> tuple[Any, ...]:
        return tuple(self.decode(each) for each in _list(content))

    def _dict(self, content: Any) -> dict[Any, Any]:
        return {self.decode(key): self.decode(each) for key, each in map(_list, _list(content))}

    def _items(self, content: Any) -> NDArray[Any]:
        items = [self.decode(each) for each in _list(content["items"])]
        if not (isinstance(content["dtype"], str) and DTYPES.fullmatch(content["dtype"])):
            raise InvalidModelFileError("Its JSON has an array of a type that is not allowed.")
        array = np.empty(len(items), dtype=content["dtype"])
        array[:] = items
        if array.tolist() != items or any(type(each) in (list, dict) for each in items):
            raise InvalidModelFileError("Its JSON has an array of other items than it says.")
        return array

    def _optimizer(self, content: Any) -> Any:
        if not self._builds:
            return OptimizerName(str(_mapping(content).get("class_name")))
        from skdeepg.engine.optimizers import make_optimizer_described

        return make_optimizer_described(content)

    def decode_object(self, content: Any) -> Any:
        """Make an object of a class of the list.

        Parameters
        ----------
        content : object
            Class, parameters and what it has learnt.

        Returns
        -------
        object
            Checked; a network is built and has its weights.
        """
        name = content.get("class") if isinstance(content, dict) else None
        saved = find_saved_class(name) if isinstance(name, str) else None
        if not isinstance(name, str) or saved is None:
            raise InvalidModelFileError(
                f"It has an object of the class {str(name)[:100]!r}, which is not among those that "
                "a model file may hold. If that is a network of yours, import the module that "
                "registers it (skdeepg.networks.register_network) before you load the file."
            )
        made = find_class(name)(**self._parameters(content, saved, name))
        for key, value in self._fitted(content, saved, name).items():
            setattr(made, key, value)
        check_object(made)
        if "counts_" in vars(made):
            made._lazy = LazyModel(made.counts_, made.smoothing_, made.backoff)
        if "requests" in content:
            _set_requests(made, content["requests"])
        if "network" in content and self._builds:
            self._restore_network(made, content["network"])
        return made

    def _parameters(self, content: Any, saved: SavedClass, name: str) -> dict[str, Any]:
        known = saved.fields or find_class(name)._get_param_names()
        given = {} if "parameters" not in content else _mapping(content["parameters"])
        if not set(given) <= set(known):
            odd = sorted(set(given) - set(known))[0]
            raise InvalidModelFileError(
                f"{name} has no parameter {odd[:100]!r}; a newer version of skdeepg may have."
            )
        named = sorted(key for key in saved.local if given.get(key) is not None)
        if named:
            raise InvalidModelFileError(f"{named[0]} of {name} names a place on this machine.")
        return {key: self.decode(value) for key, value in given.items()}

    def _fitted(self, content: Any, saved: SavedClass, name: str) -> dict[str, Any]:
        fitted = {}
        for key, value in _mapping(content.get("fitted", {})).items():
            if key not in saved.fitted:
                raise InvalidModelFileError(f"{name} has no attribute {key[:100]!r}.")
            fitted[key] = self.decode(value)
            if not is_of(fitted[key], saved.fitted[key]):
                raise InvalidModelFileError(
                    f"{key} of {name} is a {type(fitted[key]).__name__}, not a {saved.fitted[key]}."
                )
        return fitted

    def _restore_network(self, estimator: Any, stored: Any) -> None:
        from skdeepg.persistence.network_state import restore_network

        if not hasattr(estimator, "_take_network") or "n_epochs_" not in vars(estimator):
            raise InvalidModelFileError(f"{type(estimator).__name__} cannot have a network.")
        known = {"frozen_layers_": [], "precision_": "float32"} | vars(estimator)  # older files
        vars(estimator).update(known)
        parts = restore_network(
            stored,
            estimator.network_,
            estimator.task_,
            estimator.frozen_layers_,
            estimator.precision_,
            self._arrays,
        )
        estimator._take_network(*parts)


def _float(content: Any) -> float:
    if content not in NOT_FINITE:
        raise InvalidModelFileError("Its JSON has a number that is none.")
    return float(content)


def _number_type(content: Any) -> type:
    if not (isinstance(content, str) and NUMBER_TYPES.fullmatch(content)):
        raise InvalidModelFileError("Its JSON has a type that is not one of numbers.")
    return np.dtype(content).type


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise InvalidModelFileError("Its JSON has something else where a list is needed.")
    return value


def _mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InvalidModelFileError("Its JSON has something else where an object is needed.")
    return value


def _set_requests(estimator: Any, requests: Any) -> None:
    with config_context(enable_metadata_routing=True):
        for method, names in _mapping(requests).items():
            if method not in METHODS:
                raise InvalidModelFileError(f"There is no method {method[:100]!r} to route to.")
            getattr(estimator, f"set_{method}_request")(**_mapping(names))
