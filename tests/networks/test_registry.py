"""Architectures of others: as good as ours, and saved without their code."""

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import BaseEstimator, clone
from sklearn.model_selection import GridSearchCV

import skdeepg
from skdeepg import LSTMCNN, NetworkFeatures, SequenceClassifier
from skdeepg.exceptions import InvalidModelFileError
from skdeepg.networks import KerasNetwork, NetworkTask, WaveNet, register_network, registry
from skdeepg.networks.registry import is_registered
from skdeepg.networks.weight_counts import specification_weights
from tests import own_network
from tests.own_network import SkippingCNN
from tests.persistence.hostile import sign

ROOT = Path(__file__).parents[2]
ROWS = ["AACCAACCACACCAAC", "GGTTGTGTTTGGTTGG", "CACACCCAAACCACAC", "TGTGTTTGGGTGTGTG"] * 3
LABELS = np.array(["ac", "gt"] * 6)
TASK = NetworkTask(window_length=8, n_symbols=4, n_outputs=2)


def classifier(**parameters):
    network = SkippingCNN(filters=2, kernel_size=3)
    settings = {"windows": 8, "max_epochs": 1, "batch_size": 16, "random_state": 0}
    return SequenceClassifier(network, **{**settings, **parameters})


@pytest.fixture(scope="module")
def fitted():
    """A fitted classifier; tests must not change it."""
    return classifier().fit(ROWS, LABELS)


@pytest.fixture
def saved(fitted, tmp_path):
    """The classifier, and a file that holds it."""
    skdeepg.save(fitted, tmp_path / "model.h5")
    return fitted, tmp_path / "model.h5"


def test_save_and_load(saved):
    fitted, path = saved
    loaded = skdeepg.load(path)
    assert type(loaded.network) is type(loaded.network_) is SkippingCNN
    assert repr(loaded) == repr(fitted)
    np.testing.assert_array_equal(loaded.predict_proba(ROWS), fitted.predict_proba(ROWS))
    assert skdeepg.describe_file(path).parameters == repr(fitted)


@pytest.mark.slow
def test_search_save_load_and_fit_anew(tmp_path):
    search = GridSearchCV(classifier(), {"network__filters": [2, 3], "windows": [8]}, cv=2)
    best = search.fit(ROWS, LABELS).best_estimator_
    path = tmp_path / "model.h5"
    skdeepg.save(best, path)
    loaded = skdeepg.load(path)
    np.testing.assert_array_equal(loaded.predict_proba(ROWS), best.predict_proba(ROWS))
    other = clone(loaded).set_params(network__n_blocks=3, windows=10).fit(ROWS, LABELS)
    assert other.model_.input_shape == (None, 10, 4)


def test_unfitted_is_saved_too(tmp_path):
    skdeepg.save(classifier(), tmp_path / "model.h5")
    assert repr(skdeepg.load(tmp_path / "model.h5")) == repr(classifier())


def test_training_goes_on_and_layers_keep_their_names(saved):
    fitted, path = saved
    loaded, again = skdeepg.load(path), skdeepg.load(path)
    names = [[layer.name for layer in each.model_.layers] for each in (loaded, fitted)]
    assert names[0] == names[1]
    for each in (loaded, again):
        each.partial_fit(ROWS, LABELS)
    np.testing.assert_array_equal(loaded.predict_proba(ROWS), again.predict_proba(ROWS))


@pytest.mark.slow
def test_explain_scan_and_features(fitted):
    attribution = fitted.explain(ROWS[:1], n_baselines=1, n_steps=4, random_state=0)
    assert attribution.to_frame().shape[0] == len(ROWS[0])
    track = fitted.scan(ROWS[:2], stride=1)
    assert len(track.to_frame()) > 0
    features = NetworkFeatures(fitted).fit(ROWS, LABELS).transform(ROWS)
    assert features.shape == (len(ROWS), 2)


def test_only_registered_classes_come_out_of_a_file(saved, monkeypatch):
    _, path = saved
    monkeypatch.delitem(registry._NETWORKS, "SkippingCNN")
    for function in (skdeepg.load, skdeepg.describe_file):
        with pytest.raises(
            InvalidModelFileError, match="'SkippingCNN', which .* import the module that registers"
        ):
            function(path)


def test_a_class_that_is_not_registered_is_saved_by_its_layers(tmp_path, monkeypatch):
    monkeypatch.delitem(registry._NETWORKS, "SkippingCNN")
    with pytest.raises(ValueError, match="register_network"):
        skdeepg.save(classifier(), tmp_path / "model.h5")
    fitted = classifier().fit(ROWS, LABELS)
    skdeepg.save(fitted, tmp_path / "model.h5")
    loaded = skdeepg.load(tmp_path / "model.h5")
    assert type(loaded.network_) is KerasNetwork
    np.testing.assert_array_equal(loaded.predict_proba(ROWS), fitted.predict_proba(ROWS))


@pytest.mark.parametrize(
    ("parameter", "value", "message"),
    [
        ("filters", 10**9, "more weights than the file holds"),
        ("kernel_size", 10**9, "more weights than the file holds"),
        ("n_blocks", 0, "n_blocks=0 must be at least 1"),
        ("depth", 1, "no parameter 'depth'"),
    ],
)
def test_hostile_parameters_are_refused(saved, parameter, value, message):
    import h5py

    _, path = saved
    with h5py.File(path, "r+") as file:
        content = json.loads(file["content"][()].tobytes())
        network = content["estimator"]["fitted"]["network_"]["object"]
        assert network["class"] == "SkippingCNN"
        network["parameters"][parameter] = value
        del file["content"]
        file["content"] = np.frombuffer(json.dumps(content).encode(), dtype=np.uint8)
    sign(path)
    with pytest.raises(InvalidModelFileError, match=message):
        skdeepg.load(path)


def test_weights_are_counted_without_memory():
    sizes = [int(np.prod(v.shape)) for v in SkippingCNN().build(TASK).variables]
    assert list(specification_weights(SkippingCNN(), TASK)) == sizes
    huge = list(specification_weights(SkippingCNN(filters=10**9), TASK))
    assert sum(huge) > 10**18


def test_what_can_be_registered():
    assert is_registered(SkippingCNN())
    assert is_registered(LSTMCNN())
    assert is_registered(WaveNet())
    assert not is_registered(type("LSTMCNN", (LSTMCNN,), {})())
    with pytest.raises(TypeError, match="takes a subclass of sklearn.base.BaseEstimator"):
        register_network(SkippingCNN())
    with pytest.raises(TypeError, match="Nothing has no method build"):
        register_network(type("Nothing", (BaseEstimator,), {}))
    with pytest.raises(ValueError, match="a network LSTMCNN of skdeepg.networks.lstm_cnn already"):
        register_network(type("LSTMCNN", (LSTMCNN,), {}))


def test_a_notebook_may_define_a_class_again(monkeypatch):
    monkeypatch.setattr(own_network, "SkippingCNN", SkippingCNN)  # what it is afterwards
    again = importlib.reload(own_network).SkippingCNN
    assert again is not SkippingCNN
    assert is_registered(again())
    assert not is_registered(SkippingCNN())


@pytest.mark.slow
@pytest.mark.parametrize("imports", ["import tests.own_network", ""])
def test_another_process_needs_the_module(saved, imports):
    fitted, path = saved
    script = (
        f"{imports}\nimport sys, json, skdeepg\nmodel = skdeepg.load(sys.argv[1])\n"
        "print(json.dumps(model.predict_proba(json.loads(sys.argv[2])).tolist()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path), json.dumps(ROWS)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    if imports:
        assert json.loads(done.stdout) == fitted.predict_proba(ROWS).tolist()
    else:
        assert "import the module that registers it" in done.stderr
        assert done.returncode == 1
