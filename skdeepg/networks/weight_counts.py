"""How large a network would be, known before a weight is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import inf, prod
from typing import TYPE_CHECKING, Any

from skdeepg.exceptions import InvalidModelFileError

if TYPE_CHECKING:
    from skdeepg.networks.task import NetworkTask

__all__ = ["Budget", "gate_weights", "layer_weights", "specification_weights"]

GATES = {"LSTM": 4, "GRU": 3}


class Budget:
    """The weights that a file holds: a network that needs more is not built.

    Parameters
    ----------
    n_arrays : float, default=inf
        The number of weights, each an array.
    n_values : float, default=inf
        The number of their values.
    """

    def __init__(self, n_arrays: float = inf, n_values: float = inf) -> None:
        self._n_arrays = n_arrays
        self._n_values = n_values

    def spend(self, sizes: Iterable[int]) -> None:
        """Take weights of these sizes off; raise if that is more than there is."""
        for size in sizes:
            self._n_arrays -= 1
            self._n_values -= size
            if self._n_arrays < 0 or self._n_values < 0:
                raise InvalidModelFileError(
                    "The network that the file describes has more weights than the file holds."
                )


def specification_weights(network: Any, task: NetworkTask) -> Iterator[int]:
    """Give the sizes of the weights that a specification would make, before they take memory.

    Parameters
    ----------
    network : specification
        With ``build(task)``. One with ``_weight_sizes(task)`` is asked for these, which may leave
        out small weights; of another one the network is built without values.
    task : NetworkTask
        What it is to be built for.

    Yields
    ------
    int
        The number of values of a weight.
    """
    if hasattr(network, "_weight_sizes"):
        yield from network._weight_sizes(task)
        return
    import keras

    with keras.StatelessScope(initialize_variables=False):
        variables = network.build(task).variables
    yield from (prod(variable.shape) for variable in variables)


def gate_weights(kind: str, units: int, channels: int) -> list[int]:
    """Give the sizes of the weights of a recurrent layer, biases apart."""
    return [GATES[kind] * units * channels, GATES[kind] * units * units]


def layer_weights(layer: Any, shape: Sequence[int | None]) -> list[int]:
    """Give the sizes of the large weights of a Keras layer that is not built yet.

    Parameters
    ----------
    layer : keras.layers.Layer
        Of a class that `build_from_layers` allows.
    shape : sequence of int or None
        Of its input, or the first of them, with the batch axis.

    Returns
    -------
    list of int
        The number of values of each weight.
    """
    kind, channels = type(layer).__name__, int(shape[-1] or 1)
    if kind == "Bidirectional":
        wrapped = layer.forward_layer, layer.backward_layer
        return [size for each in wrapped for size in layer_weights(each, shape)]
    if kind == "TimeDistributed":
        return layer_weights(layer.layer, (shape[0], *shape[2:]))
    if kind in GATES:
        return gate_weights(kind, layer.units, channels)
    if kind == "Dense":
        return [channels * layer.units]
    if kind.endswith("Conv1D"):
        return _convolution_weights(layer, channels)
    if kind.endswith("Normalization") and hasattr(layer, "axis"):
        axes = layer.axis if isinstance(layer.axis, list | tuple) else [layer.axis]
        return [prod(int(shape[axis] or 1) for axis in axes)]
    if kind == "MultiHeadAttention":
        sizes = layer.key_dim, layer.key_dim, layer.value_dim
        return [channels * layer.num_heads * size for size in sizes]
    return []


def _convolution_weights(layer: Any, channels: int) -> list[int]:
    length = prod(layer.kernel_size)
    if type(layer).__name__ == "Conv1D":
        return [length * channels * layer.filters // layer.groups]
    channels *= layer.depth_multiplier
    if type(layer).__name__ == "DepthwiseConv1D":
        return [length * channels]
    return [length * channels, channels * layer.filters]
