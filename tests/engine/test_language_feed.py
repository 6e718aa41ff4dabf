"""Batches, validation and steps of language models."""

from __future__ import annotations

import numpy as np
import pytest

from skdeepg import FastaWindowTransformer
from skdeepg.engine import fitting
from skdeepg.engine.compiled import Encoder, TrainingSteps, make_optimizer
from skdeepg.engine.data import LabelledWindows
from skdeepg.engine.feed import TrainingFeed, strata_of
from skdeepg.engine.fitting import Settings, Trainer
from skdeepg.engine.losses import LanguageLoss
from skdeepg.engine.run import FitContext
from skdeepg.engine.train import Validation, evaluate
from skdeepg.sequences.language_targets import LanguageTarget
from skdeepg.sequences.stretches import widen
from tests.toys import causal_network, random_sequences

TABLE = np.vstack([np.eye(4), np.zeros((2, 4))]).astype(np.float32)
KINDS = ["next", "middle", "middle_cnn", "all"]


def cut(rows, kind="next", window_length=4, **parameters):
    """Give stretches, and what splits them."""
    windows = FastaWindowTransformer(window_length, **parameters).fit_transform(rows)
    target = LanguageTarget(kind, window_length, windows.vocabulary)
    return widen(windows, target), target


def make_feed(stretches, target, weight=None, **settings):
    n_rows = len(stretches)
    weight = np.ones(n_rows) if weight is None else np.asarray(weight, dtype=float)
    settings = {"seed": 0, "batch_size": 8, "steps_per_epoch": None} | settings
    y = np.zeros(n_rows, dtype=np.int32)
    strata = strata_of(None, n_rows)
    grid = stretches._training_grid()
    return TrainingFeed(stretches, grid, y, weight, strata, target=target, **settings)


def epoch_of(feed, epoch=0):
    return [feed.batch(epoch, step) for step in range(feed.steps)]


@pytest.mark.parametrize("kind", KINDS)
def test_an_epoch_gives_each_stretch_once_and_split(kind):
    rows = random_sequences([40, 23, 3], letters="ACGTN")
    stretches, target = cut(rows, kind, stride=2, random_offset=False)
    batches = epoch_of(make_feed(stretches, target))
    drawn = [
        (tuple(codes), tuple(np.atleast_1d(y)))
        for batch in batches
        for codes, y in zip(batch.codes, batch.y, strict=True)
    ]
    inputs, targets = target.split_for_training(stretches.to_array())
    expected = [
        (tuple(codes), tuple(np.atleast_1d(y))) for codes, y in zip(inputs, targets, strict=True)
    ]
    assert sorted(drawn) == sorted(expected)
    assert all(batch.y.dtype == np.int32 for batch in batches)


def test_random_offsets_move_window_and_target_together():
    row = "ACGT" * 30
    stretches, target = cut([row], stride=4)
    for epoch in range(3):
        for batch in epoch_of(make_feed(stretches, target), epoch):
            np.testing.assert_array_equal(batch.y, batch.codes[:, 0])


def test_the_other_strand_is_turned_before_it_is_split():
    stretches, target = cut(["AAAAC" * 400], "next", 4, stride=5, random_offset=False)
    batch = make_feed(stretches, target, flip=True, batch_size=1000).batch(0, 0)
    seen = {(*codes, y) for codes, y in zip(batch.codes.tolist(), batch.y.tolist(), strict=True)}
    assert seen == {(0, 0, 0, 0, 1), (2, 3, 3, 3, 3)}  # AAAA|C and GTTT|T


def test_padding_of_either_strand_is_on_the_right_for_all_targets():
    stretches, target = cut(["AAC"], "all", 6)
    feed = make_feed(stretches, target, flip=True)
    seen = {tuple(feed.batch(epoch, 0).codes[0]) for epoch in range(20)}
    assert seen == {(0, 0, 1, 5, 5, 5), (2, 3, 3, 5, 5, 5)}


@pytest.mark.parametrize(("n_windows", "sizes"), [(17, [6, 6, 6]), (16, [8, 8]), (1, [1])])
def test_equal_batches(n_windows, sizes):
    stretches, target = cut(random_sequences([n_windows + 4]), stride=1, random_offset=False)
    feed = make_feed(stretches, target, batch_size=8, equal_batches=True)
    for epoch in range(3):
        assert [len(batch.codes) for batch in epoch_of(feed, epoch)] == sizes


def test_equal_batches_go_on_in_the_next_pass():
    stretches, target = cut(random_sequences([21]), stride=1, random_offset=False)
    feed = make_feed(stretches, target, batch_size=8, equal_batches=True)
    batches = [batch for epoch in range(17) for batch in epoch_of(feed, epoch)]
    drawn = [tuple(codes) for batch in batches for codes in batch.codes]
    counts = np.unique(drawn, axis=0, return_counts=True)[1]
    assert counts.sum() == 17 * 18
    every = [tuple(codes) for codes in target.split(stretches.to_array())[0]]
    expected = np.unique(every, axis=0, return_counts=True)[1]
    np.testing.assert_array_equal(counts, 18 * expected)


def test_weights_of_rows():
    stretches, target = cut(["A" * 5, "C" * 5, "G" * 5])
    batch = make_feed(stretches, target, weight=[1, 0, 5]).batch(0, 0)
    by_letter = dict(zip(batch.y.tolist(), batch.weight.tolist(), strict=True))
    assert by_letter == pytest.approx({0: 0.5, 1: 0, 2: 2.5})


class TestTraining:
    ROWS = (*random_sequences([60, 33, 5, 64]), "ANNNC", "AC")

    def data(self, kind="all", rows=ROWS, **parameters):
        stretches, target = cut(rows, kind, 8, stride=4, random_offset=False, **parameters)
        n_rows = len(stretches)
        y, weight = np.zeros(n_rows, dtype=np.int32), np.ones(n_rows)
        return LabelledWindows(stretches, stretches._training_grid(), y, weight, target)

    def settings(self, **changed):
        defaults = {
            "seed": 0,
            "class_weight": np.ones(1),
            "balanced": False,
            "flip": False,
            "batch_size": 8,
            "steps_per_epoch": None,
            "max_epochs": 3,
            "first_epoch": 0,
            "patience": None,
            "estimate_statistics": False,
            "gains_by_xla": False,
            "verbose": 0,
        }
        return Settings(**defaults | changed)

    def fit(self, training, validation=None, **changed):
        model = causal_network(None, 5)
        trainer = Trainer(model, TABLE, make_optimizer("sgd", 0.5, model))
        run = trainer.fit(training, validation, self.settings(**changed), FitContext())
        return run.history, trainer

    def test_validation_is_the_mean_over_known_letters(self):
        data = self.data()
        model = causal_network(None, 5)
        optimizer = make_optimizer("sgd", 0.1, model)
        steps = TrainingSteps(model, Encoder(TABLE), optimizer, LanguageLoss(per_position=True))
        weight = np.arange(1, 7, dtype=np.float32)
        validation = Validation(data.windows, data.grid, data.y, weight, data.target)
        values, _ = evaluate(steps, validation, batch_size=5)
        inputs, y = data.target.split_for_training(data.windows.to_array())
        outputs = model(TABLE[inputs]).numpy()
        weights = np.where(y >= 0, weight[data.windows.groups][:, np.newaxis], 0)
        chosen = np.take_along_axis(outputs, np.maximum(y, 0)[..., np.newaxis], axis=2)[..., 0]
        loss = (weights * -np.log(chosen)).sum() / weights.sum()
        accuracy = (weights * (outputs.argmax(axis=2) == y)).sum() / weights.sum()
        assert values == pytest.approx({"val_loss": loss, "val_accuracy": accuracy}, rel=1e-5)

    def test_xla_where_the_network_gains_and_the_data_are_worth_it(self, monkeypatch):
        data = self.data(rows=random_sequences([101] * 4), tail="drop")
        assert data.grid.n_windows % 8 == 0
        plain, trainer = self.fit(data, gains_by_xla=True)
        assert not trainer._steps.jit_compile
        monkeypatch.setattr(fitting, "BASES_WORTH_XLA", 100)
        assert not self.fit(data, gains_by_xla=False)[1]._steps.jit_compile
        fast, trainer = self.fit(data, data, gains_by_xla=True)
        assert trainer._steps.jit_compile
        np.testing.assert_allclose(fast["loss"], plain["loss"], rtol=1e-4)
        assert fast["loss"][-1] < fast["loss"][0]
        assert fast["val_loss"][-1] < fast["loss"][0]

    @pytest.mark.parametrize("rows", [["NNNNNNNNN"], ["A"]])
    def test_nothing_to_validate_on(self, rows):
        with pytest.raises(ValueError, match="validation rows have no window whose target"):
            self.fit(self.data(), self.data(rows=rows))
