"""MarkovLanguageModel: counting, scores, and everything an estimator does."""

from __future__ import annotations

import pickle
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest
import sklearn
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.utils.estimator_checks import check_estimator

from skdeepg import FastaWindowTransformer, MarkovLanguageModel, cut_windows
from skdeepg.exceptions import InvalidLetterError, LostDataWarning
from skdeepg.sequences import read_sequences
from skdeepg.utils import yield_sequence_checks

SKLEARN = tuple(map(int, sklearn.__version__.split(".")[:2]))
LETTERS = np.array(list("ACGT"))


def random_rows(n_rows: int, n_bases: int, seed: int = 0, letters: str = "ACGT") -> list[str]:
    random = np.random.default_rng(seed)
    return ["".join(random.choice(list(letters), n_bases)) for _ in range(n_rows)]


def chain_rows(n_rows: int, n_bases: int, seed: int = 0) -> list[str]:
    """Draw from a chain of order 2: each pair of letters has its own favourite."""
    random = np.random.default_rng(seed)
    favourite = np.random.default_rng(1).integers(0, 4, (4, 4))
    codes = list(random.integers(0, 4, (2, n_rows)))
    for u in random.random((n_bases, n_rows)):
        other = random.integers(0, 4, n_rows)
        codes.append(np.where(u < 0.6, favourite[codes[-2], codes[-1]], other))
    return ["".join(row) for row in LETTERS[np.stack(codes, axis=1)]]


@pytest.fixture(scope="module")
def fitted() -> MarkovLanguageModel:
    return MarkovLanguageModel(order=3).fit(chain_rows(20, 300))


class TestCounts:
    def test_by_hand(self):
        model = MarkovLanguageModel(order=2).fit(["AACAAG", "NCA"])
        assert model.counts()[[0, 1, 4]].tolist() == [[0, 1, 1, 0], [1, 0, 0, 0], [1, 0, 0, 0]]
        assert model.counts(1).tolist() == [[2, 1, 1, 0], [2, 0, 0, 0], [0] * 4, [0] * 4]
        assert model.counts(0).tolist() == [[5, 2, 1, 0]]
        assert model.classes_.tolist() == list("ACGT")

    def test_lines_are_in_the_order_of_the_alphabet(self):
        counts = MarkovLanguageModel(order=3).fit(["ACGT"]).counts()
        assert np.argwhere(counts).tolist() == [[0 * 16 + 1 * 4 + 2, 3]]

    def test_strands(self):
        both = MarkovLanguageModel(order=2, strands="both").fit(["AACG", "GGN"])
        one = MarkovLanguageModel(order=2).fit(["AACG", "GGN", "CGTT", "NCC"])
        np.testing.assert_array_equal(both.counts(), one.counts())

    def test_stride(self):
        model = MarkovLanguageModel(order=1, stride=2).fit(["ACGTA", "CC"])
        assert np.argwhere(model.counts()).tolist() == [[0, 1], [1, 1], [2, 3]]

    @given(st.lists(st.text("ACGTN", min_size=1, max_size=20), min_size=2, max_size=6))
    @settings(max_examples=30)
    def test_partial_fit_adds_up(self, rows):
        rows = ["A" + row for row in rows]
        whole = MarkovLanguageModel(order=3).fit(rows)
        parts = MarkovLanguageModel(order=3).partial_fit(rows[:1]).partial_fit(rows[1:])
        np.testing.assert_array_equal(parts.counts(), whole.counts())
        np.testing.assert_array_equal(parts.predict_proba(rows), whole.predict_proba(rows))

    def test_order_chosen_by_the_number_of_bases(self, monkeypatch):
        rows = ["ACGT" * 5]
        assert MarkovLanguageModel().fit(rows).order_ == 16
        assert MarkovLanguageModel(target="middle").fit(rows).order_ == 11
        proteins = MarkovLanguageModel(vocabulary="ACDEFGHIKLMNPQRSTVWY")
        assert proteins.fit(["MKVL"]).order_ == 7
        monkeypatch.setattr("skdeepg.estimators.context_counting.FEW_BASES", 20)
        assert MarkovLanguageModel().fit(rows).order_ == 16
        assert MarkovLanguageModel(strands="both").fit(rows).order_ == 12
        assert MarkovLanguageModel(strands="both", stride=2).fit(rows).order_ == 16


class TestProbabilities:
    def test_base_after_the_last_record(self, tmp_path):
        path = tmp_path / "two.fasta"
        path.write_text(">1\nAAAA\n>2\nGC\n")
        model = MarkovLanguageModel(order=2, smoothing=0, backoff=False).fit(["GCT", "AAA"])
        assert model.predict([path, "NGC", "GCAA"]).tolist() == ["T", "T", "A"]

    def test_base_in_the_middle_is_hidden(self):
        model = MarkovLanguageModel(order=1, smoothing=0, backoff=False, target="middle")
        model.fit(["ACT", "AGT", "ACT", "AGA"])
        found = model.predict_proba(["ACT", "AAT", "ANT", "CACTT"])
        np.testing.assert_allclose(found, [[0, 2 / 3, 1 / 3, 0]] * 4, rtol=1e-6)

    @given(
        st.lists(st.text("ACGTN", min_size=1, max_size=20), min_size=1, max_size=5),
        st.sampled_from(["next", "middle"]),
        st.integers(0, 14),
    )
    @settings(max_examples=40)
    def test_sum_to_one(self, fitted, rows, target, order):
        model = MarkovLanguageModel(order=order, target=target).fit(chain_rows(2, 50))
        found = model.predict_proba(rows)
        assert found.shape == (len(rows), 4)
        np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-5)

    def test_positions_whatever_is_there(self, fitted):
        X = read_sequences(["ACGTA", "GNGTA"])
        record, position = np.array([0, 1, 1, 0]), np.array([1, 1, 4, 5])
        found = fitted._answer_positions(X, record, position)
        expected = fitted.predict_proba(["A", "G", "GNGT", "ACGTA"])
        np.testing.assert_allclose(found, expected, rtol=1e-6)


class TestScores:
    def test_by_hand(self):
        model = MarkovLanguageModel(order=1, smoothing=1, backoff=False).fit(["AACAAG"])
        # Behind A: 3/8, 2/8, 2/8, 1/8; behind C: 2/5, 1/5, 1/5, 1/5; behind G: equal
        assert model.score_samples(["ACA"]) == pytest.approx([np.log([2 / 8, 2 / 5]).mean()])
        logs = [np.log(2 / 8), np.log(2 / 5), np.log(1 / 4)]
        with pytest.warns(LostDataWarning, match="1 of 3 rows have no base to score"):
            found = model.score_samples(["ACA", "GA", "T"])
        np.testing.assert_allclose(found, [np.mean(logs[:2]), logs[2], np.nan])
        score = model.score(["ACA", "GA"])
        assert score == pytest.approx(np.mean(logs))
        assert model.bits_per_base(["ACA", "GA"]) == pytest.approx(-score / np.log(2))
        assert model.perplexity(["ACA", "GA"]) == pytest.approx(np.exp(-score))
        assert model.accuracy(["AAA", "AC"]) == pytest.approx(2 / 3)

    def test_ambiguous_bases_are_not_scored_and_end_contexts(self):
        model = MarkovLanguageModel(order=1, smoothing=1, backoff=False).fit(["AACAAG"])
        table = model.predict_windows(["ANA"])
        assert table["base"].tolist() == ["N", "A"]
        assert table["A"].tolist() == pytest.approx([3 / 8, 5 / 10])
        assert model.score(["ANA"]) == pytest.approx(np.log(5 / 10))

    def test_windows(self, fitted, tmp_path):
        path = tmp_path / "two.fasta"
        path.write_text(">one\nACG\n>two\nTT\n")
        table = fitted.predict_windows([path, "GG"])
        assert table["row"].tolist() == [0, 0, 0, 1]
        assert table["record"].tolist() == ["one", "one", "two", "1"]
        assert table["position"].tolist() == [1, 2, 1, 1]
        assert table["base"].tolist() == list("CGTG")
        expected = fitted.predict_proba(["A", "AC", "T", "G"])
        np.testing.assert_allclose(table[list("ACGT")], expected, rtol=1e-6)

    def test_both_strands(self, fitted):
        rows, turned = ["AACGTAG", "CCA"], ["CTACGTT", "TGG"]
        both = clone(fitted).set_params(score_strands="both").fit(chain_rows(20, 300))
        expected = np.mean([fitted.score_samples(rows), fitted.score_samples(turned)], axis=0)
        np.testing.assert_allclose(both.score_samples(rows), expected, rtol=1e-6)

    def test_middle_uses_both_sides(self):
        rows, others = chain_rows(40, 400), chain_rows(10, 400, seed=1)
        scores = {
            target: MarkovLanguageModel(order=2, target=target).fit(rows).score(others)
            for target in ("next", "middle")
        }
        assert scores["middle"] > scores["next"] + 0.1

    def test_entropy_of_a_known_chain_is_reached(self):
        rows, others = chain_rows(20, 1000), chain_rows(20, 500, seed=1)
        entropy = -0.7 * np.log(0.7) - 0.3 * np.log(0.1)
        model = MarkovLanguageModel().fit(rows)
        assert model.score(others) == pytest.approx(-entropy, abs=0.03)
        assert model.accuracy(others) == pytest.approx(0.7, abs=0.02)
        assert MarkovLanguageModel(order=1).fit(rows).score(others) < -entropy - 0.1

    def test_evaluation_beside_letter_frequencies(self):
        rows = ["AAAC" * 50, "CAAA" * 25]
        evaluation = MarkovLanguageModel(order=3, smoothing=1).fit(rows).evaluate(rows)
        assert evaluation.model.bits_per_base < 0.1
        entropy = -0.75 * np.log2(0.75) - 0.25 * np.log2(0.25)
        assert evaluation.yardstick.bits_per_base == pytest.approx(entropy, abs=0.02)


class TestSelection:
    def test_grid_search_finds_the_order_by_held_out_likelihood(self):
        model = MarkovLanguageModel(backoff=False, smoothing=1)
        search = GridSearchCV(model, {"order": [0, 2, 6]}, cv=3).fit(chain_rows(12, 300))
        assert search.best_params_ == {"order": 2}
        assert search.best_score_ == search.cv_results_["mean_test_score"].max()

    def test_back_off_needs_no_choice(self):
        rows, others = chain_rows(12, 300), chain_rows(12, 300, seed=1)
        best = MarkovLanguageModel(order=2).fit(rows).score(others)
        assert MarkovLanguageModel(order=12).fit(rows).score(others) > best - 0.03


class TestGenerate:
    def test_draws_letters_by_seed(self, fitted):
        one, two = fitted.generate(500, prompt="ACG", n_samples=2, random_state=3)
        assert len(one) == len(two) == 500
        assert set(one) == set("ACGT")
        assert one != two
        assert fitted.generate(500, prompt="ACG", n_samples=2, random_state=3) == [one, two]
        assert fitted.generate(500, prompt="ACG", random_state=4) != [one]

    def test_learns_itself_again(self, fitted):
        drawn = fitted.generate(3000, n_samples=10, random_state=0)
        again = MarkovLanguageModel(order=3).fit(drawn)
        others = chain_rows(5, 300, seed=2)
        assert again.score(others) == pytest.approx(fitted.score(others), abs=0.05)

    def test_prompt_is_the_first_context(self):
        model = MarkovLanguageModel(order=4, smoothing=0, backoff=False).fit(["ACGT" * 9])
        assert model.generate(5, prompt="TTNGTACG", random_state=0) == ["TACGT"]

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"prompt": "AC!"}, "'!' at position 2"),
            ({"temperature": 0}, "temperature=0 must be"),
            ({"top_k": 5}, "top_k=5 must be"),
            ({"n_bases": 0}, "n_bases must be a whole number, at least 1, not 0"),
        ],
    )
    def test_wrong_arguments(self, fitted, arguments, message):
        with pytest.raises(ValueError, match=message):
            fitted.generate(**{"n_bases": 3, **arguments})

    def test_not_from_the_middle(self):
        with pytest.raises(ValueError, match="target='middle'"):
            MarkovLanguageModel(order=1, target="middle").fit(["ACG"]).generate(3)


class TestErrors:
    @pytest.mark.parametrize(
        ("parameters", "message"),
        [
            ({"order": -1}, "'order' parameter"),
            ({"order": 1.5}, "'order' parameter"),
            ({"order": 28}, "order=28 is too large: with 4 letters it is at most 27"),
            ({"smoothing": -0.1}, "'smoothing' parameter"),
            ({"target": "left"}, "'target' parameter"),
            ({"stride": 0}, "'stride' parameter"),
            ({"vocabulary": None}, "vocabulary=None is for 2-D arrays of codes"),
        ],
    )
    def test_parameters(self, parameters, message):
        with pytest.raises(ValueError, match=message):
            MarkovLanguageModel(**parameters).fit(["ACGT"])

    def test_nothing_to_count(self):
        with pytest.raises(ValueError, match="All bases of X are ambiguous.*rows: '0', '1'"):
            MarkovLanguageModel().fit(["NNN", "R"])
        with pytest.raises(ValueError, match="No base of X is at a multiple of `stride`"):
            MarkovLanguageModel(order=4, stride=10).fit(["ACG"])

    def test_nothing_to_add(self, fitted):
        model = pickle.loads(pickle.dumps(fitted))
        with pytest.raises(ValueError, match="All bases of X are ambiguous"):
            model.partial_fit(["NN"])

    def test_nothing_to_score(self, fitted):
        with pytest.raises(ValueError, match="No row has a base to score.*'0', '1'"):
            fitted.score(["A", "CN"])

    def test_letters(self, fitted):
        with pytest.raises(InvalidLetterError, match="'E' at position 1"):
            fitted.score(["AEA"])

    def test_no_reverse_complement(self):
        model = MarkovLanguageModel(vocabulary="ACDEFGHIKLMNPQRSTVWY", strands="both")
        with pytest.raises(ValueError, match="no reverse complement"):
            model.fit(["MKV"])

    def test_not_fitted(self):
        for ask in ("score", "predict_proba", "predict", "score_samples"):
            with pytest.raises(NotFittedError):
                getattr(MarkovLanguageModel(), ask)(["ACGT"])
        with pytest.raises(NotFittedError):
            MarkovLanguageModel().counts()

    def test_order_of_counts(self, fitted):
        with pytest.raises(ValueError, match="order=4 must be a whole number from 0 to 3"):
            fitted.counts(4)

    def test_strengths_of_back_off_only(self):
        model = MarkovLanguageModel(order=1, backoff=False).fit(["ACGT"])
        assert not hasattr(model, "strengths_")


class TestInputs:
    def test_codes(self, fitted):
        rows = random_rows(6, 30, letters="ACGTN")
        codes, _, _ = cut_windows(rows, windows=30)
        model = MarkovLanguageModel(order=3).fit(codes)
        expected = MarkovLanguageModel(order=3).fit(rows)
        np.testing.assert_array_equal(model.counts(), expected.counts())
        np.testing.assert_allclose(model.score_samples(codes), expected.score_samples(rows))
        frame = pd.DataFrame(codes[:, :-1])
        shorter = [row[:-1] for row in rows]
        np.testing.assert_allclose(model.predict_proba(frame), expected.predict_proba(shorter))
        with pytest.raises(ValueError, match="X has 20 features, but .* expecting 30"):
            model.predict_proba(codes[:, :20])

    def test_padding_is_no_letter(self):
        codes = np.array([[5, 5, 0, 1], [0, 0, 4, 1]], dtype=np.uint8)
        model = MarkovLanguageModel(order=1).fit(codes)
        assert np.argwhere(model.counts()).tolist() == [[0, 0], [0, 1]]
        assert model.counts(0).tolist() == [[3, 2, 0, 0]]

    def test_inferred_symbols(self):
        model = MarkovLanguageModel(order=1, vocabulary=None).fit(np.array([[0, 2, 1], [2, 1, 0]]))
        assert model.predict_proba(np.array([[0, 1, 9]])).shape == (1, 3)

    def test_windows_bring_their_sequences(self, fitted):
        rows = random_rows(3, 100)
        windows = FastaWindowTransformer(window_length=10).fit_transform(rows)
        model = MarkovLanguageModel(order=3).fit(windows)
        np.testing.assert_array_equal(
            model.counts(), MarkovLanguageModel(order=3).fit(rows).counts()
        )
        assert fitted.score(windows) == pytest.approx(fitted.score(rows))


class TestPickles:
    def test_answers_are_kept_and_tables_left_out(self, tmp_path: Path):
        rows = random_rows(1, 10_000)
        model = MarkovLanguageModel(order=12).fit(rows)
        before = len(pickle.dumps(model))
        expected = model.predict_proba(rows)
        assert len(pickle.dumps(model)) == before < 60_000
        joblib.dump(model, tmp_path / "model.joblib")
        loaded = joblib.load(tmp_path / "model.joblib")
        np.testing.assert_array_equal(loaded.predict_proba(rows), expected)
        np.testing.assert_array_equal(loaded.strengths_, model.strengths_)

    def test_can_be_taught_more(self, fitted):
        loaded = pickle.loads(pickle.dumps(fitted)).partial_fit(["ACGT"])
        assert loaded.counts_.total == fitted.counts_.total + 4


MODELS = [
    MarkovLanguageModel(order=3),
    MarkovLanguageModel(order=2, target="middle", strands="both"),
    MarkovLanguageModel(order=1, backoff=False, stride=2, score_strands="both"),
]


@pytest.mark.filterwarnings("ignore::skdeepg.exceptions.LostDataWarning")
@pytest.mark.parametrize("model", MODELS, ids=["default", "middle", "additive"])
def test_checks_of_sequence_estimators(model):
    for check in yield_sequence_checks(model):
        check()


# predict gives letters, which these checks compare as numbers
COMPARE_NUMBERS = {
    "check_estimators_pickle",
    "check_fit_idempotent",
    "check_methods_sample_order_invariance",
    "check_methods_subset_invariance",
}
# gives fractions as codes, in scikit-learn 1.6
GIVES_FRACTIONS = {"check_positive_only_tag_during_fit"} if SKLEARN < (1, 7) else set()


def test_checks_of_scikit_learn():
    model = MarkovLanguageModel(order=2, vocabulary=None)
    results = check_estimator(model, on_fail=None, on_skip=None)
    names = {
        status: {each["check_name"] for each in results if each["status"] == status}
        for status in ("passed", "failed", "skipped")
    }
    assert names["failed"] <= COMPARE_NUMBERS | GIVES_FRACTIONS
    assert names["skipped"] <= {"check_array_api_input"}
    assert len(names["passed"]) >= 35 - len(GIVES_FRACTIONS)
