"""Schedules against their formulas, alone and in a training."""

from __future__ import annotations

import math

import keras
import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV

import skdeepg
from skdeepg import SequenceClassifier
from skdeepg.callbacks import (
    Callback,
    CosineSchedule,
    CSVLog,
    ExponentialSchedule,
    PlateauSchedule,
    Schedule,
    StepSchedule,
)
from tests.callbacks.trainings import SMALL, X, Y


class Rates(Callback):
    """Notes the learning rate of each step."""

    seen: list

    def __init__(self, seen=None):
        self.seen = seen

    def __deepcopy__(self, memo):
        return self

    def on_step_end(self, run):
        self.seen.append(run.learning_rate)


def make(schedule, **parameters):
    settings = {"windows": 12, "max_epochs": 4, "batch_size": 50, "random_state": 0} | parameters
    return SequenceClassifier(SMALL, schedule=schedule, **settings)


def rates(schedule, callbacks=(), **parameters):
    """Train, and give the rates of the steps by epoch."""
    seen = []
    model = make(schedule, callbacks=[Rates(seen), *callbacks], **parameters).fit(X, Y)
    return np.array(seen).reshape(model.n_epochs_, -1), model


def test_cosine_over_the_whole_training():
    found, _ = rates(CosineSchedule(minimum=0.1), learning_rate=0.02)
    share = np.linspace(0, 1, found.size, endpoint=False)
    wanted = 0.02 * (0.1 + 0.9 * (1 + np.cos(np.pi * share)) / 2)
    np.testing.assert_allclose(found.ravel(), wanted, rtol=1e-6)


def test_cosine_with_restarts():
    schedule = CosineSchedule(first_period=1, period_factor=2, restart_factor=0.5)
    found, _ = rates(schedule, learning_rate=1.0)
    n_steps = found.shape[1]
    assert found[0, 0] == 1
    assert found[1, 0] == 0.5  # the first restart, at half the height
    np.testing.assert_allclose(found[2, 0], 0.25)  # in the middle of a period of two epochs
    assert found[3, 0] == 0.25  # the second restart
    np.testing.assert_allclose(found[0, -1], (1 + math.cos(math.pi * (1 - 1 / n_steps))) / 2)


def test_steps():
    found, _ = rates(StepSchedule(every=2, step_factor=0.1), learning_rate=1.0)
    np.testing.assert_allclose(found, np.repeat([[1], [1], [0.1], [0.1]], found.shape[1], axis=1))


def test_exponential():
    found, _ = rates(ExponentialSchedule(0.5), learning_rate=1.0)
    time = np.arange(found.size).reshape(found.shape) / found.shape[1]
    np.testing.assert_allclose(found, 0.5**time, rtol=1e-6)


def test_warmup():
    found, _ = rates(StepSchedule(every=1, step_factor=0.5, warmup=2), learning_rate=1.0)
    n_steps = found.shape[1]
    np.testing.assert_allclose(found[:2].ravel(), np.arange(2 * n_steps) / (2 * n_steps))
    np.testing.assert_allclose(found[2:, 0], [1, 0.5])


def test_plateau_falls_when_nothing_gets_better():
    schedule = PlateauSchedule(patience=2, step_factor=0.5, minimum=0.2)
    schedule.start(10)
    factors = []
    for loss in (1.0, 0.9, 0.9, 0.95, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8):
        schedule.take_note({"loss": loss, "val_loss": loss})
        factors.append(schedule.factor(0.0))
    assert factors == [1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.2, 0.2]


def test_plateau_of_what_is_better_when_higher():
    schedule = PlateauSchedule(monitor="accuracy", patience=1, step_factor=0.5)
    schedule.start(10)
    for accuracy, factor in ((0.5, 1), (0.6, 1), (0.6, 0.5)):
        schedule.take_note({"accuracy": accuracy})
        assert schedule.factor(0.0) == factor
    with pytest.raises(ValueError, match="monitor='accuracy' is none of the values loss"):
        schedule.take_note({"loss": 0.1})


def test_plateau_goes_on_from_its_state():
    schedule = PlateauSchedule(patience=2, step_factor=0.5)
    schedule.start(10)
    for loss in (1.0, 0.9, 0.9):
        schedule.take_note({"loss": loss})
    later = PlateauSchedule(patience=2, step_factor=0.5)
    later.start(10)
    later.set_state(schedule.state())
    later.take_note({"loss": 0.9})
    assert later.factor(0.0) == 0.5


class Falling(Schedule):
    def _after_warmup(self, epoch):
        return 1 / (1 + epoch)


def test_a_schedule_of_ones_own():
    schedule = Falling(warmup=1)
    schedule.check()
    schedule.set_state(schedule.state())  # it remembers nothing
    assert [schedule.factor(epoch) for epoch in (0.5, 1, 2)] == [0.5, 1, 0.5]
    found, _ = rates(schedule, learning_rate=1.0, max_epochs=3)
    assert found[:, 0].tolist() == [0, 1, 0.5]
    with pytest.raises(ValueError, match="warmup"):
        Falling(warmup=-1).check()


def test_plateau_in_a_training():
    schedule = PlateauSchedule(monitor="accuracy", patience=1, step_factor=0.1)
    found, model = rates(schedule, learning_rate=1e-9, max_epochs=3)
    accuracy = model.history_["accuracy"]
    falls = [now <= max(accuracy[:i]) for i, now in enumerate(accuracy) if i]
    wanted = 1e-9 * 0.1 ** np.concatenate([[0], [0], np.cumsum(falls)])[: len(found)]
    np.testing.assert_allclose(found[:, 0], wanted, rtol=1e-5)


def test_an_optimizer_brings_its_rate():
    found, _ = rates(StepSchedule(every=1), optimizer=keras.optimizers.SGD(0.5), max_epochs=2)
    assert found[:, 0].tolist() == [0.5, 0.25]


def test_an_optimizer_with_a_schedule_of_its_own_is_refused():
    optimizer = keras.optimizers.SGD(keras.optimizers.schedules.CosineDecay(0.1, 10))
    with pytest.raises(ValueError, match="schedule and the optimizer's own schedule exclude"):
        make(StepSchedule(), optimizer=optimizer).fit(X, Y)


def test_no_schedule_is_a_constant_rate():
    found, _ = rates(None, learning_rate=0.25)
    assert set(found.ravel()) == {0.25}


@pytest.mark.slow
def test_the_given_object_is_not_used_itself_and_clones_are_searched():
    schedule = PlateauSchedule(patience=1)
    model = make(schedule).fit(X, Y)
    assert vars(schedule) == vars(PlateauSchedule(patience=1))
    assert clone(model).schedule.patience == 1
    search = GridSearchCV(model, {"schedule__patience": [1, 3]}, cv=2, error_score="raise")
    assert search.fit(X, Y).best_params_["schedule__patience"] in {1, 3}


def test_saved(tmp_path):
    model = make(CosineSchedule(first_period=2)).fit(X, Y)
    skdeepg.save(model, tmp_path / "model.h5")
    assert repr(skdeepg.load(tmp_path / "model.h5").schedule) == repr(model.schedule)


@pytest.mark.parametrize(
    "schedule",
    [
        CosineSchedule(first_period=0),
        CosineSchedule(minimum=2),
        StepSchedule(every=0),
        StepSchedule(step_factor=1.5),
        ExponentialSchedule(decay=0),
        PlateauSchedule(patience=0),
        PlateauSchedule(warmup=-1),
    ],
)
def test_bad_parameters(schedule):
    with pytest.raises(ValueError, match=f"parameter of {type(schedule).__name__} must be"):
        make(schedule).fit(X, Y)


def test_history_and_log_have_the_last_rate_of_each_epoch(tmp_path):
    log = CSVLog(tmp_path / "log.csv")
    found, model = rates(ExponentialSchedule(0.5), learning_rate=1.0, callbacks=[log])
    np.testing.assert_allclose(model.history_["learning_rate"], found[:, -1])
    table = pd.read_csv(tmp_path / "log.csv")
    assert list(table).count("learning_rate") == 1
    np.testing.assert_allclose(table["learning_rate"], found[:, -1])
    assert "learning_rate" not in make(None).fit(X, Y).history_
