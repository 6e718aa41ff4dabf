"""Compiled steps: codes in, one-hot as the first operation, loss or probabilities out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdeepg.engine.backend import keras, tf
from skdeepg.engine.distributed import n_replicas, replicate, sum_over_replicas
from skdeepg.engine.forks import check_not_forked
from skdeepg.engine.losses import Loss, Sums
from skdeepg.sequences.vocabulary import Codes

__all__ = [
    "Encoder",
    "Forward",
    "NetworkCall",
    "TrainingSteps",
    "codes_spec",
    "compile_function",
    "make_optimizer",
    "update_weights",
]

WEIGHTS = tf.TensorSpec([None], tf.float32)


def codes_spec(model: Any) -> Any:
    """Give the shape of a batch of codes: any number of windows of the network's length."""
    lengths = [tensor.shape[1] for tensor in model.inputs]
    window_length = None if None in lengths else sum(lengths)
    return tf.TensorSpec([None, window_length], tf.uint8)


def compile_function(
    function: Callable[..., Any], signature: list[Any] | None, jit_compile: bool = False
) -> Callable[..., Any]:
    """Compile a function for one signature, or for each that comes.

    TensorFlow warns of retracing when it sees the same code compiled often, as it is in a grid
    search; a partial is a thing of its own each time.
    """
    compiled = tf.function(partial(function), input_signature=signature, jit_compile=jit_compile)

    def call(*args: Any) -> Any:
        check_not_forked()
        return compiled(*args)

    return call


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


class NetworkCall:
    """A network as a function from codes to outputs, inside a graph.

    Parameters
    ----------
    model : keras.Model
        The network. The codes of a window are shared out to its inputs, in order.
    encode : Encoder
        From codes to symbol vectors.
    """

    def __init__(self, model: Any, encode: Encoder) -> None:
        self._model = model
        self._encode = encode
        self._lengths = [tensor.shape[1] for tensor in model.inputs]

    def __call__(self, codes: Any, training: bool = False) -> Any:
        """Return the outputs of the network."""
        symbols = self._encode(codes)
        if len(self._lengths) > 1:
            symbols = tf.split(symbols, self._lengths, axis=1)
        return self._model(symbols, training=training)


class Forward:
    """A network as one compiled function from codes to its outputs."""

    def __init__(self, model: Any, encode: Encoder) -> None:
        self._call = compile_function(NetworkCall(model, encode), [codes_spec(model)])

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
    loss : Loss
        What to train for.
    jit_compile : bool, default=False
        Whether XLA compiles the training step: once for each shape of a batch, in seconds.
    """

    def __init__(
        self, model: Any, encode: Encoder, optimizer: Any, loss: Loss, jit_compile: bool = False
    ) -> None:
        self.loss = loss
        self.jit_compile = jit_compile
        self._model = model
        self._call = NetworkCall(model, encode)
        self._optimizer = optimizer
        signature = [codes_spec(model), loss.y_spec, WEIGHTS]
        self.train = replicate(self._train, jit_compile) or compile_function(
            self._train, signature, jit_compile
        )
        self.evaluate = compile_function(self._evaluate, signature)

    def _train(self, codes: Any, y: Any, weight: Any) -> tuple[Any, Any, Any]:
        """Update the weights; return the batch's mean weighted loss, its accuracy and counts."""
        variables = self._model.trainable_variables
        with tf.GradientTape() as tape:
            outputs = tf.cast(self._call(codes, training=True), tf.float32)
            sums = self.loss(y, outputs, weight)
            total = sum_over_replicas(sums)
            penalty = sum(self._model.losses) / n_replicas()
            loss = self._optimizer.scale_loss(sums.loss / total.answers + penalty)
        update_weights(self._optimizer, tape.gradient(loss, variables), variables)
        accuracy = tf.math.divide_no_nan(total.right, total.weight)
        return total.loss / total.answers, accuracy, total.counts

    def _evaluate(self, codes: Any, y: Any, weight: Any) -> Sums:
        """Return the sums over the batch."""
        return self.loss(y, tf.cast(self._call(codes), tf.float32), weight)


def update_weights(optimizer: Any, gradients: list[Any], variables: list[Any]) -> None:
    """Let an optimizer make its step, inside a graph that can be freed afterwards.

    Where replicas may exist, Keras sums gradients over them by an operation with a gradient of its
    own. TensorFlow keeps that for ever, and with it the graph: 4 MB a fit.
    """
    context = tf.distribute.get_replica_context()
    scales = isinstance(optimizer, keras.optimizers.LossScaleOptimizer)  # wants its replica
    if context is None or scales or tf.distribute.has_strategy():
        optimizer.apply(gradients, variables)
    else:
        context.merge_call(lambda _: optimizer.apply(gradients, variables))


def make_optimizer(optimizer: Any, learning_rate: float, model: Any) -> Any:
    """Make an optimizer for a network's weights; a given object is copied, not used itself."""
    if isinstance(optimizer, str):
        config = {"class_name": optimizer, "config": {"learning_rate": float(learning_rate)}}
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
