"""Generation from a WaveNet that keeps what its convolutions need of the past."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdeepg.engine.backend import tf
from skdeepg.engine.generator import Generator
from skdeepg.engine.picking import (
    LOWEST_TEMPERATURE,
    UniformStreams,
    check_generated,
    start_of,
)
from skdeepg.engine.queued_steps import FREE, LoopSettings, State, compile_loop
from skdeepg.engine.queued_weights import QueuedWeights, dilations_of, read_weights
from skdeepg.sequences.vocabulary import Codes

__all__ = ["CachedGenerator"]

LONGEST_CHUNK = 4_096
DRAWS_PER_CHUNK = 1 << 18


class CachedGenerator(Generator):
    """Generates from a model that `WaveNet` has built, at the same cost for every base.

    Instead of computing the activations of all earlier positions again for every base, it keeps
    those that will be needed in queues [1]_. The result is that of `PlainGenerator` on the whole
    sequence so far, up to rounding in single precision: the first base (the prompt's, or the
    padding code that stands for an empty prompt) meets zero activations to its left. Many steps
    run in one loop compiled by XLA, which takes some seconds for every new architecture, number
    of samples or `top_k`.

    Parameters
    ----------
    model : keras.Model
        Built by `WaveNet` with ``per_position=True``. Its weights are read at every call of
        `generate`; computation is in single precision whatever the model's own.
    symbol_table : ndarray of shape (n_symbols + 2, n_symbols) and dtype float32
        The vector of each code.
    chunk_length : int or None, default=None
        Steps of a loop, without influence on the result. None: 4,096, or fewer for many samples.

    References
    ----------
    .. [1] T. Le Paine et al. (2016). Fast WaveNet generation algorithm.
       https://doi.org/10.48550/arXiv.1611.09482
    """

    def __init__(
        self, model: Any, symbol_table: NDArray[np.float32], chunk_length: int | None = None
    ) -> None:
        self._model = model
        self._symbol_table = symbol_table
        self._chunk_length = chunk_length

    def _generate(
        self,
        prompt: Codes,
        n_bases: int,
        n_samples: int,
        seed: int,
        temperature: float,
        top_k: int | None,
    ) -> Codes:
        with tf.device("CPU:0"):  # a step is too small for a graphics card
            n_symbols = self._symbol_table.shape[1]
            loop = self._make_loop(n_samples, temperature, top_k)
            state = loop.read(start_of(prompt, n_symbols)[-loop.receptive_field :])
            streams = UniformStreams(seed, n_samples)
            generated = np.empty((n_samples, n_bases), dtype=np.uint8)
            for first in range(0, n_bases, loop.chunk_length):
                part = generated[:, first : first + loop.chunk_length]
                state, codes = loop.draw(state, streams.draw(part.shape[1]))
                part[:] = codes.T
            check_generated(generated, n_symbols)
            return generated

    def _make_loop(self, n_samples: int, temperature: float, top_k: int | None) -> Loop:
        weights = read_weights(self._model, self._symbol_table)
        settings = LoopSettings(
            dilations_of(self._model),
            weights.n_past,
            self._model.get_layer("output").activation,
            n_samples,
            self._chunk_length or min(LONGEST_CHUNK, max(DRAWS_PER_CHUNK // n_samples, 1)),
            top_k,
            tuple(array.shape for array in tf.nest.flatten(weights)),
        )
        return Loop(settings, weights, temperature)


class Loop:
    """The compiled loop with the weights and the temperature of one generation."""

    def __init__(self, settings: LoopSettings, weights: QueuedWeights, temperature: float) -> None:
        self.chunk_length = settings.chunk_length
        n_inputs, n_symbols = len(weights.initial.kernel), weights.symbols.shape[1]
        self.receptive_field = n_inputs // n_symbols + settings.n_rows
        self._settings = settings
        self._weights = tf.nest.map_structure(tf.constant, weights)
        self._temperature = tf.constant(max(temperature, LOWEST_TEMPERATURE), tf.float32)
        self._run = compile_loop(settings)

    def read(self, start: Codes) -> State:
        """Read all codes but the last one, which the next step will read."""
        state = self._empty_state(int(start[0]))
        for first in range(1, len(start), self.chunk_length):
            forced = start[first : first + self.chunk_length]
            nothing_drawn = np.zeros((len(forced), self._settings.n_samples), dtype=np.float32)
            state, _ = self._advance(state, forced, nothing_drawn)
        return state

    def draw(self, state: State, uniforms: NDArray[np.float32]) -> tuple[State, NDArray[np.int32]]:
        """Draw as many codes as there are uniforms, of the shape of these."""
        return self._advance(state, np.full(len(uniforms), FREE), uniforms)

    def _advance(
        self, state: State, forced: NDArray[Any], uniforms: NDArray[np.float32]
    ) -> tuple[State, NDArray[np.int32]]:
        n_steps = len(forced)
        rest = self.chunk_length - n_steps
        state, codes = self._run(
            state,
            tf.constant(np.pad(forced.astype(np.int32), (0, rest))),
            tf.constant(np.pad(uniforms, ((0, rest), (0, 0)))),
            tf.constant(n_steps),
            self._temperature,
            self._weights,
        )
        return state, codes.numpy()[:n_steps]

    def _empty_state(self, code: int) -> State:
        n_samples, initial = self._settings.n_samples, self._weights.initial.kernel
        return State(
            step=tf.constant(0),
            code=tf.fill([n_samples], code),
            history=tf.zeros([n_samples, initial.shape[0]]),
            queues=tf.zeros([self._settings.n_rows, n_samples, initial.shape[1]]),
        )
