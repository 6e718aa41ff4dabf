"""What the checks share: toy rows, fitting with or without labels, comparing answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone, is_classifier
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

__all__ = [
    "LABELS",
    "TOLERANCE",
    "answer",
    "assert_same",
    "fit",
    "is_fitted",
    "seeded_clone",
    "settings",
    "toy_labels",
    "toy_rows",
    "vocabulary_of",
]

TOLERANCE = 1e-6
LABELS = ("ac", "gt")
SHARES = ((0.4, 0.4, 0.1, 0.1), (0.1, 0.1, 0.4, 0.4))
LENGTHS = (60, 20, 33, 70, 41, 25, 52, 64, 8, 47, 120, 30, 29, 56, 38, 9)


def toy_rows() -> list[str]:
    """Draw 16 sequences of 8 to 120 bases; rows in turn rich in A and C, and in G and T."""
    random = np.random.default_rng(0)
    return [
        "".join(random.choice(list("ACGT"), size=length, p=SHARES[number % 2]))
        for number, length in enumerate(LENGTHS)
    ]


def toy_labels(estimator: Any, n_rows: int) -> NDArray[Any] | None:
    """Label the toy rows; None for what is no classifier."""
    return np.array(LABELS)[np.arange(n_rows) % 2] if is_classifier(estimator) else None


def seeded_clone(estimator: Any, seed: int | None = 0) -> Any:
    """Clone, and set every `random_state`, also nested ones."""
    copy = clone(estimator)
    names = [name for name in copy.get_params() if name.split("__")[-1] == "random_state"]
    return copy.set_params(**dict.fromkeys(names, seed))


def fit(estimator: Any, X: Any, labels: Any = None) -> Any:
    """Fit on rows, with labels in turn if it is a classifier and none are given."""
    y = toy_labels(estimator, len(X)) if labels is None else labels
    return estimator.fit(X) if y is None else estimator.fit(X, y)


def is_fitted(estimator: Any) -> bool:
    """Tell whether an estimator is fitted, as scikit-learn sees it."""
    try:
        check_is_fitted(estimator)
    except NotFittedError:
        return False
    return True


def answer(estimator: Any, X: Any) -> list[NDArray[np.float64]]:
    """Ask all there is to ask, and give one vector of numbers a row.

    Probabilities, scores of rows and features; or predictions, where there is none of these.
    """
    names = ("predict_proba", "score_samples", "transform")
    methods = [name for name in names if hasattr(estimator, name)] or ["predict"]
    parts = [_rows(getattr(estimator, name)(X)) for name in methods]
    for name, rows in zip(methods, parts, strict=True):
        if len(rows) != len(X):
            raise AssertionError(f"{name} gave {len(rows)} answers to {len(X)} rows.")
    return [np.concatenate(row) for row in zip(*parts, strict=True)]


def _rows(answers: Any) -> list[NDArray[np.float64]]:
    """List the answers of any kind row by row: arrays, sparse matrices, windows of codes."""
    if hasattr(answers, "toarray"):
        answers = answers.toarray()
    if not hasattr(answers, "to_array"):
        answers = np.asarray(answers)
        if answers.dtype.kind not in "biuf":
            answers = answers == LABELS[1]
        return list(answers.reshape(len(answers), -1).astype(np.float64))
    return [row.to_array().ravel().astype(np.float64) for row in answers]


def assert_same(
    found: Sequence[NDArray[np.float64]], expected: Sequence[NDArray[np.float64]], what: str
) -> None:
    """Compare answers row by row."""
    if len(found) != len(expected):
        raise AssertionError(f"{what}: {len(found)} answers instead of {len(expected)}.")
    for number, (one, other) in enumerate(zip(found, expected, strict=True)):
        np.testing.assert_allclose(
            one, other, rtol=TOLERANCE, atol=TOLERANCE, err_msg=f"{what}: row {number} differs."
        )


def settings(estimator: Any) -> dict[str, str]:
    """Write out all parameters, also nested ones, without places in memory."""
    return {
        name: re.sub(r" at 0x[0-9a-f]+", "", repr(value))
        for name, value in estimator.get_params(deep=True).items()
    }


def vocabulary_of(estimator: Any) -> str:
    """Tell the letters by which an estimator reads."""
    parameters = estimator.get_params(deep=True)
    default = parameters.get("vocabulary", "ACGT")
    return str(parameters.get("windows__vocabulary", default))
