"""Two logical devices train as one does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from sklearn.base import clone

from skdeepg import LSTMCNN, SequenceClassifier, SequenceLanguageModel
from tests.toys import coin_sequences

ROOT = Path(__file__).parents[2]


def test_a_strategy_of_one_device_changes_nothing():
    X, y = coin_sequences(20, seed=0)
    classifier = SequenceClassifier(LSTMCNN(filters=2, kernel_size=3), 12, max_epochs=2)
    classifier.set_params(random_state=0)
    alone = clone(classifier).fit(X, y)
    with tf.distribute.MirroredStrategy(["CPU:0"]).scope():
        scoped = clone(classifier).fit(X, y)
    np.testing.assert_allclose(scoped.history_["loss"], alone.history_["loss"], atol=1e-6)
    np.testing.assert_allclose(scoped.predict_proba(X), alone.predict_proba(X), atol=1e-6)


def test_a_network_that_carries_state_is_not_shared_out():
    network = LSTMCNN(filters=None, lstm_units=2, stateful=True)
    model = SequenceLanguageModel(network, 6, max_epochs=1)
    with (
        tf.distribute.MirroredStrategy(["CPU:0"]).scope(),
        pytest.raises(ValueError, match=r"cannot be trained on several devices.*outside of"),
    ):
        model.fit(["ACGTACGTACGT"] * 4)


@pytest.mark.slow
def test_two_devices_give_the_curves_of_one():
    command = [sys.executable, "-m", "tests.engine.distributed_training"]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [*command, "plain", "wavenet", "batch_norm"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=1200,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    for kind in ("plain", "wavenet"):
        one, two = found[kind]
        assert set(one) == set(two)
        for name in one:
            np.testing.assert_allclose(two[name], one[name], atol=1e-5, err_msg=f"{kind} {name}")
    one, two = found["batch_norm"]
    difference = np.abs(np.subtract(one["loss"], two["loss"])).max()
    assert 1e-5 < difference < 0.1  # each device normalises by its half of the batch
