"""Hashes that tell fits apart: of parameters, and of data."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from skdeepg.engine.data import LabelledWindows
from skdeepg.genome.regions import Regions
from skdeepg.sequences import SequenceWindows

__all__ = ["describe_model", "describe_parameters", "digest_of"]

# what changes nothing about what is learnt; the seed of a fit is kept with its checkpoints
WITHOUT_EFFECT = frozenset(("callbacks", "memory", "random_state", "verbose", "warm_start"))


def describe_parameters(estimator: Any) -> dict[str, str]:
    """Give the parameters that matter to what is learnt, as text that is the same in any process.

    Parameters
    ----------
    estimator : estimator
        Any.

    Returns
    -------
    dict of str to str
        By nested names.
    """
    given = estimator.get_params(deep=True)
    return {
        name: _text(value)
        for name, value in sorted(given.items())
        if WITHOUT_EFFECT.isdisjoint(name.split("__"))
    }


def describe_model(model: Any) -> str:
    """Write a Keras model's layers and their options as text that is the same in any process.

    Parameters
    ----------
    model : keras.Model
        Any; of one that does not tell its layers, the class.

    Returns
    -------
    str
        Names that Keras counts up, and seeds, which change no answer, are left out.
    """
    try:
        config = json.dumps(model.get_config(), default=lambda value: type(value).__qualname__)
    except NotImplementedError:
        return type(model).__qualname__
    for number, layer in enumerate([model, *model.layers]):
        config = config.replace(f'"{layer.name}"', f'"{number}"')
    return re.sub(r'"seed": \d+', "", config)


def _text(value: Any) -> str:
    if isinstance(value, BaseEstimator):
        return type(value).__name__
    if hasattr(value, "get_config"):
        config = json.dumps(value.get_config(), default=str, sort_keys=True)
        return f"{type(value).__name__}({config})"
    if callable(value):
        return f"{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', value)}"
    if isinstance(value, np.ndarray):
        return digest_of([value])
    return repr(value)


def digest_of(values: Iterable[Any]) -> str:
    """Hash values of any of the types that a fit takes.

    Parameters
    ----------
    values : iterable
        Arrays, texts, numbers, rows, None, or collections of these.

    Returns
    -------
    str
        32 hexadecimal digits.
    """
    hashed = hashlib.blake2b(digest_size=16)
    for value in values:
        hashed.update(_bytes(value))
    return hashed.hexdigest()


def _bytes(value: Any) -> bytes:
    if isinstance(value, SequenceWindows):
        cut = value.cut
        return value.sequences.digest() + repr(cut).encode()
    if isinstance(value, LabelledWindows):
        return _bytes(value.windows) + _bytes(value.y)
    if isinstance(value, Regions):
        return value.to_frame().to_csv().encode()
    if isinstance(value, Mapping):
        return json.dumps(value, sort_keys=True).encode()
    if value is None or isinstance(value, str | int | float):
        return repr(value).encode()
    array = np.asarray(value)
    kind = f"{array.dtype.str}{array.shape}".encode()
    if array.dtype == object:
        return kind + repr(array.tolist()).encode()
    return kind + np.ascontiguousarray(array).tobytes()
