"""What a network is asked to do: the shapes of its inputs and outputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from skdeepg.networks.arguments import is_count

__all__ = ["NetworkTask"]

_INPUTS = ("one", "two_arms")


@dataclass(frozen=True)
class NetworkTask:
    """The shapes that a network must have, and the activation that it must end with.

    Estimators derive a task from their data and hand it to the network: to the ``build`` method of
    a specification such as `LSTMCNN`, or to a plain function of the task.

    Parameters
    ----------
    window_length : int
        Number of bases that the network sees (deepG: ``maxlen``).
    n_symbols : int
        Number of channels of a base, 4 for the vocabulary ``"ACGT"``.
    n_outputs : int
        Number of values that the network gives: one a class, letter or label.
    activation : str, default="softmax"
        Keras name of the last layer's activation: ``"softmax"`` where the outputs exclude each
        other, ``"sigmoid"`` where they do not.
    inputs : {"one", "two_arms"}, default="one"
        ``"two_arms"``: the left and the right half of the window come as two inputs, the right one
        reversed by whoever feeds the network (deepG: ``target_middle_lstm``).
    per_position : bool, default=False
        Whether outputs are wanted at every position of the window instead of once a window.

    Raises
    ------
    ValueError
        If a value is not allowed, or values do not go together.

    Examples
    --------
    >>> from skdeepg.networks import NetworkTask
    >>> NetworkTask(window_length=500, n_symbols=4, n_outputs=2).input_shapes
    ((500, 4),)
    >>> NetworkTask(window_length=501, n_symbols=4, n_outputs=4, inputs="two_arms").input_shapes
    ((251, 4), (250, 4))
    """

    window_length: int
    n_symbols: int
    n_outputs: int
    activation: str = "softmax"
    inputs: Literal["one", "two_arms"] = "one"
    per_position: bool = False

    def __post_init__(self) -> None:
        for name in ("window_length", "n_symbols", "n_outputs"):
            value = getattr(self, name)
            if not is_count(value):
                raise ValueError(f"{name}={value!r} of a NetworkTask must be an integer above 0.")
        activation: object = self.activation
        if not isinstance(activation, str) or not activation:
            raise ValueError(
                f"activation={self.activation!r} of a NetworkTask must be the Keras name of an "
                f'activation, such as "softmax" or "sigmoid".'
            )
        if self.inputs not in _INPUTS:
            raise ValueError(
                f'inputs={self.inputs!r} of a NetworkTask must be "one" or "two_arms".'
            )
        if self.inputs == "two_arms":
            self._check_arms()

    def _check_arms(self) -> None:
        if self.window_length < 2:
            raise ValueError(
                f"window_length={self.window_length} of a NetworkTask cannot be halved into two "
                f"arms; it must be at least 2."
            )
        if self.per_position:
            raise ValueError(
                'per_position=True of a NetworkTask needs inputs="one": two arms have one output '
                "between them."
            )

    @property
    def input_shapes(self) -> tuple[tuple[int, int], ...]:
        """Shape (n_bases, n_symbols) of every input; with two arms the left one is the longer."""
        if self.inputs == "one":
            return ((self.window_length, self.n_symbols),)
        right = self.window_length // 2
        return ((self.window_length - right, self.n_symbols), (right, self.n_symbols))

    @property
    def output_shape(self) -> tuple[int, ...]:
        """Shape of the output for one window: (n_outputs,) or (window_length, n_outputs)."""
        if self.per_position:
            return (self.window_length, self.n_outputs)
        return (self.n_outputs,)
