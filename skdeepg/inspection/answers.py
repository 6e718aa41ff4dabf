"""Truth and probabilities, checked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from skdeepg.sequences.windows import name_some

__all__ = ["check_probabilities", "check_rows", "check_weight", "encode_truth"]

SUM_TOLERANCE = 1e-3  # float32 sums of thousands of classes stay below


def encode_truth(truth: ArrayLike, classes: NDArray[Any]) -> NDArray[np.int64]:
    """Turn labels into their places among the classes; give a label indicator as integers."""
    truth = np.asarray(truth)
    if truth.ndim == 2 and truth.shape[1] == 1 and len(classes) > 1:
        truth = truth[:, 0]
    if truth.ndim not in (1, 2):
        raise ValueError(f"row_truth must have 1 or 2 dimensions, found the shape {truth.shape}.")
    if len(truth) == 0:
        raise ValueError("There are no rows to evaluate: row_truth is empty.")
    if truth.ndim == 2:
        return _check_indicator(truth, classes)
    codes = pd.Index(classes).get_indexer(pd.Index(truth))
    if (codes < 0).any():
        row = int((codes < 0).argmax())
        raise ValueError(
            f"row_truth has the label {truth.tolist()[row]!r} in row {row}, which is not among the "
            f"classes: {name_some(classes, 10)}."
        )
    return np.asarray(codes, dtype=np.int64)


def _check_indicator(truth: NDArray[Any], classes: NDArray[Any]) -> NDArray[np.int64]:
    if truth.shape[1] != len(classes):
        raise ValueError(
            f"row_truth has {truth.shape[1]} columns, but there are {len(classes)} labels: "
            f"{name_some(classes, 10)}."
        )
    if not np.isin(truth, (0, 1)).all():
        raise ValueError("row_truth with a column a label must hold zeros and ones only.")
    return truth.astype(np.int64)


def check_rows(window_rows: ArrayLike, n_rows: int) -> NDArray[np.int64]:
    """Check the row of each window."""
    rows = np.asarray(window_rows)
    if rows.ndim != 1 or rows.dtype.kind not in "iu" or not len(rows):
        raise ValueError(
            f"window_rows must be whole numbers, one a window, found shape {rows.shape} and type "
            f"{rows.dtype}."
        )
    if rows.min() < 0 or rows.max() >= n_rows:
        raise ValueError(
            f"window_rows must be from 0 to {n_rows - 1} for {n_rows} rows, found "
            f"{rows.min()} to {rows.max()}."
        )
    return rows.astype(np.int64)


def check_weight(sample_weight: ArrayLike | None, n_rows: int) -> NDArray[np.float64] | None:
    """Check the weights of rows."""
    if sample_weight is None:
        return None
    weight = np.asarray(sample_weight, dtype=np.float64)
    if weight.shape != (n_rows,):
        raise ValueError(
            f"sample_weight must have the shape {(n_rows,)}, one weight a row, found "
            f"{weight.shape}."
        )
    if not (np.isfinite(weight) & (weight >= 0)).all() or weight.sum() == 0:
        raise ValueError("sample_weight must be finite, not negative, and not zero for all rows.")
    return weight


def check_probabilities(
    name: str, probabilities: ArrayLike, shape: tuple[int, int], sums_to_one: bool
) -> NDArray[np.floating]:
    """Check shape, range and sums; keep float32 and float64 as they are."""
    values = np.asarray(probabilities)
    if values.dtype not in (np.float32, np.float64):
        values = values.astype(np.float64)
    if values.shape != shape:
        raise ValueError(
            f"{name} has the shape {values.shape}, but {shape} (samples, classes) is needed."
        )
    wrong = ~((values >= 0) & (values <= 1))  # also nan
    if wrong.any():
        sample, column = np.argwhere(wrong)[0]
        raise ValueError(
            f"{name} must be between 0 and 1, found {values[sample, column]} in line {sample}, "
            f"column {column}."
        )
    off = np.abs(values.sum(axis=1) - 1) > SUM_TOLERANCE
    if sums_to_one and off.any():
        sample = int(off.argmax())
        raise ValueError(
            f"{name} must sum to 1 over classes, found {values[sample].sum():.4g} in line {sample}."
            " For independent labels give the truth as zeros and ones, a column a label."
        )
    return values
