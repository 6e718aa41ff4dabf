"""Small trainings with everything on that has a state."""

from __future__ import annotations

from typing import Any

import numpy as np

from skdeepg import LSTMCNN, SequenceClassifier, SequenceLanguageModel, WaveNet, WaveNetLM
from skdeepg.callbacks import PlateauSchedule
from tests.toys import coin_sequences

X, Y = coin_sequences(40, seed=0)
SETTINGS: dict[str, Any] = {
    "windows": 12,
    "batch_size": 16,
    "schedule": PlateauSchedule(patience=1, step_factor=0.5),
    "validation_fraction": 0.3,
    "early_stopping": True,
    "patience": 3,
    "max_epochs": 4,
    "random_state": 0,
}
SMALL = LSTMCNN(filters=(4,), kernel_size=3, pool_size=2)


def make_classifier(**parameters: Any) -> SequenceClassifier:
    """Make a classifier with dropout, batch norm, a schedule and early stopping."""
    network = LSTMCNN(filters=(4,), kernel_size=3, pool_size=2, lstm_units=3, dropout=0.2)
    return SequenceClassifier(network, **{**SETTINGS, **parameters})


def make_wavenet(**parameters: Any) -> WaveNetLM:
    """Make a WaveNet with dropout."""
    network = WaveNet(filters=3, initial_filters=3, dilations=(1, 2), dropout=0.2)
    return WaveNetLM(network, **{**SETTINGS, **parameters})


def make_stateful(**parameters: Any) -> SequenceLanguageModel:
    """Make a language model whose state goes over from window to window."""
    network = LSTMCNN(filters=None, lstm_units=3, stateful=True)
    return SequenceLanguageModel(network, **{**SETTINGS, "steps_per_epoch": 3, **parameters})


def fit(estimator: Any, **arguments: Any) -> Any:
    """Fit a classifier with labels, a language model without."""
    data = (X, Y) if isinstance(estimator, SequenceClassifier) else (X,)
    return estimator.fit(*data, **arguments)


def assert_same_training(found: Any, wanted: Any) -> None:
    """Check that two estimators are equal bit for bit, and would train on alike."""
    assert found.history_ == wanted.history_
    assert found.n_epochs_ == wanted.n_epochs_
    pairs = [(found.model_.variables, wanted.model_.variables)]
    pairs += [(found._optimizer.variables, wanted._optimizer.variables)]
    for ours, theirs in pairs:
        for a, b in zip(ours, theirs, strict=True):
            np.testing.assert_array_equal(np.asarray(a), np.asarray(b), err_msg=a.path)
