"""One small estimator of each kind that a model file can hold."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.pipeline import make_pipeline

from skdeepg import (
    LSTMCNN,
    FastaWindowTransformer,
    MarkovLanguageModel,
    SequenceClassifier,
    SequenceLanguageModel,
    WaveNet,
    WaveNetLM,
)
from tests.toys import coin_sequences

ROWS, LABELS = coin_sequences(12, seed=1, shortest=16, longest=24)
SETTINGS: dict[str, Any] = {
    "windows": 8,
    "max_epochs": 1,
    "batch_size": 16,
    "learning_rate": 0.01,
    "random_state": 0,
}
CNN = {"filters": (2,), "kernel_size": 3, "pool_size": 2}


def own_network(task: Any) -> Any:
    """Build a network of Keras layers by a function."""
    import keras

    inputs = keras.Input(task.input_shapes[0])
    hidden = keras.layers.Conv1D(3, 3, padding="same", activation="relu")(inputs)
    hidden = keras.layers.Dropout(0.2)(hidden)
    hidden = keras.layers.Add()([hidden, keras.layers.BatchNormalization()(hidden)])
    outputs = keras.layers.Dense(task.n_outputs, task.activation)(keras.layers.Flatten()(hidden))
    return keras.Model(inputs, outputs)


def scheduled() -> Any:
    """Make an optimizer whose learning rate falls."""
    import keras

    rate = keras.optimizers.schedules.CosineDecay(0.1, 100)
    return keras.optimizers.SGD(rate, momentum=0.9, clipnorm=1.0)


def make(kind: str) -> Any:
    """Make an estimator that is not fitted."""
    makers = {
        "classifier": lambda: SequenceClassifier(
            LSTMCNN(**CNN, lstm_units=2, bidirectional=True, dropout=0.1, dense_dropout=0.1),
            class_weight={"ac": 2.0},
            **SETTINGS,
        ),
        "multilabel": lambda: SequenceClassifier(
            LSTMCNN(**CNN),
            FastaWindowTransformer(8, stride=4, ambiguous="empirical"),
            optimizer=scheduled(),
            random_state=0,
            max_epochs=1,
        ),
        "own_network": lambda: SequenceClassifier(own_network, **SETTINGS),
        "next": lambda: SequenceLanguageModel(LSTMCNN(**CNN), **SETTINGS),
        "middle": lambda: SequenceLanguageModel(LSTMCNN(**CNN), target="middle", **SETTINGS),
        "stateful": lambda: SequenceLanguageModel(
            LSTMCNN(filters=None, lstm_units=2, masking=True, stateful=True), **SETTINGS
        ),
        "wavenet": lambda: WaveNetLM(
            WaveNet(
                filters=2, dilations=(1, 2), initial_kernel_size=2, initial_filters=2, dropout=0.1
            ),
            optimizer="rmsprop",
            **SETTINGS,
        ),
        "markov": lambda: MarkovLanguageModel(order=3, strands="both"),
        "transformer": lambda: FastaWindowTransformer(8, ambiguous="empirical"),
        "pipeline": lambda: make_pipeline(
            FastaWindowTransformer(8, ambiguous="uniform"),
            SequenceClassifier(LSTMCNN(**CNN), **SETTINGS),
        ),
    }
    return makers[kind]()


KINDS = (
    *("classifier", "multilabel", "own_network", "next", "middle", "stateful", "wavenet"),
    *("markov", "transformer", "pipeline"),
)
LABELLED = ("classifier", "multilabel", "own_network", "pipeline")


def labels(kind: str) -> Any:
    """Give the labels that a kind is trained on."""
    if kind == "multilabel":
        return np.stack([LABELS == "ac", LABELS == "gt"], axis=1).astype(int)
    return LABELS if kind in LABELLED else None


def fit(kind: str) -> Any:
    """Fit an estimator."""
    return make(kind).fit(ROWS, labels(kind))


def train_on(estimator: Any, kind: str) -> None:
    """Train for one more epoch."""
    last = estimator[-1] if kind == "pipeline" else estimator
    rows = estimator[:-1].transform(ROWS) if kind == "pipeline" else ROWS
    last.partial_fit(rows, *([labels(kind)] if kind in LABELLED else []))


def answer(estimator: Any, kind: str) -> np.ndarray:
    """Give what must not change."""
    if kind == "transformer":
        return estimator.transform(ROWS).symbol_table()
    return estimator.predict_proba(ROWS)
