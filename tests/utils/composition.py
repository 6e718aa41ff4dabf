"""Estimators of a third party, on letter frequencies: no network, so a check takes milliseconds."""

from __future__ import annotations

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from skdeepg.sequences import read_sequences


def frequencies(X) -> np.ndarray:
    """Give the share of each letter in each row, each counted once more than seen."""
    rows = [row.sequence(0) for row in read_sequences(X)]
    counts = np.array([[row.count(letter) + 1 for letter in "ACGT"] for row in rows])
    return counts / counts.sum(axis=1, keepdims=True)


class CompositionClassifier(ClassifierMixin, BaseEstimator):
    """Compares letter frequencies with the mean of each class, which is jittered a little."""

    def __init__(self, sharpness=10.0, random_state=None, names=None):
        self.sharpness = sharpness
        self.random_state = random_state
        self.names = names

    def fit(self, X, y):
        shares = frequencies(X)
        self.classes_ = np.unique(y)
        means = [shares[np.asarray(y) == label].mean(axis=0) for label in self.classes_]
        self.means_ = np.array(means) + self.jitter()
        return self

    def jitter(self):
        seed = self.random_state
        random = np.random.default_rng() if seed is None else check_random_state(seed)
        return random.normal(scale=0.01, size=4)

    def predict_proba(self, X):
        check_is_fitted(self)
        distance = np.linalg.norm(frequencies(X)[:, np.newaxis] - self.means_, axis=2)
        weight = np.exp(-self.sharpness * distance)
        return weight / weight.sum(axis=1, keepdims=True)

    def predict(self, X):
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


class LetterModel(BaseEstimator):
    """A language model: fitted without y, answers with letters and with scores of rows."""

    classes_ = np.array(list("ACGT"))

    def fit(self, X, y=None):
        self.shares_ = frequencies(X).mean(axis=0)
        return self

    def predict_proba(self, X):
        check_is_fitted(self)
        return (self.shares_ + frequencies(X)) / 2

    def score_samples(self, X):
        check_is_fitted(self)
        return frequencies(X) @ np.log(self.shares_)
