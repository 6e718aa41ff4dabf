"""What TensorBoard's own reader finds of a training."""

from __future__ import annotations

import importlib.util
from io import BytesIO

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread
from sklearn.model_selection import GridSearchCV

from skdeepg import SequenceClassifier
from skdeepg.callbacks import TensorBoard
from skdeepg.callbacks.tensorboard import _draw_matrix
from tests.callbacks.trainings import SMALL, X, Y, fit, make_classifier, make_wavenet


def read(folder):
    """Read a run's events: steps and values of the scalars, and the tags of all else."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.util.tensor_util import make_ndarray

    events = EventAccumulator(str(folder), size_guidance={"tensors": 0}).Reload()
    tensors = {
        tag: [(each.step, make_ndarray(each.tensor_proto)) for each in events.Tensors(tag)]
        for tag in events.Tags()["tensors"]
    }
    plugins = {tag: events.SummaryMetadata(tag).plugin_data.plugin_name for tag in tensors}
    return tensors, plugins, events


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A training that was logged, and its folder."""
    folder = tmp_path_factory.mktemp("runs")
    model = make_classifier(callbacks=[TensorBoard(folder, run_name="first")]).fit(X, Y)
    return model, folder / "first"


def test_scalars(run):
    model, folder = run
    train, plugins, _ = read(folder / "train")
    validation, _, _ = read(folder / "validation")
    for name in ("loss", "accuracy"):
        for found, wanted in ((train, name), (validation, f"val_{name}")):
            steps, values = zip(*found[name], strict=True)
            assert steps == tuple(range(1, model.n_epochs_ + 1))
            np.testing.assert_allclose(values, model.history_[wanted], rtol=1e-6)
    names = {"f1", "balanced_accuracy", "learning_rate"}
    names |= {"share_of_windows_seen", "share_of_rows_seen"}
    assert names <= set(train)
    assert {"f1", "balanced_accuracy"} <= set(validation)
    assert all(plugins[name] == "scalars" for name in names)
    assert train["share_of_windows_seen"][-1][1] == 1
    assert 0 < train["f1"][-1][1] <= 1


def test_images_are_confusion_matrices(run):
    model, folder = run
    for side in ("train", "validation"):
        tensors, plugins, _ = read(folder / side)
        pictures = tensors["confusion matrix"]
        assert plugins["confusion matrix"] == "images"
        assert len(pictures) == model.n_epochs_
        width, height, png = pictures[0][1]
        assert imread(BytesIO(png)).shape[:2] == (int(height), int(width))
        assert imread(BytesIO(png)).std() > 0.05


def test_text(run):
    _, folder = run
    tensors, plugins, _ = read(folder / "train")
    texts = {name: tensors[name][0][1].item().decode() for name in ("parameters", "data", "fit")}
    assert {plugins[name] for name in texts} == {"text"}
    assert "| network__kernel_size | 3 |" in texts["parameters"]
    assert "| rows of training | 28 |" in texts["data"]
    assert "| seed |" in texts["fit"]


def test_hparams(run):
    model, folder = run
    tensors, _, events = read(folder / "train")
    from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData

    content = events.SummaryMetadata("_hparams_/session_start_info").plugin_data.content
    start = HParamsPluginData.FromString(content).session_start_info
    assert start.group_name
    assert start.hparams["network__kernel_size"].number_value == 3
    assert start.hparams["early_stopping"].string_value == "True"
    assert "learning_rate" not in start.hparams  # is at its default
    assert tensors["final/val_loss"][0][1] == pytest.approx(model.history_["val_loss"][-1])


@pytest.mark.parametrize(("n_classes", "n_texts"), [(12, 144), (13, 0)])
def test_many_classes_leave_out_the_numbers(n_classes, n_texts):
    axes = Figure().subplots()
    labels = [f"c{i}" for i in range(n_classes)]
    _draw_matrix(axes, np.eye(n_classes), labels)
    assert len(axes.texts) == n_texts
    assert [tick.get_text() for tick in axes.get_xticklabels()] == labels


@pytest.mark.slow
def test_runs_of_a_search_have_names_of_their_own(tmp_path):
    model = SequenceClassifier(
        SMALL, 12, max_epochs=1, callbacks=[TensorBoard(tmp_path)], random_state=0
    )
    GridSearchCV(model, {"learning_rate": [0.1, 0.01]}, cv=2, refit=False).fit(X, Y)
    assert len(list(tmp_path.iterdir())) == 4
    fit(model)
    fit(model)
    assert sum(path.name.endswith("-2") for path in tmp_path.iterdir()) == 1


@pytest.mark.slow
def test_language_models_and_several_labels(tmp_path):
    fit(make_wavenet(callbacks=[TensorBoard(tmp_path, "wavenet")], max_epochs=1))
    several = np.array([[1, 0], [1, 1]] * 20)
    model = SequenceClassifier(
        SMALL, 12, max_epochs=1, callbacks=[TensorBoard(tmp_path, "labels")], metrics=["f1"]
    ).fit(X, several)
    tensors, _, _ = read(tmp_path / "labels" / "train")
    assert tensors["f1"][0][1] == pytest.approx(model.history_["f1"][0])
    assert "confusion matrix" in read(tmp_path / "wavenet" / "train")[0]


def test_it_is_checked_before_training(tmp_path, monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "tensorboard" else find(name)
    )
    with pytest.raises(ModuleNotFoundError, match=r'pip install "skdeepg\[tensorboard\]"'):
        fit(make_classifier(callbacks=[TensorBoard(tmp_path)]))
    monkeypatch.undo()
    (tmp_path / "file").touch()
    with pytest.raises(ValueError, match="TensorBoard cannot write to directory="):
        fit(make_classifier(callbacks=[TensorBoard(tmp_path / "file" / "folder")]))
