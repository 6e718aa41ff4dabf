"""save and load: every kind of estimator, in every state."""

from __future__ import annotations

import copy
import os
import subprocess
import sys
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn.exceptions import NotFittedError

import skdeepg
from skdeepg import LSTMCNN, KmerVectorizer, SequenceClassifier, SequenceLanguageModel, WaveNetLM
from tests.persistence.hostile import SAVED
from tests.persistence.kinds import (
    CNN,
    KINDS,
    LABELS,
    ROWS,
    SETTINGS,
    answer,
    fit,
    make,
    scheduled,
    train_on,
)

ROOT = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.h5"


def some_slow(kinds):
    """Mark kinds slow that take seconds to train on."""
    slow = ("middle", "multilabel", "stateful", "wavenet")
    return [pytest.param(k, marks=pytest.mark.slow) if k in slow else k for k in kinds]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "own_network"])
def test_unfitted(kind, path):
    estimator = make(kind)
    skdeepg.save(estimator, path)
    loaded = skdeepg.load(path)
    if kind != "multilabel":  # a Keras optimizer shows its address
        assert repr(loaded) == repr(estimator)
    with pytest.raises(NotFittedError):
        answer(loaded, kind)


@pytest.mark.slow
def test_an_estimator_that_has_explained(fitted, path):
    estimator = copy.deepcopy(fitted("classifier"))
    expected = estimator.explain(ROWS[:1], n_baselines=1, n_steps=2, random_state=0)
    skdeepg.save(estimator, path)
    again = skdeepg.load(path).explain(ROWS[:1], n_baselines=1, n_steps=2, random_state=0)
    np.testing.assert_array_equal(again.values, expected.values)


@pytest.mark.parametrize("kind", some_slow(KINDS))
def test_answers_and_further_training_are_equal_bit_for_bit(kind, fitted, path):
    skdeepg.save(fitted(kind), path)
    loaded, copied = skdeepg.load(path), copy.deepcopy(fitted(kind))
    before = answer(copied, kind)
    np.testing.assert_array_equal(answer(loaded, kind), before)
    if kind != "transformer":
        for each in (loaded, copied):
            train_on(each, kind)
        np.testing.assert_array_equal(answer(loaded, kind), answer(copied, kind))
        assert (answer(loaded, kind) != before).any()


@pytest.mark.parametrize("kind", ["classifier", "middle", "markov"])
def test_everything_learnt_is_kept(kind, fitted, path):
    estimator = fitted(kind)
    skdeepg.save(estimator, path)
    loaded = skdeepg.load(path)
    assert set(vars(loaded)) == set(vars(estimator)) - {"_metadata_request"}
    for name, value in vars(estimator).items():
        if isinstance(value, np.ndarray):
            np.testing.assert_array_equal(getattr(loaded, name), value, strict=True)
        elif isinstance(value, int | float | str | dict | tuple | None):
            assert getattr(loaded, name) == value, name


def test_saving_changes_nothing_and_can_be_repeated(fitted, path):
    estimator = fitted("own_network")
    before = answer(estimator, "own_network")
    network = estimator.network
    skdeepg.save(estimator, path)
    assert estimator.network is network
    np.testing.assert_array_equal(answer(estimator, "own_network"), before)
    again = path.with_name("again.h5")
    skdeepg.save(skdeepg.load(path), again)
    np.testing.assert_array_equal(answer(skdeepg.load(again), "own_network"), before)


def test_own_network_can_be_fitted_again(fitted, path):
    skdeepg.save(fitted("own_network"), path)
    loaded = skdeepg.load(path)
    refitted = sklearn.clone(loaded).fit(ROWS, LABELS)
    np.testing.assert_array_equal(
        refitted.predict_proba(ROWS), answer(fitted("own_network"), "own_network")
    )


@pytest.mark.parametrize(
    "labels",
    [
        np.array([3, 1, 2] * 4),
        np.array([True, False] * 6),
        np.array(["b", "a"] * 6, dtype=object),
        np.array([0.0, 2.0] * 6),
        pd.Series(["x", "ä"] * 6),
    ],
    ids=lambda labels: str(labels.dtype),
)
def test_labels_of_any_type(labels, path):
    estimator = SequenceClassifier(LSTMCNN(**CNN), **{**SETTINGS, "max_epochs": 0})
    skdeepg.save(estimator.fit(ROWS, labels), path)
    loaded = skdeepg.load(path)
    np.testing.assert_array_equal(loaded.classes_, estimator.classes_, strict=True)
    np.testing.assert_array_equal(loaded.predict(ROWS), estimator.predict(ROWS), strict=True)


def test_named_columns_of_codes(path):
    codes = pd.DataFrame(
        np.random.default_rng(0).integers(4, size=(12, 8)), columns=list("abcdefgh")
    )
    estimator = SequenceClassifier(LSTMCNN(**CNN), vocabulary=None, max_epochs=0, random_state=0)
    skdeepg.save(estimator.fit(codes, LABELS), path)
    loaded = skdeepg.load(path)
    assert loaded.n_features_in_ == 8
    np.testing.assert_array_equal(loaded.predict_proba(codes), estimator.predict_proba(codes))
    with pytest.raises(ValueError, match="feature names"):
        loaded.predict(codes[list("hgfedcba")])


def test_parameters_of_numpy_and_not_finite_history(path):
    estimator = make("classifier").set_params(max_epochs=np.int64(1), learning_rate=np.float32(0.5))
    estimator.fit(ROWS, LABELS).history_["loss"][0] = float("nan")
    skdeepg.save(estimator, path)
    loaded = skdeepg.load(path)
    assert (loaded.max_epochs, loaded.learning_rate) == (1, 0.5)
    assert np.isnan(loaded.history_["loss"][0])


@pytest.mark.parametrize("dtype", [np.float32, np.dtype("int64")])
def test_types_of_numbers(dtype, path):
    counter = KmerVectorizer(k=2, dtype=dtype)
    skdeepg.save(counter, path)
    loaded = skdeepg.load(path)
    assert np.dtype(loaded.dtype) == np.dtype(dtype)
    assert loaded.fit_transform(ROWS).dtype == np.dtype(dtype)


def test_optimizer_of_keras(path):
    estimator = SequenceClassifier(optimizer=scheduled())
    skdeepg.save(estimator, path)
    loaded = skdeepg.load(path).optimizer
    assert loaded.get_config() == estimator.optimizer.get_config()


def test_requests_for_metadata(path):
    with sklearn.config_context(enable_metadata_routing=True):
        estimator = SequenceClassifier().set_fit_request(sample_weight=True, groups="genus")
    skdeepg.save(estimator, path)
    with sklearn.config_context(enable_metadata_routing=True):
        requests = skdeepg.load(path).get_metadata_routing().fit.requests
    assert (requests["sample_weight"], requests["groups"]) == (True, "genus")


def test_half_fitted(path):
    estimator = SequenceClassifier(LSTMCNN(filters=None), windows=8)
    estimator.set_params(network__dropout=0.5)
    with pytest.raises(ValueError, match="lstm_units"):
        estimator.fit(ROWS, LABELS)
    skdeepg.save(estimator, path)
    assert skdeepg.load(path).classes_.tolist() == ["ac", "gt"]


FROM_KERAS = {
    "classifier": "SequenceClassifier.from_keras(path, classes=['ac', 'gt'])",
    "own_network": "SequenceClassifier.from_keras(path, classes=['ac', 'gt'])",
    "next": "SequenceLanguageModel.from_keras(path, target='next')",
    "middle": "SequenceLanguageModel.from_keras(path, target='middle')",
    "wavenet": "WaveNetLM.from_keras(path, windows=8)",
}


@pytest.mark.slow
def test_three_ways_in_another_process(fitted, tmp_path):
    """joblib, save and Keras' own format give the same answers, bit for bit."""
    lines = [
        "import joblib, numpy, skdeepg",
        "from skdeepg import *",
        "from tests.persistence.kinds import answer",
    ]
    for kind in KINDS:
        joblib.dump(fitted(kind), tmp_path / f"{kind}.joblib")
        skdeepg.save(fitted(kind), tmp_path / f"{kind}.h5")
        ways = [f"joblib.load('{kind}.joblib')", f"skdeepg.load('{kind}.h5')"]
        if kind in FROM_KERAS:
            fitted(kind).model_.save(tmp_path / f"{kind}.keras")
            ways.append(FROM_KERAS[kind])
        lines += [
            f"path = '{kind}.keras'",
            f"answers = [answer(way, '{kind}') for way in [{', '.join(ways)}]]",
            f"numpy.save('{kind}.npy', answers)",
        ]
    run(lines, tmp_path)
    for kind in KINDS:
        found, wanted = np.load(tmp_path / f"{kind}.npy"), answer(fitted(kind), kind)
        assert len(found) == 2 + (kind in FROM_KERAS)
        for each in found:
            np.testing.assert_array_equal(each, wanted)


def test_describe_file_loads_no_tensorflow(fitted, tmp_path):
    skdeepg.save(fitted("classifier"), tmp_path / "model.h5")
    skdeepg.save(fitted("multilabel"), tmp_path / "other.h5")
    run(
        [
            "import sys, skdeepg",
            "text = str(skdeepg.describe_file('model.h5'))",
            "print(text, skdeepg.describe_file('other.h5'), file=open('text', 'w'))",
            "assert not {'tensorflow', 'keras'} & set(sys.modules)",
        ],
        tmp_path,
    )
    text = (tmp_path / "text").read_text(encoding="utf-8")
    classifier = fitted("classifier")
    for part in (
        "SequenceClassifier(",
        "lstm_units=2",
        "['ac', 'gt']",
        "window_length=8",
        f"weights       {sum(v.numpy().size for v in classifier.model_.variables):,}",
        f"loss          {classifier.history_['loss'][-1]}",
        f"skdeepg {skdeepg.__version__}",
        "<keras.optimizers.SGD>",
    ):
        assert part in text


def test_description_has_fields(fitted, path):
    skdeepg.save(fitted("markov"), path)
    described = skdeepg.describe_file(path)
    assert described.class_name == "MarkovLanguageModel"
    assert described.fitted == {"classes_": list("ACGT"), "vocabulary": "ACGT", "order_": 3}
    assert described.n_weights == 0
    assert described.n_bytes == path.stat().st_size
    assert described.versions["numpy"] == np.__version__
    skdeepg.save(make("classifier"), path)
    assert "fitted        no" in str(skdeepg.describe_file(path))


def test_description_of_a_pipeline_is_that_of_its_last_step():
    described = skdeepg.describe_file(SAVED / "pipeline.h5")
    assert described.class_name == "Pipeline"
    assert described.fitted["classes_"] == ["ac", "gt"]
    assert described.fitted["n_epochs_"] == 1


def run(lines: list[str], folder: Path) -> None:
    script = "\n".join(lines)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run(
        [sys.executable, "-c", script], cwd=folder, check=True, timeout=1200, env=environment
    )


def test_language_models_keep_their_yardstick(fitted, path):
    skdeepg.save(fitted("next"), path)
    loaded = skdeepg.load(path)
    assert loaded.evaluate(ROWS).gain == fitted("next").evaluate(ROWS).gain
    assert isinstance(loaded, SequenceLanguageModel)


def test_wavenet_generates_alike(fitted, path):
    skdeepg.save(fitted("wavenet"), path)
    loaded = skdeepg.load(path)
    assert isinstance(loaded, WaveNetLM)
    assert loaded.generate(20, random_state=0) == fitted("wavenet").generate(20, random_state=0)


def test_warm_start_goes_on(path):
    estimator = fit("next").set_params(warm_start=True)
    skdeepg.save(estimator, path)
    loaded = skdeepg.load(path)
    np.testing.assert_array_equal(
        loaded.fit(ROWS).predict_proba(ROWS), estimator.fit(ROWS).predict_proba(ROWS)
    )
    assert loaded.n_epochs_ == 2
