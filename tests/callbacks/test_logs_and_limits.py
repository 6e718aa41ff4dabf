"""CSVLog, ModelCard, TimeLimit, callbacks of Keras and of one's own, Ctrl-C."""

from __future__ import annotations

import json

import joblib
import keras
import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import cross_val_score

from skdeepg import SequenceClassifier
from skdeepg.callbacks import Callback, CSVLog, ModelCard, TimeLimit
from skdeepg.exceptions import TrainingEndedWarning
from tests.callbacks.trainings import SMALL, X, Y, fit, make_classifier, make_wavenet


def plain(**parameters):
    settings = {"windows": 12, "max_epochs": 2, "batch_size": 16, "random_state": 0} | parameters
    return SequenceClassifier(SMALL, **settings)


class Notes(Callback):
    """Writes down what it is told."""

    def __init__(self, notes):
        self.notes = notes

    def __deepcopy__(self, memo):
        return self

    def on_train_begin(self, run):
        self.notes.append(("begin", run.n_epochs, run.end, run.steps_per_epoch))

    def on_step_end(self, run):
        self.notes.append(("step", run.n_epochs, run.step))

    def on_epoch_end(self, run):
        self.notes.append(("epoch", run.n_epochs, dict(run.values)))

    def on_train_end(self, run):
        self.notes.append(("end", run.n_epochs))


def test_a_callback_of_ones_own_is_told_everything():
    notes = []
    model = plain(callbacks=[Notes(notes)], steps_per_epoch=2).fit(X, Y)
    values = [{k: v[i] for k, v in model.history_.items()} for i in range(2)]
    assert notes == [
        ("begin", 0, 2, 2),
        *(("step", 0, 1), ("step", 0, 2), ("epoch", 1, values[0])),
        *(("step", 1, 1), ("step", 1, 2), ("epoch", 2, values[1])),
        ("end", 2),
    ]


def test_partial_fit_has_no_callbacks():
    notes = []
    plain(callbacks=[Notes(notes)]).partial_fit(X, Y, classes=np.unique(Y))
    assert notes == []


def test_a_warm_start_counts_on():
    notes = []
    model = plain(callbacks=[Notes(notes)], warm_start=True).fit(X, Y).fit(X, Y)
    assert [note[:2] for note in notes if note[0] in {"begin", "epoch"}] == [
        *(("begin", 0), ("epoch", 1), ("epoch", 2)),
        *(("begin", 2), ("epoch", 3), ("epoch", 4)),
    ]
    assert len(model.history_["loss"]) == 4


class TestCSVLog:
    def test_a_line_an_epoch(self, tmp_path):
        path = tmp_path / "log.csv"
        model = make_classifier(callbacks=[CSVLog(path)]).fit(X, Y)
        table = pd.read_csv(path)
        assert table["epoch"].tolist() == list(range(1, model.n_epochs_ + 1))
        for name, values in model.history_.items():
            np.testing.assert_allclose(table[name], values, rtol=1e-12)
        assert table["learning_rate"].iloc[0] == pytest.approx(0.001)

    def test_fits_share_a_file(self, tmp_path):
        path = tmp_path / "log.csv"
        cross_val_score(plain(callbacks=[CSVLog(path)]), X, Y, cv=3)
        assert pd.read_csv(path).groupby("digest").size().tolist() == [2, 2, 2]

    def test_no_such_folder(self, tmp_path):
        with pytest.raises(ValueError, match="CSVLog cannot write to path=.*No such file"):
            plain(callbacks=[CSVLog(tmp_path / "none" / "log.csv")]).fit(X, Y)


class TestTimeLimit:
    def test_ends_with_a_fitted_estimator(self):
        model = plain(callbacks=[TimeLimit(0.3)], max_epochs=100_000)
        with pytest.warns(TrainingEndedWarning, match=r"0.3 seconds are over, after \d+ of 100000"):
            model.fit(X, Y)
        assert model.n_epochs_ == len(model.history_["loss"]) < 100_000
        assert model.predict_proba(X).shape == (len(X), 2)
        model.partial_fit(X, Y)

    def test_bad_parameter(self):
        with pytest.raises(ValueError, match="'seconds' parameter of TimeLimit must be"):
            plain(callbacks=[TimeLimit(-1)]).fit(X, Y)


class Interrupt(Callback):
    """Presses Ctrl-C."""

    def __init__(self, epoch=1, step=2):
        self.epoch = epoch
        self.step = step

    def on_step_end(self, run):
        if (run.n_epochs, run.step) == (self.epoch, self.step):
            raise KeyboardInterrupt


class TestInterrupt:
    @pytest.mark.parametrize("make", [make_classifier, make_wavenet])
    def test_ends_with_a_fitted_estimator(self, make):
        with pytest.warns(TrainingEndedWarning, match="you have interrupted it, after 1 of 4 epo"):
            model = fit(make(callbacks=[Interrupt()], steps_per_epoch=3))
        assert model.n_epochs_ == 1
        assert np.isfinite(model.predict_proba(X)).all()

    def test_before_the_first_epoch_is_over(self):
        with pytest.warns(TrainingEndedWarning, match="after 0 of 2 epochs and 2 steps of the"):
            model = plain(callbacks=[Interrupt(0)], steps_per_epoch=3).fit(X, Y)
        assert (model.n_epochs_, model.history_) == (0, {"loss": [], "accuracy": []})
        assert np.isfinite(model.predict_proba(X)).all()


class TestKerasCallbacks:
    def test_a_lambda_callback_is_told(self):
        seen = []
        callback = keras.callbacks.LambdaCallback(
            on_epoch_begin=lambda epoch, logs: seen.append(("begin", epoch)),
            on_epoch_end=lambda epoch, logs: seen.append(("end", epoch, sorted(logs))),
            on_train_begin=lambda logs: seen.append("train"),
            on_train_end=lambda logs: seen.append("over"),
        )
        plain(callbacks=[callback]).fit(X, Y)
        names = ["accuracy", "loss"]
        assert seen == [
            "train",
            *(("begin", 0), ("end", 0, names), ("begin", 1), ("end", 1, names)),
            "over",
        ]

    def test_a_model_may_stop_itself(self):
        callback = keras.callbacks.EarlyStopping(monitor="loss", patience=1, min_delta=10)
        with pytest.warns(TrainingEndedWarning, match="EarlyStopping has asked for it"):
            model = plain(callbacks=[callback], max_epochs=9).fit(X, Y)
        assert model.n_epochs_ == 2

    def test_a_fitted_estimator_can_be_pickled_and_predicts(self, tmp_path):
        model = plain(callbacks=[keras.callbacks.TerminateOnNaN()]).fit(X, Y)
        joblib.dump(model, tmp_path / "model.joblib")
        loaded = joblib.load(tmp_path / "model.joblib")
        np.testing.assert_array_equal(loaded.predict_proba(X), model.predict_proba(X))


@pytest.mark.parametrize(
    ("callbacks", "message"),
    [
        ([print], "callbacks has <built-in function print>, which is neither of skdeepg"),
        (CSVLog("log.csv"), "'callbacks' parameter of SequenceClassifier must be"),
    ],
)
def test_what_is_no_callback(callbacks, message):
    with pytest.raises(ValueError, match=message):
        plain(callbacks=callbacks).fit(X, Y)


def test_model_card(tmp_path):
    path = tmp_path / "card.json"
    path.write_text("that of another model")
    model = plain(callbacks=[ModelCard(path)], validation_fraction=0.25).fit(X, Y)
    card = json.loads(path.read_text())
    assert card["estimator"] == "SequenceClassifier"
    assert card["classes"] == [str(name) for name in model.classes_]
    assert card["history"] == model.history_
    assert card["last values"]["loss"] == model.history_["loss"][-1]
    assert card["epochs"] == 2
    assert card["ended early"] is None
    assert card["weights"] == model.model_.count_params()
    assert card["parameters"]["windows"] == "12"
    training, validation = card["data"]["training"], card["data"]["validation"]
    assert training["rows"] + validation["rows"] == len(X)
    assert set(card["versions"]) >= {"python", "skdeepg", "keras"}
    assert [p.name for p in tmp_path.iterdir()] == ["card.json"]


def test_model_card_without_a_folder(tmp_path):
    with pytest.raises(ValueError, match=r"ModelCard cannot write to path=.*no folder .*nowhere"):
        plain(callbacks=[ModelCard(tmp_path / "nowhere" / "card.json")]).fit(X, Y)
