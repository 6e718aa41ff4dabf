"""Networks that are given as Keras models: as their layers' configuration, or as they are."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from skdeepg.exceptions import InvalidModelFileError
from skdeepg.networks.layer_configs import LAYERS, MASK_OPERATIONS, build_from_layers
from skdeepg.networks.receptive_field import receptive_field

if TYPE_CHECKING:
    import keras

    from skdeepg.networks.task import NetworkTask
    from skdeepg.networks.weight_counts import Budget

__all__ = ["KerasNetwork", "TrustedKerasNetwork", "read_json"]

OPEN_LENGTH = 512  # bases to try a network on that takes any number


@dataclass(frozen=True, repr=False)
class KerasNetwork:
    """A network given by the configuration of its Keras layers, in JSON.

    What a network of your own becomes in a model file, and what a model from a Keras file is
    rebuilt from. Only Keras' own layers are allowed, and none that run code of their author.

    Parameters
    ----------
    layers : str
        JSON: the class and the configuration of a functional or sequential model.
    batch_norm_momentum : float, default=None
        As in `LSTMCNN`: a number if moving averages are to be kept after training.
    gains_by_xla : bool, default=False
        Whether training by XLA pays.
    receptive_field : int, default=None
        For `WaveNetLM`: bases that an output depends on; None for the window length.
    carries_state : bool, default=False
        Whether LSTM layers go on from window to window, as ``LSTMCNN(stateful=True)``.

    Examples
    --------
    >>> from skdeepg.networks import KerasNetwork, LSTMCNN, NetworkTask
    >>> task = NetworkTask(window_length=60, n_symbols=4, n_outputs=2)
    >>> KerasNetwork.from_model(LSTMCNN(filters=(4,)).build(task)).build(task).count_params()
    374
    """

    layers: str
    batch_norm_momentum: float | None = None
    gains_by_xla: bool = False
    receptive_field: int | None = None
    carries_state: bool = False

    def __repr__(self) -> str:
        return f"KerasNetwork(<{len(self.layers):,} characters>)"

    def build(self, task: NetworkTask, budget: Budget | None = None) -> keras.Model:
        """Build the Keras model with fresh weights; it is not compiled.

        Parameters
        ----------
        task : NetworkTask
            Not looked at: shapes are those of the layers.
        budget : Budget, default=None
            What its weights may take at most.

        Returns
        -------
        keras.Model
            A functional or sequential model.

        Raises
        ------
        InvalidModelFileError
            If a layer is not allowed, or the layers make no model.
        """
        model = build_from_layers(read_json(self.layers), budget)
        if self.carries_state:
            model.carries_state = True  # what the engine asks for
        return model

    @classmethod
    def from_model(cls, model: keras.Model, network: Any = None) -> KerasNetwork:
        """Describe a Keras model by its layers, and check that these make the same model.

        Parameters
        ----------
        model : keras.Model
            A functional or sequential model of Keras' own layers.
        network : specification or callable, default=None
            What built it, and may say more; None if nothing is known of it.

        Returns
        -------
        KerasNetwork
            Its weights are not part of this.

        Raises
        ------
        InvalidModelFileError
            If there is more to the model than Keras' own layers.
        """
        _check_layers(model)
        config = json.loads(model.to_json())
        layers = {key: config[key] for key in ("module", "class_name", "config") if key in config}
        described = cls(
            json.dumps(layers, allow_nan=False),
            batch_norm_momentum=getattr(network, "batch_norm_momentum", None),
            gains_by_xla=bool(getattr(network, "gains_by_xla", False)),
            receptive_field=_reach(model) if network is None else _reach_told(network),
            carries_state=bool(getattr(model, "carries_state", False)),
        )
        _check_same(model, build_from_layers(layers))
        return described


@dataclass(frozen=True, repr=False)
class TrustedKerasNetwork:
    """A network given as a Keras model whose layers may be anything.

    Parameters
    ----------
    model : keras.Model
        The model; each network built is a copy with fresh weights.
    """

    model: keras.Model

    def __repr__(self) -> str:
        return f"TrustedKerasNetwork(<{self.model.name}>)"

    def build(self, task: NetworkTask) -> keras.Model:
        """Copy the model, with fresh weights.

        Parameters
        ----------
        task : NetworkTask
            Not looked at.

        Returns
        -------
        keras.Model
            A copy.
        """
        import keras

        return keras.models.clone_model(self.model, clone_function=_copy_layer)


def _copy_layer(layer: Any) -> Any:
    # what has no weights can be shared; Keras copies no Lambda
    return type(layer).from_config(layer.get_config()) if layer.variables else layer


def read_json(text: str | bytes) -> Any:
    """Read strict JSON, however it is made.

    Parameters
    ----------
    text : str or bytes
        The JSON.

    Returns
    -------
    object
        What it says.

    Raises
    ------
    InvalidModelFileError
        If it is no JSON, has NaN or is nested too deep.
    """
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise InvalidModelFileError(f"The file's JSON cannot be read: {error}") from error


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _check_layers(model: Any) -> None:
    """Refuse what is not Keras' own, before it is asked for its configuration."""
    import keras

    kind = type(model)
    if kind is not keras.Sequential and kind is not type(_smallest_model()):
        raise InvalidModelFileError(
            f"The network is a {kind.__name__}, a model with code of its own, not a functional or "
            "sequential model of Keras' layers."
        )
    for operation in model.operations if hasattr(model, "operations") else model.layers:
        _check_layer(operation)


def _reach(model: Any) -> int | None:
    try:
        return receptive_field(model)
    except AttributeError:  # a layer that is called twice has no input of its own
        return None


def _reach_told(network: Any) -> int | None:
    told = getattr(network, "receptive_field", None)
    return None if told is None else int(told)


def _smallest_model() -> Any:
    import keras

    inputs = keras.Input((1,))
    return keras.Model(inputs, inputs)


def _check_layer(layer: Any) -> None:
    import keras

    kind = type(layer)
    if isinstance(layer, keras.Model):
        _check_layers(layer)
    elif kind.__name__ in MASK_OPERATIONS and kind.__module__ == "keras.src.ops.numpy":
        return
    elif kind.__name__ not in (*LAYERS, "InputLayer") or (
        kind is not getattr(keras.layers, kind.__name__, None)
    ):
        raise InvalidModelFileError(
            f"The layer {layer.name!r} of the network is a {kind.__module__}.{kind.__name__}, not "
            "one of the layers of Keras that are known to run nobody's code."
        )


def _check_same(model: Any, copy: Any) -> None:
    """Check that a model has been built again: the same variables, and the same answers."""
    found, wanted = ([_describe(v) for v in each.variables] for each in (copy, model))
    if found != wanted:
        raise InvalidModelFileError("The network's layers, built again, have other weights.")
    for variable, value in zip(copy.variables, model.variables, strict=True):
        variable.assign(value)
    random = np.random.default_rng(0)
    shapes = [[1, *(n or OPEN_LENGTH for n in tensor.shape[1:])] for tensor in model.inputs]
    inputs = [random.random(shape, dtype=np.float32) for shape in shapes]
    if not np.array_equal(_answer(model, inputs), _answer(copy, inputs), equal_nan=True):
        raise InvalidModelFileError("The network's layers, built again, answer otherwise.")


def _answer(model: Any, inputs: list[Any]) -> Any:
    takes_list = isinstance(getattr(model, "input", None), list)  # Keras warns of the other
    return np.asarray(model(inputs if takes_list else inputs[0]))


def _describe(variable: Any) -> tuple[str, tuple[int, ...]]:
    return variable.path.rpartition("/")[2], tuple(variable.shape)
