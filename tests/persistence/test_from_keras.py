"""Estimators of models that deepG and Keras have saved."""

from __future__ import annotations

import copy
import json
import zipfile

import h5py
import numpy as np
import pytest
from sklearn.base import clone

from skdeepg import (
    LSTMCNN,
    FastaWindowTransformer,
    MarkovLanguageModel,
    SequenceClassifier,
    SequenceLanguageModel,
    WaveNet,
    WaveNetLM,
)
from skdeepg.engine import keras_files
from skdeepg.exceptions import InvalidModelFileError, NetworkMismatchError
from skdeepg.networks import NetworkTask
from tests.persistence.conftest import GOLDEN
from tests.toys import random_sequences

DEEPG = GOLDEN / "deepg" / "cnn_classifier__Ep.002-val_loss0.43-val_acc0.820.hdf5"
KERAS2 = GOLDEN / "keras2"
ROWS = random_sequences([40, 8, 30])
TASK = NetworkTask(window_length=30, n_symbols=4, n_outputs=3)


@pytest.fixture(scope="module")
def model():
    """A Keras model of three outputs."""
    return LSTMCNN(filters=(2,), lstm_units=2, bidirectional=True, dropout=0.1).build(TASK)


def from_keras(source, **arguments):
    return SequenceClassifier.from_keras(source, **{"classes": ["a", "b", "c"], **arguments})


def test_checkpoint_of_deepg():
    golden = np.load(GOLDEN / "deepg" / "cnn_classifier.npz")
    classifier = SequenceClassifier.from_keras(DEEPG, classes=["16s", "bacteria"])
    found = classifier.predict_proba(list(golden["sequences"]))
    np.testing.assert_allclose(found, golden["y"], rtol=0, atol=1e-6)
    assert classifier.windows == 500


def test_checkpoint_of_deepg_in_other_order():
    golden = np.load(GOLDEN / "deepg" / "cnn_classifier.npz")
    classifier = SequenceClassifier.from_keras(DEEPG, classes=["first", "a second"])
    assert classifier.classes_.tolist() == ["a second", "first"]
    found = classifier.predict_proba(list(golden["sequences"]))
    np.testing.assert_allclose(found, golden["y"][:, ::-1], rtol=0, atol=1e-6)


def test_lstm_of_keras_2():
    golden = np.load(KERAS2 / "classifier.npz")
    classifier = from_keras(KERAS2 / "classifier.hdf5", classes=["c", "a", "b"])
    found = classifier.predict_proba(golden["codes"])
    np.testing.assert_allclose(found, golden["predictions"][:, [1, 2, 0]], rtol=0, atol=1e-6)


def test_two_inputs_of_keras_2():
    golden = np.load(KERAS2 / "middle.npz")
    model = SequenceLanguageModel.from_keras(KERAS2 / "middle.hdf5", target="middle")
    left, right = golden["codes"][:, :16], golden["codes"][:, :15:-1]
    hidden = np.zeros((len(left), 1), dtype=np.uint8)
    found = model.predict_proba(np.hstack([left, hidden, right]))
    np.testing.assert_allclose(found, golden["predictions"], rtol=0, atol=1e-6)


def test_sequential_of_keras_2_with_masking_and_both_directions():
    golden = np.load(KERAS2 / "sequential.npz")
    model = SequenceLanguageModel.from_keras(KERAS2 / "sequential.hdf5", target="next")
    found = model.predict_proba(golden["codes"])
    np.testing.assert_allclose(found, golden["predictions"], rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", ["model.h5", "model.hdf5", "model.keras"])
def test_formats_of_keras_3(name, model, tmp_path):
    model.save(tmp_path / name)
    found = from_keras(tmp_path / name).predict_proba(ROWS)
    np.testing.assert_array_equal(found, from_keras(model).predict_proba(ROWS))


def test_model_in_memory_is_copied_and_trained_on(model):
    weights = [weight.copy() for weight in model.get_weights()]
    classifier = from_keras(model, classes=["c", "b", "a"])
    before = classifier.predict_proba(ROWS)
    classifier.partial_fit(ROWS, ["a", "b", "c"])
    assert (classifier.predict_proba(ROWS) != before).any()
    assert classifier.n_epochs_ == 1
    for found, weight in zip(model.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(found, weight)


@pytest.mark.slow
def test_result_is_an_estimator_like_others(model):
    classifier = from_keras(model)
    copied = copy.deepcopy(classifier)
    np.testing.assert_array_equal(copied.predict_proba(ROWS), classifier.predict_proba(ROWS))
    refitted = clone(classifier).set_params(max_epochs=1).fit(ROWS, ["a", "b", "c"])
    assert refitted.model_.count_params() == model.count_params()


def test_windows_may_say_all_about_cutting(model):
    windows = FastaWindowTransformer(30, stride=5, ambiguous="uniform")
    classifier = from_keras(model, windows=windows)
    assert len(classifier.predict_windows(["ACGTN" * 8])) == 3
    assert classifier.symbol_table_[4].tolist() == [0.25] * 4
    assert not hasattr(windows, "vocabulary_")
    fitted = FastaWindowTransformer(30, ambiguous="empirical").fit(["AACG"])
    assert from_keras(model, windows=fitted).symbol_table_[4].tolist() == [0.5, 0.25, 0.25, 0.0]
    with pytest.raises(ValueError, match="ambiguous='empirical' only in a fitted"):
        from_keras(model, windows=FastaWindowTransformer(30, ambiguous="empirical"))


def test_several_labels():
    task = NetworkTask(30, 4, 3, activation="sigmoid")
    model = LSTMCNN(filters=(2,), global_pooling="max").build(task)
    classifier = from_keras(model, classes=range(3))
    assert classifier.multilabel_
    assert classifier.predict(ROWS).shape == (3, 3)
    with pytest.raises(ValueError, match=r"classes must be range\(3\)"):
        from_keras(model)


def test_classes_are_checked(model):
    for classes in (["a", "a", "b"], ["a"], [["a", "b", "c"]]):
        with pytest.raises(ValueError, match="different labels"):
            from_keras(model, classes=classes)
    with pytest.raises(NetworkMismatchError, match="3"):
        from_keras(model, classes=["a", "b"])


def test_letters_and_windows_are_checked(model):
    with pytest.raises(NetworkMismatchError, match=r"\(30, 5\)"):
        from_keras(model, vocabulary="ACGTN")
    with pytest.raises(NetworkMismatchError, match=r"\(20, 4\)"):
        from_keras(model, windows=20)
    with pytest.raises(NetworkMismatchError, match="2 inputs"):
        SequenceLanguageModel.from_keras(
            LSTMCNN(filters=(2,)).build(NetworkTask(30, 4, 4)), target="middle"
        )


def test_wavenet():
    network = WaveNet(filters=2, dilations=(1, 2), initial_kernel_size=2, initial_filters=2)
    model = network.build(NetworkTask(30, 4, 4, per_position=True))
    with pytest.raises(ValueError, match="windows must be given"):
        WaveNetLM.from_keras(model)
    wavenet = WaveNetLM.from_keras(model, windows=30)
    assert wavenet.network.receptive_field == network.receptive_field == 5
    assert len(wavenet.generate(10)[0]) == 10


def test_language_models_have_a_yardstick_that_can_be_given(model):
    keras_model = LSTMCNN(filters=(2,)).build(NetworkTask(30, 4, 4))
    language = SequenceLanguageModel.from_keras(keras_model, target="next")
    yardstick = MarkovLanguageModel(order=1).fit(ROWS)
    assert language.evaluate(["ACGT" * 10], yardstick=yardstick).yardstick.n_bases.sum() == 2
    assert language.partial_fit(["ACGT" * 20]).yardstick_.counts_.total == 80


def lambda_model():
    import keras

    inputs = keras.Input((30, 4))
    doubled = keras.layers.Lambda(lambda x: x * 2)(keras.layers.Flatten()(inputs))
    return keras.Model(inputs, keras.layers.Dense(3, "softmax")(doubled))


@pytest.mark.parametrize("name", ["model.h5", "model.keras"])
def test_code_is_run_for_the_trusted_only(name, tmp_path):
    model = lambda_model()
    model.save(tmp_path / name)
    for source in (model, tmp_path / name):
        with pytest.raises(InvalidModelFileError, match=r"Lambda.*trusted=True"):
            from_keras(source)
        classifier = from_keras(source, trusted=True)
        windows = classifier.symbol_table_[np.array([[0, 1, 2] * 10])]
        np.testing.assert_allclose(classifier.model_(windows), model(windows), rtol=1e-6)
        assert classifier.model_ is not model
        assert classifier.partial_fit(ROWS, ["a", "b", "c"]).n_epochs_ == 1


def test_output_layers_that_cannot_be_sorted(model):
    import keras

    inputs = keras.Input((30, 4))
    halves = [keras.layers.Dense(1)(keras.layers.Flatten()(inputs)) for _ in range(2)]
    joined = keras.layers.Concatenate()(halves)
    odd = keras.Model(inputs, keras.layers.Softmax()(joined))
    assert from_keras(odd, classes=["a", "b"]).classes_.tolist() == ["a", "b"]
    with pytest.raises(ValueError, match="classes must be in sorted order"):
        from_keras(odd, classes=["b", "a"])
    dense = keras.layers.Dense(2)(keras.layers.Flatten()(inputs))
    even = keras.Model(inputs, keras.layers.Activation("softmax")(dense))
    np.testing.assert_array_equal(
        from_keras(even, classes=["b", "a"]).predict_proba(ROWS),
        from_keras(even, classes=["a", "b"]).predict_proba(ROWS)[:, ::-1],
    )


def test_files_that_are_no_models(tmp_path, model):
    path = tmp_path / "model.h5"
    with pytest.raises(FileNotFoundError):
        from_keras(path)
    path.write_bytes(b"nothing")
    with pytest.raises(InvalidModelFileError, match=r"neither HDF5 nor a \.keras"):
        from_keras(path)
    model.save_weights(tmp_path / "model.weights.h5")
    with pytest.raises(InvalidModelFileError, match="weights only"):
        from_keras(tmp_path / "model.weights.h5")
    path.write_bytes(DEEPG.read_bytes()[:100_000])
    with pytest.raises(InvalidModelFileError, match="damaged or of another kind"):
        from_keras(path)


def test_weights_of_other_shapes_are_refused(model, tmp_path):
    path = tmp_path / "model.h5"
    model.save(path)
    with h5py.File(path, "r+") as file:
        group = file["model_weights/conv_1"]
        name = group.attrs["weight_names"][0]
        del group[name]
        group[name] = np.zeros((2, 2), dtype=np.float32)
    with pytest.raises(InvalidModelFileError, match="more weights than the file|shapes"):
        from_keras(path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda kernel: kernel.T,
            r"weights of the layer 'output' have the shapes \[\(3, 4\), \(3,\)\]",
        ),
        (lambda kernel: kernel.astype(np.int32), "Weights of the layer 'output' are no decimal"),
    ],
    ids=["turned", "whole numbers"],
)
def test_weights_of_another_kind_are_refused(change, message, model, tmp_path):
    path = tmp_path / "model.h5"
    model.save(path)
    with h5py.File(path, "r+") as file:
        group = file["model_weights/output"]
        name = next(name for name in group.attrs["weight_names"] if "kernel" in name)
        kernel = group[name][()]
        del group[name]
        group[name] = change(kernel)
    with pytest.raises(InvalidModelFileError, match=message):
        from_keras(path)


def test_a_layer_without_its_group_is_refused(model, tmp_path):
    path = tmp_path / "model.h5"
    model.save(path)
    with h5py.File(path, "r+") as file:
        del file["model_weights/pool_1"]  # it has no weights
    with pytest.raises(InvalidModelFileError, match="no group of weights 'pool_1'"):
        from_keras(path)


def test_missing_and_swapped_weights_are_refused(model, tmp_path):
    path = tmp_path / "model.h5"
    model.save(path)
    with h5py.File(path, "r+") as file:
        names = [name for name in file["model_weights"].attrs["layer_names"] if name != "output"]
        file["model_weights"].attrs["layer_names"] = names
    with pytest.raises(InvalidModelFileError, match="'output'"):
        from_keras(path)


@pytest.mark.parametrize("kind", ["external", "soft", "filter"])
def test_weights_from_elsewhere_are_refused(kind, model, tmp_path):
    path = tmp_path / "model.h5"
    model.save(path)
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["kernel"] = np.zeros((12, 4, 2), dtype=np.float32)
    with h5py.File(path, "r+") as file:
        if kind == "external":
            file["stolen"] = h5py.ExternalLink("other.h5", "kernel")
        elif kind == "soft":
            file["again"] = h5py.SoftLink("/model_weights")
        else:
            file.create_dataset("packed", data=np.zeros(1 << 20), compression="gzip")
    with pytest.raises(InvalidModelFileError, match="link to elsewhere|chunked"):
        from_keras(path)


def test_compressed_archive_is_refused(model, tmp_path):
    model.save(tmp_path / "model.keras")
    with (
        zipfile.ZipFile(tmp_path / "model.keras") as archive,
        zipfile.ZipFile(tmp_path / "packed.keras", "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for name in archive.namelist():
            packed.writestr(name, archive.read(name))
    with pytest.raises(InvalidModelFileError, match="compressed"):
        from_keras(tmp_path / "packed.keras")


def test_archives_without_a_model_are_refused(tmp_path, monkeypatch):
    path = tmp_path / "model.keras"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", "{}")
    with pytest.raises(InvalidModelFileError, match=r"no config.json or no model.weights.h5"):
        from_keras(path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("model.weights.h5", b"")
    monkeypatch.setattr(keras_files, "MOST_JSON", 1)
    with pytest.raises(InvalidModelFileError, match=r"config\.json is too large"):
        from_keras(path)


def test_class_of_a_foreign_module_is_refused(model, tmp_path):
    model.save(tmp_path / "model.keras")
    with zipfile.ZipFile(tmp_path / "model.keras") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(members["config.json"])
    config["config"]["layers"][1] |= {"module": "os", "class_name": "system"}
    members["config.json"] = json.dumps(config).encode()
    with zipfile.ZipFile(tmp_path / "model.keras", "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    with pytest.raises(InvalidModelFileError, match="'system' of the module 'os'"):
        from_keras(tmp_path / "model.keras")
