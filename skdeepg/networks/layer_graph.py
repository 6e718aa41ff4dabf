"""The graph of a functional Keras model, as its configuration tells it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from skdeepg.exceptions import InvalidModelFileError
from skdeepg.networks.layer_arguments import plain

__all__ = ["MODELS", "Call", "Graph", "read_call"]

MODELS: Final = frozenset(("Functional", "Model", "Sequential"))
RECURRENT: Final = frozenset(("Bidirectional", "GRU", "LSTM"))


@dataclass(frozen=True)
class Reference:
    """An output of a layer: which call of it, and which of its outputs."""

    layer: str
    call: int
    output: int


@dataclass
class Call:
    """A call of a layer: with which inputs, and which options."""

    layer: str
    number: int
    arguments: list[Any]
    options: dict[str, Any]

    def references(self) -> Iterator[Reference]:
        """Give what is needed first."""
        yield from _references([self.arguments, list(self.options.values())])


@dataclass
class Graph:
    """A functional model that is being built.

    Attributes
    ----------
    layers : dict
        Layers by name; None for an input.
    outputs : dict
        What each call of each layer gave.
    masks : set of str
        The names of operations that only make masks.
    is_old : bool
        Whether Keras 2 wrote it, which counts the building of a nested model as a call of it.
    """

    layers: dict[str, Any] = field(default_factory=dict)
    outputs: dict[tuple[str, int], list[Any]] = field(default_factory=dict)
    masks: set[str] = field(default_factory=set)
    is_old: bool = False

    def has_all(self, call: Call) -> bool:
        """Tell whether all that a call needs is there."""
        return all(self._place(each) in self.outputs for each in call.references())

    def resolve(self, value: Any) -> Any:
        """Put tensors in place of references."""
        if isinstance(value, Reference):
            return self.outputs[self._place(value)][value.output]
        if isinstance(value, list):
            return [self.resolve(each) for each in value]
        return value

    def ends(self, value: Any) -> Any:
        """Find the inputs or the outputs of the model: one tensor, or a list."""
        if not isinstance(value, list) or not value:
            raise InvalidModelFileError("The network has no inputs or no outputs.")
        listed = [value] if isinstance(value[0], str) else value
        references = [_reference(each) for each in listed]
        tensors = [self.outputs[self._place(r, at_end=True)][r.output] for r in references]
        return tensors[0] if len(tensors) == 1 else tensors

    def drop_masks(self, call: Call) -> None:
        """Leave out what Keras finds by itself, and what it wrote without being told."""
        mask = call.options.get("mask")
        if mask is None or (isinstance(mask, Reference) and mask.layer in self.masks):
            call.options.pop("mask", None)
        training = call.options.get("training")
        is_recurrent = type(self.layers[call.layer]).__name__ in RECURRENT
        if training is None or (is_recurrent and training is False):
            call.options.pop("training", None)

    def _place(self, reference: Reference, at_end: bool = False) -> tuple[str, int]:
        kind = type(self.layers.get(reference.layer)).__name__
        from_one = kind in MODELS and (self.is_old or (at_end and kind == "Functional"))
        return reference.layer, reference.call - 1 if from_one else reference.call


def read_call(layer: str, number: int, node: Any) -> Call:
    """Read a call from a configuration of Keras 2 or 3.

    Parameters
    ----------
    layer : str
        The name of the layer.
    number : int
        How often it was called before.
    node : object
        From JSON.

    Returns
    -------
    Call
        With references in place of tensors.
    """
    if isinstance(node, list):  # Keras 2: [[layer, call, output, options], ...]
        inputs: list[Any] = [_reference(each[:3]) for each in node]
        arguments = inputs if len(inputs) == 1 else [inputs]
        told = node[0][3] if len(node[0]) > 3 else {}
    else:
        arguments = _read_value(node["args"])
        told = node["kwargs"]
    options = {key: _read_value(value) for key, value in told.items()}
    call = Call(layer, number, arguments, options)
    if not any(True for _ in call.references()):
        raise InvalidModelFileError(f"The layer {layer!r} is called on nothing.")
    return call


def _read_value(value: Any) -> Any:
    if isinstance(value, list):
        return [_read_value(each) for each in value]
    if isinstance(value, dict):
        kind = value.get("class_name")
        if kind == "__keras_tensor__":
            return _reference(value["config"]["keras_history"])
        if kind == "__tuple__":
            return [_read_value(each) for each in value["items"]]
        raise InvalidModelFileError(f"A layer is called with a {str(kind)[:100]!r}.")
    return plain(value, "an argument of a call")


def _reference(value: Any) -> Reference:
    name, call, output = value
    if not (isinstance(name, str) and type(call) is int and type(output) is int):
        raise InvalidModelFileError("An input of a layer is not given by name and two numbers.")
    return Reference(name, call, output)


def _references(value: Any) -> Iterator[Reference]:
    if isinstance(value, Reference):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _references(each)
