"""The fastest way from codes of windows to a network's outputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdeepg.engine.activations import LayerForward
from skdeepg.engine.backend import tf
from skdeepg.engine.compiled import Encoder, compile_function
from skdeepg.engine.folded_call import call_stages, make_calls
from skdeepg.engine.folding import FoldedNetwork, fold
from skdeepg.engine.layer_chain import NotFoldableError
from skdeepg.sequences.vocabulary import Codes

__all__ = ["FoldedForward", "WindowForward", "fast_forward"]

WindowForward = Callable[[Codes], NDArray[np.float32]]


def fast_forward(model: Any, encode: Encoder, precision: str | None = None) -> WindowForward:
    """Compile a network for prediction, folded where that gives the same answers.

    Parameters
    ----------
    model : keras.Model
        The network. Weights of a folded one are read now: training it further needs a new call.
    encode : Encoder
        From codes to its input.
    precision : {"float32", "bfloat16"} or None, default=None
        In which a folded network computes its convolutions; None: as its layers do. Others compute
        as they were built.

    Returns
    -------
    callable
        From codes of shape (n, window_length) and dtype uint8 to outputs of shape (n, n_outputs)
        and dtype float32. Outputs at several positions are averaged.
    """
    try:
        return FoldedForward(fold(model), encode, precision)
    except NotFoldableError:
        return LayerForward(model, encode)


class FoldedForward:
    """A folded network as one compiled function.

    Parameters
    ----------
    network : FoldedNetwork
        What is computed.
    encode : Encoder
        From codes to its input.
    precision : {"float32", "bfloat16"} or None
        As in `fast_forward`.
    """

    def __init__(
        self, network: FoldedNetwork, encode: Encoder, precision: str | None = None
    ) -> None:
        calls = make_calls(network, precision)
        self._call = compile_function(
            lambda codes: call_stages(calls, encode(codes)[:, tf.newaxis]),
            [tf.TensorSpec([None, network.window_length], tf.uint8)],
        )

    def __call__(self, codes: Codes) -> NDArray[np.float32]:
        """Return the outputs, of shape (n_windows, n_outputs)."""
        outputs: NDArray[np.float32] = self._call(codes).numpy()
        return outputs
