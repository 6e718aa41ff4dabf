"""Labels: checked, encoded, weighted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.utils import column_or_1d
from sklearn.utils.multiclass import check_classification_targets

from skdeepg.sequences.collection import IntArray

__all__ = ["class_weights", "encode_labels", "find_classes", "show_labels"]


def find_classes(y: Any, n_rows: int, estimator_name: str) -> tuple[NDArray[Any], IntArray]:
    """Find the classes of training labels, and encode the labels.

    Parameters
    ----------
    y : array-like of shape (n_rows,)
        Labels of any type that can be sorted.
    n_rows : int
        The number of rows of X.
    estimator_name : str
        For messages.

    Returns
    -------
    classes : ndarray of shape (n_classes,)
        The labels, sorted.
    codes : ndarray of shape (n_rows,) and dtype int64
        The place of each row's label among them.
    """
    y = _check_labels(y, n_rows, estimator_name)
    classes, codes = np.unique(y, return_inverse=True)
    if len(classes) < 2:
        raise ValueError(
            f"{estimator_name} needs at least 2 classes, but y has 1 class only: "
            f"{show_labels(classes)}."
        )
    return classes, codes


def encode_labels(y: Any, n_rows: int, classes: NDArray[Any], estimator_name: str) -> IntArray:
    """Encode the labels of other rows; every label must be among the classes."""
    y = _check_labels(y, n_rows, estimator_name)
    unknown = np.setdiff1d(y, classes)
    if len(unknown):
        raise ValueError(
            f"The validation set has labels that the training rows do not have: "
            f"{show_labels(unknown)}; the classes are {show_labels(classes)}."
        )
    return np.asarray(np.searchsorted(classes, y))


def _check_labels(y: Any, n_rows: int, estimator_name: str) -> NDArray[Any]:
    if y is None:
        raise ValueError(
            f"{estimator_name} requires y to be passed, but the target y is None: give the label "
            "of each row."
        )
    y = column_or_1d(y, warn=True)
    if len(y) != n_rows:
        raise ValueError(
            f"X and y differ in length (inconsistent numbers of samples): X has {n_rows} rows, y "
            f"has {len(y)} labels."
        )
    missing = np.flatnonzero(pd.isna(y))
    if len(missing):
        raise ValueError(
            f"Input y contains NaN: {len(missing)} labels are missing, the first in row "
            f"{missing[0]}. Label these rows or leave them out."
        )
    check_classification_targets(y)
    return np.asarray(y)


def class_weights(
    class_weight: Any, classes: NDArray[Any], n_windows: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Give the weight of each class.

    Parameters
    ----------
    class_weight : dict, "balanced" or None
        The estimator's parameter.
    classes : ndarray of shape (n_classes,)
        The labels.
    n_windows : ndarray of shape (n_classes,)
        Training windows (times the weights of their rows) of each class.

    Returns
    -------
    ndarray of shape (n_classes,)
        Weights; "balanced" is as in `sklearn.utils.class_weight.compute_class_weight`.
    """
    if class_weight is None:
        return np.ones(len(classes))
    if class_weight == "balanced":
        return np.asarray(n_windows.sum() / (len(classes) * n_windows))
    unknown = [label for label in class_weight if label not in set(classes.tolist())]
    if unknown:
        raise ValueError(
            f"class_weight has the label {unknown[0]!r}, which is not among the classes "
            f"{show_labels(classes)}."
        )
    return np.array([class_weight.get(label, 1.0) for label in classes.tolist()], dtype=float)


def show_labels(labels: NDArray[Any], most: int = 10) -> str:
    """Write labels for a message, as Python writes them."""
    shown = ", ".join(repr(label) for label in labels[:most].tolist())
    return shown + (", ..." if len(labels) > most else "")
