"""Which classes are architectures: model files may name these, and no others."""

from __future__ import annotations

from typing import Any, TypeVar

from sklearn.base import BaseEstimator

__all__ = ["find_network", "is_registered", "register_network", "registered_networks"]

Network = TypeVar("Network", bound=type)

_NETWORKS: dict[str, type[Any]] = {}


def register_network(network: Network) -> Network:
    """Make a class of your own an architecture that model files can hold.

    Any function of a `NetworkTask`, or object with ``build(task)``, works as ``network=``. A
    registered class is saved by its name and parameters, as `LSTMCNN` is, instead of by its
    layers: a loaded estimator can be trained on other windows, and its ``network__...`` can be
    set. Where a file is loaded, the module that registers the class must have been imported;
    no file has anything imported.

    Parameters
    ----------
    network : type
        A subclass of `sklearn.base.BaseEstimator` with a method ``build(task)``. Its constructor
        is called with the parameters that a file names: it should only keep them.

    Returns
    -------
    type
        The class itself, so that this is a decorator.

    Raises
    ------
    TypeError
        If it is no such class.
    ValueError
        If a class of another module was registered by this name.

    See Also
    --------
    skdeepg.sequences.register_format : The same for formats of files.

    Examples
    --------
    >>> from sklearn.base import BaseEstimator
    >>> from skdeepg.networks import NetworkTask, build_network, register_network
    >>> @register_network
    ... class Perceptron(BaseEstimator):
    ...     def __init__(self, units=8):
    ...         self.units = units
    ...
    ...     def build(self, task):
    ...         import keras
    ...
    ...         inputs = keras.Input(task.input_shapes[0])
    ...         hidden = keras.layers.Dense(self.units, "relu")(keras.layers.Flatten()(inputs))
    ...         outputs = keras.layers.Dense(task.n_outputs, task.activation)(hidden)
    ...         return keras.Model(inputs, outputs)
    >>> task = NetworkTask(window_length=50, n_symbols=4, n_outputs=2)
    >>> build_network(Perceptron(units=4), task).count_params()
    814
    """
    if not (isinstance(network, type) and issubclass(network, BaseEstimator)):
        raise TypeError(
            f"register_network takes a subclass of sklearn.base.BaseEstimator, not {network!r}."
        )
    if not callable(getattr(network, "build", None)):
        raise TypeError(f"{network.__name__} has no method build(task), which makes the network.")
    known = _NETWORKS.get(network.__name__)
    if known is not None and _home(known) != _home(network):
        raise ValueError(
            f"There is a network {known.__name__} of {known.__module__} already, and model files "
            f"tell networks by their names: rename that of {network.__module__}."
        )
    _NETWORKS[network.__name__] = network
    return network


def _home(network: type) -> tuple[str, str]:
    return network.__module__, network.__qualname__


def find_network(name: str) -> type[Any] | None:
    """Find a registered class; None if there is none of this name.

    Parameters
    ----------
    name : str
        Its name.

    Returns
    -------
    type or None
        The class.
    """
    return _NETWORKS.get(name)


def registered_networks(package: str) -> list[type[Any]]:
    """List the classes that modules of a package have registered.

    Parameters
    ----------
    package : str
        Its full name.

    Returns
    -------
    list of type
        In the order of registration.
    """
    return [each for each in _NETWORKS.values() if each.__module__.startswith(f"{package}.")]


def is_registered(network: Any) -> bool:
    """Tell whether an object is a specification of a registered class.

    Parameters
    ----------
    network : object
        Anything.

    Returns
    -------
    bool
        False also for objects of subclasses that are not registered.
    """
    return _NETWORKS.get(type(network).__name__) is type(network)
