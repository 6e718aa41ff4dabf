"""Labels: checked, encoded, weighted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import issparse
from sklearn.utils import column_or_1d
from sklearn.utils.multiclass import check_classification_targets, type_of_target

from skdeepg.sequences import SequenceWindows

__all__ = [
    "check_label_parameters",
    "class_weights",
    "encode_labels",
    "find_classes",
    "show_labels",
    "sort_classes",
]


def find_classes(y: Any, estimator_name: str) -> tuple[NDArray[Any], NDArray[Any]]:
    """Find the classes of training labels, and encode the labels.

    Parameters
    ----------
    y : array-like of shape (n_rows,) or (n_rows, n_labels)
        Labels of any type that can be sorted; or a 0 or 1 a label (multi-label).
    estimator_name : str
        For messages.

    Returns
    -------
    classes : ndarray of shape (n_classes,)
        The labels, sorted; the numbers of the labels for multi-label y.
    codes : ndarray of shape (n_rows,) and dtype int32, or (n_rows, n_labels) and dtype float32
        The place of each row's label among them; or y itself.
    """
    y = _check_labels(y, estimator_name)
    if y.ndim == 2:
        return np.arange(y.shape[1]), y.astype(np.float32)
    classes, codes = np.unique(y, return_inverse=True)
    if len(classes) < 2:
        raise ValueError(
            f"{estimator_name} needs at least 2 classes, but y has 1 class only: "
            f"{show_labels(classes)}."
        )
    return classes, codes.astype(np.int32)


def encode_labels(
    y: Any, classes: NDArray[Any], multilabel: bool, estimator_name: str
) -> NDArray[Any]:
    """Encode the labels of other rows; every label must be among the classes.

    Parameters
    ----------
    y : array-like of shape (n_rows,) or (n_rows, n_labels)
        Labels.
    classes : ndarray of shape (n_classes,)
        Those of training.
    multilabel : bool
        Whether training had multi-label y.
    estimator_name : str
        For messages.

    Returns
    -------
    ndarray of shape (n_rows,) and dtype int32, or (n_rows, n_labels) and dtype float32
        As from `find_classes`.
    """
    y = _check_labels(y, estimator_name)
    if multilabel != (y.ndim == 2) or (multilabel and y.shape[1] != len(classes)):
        wanted = f"(n_rows, {len(classes)}), a 0 or 1 a label" if multilabel else "(n_rows,)"
        raise ValueError(f"y has the shape {y.shape}, but the labels of training had {wanted}.")
    if multilabel:
        return np.asarray(y, dtype=np.float32)
    unknown = np.setdiff1d(y, classes)
    if len(unknown):
        raise ValueError(
            f"y has labels that the training rows do not have: {show_labels(unknown)}; the classes "
            f"are {show_labels(classes)}."
        )
    return np.asarray(np.searchsorted(classes, y), dtype=np.int32)


def sort_classes(classes: Any, multilabel: bool) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Sort the labels of a network's outputs.

    Parameters
    ----------
    classes : array-like of shape (n_classes,)
        One label an output, in their order.
    multilabel : bool
        Whether outputs do not exclude each other; then the labels are their numbers.

    Returns
    -------
    classes : ndarray of shape (n_classes,)
        The labels, sorted.
    order : ndarray of shape (n_classes,)
        The output of each.
    """
    given = np.asarray(classes)
    _check_not_missing(given)
    found, order = np.unique(given, return_index=True)
    if given.ndim != 1 or len(found) < len(given) or len(given) < 2:
        raise ValueError(
            f"classes must be at least 2 different labels, one an output of the model, not "
            f"{classes!r}."
        )
    if multilabel and not np.array_equal(given, np.arange(len(given))):
        raise ValueError(
            "The model ends in a sigmoid, so it gives several labels a row, whose names are their "
            f"numbers: classes must be range({len(given)}), not {show_labels(given)}."
        )
    return found, order


def _check_labels(y: Any, estimator_name: str) -> NDArray[Any]:
    """Check labels; give a 1-D array, or a 2-D indicator array."""
    if y is None:
        raise ValueError(
            f"{estimator_name} requires y to be passed, but the target y is None: give the label "
            "of each row."
        )
    y = y.toarray() if issparse(y) else np.asarray(y)
    _check_not_missing(y)
    kind = type_of_target(y, input_name="y")
    if kind == "multilabel-indicator":
        return np.asarray(y)
    if kind == "multiclass-multioutput":
        raise ValueError(
            f"Unknown label type: y of shape {y.shape} has other values than 0 and 1. Multi-label "
            "y has a column a label, with 1 where a row has it."
        )
    y = column_or_1d(y, warn=True)
    check_classification_targets(y)
    return np.asarray(y)


def _check_not_missing(y: NDArray[Any]) -> None:
    missing = np.argwhere(pd.isna(y))
    if len(missing):
        raise ValueError(
            f"Input y contains NaN: {len(missing)} labels are missing, the first in row "
            f"{missing[0][0]}. Label these rows or leave them out."
        )


def class_weights(
    class_weight: Any, classes: NDArray[Any], per_class: NDArray[np.float64], total: float | None
) -> NDArray[np.float64]:
    """Give the weight of each class, or of each label's absence and presence.

    Parameters
    ----------
    class_weight : dict, "balanced" or None
        The estimator's parameter.
    classes : ndarray of shape (n_classes,)
        The labels.
    per_class : ndarray of shape (n_classes,)
        Training windows, times the weights of their rows, of each class.
    total : float or None
        All of them, for multi-label y; None otherwise.

    Returns
    -------
    ndarray of shape (n_classes,) or (n_labels, 2)
        Weights; "balanced" is as in `sklearn.utils.class_weight.compute_class_weight`.
    """
    multilabel = total is not None
    if class_weight is None:
        return np.ones((len(classes), 2) if multilabel else len(classes))
    if class_weight == "balanced":
        if total is None:
            return _inverse(per_class, per_class.sum())
        counts = np.stack([total - per_class, per_class], axis=1)
        return np.stack([_inverse(pair, total) for pair in counts])
    unknown = [label for label in class_weight if label not in set(classes.tolist())]
    if unknown:
        raise ValueError(
            f"class_weight has the label {unknown[0]!r}, which is not among the classes "
            f"{show_labels(classes)}."
        )
    weight = np.array([class_weight.get(label, 1.0) for label in classes.tolist()], dtype=float)
    return np.stack([np.ones(len(classes)), weight], axis=1) if multilabel else weight


def _inverse(counts: NDArray[np.float64], total: float) -> NDArray[np.float64]:
    """Weigh inversely to counts; what does not occur has no weight."""
    weight = np.zeros(len(counts))
    return np.divide(total / len(counts), counts, out=weight, where=counts > 0)


def show_labels(labels: NDArray[Any], most: int = 10) -> str:
    """Write labels for a message, as Python writes them."""
    shown = ", ".join(repr(label) for label in labels[:most].tolist())
    return shown + (", ..." if len(labels) > most else "")


def check_label_parameters(estimator: Any, windows: SequenceWindows, y: NDArray[Any]) -> None:
    """Check labels against rows, and parameters that depend on the kind of labels or letters."""
    if len(y) != len(windows):
        raise ValueError(
            "X and y differ in length (inconsistent numbers of samples): X has "
            f"{len(windows)} rows, y has {len(y)} labels."
        )
    if estimator.multilabel_ and estimator.sampling == "balanced":
        raise ValueError(
            "sampling='balanced' draws classes in turn, which multi-label rows do not have; use "
            "class_weight='balanced' with sampling='shuffle'."
        )
    if estimator.strands == "both":
        _ = windows.vocabulary.complement  # raises where there is none
