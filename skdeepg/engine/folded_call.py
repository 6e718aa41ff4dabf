"""Stages of a folded network inside a graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from skdeepg.engine.backend import tf
from skdeepg.engine.folding import FoldedNetwork
from skdeepg.engine.folding_rules import Stage

__all__ = ["StageCall", "call_stages", "make_calls"]

# Tensors are (rows, 1, positions, channels): TensorFlow fuses bias and relu into convolutions of
# four dimensions only.
POSITIONS = 2
# Narrower dense layers waste most of a convolution, which computes 16 channels at once.
NARROW = 16


class StageCall:
    """A stage with its weights as constants of a graph.

    Parameters
    ----------
    stage : Stage
        What is computed.
    dtype : tf.DType
        In which precision.
    """

    def __init__(self, stage: Stage, dtype: Any) -> None:
        self.stage = stage
        self.dtype = dtype
        self._kernel = stage.kernel.astype(np.float32)
        self._bias = stage.bias.astype(np.float32)

    def __call__(self, values: Any) -> Any:
        """Compute all positions of windows.

        Parameters
        ----------
        values : Tensor of shape (n_windows, 1, n_inputs, n_input_channels)
            The windows.

        Returns
        -------
        Tensor of shape (n_windows, 1, n_positions, n_channels)
            In the precision of the stage.
        """
        return self.follow(self.combine(values))

    def combine(self, values: Any) -> Any:
        """Compute the linear part of the stage: the convolution and the bias."""
        values = tf.cast(values, self.dtype)
        if not self._sees_all:
            return self._convolve(*self._pad(values))
        flat = tf.reshape(values, [-1, self.stage.n_inputs * values.shape[-1]])
        return self.add_bias(self.multiply(flat))[:, tf.newaxis, tf.newaxis]

    def follow(self, values: Any) -> Any:
        """Compute what follows the linear part."""
        if self.stage.is_relu:
            values = tf.nn.relu(values)
        return self.finish(self.pool(values))

    @property
    def _sees_all(self) -> bool:
        """Whether the stage is one product of matrices."""
        return self.stage.n_inputs == self.stage.kernel.shape[0] and not any(self.stage.pad)

    def convolve(self, values: Any, padding: Any = "VALID", stride: int | None = None) -> Any:
        """Convolve and add the bias; apply a relu, which may come before pooling."""
        biased = self._convolve(values, padding, stride)
        return tf.nn.relu(biased) if self.stage.is_relu else biased

    def _convolve(self, values: Any, padding: Any, stride: int | None = None) -> Any:
        kernel = tf.constant(self._kernel[np.newaxis], self.dtype)
        stride, dilation = stride or self.stage.stride, self.stage.dilation
        convolved = tf.nn.conv2d(values, kernel, [1, stride], padding, dilations=[1, dilation])
        return self.add_bias(convolved)

    def multiply(self, flat: Any, positions: slice = slice(None)) -> Any:
        """Multiply flattened positions by their part of the kernel."""
        part = self._kernel[positions]
        return tf.matmul(flat, tf.constant(part.reshape(-1, part.shape[2]), self.dtype))

    def slide(self, rows: Any, positions: slice) -> Any:
        """Multiply runs of positions, wherever they start, by a part of the kernel.

        Parameters
        ----------
        rows : Tensor of shape (n_rows, 1, length, n_input_channels)
            What is read.
        positions : slice
            The part of the kernel.

        Returns
        -------
        Tensor of shape (n_rows * length - n_positions + 1, n_channels)
            Without bias. Runs that reach from one row into the next mean nothing.
        """
        part = self._kernel[positions]
        width, n_inputs, n_channels = part.shape
        flat = tf.reshape(rows, [-1, n_inputs])
        if n_channels >= NARROW:
            kernel = tf.constant(part[np.newaxis], self.dtype)
            return tf.nn.conv2d(flat[tf.newaxis, tf.newaxis], kernel, 1, "VALID")[0, 0]
        factors = tf.constant(part.transpose(0, 2, 1).reshape(-1, n_inputs), self.dtype)
        products = tf.reshape(tf.matmul(factors, flat, transpose_b=True), [width, n_channels, -1])
        n_runs = tf.shape(flat)[0] - width + 1
        return tf.transpose(tf.add_n([products[i, :, i : i + n_runs] for i in range(width)]))

    def add_bias(self, values: Any) -> Any:
        """Add the bias."""
        return tf.nn.bias_add(values, tf.constant(self._bias, self.dtype))

    def pool(self, values: Any, hop: int | None = None) -> Any:
        """Take the largest of windows of positions, then apply the limits."""
        size = self.stage.pool_size
        if size > 1:
            values = tf.nn.max_pool2d(values, [1, size], [1, hop or size], "VALID")
        return values if self.stage.is_relu else self.limit(values)

    def limit(self, values: Any) -> Any:
        """Apply the limits."""
        if self.stage.is_relu:
            return tf.nn.relu(values)
        for limit, apply in [(self.stage.low, tf.maximum), (self.stage.high, tf.minimum)]:
            if np.isfinite(limit).any():
                # at the limit itself the first argument gets the gradient: none, as of a relu
                values = apply(tf.constant(limit.astype(np.float32), self.dtype), values)
        return values

    def finish(self, values: Any) -> Any:
        """Apply the function; average positions."""
        values = self.apply_function(values)
        if self.stage.average:
            mean = tf.reduce_mean(tf.cast(values, tf.float32), axis=POSITIONS, keepdims=True)
            values = tf.cast(mean, self.dtype)
        return values

    def apply_function(self, values: Any) -> Any:
        """Apply the function."""
        return values if self.stage.function is None else self.stage.function(values)

    def padding_of(self, left: int, right: int, n_rows: Any) -> tuple[Any, Any]:
        """Make positions to put to both sides of rows."""
        value = tf.constant(self.stage.pad_value.astype(np.float32), self.dtype)
        shapes = [(n_rows, 1, width, len(self.stage.pad_value)) for width in (left, right)]
        return tf.broadcast_to(value, shapes[0]), tf.broadcast_to(value, shapes[1])

    def _pad(self, values: Any) -> tuple[Any, Any]:
        """Put positions to both ends; zeros are left to the convolution."""
        pad = self.stage.pad
        if not any(pad):
            return values, "VALID"
        if not self.stage.pad_value.any():
            missing = (self.stage.kernel.shape[0] - 1) * self.stage.dilation
            if self.stage.stride == 1 and pad == (missing // 2, missing - missing // 2):
                return values, "SAME"  # its gradient takes half the time of that of the same list
            return values, [[0, 0], [0, 0], list(pad), [0, 0]]
        left, right = self.padding_of(*pad, tf.shape(values)[0])
        return tf.concat([left, values, right], axis=POSITIONS), "VALID"


def make_calls(network: FoldedNetwork, precision: str | None) -> list[StageCall]:
    """Give each stage its precision: in the head, where rounding shows, always single.

    Parameters
    ----------
    network : FoldedNetwork
        What is computed.
    precision : {"float32", "bfloat16"} or None
        Of the convolutions; None for that of the network's layers.

    Returns
    -------
    list of StageCall
        In the order of the stages.

    Raises
    ------
    ValueError
        If there is no such precision.
    """
    if precision not in (None, "float32", "bfloat16"):
        raise ValueError(
            f"precision={precision!r} of a prediction is none of 'float32', 'bfloat16' and None, "
            "which stands for the network's own."
        )
    wanted = tf.as_dtype(precision or network.precision)
    return [
        StageCall(stage, tf.float32 if _is_head(network.stages[number:]) else wanted)
        for number, stage in enumerate(network.stages)
    ]


def _is_head(stages: Sequence[Stage]) -> bool:
    return all(stage.n_pooled == 1 for stage in stages)


def call_stages(calls: Sequence[StageCall], values: Any) -> Any:
    """Compute what follows for windows; give (n_windows, n_outputs) in single precision."""
    for call in calls:
        values = call(values)
    return tf.cast(values[:, 0, 0], tf.float32)
