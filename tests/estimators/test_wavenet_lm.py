"""WaveNetLM: every base of a record, with all of its context."""

from __future__ import annotations

import copy

import numpy as np
import pandas as pd
import pytest
from Bio.Seq import Seq

from skdeepg import FastaWindowTransformer, MarkovLanguageModel, WaveNet, WaveNetLM, cut_windows
from skdeepg.engine import causal
from skdeepg.exceptions import LostDataWarning, NetworkMismatchError
from skdeepg.sequences import read_sequences
from tests.estimators.language_models import PERIOD, ROWS, WINDOW, learnt, make, rough
from tests.toys import periodic_sequences, random_sequences, sliding_network

LETTERS = "ACGT"
REACH = sliding_network.receptive_field

pytestmark = pytest.mark.filterwarnings("ignore::skdeepg.exceptions.LostDataWarning")


@pytest.fixture
def model():
    return rough("all")


def one_pass(model, row):
    """Put a whole sequence through the network at once."""
    codes = read_sequences([row]).codes
    return model.model_(model.symbol_table_[codes][np.newaxis]).numpy()[0]


def other_strand(rows):
    return [str(Seq(row).reverse_complement()) for row in rows]


def fixed_network(task):
    """Take windows of the task's length only; one base depends on 5."""
    import keras

    inputs = keras.Input(task.input_shapes[0])
    outputs = keras.layers.Conv1D(4, 5, padding="causal", activation="softmax")(inputs)
    return keras.Model(inputs, outputs)


class TestLearning:
    def test_a_periodic_sequence_is_learnt(self):
        model, rows = learnt("all"), periodic_sequences(9, PERIOD, shortest=40, seed=5)
        table = model.predict_windows(rows)
        later = table[table["position"] >= 5]
        best = np.array(list(LETTERS))[later[list(LETTERS)].to_numpy().argmax(axis=1)]
        assert (best == later["base"]).mean() > 0.99
        assert model.score(rows) > -0.2
        assert model.history_["loss"][-1] < model.history_["loss"][0]

    def test_predict(self):
        rows = periodic_sequences(9, PERIOD, seed=6)
        endless = PERIOD * 9
        expected = [endless[endless.index(row[-5:]) + 5] for row in rows]
        assert learnt("all").predict(rows).tolist() == expected

    def test_generate_goes_on_with_the_period(self):
        prompt = PERIOD * 4
        [drawn] = learnt("all").generate(20, prompt=prompt, top_k=1)
        assert drawn == PERIOD * 4

    def test_the_default_network(self):
        model = WaveNetLM(windows=70, max_epochs=0).fit(ROWS)
        assert isinstance(model.network_, WaveNet)
        assert model.network is None
        assert model.model_.count_params() == 12_612
        assert model.set_params(network__filters=3).network.filters == 3


class TestContext:
    def test_every_base_but_the_first_is_scored_from_one_pass(self, model):
        table = model.predict_windows(list(ROWS))
        for number, row in enumerate(ROWS):
            lines = table[table["row"] == number]
            assert lines["position"].tolist() == list(range(1, len(row)))
            assert "".join(lines["base"]) == row[1:]
            expected = one_pass(model, row)[:-1]
            np.testing.assert_allclose(lines[list(LETTERS)], expected, rtol=1e-5)

    @pytest.mark.parametrize("piece", [1, 7, 16])
    def test_whatever_the_length_of_pieces(self, model, monkeypatch, piece):
        expected = model.predict_windows(list(ROWS))
        monkeypatch.setattr(causal, "BASES_PER_CALL", 50)
        monkeypatch.setattr(causal, "_sizes", lambda context, fixed: (context, piece))
        found = model.predict_windows(list(ROWS))
        np.testing.assert_allclose(found[list(LETTERS)], expected[list(LETTERS)], rtol=1e-5)
        others = ["row", "record", "position", "base"]
        pd.testing.assert_frame_equal(found[others], expected[others])

    def test_the_receptive_field_is_all_that_counts(self, model):
        row = random_sequences([60])[0]
        found = model.predict_proba([row, row[-REACH:], row[-REACH + 1 :], row[-1]])
        np.testing.assert_allclose(found[1], found[0], rtol=1e-6)
        assert not np.allclose(found[2], found[0], rtol=1e-4)
        np.testing.assert_allclose(found[0], one_pass(model, row)[-1], rtol=1e-5)
        np.testing.assert_allclose(found[3], one_pass(model, row[-1])[-1], rtol=1e-5)

    @pytest.mark.parametrize("place", [0, 1, 20, 39])
    def test_no_base_changes_what_is_said_before(self, place):
        model, row = learnt("all"), random_sequences([40])[0]
        other = row[:place] + ("C" if row[place] != "C" else "G") + row[place + 1 :]
        one, two = (model.predict_windows([x]).set_index("position") for x in (row, other))
        same = (one[list(LETTERS)] == two[list(LETTERS)]).all(axis=1)
        assert same[one.index <= place].all()
        assert not same[(one.index > place) & (one.index <= place + 4)].any()

    def test_neighbours_do_not_matter(self, model):
        rows = [*ROWS, *random_sequences([300, 2, 70])]
        together = model.score_samples(rows)
        np.testing.assert_allclose(together, [model.score([row]) for row in rows], rtol=1e-6)

    def test_windows_only_matter_in_training(self, model):
        other = copy.deepcopy(model)
        other.windows_ = FastaWindowTransformer(WINDOW, stride=3, short="drop").fit(ROWS)
        assert other.score(ROWS) == model.score(ROWS)

    def test_short_rows_are_read_without_a_warning(self, model, recwarn):
        other = copy.deepcopy(model)
        other.windows_ = FastaWindowTransformer(WINDOW, short="drop").fit(ROWS)
        assert other.score(["ACG", *ROWS]) == model.score(["ACG", *ROWS])
        assert not [w for w in recwarn if issubclass(w.category, LostDataWarning)]


class TestScores:
    def test_all_scores_are_the_same_number(self, model):
        rows = list(ROWS)
        table = model.predict_windows(rows)
        known = table[table["base"] != "N"]
        true = known["base"].map(LETTERS.index).to_numpy()
        chosen = known[list(LETTERS)].to_numpy()
        log_likelihood = pd.Series(np.log(chosen[np.arange(len(true)), true]))
        score = log_likelihood.mean()
        assert model.score(rows) == pytest.approx(score, rel=1e-6)
        assert model.perplexity(rows) == pytest.approx(np.exp(-score), rel=1e-6)
        assert model.bits_per_base(rows) == pytest.approx(-score / np.log(2), rel=1e-6)
        assert model.accuracy(rows) == pytest.approx((chosen.argmax(axis=1) == true).mean())
        by_row = log_likelihood.groupby(known["row"].to_numpy())
        np.testing.assert_allclose(model.score_samples(rows), by_row.mean(), rtol=1e-6)
        weights = by_row.size()
        assert np.average(model.score_samples(rows), weights=weights) == pytest.approx(score)

    def test_both_strands(self, model):
        both = copy.deepcopy(model).set_params(score_strands="both")
        rows = random_sequences([50, 7, 30])
        other = other_strand(rows)
        expected = (model.score(rows) + model.score(other)) / 2
        assert both.score(rows) == pytest.approx(expected, rel=1e-6)
        assert both.score(other) == pytest.approx(expected, rel=1e-6)
        palindromes = ["ACGT" * 9, "GGATCC" * 4]
        assert both.score(palindromes) == pytest.approx(model.score(palindromes), rel=1e-6)

    def test_records_of_one_base_have_no_score(self, model):
        assert model.predict_windows(["A", "C"]).shape == (0, 8)
        with pytest.warns(LostDataWarning, match="1 of 2 rows .* get nan: '0'"):
            assert np.isnan(model.score_samples(["A", ROWS[0]])).tolist() == [True, False]
        assert model.predict_proba(["A"]).shape == (1, 4)

    def test_the_yardstick_is_a_markov_model_on_the_same_positions(self, model):
        rows = random_sequences([50, 7, 30], seed=3)
        evaluation = model.evaluate(rows)
        markov = MarkovLanguageModel().fit(random_sequences([60, 40, 33], seed=2))
        assert evaluation.model.score == pytest.approx(model.score(rows))
        assert evaluation.yardstick.score == pytest.approx(markov.score(rows))
        assert evaluation.yardstick.accuracy == markov.accuracy(rows)
        order = model.evaluate(rows, yardstick=MarkovLanguageModel(order=1).fit(rows)).yardstick
        assert order.score == pytest.approx(MarkovLanguageModel(order=1).fit(rows).score(rows))

    def test_no_rows(self, model):
        empty = read_sequences(ROWS)[[]]
        assert model.predict_proba(empty).shape == (0, 4)
        assert len(model.predict(empty)) == len(model.score_samples(empty)) == 0
        assert model.predict_windows(empty).shape == (0, 8)
        assert model.transform(empty).shape == (0, 4)


class TestCodes:
    def test_codes_are_scored_as_their_sequences(self, model):
        rows = random_sequences([WINDOW + 1] * 4)
        codes = np.stack([read_sequences([row]).codes for row in rows])
        np.testing.assert_allclose(model.score_samples(codes), model.score_samples(rows))
        for width in (WINDOW, WINDOW + 1):
            found = model.predict_proba(codes[:, :width])
            expected = model.predict_proba([row[:width] for row in rows])
            np.testing.assert_allclose(found, expected, rtol=1e-6)

    def test_padding_is_no_part_of_a_sequence(self, model):
        rows = ["ACG", "ACGGTACGGTA", "GT", "A"]
        codes, _, _ = cut_windows(rows, windows=WINDOW, target="all")
        assert codes.shape == (4, WINDOW + 1)
        np.testing.assert_allclose(model.score_samples(codes), model.score_samples(rows))
        np.testing.assert_allclose(model.predict_proba(codes), model.predict_proba(rows), rtol=1e-6)
        np.testing.assert_allclose(model.transform(codes), model.transform(rows), rtol=1e-6)

    def test_a_row_of_padding_is_answered(self, model):
        codes = np.full((2, WINDOW), 5)
        codes[0, -3:] = 1
        np.testing.assert_allclose(model.predict_proba(codes).sum(axis=1), 1, rtol=1e-6)

    def test_training_on_codes_is_training_on_the_sequences(self):
        rows = [*random_sequences([WINDOW + 1] * 5), "ACG", "GT"]
        windows = FastaWindowTransformer(WINDOW, random_offset=False)
        codes, _, _ = cut_windows(rows, windows=windows, target="all")
        one, other = (make("all", windows).fit(X) for X in (rows, codes))
        np.testing.assert_allclose(one.predict_proba(rows), other.predict_proba(rows), rtol=1e-6)


class TestOwnNetworks:
    def test_of_open_length_without_a_receptive_field(self):
        """The window length is then taken for it."""

        def build(task):
            return sliding_network(task)

        model = make("all", network=build, max_epochs=0).fit(ROWS)
        row = random_sequences([70])[0]
        found = model.predict_windows([row])[list(LETTERS)]
        np.testing.assert_allclose(found, one_pass(model, row)[:-1], rtol=1e-5)

    def test_of_fixed_length(self):
        model = make("all", network=fixed_network, max_epochs=3).fit(ROWS)
        assert model.model_.input_shape == (None, WINDOW, 4)
        row = random_sequences([70])[0]
        table = model.predict_windows([row])
        kernel, bias = model.model_.get_weights()
        symbols = np.vstack([np.zeros((4, 4)), model.symbol_table_[read_sequences([row]).codes]])
        logits = [np.tensordot(symbols[i : i + 5], kernel, 2) + bias for i in range(70)]
        expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        np.testing.assert_allclose(table[list(LETTERS)], expected[:-1], rtol=1e-4)
        np.testing.assert_allclose(model.predict_proba([row])[0], expected[-1], rtol=1e-4)
        drawn = model.generate(12, prompt=row, top_k=1)
        assert [len(sample) for sample in drawn] == [12]

    def test_that_look_ahead_are_refused(self):
        def build(task):
            import keras

            inputs = keras.Input((None, 4))
            outputs = keras.layers.Conv1D(4, 3, padding="same", activation="softmax")(inputs)
            return keras.Model(inputs, outputs)

        with pytest.raises(NetworkMismatchError, match="not causal"):
            make("all", network=build).fit(ROWS)

    def test_with_one_output_a_window_are_refused(self):
        from tests.toys import linear_network

        with pytest.raises(NetworkMismatchError, match="at every position"):
            make("all", network=linear_network).fit(ROWS)
