"""Data and networks small enough to train in a test."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import settings

from skdeepg import LSTMCNN, SequenceClassifier
from skdeepg.networks import registry as networks
from skdeepg.sequences.formats import registry as formats
from tests.toys import coin_sequences

# how long an example takes depends on what else the machine does
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

TINY = {"filters": (4,), "kernel_size": 3, "pool_size": 2}


@pytest.fixture(autouse=True)
def own_formats_and_networks_are_forgotten(monkeypatch):
    """Leave no trace of what a test registers."""
    monkeypatch.setattr(formats, "_FORMATS", dict(formats._FORMATS))
    monkeypatch.setattr(networks, "_NETWORKS", dict(networks._NETWORKS))


@pytest.fixture(scope="session")
def sequences() -> tuple[list[str], np.ndarray]:
    """40 sequences of 20 to 60 bases, rich in A and C or in G and T."""
    return coin_sequences(40, seed=0)


@pytest.fixture
def tiny() -> SequenceClassifier:
    """A classifier that trains in a second."""
    return SequenceClassifier(
        LSTMCNN(**TINY), windows=12, max_epochs=3, batch_size=16, learning_rate=0.02, random_state=0
    )


@pytest.fixture(scope="session")
def fitted(sequences: tuple[list[str], np.ndarray]) -> SequenceClassifier:
    """A fitted classifier; tests must not change it."""
    X, y = sequences
    estimator = SequenceClassifier(
        LSTMCNN(**TINY),
        windows=12,
        max_epochs=15,
        batch_size=16,
        learning_rate=0.02,
        random_state=0,
    )
    return estimator.fit(X, y)
