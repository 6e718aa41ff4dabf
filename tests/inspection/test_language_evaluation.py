"""Evaluation of language models: who is better, by how much, and how sure that is."""

from __future__ import annotations

import pickle
import warnings
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from skdeepg.inspection import LanguageEvaluation, LanguageScores

LOG2 = np.log(2)


@pytest.fixture(autouse=True)
def _no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def scores(name: str, n_bases: list[int], bits: list[float]) -> LanguageScores:
    """Scores of rows that need `bits` in all."""
    return LanguageScores(name, n_bases, -LOG2 * np.array(bits, float), [n // 2 for n in n_bases])


def compare(n_bases: list[int], model: list[float], yardstick: list[float]) -> LanguageEvaluation:
    rows = [f"row_{i}" for i in range(len(n_bases))]
    return LanguageEvaluation(
        scores("network", n_bases, model), scores("markov", n_bases, yardstick), rows
    )


def three_rows() -> LanguageEvaluation:
    """Bits saved: 40 of 100 bases, 10 of 100, -10 of 200; a fourth row has no scored base."""
    return compare([100, 100, 200, 0], [100, 120, 310, 0], [140, 130, 300, 0])


def test_gain_by_hand():
    evaluation = three_rows()
    assert evaluation.gain == pytest.approx(40 / 400)
    assert evaluation.n_rows_better == 2
    assert evaluation.n_rows_scored == 3


def test_standard_error_by_hand():
    # residuals from 0.1 bits a base: 40 - 10, 10 - 10, -10 - 20
    expected = np.sqrt(3 / 2 * (30**2 + 0 + 30**2)) / 400
    assert three_rows().gain_standard_error == pytest.approx(expected)


def test_standard_error_of_rows_of_equal_length_is_that_of_a_mean():
    saved = np.random.default_rng(0).normal(20, 5, 30)
    evaluation = compare([100] * 30, [100.0] * 30, list(100 + saved))
    expected = (saved / 100).std(ddof=1) / np.sqrt(30)
    assert evaluation.gain_standard_error == pytest.approx(expected)


def test_standard_error_covers_the_truth():
    """Rows of any length, some easier than others: about 95 % of the intervals hold the truth."""
    random = np.random.default_rng(1)
    hits = 0
    for _ in range(300):
        n_bases = random.integers(50, 500, 60)
        saved = random.normal(0.1, 0.05, 60) * n_bases
        evaluation = compare(n_bases.tolist(), (1.0 * n_bases).tolist(), list(n_bases + saved))
        hits += abs(evaluation.gain - 0.1) < 1.96 * evaluation.gain_standard_error
    assert 0.91 < hits / 300 < 0.98


@pytest.mark.parametrize(
    ("n_bases", "model", "yardstick"),
    [([10], [5], [8]), ([10, 0], [5, 0], [8, 0]), ([10, 10], [5, np.inf], [8, 8])],
)
def test_standard_error_is_nan_without_two_comparable_rows(n_bases, model, yardstick):
    assert np.isnan(compare(n_bases, model, yardstick).gain_standard_error)


@pytest.mark.parametrize(
    ("evaluation", "sentence"),
    [
        (
            compare([100, 100], [100, 110], [140, 145]),
            "network needs 0.375 bits per base less than markov (standard error 0.025, better on "
            "2 of 2 rows).",
        ),
        (
            compare([100, 100], [140, 145], [100, 110]),
            "network needs 0.375 bits per base more than markov (standard error 0.025, better on "
            "0 of 2 rows): it is WORSE than the yardstick, do not trust it yet.",
        ),
        (
            three_rows(),
            "network needs 0.100 bits per base less than markov (standard error 0.130, better on "
            "2 of 3 rows): less than 2 standard errors, so it may be chance.",
        ),
        (
            compare([1000], [900], [1000]),
            "network needs 0.100 bits per base less than markov (on one row, which gives no "
            "standard error).",
        ),
        (
            compare([10, 10], [9, 8], [9, 8]),
            "network needs as many bits per base as markov: it is no better.",
        ),
        (
            compare([0], [0], [0]),
            "network and markov cannot be compared: no base was scored.",
        ),
        (
            compare([10, 10], [np.inf, 8], [9, np.inf]),
            "network and markov cannot be compared: both gave a true base the probability zero.",
        ),
    ],
)
def test_summary(evaluation, sentence):
    assert evaluation.summary == sentence
    assert repr(evaluation).endswith(f"\n\n{sentence}")


def test_a_model_that_rules_out_a_true_base_is_worse():
    evaluation = compare([10, 10], [np.inf, 8], [9, 9])
    assert evaluation.gain == -np.inf
    assert "inf bits per base more" in evaluation.summary
    assert "WORSE" in evaluation.summary


def test_shown_in_a_terminal():
    lines = repr(three_rows()).splitlines()
    assert lines[0] == (
        "Evaluation of 2 language models, 400 bases of 3 rows (rows without a scored base: 1)"
    )
    assert lines[2].split() == ["network", "markov"]
    values = {line[:23].strip(): line[23:].split() for line in lines[3:7]}
    assert values == {
        "score (nats per base)": ["-0.918", "-0.988"],
        "bits per base": ["1.325", "1.425"],
        "perplexity": ["2.505", "2.685"],
        "accuracy": ["0.500", "0.500"],
    }


def test_table():
    table = three_rows().to_frame()
    assert table.columns.tolist() == (
        "level row model n_bases score bits_per_base perplexity accuracy".split()
    )
    assert table["level"].tolist() == ["all"] * 2 + ["row"] * 8
    names = ["all", "row_0", "row_1", "row_2", "row_3"]
    assert table["row"].tolist() == [name for name in names for _ in range(2)]
    assert table["model"].tolist() == ["network", "markov"] * 5
    assert table["n_bases"].tolist() == [400, 400, 100, 100, 100, 100, 200, 200, 0, 0]
    np.testing.assert_allclose(
        table["bits_per_base"], [1.325, 1.425, 1, 1.4, 1.2, 1.3, 1.55, 1.5, np.nan, np.nan]
    )
    np.testing.assert_allclose(table["score"], -LOG2 * table["bits_per_base"])
    np.testing.assert_allclose(table["perplexity"], 2 ** table["bits_per_base"])
    np.testing.assert_allclose(table["accuracy"], [0.5] * 8 + [np.nan] * 2)


def test_models_of_one_name_are_told_apart():
    same = LanguageEvaluation(scores("markov", [4], [5]), scores("markov", [4], [6]), ["a"])
    assert same.to_frame()["model"].tolist() == ["markov", "markov (yardstick)"] * 2
    assert "less than markov (yardstick)" in repr(same)


def test_is_frozen_and_pickles():
    evaluation = three_rows()
    with pytest.raises(FrozenInstanceError):
        evaluation.model = None
    assert repr(pickle.loads(pickle.dumps(evaluation))) == repr(evaluation)


@pytest.mark.parametrize(
    ("yardstick", "rows", "message"),
    [
        ([4, 5], ["a"], r"rows must name each of the 2 rows, found the shape \(1,\)"),
        ([4], ["a", "b"], "on the same rows, found 2 and 1"),
        ([4, 6], ["a", "b"], r"on the same bases, found 5 and 6 in row 1 \(b\)"),
    ],
)
def test_models_scored_on_other_bases_are_refused(yardstick, rows, message):
    model = scores("network", [4, 5], [4, 5])
    with pytest.raises(ValueError, match=message):
        LanguageEvaluation(model, scores("markov", yardstick, [1] * len(yardstick)), rows)
