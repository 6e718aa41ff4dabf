"""Overlapping windows of a stretch inside a graph: what they share is computed once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from skdeepg.engine.backend import tf
from skdeepg.engine.compiled import Encoder
from skdeepg.engine.dense_plan import Level, Plan, Step, Strip
from skdeepg.engine.folded_call import POSITIONS, StageCall, call_stages

__all__ = ["DenseCall"]


class DenseCall:
    """A plan as a function of the codes of a stretch, inside a graph.

    Parameters
    ----------
    plan : Plan
        What is shared.
    calls : sequence of StageCall
        The stages of the plan's network.
    encode : Encoder
        From codes to its input.
    """

    def __init__(self, plan: Plan, calls: Sequence[StageCall], encode: Encoder) -> None:
        self._plan = plan
        self._calls = list(calls)
        self._encode = encode

    def __call__(self, codes: Any) -> Any:
        """Answer all windows.

        Parameters
        ----------
        codes : Tensor of shape (length,) and dtype uint8
            The stretch, of at least one window.

        Returns
        -------
        Tensor of shape (n_windows, n_outputs) and dtype float32
            In the order of the windows.
        """
        plan = self._plan
        length = tf.shape(codes)[0]
        starts = tf.range(0, length - plan.network.window_length + 1, plan.stride)
        symbols = self._encode(codes)[tf.newaxis, tf.newaxis]
        values = Shared(symbols, starts, plan.steps[0].before)
        for step, call in zip(plan.steps, self._calls, strict=False):
            values = self._take(step, call, values)
        return call_stages(self._calls[plan.n_stages :], self._end(values))

    def _take(self, step: Step, call: StageCall, values: Shared) -> Shared:
        """Compute a step along the stretch, and at the ends of the windows."""
        is_last = step is self._plan.steps[-1] and self._plan.ending == "max"
        inputs = tf.cast(values.rows, call.dtype)
        convolved = deal_out(
            call.convolve(inputs[:, :, step.convolution.start :], stride=step.convolution.hop),
            step.convolution.n_parts,
        )
        if not is_last:
            convolved = call.pool(convolved[:, :, step.pooling.start :], step.pooling.hop)
        rows = deal_out(convolved, step.pooling.n_parts)
        ends = [self._end_of_windows(strip, step, call, values) for strip in step.strips()]
        if not is_last:
            rows, *ends = [call.apply_function(each) for each in (rows, *ends)]
        return Shared(rows, values.starts, step.after, ends)

    def _end_of_windows(self, strip: Strip, step: Step, call: StageCall, values: Shared) -> Any:
        inputs = tf.cast(values.read(strip.first, strip.last), call.dtype)
        left, right = call.padding_of(*strip.pad, tf.shape(values.starts)[0])
        convolved = call.convolve(tf.concat([left, inputs, right], axis=POSITIONS))
        return convolved if step.pool_size == 1 else call.pool(convolved)

    def _end(self, values: Shared) -> Any:
        """Give what the other stages read: (n_windows, 1, n_positions, n_channels)."""
        ending, level = self._plan.ending, self._plan.level
        if ending == "windows":
            return values.read(0, level.n_positions)
        if ending == "flat":
            return self._multiply(values, self._calls[len(self._plan.steps)])
        shared = running(values.rows, level.n_shared, ending)
        pieces = [values.pick(shared), *values.ends]
        if ending == "average":
            pieces = [tf.reduce_sum(tf.cast(each, tf.float32), axis=POSITIONS) for each in pieces]
            return (tf.add_n(pieces) / level.n_positions)[:, tf.newaxis]
        call = self._calls[len(self._plan.steps) - 1]
        largest = tf.reduce_max(tf.concat(pieces, axis=POSITIONS), axis=POSITIONS, keepdims=True)
        return call.apply_function(call.limit(largest))

    def _multiply(self, values: Shared, call: StageCall) -> Any:
        """Apply a dense layer to all positions of windows."""
        level, rows = self._plan.level, tf.cast(values.rows, call.dtype)
        inner = slice(level.left, level.left + level.n_shared)
        total = values.pick(call.slide(rows, inner))[:, 0, 0]
        places = [slice(0, level.left), slice(inner.stop, level.n_positions)]
        ends = iter(values.ends)
        for place in places:
            if place.stop > place.start:
                width = (place.stop - place.start) * rows.shape[-1]
                flat = tf.reshape(tf.cast(next(ends), call.dtype), [-1, width])
                total += call.multiply(flat, place)
        limited = call.limit(call.add_bias(total))[:, tf.newaxis, tf.newaxis]
        return call.finish(limited)


class Shared:
    """Positions of all windows: shared ones in rows, the ends window by window.

    Parameters
    ----------
    rows : Tensor of shape (n_rows, 1, length, n_channels)
        What windows share.
    starts : Tensor of shape (n_windows,) and dtype int32
        The first base of each window.
    level : Level
        Where the positions are.
    ends : sequence of Tensor of shape (n_windows, 1, width, n_channels)
        Left and right end of the windows; those of no position are left out.
    """

    def __init__(self, rows: Any, starts: Any, level: Level, ends: Sequence[Any] = ()) -> None:
        self.rows = rows
        self.starts = starts
        self.level = level
        self.ends = list(ends)

    def read(self, first: int, last: int) -> Any:
        """Give positions of each window, from the first to before the last."""
        left, stop = self.level.left, self.level.n_positions - self.level.right
        pieces = []
        if first < left:
            pieces.append(self.ends[0][:, :, first:last])
        if max(first, left) < min(last, stop):
            pieces.append(self._gather(max(first, left), min(last, stop)))
        if last > stop:
            pieces.append(self.ends[-1][:, :, max(first - stop, 0) : last - stop])
        return pieces[0] if len(pieces) == 1 else tf.concat(pieces, axis=POSITIONS)

    def pick(self, results: Any) -> Any:
        """Give each window the result at its first shared position.

        Parameters
        ----------
        results : Tensor of shape (n_rows * length, n_channels)
            For all positions of all rows; there may be fewer.

        Returns
        -------
        Tensor of shape (n_windows, 1, 1, n_channels)
            One a window.
        """
        return tf.gather(results, self._places(self.level.left))[:, tf.newaxis, tf.newaxis]

    def _gather(self, first: int, last: int) -> Any:
        n_channels = self.rows.shape[-1]
        places = self._places(first)[:, tf.newaxis] + tf.range(last - first)
        return tf.gather(tf.reshape(self.rows, [-1, n_channels]), places)[:, tf.newaxis]

    def _places(self, position: int) -> Any:
        """Find a position of each window in the rows laid end to end."""
        rows = self.level.rows
        coordinate = self.starts + (position * rows.step - rows.offset)
        row_of_phase = np.zeros(rows.step, dtype=np.int32)
        row_of_phase[list(rows.phases)] = np.arange(len(rows.phases))
        row = tf.gather(tf.constant(row_of_phase), coordinate % rows.step)
        return row * tf.shape(self.rows)[POSITIONS] + coordinate // rows.step


def deal_out(rows: Any, n_parts: int) -> Any:
    """Turn each row into several: one position to each in turn; zeros fill the last places."""
    if n_parts == 1:
        return rows
    n_rows, length, n_channels = tf.shape(rows)[0], tf.shape(rows)[POSITIONS], rows.shape[-1]
    rows = tf.pad(rows[:, 0], [[0, 0], [0, -length % n_parts], [0, 0]])
    dealt = tf.transpose(tf.reshape(rows, [n_rows, -1, n_parts, n_channels]), [2, 0, 1, 3])
    return tf.reshape(dealt, [n_rows * n_parts, 1, -1, n_channels])


def running(rows: Any, width: int, what: str) -> Any:
    """Sum or maximum of every `width` positions in a row, from ever wider pieces.

    Parameters
    ----------
    rows : Tensor of shape (n_rows, 1, length, n_channels)
        What is pooled.
    width : int
        Positions.
    what : {"average", "max"}
        Sums or maxima.

    Returns
    -------
    Tensor of shape (n_rows * length - width + 1, n_channels)
        Where pieces reach from one row into the next, results mean nothing.
    """
    values = tf.reshape(rows, [-1, rows.shape[-1]])
    join = tf.maximum if what == "max" else tf.add
    values = tf.cast(values, tf.float32)
    n_results = tf.shape(values)[0] - width + 1
    total, done = None, 0
    for power in range(width.bit_length()):
        size = 1 << power
        if width & size:
            piece = values[done : done + n_results]
            total = piece if total is None else join(total, piece)
            done += size
        if 2 * size <= width:
            values = join(values[:-size], values[size:])
    return total
