"""Checks of what an estimator keeps, changes and leaves alone."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
from sklearn.base import clone, is_classifier
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.utils import get_tags

from skdeepg.utils.checking import (
    LABELS,
    answer,
    assert_same,
    fit,
    is_fitted,
    seeded_clone,
    settings,
    toy_labels,
    toy_rows,
)
from skdeepg.utils.global_state import environment, global_state, restore

__all__ = [
    "check_classes",
    "check_clone_keeps_settings",
    "check_fit_changes_no_parameter",
    "check_fit_leaves_data_alone",
    "check_fit_returns_itself",
    "check_global_state_is_left_alone",
    "check_not_fitted",
    "check_pickle_fitted",
    "check_pickle_in_pipeline",
    "check_pickle_unfitted",
    "check_random_state_repeats",
    "check_refit_forgets",
]


def check_fit_returns_itself(estimator: Any) -> None:
    """Check that fit returns the estimator, fitted."""
    copied = seeded_clone(estimator)
    if fit(copied, toy_rows()) is not copied:
        raise AssertionError("fit does not return the estimator itself.")
    if not is_fitted(copied):
        raise AssertionError("The estimator has no attribute that ends in _ after fit.")


def check_not_fitted(estimator: Any) -> None:
    """Check that asking before fit is a NotFittedError."""
    if not get_tags(estimator).requires_fit:
        return
    try:
        answer(clone(estimator), toy_rows())
    except NotFittedError:
        return
    raise AssertionError("An estimator that is not fitted answers without NotFittedError.")


def check_fit_changes_no_parameter(estimator: Any) -> None:
    """Check that no parameter is replaced or changed, also of nested objects."""
    copied = seeded_clone(estimator)
    objects, before = copied.get_params(deep=True), settings(copied)
    answer(fit(copied, toy_rows()), toy_rows())
    _assert_equal_settings(settings(copied), before, "fit")
    after = copied.get_params(deep=True)
    replaced = [name for name, value in objects.items() if after[name] is not value]
    if replaced:
        raise AssertionError(f"fit puts another object in place of the parameters {replaced}.")


def check_fit_leaves_data_alone(estimator: Any) -> None:
    """Check that fitting and answering do not change X and y."""
    X = np.array(toy_rows(), dtype=object)
    y = toy_labels(estimator, len(X))
    before = copy.deepcopy((X, y))
    answer(fit(seeded_clone(estimator), X, y), X)
    for name, found, expected in zip("Xy", (X, y), before, strict=True):
        if np.any(np.asarray(found) != np.asarray(expected)):
            raise AssertionError(f"fit or prediction changes {name}.")


def check_classes(estimator: Any) -> None:
    """Check that a classifier lists the labels in order, and predicts the most probable one."""
    if not is_classifier(estimator):
        return
    rows = toy_rows()
    fitted = fit(seeded_clone(estimator), rows)
    if list(fitted.classes_) != sorted(LABELS):
        raise AssertionError(f"classes_ are {fitted.classes_}, the labels {sorted(LABELS)}.")
    predicted = fitted.predict(rows)
    if hasattr(fitted, "predict_proba"):
        probable = fitted.classes_[np.argmax(fitted.predict_proba(rows), axis=1)]
        np.testing.assert_array_equal(predicted, probable, "predict is not the argmax")
    elif not set(predicted) <= set(LABELS):
        raise AssertionError(f"predict gives {set(predicted)}, the labels are {LABELS}.")


def check_clone_keeps_settings(estimator: Any) -> None:
    """Check that a clone has equal parameters, learns as the original, and is not fitted."""
    _assert_equal_settings(settings(clone(estimator)), settings(estimator), "clone")
    rows = toy_rows()
    original = fit(seeded_clone(estimator), rows)
    copied = clone(original)
    _assert_equal_settings(settings(copied), settings(original), "clone")
    if get_tags(estimator).requires_fit and is_fitted(copied):
        raise AssertionError("A clone of a fitted estimator is fitted.")
    assert_same(answer(fit(copied, rows), rows), answer(original, rows), "answers of a clone")


def _assert_equal_settings(found: dict[str, str], expected: dict[str, str], what: str) -> None:
    changed = [name for name in {**expected, **found} if found.get(name) != expected.get(name)]
    if changed:
        shown = ", ".join(f"{n}={found.get(n)} (was {expected.get(n)})" for n in changed)
        raise AssertionError(f"{what} changes the parameters {shown}.")


def check_random_state_repeats(estimator: Any) -> None:
    """Check that the same random_state gives the same answers."""
    rows = toy_rows()
    expected = answer(fit(seeded_clone(estimator), rows), rows)
    found = answer(fit(seeded_clone(estimator), rows), rows)
    assert_same(found, expected, "answers with the same random_state")


def check_refit_forgets(estimator: Any) -> None:
    """Check that a second fit is as the first, whatever was learnt before; not with warm_start."""
    if getattr(estimator, "warm_start", False):
        return
    rows = toy_rows()
    again = fit(seeded_clone(estimator), rows[::-1])
    answer(again, rows)
    expected = answer(fit(seeded_clone(estimator), rows), rows)
    assert_same(answer(fit(again, rows), rows), expected, "answers after a second fit")


def check_pickle_unfitted(estimator: Any) -> None:
    """Check that a pickle before fit keeps all parameters, and learns as the original."""
    rows = toy_rows()
    original = seeded_clone(estimator)
    loaded = _pickled(original)
    _assert_equal_settings(settings(loaded), settings(original), "pickling")
    expected = answer(fit(original, rows), rows)
    assert_same(answer(fit(loaded, rows), rows), expected, "answers after pickling and fit")


def check_pickle_fitted(estimator: Any) -> None:
    """Check that a pickle or deep copy after fit answers alike, and changes nothing."""
    rows = toy_rows()
    fitted = fit(seeded_clone(estimator), rows)
    expected = answer(fitted, rows)
    assert_same(answer(_pickled(fitted), rows), expected, "answers after pickling")
    assert_same(answer(_pickled(_pickled(fitted)), rows), expected, "answers after two picklings")
    assert_same(answer(copy.deepcopy(fitted), rows), expected, "answers of a deep copy")
    assert_same(answer(fitted, rows), expected, "answers of what was pickled")


def check_pickle_in_pipeline(estimator: Any) -> None:
    """Check pickles inside a Pipeline, unfitted and fitted."""
    rows = toy_rows()
    expected = answer(fit(seeded_clone(estimator), rows), rows)
    pipeline = _pickled(make_pipeline(seeded_clone(estimator)))
    fit(pipeline, rows)
    assert_same(answer(pipeline, rows), expected, "answers of a Pipeline")
    assert_same(answer(_pickled(pipeline), rows), expected, "answers of a pickled Pipeline")


def _pickled(estimator: Any) -> Any:
    return pickle.loads(pickle.dumps(estimator))  # noqa: S301 - our own bytes


def check_global_state_is_left_alone(estimator: Any) -> None:
    """Check that random states, environment, warning filters and precision stay as they are.

    With `random_state` None too, unlike scikit-learn's own estimators.
    """
    rows = toy_rows()
    before = environment()
    answer(fit(seeded_clone(estimator), rows), rows)  # packages set things when first imported
    imported = environment()
    try:
        for seed in (0, None):
            copied = seeded_clone(estimator, seed)
            restore(before)
            state = global_state()
            answer(fit(copied, rows), rows)
            _assert_equal_states(global_state(), state)
    finally:
        restore(imported)


def _assert_equal_states(found: dict[str, Any], expected: dict[str, Any]) -> None:
    changed = [name for name, value in expected.items() if found[name] != value]
    if changed:
        raise AssertionError(f"fit or prediction changes {', '.join(changed)}.")
