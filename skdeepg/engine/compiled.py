"""Compiled steps: codes in, one-hot as the first operation, loss or probabilities out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdeepg.engine.backend import keras, tf
from skdeepg.engine.losses import CategoricalLoss, MultiLabelLoss
from skdeepg.sequences.vocabulary import Codes

__all__ = [
    "Encoder",
    "Forward",
    "TrainingSteps",
    "codes_spec",
    "compile_function",
    "make_optimizer",
]

WEIGHTS = tf.TensorSpec([None], tf.float32)


def codes_spec(model: Any) -> Any:
    """Give the shape of a batch of codes: any number of windows of the network's length."""
    lengths = [tensor.shape[1] for tensor in model.inputs]
    window_length = None if None in lengths else sum(lengths)
    return tf.TensorSpec([None, window_length], tf.uint8)


def compile_function(function: Callable[..., Any], signature: list[Any]) -> Any:
    """Compile a function for one signature.

    TensorFlow warns of retracing when it sees the same code compiled often, as it is in a grid
    search; a partial is a thing of its own each time.
    """
    return tf.function(partial(function), input_signature=signature)


class Encoder:
    """Turns codes into symbol vectors inside a graph.

    Parameters
    ----------
    symbol_table : ndarray of shape (n_symbols + 2, n_symbols) and dtype float32
        The vector of each code.
    """

    def __init__(self, symbol_table: NDArray[np.float32]) -> None:
        self._table = symbol_table
        n_symbols = symbol_table.shape[1]
        self._is_one_hot = not symbol_table[n_symbols:].any()

    def __call__(self, codes: Any) -> Any:
        """Return symbol vectors of shape (n_windows, window_length, n_symbols)."""
        if self._is_one_hot:  # codes from k on give zero vectors
            return tf.one_hot(codes, self._table.shape[1])
        return tf.gather(tf.constant(self._table), tf.cast(codes, tf.int32))


class Forward:
    """A network as one compiled function from codes to its outputs."""

    def __init__(self, model: Any, encode: Encoder) -> None:
        self._call = compile_function(
            lambda codes: model(encode(codes), training=False), [codes_spec(model)]
        )

    def __call__(self, codes: Codes) -> NDArray[np.float32]:
        """Return the outputs, of shape (n_windows, n_outputs)."""
        outputs: NDArray[np.float32] = self._call(codes).numpy()
        return outputs


class TrainingSteps:
    """The training and the evaluation step of a network.

    Parameters
    ----------
    model : keras.Model
        The network.
    encode : Encoder
        From codes to its input.
    optimizer : keras.optimizers.Optimizer
        Built for the network's weights.
    loss : CategoricalLoss or MultiLabelLoss
        What to train for.
    """

    def __init__(
        self, model: Any, encode: Encoder, optimizer: Any, loss: CategoricalLoss | MultiLabelLoss
    ) -> None:
        self._model = model
        self._encode = encode
        self._optimizer = optimizer
        self._loss = loss
        signature = [codes_spec(model), loss.y_spec, WEIGHTS]
        self.train = compile_function(self._train, signature)
        self.evaluate = compile_function(self._evaluate, signature)

    def _train(self, codes: Any, y: Any, weight: Any) -> tuple[Any, Any]:
        """Update the weights; return the batch's mean weighted loss and its accuracy."""
        variables = self._model.trainable_variables
        with tf.GradientTape() as tape:
            outputs = self._model(self._encode(codes), training=True)
            data_loss = tf.reduce_mean(weight * self._loss(y, tf.cast(outputs, tf.float32)))
            loss = data_loss + sum(self._model.losses)
        self._optimizer.apply(tape.gradient(loss, variables), variables)
        return data_loss, tf.reduce_mean(self._loss.accuracy(y, outputs))

    def _evaluate(self, codes: Any, y: Any, weight: Any) -> tuple[Any, Any]:
        """Return the sums over the batch of weighted losses and of weights of right answers."""
        outputs = self._model(self._encode(codes), training=False)
        outputs = tf.cast(outputs, tf.float32)
        losses = weight * self._loss(y, outputs)
        right = weight * self._loss.accuracy(y, outputs)
        return tf.reduce_sum(losses), tf.reduce_sum(right)


def make_optimizer(optimizer: Any, learning_rate: float, model: Any) -> Any:
    """Make an optimizer for a network's weights; a given object is copied, not used itself."""
    if isinstance(optimizer, str):
        config = {"class_name": optimizer, "config": {"learning_rate": learning_rate}}
        try:
            made = keras.optimizers.get(config)
        except ValueError as error:
            raise ValueError(
                f"optimizer={optimizer!r} is no optimizer that Keras knows by name, such as "
                "'adam', 'adamw', 'sgd' or 'rmsprop'."
            ) from error
    else:
        made = type(optimizer).from_config(optimizer.get_config())
    made.build(model.trainable_variables)
    return made
