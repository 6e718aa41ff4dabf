"""What save refuses, and how files are written and recognised."""

from __future__ import annotations

import pickle
import random
import zipfile

import h5py
import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

import skdeepg
from skdeepg import FastaWindowTransformer, SequenceClassifier
from skdeepg.exceptions import InvalidModelFileError
from skdeepg.persistence.container import ArrayWriter
from skdeepg.persistence.network_state import store_network
from tests.persistence.kinds import LABELS, ROWS, SETTINGS, fit, make, own_network


def lambda_network(task):
    """Build a network with code in a layer."""
    import keras

    inputs = keras.Input(task.input_shapes[0])
    doubled = keras.layers.Lambda(lambda x: 2 * x)(keras.layers.Flatten()(inputs))
    return keras.Model(inputs, keras.layers.Dense(task.n_outputs, task.activation)(doubled))


def subclass_network(task):
    """Build a network with a layer of one's own that is called as one of Keras."""
    import keras

    class Dense(keras.layers.Dense):
        def call(self, x):
            return super().call(x)

    inputs = keras.Input(task.input_shapes[0])
    outputs = Dense(task.n_outputs, task.activation)(keras.layers.Flatten()(inputs))
    return keras.Model(inputs, outputs)


def activation_network(task):
    """Build a network with a function of one's own in a layer of Keras."""
    import keras

    inputs = keras.Input(task.input_shapes[0])
    hidden = keras.layers.Dense(4, activation=lambda x: x * 2)(keras.layers.Flatten()(inputs))
    return keras.Model(inputs, keras.layers.Dense(task.n_outputs, task.activation)(hidden))


@pytest.mark.parametrize(
    ("estimator", "message"),
    [
        (LogisticRegression(), "LogisticRegression cannot be saved"),
        (make_pipeline(LogisticRegression()), "LogisticRegression, which"),
        (SequenceClassifier(own_network), "code cannot be saved.*Fit the estimator first"),
        (
            SequenceClassifier(random_state=np.random.RandomState(0)),
            "Give a number as random_state",
        ),
        (SequenceClassifier(class_weight={"a": object()}), "class_weight"),
        (
            SequenceClassifier(class_weight={"a": np.zeros((2, 2), complex)}),
            r"class_weight of SequenceClassifier\['a'\] is an array of complex128",
        ),
    ],
)
def test_what_is_code_is_refused(estimator, message, tmp_path):
    with pytest.raises(ValueError, match=message) as caught:
        skdeepg.save(estimator, tmp_path / "model.h5")
    assert "joblib" in str(caught.value)
    assert not list(tmp_path.iterdir())


@pytest.mark.filterwarnings("ignore:The object being serialized includes a `lambda`:UserWarning")
@pytest.mark.parametrize("network", [lambda_network, subclass_network, activation_network])
def test_layers_with_code_are_refused(network, tmp_path):
    estimator = SequenceClassifier(network, **{**SETTINGS, "max_epochs": 0}).fit(ROWS, LABELS)
    with pytest.raises(ValueError, match="joblib"):
        skdeepg.save(estimator, tmp_path / "model.h5")
    assert not list(tmp_path.iterdir())


def test_network_changed_after_fit_is_refused(tmp_path):
    estimator = fit("own_network").set_params(network=lambda_network)
    with pytest.raises(ValueError, match="code cannot be saved"):
        skdeepg.save(estimator, tmp_path / "model.h5")


def test_weights_of_types_that_numpy_has_not_are_refused():
    import keras

    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, dtype="bfloat16")])
    with pytest.raises(ValueError, match=r"kernel' are of the type bfloat16, .* joblib\.dump"):
        store_network(model, None, ArrayWriter())


def test_a_network_may_have_no_optimizer():
    import keras

    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    stored = store_network(model, None, ArrayWriter())
    assert stored["optimizer"] is None
    assert [path.rpartition("/")[2] for path, _ in stored["variables"]] == ["kernel", "bias"]


def test_own_optimizer_is_refused(tmp_path):
    import keras

    class Own(keras.optimizers.SGD):
        pass

    with pytest.raises(ValueError, match="optimizer of SequenceClassifier cannot be saved"):
        skdeepg.save(SequenceClassifier(optimizer=Own()), tmp_path / "model.h5")


def test_unknown_attribute_is_refused(tmp_path):
    estimator = make("classifier")
    estimator.note = "mine"
    with pytest.raises(ValueError, match="'note'"):
        skdeepg.save(estimator, tmp_path / "model.h5")


def test_invalid_parameters_are_refused(tmp_path):
    with pytest.raises(ValueError, match="max_epochs"):
        skdeepg.save(SequenceClassifier(max_epochs=-1), tmp_path / "model.h5")


def test_failing_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "model.h5"
    skdeepg.save(make("markov"), path)
    before = path.read_bytes()

    def fail(*args):
        raise OSError("no space left")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="no space"):
        skdeepg.save(make("classifier"), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_a_link(tmp_path):
    real, link = tmp_path / "real.h5", tmp_path / "link.h5"
    real.write_bytes(b"")
    link.symlink_to(real)
    skdeepg.save(make("markov"), link)
    assert link.is_symlink()
    assert skdeepg.load(real).order == 3


def test_file_is_hdf5_for_everybody(fitted, tmp_path):
    path = tmp_path / "model.h5"
    estimator = fitted("classifier")
    skdeepg.save(estimator, path)
    assert path.read_bytes().startswith(b"skdeepg model file, format 1\n")
    with h5py.File(path) as file:
        stored = {each.attrs["path"]: each[()] for each in file["arrays"].values()}
    kernel = estimator.model_.get_layer("output").kernel
    np.testing.assert_array_equal(stored["output/kernel"], kernel)


def test_loading_leaves_no_trace_in_random_state(fitted, tmp_path):
    skdeepg.save(fitted("classifier"), tmp_path / "model.h5")
    before = random.getstate(), np.random.get_state()[1].tolist()
    skdeepg.load(tmp_path / "model.h5")
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before


def test_missing_file(tmp_path):
    for function in (skdeepg.load, skdeepg.describe_file):
        with pytest.raises(FileNotFoundError, match=r"nothing\.h5"):
            function(tmp_path / "nothing.h5")
        with pytest.raises(FileNotFoundError):
            function(tmp_path)


def test_files_of_other_kinds_are_told(tmp_path):
    path = tmp_path / "model"
    with h5py.File(path, "w"):
        pass
    with pytest.raises(InvalidModelFileError, match="from_keras"):
        skdeepg.load(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", "{}")
    with pytest.raises(InvalidModelFileError, match="from_keras"):
        skdeepg.load(path)
    path.write_bytes(pickle.dumps(FastaWindowTransformer()))
    with pytest.raises(InvalidModelFileError, match=r"joblib\.load"):
        skdeepg.load(path)
    path.write_bytes(b"")
    with pytest.raises(InvalidModelFileError, match="not written by"):
        skdeepg.load(path)


def test_newer_format_is_told(tmp_path):
    path = tmp_path / "model.h5"
    skdeepg.save(make("markov"), path)
    path.write_bytes(path.read_bytes().replace(b"format 1\n", b"format 2\n", 1))
    with pytest.raises(InvalidModelFileError, match="format 2.*update skdeepg"):
        skdeepg.load(path)
