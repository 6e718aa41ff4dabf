"""Which base comes next: one rule for all ways of generating; no TensorFlow is loaded here."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdeepg.sequences.sampling import generator
from skdeepg.sequences.vocabulary import Codes

__all__ = ["UniformStreams", "check_generated", "pick_codes", "start_of"]

GENERATION_KEY = 3
# What single precision can divide by.
LOWEST_TEMPERATURE = float(np.finfo(np.float32).tiny)


def pick_codes(
    probabilities: Any,
    uniforms: Any,
    temperature: Any = 1.0,
    top_k: int | None = None,
    ops: Any = np,
) -> Any:
    """Draw a symbol for each sample.

    The probabilities to the power 1 / `temperature`, of the `top_k` largest only, are summed up
    symbol by symbol; the first sum above `uniforms` times the total is that of the symbol drawn.

    Parameters
    ----------
    probabilities : array of shape (n_samples, n_symbols) and dtype float32
        The network's answers.
    uniforms : array of shape (n_samples,) and dtype float32
        Random numbers from 0 to below 1.
    temperature : float, default=1.0
        Below 1 probable symbols get more probable, above 1 less so.
    top_k : int or None, default=None
        How many symbols may be drawn; of equally probable ones the first. None: all.
    ops : module, default=numpy
        ``keras.ops`` inside a graph.

    Returns
    -------
    array of shape (n_samples,) and an integer dtype
        Codes; n_symbols, which is no symbol, where probabilities are not numbers.

    Examples
    --------
    >>> import numpy as np
    >>> from skdeepg.engine.picking import pick_codes
    >>> probabilities = np.array([[0.5, 0.2, 0.3]] * 3)
    >>> pick_codes(probabilities, np.array([0.49, 0.51, 0.71])).tolist()
    [0, 1, 2]
    >>> pick_codes(probabilities, np.array([0.49, 0.51, 0.71]), top_k=2).tolist()
    [0, 0, 2]
    """
    with np.errstate(divide="ignore"):
        logarithms = ops.log(probabilities)
    below_largest = logarithms - ops.max(logarithms, axis=-1, keepdims=True)
    weights = ops.exp(below_largest / temperature)
    if top_k is not None:
        weights = ops.where(_ranks(probabilities, ops) < top_k, weights, ops.zeros_like(weights))
    # One by one: sums that never fall, and the same in every library.
    sums = list(accumulate(weights[:, symbol] for symbol in range(weights.shape[-1])))
    limit = uniforms * sums[-1]
    return sum(ops.where(part > limit, 0, 1) for part in sums)


def _ranks(probabilities: Any, ops: Any) -> Any:
    """Count the symbols that come before each one: more probable, or as probable and earlier."""
    place = np.arange(probabilities.shape[-1])
    own, other = probabilities[:, :, np.newaxis], probabilities[:, np.newaxis, :]
    before = (other > own) | ((other == own) & (place < place[:, np.newaxis]))
    return ops.sum(ops.where(before, 1, 0), axis=-1)


class UniformStreams:
    """Random numbers for generation: a stream for each sample, whatever the number of samples.

    Parameters
    ----------
    seed : int
        What the streams depend on.
    n_samples : int
        Number of streams.
    """

    def __init__(self, seed: int, n_samples: int) -> None:
        self._streams = [generator(seed, GENERATION_KEY, sample) for sample in range(n_samples)]

    def draw(self, n_steps: int) -> NDArray[np.float32]:
        """Return the next numbers of all streams, of shape (n_steps, n_samples)."""
        drawn = [stream.random(n_steps, dtype=np.float32) for stream in self._streams]
        return np.stack(drawn, axis=1)


def start_of(prompt: Codes, n_symbols: int) -> Codes:
    """Return what a generated sequence begins with: the prompt, or one padding code if empty."""
    return prompt if len(prompt) else np.array([n_symbols + 1], dtype=np.uint8)


def check_generated(codes: NDArray[np.integer], n_symbols: int) -> None:
    """Raise if the network's answers were not numbers.

    Parameters
    ----------
    codes : ndarray of an integer dtype
        What `pick_codes` drew.
    n_symbols : int
        Number of symbols that can be drawn.

    Raises
    ------
    ValueError
        If something else was drawn.
    """
    if (codes >= n_symbols).any():
        raise ValueError(
            "The network's probabilities are not numbers (NaN), so nothing can be generated: its "
            "weights have diverged. Train it again, with a smaller learning_rate."
        )
