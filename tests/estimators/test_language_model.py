"""SequenceLanguageModel: what it learns, answers and scores."""

from __future__ import annotations

import copy

import numpy as np
import pandas as pd
import pytest
from Bio.Seq import Seq

from skdeepg import FastaWindowTransformer, MarkovLanguageModel, cut_windows
from skdeepg.exceptions import LostDataWarning
from skdeepg.sequences import read_sequences
from tests.estimators.language_models import ONE_TARGET, PERIOD, ROWS, WINDOW, learnt, make, rough
from tests.toys import periodic_sequences, random_sequences

LETTERS = "ACGT"
LEFT = WINDOW // 2  # bases on either side of a middle target

pytestmark = pytest.mark.filterwarnings("ignore::skdeepg.exceptions.LostDataWarning")

each = pytest.mark.parametrize("target", ["next", "middle"])


def by_hand(model, rows):
    """Sum up the table of predict_windows: bases, log-likelihood and right answers by row."""
    table = model.predict_windows(rows)
    known = table[table["base"] != "N"]
    chosen = known[list(LETTERS)].to_numpy()
    true = known["base"].map(LETTERS.index).to_numpy()
    parts = pd.DataFrame(
        {
            "n": 1,
            "log_likelihood": np.log(chosen[np.arange(len(known)), true]),
            "right": chosen.argmax(axis=1) == true,
        }
    )
    return parts.groupby(known["row"].to_numpy()).sum()


def other_strand(rows):
    return [str(Seq(row).reverse_complement()) for row in rows]


@pytest.mark.parametrize("target", ONE_TARGET)
class TestLearning:
    def test_a_periodic_sequence_is_learnt(self, target):
        model, rows = learnt(target), periodic_sequences(9, PERIOD, seed=5)
        assert model.accuracy(rows) == 1
        assert -0.1 < model.score(rows) < 0
        assert model.classes_.tolist() == list(LETTERS)
        assert model.history_["loss"][-1] < model.history_["loss"][0]
        assert model.n_epochs_ == len(model.history_["loss"]) == 5

    def test_predict(self, target):
        rows = periodic_sequences(9, PERIOD, seed=6)
        if target == "next":
            endless = PERIOD * 9
            expected = [endless[endless.index(row[-5:]) + 5] for row in rows]
        else:
            expected = [row[len(row) // 2] for row in rows]
        assert learnt(target).predict(rows).tolist() == expected

    def test_both_strands(self, target):
        rows = periodic_sequences(40, PERIOD)
        model = make(target, strands="both", max_epochs=10).fit(rows)
        assert model.accuracy(other_strand(rows)) == model.accuracy(rows) == 1
        assert learnt(target).accuracy(other_strand(rows)) < 0.9


@each
class TestScores:
    def test_all_scores_are_the_same_number(self, target):
        model, rows = rough(target), list(ROWS)
        hand = by_hand(model, rows)
        score = hand["log_likelihood"].sum() / hand["n"].sum()
        assert model.score(rows) == pytest.approx(score, rel=1e-6)
        assert model.perplexity(rows) == pytest.approx(np.exp(-score), rel=1e-6)
        assert model.bits_per_base(rows) == pytest.approx(-score / np.log(2), rel=1e-6)
        assert model.accuracy(rows) == pytest.approx(hand["right"].sum() / hand["n"].sum())

    def test_samples_are_rows_and_score_weighs_them_by_their_bases(self, target):
        model, rows = rough(target), list(ROWS)
        hand = by_hand(model, rows)
        samples = model.score_samples(rows)
        np.testing.assert_allclose(samples, hand["log_likelihood"] / hand["n"], rtol=1e-6)
        assert model.score(rows) == pytest.approx(np.average(samples, weights=hand["n"]))
        alone = [model.score([row]) for row in rows]
        np.testing.assert_allclose(samples, alone, rtol=1e-6)

    def test_labels_are_ignored(self, target):
        model, rows = rough(target), list(ROWS)
        assert model.score(rows, ["a"] * len(rows)) == model.score(rows)

    def test_both_strands(self, target):
        model, rows = rough(target), list(ROWS)
        forward, reverse = by_hand(model, rows), by_hand(model, other_strand(rows))
        both = copy.deepcopy(model).set_params(score_strands="both")
        expected = (forward + reverse)["log_likelihood"].sum() / (forward + reverse)["n"].sum()
        assert both.score(rows) == pytest.approx(expected, rel=1e-6)
        assert both.score(other_strand(rows)) == pytest.approx(expected, rel=1e-6)
        np.testing.assert_allclose(
            both.score_samples(other_strand(rows)), both.score_samples(rows), rtol=1e-6
        )
        assert model.score(other_strand(rows)) != pytest.approx(expected, rel=1e-6)
        pd.testing.assert_frame_equal(both.predict_windows(rows), model.predict_windows(rows))

    def test_rows_without_a_base_to_score_are_nan(self, target):
        model = rough(target)
        with pytest.warns(LostDataWarning, match="2 of 3 rows .* get nan: '0', '1'"):
            samples = model.score_samples(["A", "N" * 20, ROWS[0]])
        assert np.isnan(samples[:2]).all()
        assert samples[2] == pytest.approx(model.score([ROWS[0]]))
        with pytest.warns(LostDataWarning):
            assert model.score(["A", ROWS[0]]) == pytest.approx(model.score([ROWS[0]]))


@each
class TestWindows:
    def test_every_window_is_a_line(self, target, tmp_path):
        path = tmp_path / "two.fasta"
        path.write_text(f">one\n{ROWS[0]}\n>two\n{ROWS[3]}\n")
        table = rough(target).predict_windows([ROWS[1], path])
        assert table.columns.tolist() == ["row", "record", "position", "base", *LETTERS]
        first = WINDOW if target == "next" else LEFT
        for (row, record), sequence in {
            (0, "0"): ROWS[1],
            (1, "one"): ROWS[0],
            (1, "two"): ROWS[3],
        }.items():
            lines = table[(table["row"] == row) & (table["record"] == record)]
            n_windows = len(sequence) - WINDOW
            assert lines["position"].tolist() == list(range(first, first + n_windows))
            assert "".join(lines["base"]) == sequence[first : first + n_windows]
        np.testing.assert_allclose(table[list(LETTERS)].sum(axis=1), 1, rtol=1e-5)

    def test_stride_and_tail(self, target):
        windows = FastaWindowTransformer(WINDOW, stride=7)
        model = make(target, windows, max_epochs=0).fit(ROWS)
        first = WINDOW if target == "next" else LEFT
        starts = [0, 7, 14, 20]
        table = model.predict_windows(random_sequences([31]))
        assert table["position"].tolist() == [first + start for start in starts]

    def test_answers_are_those_to_the_stretch_alone(self, target):
        model, row = rough(target), ROWS[0]
        table = model.predict_windows([row])
        length = WINDOW if target == "next" else WINDOW + 1
        alone = [row[start : start + length] for start in range(len(row) - WINDOW)]
        found = model.predict_proba(alone)
        np.testing.assert_allclose(table[list(LETTERS)], found, rtol=1e-5)

    def test_short_rows_are_padded(self, target):
        table = rough(target).predict_windows(["ACGGTAC", "ACG"])
        if target == "next":
            assert table[["row", "position"]].to_numpy().tolist() == [[0, 6], [1, 2]]
        else:  # the target of ACG is in the padding
            assert table[["row", "position"]].to_numpy().tolist() == [[0, 1]]

    def test_odd_windows(self, target):
        windows = FastaWindowTransformer(5, stride=1)
        model = make(target, windows, max_epochs=0).fit(ROWS)
        row = random_sequences([9])[0]
        table = model.predict_windows([row])
        first = 5 if target == "next" else 3
        assert table["position"].tolist() == list(range(first, first + 4))
        length = 5 if target == "next" else 6
        alone = model.predict_proba([row[start : start + length] for start in range(4)])
        np.testing.assert_allclose(table[list(LETTERS)], alone, rtol=1e-5)

    def test_repeated_rows(self, target):
        windows = FastaWindowTransformer(WINDOW, stride=1, short="repeat")
        model = make(target, windows, max_epochs=0).fit(ROWS)
        table = model.predict_windows(["ACG"])
        place = WINDOW if target == "next" else LEFT
        assert table["position"].tolist() == [place % 3]


@each
class TestProbabilities:
    def test_each_row_has_one_answer_that_sums_to_one(self, target):
        rows = [*ROWS, "A", "N", "NNNNNNNNNNNNNN"]
        found = rough(target).predict_proba(rows)
        assert found.shape == (len(rows), 4)
        assert found.dtype == np.float64
        np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-6)
        expected = np.array(list(LETTERS))[found.argmax(axis=1)]
        assert rough(target).predict(rows).tolist() == expected.tolist()

    def test_short_rows(self, target):
        """They are what the window sees beside padding."""
        model, padding = rough(target), 5
        row = read_sequences(["ACGGT"]).codes
        window = np.full((1, WINDOW), padding, dtype=np.uint8)
        place = slice(WINDOW - 5, WINDOW) if target == "next" else slice(LEFT - 2, LEFT + 3)
        window[0, place] = row
        np.testing.assert_allclose(
            model.predict_proba(["ACGGT"]), model.predict_proba(window), rtol=1e-6
        )

    def test_codes_with_or_without_the_last_base(self, target):
        model, row = rough(target), random_sequences([WINDOW + 1], seed=8)[0]
        codes = read_sequences([row]).codes[np.newaxis]
        for width in (WINDOW, WINDOW + 1):
            found = model.predict_proba(codes[:, :width])
            np.testing.assert_allclose(found, model.predict_proba([row[:width]]), rtol=1e-6)

    def test_codes_of_a_stretch_are_scored_as_the_stretch(self, target):
        model, rows = rough(target), list(ROWS)
        windows = FastaWindowTransformer(WINDOW, stride=1)
        codes, _, groups = cut_windows(rows, windows=windows, target=target)
        table, expected = model.predict_windows(codes), model.predict_windows(rows)
        np.testing.assert_allclose(table[list(LETTERS)], expected[list(LETTERS)], rtol=1e-6)
        assert table["base"].tolist() == expected["base"].tolist()
        assert groups[table["row"]].tolist() == expected["row"].tolist()
        assert model.score(codes) == pytest.approx(model.score(rows), rel=1e-6)

    def test_the_target_is_hidden(self, target):
        model, row = rough(target), random_sequences([31], seed=9)[0]
        place = WINDOW + 20 if target == "next" else 15
        sees = row[:place] if target == "next" else row
        variants = [sees[:place] + letter + row[place + 1 :] for letter in "ACGTN"]
        if target == "next":
            variants = [variant[:place] for variant in variants]
        found = model.predict_proba(variants)
        np.testing.assert_array_equal(found, np.broadcast_to(found[0], found.shape))
        beside = row[: place - 1] + ("C" if row[place - 1] != "C" else "G") + sees[place:]
        assert not np.allclose(model.predict_proba([beside])[0], found[0], rtol=1e-4)

    def test_the_answer_to_several_records(self, target, tmp_path):
        path = tmp_path / "two.fasta"
        path.write_text(f">one\n{ROWS[4]}\n>two\n{ROWS[5]}\n")
        found = rough(target).predict_proba([path])[0]
        if target == "next":
            expected = rough(target).predict_proba([ROWS[5]])[0]
        else:  # 40 and 9 bases: the middle is at 24 of the first record
            table = rough(target).predict_windows([ROWS[4]])
            expected = table.loc[table["position"] == 24, list(LETTERS)].to_numpy()[0]
        np.testing.assert_allclose(found, expected, rtol=1e-5)

    def test_no_rows(self, target):
        empty = read_sequences(ROWS)[[]]
        model = rough(target)
        assert model.predict_proba(empty).shape == (0, 4)
        assert len(model.predict(empty)) == len(model.score_samples(empty)) == 0
        assert model.predict_windows(empty).columns.tolist()[-1] == "T"


@each
class TestEvaluation:
    def test_the_yardstick_is_a_markov_model_on_the_same_positions(self, target):
        model, rows = rough(target), list(ROWS)
        evaluation = model.evaluate(rows)
        assert evaluation.model.score == pytest.approx(model.score(rows))
        assert evaluation.model.accuracy == pytest.approx(model.accuracy(rows))
        kind = "next" if target == "next" else "middle"
        markov = MarkovLanguageModel(target=kind).fit(random_sequences([60, 40, 33], seed=2))
        mine = model.predict_windows(rows).set_index(["row", "position"])
        theirs = markov.predict_windows(rows).set_index(["row", "position"]).loc[mine.index]
        known = mine["base"] != "N"
        chosen = [theirs.loc[place, base] for place, base in mine.loc[known, "base"].items()]
        assert evaluation.yardstick.n_scored == known.sum()
        assert evaluation.yardstick.score == pytest.approx(np.log(chosen).mean(), rel=1e-5)

    def test_a_yardstick_of_ones_own(self, target):
        markov = MarkovLanguageModel(order=0, target="next").fit(["ACGT" * 9])
        evaluation = rough(target).evaluate(list(ROWS), yardstick=markov)
        assert evaluation.yardstick.bits_per_base == pytest.approx(2, abs=0.02)

    def test_both_strands(self, target):
        rows = list(ROWS)
        both = copy.deepcopy(rough(target)).set_params(score_strands="both")
        evaluation, forward = both.evaluate(rows), rough(target).evaluate(rows)
        assert evaluation.model.score == pytest.approx(both.score(rows))
        reverse = rough(target).evaluate(other_strand(rows))
        for name in ("n_bases", "log_likelihood", "n_right"):
            one, other = (getattr(part.yardstick, name) for part in (forward, reverse))
            np.testing.assert_allclose(getattr(evaluation.yardstick, name), one + other, rtol=1e-6)
