"""Beginning with another network's weights, and keeping some of them."""

from __future__ import annotations

import copy

import joblib
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection import cross_val_score

import skdeepg
from skdeepg import LSTMCNN, SequenceClassifier, SequenceLanguageModel, WaveNet, WaveNetLM
from skdeepg.callbacks import Checkpoints, list_checkpoints
from skdeepg.estimators.transfer import digest_source
from skdeepg.exceptions import CheckpointError, NetworkMismatchError
from tests.callbacks.trainings import X, Y, assert_same_training

NETWORK = LSTMCNN(filters=(3, 5), kernel_size=3, pool_size=2)
THREE = np.array(["a", "b", "c", "a"] * 10)


def make(**parameters):
    settings = {"windows": 12, "max_epochs": 1, "batch_size": 16, "random_state": 0} | parameters
    return SequenceClassifier(**{"network": NETWORK, **settings})


@pytest.fixture(scope="module")
def source():
    return make(random_state=1).fit(X, Y)


def weights(estimator, *layers):
    return [w for name in layers for w in estimator.model_.get_layer(name).get_weights()]


BODY = ("conv_1", "batch_norm_1", "conv_2", "batch_norm_2")


def assert_equal(found, wanted):
    for a, b in zip(found, wanted, strict=True):
        np.testing.assert_array_equal(a, b)


def test_weights_are_taken_over(source):
    model = make(init_from=FrozenEstimator(source), max_epochs=0).fit(X, Y)
    assert_equal(model.model_.get_weights(), source.model_.get_weights())
    np.testing.assert_array_equal(model.predict_proba(X), source.predict_proba(X))


@pytest.mark.parametrize("kind", ["file", "checkpoint", "keras"])
def test_from_files(kind, source, tmp_path):
    path = tmp_path / ("model.keras" if kind == "keras" else "model.h5")
    if kind == "file":
        skdeepg.save(source, path)
    elif kind == "keras":
        source.model_.save(path)
    else:
        make(random_state=1, callbacks=[Checkpoints(tmp_path)]).fit(X, Y)
        path = list_checkpoints(tmp_path)["path"].iloc[-1]
    model = make(init_from=path, max_epochs=0).fit(X, Y)
    assert_equal(model.model_.get_weights(), source.model_.get_weights())


def test_other_classes_get_a_head_of_their_own(source):
    model = make(init_from=FrozenEstimator(source), max_epochs=0).fit(X, THREE)
    assert_equal(weights(model, *BODY), weights(source, *BODY))
    assert model.predict_proba(X).shape == (40, 3)
    fresh = make(max_epochs=0).fit(X, THREE)
    assert_equal(weights(model, "output"), weights(fresh, "output"))


def test_without_a_network_it_is_that_of_the_source(source):
    model = make(network=None, init_from=FrozenEstimator(source), max_epochs=0).fit(X, THREE)
    assert repr(model.network_) == repr(source.network_)
    assert_equal(weights(model, *BODY), weights(source, *BODY))


def test_a_classifier_begins_with_a_language_model():
    language = SequenceLanguageModel(NETWORK, 12, max_epochs=1, random_state=0).fit(X)
    model = make(init_from=FrozenEstimator(language), max_epochs=0).fit(X, Y)
    assert_equal(weights(model, *BODY), weights(language, *BODY))
    wavenet = WaveNetLM(WaveNet(filters=2, dilations=(1,)), 12, max_epochs=1).fit(X)
    again = WaveNetLM(init_from=FrozenEstimator(wavenet), windows=20, max_epochs=0).fit(X)
    assert_equal(again.model_.get_weights(), wavenet.model_.get_weights())


@pytest.mark.parametrize(
    ("freeze", "frozen"),
    [(True, BODY), (2, BODY[:2]), (["conv_2"], ("conv_2",)), (False, ()), (None, ())],
)
def test_frozen_layers_stay_as_they_are(freeze, frozen, source):
    model = make(init_from=FrozenEstimator(source), freeze=freeze, learning_rate=0.1)
    model.fit(X, THREE)
    assert model.frozen_layers_ == list(frozen)
    for name in (*BODY, "output"):
        pairs = zip(weights(model, name), weights(source, name), strict=True)
        same = all(a.shape == b.shape and np.allclose(a, b, rtol=1e-6) for a, b in pairs)
        assert same == (name in frozen), name


@pytest.mark.slow
def test_frozen_layers_survive_saving(source, tmp_path):
    model = make(init_from=FrozenEstimator(source), freeze=True).fit(X, THREE)
    joblib.dump(model, tmp_path / "model.joblib")
    skdeepg.save(model, tmp_path / "model.h5")
    further = [joblib.load(tmp_path / "model.joblib"), skdeepg.load(tmp_path / "model.h5"), model]
    for each in further:
        each.partial_fit(X, THREE)
    for each in further[:2]:
        assert_same_training(each, model)
    np.testing.assert_allclose(weights(model, "conv_1")[0], weights(source, "conv_1")[0])


def without_names(task):
    """A network whose layers Keras names by what was built before."""
    import keras

    inputs = keras.Input(task.input_shapes[0])
    hidden = keras.layers.Flatten()(keras.layers.Conv1D(2, 3)(inputs))
    return keras.Model(inputs, keras.layers.Dense(task.n_outputs, task.activation)(hidden))


def test_layers_without_names_are_known_after_pickling(tmp_path):
    source = make(network=without_names, max_epochs=0).fit(X, Y)
    model = make(network=without_names, init_from=FrozenEstimator(source), freeze=1).fit(X, THREE)
    joblib.dump(model, tmp_path / "model.joblib")
    loaded = joblib.load(tmp_path / "model.joblib")
    names = [[layer.name for layer in each.model_.layers] for each in (loaded, model)]
    assert names[0] == names[1]
    assert [layer.trainable for layer in loaded.model_.layers] == [True, False, True, True]


def test_clones_and_folds_begin_there_too(source):
    model = make(init_from=FrozenEstimator(source), max_epochs=0)
    assert_equal(clone(model).fit(X, Y).model_.get_weights(), source.model_.get_weights())
    assert (cross_val_score(model, X, Y, cv=2) >= 0).all()


def test_another_source_is_another_fit(source, tmp_path):
    def fit(init_from, **arguments):
        model = make(init_from=FrozenEstimator(init_from), callbacks=[Checkpoints(tmp_path)])
        return model.fit(X, Y, **arguments)

    whole = fit(source)
    assert_same_training(fit(source, resume=True), whole)
    with pytest.raises(CheckpointError, match="it goes on from another state"):
        fit(make(random_state=2).fit(X, Y), resume=True)


def test_digest_of_a_source(source):
    frozen = FrozenEstimator(source)
    other = FrozenEstimator(make(max_epochs=0).fit(X, Y))
    assert digest_source(None) == ""
    assert digest_source(frozen) == digest_source(copy.deepcopy(frozen))
    assert digest_source(frozen) != digest_source(other)


def test_errors(source, tmp_path):
    with pytest.raises(TypeError, match=r"would lose what it has learnt .* Give FrozenEstimator"):
        make(init_from=source).fit(X, Y)
    with pytest.raises(FileNotFoundError, match="there is no such file"):
        make(init_from=tmp_path / "none.h5").fit(X, Y)
    with pytest.raises(NotFittedError):
        make(init_from=FrozenEstimator(make())).fit(X, Y)
    frozen = FrozenEstimator(source)
    with pytest.raises(NetworkMismatchError, match="'conv_1' has weights of the shapes"):
        make(network=LSTMCNN(filters=(4,)), init_from=frozen).fit(X, Y)
    with pytest.raises(ValueError, match="freeze has 'no', which is none of the network's layers"):
        make(init_from=frozen, freeze=["no"]).fit(X, Y)
    with pytest.raises(ValueError, match="freeze=True leaves no layer to train"):
        make(init_from=frozen, freeze=True).fit(X, Y)
