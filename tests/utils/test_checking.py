"""What the checks say of a defect, in classifiers with one defect each."""

from __future__ import annotations

import numpy as np
import pytest

from skdeepg.utils import yield_sequence_checks
from skdeepg.utils.checking import assert_same
from tests.utils.composition import CompositionClassifier


class PredictsOnly(CompositionClassifier):
    """A classifier without probabilities."""

    @property
    def predict_proba(self):
        raise AttributeError("predict_proba")

    def predict(self, X):
        best = CompositionClassifier.predict_proba(self, X).argmax(axis=1)
        return self.classes_[best]


class PredictsOtherLabels(PredictsOnly):
    def predict(self, X):
        return np.full(len(X), "other")


class PredictsTooFew(CompositionClassifier):
    def predict(self, X):
        return super().predict(X)[:-1]


class HasAColumnTooMany(CompositionClassifier):
    def predict_proba(self, X):
        return np.hstack([super().predict_proba(X), np.zeros((len(X), 1))])


class SaysItIsNotFitted(CompositionClassifier):
    def __sklearn_is_fitted__(self):
        return False


class CopiesParameter(CompositionClassifier):
    def fit(self, X, y):
        self.names = list(self.names)
        return super().fit(X, y)


class ListsClassesBackwards(CompositionClassifier):
    def fit(self, X, y):
        super().fit(X, y)
        self.classes_, self.means_ = self.classes_[::-1], self.means_[::-1]
        return self


def check_of(name, estimator):
    return next(c for c in yield_sequence_checks(estimator) if c.func.__name__ == name)


@pytest.mark.parametrize(
    ("estimator", "name", "message"),
    [
        (PredictsOtherLabels(), "check_classes", r"predict gives \{.*'other'.*\}, the labels are"),
        (ListsClassesBackwards(), "check_classes", "classes_ are .*, the labels"),
        (PredictsTooFew(), "check_every_row_is_answered", "predict gave 7 answers to 8 rows"),
        (HasAColumnTooMany(), "check_every_row_is_answered", "has 3 columns for 2 classes_"),
        (SaysItIsNotFitted(), "check_fit_returns_itself", "no attribute that ends in _"),
        (CopiesParameter(names=["a"]), "check_fit_changes_no_parameter", r"parameters \['names'\]"),
    ],
    ids=lambda value: type(value).__name__ if hasattr(value, "fit") else "",
)
def test_defects_are_named(estimator, name, message):
    with pytest.raises(AssertionError, match=message):
        check_of(name, estimator)()


def test_answers_are_as_many_as_expected():
    with pytest.raises(AssertionError, match="^answers: 1 answers instead of 2"):
        assert_same([np.zeros(2)], [np.zeros(2)] * 2, "answers")


@pytest.mark.parametrize("name", ["check_classes", "check_every_row_is_answered", "check_letters"])
def test_a_classifier_without_probabilities_passes(name):
    check_of(name, PredictsOnly())()


def test_warm_starts_may_remember():
    class GoesOn(CompositionClassifier):
        warm_start = True

        def jitter(self):
            return super().jitter() + getattr(self, "means_", np.zeros(4)).mean(axis=0)

    check_of("check_refit_forgets", GoesOn())()
