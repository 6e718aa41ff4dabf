"""From whatever a user gives as ``network`` to a Keras model that fits the task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from skdeepg.exceptions import NetworkMismatchError
from skdeepg.networks.lstm_cnn import LSTMCNN

if TYPE_CHECKING:
    from collections.abc import Sequence

    import keras

    from skdeepg.networks.task import NetworkTask

__all__ = ["build_network", "check_network"]

Shape = tuple[int | None, ...]

ROUNDING = 1e-5  # what a probability may differ by though nothing that it depends on has changed


def build_network(network: Any, task: NetworkTask) -> keras.Model:
    """Build the Keras model that `network` stands for, and check that it fits the task.

    Parameters
    ----------
    network : None, specification or callable
        ``None`` stands for ``LSTMCNN()``. Otherwise an object with a method ``build(task)``, or a
        plain function of the task; either returns a Keras model that need not be compiled.
    task : NetworkTask
        The shapes wanted.

    Returns
    -------
    keras.Model
        The network with fresh weights. Inputs are one-hot floats of shape
        ``(n_windows, n_bases, n_symbols)``.

    Raises
    ------
    TypeError
        If `network` is none of these.
    NetworkMismatchError
        If the model has other inputs or outputs than the task wants.

    Examples
    --------
    >>> from skdeepg.networks import NetworkTask, build_network
    >>> def logistic_regression(task):
    ...     import keras
    ...
    ...     inputs = keras.Input(task.input_shapes[0])
    ...     flat = keras.layers.Flatten()(inputs)
    ...     outputs = keras.layers.Dense(task.n_outputs, activation=task.activation)(flat)
    ...     return keras.Model(inputs, outputs)
    >>> task = NetworkTask(window_length=50, n_symbols=4, n_outputs=2)
    >>> build_network(logistic_regression, task).count_params()
    402
    """
    model = _builder(network)(task)
    check_network(model, task)
    return model


def _builder(network: Any) -> Any:
    """Return the function of the task that `network` stands for."""
    if network is None:
        return LSTMCNN().build
    if isinstance(network, type):
        name = network.__name__
        raise TypeError(f"network={name} is a class; give an instance: network={name}().")
    if callable(getattr(network, "build", None)) and not _is_keras_model(network):
        return network.build
    if callable(network) and not _is_keras_model(network):
        return network
    raise TypeError(
        f"network must be None, a specification such as LSTMCNN(), or a function that takes a "
        f"NetworkTask and returns a Keras model; found {type(network).__name__}. A ready Keras "
        f"model has weights of its own: give a function that builds it anew for every fit."
    )


def check_network(model: Any, task: NetworkTask) -> None:
    """Check that a Keras model has the inputs and the output that a task wants.

    Parameters
    ----------
    model : keras.Model
        The model to check.
    task : NetworkTask
        The shapes wanted. A model may leave a length open (``None``).

    Raises
    ------
    NetworkMismatchError
        If it is not a Keras model, or one of other shapes; the message names both shapes and says
        how to mend the model. Also if it ends in no probabilities, or, where outputs are wanted at
        every position, if an output depends on bases behind its own.

    Examples
    --------
    >>> from skdeepg.networks import LSTMCNN, NetworkTask, check_network
    >>> three_classes = NetworkTask(window_length=90, n_symbols=4, n_outputs=3)
    >>> check_network(LSTMCNN(filters=(8,)).build(three_classes), three_classes)
    """
    if not _is_keras_model(model):
        raise NetworkMismatchError(
            f"The network function returned {type(model).__name__}; it must return a keras.Model."
        )
    _check_inputs(_shapes(model, "inputs"), task)
    _check_output(_shapes(model, "outputs"), task)
    _check_activation(model, task)
    if task.per_position:
        _check_causality(model, task)


def _check_activation(model: Any, task: NetworkTask) -> None:
    """Ask the network about one window of A, C, G, T, ...: the answers must be probabilities."""
    window = [np.eye(task.n_symbols)[np.arange(n) % task.n_symbols] for n, _ in task.input_shapes]
    inputs = [array[np.newaxis].astype(np.float32) for array in window]
    answers = np.asarray(model(inputs if len(inputs) > 1 else inputs[0]), dtype=np.float64)
    exclusive = task.activation == "softmax"
    if ((answers < 0) | (answers > 1)).any() or (
        exclusive and not np.allclose(answers.sum(axis=-1), 1, atol=0.01)
    ):
        raise NetworkMismatchError(
            f"The network's answers for a window are {answers.ravel()[:5].round(3).tolist()}: no "
            f"probabilities{' that sum to 1' if exclusive else ''}. End it with "
            f"keras.layers.Dense(task.n_outputs, activation=task.activation), here "
            f"{task.activation!r}."
        )


def _check_causality(model: Any, task: NetworkTask) -> None:
    """Change all bases from a place on: no answer before it may change."""
    places = (task.window_length // 2, task.window_length - 1)
    windows = np.tile(np.arange(task.window_length), (1 + len(places), 1))
    for window, place in zip(windows[1:], places, strict=True):
        window[place:] += 1
    symbols = np.eye(task.n_symbols, dtype=np.float32)[windows % task.n_symbols]
    answers = np.asarray(model(symbols), dtype=np.float64)
    for changed, place in zip(answers[1:], places, strict=True):
        differs = (np.abs(changed - answers[0])[:place] > ROUNDING).any(axis=1)
        if differs.any():
            raise NetworkMismatchError(
                f"The network is not causal: its answer at position {differs.argmax()} changes "
                f"with bases from position {place} on (counted from 0). Each layer may read to the "
                f'left only, as keras.layers.Conv1D(padding="causal") or an LSTM that is not '
                f"bidirectional."
            )


def _is_keras_model(value: object) -> bool:
    """Tell Keras models without importing Keras where nothing of it can be at hand."""
    if not any(base.__module__.startswith("keras") for base in type(value).__mro__):
        return False
    import keras

    return isinstance(value, keras.Model)


def _shapes(model: keras.Model, side: str) -> list[Shape]:
    """Shapes of a model's inputs or outputs without the batch axis."""
    try:
        tensors = getattr(model, side, None)
    except (AttributeError, ValueError):
        # A Sequential model that was never told its input shape raises instead of giving None.
        tensors = None
    if not tensors:
        raise NetworkMismatchError(
            f"The network {model.name!r} has no fixed {side}. Start a Sequential model with "
            f"keras.Input(task.input_shapes[0]); wrap a subclassed one as "
            f"keras.Model(inputs, your_model(inputs))."
        )
    return [tuple(tensor.shape[1:]) for tensor in tensors]


def _check_inputs(found: Sequence[Shape], task: NetworkTask) -> None:
    wanted = task.input_shapes
    if len(found) == len(wanted) and all(map(_fits, found, wanted)):
        return
    raise NetworkMismatchError(
        f"The network takes {_describe('input', found)}, but the data need "
        f"{_describe('input', wanted)} (bases, symbols). Build the inputs as "
        f"[keras.Input(shape) for shape in task.input_shapes]."
    )


def _check_output(found: Sequence[Shape], task: NetworkTask) -> None:
    wanted = task.output_shape
    if len(found) == 1 and _fits(found[0], wanted):
        return
    place = "at every position" if task.per_position else "once a window"
    raise NetworkMismatchError(
        f"The network gives {_describe('output', found)}, but the data need "
        f"{_describe('output', [wanted])}: {task.n_outputs} value(s) {place}. End it with "
        f"keras.layers.Dense(task.n_outputs, activation=task.activation)."
    )


def _fits(found: Shape, wanted: Shape) -> bool:
    # The last axis counts symbols or outputs: it may not stay open, weights depend on it.
    return (
        len(found) == len(wanted)
        and found[-1] == wanted[-1]
        and all(have in (None, want) for have, want in zip(found, wanted, strict=True))
    )


def _describe(noun: str, shapes: Sequence[Shape]) -> str:
    plural = "" if len(shapes) == 1 else "s"
    return f"{len(shapes)} {noun}{plural} of shape {' and '.join(map(str, shapes))}"
