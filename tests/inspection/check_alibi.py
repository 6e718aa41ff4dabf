"""Both engines give the same attributions.

Not among the tests, because alibi needs an environment of its own: `.ci/check-alibi` makes it.
"""

from __future__ import annotations

import numpy as np
import pytest

from skdeepg import LSTMCNN, SequenceClassifier, SequenceLanguageModel, WaveNet, WaveNetLM
from tests.toys import linear_network, random_sequences

ROWS = random_sequences([500] * 6, seed=3)


def untrained(network, target=None, window=500, **parameters):
    """Give a network with random weights, batch norms included."""
    if target is None:
        model = SequenceClassifier(network, window, max_epochs=0, random_state=0, **parameters)
        model.fit(ROWS, ["a", "b"] * 3)
    else:
        model = SequenceLanguageModel(
            network, window, target=target, max_epochs=0, random_state=0, **parameters
        ).fit(ROWS)
    random = np.random.default_rng(0)
    for weight in model.model_.weights:
        if "batch_norm" in weight.path:
            weight.assign(random.uniform(0.5, 1.5, weight.shape))
    return model


def both(model, X, **options):
    native = model.explain(X, random_state=0, **options)
    alibi = model.explain(X, random_state=0, engine="alibi", **options)
    return native, alibi


def assert_equal(native, alibi):
    np.testing.assert_allclose(alibi.values, native.values, rtol=0, atol=1e-5)
    np.testing.assert_allclose(alibi.convergence_delta, native.convergence_delta, atol=1e-5)
    assert np.abs(native.values).max() > 1e-4  # equal, but not for want of any attribution


@pytest.mark.parametrize("baseline", ["zero", "uniform", "shuffle", "dinucleotide"])
def test_one_input(baseline):
    native, alibi = both(untrained(LSTMCNN()), ROWS, baseline=baseline)
    assert_equal(native, alibi)
    assert alibi.explanation.meta["name"] == "IntegratedGradients"
    assert native.explanation is None


@pytest.mark.parametrize("of", ["logit", "log_probability"])
def test_other_numbers(of):
    assert_equal(*both(untrained(LSTMCNN(filters=(8,)), window=90), ROWS, of=of))


@pytest.mark.parametrize(
    "network",
    [LSTMCNN(filters=(4,), lstm_units=4), LSTMCNN(filters=(8,), global_pooling="max")],
    ids=["lstm", "global max"],
)
def test_networks_that_are_run_as_they_are(network):
    assert_equal(*both(untrained(network, window=60), [row[:60] for row in ROWS]))


@pytest.mark.parametrize("network", [LSTMCNN(filters=(8,)), linear_network], ids=["cnn", "linear"])
def test_two_inputs(network):
    model = untrained(network, "middle", window=41)
    assert_equal(*both(model, [row[:42] for row in ROWS]))


def test_unit_of_a_layer():
    assert_equal(*both(untrained(LSTMCNN(filters=(8,))), ROWS, layer="conv_1", unit=3))


def test_both_strands():
    assert_equal(*both(untrained(LSTMCNN(filters=(8,)), window=90, strands="both"), ROWS))


def test_tolerance():
    model = untrained(LSTMCNN(filters=(8,)), window=90)
    native, alibi = both(model, [row[:90] for row in ROWS], tolerance=2e-4)
    assert native.windows.n_steps.max() > 50
    assert len(alibi.explanation) > 1
    np.testing.assert_allclose(alibi.values, native.values, rtol=0, atol=3e-5)


def test_causal_network():
    network = WaveNet(filters=4, dilations=(1, 2, 4), initial_filters=4)
    model = WaveNetLM(network, windows=40, max_epochs=0, random_state=0).fit(ROWS)
    assert_equal(*both(model, ROWS))
    with pytest.raises(ValueError, match="engine='alibi' needs rows as long as the network looks"):
        model.explain(["ACGTACGTA", "ACG"], engine="alibi")
