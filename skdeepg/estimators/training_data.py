"""From rows and labels to the windows of training and validation."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import check_array

from skdeepg.engine.data import LabelledWindows
from skdeepg.estimators.leaks import warn_of_parted_rows
from skdeepg.estimators.targets import show_labels
from skdeepg.estimators.validation import split_rows
from skdeepg.exceptions import LostDataWarning
from skdeepg.genome.locate import locate_regions
from skdeepg.genome.regions import Regions
from skdeepg.sequences.grid import Intervals
from skdeepg.sequences.windows import SequenceWindows, name_some

__all__ = [
    "check_row_weights",
    "check_weighted_classes",
    "check_windows",
    "label_windows",
    "split_windows",
]


def label_windows(
    windows: SequenceWindows,
    y: NDArray[Any],
    weight: NDArray[np.float64] | None = None,
    blocked: Intervals | None = None,
) -> LabelledWindows:
    """Put rows, labels and weights together; windows that touch blocked stretches are left out."""
    weight = np.ones(len(windows)) if weight is None else weight
    return LabelledWindows(windows, windows._training_grid(blocked), y, weight)


def split_windows(
    windows: SequenceWindows,
    y: NDArray[Any],
    weight: NDArray[np.float64],
    exclude: Regions | None,
    groups: Any = None,
    validation_fraction: float | None = None,
    seed: int = 0,
    X: Any = None,
) -> tuple[LabelledWindows, LabelledWindows | None]:
    """Hold rows back for validation, and leave out windows that touch excluded regions.

    Parameters
    ----------
    windows : SequenceWindows
        All rows given to fit.
    y : ndarray of shape (n_rows,) or (n_rows, n_labels)
        Encoded labels.
    weight : ndarray of shape (n_rows,)
        Sample weights.
    exclude : Regions or None
        What no window may touch, on either side.
    groups : array-like of shape (n_rows,) or None
        Rows to keep together.
    validation_fraction : float or None
        Share of the rows to hold back.
    seed : int
        Of the split.
    X : object
        What was given to `fit`, for a warning if windows of its rows are parted.

    Returns
    -------
    training : LabelledWindows
        The rows to train on.
    validation : LabelledWindows or None
        The rows held back.
    """
    records = windows.sequences.records()
    blocked = None if exclude is None else locate_regions(exclude, records)
    if validation_fraction is None:
        return label_windows(windows, y, weight, blocked), None
    parts = split_rows(y, groups, validation_fraction, seed)
    warn_of_parted_rows(X, *parts)
    sides = [
        label_windows(
            windows[rows],
            y[rows],
            weight[rows],
            None if blocked is None else blocked.of_rows(rows, records),
        )
        for rows in parts
    ]
    return sides[0], sides[1]


def check_windows(data: LabelledWindows, classes: NDArray[Any]) -> None:
    """Warn of training rows without windows; refuse to train if a class of theirs has none."""
    per_row = data.grid.windows_per_row
    empty = np.flatnonzero(per_row == 0)
    if not len(empty):
        return
    names = name_some(data.windows.sequences.names[empty])
    remedy = (
        f"their records are shorter than window_length={data.windows.cut.window_length} "
        "(short='drop'), or every window has ambiguous letters (ambiguous='drop') or touches an "
        "excluded region"
    )
    lost = np.flatnonzero(data.windows_per_class(len(classes)) == 0)
    lost = lost[_classes_of(data.y[empty], len(classes))[lost]]
    if len(lost):
        raise ValueError(
            f"Class {show_labels(classes[lost[:1]])} has no window to train on. Rows without "
            f"windows: {len(empty)} of {len(per_row)} ({names}): {remedy}."
        )
    warnings.warn(
        f"{len(empty)} of {len(per_row)} training rows have no window and are not trained on: "
        f"{names}; {remedy}.",
        LostDataWarning,
        stacklevel=3,
    )


def check_weighted_classes(
    y: NDArray[Any], weight: NDArray[np.float64], classes: NDArray[Any]
) -> None:
    """Refuse to train where weights leave one class."""
    if y.ndim == 1 and len(left := np.unique(y[weight > 0])) < 2:
        raise ValueError(
            f"Rows with a sample_weight above 0 are all of one class: {show_labels(classes[left])}."
        )


def check_row_weights(sample_weight: Any, n_rows: int) -> NDArray[np.float64]:
    """Check the weights of rows; None gives ones."""
    if sample_weight is None:
        return np.ones(n_rows)
    weight: NDArray[np.float64] = check_array(
        sample_weight, ensure_2d=False, dtype=np.float64, input_name="sample_weight"
    )
    if weight.shape != (n_rows,):
        raise ValueError(
            f"sample_weight.shape == {weight.shape}, expected {(n_rows,)}: one weight a row."
        )
    if (weight < 0).any() or weight.sum() == 0:
        raise ValueError("sample_weight must not be negative, nor zero for all rows.")
    return weight


def _classes_of(y: NDArray[Any], n_classes: int) -> NDArray[np.bool_]:
    """Tell which classes (or labels) some rows have."""
    if y.ndim == 2:
        return np.asarray(y.any(axis=0))
    return np.isin(np.arange(n_classes), y)
