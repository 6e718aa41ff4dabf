"""Estimators and networks with given parameters, fitted or built on small data."""

from __future__ import annotations

from functools import cache
from typing import Any

from sklearn.frozen import FrozenEstimator

from skdeepg import (
    LSTMCNN,
    FastaWindowTransformer,
    MarkovLanguageModel,
    NetworkFeatures,
    SequenceClassifier,
    SequenceLanguageModel,
    WaveNet,
    WaveNetLM,
)
from skdeepg.networks import NetworkTask
from tests.toys import (
    coin_sequences,
    linear_network,
    periodic_sequences,
    random_sequences,
    sliding_network,
)

WINDOW = 6
X, Y = coin_sequences(12, seed=5, longest=40)
LANGUAGE = periodic_sequences(8, "AACAAG")
ROWS = (*random_sequences([20, 13, 4]), "ACGTNACGTNAC")
TINY = LSTMCNN(filters=2, kernel_size=3, pool_size=2)
TASK = NetworkTask(window_length=24, n_symbols=4, n_outputs=2)
STRETCH = NetworkTask(window_length=24, n_symbols=4, n_outputs=4, per_position=True)


SMALL_TRAINING = {
    "windows": WINDOW,
    "max_epochs": 1,
    "batch_size": 4,
    "optimizer": "sgd",
    "learning_rate": 0.5,
    "random_state": 0,
}
BASE: dict[type, dict[str, Any]] = {
    SequenceClassifier: SMALL_TRAINING | {"network": linear_network},
    SequenceLanguageModel: SMALL_TRAINING | {"network": linear_network},
    WaveNetLM: SMALL_TRAINING | {"network": sliding_network},
    FastaWindowTransformer: {"window_length": WINDOW, "random_state": 0},
    MarkovLanguageModel: {"order": 3},
    NetworkFeatures: {"estimator": SequenceClassifier(TINY, WINDOW, max_epochs=0, random_state=0)},
    LSTMCNN: {"filters": 2, "kernel_size": 3},
    WaveNet: {"filters": 2, "initial_filters": 2, "initial_kernel_size": 2, "dilations": 1},
}  # fmt: skip
TWO_LAYERS = {
    SequenceClassifier: TINY,
    SequenceLanguageModel: TINY,
    WaveNetLM: WaveNet(filters=2, initial_filters=2, initial_kernel_size=2, dilations=1),
}


def make(kind: type, **parameters: Any) -> Any:
    """Make an estimator; networks of another's weights and layers are named by a word."""
    parameters = BASE.get(kind, {}) | parameters
    if parameters.get("network") == "of two layers":
        parameters["network"] = TWO_LAYERS[kind]
    if parameters.get("init_from") == "another model":
        other = parameters | {"init_from": None, "random_state": 9, "max_epochs": 0}
        fitted = use(kind(**other | {"freeze": None}))
        parameters["init_from"] = FrozenEstimator(fitted)
    return kind(**parameters)


@cache
def default(kind: type) -> Any:
    return use(make(kind))


def use(estimator: Any) -> Any:
    """Fit an estimator, or build a network."""
    if isinstance(estimator, LSTMCNN):
        return estimator.build(TASK)
    if isinstance(estimator, WaveNet):
        return estimator.build(STRETCH)
    if isinstance(estimator, SequenceClassifier | NetworkFeatures):
        return estimator.fit(X, Y)
    if getattr(estimator, "input", None) == "filename":
        return estimator
    if getattr(estimator, "quality", False) or getattr(estimator, "memory", None):
        return estimator  # fitted on what it is for by its check
    of_language = hasattr(estimator, "score_strands")
    return estimator.fit(LANGUAGE if of_language else ROWS)
