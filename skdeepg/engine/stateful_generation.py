"""Generation from a network that carries state, at the same cost for every base."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdeepg.engine.backend import keras, tf
from skdeepg.engine.compiled import Encoder, compile_function
from skdeepg.engine.generator import Generator
from skdeepg.engine.picking import (
    LOWEST_TEMPERATURE,
    UniformStreams,
    check_generated,
    pick_codes,
)
from skdeepg.engine.stateful import StatefulNetwork, States
from skdeepg.sequences.vocabulary import Codes

__all__ = ["StatefulGenerator"]

DRAWS_PER_CHUNK = 1 << 18


class StatefulGenerator(Generator):
    """Generates from LSTM layers that read each base once.

    Parameters
    ----------
    model : keras.Model
        Built with ``stateful=True``. Its weights are read at every call of `generate`.
    symbol_table : ndarray of shape (n_symbols + 2, n_symbols) and dtype float32
        The vector of each code.
    """

    def __init__(self, model: Any, symbol_table: NDArray[np.float32]) -> None:
        self._network = StatefulNetwork(model, Encoder(symbol_table))
        self._n_symbols = symbol_table.shape[1]
        self._window_length = int(model.input.shape[1])

    def _generate(
        self,
        prompt: Codes,
        n_bases: int,
        n_samples: int,
        seed: int,
        temperature: float,
        top_k: int | None,
    ) -> Codes:
        draw = self._compile(max(temperature, LOWEST_TEMPERATURE), top_k)
        states = [tf.repeat(state, n_samples, axis=0) for state in self._read(prompt)]
        streams = UniformStreams(seed, n_samples)
        chunk = max(DRAWS_PER_CHUNK // n_samples, 1)
        generated = np.empty((n_samples, n_bases), dtype=np.uint8)
        for first in range(0, n_bases, chunk):
            part = generated[:, first : first + chunk]
            codes, states = draw(streams.draw(part.shape[1]), states)
            part[:] = codes.numpy().T
        check_generated(generated, self._n_symbols)
        return generated

    def _read(self, prompt: Codes) -> States:
        """Read the prompt, of any length, from a zero state."""
        start = np.full(max(len(prompt), self._window_length), self._n_symbols + 1, dtype=np.uint8)
        start[len(start) - len(prompt) :] = prompt
        _, states = self._network.read(start[np.newaxis], self._network.zero_states(1))
        return states

    def _compile(self, temperature: float, top_k: int | None) -> Any:
        """Make the function that draws a base for each row of random numbers."""
        pick = {"temperature": temperature, "top_k": top_k, "ops": keras.ops}

        def draw(uniforms: Any, states: States) -> tuple[Any, States]:
            n_steps = tf.shape(uniforms)[0]

            def draw_base(step: Any, states: States, drawn: Any) -> tuple[Any, States, Any]:
                answers = tf.cast(self._network.answer(states[-2]), tf.float32)
                codes = tf.cast(pick_codes(answers, uniforms[step], **pick), tf.uint8)
                return step + 1, self._network.read_base(codes, states), drawn.write(step, codes)

            drawn = tf.TensorArray(tf.uint8, n_steps, element_shape=uniforms.shape[1:])
            _, states, drawn = tf.while_loop(
                lambda step, *_: step < n_steps, draw_base, (0, states, drawn)
            )
            return drawn.stack(), states

        uniforms = tf.TensorSpec([None, None], tf.float32)
        return compile_function(draw, [uniforms, self._network.state_specs])
