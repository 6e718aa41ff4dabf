"""Generation in the plain way: a call of the network a base; no TensorFlow is loaded here."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from skdeepg.engine.generator import Generator
from skdeepg.engine.picking import LOWEST_TEMPERATURE as LOWEST
from skdeepg.engine.picking import UniformStreams, check_generated, pick_codes, start_of
from skdeepg.sequences.vocabulary import Codes

__all__ = ["Answer", "PlainGenerator", "answer_after_stretches", "answer_after_windows"]

Answer = Callable[[Codes], NDArray[np.float32]]


class PlainGenerator(Generator):
    """Generates from any network that answers for the base after some others.

    Parameters
    ----------
    answer : callable
        From codes of shape (n_samples, length), with a length of 1 to `context`, to the
        probabilities of the next base, of shape (n_samples, n_symbols).
    context : int
        Bases that the network gets at most: the last ones.
    n_symbols : int
        Number of symbols.

    Examples
    --------
    >>> import numpy as np
    >>> from skdeepg.engine.plain_generation import PlainGenerator
    >>> def rarely_the_same(codes):
    ...     return (np.eye(6, 4)[codes[:, -1]] < 0.5) / 3
    >>> generator = PlainGenerator(rarely_the_same, context=1, n_symbols=4)
    >>> codes = generator.generate(np.array([2], dtype=np.uint8), 50, seed=0)
    >>> codes.shape, bool((codes[0, 1:] == codes[0, :-1]).any())
    ((1, 50), False)
    """

    def __init__(self, answer: Answer, context: int, n_symbols: int) -> None:
        self._answer = answer
        self._context = context
        self._n_symbols = n_symbols

    def _generate(
        self,
        prompt: Codes,
        n_bases: int,
        n_samples: int,
        seed: int,
        temperature: float,
        top_k: int | None,
    ) -> Codes:
        start = start_of(prompt, self._n_symbols)
        codes = np.empty((n_samples, len(start) + n_bases), dtype=np.uint8)
        codes[:, : len(start)] = start
        streams = UniformStreams(seed, n_samples)
        for place in range(len(start), codes.shape[1]):
            known = codes[:, max(place - self._context, 0) : place]
            [uniforms] = streams.draw(1)
            codes[:, place] = pick_codes(
                self._answer(known), uniforms, max(temperature, LOWEST), top_k
            )
        generated = codes[:, len(start) :]
        check_generated(generated, self._n_symbols)
        return generated


def answer_after_windows(forward: Answer, window_length: int, n_symbols: int) -> Answer:
    """Use a network on windows of one length, padded on the left while fewer bases are known.

    Parameters
    ----------
    forward : callable
        From codes of shape (n, window_length) to the probabilities of the base after the window,
        of shape (n, n_symbols).
    window_length : int
        Bases of a window.
    n_symbols : int
        Number of symbols.

    Returns
    -------
    callable
        For `PlainGenerator`, with `window_length` as its context.
    """

    def answer(codes: Codes) -> NDArray[np.float32]:
        windows = np.full((len(codes), window_length), n_symbols + 1, dtype=np.uint8)
        windows[:, window_length - codes.shape[1] :] = codes
        return forward(windows)

    return answer


def answer_after_stretches(
    forward: Answer, n_symbols: int, fixed_length: int | None = None
) -> Answer:
    """Use a causal network on all bases that are known, without padding before them.

    The first of them meets zero activations to its left, as the first base of a record does in
    training and scoring.

    Parameters
    ----------
    forward : callable
        From codes of shape (n, length) to the probabilities of the base after each position, of
        shape (n, length, n_symbols).
    n_symbols : int
        Number of symbols.
    fixed_length : int or None, default=None
        The only length that the network takes, if it does: shorter stretches are padded on the
        right, where no answer that is used depends on it.

    Returns
    -------
    callable
        For `PlainGenerator`; its context is the receptive field or any more than that, and at most
        `fixed_length`.
    """

    def answer(codes: Codes) -> NDArray[np.float32]:
        n_known = codes.shape[1]
        stretches = np.full((len(codes), fixed_length or n_known), n_symbols + 1, dtype=np.uint8)
        stretches[:, :n_known] = codes
        return forward(stretches)[:, n_known - 1]

    return answer
