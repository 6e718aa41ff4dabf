"""The algebra of folding: which operations a convolution takes over, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from skdeepg.engine.layer_chain import NotFoldableError

__all__ = ["FloatArray", "Folder", "Stage"]

FloatArray = NDArray[np.float64]
Padding = Literal["same", "valid", "causal"]
SMALLEST_SCALE: Final = 1e-6


@dataclass
class Stage:
    """A convolution and what follows it: bias, max pooling, limits, a function, an average.

    Attributes
    ----------
    kernel : ndarray of shape (kernel_size, n_input_channels, n_channels) and dtype float64
        A dense layer is a convolution of the length of its input.
    bias : ndarray of shape (n_channels,) and dtype float64
        Added to the convolution.
    n_inputs : int
        Positions of the input, padding apart.
    stride, dilation : int
        As in Keras.
    pad : tuple of int
        Positions put to the left and to the right of the input.
    pad_value : ndarray of shape (n_input_channels,) and dtype float64
        What they hold.
    pool_size : int
        Length of the max pooling windows, which do not overlap.
    function : callable or None
        Applied after the limits.
    average : bool
        Whether all positions are averaged at last.
    low, high : ndarray of shape (n_channels,) and dtype float64
        Limits, infinite where there are none, as in a new stage.
    """

    kernel: FloatArray
    bias: FloatArray
    n_inputs: int
    stride: int = 1
    dilation: int = 1
    pad: tuple[int, int] = (0, 0)
    pad_value: FloatArray = field(kw_only=True)
    pool_size: int = 1
    function: Callable[[Any], Any] | None = None
    average: bool = False
    low: FloatArray = field(init=False)
    high: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        n_channels = len(self.bias)
        self.low, self.high = np.full(n_channels, -np.inf), np.full(n_channels, np.inf)

    @property
    def reach(self) -> int:
        """Positions from the first to the last that the kernel reads."""
        return int((self.kernel.shape[0] - 1) * self.dilation + 1)

    @property
    def n_convolved(self) -> int:
        """Positions before pooling."""
        return (self.n_inputs + sum(self.pad) - self.reach) // self.stride + 1

    @property
    def n_pooled(self) -> int:
        """Positions after max pooling."""
        return self.n_convolved // self.pool_size

    @property
    def n_positions(self) -> int:
        """Positions of the output."""
        return 1 if self.average else self.n_pooled

    @property
    def is_relu(self) -> bool:
        """Whether the limits are those of a relu."""
        return not self.low.any() and bool(np.isposinf(self.high).all())

    def flip(self, channels: NDArray[np.bool_]) -> None:
        """Change the sign of some channels."""
        sign = np.where(channels, -1.0, 1.0)
        self.kernel, self.bias = self.kernel * sign, self.bias * sign
        low = np.where(channels, -self.high, self.low)
        self.low, self.high = low, np.where(channels, -self.low, self.high)

    def move(self, distance: FloatArray) -> None:
        """Add to the channels, limits included."""
        self.bias, self.low = self.bias + distance, self.low + distance
        self.high = self.high + distance


class Folder:
    """Takes the operations of a network one by one and puts them together.

    What the network has computed so far is ``scale * u + shift`` with the output u of the last
    stage; scale and shift move on into the next kernel. Without a function in the stage, scale is
    1 or -1: its size is in the kernel.

    Parameters
    ----------
    window_length, n_symbols : int
        Shape of the input.
    """

    def __init__(self, window_length: int, n_symbols: int) -> None:
        self.window_length = window_length
        self.rank = 3
        self.n_positions = window_length
        self._stages: list[Stage] = []
        self._scale, self._shift = np.ones(n_symbols), np.zeros(n_symbols)

    def convolve(
        self,
        kernel: FloatArray,
        bias: FloatArray | None,
        stride: int = 1,
        dilation: int = 1,
        padding: Padding = "valid",
    ) -> None:
        """Open a stage; what the last one left to scale goes into its kernel."""
        if self.rank != 3:
            raise NotFoldableError("a convolution behind a flat layer")
        self._settle()
        reach = (kernel.shape[0] - 1) * dilation + 1
        pad = _pad(padding, self.n_positions, reach, stride)
        moved = np.einsum("kio,i->o", kernel, self._shift)
        stage = Stage(
            kernel=kernel * self._scale[:, np.newaxis],
            bias=moved + (np.zeros(kernel.shape[2]) if bias is None else bias),
            n_inputs=self.n_positions,
            stride=stride,
            dilation=dilation,
            pad=pad,
            pad_value=self._value_of_zero() if any(pad) else np.zeros(kernel.shape[1]),
        )
        self._stages.append(stage)
        self._scale, self._shift = np.ones(kernel.shape[2]), np.zeros(kernel.shape[2])
        self.n_positions = stage.n_positions

    def connect(self, kernel: FloatArray, bias: FloatArray | None) -> None:
        """Add a dense layer: along channels, or over all positions where they are flat."""
        if self.rank == 3:
            self.convolve(kernel[np.newaxis], bias)
            return
        self.rank = 3
        self.convolve(kernel.reshape(self.n_positions, -1, kernel.shape[1]), bias)
        self.rank = 2

    def flatten(self) -> None:
        """Let the next dense layer see all positions."""
        self.rank = 2

    def scale(self, scale: FloatArray, shift: FloatArray) -> None:
        """Multiply and add channel by channel."""
        self._check_channels()
        self._scale, self._shift = self._scale * scale, self._shift * scale + shift
        stage = self._open_stage()
        if stage.function is None:
            self._move_size_into(stage)

    def relu(self) -> None:
        """Cut off what is negative."""
        stage = self._stage_for_elements()
        rising = self._scale > 0
        bound = np.where(rising, -self._shift, self._shift)
        for side in ("low", "high"):
            limit = getattr(stage, side)
            cut = np.where(rising, np.maximum(limit, bound), np.minimum(limit, bound))
            setattr(stage, side, cut)

    def apply(self, function: Callable[[Any], Any]) -> None:
        """Apply a function of the elements or along the channels."""
        self._check_channels()
        stage = self._stage_for_elements()
        if not self._absorb(stage):
            stage = self._stage_anew()
        stage.function = function

    def max_pool(self, size: int) -> None:
        """Take the largest of every `size` positions."""
        if self.rank != 3:
            raise NotFoldableError("pooling behind a flat layer")
        if size == 1:
            return
        stage = self._stage_for_elements()
        falling = self._scale < 0
        if falling.any() and stage.pool_size > 1:
            stage, falling = self._stage_anew(), np.zeros(len(falling), dtype=bool)
        stage.flip(falling)
        self._scale = np.abs(self._scale)
        stage.pool_size *= size
        self.n_positions = stage.n_positions

    def average_pool(self, size: int, stride: int) -> None:
        """Average `size` positions, in steps of `stride`."""
        each = np.eye(len(self._scale)) / size
        self.convolve(np.repeat(each[np.newaxis], size, axis=0), None, stride)

    def average(self) -> None:
        """Average all positions."""
        if self.rank != 3:
            raise NotFoldableError("pooling behind a flat layer")
        if self.n_positions == 1:
            return
        self._open_stage().average = True
        self.n_positions = 1

    def finish(self) -> tuple[Stage, ...]:
        """Close the last stage, so that its output is the network's; return all."""
        if self.n_positions > 1:
            if self.rank != 3:
                raise NotFoldableError("flat positions as output")
            self.average()
        stage = self._open_stage()
        is_plain = bool((self._scale == 1).all() and not self._shift.any())
        if not is_plain and (stage.function is not None or not self._absorb(stage)):
            self._absorb(self._stage_anew())
        return tuple(self._stages)

    def _check_channels(self) -> None:
        if self.rank == 2 and self.n_positions > 1:
            raise NotFoldableError("flat positions before something else than a dense layer")

    def _open_stage(self) -> Stage:
        """Return the last stage; there is none before the first convolution."""
        return self._stages[-1] if self._stages else self._stage_anew()

    def _stage_for_elements(self) -> Stage:
        """Return a stage that can still be limited and pooled."""
        stage = self._open_stage()
        return self._stage_anew() if stage.function is not None or stage.average else stage

    def _stage_anew(self) -> Stage:
        """Open a stage that changes nothing by itself."""
        rank, self.rank = self.rank, 3
        self.convolve(np.eye(len(self._scale))[np.newaxis], None)
        self.rank = rank
        return self._stages[-1]

    def _move_size_into(self, stage: Stage) -> None:
        size = np.abs(self._scale)
        stage.kernel, stage.bias = stage.kernel * size, stage.bias * size
        with np.errstate(invalid="ignore"):
            low, high = stage.low * size, stage.high * size
        lost = size == 0  # nothing but the shift is left of such a channel
        stage.low, stage.high = np.where(lost, 0.0, low), np.where(lost, 0.0, high)
        self._scale = np.where(self._scale < 0, -1.0, 1.0)

    def _absorb(self, stage: Stage) -> bool:
        """Leave nothing to scale; False if that takes another stage."""
        falling = self._scale < 0
        if falling.any() and stage.pool_size > 1:
            return False
        stage.flip(falling)
        stage.move(self._shift)
        self._scale, self._shift = np.ones(len(falling)), np.zeros(len(falling))
        return True

    def _value_of_zero(self) -> FloatArray:
        """Return what the last stage would have to give for the network to have computed 0."""
        if (np.abs(self._scale) < SMALLEST_SCALE * np.abs(self._shift)).any():
            raise NotFoldableError("padding behind a scale near 0")
        return -self._shift / self._scale

    def _settle(self) -> None:
        """Turn limits into those of a relu where possible, which costs least to compute."""
        if not self._stages or self._stages[-1].function is not None:
            return
        stage = self._stages[-1]
        constant = stage.low == stage.high
        if stage.pool_size == 1:
            upside_down = np.isfinite(stage.high) & np.isneginf(stage.low)
            stage.flip(upside_down)
            self._scale = np.where(upside_down, -self._scale, self._scale)
        from_low = np.isfinite(stage.low) & (np.isposinf(stage.high) | constant)
        distance = np.where(from_low, stage.low, 0.0)
        self._shift = self._shift + self._scale * distance
        stage.move(-distance)
        stage.kernel, stage.bias = stage.kernel * ~constant, stage.bias * ~constant
        stage.high = np.where(constant, np.inf, stage.high)


def _pad(padding: Padding, n_positions: int, reach: int, stride: int) -> tuple[int, int]:
    """Count the positions that a convolution puts at both ends of its input."""
    if padding == "valid":
        return 0, 0
    if padding == "causal":
        return reach - 1, 0
    total = max((-(-n_positions // stride) - 1) * stride + reach - n_positions, 0)
    return total // 2, total - total // 2
