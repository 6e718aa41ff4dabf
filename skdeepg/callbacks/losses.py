"""Losses beside cross-entropy, which is the default."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.base import BaseEstimator

from skdeepg._compat import Interval, validate_parameters

__all__ = ["FocalLoss", "LabelSmoothing", "LossKind", "NoisyLabels"]


class LossKind(BaseEstimator):
    """Base of losses: what a wrong or unsure answer costs.

    Examples
    --------
    A loss of your own, the squared error of two classes:

    >>> from skdeepg import LSTMCNN, SequenceClassifier
    >>> from skdeepg.callbacks import LossKind
    >>> class Squared(LossKind):
    ...     def categorical(self, y, outputs):
    ...         return ((y - outputs) ** 2)[..., 0]
    >>> network = LSTMCNN(filters=(2,), pool_size=2)
    >>> classifier = SequenceClassifier(network, 8, max_epochs=1, loss=Squared())
    >>> classifier.fit(["ACGTACGT", "GGGGGGGG"], [0, 1]).n_epochs_
    1
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {}

    def check(self, n_outputs: int, exclusive: bool) -> None:
        """Check the parameters against the classes.

        Parameters
        ----------
        n_outputs : int
            Classes or labels.
        exclusive : bool
            Whether classes exclude each other.
        """
        validate_parameters(self)

    def categorical(self, y: Any, outputs: Any) -> Any:
        """Give the loss of answers among classes, inside a graph.

        Parameters
        ----------
        y : tensor of shape (..., n_classes)
            One-hot.
        outputs : tensor of shape (..., n_classes)
            Probabilities.

        Returns
        -------
        tensor of shape (...)
            One loss an answer, in nats.
        """
        raise NotImplementedError

    def binary(self, y: Any, outputs: Any) -> Any:
        """Give the loss of each label, inside a graph.

        Parameters
        ----------
        y : tensor of shape (n, n_labels)
            0 or 1.
        outputs : tensor of shape (n, n_labels)
            Probabilities.

        Returns
        -------
        tensor of shape (n, n_labels)
            One loss a label, in nats.
        """
        raise NotImplementedError


class LabelSmoothing(LossKind):
    """Cross-entropy with labels that are not quite sure.

    Keeps a network from growing ever surer of its training rows.

    Parameters
    ----------
    amount : float, default=0.1
        The share of each label that is dealt out evenly to all classes.

    References
    ----------
    Szegedy et al. 2016, doi:10.1109/CVPR.2016.308. deepG: ``label_smoothing``.

    Examples
    --------
    >>> from skdeepg import SequenceClassifier
    >>> from skdeepg.callbacks import LabelSmoothing
    >>> SequenceClassifier(loss=LabelSmoothing(0.05))
    SequenceClassifier(loss=LabelSmoothing(amount=0.05))
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "amount": [Interval(Real, 0, 1, closed="left")]
    }

    def __init__(self, amount: float = 0.1) -> None:
        self.amount = amount

    def categorical(self, y: Any, outputs: Any) -> Any:
        """Give the loss of answers among classes."""
        from skdeepg.engine.backend import keras

        n_classes = outputs.shape[-1]
        smooth = y * (1 - self.amount) + self.amount / n_classes
        return keras.losses.categorical_crossentropy(smooth, outputs)

    def binary(self, y: Any, outputs: Any) -> Any:
        """Give the loss of each label."""
        from skdeepg.engine.backend import keras

        return keras.ops.binary_crossentropy(y * (1 - self.amount) + self.amount / 2, outputs)


class FocalLoss(LossKind):
    """Cross-entropy that cares less for what is right already.

    For classes of very different size: the many easy windows of a large one do not drown the few
    hard ones of the other.

    Parameters
    ----------
    gamma : float, default=2
        The loss is multiplied by (1 - probability of the truth) to this power.

    References
    ----------
    Lin et al. 2017, doi:10.1109/ICCV.2017.324.

    Examples
    --------
    >>> from skdeepg import SequenceClassifier
    >>> from skdeepg.callbacks import FocalLoss
    >>> SequenceClassifier(loss=FocalLoss(gamma=1))
    SequenceClassifier(loss=FocalLoss(gamma=1))
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "gamma": [Interval(Real, 0, None, closed="left")]
    }

    def __init__(self, gamma: float = 2) -> None:
        self.gamma = gamma

    def categorical(self, y: Any, outputs: Any) -> Any:
        """Give the loss of answers among classes."""
        from skdeepg.engine.backend import keras, tf

        truth = tf.reduce_sum(y * outputs, axis=-1)
        return (1 - truth) ** self.gamma * keras.losses.categorical_crossentropy(y, outputs)

    def binary(self, y: Any, outputs: Any) -> Any:
        """Give the loss of each label."""
        from skdeepg.engine.backend import keras

        truth = y * outputs + (1 - y) * (1 - outputs)
        return (1 - truth) ** self.gamma * keras.ops.binary_crossentropy(y, outputs)


class NoisyLabels(LossKind):
    """Cross-entropy for labels of which some are known to be wrong (forward correction).

    The network learns the true class; what it says is turned into what the label would be before
    it is compared with the label.

    Parameters
    ----------
    matrix : array-like of shape (n_classes, n_classes)
        In row i and column j the probability that a row of class i has the label j, classes in the
        order of `classes_`; rows sum to 1.

    References
    ----------
    Patrini et al. 2017, doi:10.1109/CVPR.2017.240. deepG: ``loss_fn`` "noise_matrix", which
    corrects backward.

    Examples
    --------
    >>> from skdeepg import LSTMCNN, SequenceClassifier
    >>> from skdeepg.callbacks import NoisyLabels
    >>> network = LSTMCNN(filters=(2,), pool_size=2)
    >>> classifier = SequenceClassifier(network, 8, loss=NoisyLabels([[0.9, 0.1], [0, 1]]))
    >>> classifier.fit(["ACGTACGT", "GGGGGGGG"], [0, 1]).n_epochs_
    10
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {"matrix": ["array-like"]}

    def __init__(self, matrix: Any) -> None:
        self.matrix = matrix

    def check(self, n_outputs: int, exclusive: bool) -> None:
        """Check the matrix against the classes.

        Parameters
        ----------
        n_outputs : int
            Classes or labels.
        exclusive : bool
            Whether classes exclude each other.
        """
        super().check(n_outputs, exclusive)
        if not exclusive:
            raise ValueError("loss=NoisyLabels is for classes that exclude each other.")
        matrix = np.asarray(self.matrix, dtype=float)
        if matrix.shape != (n_outputs, n_outputs):
            raise ValueError(
                f"matrix of NoisyLabels has the shape {matrix.shape}, but there are {n_outputs} "
                f"classes: give {n_outputs} rows and columns, in the order of classes_."
            )
        if (matrix < 0).any() or not np.allclose(matrix.sum(axis=1), 1):
            raise ValueError(
                "matrix of NoisyLabels must have probabilities that sum to 1 in each row, not "
                f"{matrix.tolist()}."
            )

    def categorical(self, y: Any, outputs: Any) -> Any:
        """Give the loss of answers among classes."""
        from skdeepg.engine.backend import tf

        labels = tf.linalg.matmul(outputs, np.asarray(self.matrix, dtype=np.float32))
        return -tf.math.log(tf.maximum(tf.reduce_sum(y * labels, axis=-1), 1e-7))
