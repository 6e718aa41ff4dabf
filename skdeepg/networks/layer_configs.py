"""Keras models from the configuration of their layers, which may come from a stranger.

Keras' own way back from JSON imports whatever modules the JSON names. Here each class comes from a
list, each argument is checked, and layers are called on one another as the configuration says.
"""

from __future__ import annotations

from typing import Any, Final

from skdeepg.exceptions import InvalidModelFileError
from skdeepg.networks.layer_arguments import class_and_config, layer_arguments, names, plain
from skdeepg.networks.layer_graph import MODELS, Call, Graph, read_call
from skdeepg.networks.weight_counts import Budget, layer_weights

__all__ = ["LAYERS", "MASK_OPERATIONS", "build_from_layers"]

LAYERS: Final = names(
    "Activation Add AdditiveAttention AlphaDropout Attention Average AveragePooling1D "
    "BatchNormalization Bidirectional Concatenate Conv1D Cropping1D Dense DepthwiseConv1D Dot "
    "Dropout ELU Flatten GRU GaussianDropout GaussianNoise GlobalAveragePooling1D "
    "GlobalMaxPooling1D GroupNormalization LSTM LayerNormalization LeakyReLU Masking "
    "MaxPooling1D Maximum Minimum MultiHeadAttention Multiply Permute ReLU RepeatVector Reshape "
    "SeparableConv1D Softmax SpatialDropout1D Subtract TimeDistributed UnitNormalization "
    "UpSampling1D ZeroPadding1D"
)
# What Keras adds to a graph after a Masking layer; layers find the mask without it.
MASK_OPERATIONS: Final = frozenset(("Any", "NotEqual"))
MODULES: Final = frozenset(
    ("keras", "keras.layers", "keras.models", "keras.src.models.functional", "keras.src.ops.numpy")
)
WRAPPED: Final = ("layer", "backward_layer")
MOST_LAYERS, DEEPEST_NESTING = 2_000, 8


def build_from_layers(config: Any, budget: Budget | None = None) -> Any:
    """Build a Keras model from the configuration of its layers.

    Parameters
    ----------
    config : object
        What JSON gave: the class and the configuration of a functional or sequential model, as
        Keras 2 or 3 writes it.
    budget : Budget, default=None
        What its weights may take at most; None for no limit.

    Returns
    -------
    keras.Model
        With fresh weights, not compiled.

    Raises
    ------
    InvalidModelFileError
        If a layer is of a class that is not allowed, such as Lambda or a class of somebody's own;
        or if an argument or the graph makes no sense.
    """
    try:
        return _Builder(Budget() if budget is None else budget).model(config, "the network")
    except (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError) as error:
        raise _invalid(error) from error
    except ValueError as error:
        if isinstance(error, InvalidModelFileError):
            raise
        raise _invalid(error) from error


def _invalid(error: Exception) -> InvalidModelFileError:
    return InvalidModelFileError(f"The layers of the network make no model: {error}")


class _Builder:
    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._n_layers = 0
        self._depth = 0

    def model(self, value: Any, where: str) -> Any:
        name, config = class_and_config(value, MODULES, where)
        if name not in MODELS:
            raise InvalidModelFileError(
                f"{where} is of the class {name[:100]!r}, a model whose Python code is not in the "
                "file; only functional and sequential models can be read."
            )
        self._depth += 1
        if self._depth > DEEPEST_NESTING:
            raise InvalidModelFileError(f"Models are nested more than {DEEPEST_NESTING} deep.")
        model = self._sequential(config) if name == "Sequential" else self._functional(config)
        model.trainable = config.get("trainable") is not False
        self._depth -= 1
        return model

    def _entries(self, config: dict[str, Any]) -> list[dict[str, Any]]:
        entries = config.get("layers")
        if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
            raise InvalidModelFileError("The network has no list of layers.")
        self._n_layers += len(entries)
        if self._n_layers > MOST_LAYERS:
            raise InvalidModelFileError(f"The network has more than {MOST_LAYERS:,} layers.")
        return entries

    def _sequential(self, config: dict[str, Any]) -> Any:
        import keras

        entries = self._entries(config)
        model = keras.Sequential(name=_name(config))
        if not entries:
            raise InvalidModelFileError("The sequential network has no layers.")
        if entries[0].get("class_name") != "InputLayer":
            first = entries[0].get("config") or {}
            shape = first.get("batch_input_shape", config.get("build_input_shape"))
            entries = [{"class_name": "InputLayer", "config": {"batch_shape": shape}}, *entries]
        tensor = _input(entries[0])
        model.add(tensor)
        for entry in entries[1:]:
            layer = self._layer(entry)
            self._spend(layer, tensor)
            model.add(layer)
            tensor = model.outputs[0]
        return model

    def _functional(self, config: dict[str, Any]) -> Any:
        import keras

        graph, calls = Graph(), []
        for entry in self._entries(config):
            calls += self._add_entry(graph, entry)
        self._run_all(calls, graph)
        ends = [graph.ends(config.get(side)) for side in ("input_layers", "output_layers")]
        return keras.Model(*ends, name=_name(config))

    def _add_entry(self, graph: Graph, entry: dict[str, Any]) -> list[Call]:
        """Make a layer; give its calls."""
        name, kind, nodes = (entry.get(key) for key in ("name", "class_name", "inbound_nodes"))
        if not isinstance(name, str) or name in graph.layers or name in graph.masks:
            raise InvalidModelFileError("Two layers of the network have the same name, or none.")
        if kind in MASK_OPERATIONS:
            graph.masks.add(name)
            return []
        if kind == "InputLayer":
            graph.layers[name], graph.outputs[name, 0] = None, [_input(entry)]
            return []
        graph.layers[name] = self._layer(entry)
        if not isinstance(nodes, list):
            raise InvalidModelFileError(f"The layer {name[:100]!r} is not called.")
        graph.is_old |= any(isinstance(node, list) for node in nodes)
        return [read_call(name, number, node) for number, node in enumerate(nodes)]

    def _run_all(self, waiting: list[Call], graph: Graph) -> None:
        """Call layers whose inputs are there, until all are called."""
        for call in waiting:
            graph.drop_masks(call)
        while waiting:
            later = [call for call in waiting if not self._run(call, graph)]
            if len(later) == len(waiting):
                raise InvalidModelFileError(
                    f"The layer {later[0].layer[:100]!r} has inputs that do not exist."
                )
            waiting = later

    def _run(self, call: Call, graph: Graph) -> bool:
        if not graph.has_all(call):
            return False
        layer, arguments = graph.layers[call.layer], graph.resolve(call.arguments)
        options = {name: graph.resolve(value) for name, value in call.options.items()}
        if call.number == 0:
            first = [*arguments, *options.values()][0]
            self._spend(layer, first[0] if isinstance(first, list) else first)
        result = layer(*arguments, **options)
        is_many = isinstance(result, list | tuple)
        graph.outputs[call.layer, call.number] = list(result) if is_many else [result]
        return True

    def _spend(self, layer: Any, tensor: Any) -> None:
        self._budget.spend(layer_weights(layer, tensor.shape))

    def _layer(self, entry: Any) -> Any:
        import keras

        where = f"the layer {str(_config(entry).get('name'))[:100]!r}"
        name, config = class_and_config(entry, MODULES, where)
        if name in MODELS:
            return self.model(entry, where)
        if name not in LAYERS or entry.get("module") == "keras.src.ops.numpy":
            raise InvalidModelFileError(
                f"{where} of the network is of the class {name[:100]!r}, which is not among the "
                "layers that can be read without running code of the file's author."
            )
        config = dict(config)
        wrapped = {key: self._layer(config.pop(key)) for key in WRAPPED if config.get(key)}
        cls = getattr(keras.layers, name)
        arguments = layer_arguments(cls, config, where)
        _check_stateless(arguments, where)
        return cls(**wrapped, **arguments)


def _check_stateless(arguments: dict[str, Any], where: str) -> None:
    """Refuse what would answer otherwise here than where the file was written."""
    if arguments.get("stateful"):
        raise InvalidModelFileError(
            f"{where} has stateful=True: its answers depend on the batches before. Build the model "
            "with stateful=False, copy the weights (set_weights), and save that."
        )


def _input(entry: dict[str, Any]) -> Any:
    import keras

    config = _config(entry)
    shape = config.get("batch_shape", config.get("batch_input_shape"))
    if not isinstance(shape, list) or len(shape) < 2:
        raise InvalidModelFileError("An input of the network has no shape.")
    return keras.Input(plain(shape[1:], "the shape of an input"), name=_name(config))


def _config(entry: Any) -> dict[str, Any]:
    config = entry.get("config") if isinstance(entry, dict) else None
    return config if isinstance(config, dict) else {}


def _name(config: dict[str, Any]) -> str | None:
    name = config.get("name")
    if name is not None and not isinstance(name, str):
        raise InvalidModelFileError("A name in the network is no text.")
    return name
