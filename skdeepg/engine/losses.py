"""What a network is trained for: loss and accuracy of each window."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdeepg.engine.backend import keras, tf

__all__ = ["CategoricalLoss", "MultiLabelLoss", "make_loss"]


class CategoricalLoss:
    """Cross-entropy of classes that exclude each other; y is the class's number."""

    y_spec = tf.TensorSpec([None], tf.int32)

    def __call__(self, y: Any, outputs: Any) -> Any:
        """Return the loss of each window, in nats."""
        return keras.losses.sparse_categorical_crossentropy(y, outputs)

    def accuracy(self, y: Any, outputs: Any) -> Any:
        """Tell, as 0 or 1, which windows get their class."""
        best = tf.argmax(outputs, axis=-1, output_type=y.dtype)
        return tf.cast(tf.equal(best, y), tf.float32)


class MultiLabelLoss:
    """Binary cross-entropy, the mean over labels; y has a 0 or 1 a label.

    Parameters
    ----------
    label_weight : ndarray of shape (n_labels, 2)
        Weight of a label's absence and of its presence.
    """

    def __init__(self, label_weight: NDArray[np.float64]) -> None:
        self._absent, self._present = label_weight.T.astype(np.float32)
        self.y_spec = tf.TensorSpec([None, len(label_weight)], tf.float32)

    def __call__(self, y: Any, outputs: Any) -> Any:
        """Return the loss of each window, in nats."""
        weight = y * self._present + (1 - y) * self._absent
        return tf.reduce_mean(weight * keras.ops.binary_crossentropy(y, outputs), axis=-1)

    def accuracy(self, y: Any, outputs: Any) -> Any:
        """Return the share of labels that each window gets right."""
        right = tf.equal(outputs > 0.5, y > 0.5)
        return tf.reduce_mean(tf.cast(right, tf.float32), axis=-1)


def make_loss(label_weight: NDArray[np.float64] | None) -> CategoricalLoss | MultiLabelLoss:
    """Choose the loss: with weights of labels (n_labels, 2) the multi-label one."""
    return CategoricalLoss() if label_weight is None else MultiLabelLoss(label_weight)
