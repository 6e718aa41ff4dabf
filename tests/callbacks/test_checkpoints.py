"""Checkpoints: what is written, what goes on from it, what is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV, cross_val_score

import skdeepg
from skdeepg import SequenceClassifier, ValidationSet
from skdeepg.callbacks import Checkpoints, PlateauSchedule, list_checkpoints
from skdeepg.exceptions import CheckpointError, LostDataWarning
from tests.callbacks.trainings import (
    SMALL,
    X,
    Y,
    assert_same_training,
    fit,
    make_classifier,
    make_stateful,
    make_wavenet,
)

MAKERS = [make_classifier, make_wavenet, make_stateful]


def some_slow(makers):
    """Mark all but the first slow."""
    return [makers[0], *(pytest.param(make, marks=pytest.mark.slow) for make in makers[1:])]


def plain(**parameters):
    settings = {"windows": 12, "max_epochs": 2, "batch_size": 16, "random_state": 0} | parameters
    return SequenceClassifier(SMALL, **settings)


@pytest.mark.parametrize("make", some_slow(MAKERS))
@pytest.mark.parametrize("n_left", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_a_resumed_training_ends_as_one_that_was_never_interrupted(make, n_left, tmp_path):
    whole = fit(make(callbacks=[Checkpoints(tmp_path)]))
    for path in list_checkpoints(tmp_path)["path"][n_left:]:
        path.unlink()
    assert_same_training(fit(make(callbacks=[Checkpoints(tmp_path)]), resume=True), whole)


def test_checkpoints_do_not_change_a_training(tmp_path):
    assert_same_training(
        make_classifier(callbacks=[Checkpoints(tmp_path)]).fit(X, Y), fit(make_classifier())
    )


def test_names_are_those_of_deepg(tmp_path):
    with_validation, without = tmp_path / "a", tmp_path / "b"
    model = plain(callbacks=[Checkpoints(with_validation)]).fit(
        X, Y, validation=ValidationSet(X, Y)
    )
    loss, accuracy = (model.history_[name][0] for name in ("val_loss", "val_accuracy"))
    names = [path.name for path in list_checkpoints(with_validation)["path"]]
    assert names[0] == f"Ep.001-val_loss{loss:.2f}-val_acc{accuracy:.3f}.h5"
    plain(callbacks=[Checkpoints(without)]).fit(X, Y)
    names = [path.name for path in list_checkpoints(without)["path"]]
    assert names == ["Ep.001.h5", "Ep.002.h5"]


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.slow
def test_every_file_is_an_estimator_that_predicts(make, tmp_path):
    model = fit(make(callbacks=[Checkpoints(tmp_path)], early_stopping=False))
    table = list_checkpoints(tmp_path)
    last = skdeepg.load(table["path"].iloc[-1])
    np.testing.assert_array_equal(last.predict_proba(X), model.predict_proba(X))
    first = skdeepg.load(table["path"].iloc[0])
    assert (first.n_epochs_, len(first.history_["loss"])) == (1, 1)
    assert first.callbacks is None
    assert "n_epochs_" in repr(skdeepg.describe_file(table["path"].iloc[0]))


def test_table(tmp_path):
    model = make_classifier(callbacks=[Checkpoints(tmp_path)]).fit(X, Y)
    table = list_checkpoints(tmp_path)
    assert table["epoch"].tolist() == list(range(1, model.n_epochs_ + 1))
    for name, values in model.history_.items():
        assert table[name].tolist() == values
    assert table["fit"].nunique() == 1
    with pytest.raises(FileNotFoundError, match="There is no folder of checkpoints"):
        list_checkpoints(tmp_path / "none")


@pytest.mark.slow
def test_only_the_best(tmp_path):
    model = make_classifier(
        callbacks=[Checkpoints(tmp_path, save_best_only=True)], learning_rate=0.3, max_epochs=6
    ).fit(X, Y)
    losses = np.array(model.history_["val_loss"])
    best = [i + 1 for i, loss in enumerate(losses) if loss < min(losses[:i], default=np.inf)]
    assert list_checkpoints(tmp_path)["epoch"].tolist() == best
    assert len(best) < len(losses)
    resumed = make_classifier(
        callbacks=[Checkpoints(tmp_path, save_best_only=True)], learning_rate=0.3, max_epochs=6
    ).fit(X, Y, resume=True)
    assert_same_training(resumed, model)


def test_only_the_last_ones(tmp_path):
    plain(callbacks=[Checkpoints(tmp_path, keep=2)], max_epochs=4).fit(X, Y)
    assert list_checkpoints(tmp_path)["epoch"].tolist() == [3, 4]


def test_a_second_fit_does_not_touch_the_files_of_the_first(tmp_path):
    for _ in range(2):
        plain(callbacks=[Checkpoints(tmp_path)]).fit(X, Y)
    folders = sorted(path.name for path in tmp_path.iterdir())
    assert len(folders) == 2
    assert folders[1] == f"{folders[0]}-2"


@pytest.mark.slow
def test_no_fold_sees_anothers(tmp_path):
    search = GridSearchCV(
        plain(callbacks=[Checkpoints(tmp_path)]), {"learning_rate": [0.1, 0.01]}, cv=3, refit=False
    ).fit(X, Y)
    assert list_checkpoints(tmp_path).groupby("fit")["epoch"].agg(list).tolist() == [[1, 2]] * 6
    again = GridSearchCV(
        plain(callbacks=[Checkpoints(tmp_path)]), {"learning_rate": [0.1, 0.01]}, cv=3, refit=False
    ).fit(X, Y, resume=True)
    np.testing.assert_array_equal(
        again.cv_results_["mean_test_score"], search.cv_results_["mean_test_score"]
    )
    assert list_checkpoints(tmp_path)["fit"].nunique() == 6


@pytest.mark.slow
def test_a_search_that_was_interrupted_goes_on_with_auto(tmp_path):
    def score(**arguments):
        model = plain(callbacks=[Checkpoints(tmp_path)])
        return cross_val_score(model, X, Y, cv=3, params=arguments, error_score="raise")

    wanted = score()
    fits = sorted(tmp_path.iterdir())
    for path in fits[0].iterdir():
        path.unlink()
    fits[0].rmdir()
    np.testing.assert_array_equal(score(resume="auto"), wanted)


@pytest.mark.slow
def test_without_a_seed_the_resumed_fit_takes_that_of_the_first(tmp_path):
    model = make_classifier(callbacks=[Checkpoints(tmp_path)], random_state=None)
    whole = model.fit(X, Y)
    for path in list_checkpoints(tmp_path)["path"][1:]:
        path.unlink()
    resumed = make_classifier(callbacks=[Checkpoints(tmp_path)], random_state=None)
    assert_same_training(resumed.fit(X, Y, resume=True), whole)


def test_nothing_to_resume_is_a_beginning(tmp_path):
    resumed = plain(callbacks=[Checkpoints(tmp_path)]).fit(X, Y, resume=True)
    assert_same_training(resumed, plain().fit(X, Y))


@pytest.mark.parametrize(
    ("change", "data", "message"),
    [
        ({"learning_rate": 0.5}, (X, Y), "learning_rate was 0.001, is 0.5"),
        ({"network__kernel_size": 4}, (X, Y), "network__kernel_size was 3, is 4"),
        ({"schedule": PlateauSchedule()}, (X, Y), "schedule was None, is PlateauSchedule"),
        ({"max_epochs": 3}, (X, Y), "max_epochs was 2, is 3"),
        ({}, (X[:-2], Y[:-2]), "the data were others"),
        ({}, (X, Y[::-1]), "the data were others"),
    ],
)
def test_another_fit_is_refused(change, data, message, tmp_path):
    plain(callbacks=[Checkpoints(tmp_path)]).fit(X, Y)
    changed = plain(callbacks=[Checkpoints(tmp_path)]).set_params(**change)
    with pytest.raises(CheckpointError, match=message):
        changed.fit(*data, resume=True)
    assert changed.fit(*data, resume="auto").n_epochs_ == changed.max_epochs


def test_what_does_not_matter_may_change(tmp_path):
    whole = plain(callbacks=[Checkpoints(tmp_path)]).fit(X, Y)
    resumed = plain(callbacks=[Checkpoints(tmp_path, keep=1)], verbose=0)
    assert_same_training(resumed.fit(list(X), list(Y), resume=True), whole)


def test_a_damaged_file_is_said_and_the_one_before_is_used(tmp_path):
    whole = plain(callbacks=[Checkpoints(tmp_path)], max_epochs=3).fit(X, Y)
    last = list_checkpoints(tmp_path)["path"].iloc[-1]
    last.write_bytes(last.read_bytes()[:-100])
    draft = last.with_name(".Ep.004.h5.draft")
    draft.write_bytes(b"half")
    with pytest.warns(LostDataWarning, match="Ep.003.h5 cannot be loaded. It is damaged"):
        resumed = plain(callbacks=[Checkpoints(tmp_path)], max_epochs=3).fit(X, Y, resume=True)
    assert_same_training(resumed, whole)
    assert not draft.exists()


def test_errors(tmp_path):
    with pytest.raises(ValueError, match="resume=True needs checkpoints to go on from"):
        plain().fit(X, Y, resume=True)
    with pytest.raises(ValueError, match="resume must be True, False or 'auto', not 'yes'"):
        plain(callbacks=[Checkpoints(tmp_path)]).fit(X, Y, resume="yes")
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(ValueError, match="Checkpoints cannot write to directory="):
        plain(callbacks=[Checkpoints(file / "folder")]).fit(X, Y)
    with pytest.raises(ValueError, match="'keep' parameter of Checkpoints must be"):
        plain(callbacks=[Checkpoints(tmp_path, keep=0)]).fit(X, Y)


def test_a_full_disk_leaves_the_last_checkpoint_whole(tmp_path, monkeypatch):
    from skdeepg.persistence import container

    def fsync(number):
        if len(list(tmp_path.glob("*/Ep.*"))) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(container.os, "fsync", fsync)
    with pytest.raises(OSError, match=r"Ep.003.h5 cannot be written: No space .*Ep.002.h5. Make"):
        plain(callbacks=[Checkpoints(tmp_path)], max_epochs=5).fit(X, Y)
    assert list_checkpoints(tmp_path)["epoch"].tolist() == [1, 2]
    assert list(tmp_path.rglob(".*")) == []
    monkeypatch.undo()
    resumed = plain(callbacks=[Checkpoints(tmp_path)], max_epochs=5).fit(X, Y, resume=True)
    assert_same_training(resumed, plain(max_epochs=5).fit(X, Y))


KILLED = """
import sys
from skdeepg.callbacks import Checkpoints
from tests.callbacks.trainings import fit, make_classifier
model = make_classifier(callbacks=[Checkpoints(sys.argv[1])], max_epochs=10, patience=8)
print("ready", flush=True)
fit(model, resume=True)
print("done", flush=True)
"""


@pytest.mark.slow
def test_killed_at_ten_moments(tmp_path):
    """kill -9 while it trains, in turn; what is left goes on to the same end."""
    random = np.random.default_rng(0)
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root), "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-c", KILLED]

    def seconds_until(folder, timeout):
        """Train in another process, killed after some seconds; how long it took."""
        with subprocess.Popen(
            [*command, str(folder)], env=environment, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout.readline() == "ready\n"
            start = time.monotonic()
            try:
                assert process.wait(timeout) == 0
            except subprocess.TimeoutExpired:
                process.kill()
                return timeout
            return time.monotonic() - start

    whole = make_classifier(max_epochs=10, patience=8).fit(X, Y)
    undisturbed = seconds_until(tmp_path / "undisturbed", 300)
    n_killed = 0
    for moment in range(10):
        folder = tmp_path / str(moment)
        timeout = undisturbed * random.uniform(0.1, 0.9)
        n_killed += seconds_until(folder, timeout) == timeout
        resumed = make_classifier(callbacks=[Checkpoints(folder)], max_epochs=10, patience=8)
        assert_same_training(resumed.fit(X, Y, resume=True), whole)
        for path in folder.rglob("*.h5"):
            skdeepg.load(path)
        for path in folder.rglob("*.json"):
            json.loads(path.read_text())
        assert [path for path in folder.rglob(".*") if path.is_file()] == []
    assert n_killed >= 5
