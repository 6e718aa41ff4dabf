"""Begin with the weights of another network, and keep some as they are."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import Any

from sklearn.frozen import FrozenEstimator
from sklearn.utils.validation import check_is_fitted

from skdeepg.estimators.digests import digest_of
from skdeepg.exceptions import NetworkMismatchError

__all__ = ["digest_source", "freeze_layers", "read_source", "take_weights"]

KERAS_START = b"\x89HDF", b"PK"


def read_source(init_from: Any) -> tuple[Any, Any]:
    """Find the network that another one begins with.

    Parameters
    ----------
    init_from : path-like or FrozenEstimator
        A file of `skdeepg.save`, a checkpoint, a file of Keras or deepG, or a fitted estimator.

    Returns
    -------
    model : keras.Model
        The network.
    network : object
        What built it.

    Raises
    ------
    TypeError
        If it is an estimator as such, which a clone would un-fit.
    """
    if isinstance(init_from, FrozenEstimator):
        check_is_fitted(init_from.estimator, "model_")
        return init_from.estimator.model_, init_from.estimator.network_
    if not isinstance(init_from, str | PathLike):
        raise TypeError(
            f"init_from={type(init_from).__name__}(...) would lose what it has learnt when the "
            "estimator is cloned, as cross-validation does. Give FrozenEstimator(...) of it, or "
            "the path of a file that it was saved in."
        )
    return _read_file(Path(init_from))


def _read_file(path: Path) -> tuple[Any, Any]:
    from skdeepg.persistence import load

    if not path.is_file():
        raise FileNotFoundError(f"init_from={str(path)!r}: there is no such file.")
    with path.open("rb") as stream:
        is_keras = stream.read(4).startswith(KERAS_START)
    if is_keras:
        from skdeepg.engine.keras_files import read_keras_model

        model, network = read_keras_model(path)
        return model, network
    estimator = load(path)
    check_is_fitted(estimator, "model_")
    return estimator.model_, estimator.network_


def digest_source(init_from: Any) -> str:
    """Hash what a network begins with; empty if it begins at random."""
    if init_from is None:
        return ""
    if isinstance(init_from, FrozenEstimator):
        return digest_of(init_from.estimator.model_.get_weights())
    return hashlib.blake2b(Path(init_from).read_bytes(), digest_size=16).hexdigest()


def take_weights(model: Any, source: Any) -> list[str]:
    """Set the weights of layers to those of the layers at the same places of another network.

    The last layer with weights may have others, and is then left as it is: it answers for other
    classes.

    Parameters
    ----------
    model : keras.Model
        Changed in place.
    source : keras.Model
        Where weights come from; its layers may have other names.

    Returns
    -------
    list of str
        The layers that have been set.

    Raises
    ------
    NetworkMismatchError
        If another layer does not fit.
    """
    ours, theirs = ([layer for layer in each.layers if layer.weights] for each in (model, source))
    taken = []
    for place, layer in enumerate(ours):
        wanted = _shapes(layer)
        found = _shapes(theirs[place]) if place < len(theirs) else None
        if found == wanted:
            layer.set_weights(theirs[place].get_weights())
            taken.append(layer.name)
        elif layer is not ours[-1]:
            raise NetworkMismatchError(
                f"init_from: the layer {layer.name!r} has weights of the shapes {wanted}, but "
                f"there it has {found or 'none'}. The networks must be the same but for the last "
                "layer; leave network=None to take that of init_from."
            )
    return taken


def _shapes(layer: Any) -> list[tuple[int, ...]]:
    return [tuple(weight.shape) for weight in layer.weights]


def freeze_layers(model: Any, freeze: Any, taken: Sequence[str] = ()) -> list[str]:
    """Keep layers from being trained.

    Parameters
    ----------
    model : keras.Model
        Changed in place.
    freeze : True, int, list of str or None
        All layers whose weights were taken over, the first so many of these, or layers by name;
        None for none.
    taken : list of str
        The layers whose weights were taken over.

    Returns
    -------
    list of str
        The layers that stay as they are.

    Raises
    ------
    ValueError
        If a name is unknown, or nothing would be left to train.
    """
    if isinstance(freeze, list | tuple):
        names = [str(name) for name in freeze]
    else:
        names = list(taken if freeze is True else taken[: int(freeze or 0)])
    known = {layer.name: layer for layer in model.layers}
    if unknown := [name for name in names if name not in known]:
        raise ValueError(
            f"freeze has {unknown[0]!r}, which is none of the network's layers: {', '.join(known)}."
        )
    for name in names:
        known[name].trainable = False
    if not model.trainable_variables:
        raise ValueError(
            f"freeze={freeze!r} leaves no layer to train, as all were taken from init_from; freeze "
            "fewer."
        )
    return names
