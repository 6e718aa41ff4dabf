"""Precision by policies of layers."""

from __future__ import annotations

from types import SimpleNamespace

import joblib
import keras
import numpy as np
import pytest

import skdeepg
from skdeepg import LSTMCNN, SequenceClassifier, SequenceLanguageModel, WaveNet, WaveNetLM
from skdeepg.engine import precision as module
from skdeepg.engine.precision import choose_precision
from skdeepg.networks import NetworkTask
from tests.callbacks.trainings import X, Y, assert_same_training

NETWORK = LSTMCNN(filters=(3, 5), kernel_size=3, pool_size=2)
POLICIES = ["mixed_bfloat16", "mixed_float16"]
SOME_SLOW = ["mixed_bfloat16", pytest.param("mixed_float16", marks=pytest.mark.slow)]


def make(precision, network=NETWORK, **parameters):
    settings = {"windows": 12, "max_epochs": 2, "batch_size": 16, "random_state": 0} | parameters
    return SequenceClassifier(network, precision=precision, **settings)


@pytest.mark.parametrize("precision", POLICIES)
def test_layers_compute_in_it_and_weights_and_answers_do_not(precision):
    model = make(precision).fit(X, Y)
    policies = {layer.name: layer.dtype_policy.name for layer in model.model_.layers}
    assert policies.pop("output") == "float32"
    assert {name for name, policy in policies.items() if policy != precision} <= {"input"}
    assert {str(weight.dtype) for weight in model.model_.weights} == {"float32"}
    assert model.predict_proba(X).sum(axis=1) == pytest.approx(1, abs=1e-6)
    assert keras.config.dtype_policy().name == "float32"
    assert (model.precision_, model.precision) == (precision, precision)


@pytest.mark.parametrize("precision", POLICIES)
def test_it_learns_nearly_the_same(precision):
    exact, rough = make("float32").fit(X, Y), make(precision).fit(X, Y)
    np.testing.assert_allclose(rough.history_["loss"], exact.history_["loss"], rtol=0.03)
    assert rough.history_ != exact.history_
    np.testing.assert_allclose(rough.predict_proba(X), exact.predict_proba(X), atol=0.05)


def test_it_begins_with_the_same_weights():
    exact, rough = (make(p, max_epochs=0).fit(X, Y) for p in ("float32", "mixed_bfloat16"))
    for a, b in zip(exact.model_.get_weights(), rough.model_.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("precision", SOME_SLOW)
@pytest.mark.parametrize("own", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_saved_and_loaded(precision, own, tmp_path):
    model = make(precision, network=NETWORK.build if own else NETWORK).fit(X, Y)
    joblib.dump(model, tmp_path / "model.joblib")
    skdeepg.save(model, tmp_path / "model.h5")
    loaded = [joblib.load(tmp_path / "model.joblib"), skdeepg.load(tmp_path / "model.h5")]
    for each in loaded:
        np.testing.assert_array_equal(each.predict_proba(X), model.predict_proba(X))
        each.partial_fit(X, Y)
    model.partial_fit(X, Y)
    for each in loaded:
        assert_same_training(each, model)


@pytest.mark.slow
@pytest.mark.parametrize("precision", POLICIES)
def test_language_models(precision):
    settings = {"windows": 12, "max_epochs": 1, "random_state": 0, "precision": precision}
    lstm = LSTMCNN(filters=None, lstm_units=3, stateful=True)
    for model in (
        WaveNetLM(WaveNet(filters=2, dilations=(1, 2)), **settings),
        SequenceLanguageModel(lstm, **settings),
        SequenceLanguageModel(NETWORK, target="middle", **settings),
    ):
        model.fit(X)
        assert np.isfinite(model.score(X))
        if model.__class__ is WaveNetLM or model.target == "next":
            assert len(model.generate(5, random_state=0)[0]) == 5


@pytest.mark.parametrize(
    ("network", "flags", "wanted"),
    [
        (LSTMCNN(), "flags : sse avx512_bf16", "mixed_bfloat16"),
        (LSTMCNN(), "flags : amx_bf16", "mixed_bfloat16"),
        (LSTMCNN(), "flags : avx512f", "float32"),
        (LSTMCNN(), "", "float32"),
        (LSTMCNN(lstm_units=4), "flags : amx_bf16", "float32"),
        (LSTMCNN(filters=None, lstm_units=4, bidirectional=True), "flags : amx_bf16", "float32"),
    ],
)
def test_auto(network, flags, wanted, monkeypatch, tmp_path):
    file = tmp_path / "cpuinfo"
    file.write_text(f"processor : 0\n{flags}\n")
    monkeypatch.setattr(module, "Path", lambda path: file)
    model = network.build(NetworkTask(100, 4, 2))
    assert choose_precision("auto", model) == wanted
    assert choose_precision("float32", model) == "float32"


def test_auto_where_nothing_is_known_of_the_machine(monkeypatch, tmp_path):
    monkeypatch.setattr(module, "Path", lambda path: tmp_path / "none")
    assert choose_precision("auto", NETWORK.build(NetworkTask(20, 4, 2))) == "float32"


@pytest.mark.parametrize(
    ("details", "wanted"),
    [
        ({"compute_capability": (8, 0)}, "mixed_bfloat16"),
        ({"compute_capability": (9, 0)}, "mixed_bfloat16"),
        ({"compute_capability": (7, 5)}, "float32"),
        ({}, "float32"),  # not of NVIDIA
    ],
)
def test_auto_on_a_gpu(details, wanted, monkeypatch):
    config = module.tf.config
    monkeypatch.setattr(config, "list_physical_devices", lambda kind: [kind])
    monkeypatch.setattr(config.experimental, "get_device_details", {"GPU": details}.__getitem__)
    monkeypatch.setattr(module, "Path", None)  # the processor does not matter then
    layers = [keras.layers.Conv1D(2, 3)]
    assert choose_precision("auto", SimpleNamespace(layers=layers)) == wanted


def test_a_fixed_loss_scale_of_the_users_optimizer_changes_nothing():
    losses = [
        make("float32", optimizer=keras.optimizers.SGD(0.1, loss_scale_factor=scale))
        .fit(X, Y)
        .history_["loss"]
        for scale in (None, 1024.0)
    ]
    np.testing.assert_allclose(losses[1], losses[0], rtol=1e-5)
