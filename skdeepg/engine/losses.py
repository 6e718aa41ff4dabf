"""What a network is trained for: loss and accuracy, summed over a batch."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from skdeepg.engine.backend import keras, tf

__all__ = ["CategoricalLoss", "LanguageLoss", "Loss", "MultiLabelLoss", "Sums"]


class Sums(NamedTuple):
    """Sums over a batch.

    `loss` and `right` count each answer times its weight, `weight` is the sum of these weights, and
    `answers` their number, which the loss of a training step is divided by.
    """

    loss: Any
    right: Any
    weight: Any
    answers: Any


class CategoricalLoss:
    """Cross-entropy of classes that exclude each other; y is the class's number."""

    y_spec = tf.TensorSpec([None], tf.int32)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    __hash__ = None  # type: ignore[assignment]

    def __call__(self, y: Any, outputs: Any, weight: Any) -> Sums:
        """Return the sums over windows."""
        losses = keras.losses.sparse_categorical_crossentropy(y, outputs)
        return _sum_windows(losses, _is_right(y, outputs), weight)


class MultiLabelLoss:
    """Binary cross-entropy, the mean over labels; y has a 0 or 1 a label.

    Parameters
    ----------
    label_weight : ndarray of shape (n_labels, 2)
        Weight of a label's absence and of its presence.
    """

    def __init__(self, label_weight: NDArray[np.float64]) -> None:
        self._label_weight = label_weight
        self._absent, self._present = label_weight.T.astype(np.float32)
        self.y_spec = tf.TensorSpec([None, len(label_weight)], tf.float32)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MultiLabelLoss) and np.array_equal(
            self._label_weight, other._label_weight
        )

    __hash__ = None  # type: ignore[assignment]

    def __call__(self, y: Any, outputs: Any, weight: Any) -> Sums:
        """Return the sums over windows; a window is right by the share of its labels."""
        label_weight = y * self._present + (1 - y) * self._absent
        losses = tf.reduce_mean(label_weight * keras.ops.binary_crossentropy(y, outputs), axis=-1)
        right = tf.equal(outputs > 0.5, y > 0.5)
        return _sum_windows(losses, tf.reduce_mean(tf.cast(right, tf.float32), axis=-1), weight)


class LanguageLoss:
    """Cross-entropy of letters, one a window or one a position; y is its code, or -1 for none.

    Parameters
    ----------
    per_position : bool
        Whether there is a letter at every position.
    """

    def __init__(self, per_position: bool) -> None:
        self._per_position = per_position
        self.y_spec = tf.TensorSpec([None, None] if per_position else [None], tf.int32)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LanguageLoss) and self._per_position == other._per_position

    __hash__ = None  # type: ignore[assignment]

    def __call__(self, y: Any, outputs: Any, weight: Any) -> Sums:
        """Return the sums over letters that are known."""
        known = tf.cast(y >= 0, tf.float32)
        letters = tf.maximum(y, 0)
        weight = known * (weight[:, tf.newaxis] if self._per_position else weight)
        # the sparse form makes XLA complain of an assertion on every compilation
        one_hot = tf.one_hot(letters, outputs.shape[-1])
        losses = keras.losses.categorical_crossentropy(one_hot, outputs)
        right = _is_right(letters, outputs)
        return Sums(
            tf.reduce_sum(weight * losses),
            tf.reduce_sum(weight * right),
            tf.reduce_sum(weight),
            tf.maximum(tf.reduce_sum(known), 1.0),
        )


Loss = CategoricalLoss | MultiLabelLoss | LanguageLoss


def _is_right(y: Any, outputs: Any) -> Any:
    best = tf.argmax(outputs, axis=-1, output_type=y.dtype)
    return tf.cast(tf.equal(best, y), tf.float32)


def _sum_windows(losses: Any, right: Any, weight: Any) -> Sums:
    return Sums(
        tf.reduce_sum(weight * losses),
        tf.reduce_sum(weight * right),
        tf.reduce_sum(weight),
        tf.cast(tf.size(weight), tf.float32),
    )
