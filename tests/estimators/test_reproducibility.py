"""The same seed gives the same weights, and leaves no trace."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone

from skdeepg import LSTMCNN

ROOT = Path(__file__).parents[2]
SCRIPT = """
import sys, numpy as np
from skdeepg import LSTMCNN, SequenceClassifier
from tests.toys import coin_sequences
network = LSTMCNN(filters=(4, 4), kernel_size=3, pool_size=2, lstm_units=3, dropout=0.2,
                  dense_units=5, dense_dropout=0.3)
X, y = coin_sequences(20, seed=3)
est = SequenceClassifier(network, 12, strands="both", sampling="balanced", max_epochs=2,
                         batch_size=16, random_state=7).fit(X, y)
np.savez(sys.argv[1], *est.model_.get_weights())
"""


def dropout_network() -> LSTMCNN:
    return LSTMCNN(
        filters=(4,), kernel_size=3, pool_size=2, lstm_units=3, dropout=0.2, dense_dropout=0.3,
        dense_units=4,
    )  # fmt: skip


def same_weights(a, b) -> bool:
    pairs = zip(a.model_.get_weights(), b.model_.get_weights(), strict=True)
    return all(np.array_equal(x, y) for x, y in pairs)


@pytest.fixture
def stochastic(tiny):
    return tiny.set_params(network=dropout_network(), strands="both", sampling="balanced")


def test_equal_weights_in_one_process(stochastic, sequences):
    first = clone(stochastic).fit(*sequences)
    second = clone(stochastic).fit(*sequences)
    assert same_weights(first, second)
    assert same_weights(first, first.fit(*sequences))


@pytest.mark.slow
def test_other_seed_gives_other_weights(stochastic, sequences):
    first = clone(stochastic).fit(*sequences)
    second = clone(stochastic).set_params(random_state=1).fit(*sequences)
    assert not same_weights(first, second)
    unseeded = [clone(stochastic).set_params(random_state=None).fit(*sequences) for _ in "ab"]
    assert not same_weights(*unseeded)


@pytest.mark.slow
def test_random_state_instance_advances(stochastic, sequences):
    state = np.random.RandomState(0)
    first = clone(stochastic).set_params(random_state=0)
    first.random_state = state
    weights = [w.copy() for w in first.fit(*sequences).model_.get_weights()]
    again = first.fit(*sequences).model_.get_weights()
    assert not all(np.array_equal(a, b) for a, b in zip(weights, again, strict=True))


@pytest.mark.slow
def test_equal_weights_in_two_processes(tmp_path):
    paths = [tmp_path / "a.npz", tmp_path / "b.npz"]
    for path in paths:
        subprocess.run(
            [sys.executable, "-c", SCRIPT, path],
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": str(len(path.name))},
            check=True,
            timeout=1200,
        )
    a, b = (np.load(path) for path in paths)
    assert len(a.files) > 8
    for name in a.files:
        np.testing.assert_array_equal(a[name], b[name])


def test_fit_and_predict_leave_global_state_alone(stochastic, sequences):
    import tensorflow as tf

    def draw():
        return random.random(), np.random.random(), float(tf.random.uniform([]))

    def seed():
        random.seed(5)
        np.random.seed(5)
        tf.random.set_seed(5)

    seed()
    expected = [draw(), draw()]
    seed()
    found = [draw()]
    environment, filters = dict(os.environ), list(warnings.filters)
    for random_state in (0, None):
        stochastic.set_params(random_state=random_state, validation_fraction=0.25)
        stochastic.fit(*sequences).predict(sequences[0])
    assert dict(os.environ) == environment
    assert warnings.filters == filters
    found.append(draw())
    assert found == expected


def test_fit_changes_no_parameter(stochastic, sequences):
    before = repr(stochastic.get_params())
    stochastic.fit(*sequences)
    assert repr(stochastic.get_params()) == before
