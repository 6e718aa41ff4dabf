"""Rows to validate on during training, given or split off."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import (
    GroupShuffleSplit,
    ShuffleSplit,
    StratifiedGroupKFold,
    StratifiedShuffleSplit,
)

from skdeepg.sequences.collection import IntArray

__all__ = ["ValidationSet", "check_validation_parameters", "split_rows"]


class ValidationSet:
    """Rows and labels to validate on after each epoch.

    Give it as ``fit(X, y, validation=ValidationSet(X_other, y_other))``. It is a type of
    its own because scikit-learn slices plain arrays that are as long as `X`.

    Parameters
    ----------
    X : Sequences, list-like of sequences or paths, or array of codes
        The rows, of any shape that `fit` accepts.
    y : array-like of shape (n_rows,), default=None
        Their labels; language models need none.

    Examples
    --------
    >>> from skdeepg import ValidationSet
    >>> ValidationSet(["ACGT", "GGGG"], ["a", "b"])
    ValidationSet(2 rows)
    """

    def __init__(self, X: Any, y: Any = None) -> None:
        self.X = X
        self.y = y

    def __repr__(self) -> str:
        return f"ValidationSet({len(self.X)} rows)"


def split_rows(
    y: NDArray[Any], groups: Any, fraction: float, seed: int
) -> tuple[IntArray, IntArray]:
    """Split rows into those to train on and those to validate on.

    Parameters
    ----------
    y : ndarray of shape (n_rows,) or (n_rows, n_labels)
        Encoded labels; both parts get all classes as far as possible. Multi-label rows are split
        at random.
    groups : array-like of shape (n_rows,) or None
        Rows of a group stay together.
    fraction : float
        Share of the rows (with groups: about) to validate on.
    seed : int
        Of the split.

    Returns
    -------
    train, validation : ndarray of dtype int64
        Row numbers, ascending.
    """
    try:
        train, held = next(_splitter(y, groups, fraction, seed).split(y, y, groups))
    except ValueError as error:
        raise ValueError(
            f"validation_fraction={fraction} cannot split {len(y)} rows: {error} Give more rows, "
            "or validation=ValidationSet(X, y)."
        ) from error
    missing = np.setdiff1d(y, y[train]) if y.ndim == 1 else np.zeros(0)
    if len(missing):
        raise ValueError(
            f"validation_fraction={fraction} leaves {len(missing)} classes without training rows, "
            "as all of their rows are in groups held back; give validation=ValidationSet(X, y)."
        )
    return np.sort(train), np.sort(held)


def _splitter(y: NDArray[Any], groups: Any, fraction: float, seed: int) -> Any:
    if y.ndim == 2:
        kind = ShuffleSplit if groups is None else GroupShuffleSplit
        return kind(1, test_size=fraction, random_state=seed)
    if groups is None:
        return StratifiedShuffleSplit(1, test_size=fraction, random_state=seed)
    n_folds = max(2, round(1 / fraction))
    n_groups = len(np.unique(groups))
    if n_groups < n_folds:
        raise ValueError(f"with {n_groups} groups, where at least {n_folds} are needed.")
    return StratifiedGroupKFold(n_folds, shuffle=True, random_state=seed)


def check_validation_parameters(estimator: Any, validation: Any) -> None:
    """Check the parameters about validation against each other."""
    if validation is not None and not isinstance(validation, ValidationSet):
        raise TypeError(
            f"validation must be a ValidationSet, not {type(validation).__name__}: write "
            "validation=ValidationSet(X, y)."
        )
    if validation is not None and estimator.validation_fraction is not None:
        raise ValueError("Give either validation=... or validation_fraction, not both.")
    if estimator.early_stopping and validation is None and estimator.validation_fraction is None:
        raise ValueError(
            "early_stopping=True needs rows to validate on: set validation_fraction, or give "
            "fit(..., validation=ValidationSet(X, y))."
        )
