"""The training and the evaluation step of a network that carries state."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from skdeepg.engine.backend import tf
from skdeepg.engine.compiled import (
    WEIGHTS,
    Encoder,
    codes_spec,
    compile_function,
    update_weights,
)
from skdeepg.engine.losses import Loss, Sums
from skdeepg.engine.predict import window_batches
from skdeepg.engine.stateful import StatefulNetwork, States
from skdeepg.engine.stateful_reading import StatefulForward
from skdeepg.sequences.vocabulary import Codes

if TYPE_CHECKING:
    from skdeepg.engine.train import Validation

__all__ = ["StatefulSteps"]


class StatefulSteps:
    """Training steps that hold the states of their lanes; validation has states of its own.

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
    """

    jit_compile = False

    def __init__(self, model: Any, encode: Encoder, optimizer: Any, loss: Loss) -> None:
        self.loss = loss
        self._model = model
        self._optimizer = optimizer
        self._network = StatefulNetwork(model, encode)
        self._forward = StatefulForward(model, encode)
        self._states: States = self._network.zero_states(0)
        fresh = tf.TensorSpec([None], tf.bool)
        states = self._network.state_specs
        signature = [codes_spec(model), loss.y_spec, WEIGHTS, fresh, states]
        self._step = compile_function(self._train, signature)

    def train(
        self,
        codes: Codes,
        y: NDArray[Any],
        weight: NDArray[np.float32],
        fresh: NDArray[np.bool_],
    ) -> tuple[Any, Any, Any]:
        """Update the weights; return the batch's mean weighted loss, its accuracy and counts."""
        if fresh.all():  # perhaps another number of lanes than before
            self._states = self._network.zero_states(len(codes))
        loss, accuracy, counts, self._states = self._step(codes, y, weight, fresh, self._states)
        return loss, accuracy, counts

    def _train(
        self, codes: Any, y: Any, weight: Any, fresh: Any, states: States
    ) -> tuple[Any, Any, Any, States]:
        variables = self._model.trainable_variables
        states = [tf.where(fresh[:, tf.newaxis], tf.zeros_like(state), state) for state in states]
        with tf.GradientTape() as tape:
            _, states = self._network.read(codes, states, training=True)
            outputs = tf.cast(self._network.answer(states[-2], training=True), tf.float32)
            sums = self.loss(y, outputs, weight)
            loss = sums.loss / sums.answers
            scaled = self._optimizer.scale_loss(loss)
        update_weights(self._optimizer, tape.gradient(scaled, variables), variables)
        return loss, tf.math.divide_no_nan(sums.right, sums.weight), sums.counts, states

    def evaluate_windows(self, validation: Validation, batch_size: int) -> Iterator[Sums]:
        """Give the sums over all windows, batch by batch, with each run read from its start."""
        windows, grid, target = validation.windows, validation.grid, validation.target
        assert target is not None  # noqa: S101
        outputs = self._forward.answer_windows(windows, grid, target, batch_size)
        start = 0
        for run, stretches in window_batches(windows, grid, batch_size):
            part = outputs[start : start + len(run)]
            start += len(run)
            _, y = target.split_for_training(stretches)
            yield self.loss(y, part, validation.weight[grid.row[run]])
