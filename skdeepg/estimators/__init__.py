"""The estimators: scikit-learn logic only; the engine does the work."""

from skdeepg.estimators.classifier import SequenceClassifier
from skdeepg.estimators.validation import ValidationSet

__all__ = ["SequenceClassifier", "ValidationSet"]
