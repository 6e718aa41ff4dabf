"""From objects to JSON and arrays."""

from __future__ import annotations

import math
from pathlib import PurePath
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn import config_context

from skdeepg.exceptions import InvalidModelFileError
from skdeepg.persistence.checks import check_object
from skdeepg.persistence.classes import SavedClass, saved_class_of
from skdeepg.persistence.container import ArrayWriter
from skdeepg.persistence.network_state import StoredNetworks, store_network

__all__ = ["METHODS", "Encoder"]

PLAIN: Final = (type(None), bool, int, str)
METHODS: Final = ("fit", "partial_fit", "predict", "predict_proba", "score", "transform")


class Encoder:
    """Writes objects as JSON values.

    What JSON knows stands for itself; all else is an object with one key that says what it is.

    Parameters
    ----------
    arrays : ArrayWriter
        Takes the arrays.
    """

    def __init__(self, arrays: ArrayWriter) -> None:
        self._arrays = arrays

    def encode(self, value: Any, where: str) -> Any:
        """Write a value.

        Parameters
        ----------
        value : object
            Anything; what cannot be written is refused.
        where : str
            What it is, for messages.

        Returns
        -------
        object
            What JSON can say.

        Raises
        ------
        ValueError
            If it is of a type that a model file cannot hold.
        """
        value = _simplest(value)
        if type(value) in PLAIN:
            return value
        if type(value) is float:
            return value if math.isfinite(value) else {"float": repr(value)}
        if type(value) is bytes:
            return {"bytes": value.hex()}
        if type(value) in (list, tuple, dict, set):
            return self._encode_collection(value, where)
        if isinstance(value, np.ndarray):
            return self._encode_array(value, where)
        if isinstance(value, np.dtype) or (
            isinstance(value, type) and issubclass(value, np.generic)
        ):
            return {"type": np.dtype(value).name}
        saved = saved_class_of(value)
        if saved is not None:
            return {"object": self._encode_object(value, saved, where)}
        if _is_optimizer(value):
            return {"optimizer": _describe_optimizer(value, where)}
        raise ValueError(
            f"{where} is {_show(value)}, which a model file cannot hold: it has no code, only "
            f"numbers, texts and what skdeepg knows.{_remedy(value)} Or use joblib.dump, whose "
            "files are for people who trust you."
        )

    def _encode_collection(self, value: Any, where: str) -> Any:
        if type(value) is dict:
            pairs = [
                [self.encode(key, f"a key of {where}"), self.encode(each, f"{where}[{key!r}]")]
                for key, each in value.items()
            ]
            return {"dict": pairs}
        items = sorted(value) if type(value) is set else value
        encoded = [self.encode(each, f"{where}[{i}]") for i, each in enumerate(items)]
        return encoded if type(value) is list else {type(value).__name__: encoded}

    def _encode_array(self, array: NDArray[Any], where: str) -> Any:
        if array.dtype.kind in "iuf" and array.dtype.itemsize <= 8:
            return {"array": self._arrays.add(array, where)}
        if array.ndim != 1 or array.dtype.kind not in "bUO":
            raise ValueError(
                f"{where} is an array of {array.dtype}, which a model file cannot hold. Use "
                "joblib.dump."
            )
        items = [self.encode(each, f"{where}[{i}]") for i, each in enumerate(array.tolist())]
        return {"items": {"dtype": array.dtype.newbyteorder("=").str.lstrip("<|"), "items": items}}

    def _encode_object(self, value: Any, saved: SavedClass, where: str) -> dict[str, Any]:
        check_object(value)
        given = parameters_of(value, saved)
        attributes = {} if saved.fields else fitted_attributes(value, saved, given, where)
        networks = StoredNetworks.of(value, where)
        given, attributes = networks.replace(given), networks.replace(attributes)
        owner = type(value).__name__
        encoded = {
            "class": owner,
            "parameters": {k: self.encode(v, f"{k} of {owner}") for k, v in given.items()},
        }
        if attributes:
            encoded["fitted"] = {
                k: self.encode(v, f"{k} of {owner}") for k, v in attributes.items()
            }
        if "_metadata_request" in vars(value):
            encoded["requests"] = _requests(value)
        if "model_" in vars(value):
            encoded["network"] = store_network(value.model_, value._optimizer, self._arrays)
        return encoded


def _simplest(value: Any) -> Any:
    """Turn what is nearly plain into what is."""
    if isinstance(value, np.generic) and value.dtype.kind in "biufU":
        return value.item()
    return str(value) if isinstance(value, PurePath) else value


def parameters_of(value: Any, saved: SavedClass) -> dict[str, Any]:
    """Read the arguments that an object was made with."""
    if saved.fields:
        return {name: getattr(value, name) for name in saved.fields}
    parameters = value.get_params(deep=False)
    return {name: None if name in saved.local else each for name, each in parameters.items()}


def fitted_attributes(
    value: Any, saved: SavedClass, parameters: dict[str, Any], where: str
) -> dict[str, Any]:
    """Read what an object has learnt, and refuse what is not known."""
    found = {
        name: each
        for name, each in vars(value).items()
        if name not in parameters and name not in saved.left_out
    }
    unknown = sorted(set(found) - set(saved.fitted))
    if unknown:
        raise ValueError(
            f"{where} has the attribute {unknown[0]!r}, which a model file cannot hold. Delete it, "
            "or use joblib.dump."
        )
    return found


def _requests(estimator: Any) -> dict[str, dict[str, Any]]:
    """Read what metadata the estimator asks for."""
    with config_context(enable_metadata_routing=True):
        routing = estimator.get_metadata_routing()
    methods = {name: getattr(routing, name, None) for name in METHODS}
    told = {
        name: {key: each for key, each in method.requests.items() if each is not None}
        for name, method in methods.items()
        if method
    }
    return {name: requests for name, requests in told.items() if requests}


def _is_optimizer(value: Any) -> bool:
    return hasattr(value, "apply_gradients") and hasattr(value, "get_config")


def _describe_optimizer(value: Any, where: str) -> dict[str, Any]:
    from skdeepg.engine.optimizers import describe_optimizer

    try:
        return describe_optimizer(value)
    except InvalidModelFileError as error:
        raise ValueError(f"{where} cannot be saved: {error} Use joblib.dump.") from error


def _show(value: Any) -> str:
    name = getattr(value, "__name__", None)
    kind = type(value)
    return f"the {kind.__name__} {name!r}" if name else f"a {kind.__module__}.{kind.__qualname__}"


def _remedy(value: Any) -> str:
    if isinstance(value, np.random.RandomState):
        return " Give a number as random_state."
    return ""
