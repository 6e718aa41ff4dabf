"""Scores of language models: known answers, and what is refused."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from skdeepg.inspection import LanguageScores

LOG2 = np.log(2)


@pytest.fixture(autouse=True)
def _no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def toy() -> LanguageScores:
    """Rows of 1 and 3 bits a base, of 2 and 6 bases, and a row without a scored base."""
    return LanguageScores("toy", [2, 6, 0], [-2 * LOG2, -18 * LOG2, 0], [2, 1, 0])


def test_known_answers_over_all_bases():
    scores = toy()
    assert scores.n_scored == 8
    assert scores.bits_per_base == pytest.approx(2.5)  # 20 bits, 8 bases: not the mean of 1 and 3
    assert scores.score == pytest.approx(-2.5 * LOG2)
    assert scores.perplexity == pytest.approx(2**2.5)
    assert scores.accuracy == 3 / 8


def test_known_answers_by_row():
    scores = toy()
    np.testing.assert_allclose(scores.row_bits_per_base, [1, 3, np.nan])
    np.testing.assert_allclose(scores.row_score, [-LOG2, -3 * LOG2, np.nan])
    np.testing.assert_allclose(scores.row_perplexity, [2, 8, np.nan])
    np.testing.assert_allclose(scores.row_accuracy, [1, 1 / 6, np.nan])


def test_arrays_have_the_promised_types():
    scores = LanguageScores("a", np.array([2], np.uint8), [-1], np.array([1], np.int32))
    assert [array.dtype for array in (scores.n_bases, scores.log_likelihood, scores.n_right)] == [
        np.int64,
        np.float64,
        np.int64,
    ]


def test_without_a_scored_base_scores_are_nan():
    for scores in (LanguageScores("a", [0], [0], [0]), LanguageScores("a", [], [], [])):
        assert np.isnan([scores.score, scores.bits_per_base, scores.perplexity]).all()
        assert np.isnan(scores.accuracy)


def test_a_true_base_of_probability_zero_is_infinitely_surprising():
    scores = LanguageScores("a", [2, 1], [-np.inf, -1], [1, 1])
    assert scores.score == -np.inf
    assert scores.bits_per_base == scores.perplexity == np.inf
    np.testing.assert_allclose(scores.row_bits_per_base, [np.inf, 1 / LOG2])


def test_rounding_of_probabilities_above_one_is_accepted():
    above_one = float(np.nextafter(np.float32(1), np.float32(2)))
    assert LanguageScores("a", [9], [9 * np.log(above_one)], [9]).score > 0
    with pytest.raises(ValueError, match="at most 0, found 0.01 in row 0"):
        LanguageScores("a", [9], [0.01], [9])


def test_repr():
    assert repr(toy()) == (
        "<LanguageScores of toy: 2.500 bits per base, accuracy 0.375, 8 bases of 3 rows>"
    )


@pytest.mark.parametrize(
    ("n_bases", "log_likelihood", "n_right", "message"),
    [
        ([1, 1], [-1], [0], "one value a row, found 2, 1 and 1 values"),
        ([[1]], [-1], [0], r"n_bases must be whole numbers, one a row, found shape \(1, 1\)"),
        ([1.5], [-1], [0], "n_bases must be whole numbers.*type float64"),
        ([1], ["a"], [0], "log_likelihood must be numbers"),
        ([1], [-1], [0.5], "n_right must be whole numbers"),
        ([1, 1], [-1, -1], [0, 2], "n_right must be from 0 to n_bases, found 2 in row 1"),
        ([1], [-1], [-1], "n_right must be from 0 to n_bases, found -1 in row 0"),
        ([-1], [0], [0], "n_right must be from 0 to n_bases"),
        ([1, 1], [-1, 0.5], [0, 0], "log_likelihood must be at most 0, found 0.5 in row 1"),
        ([1], [np.nan], [0], "log_likelihood must be at most 0, found nan in row 0"),
        ([1, 0], [-1, -2], [0, 0], "must be 0 without scored bases, found -2.0 in row 1"),
    ],
)
def test_errors(n_bases, log_likelihood, n_right, message):
    with pytest.raises(ValueError, match=message):
        LanguageScores("a", n_bases, log_likelihood, n_right)


@given(arrays(np.int64, st.integers(1, 8), elements=st.integers(1, 1000)), st.floats(0.01, 1))
def test_constant_probability_gives_the_same_score_however_rows_are_cut(n_bases, probability):
    scores = LanguageScores("a", n_bases, np.log(probability) * n_bases, n_bases)
    together = LanguageScores("a", [n_bases.sum()], [scores.log_likelihood.sum()], [n_bases.sum()])
    assert scores.perplexity == pytest.approx(1 / probability)
    assert scores.perplexity == pytest.approx(together.perplexity)
    np.testing.assert_allclose(scores.row_bits_per_base, scores.bits_per_base, atol=1e-12)
