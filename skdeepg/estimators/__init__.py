"""The estimators: scikit-learn logic only; the engine does the work."""

from skdeepg.estimators.classifier import SequenceClassifier
from skdeepg.estimators.language_model import SequenceLanguageModel
from skdeepg.estimators.markov import MarkovLanguageModel
from skdeepg.estimators.network_features import NetworkFeatures
from skdeepg.estimators.validation import ValidationSet
from skdeepg.estimators.wavenet_lm import WaveNetLM

__all__ = [
    "MarkovLanguageModel",
    "NetworkFeatures",
    "SequenceClassifier",
    "SequenceLanguageModel",
    "ValidationSet",
    "WaveNetLM",
]
