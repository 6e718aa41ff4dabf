"""The steps of cached generation: the network reads a base, the next one is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, NamedTuple

import numpy as np

from skdeepg.engine.backend import keras, tf
from skdeepg.engine.compiled import compile_function
from skdeepg.engine.picking import pick_codes
from skdeepg.engine.queued_weights import QueuedWeights

__all__ = ["FREE", "LoopSettings", "State", "compile_loop"]

FREE = -1


@dataclass(frozen=True)
class LoopSettings:
    """What a compiled loop is made for.

    Parameters
    ----------
    dilations : tuple of int
        One value a block.
    n_past : int
        Earlier inputs of a block that its kernel reads.
    activation : callable
        From the last layer's values to probabilities.
    n_samples : int
        Number of sequences.
    chunk_length : int
        Steps of a loop.
    top_k : int or None
        See `pick_codes`.
    shapes : tuple of tuple of int
        Those of all weights.
    """

    dilations: tuple[int, ...]
    n_past: int
    activation: Callable[[Any], Any]
    n_samples: int
    chunk_length: int
    top_k: int | None
    shapes: tuple[tuple[int, ...], ...]

    @property
    def n_rows(self) -> int:
        """Rows of all queues, a ring for each block, one after the other."""
        return self.n_past * sum(self.dilations)

    def rows(self, step: Any) -> list[list[Any]]:
        """Give the rows of the earlier inputs of each block, oldest first.

        The present input takes the place of the oldest one.
        """
        starts = self.n_past * np.cumsum([0, *self.dilations])
        return [
            [
                int(start) + (step - ago * dilation) % (self.n_past * dilation)
                for ago in range(self.n_past, 0, -1)
            ]
            for start, dilation in zip(starts, self.dilations, strict=False)
        ]


class State(NamedTuple):
    """What a step hands on to the next.

    Attributes
    ----------
    step : int32
        Bases that the network has read.
    code : int32 of shape (n_samples,)
        The base to read next.
    history : float32 of shape (n_samples, initial_kernel_size * n_symbols)
        The vectors of the bases that the first convolution saw last.
    queues : float32 of shape (n_rows, n_samples, initial_filters)
        The last inputs of every block.
    """

    step: Any
    code: Any
    history: Any
    queues: Any


@lru_cache(maxsize=16)
def compile_loop(settings: LoopSettings) -> Any:
    """Make the compiled loop for these settings, which is traced once."""
    return compile_function(partial(_run_loop, settings), None, jit_compile=True)


def _run_loop(
    settings: LoopSettings,
    state: State,
    forced: Any,
    uniforms: Any,
    n_steps: Any,
    temperature: Any,
    weights: QueuedWeights,
) -> tuple[State, Any]:
    """Take some steps; return the codes after each, of shape (chunk_length, n_samples)."""

    def take_step(place: Any, state: State, drawn: Any) -> tuple[Any, State, Any]:
        values, state = _read_base(settings, state, weights)
        code = pick_codes(
            settings.activation(values), uniforms[place], temperature, settings.top_k, keras.ops
        )
        code = tf.where(forced[place] == FREE, code, forced[place])
        return place + 1, state._replace(code=code), drawn.write(place, code)

    codes = tf.TensorArray(tf.int32, size=len(forced), element_shape=state.code.shape)
    start = (tf.constant(0), state._replace(queues=_as_array(state.queues)), codes)
    _, state, codes = tf.while_loop(lambda place, *_: place < n_steps, take_step, start)
    return state._replace(queues=state.queues.stack()), codes.stack()


def _as_array(queues: Any) -> Any:
    array = tf.TensorArray(
        queues.dtype, len(queues), element_shape=queues.shape[1:], clear_after_read=False
    )
    return array.unstack(queues)


def _read_base(settings: LoopSettings, state: State, weights: QueuedWeights) -> tuple[Any, State]:
    """Let the network read one base; return its values for the next one before activation."""
    rows, queues = settings.rows(state.step), state.queues
    past = tf.stack([tf.concat([queues.read(row) for row in block], axis=1) for block in rows])
    newest = tf.gather(weights.symbols, state.code)
    history = tf.concat([state.history[:, newest.shape[1] :], newest], axis=1)
    total, inputs = _apply_blocks(weights, weights.initial(history), weights.past(past))
    # The last input first, as it depends on all reads: XLA then writes in place, without a copy.
    for block in reversed(range(len(inputs))):
        queues = queues.write(rows[block][0], inputs[block])
    values = weights.output(tf.nn.relu(weights.hidden(tf.nn.relu(total))))
    return values, State(state.step + 1, state.code, history, queues)


def _apply_blocks(weights: QueuedWeights, x: Any, gates_from_past: Any) -> tuple[Any, list[Any]]:
    """Run through the gated blocks; return the sum of what each gives, and their inputs."""
    n_skip = weights.hidden.kernel.shape[0]
    total, inputs = 0, []
    for present, mix, from_past in zip(
        weights.present, weights.mix, tf.unstack(gates_from_past), strict=True
    ):
        inputs.append(x)
        filtered, gate = tf.split(from_past + x @ present, 2, axis=1)
        mixed = mix(tf.tanh(filtered) * tf.sigmoid(gate))
        total += mixed[:, :n_skip]
        if len(inputs) < len(weights.mix):
            x += mixed[:, n_skip:]
    return total, inputs
