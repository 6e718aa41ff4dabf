"""Windows along a stretch of a record, each answered as if it were alone."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from skdeepg.engine.backend import tf
from skdeepg.engine.compiled import Encoder, compile_function
from skdeepg.engine.dense_call import DenseCall
from skdeepg.engine.dense_plan import Plan, choose_plan
from skdeepg.engine.fast_forward import FoldedForward, WindowForward, fast_forward
from skdeepg.engine.folded_call import make_calls
from skdeepg.engine.folding import FoldedNetwork, fold
from skdeepg.engine.layer_chain import NotFoldableError
from skdeepg.sequences.vocabulary import Codes

__all__ = ["StretchForward", "faster_stride"]

# Numbers of the largest tensor of a call: more leave the caches, fewer repeat the first window.
NUMBERS_A_CALL: Final = 4_000_000
BATCHES_A_CALL: Final = 16
# A stride is only another's better if it saves that much, and is no farther away.
WORTH_A_STRIDE: Final = 1.3
FARTHEST_STRIDE: Final = 0.25


class StretchForward:
    """Answers the windows of a stretch of a record, and shares what neighbours have in common.

    Networks of convolutions, poolings and dense layers, one after another, run along the stretch
    as far as that needs less work than window by window; what depends on padding at the ends of a
    window is computed for each. All others are answered window by window. Answers differ from
    those of the network by rounding only.

    Parameters
    ----------
    model : keras.Model
        The network. Its weights are read now: training it further needs a new object. An output at
        several positions is averaged over them.
    encode : Encoder
        From codes to its input.
    stride : int
        Bases between the starts of windows, at least 1.
    precision : {"float32", "bfloat16"} or None, default=None
        In which a folded network computes its convolutions; None: as its layers do. Others compute
        as they were built.
    batch_size : int, default=256
        Windows a call where they are answered one by one.

    Attributes
    ----------
    n_outputs : int
        Outputs of the network.
    window_length, stride : int
        In bases.
    way : {"dense", "dense inner part", "window by window"}
        How long stretches are answered.
    windows_per_call : int
        Stretches of so many windows are answered at once; longer ones in parts.
    """

    def __init__(
        self,
        model: Any,
        encode: Encoder,
        stride: int,
        *,
        precision: str | None = None,
        batch_size: int = 256,
    ) -> None:
        self.n_outputs = int(model.outputs[0].shape[-1])
        self.window_length = sum(int(tensor.shape[1]) for tensor in model.inputs)
        self.stride = stride
        self.way = "window by window"
        self.windows_per_call = BATCHES_A_CALL * batch_size
        self._batch_size = batch_size
        self._plan: Plan | None = None
        try:
            network = fold(model)
        except NotFoldableError:
            self._windows: WindowForward = fast_forward(model, encode, precision)
            return
        self._windows = FoldedForward(network, encode, precision)
        self._plan_for(network, encode, precision)

    def _plan_for(self, network: FoldedNetwork, encode: Encoder, precision: str | None) -> None:
        plan = choose_plan(network, self.stride)
        if not plan.steps:
            return
        self.way = plan.way
        self.windows_per_call = _power_of_two(NUMBERS_A_CALL / plan.numbers_a_window)
        self._plan, self._one_by_one = plan, Plan(network, self.stride)
        call = DenseCall(plan, make_calls(network, precision), encode)
        self._dense = compile_function(call, [tf.TensorSpec([None], tf.uint8)])

    def __call__(self, codes: Codes) -> NDArray[np.float32]:
        """Answer all windows that fit, from the first base on.

        Parameters
        ----------
        codes : ndarray of shape (length,) and dtype uint8
            The stretch, at least `window_length` bases.

        Returns
        -------
        ndarray of shape (1 + (length - window_length) // stride, n_outputs) and dtype float32
            The outputs.
        """
        n_windows = 1 + (len(codes) - self.window_length) // self.stride
        outputs = np.empty((n_windows, self.n_outputs), dtype=np.float32)
        for first in range(0, n_windows, self.windows_per_call):
            n_here = min(self.windows_per_call, n_windows - first)
            begin = first * self.stride
            part = codes[begin : begin + self._n_bases(n_here)]
            outputs[first : first + n_here] = self._answer(part, n_here)
        return outputs

    def _n_bases(self, n_windows: int) -> int:
        return self.window_length + (n_windows - 1) * self.stride

    def _answer(self, codes: Codes, n_windows: int) -> NDArray[np.float32]:
        """Answer one part; few sizes of tensors are faster than many."""
        n_filled = _round_up(n_windows)
        if self._plan is None or self._plan.cost(n_filled) > self._one_by_one.cost(n_windows):
            return self._answer_one_by_one(codes)
        missing = self._n_bases(n_filled) - len(codes)
        outputs = self._dense(np.pad(codes, (0, missing))).numpy()
        answered: NDArray[np.float32] = outputs[:n_windows]
        return answered

    def _answer_one_by_one(self, codes: Codes) -> NDArray[np.float32]:
        windows = sliding_window_view(codes, self.window_length)[:: self.stride]
        size = self._batch_size
        batches = [windows[first : first + size] for first in range(0, len(windows), size)]
        return np.concatenate([self._windows(batch) for batch in batches])


def _round_up(number: int) -> int:
    """Give the next of few numbers, no more than a quarter away."""
    grain = max((1 << (number - 1).bit_length()) // 8, 1)
    return -(-number // grain) * grain


def _power_of_two(number: float) -> int:
    return 1 << max(int(number), 1).bit_length() - 1


def faster_stride(model: Any, stride: int) -> int | None:
    """Find a stride near to another one at which a genome takes less work.

    Windows share most where the stride is a multiple of the network's poolings: 108 instead of 100
    for three poolings of 3.

    Parameters
    ----------
    model : keras.Model
        The network.
    stride : int
        Bases between the starts of windows.

    Returns
    -------
    int or None
        At most a quarter away, with at least 1.3 times less work; None if there is none.
    """
    try:
        network = fold(model)
    except NotFoldableError:
        return None
    work = partial(_work_a_base, network)
    for step in _products(network):
        other = max(round(stride / step), 1) * step
        is_near = abs(other - stride) <= FARTHEST_STRIDE * stride
        if is_near and work(other) * WORTH_A_STRIDE <= work(stride):
            return other
    return None


def _work_a_base(network: FoldedNetwork, stride: int) -> float:
    plan = choose_plan(network, stride)
    return plan.cost_a_base + plan.cost_a_window / stride


def _products(network: FoldedNetwork) -> list[int]:
    """Bases between neighbouring positions at all depths, the largest first."""
    sizes = [stage.stride * stage.pool_size for stage in network.stages if stage.n_positions > 1]
    return sorted({int(each) for each in np.cumprod(sizes)} - {1}, reverse=True)
