"""What a language model says of single bases."""

import numpy as np
import pytest

from skdeepg.sequences.scored import ScoredBases

PROBABILITIES = np.array(
    [[0.5, 0.25, 0.125, 0.125], [0.1, 0.2, 0.3, 0.4], [0.4, 0.4, 0.1, 0.1], [0.25] * 4],
    dtype=np.float32,
)


def bases(true, probabilities=PROBABILITIES):
    n = len(true)
    rows = np.array([0, 0, 1, 1, 2][:n])
    return ScoredBases(
        rows, rows + 10, np.arange(n) + 5, np.array(true, dtype=np.uint8), probabilities
    )


def test_log_likelihood_is_that_of_the_true_letter():
    found = bases([0, 3, 2, 1]).log_likelihood
    np.testing.assert_allclose(found, np.log([0.5, 0.4, 0.1, 0.25]), rtol=1e-6)
    assert found.dtype == np.float64


def test_log_likelihood_of_a_probability_that_is_rounded_to_zero_is_finite():
    sure = np.array([[0, 1, 0, 0], [1, 0, 0, 0]], dtype=np.float32)
    found = bases([0, 0], sure).log_likelihood
    assert found[0] == pytest.approx(np.log(np.finfo(np.float32).tiny))
    assert found[1] == 0


def test_right_is_the_most_probable_letter_and_the_first_of_equals():
    assert bases([0, 2, 0, 0]).is_right.tolist() == [True, False, True, True]
    assert bases([1, 3, 1, 3]).is_right.tolist() == [False, True, False, False]


def test_ambiguous_letters_and_padding_are_unknown_and_never_right():
    block = bases([0, 4, 5, 3])
    assert block.is_known.tolist() == [True, False, False, True]
    assert block.is_right.tolist() == [True, False, False, False]


def test_the_number_of_letters_tells_what_is_known():
    assert bases([1, 2], np.full((2, 2), 0.5)).is_known.tolist() == [True, False]


def test_select_keeps_all_that_belongs_to_a_base():
    block = bases([0, 4, 5, 3])
    kept = block.select(block.is_known)
    assert (kept.row.tolist(), kept.record.tolist()) == ([0, 1], [10, 11])
    assert (kept.position.tolist(), kept.true.tolist()) == ([5, 8], [0, 3])
    np.testing.assert_array_equal(kept.probabilities, PROBABILITIES[[0, 3]])


@pytest.mark.parametrize("block", [bases([], np.zeros((0, 4))), ScoredBases.none(4)])
def test_no_bases(block):
    assert block.probabilities.shape == (0, 4)
    assert block.true.dtype == np.uint8
    assert len(block.row) == len(block.record) == len(block.position) == 0
    assert len(block.log_likelihood) == len(block.is_right) == len(block.is_known) == 0
