"""Training of language models: weights, validation, going on, repeating, pickling."""

from __future__ import annotations

import pickle
from functools import cache

import numpy as np
import pytest
from joblib import Parallel, delayed
from sklearn.base import clone

from skdeepg import LSTMCNN, FastaWindowTransformer, ValidationSet, WaveNet
from skdeepg.exceptions import LostDataWarning
from skdeepg.genome import read_bed
from tests.estimators.language_models import PERIOD, TARGETS, WINDOW, make
from tests.toys import periodic_sequences, random_sequences

ROWS = random_sequences([60, 25, 11, 33, 40, 9])
FIXED = FastaWindowTransformer(WINDOW, stride=3, random_offset=False)

each = pytest.mark.parametrize("target", ["next", "all"])


@cache
def fitted(target):
    """Give a model that tests must not change."""
    return make(target).fit(ROWS)


def weights_of(model):
    return model.model_.get_weights()


def same(one, other):
    return all(
        np.array_equal(a, b) for a, b in zip(weights_of(one), weights_of(other), strict=True)
    )


class TestRandomState:
    @pytest.mark.parametrize("target", TARGETS)
    def test_the_same_seed_gives_the_same_bits(self, target):
        one, other = fitted(target), make(target).fit(ROWS)
        assert same(one, other)
        np.testing.assert_array_equal(one.score_samples(ROWS), other.score_samples(ROWS))
        assert one.history_ == other.history_

    @each
    def test_another_seed_or_none_gives_other_weights(self, target):
        for seed in (1, None):
            assert not same(make(target, random_state=seed).fit(ROWS), fitted(target))

    @each
    def test_labels_change_nothing(self, target):
        assert same(make(target).fit(ROWS, list("aabbcc")), fitted(target))


class TestGoingOn:
    @each
    def test_four_times_partial_fit_is_four_epochs(self, target):
        four = make(target, max_epochs=4, strands="both").fit(ROWS)
        model = make(target, strands="both")
        for _ in range(4):
            assert model.partial_fit(ROWS) is model
        assert same(four, model)
        assert model.history_ == four.history_
        assert model.n_epochs_ == 4

    @each
    def test_a_real_network_goes_on_as_well(self, target):
        network = WaveNet(filters=3, dilations=1, dropout=0.2)
        if target == "next":
            network = LSTMCNN(filters=(3,), kernel_size=3, pool_size=2)
        two = make(target, network=network, max_epochs=2).fit(ROWS)
        assert same(two, make(target, network=network).partial_fit(ROWS).partial_fit(ROWS))

    @each
    def test_other_rows_in_each_call(self, target):
        model = make(target).partial_fit(ROWS[:3])
        before = weights_of(model)
        model.partial_fit(ROWS[3:])
        assert any((a != b).any() for a, b in zip(before, weights_of(model), strict=True))
        assert model.classes_.tolist() == list("ACGT")

    @each
    def test_warm_start(self, target):
        once = make(target, max_epochs=4).fit(ROWS)
        model = make(target, max_epochs=2, warm_start=True).fit(ROWS)
        assert model.n_epochs_ == 2
        assert same(model.fit(ROWS), once)
        assert model.n_epochs_ == len(model.history_["loss"]) == 4

    @each
    def test_without_warm_start_all_begins_anew(self, target):
        model = make(target).fit(ROWS[:2]).fit(ROWS)
        assert same(model, fitted(target))
        assert model.n_epochs_ == 2

    @each
    def test_no_epochs(self, target):
        model = make(target, max_epochs=0).fit(ROWS)
        assert model.history_ == {"loss": [], "accuracy": []}
        assert model.n_epochs_ == 0
        assert np.isfinite(model.score(ROWS))


class TestWeights:
    @each
    def test_a_row_of_weight_0_is_left_out_of_the_loss(self, target):
        """Whatever is in it."""
        weight = [1, 0, 2, 1]
        rows = random_sequences([30, 24, 25, 33])
        other = [rows[0], random_sequences([24], seed=7)[0], *rows[2:]]
        models = [make(target, FIXED).fit(X, sample_weight=weight) for X in (rows, other)]
        assert same(*models)
        assert not same(models[0], make(target, FIXED).fit(rows))

    @each
    def test_equal_weights_are_no_weights(self, target):
        assert same(make(target).fit(ROWS, sample_weight=[3] * 6), fitted(target))

    @each
    @pytest.mark.parametrize("weight", [[1] * 5, [-1] * 6, [0] * 6])
    def test_wrong_weights(self, target, weight):
        with pytest.raises(ValueError, match="sample_weight"):
            make(target).fit(ROWS, sample_weight=weight)


class TestValidation:
    @pytest.mark.parametrize("target", TARGETS)
    def test_given_rows(self, target):
        other = random_sequences([50, 31], seed=4)
        model = make(target).fit(ROWS, validation=ValidationSet(other))
        assert len(model.history_["val_loss"]) == len(model.history_["val_accuracy"]) == 2
        assert same(model, fitted(target))
        if target != "all":  # whose windows have less context in training
            assert model.history_["val_loss"][-1] == pytest.approx(-model.score(other), rel=1e-4)
            assert model.history_["val_accuracy"][-1] == pytest.approx(model.accuracy(other))

    @each
    def test_a_fraction_of_the_rows(self, target):
        model = make(target, validation_fraction=0.3).fit(ROWS)
        assert len(model.history_["val_loss"]) == 2
        n_trained = model.yardstick_.counts(0).sum()
        assert n_trained < sum(len(row) for row in ROWS)

    @each
    def test_groups_are_not_parted(self, target):
        """Rows of either group are of one letter, which tells who is in training."""
        rows, groups = ["A" * 20] * 6 + ["C" * 20] * 6, ["a"] * 6 + ["c"] * 6
        model = make(target, validation_fraction=0.5).fit(rows, groups=groups)
        counts = model.yardstick_.counts(0)[0]
        assert sorted(counts > 0) == [False, False, False, True]
        with pytest.raises(ValueError, match="with 2 groups, where at least 4 are needed"):
            make(target, validation_fraction=0.25).fit(rows, groups=groups)

    @each
    def test_early_stopping_restores_the_best_weights(self, target):
        rows, other = periodic_sequences(8, PERIOD), random_sequences([60], seed=3)
        model = make(target, max_epochs=30, early_stopping=True, patience=3)
        model.fit(rows, validation=ValidationSet(other))
        losses = model.history_["val_loss"]
        best = int(np.argmin(losses))
        assert model.n_epochs_ == len(losses) == best + 1 + 3 < 30
        assert same(model, make(target, max_epochs=best + 1).fit(rows))

    @each
    def test_wrong_settings(self, target):
        with pytest.raises(ValueError, match="early_stopping=True needs rows to validate on"):
            make(target, early_stopping=True).fit(ROWS)
        with pytest.raises(TypeError, match="validation must be a ValidationSet, not list"):
            make(target).fit(ROWS, validation=ROWS)
        with pytest.raises(ValueError, match="validation rows have no window whose target counts"):
            make(target).fit(ROWS, validation=ValidationSet(["N" * 30]))


class TestExclude:
    @each
    def test_windows_that_touch_a_region_are_left_out(self, target, tmp_path):
        """Whatever is in it."""
        bed, paths = tmp_path / "regions.bed", []
        bed.write_text("chr\t20\t40\n")
        start, inside, end = random_sequences([20, 20, 30])
        for number, middle in enumerate((inside, "A" * 20)):
            paths.append(tmp_path / f"{number}.fasta")
            paths[-1].write_text(f">chr\n{start}{middle}{end}\n")
        models = [make(target, FIXED).fit([path], exclude=read_bed(bed)) for path in paths]
        assert same(*models)
        assert not same(models[0], make(target, FIXED).fit(paths[:1]))

    @each
    def test_nothing_left(self, target, tmp_path):
        bed, path = tmp_path / "regions.bed", tmp_path / "one.fasta"
        bed.write_text("chr\t0\t55\n")
        path.write_text(f">chr\n{ROWS[0]}\n")
        with pytest.raises(ValueError, match="No row has a target to train on .* excluded region"):
            make(target).fit([path], exclude=read_bed(bed))


class TestAmbiguous:
    @each
    def test_bases_are_counted_and_said(self, target):
        rows = ["ACGNNACGTACGGT", "ACGTACGTNACG"]
        with pytest.warns(LostDataWarning, match="3 of 26 bases are ambiguous: as a target"):
            assert make(target, max_epochs=0).fit(rows).n_ambiguous_ == 3

    @each
    def test_padding_is_not_ambiguous(self, target, recwarn):
        codes = np.array([[5] * 7 + [0, 1, 2, 3], [0, 1, 2, 3] * 2 + [0, 1, 2]])
        assert make(target, max_epochs=0).fit(codes).n_ambiguous_ == 0
        assert not [w for w in recwarn if issubclass(w.category, LostDataWarning)]

    @each
    def test_windows_with_dropped_letters_are_left_out(self, target):
        windows = FastaWindowTransformer(
            WINDOW, stride=1, ambiguous="drop", random_offset=False, tail="drop"
        )
        clean = random_sequences([WINDOW + 1, WINDOW + 1], seed=5)
        split = make(target, windows).fit(["N".join(clean)])
        assert same(split, make(target, windows).fit(clean))
        assert split.n_ambiguous_ == 1


class TestCopies:
    @pytest.mark.parametrize("target", ["middle", "all"])
    def test_a_fitted_model_is_the_same_after_pickling_and_goes_on_alike(self, target):
        model = make(target).fit(ROWS)
        copy = pickle.loads(pickle.dumps(model))
        np.testing.assert_array_equal(copy.score_samples(ROWS), model.score_samples(ROWS))
        np.testing.assert_array_equal(copy.predict_proba(ROWS), model.predict_proba(ROWS))
        assert copy.evaluate(ROWS).yardstick.score == model.evaluate(ROWS).yardstick.score
        assert same(copy.partial_fit(ROWS), model.partial_fit(ROWS))
        assert copy.history_ == model.history_
        twice = pickle.loads(pickle.dumps(copy))
        assert same(twice, copy)

    @each
    def test_an_unfitted_model_is_the_same_after_pickling(self, target):
        copy = pickle.loads(pickle.dumps(make(target)))
        assert repr(copy) == repr(make(target))
        assert same(copy.fit(ROWS), fitted(target))

    @each
    def test_a_clone_keeps_all_settings_and_nothing_learnt(self, target):
        model = make(target, score_strands="both", strands="both", patience=7, verbose=0)
        copy = clone(model.fit(ROWS[:3]))
        assert not hasattr(copy, "classes_")
        assert copy.get_params().keys() == model.get_params().keys()
        for name, value in model.get_params(deep=False).items():
            if name != "windows":
                assert copy.get_params()[name] == value, name
        assert same(copy.fit(ROWS[:3]), model)

    @pytest.mark.slow
    @each
    def test_workers_of_loky(self, target):
        model = fitted(target)
        scores = Parallel(n_jobs=2)(delayed(model.score)([row]) for row in ROWS)
        np.testing.assert_allclose(scores, model.score_samples(ROWS), rtol=1e-6)


class TestYardstick:
    def test_rows_that_come_again_are_counted_once(self):
        rows, others = random_sequences([60, 40]), random_sequences([50], seed=1)
        model = make("next", max_epochs=0)
        for part in (rows, others, rows):
            model.partial_fit(part)
        expected = make("next", max_epochs=0).fit([*rows, *others]).yardstick_
        np.testing.assert_array_equal(model.yardstick_.counts(3), expected.counts(3))
