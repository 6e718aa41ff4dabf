"""Metrics of a training: counted inside the compiled steps, computed once an epoch.

Of each batch only sums are kept: weights of windows by class and answer, and for the area under
the curve histograms of scores. So an epoch costs no memory, and a metric is that of all windows,
not a mean over batches.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from skdeepg.engine.backend import tf

__all__ = ["METRICS", "Counter", "Counts", "add_counts", "compute_metrics"]

N_BINS: Final = 500
Counts = dict[str, NDArray[np.float64]]


class Counter:
    """Counts answers inside a graph.

    Parameters
    ----------
    n_outputs : int
        Classes or labels.
    exclusive : bool
        Whether classes exclude each other.
    scores : bool
        Whether to keep histograms of scores, for the area under the curve.
    """

    def __init__(self, n_outputs: int, exclusive: bool, scores: bool) -> None:
        self._key = n_outputs, exclusive, scores
        self._n_outputs, self._exclusive, self._scores = self._key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Counter) and self._key == other._key

    __hash__ = None  # type: ignore[assignment]

    def __call__(self, y: Any, outputs: Any, weight: Any) -> dict[str, Any]:
        """Return the counts of a batch.

        Parameters
        ----------
        y : tensor of shape (n, n_outputs)
            A 1 for each class or label that holds.
        outputs : tensor of shape (n, n_outputs)
            Probabilities.
        weight : tensor of shape (n,)
            Of each answer.

        Returns
        -------
        dict of str to tensor
            ``confusion`` of shape (n_outputs, n_outputs), truth by answer, or (n_outputs, 2, 2)
            for labels; ``scores`` of shape (n_outputs, 2, N_BINS) by truth and probability.
        """
        held = weight[:, tf.newaxis] * y
        if self._exclusive:
            answers = tf.one_hot(tf.argmax(outputs, axis=-1), self._n_outputs)
            counts = {"confusion": tf.matmul(held, answers, transpose_a=True)}
        else:
            yes = tf.cast(outputs > 0.5, tf.float32)
            answers = tf.stack([1 - yes, yes], axis=-1)
            counts = {"confusion": tf.einsum("nkt,nka->kta", self._sides(y, weight), answers)}
        if self._scores:
            bins = tf.cast(tf.minimum(outputs * N_BINS, N_BINS - 1), tf.int32)
            drawn = tf.one_hot(bins, N_BINS)
            counts["scores"] = tf.einsum("nkt,nkb->ktb", self._sides(y, weight), drawn)
        return counts

    @staticmethod
    def _sides(y: Any, weight: Any) -> Any:
        """Return the weight of each answer by whether the label holds, (n, n_outputs, 2)."""
        return tf.stack([1 - y, y], axis=-1) * weight[:, tf.newaxis, tf.newaxis]


def add_counts(total: Counts, counts: Mapping[str, Any]) -> Counts:
    """Add the counts of a batch to those before."""
    return {
        name: total.get(name, 0) + np.asarray(value, np.float64) for name, value in counts.items()
    }


def compute_metrics(counts: Counts, names: Collection[str], prefix: str = "") -> dict[str, float]:
    """Compute metrics of counts.

    Parameters
    ----------
    counts : dict
        Sums of what `Counter` gives.
    names : collection of str
        Of `METRICS`.
    prefix : str, default=""
        Put in front of the names.

    Returns
    -------
    dict of str to float
        The values.
    """
    return {f"{prefix}{name}": METRICS[name](counts) for name in names}


def _f1(counts: Counts) -> float:
    """Mean over classes or labels, as `sklearn.metrics.f1_score` with ``average="macro"``."""
    confusion = counts["confusion"]
    if confusion.ndim == 3:
        right, wrong = confusion[:, 1, 1], confusion[:, 0, 1] + confusion[:, 1, 0]
    else:
        right = np.diag(confusion)
        wrong = confusion.sum(axis=0) + confusion.sum(axis=1) - 2 * right
    met = (right + wrong > 0) | (confusion.ndim == 3)
    return float(np.mean((2 * right / np.maximum(2 * right + wrong, 1e-300))[met]))


def _balanced_accuracy(counts: Counts) -> float:
    """Mean recall of classes; of labels, the mean over both sides and labels."""
    confusion = counts["confusion"]
    total = confusion.sum(axis=-1)
    right = np.diagonal(confusion, axis1=-2, axis2=-1)
    met = total > 0
    return float(np.mean(right[met] / total[met]))


def _auc(counts: Counts) -> float:
    """Mean area under the ROC curve of each class against the others, or of each label."""
    negative, positive = counts["scores"][:, 0], counts["scores"][:, 1]
    below = np.cumsum(negative, axis=1) - negative
    won = (positive * (below + negative / 2)).sum(axis=1)
    pairs = positive.sum(axis=1) * negative.sum(axis=1)
    return float(np.mean(won[pairs > 0] / pairs[pairs > 0])) if (pairs > 0).any() else float("nan")


METRICS: Final[Mapping[str, Callable[[Counts], float]]] = {
    "f1": _f1,
    "balanced_accuracy": _balanced_accuracy,
    "auc": _auc,
}
