"""What a network is trained for: loss, accuracy and counts, summed over a batch."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from skdeepg.engine.backend import keras, tf
from skdeepg.engine.metrics import Counter

__all__ = ["CategoricalLoss", "LanguageLoss", "Loss", "MultiLabelLoss", "Sums"]


class Sums(NamedTuple):
    """Sums over a batch.

    `loss` and `right` count each answer times its weight, `weight` is the sum of these weights, and
    `answers` their number, which the loss of a training step is divided by. `counts` are those of
    a `Counter`; none without.
    """

    loss: Any
    right: Any
    weight: Any
    answers: Any
    counts: dict[str, Any]


class Loss:
    """Base of losses.

    Parameters
    ----------
    kind : LossKind or None
        What is computed of an answer; None for cross-entropy.
    counter : Counter or None
        What is counted beside.
    """

    y_spec: Any

    def __init__(self, kind: Any = None, counter: Counter | None = None) -> None:
        self._kind = kind
        self._counter = counter

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._key() == other._key()

    __hash__ = None  # type: ignore[assignment]

    def _key(self) -> tuple[Any, ...]:
        return repr(self._kind), self._counter

    def __call__(self, y: Any, outputs: Any, weight: Any) -> Sums:
        """Return the sums over a batch."""
        raise NotImplementedError

    def _count(self, y: Any, outputs: Any, weight: Any) -> dict[str, Any]:
        return {} if self._counter is None else self._counter(y, outputs, weight)

    def _cross_entropy(self, y: Any, outputs: Any) -> Any:
        """Return the loss of each answer; y is one-hot."""
        if self._kind is None:
            return keras.losses.categorical_crossentropy(y, outputs)
        return self._kind.categorical(y, outputs)


class CategoricalLoss(Loss):
    """Loss of classes that exclude each other; y is the class's number."""

    y_spec = tf.TensorSpec([None], tf.int32)

    def __call__(self, y: Any, outputs: Any, weight: Any) -> Sums:
        """Return the sums over windows."""
        one_hot = tf.one_hot(y, outputs.shape[-1])
        losses = self._cross_entropy(one_hot, outputs)
        counts = self._count(one_hot, outputs, weight)
        return _sum_windows(losses, _is_right(y, outputs), weight, counts)


class MultiLabelLoss(Loss):
    """Binary loss, the mean over labels; y has a 0 or 1 a label.

    Parameters
    ----------
    label_weight : ndarray of shape (n_labels, 2)
        Weight of a label's absence and of its presence.
    kind, counter
        As in `Loss`.
    """

    def __init__(
        self,
        label_weight: NDArray[np.float64],
        kind: Any = None,
        counter: Counter | None = None,
    ) -> None:
        super().__init__(kind, counter)
        self._label_weight = label_weight
        self._absent, self._present = label_weight.T.astype(np.float32)
        self.y_spec = tf.TensorSpec([None, len(label_weight)], tf.float32)

    def _key(self) -> tuple[Any, ...]:
        return *super()._key(), self._label_weight.tolist()

    def __call__(self, y: Any, outputs: Any, weight: Any) -> Sums:
        """Return the sums over windows; a window is right by the share of its labels."""
        label_weight = y * self._present + (1 - y) * self._absent
        losses = tf.reduce_mean(label_weight * self._binary(y, outputs), axis=-1)
        right = tf.equal(outputs > 0.5, y > 0.5)
        return _sum_windows(
            losses,
            tf.reduce_mean(tf.cast(right, tf.float32), axis=-1),
            weight,
            self._count(y, outputs, weight),
        )

    def _binary(self, y: Any, outputs: Any) -> Any:
        if self._kind is None:
            return keras.ops.binary_crossentropy(y, outputs)
        return self._kind.binary(y, outputs)


class LanguageLoss(Loss):
    """Loss of letters, one a window or one a position; y is its code, or -1 for none.

    Parameters
    ----------
    per_position : bool
        Whether there is a letter at every position.
    kind, counter
        As in `Loss`.
    """

    def __init__(
        self, per_position: bool, kind: Any = None, counter: Counter | None = None
    ) -> None:
        super().__init__(kind, counter)
        self._per_position = per_position
        self.y_spec = tf.TensorSpec([None, None] if per_position else [None], tf.int32)

    def _key(self) -> tuple[Any, ...]:
        return *super()._key(), self._per_position

    def __call__(self, y: Any, outputs: Any, weight: Any) -> Sums:
        """Return the sums over letters that are known."""
        known = tf.cast(y >= 0, tf.float32)
        letters = tf.maximum(y, 0)
        weight = known * (weight[:, tf.newaxis] if self._per_position else weight)
        one_hot = tf.one_hot(letters, outputs.shape[-1])
        losses = self._cross_entropy(one_hot, outputs)
        right = _is_right(letters, outputs)
        truth, answers = (tf.reshape(a, (-1, outputs.shape[-1])) for a in (one_hot, outputs))
        return Sums(
            tf.reduce_sum(weight * losses),
            tf.reduce_sum(weight * right),
            tf.reduce_sum(weight),
            tf.maximum(tf.reduce_sum(known), 1.0),
            self._count(truth, answers, tf.reshape(weight, [-1])),
        )


def _is_right(y: Any, outputs: Any) -> Any:
    best = tf.argmax(outputs, axis=-1, output_type=y.dtype)
    return tf.cast(tf.equal(best, y), tf.float32)


def _sum_windows(losses: Any, right: Any, weight: Any, counts: dict[str, Any]) -> Sums:
    return Sums(
        tf.reduce_sum(weight * losses),
        tf.reduce_sum(weight * right),
        tf.reduce_sum(weight),
        tf.cast(tf.size(weight), tf.float32),
        counts,
    )
