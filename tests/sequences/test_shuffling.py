"""Shuffled sequences: what is kept, that all orders are equally likely, seeds and errors."""

from collections import Counter
from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import chisquare

from skdeepg.sequences import Vocabulary, shuffle_codes, shuffle_dinucleotides
from skdeepg.sequences import shuffling as shuffling_module

SHUFFLES = [shuffle_codes, shuffle_dinucleotides]
VOCABULARY = Vocabulary("ACGT")
PADDING = VOCABULARY.padding_code


def all_orders(letters: str) -> list[str]:
    return sorted({"".join(order) for order in permutations(letters)})


def pairs(letters) -> Counter:
    return Counter(pairwise(letters))


def shuffle_often(shuffle, letters: str, times: int, seed: int) -> Counter:
    codes = np.tile(VOCABULARY.encode(letters), (times, 1))
    shuffled = shuffle(codes, np.random.default_rng(seed))
    return Counter(VOCABULARY.decode(row) for row in shuffled)


padded_codes = arrays(
    np.uint8, st.tuples(st.integers(0, 6), st.integers(0, 40)), elements=st.integers(0, PADDING)
)


@given(padded_codes, st.integers(0, 2**32))
def test_letters_are_kept_and_padding_stays_in_place(codes, seed):
    for shuffle in SHUFFLES:
        shuffled = shuffle(codes, np.random.default_rng(seed))
        assert shuffled.dtype == np.uint8
        assert np.array_equal(shuffled == PADDING, codes == PADDING)
        assert np.array_equal(np.sort(shuffled, axis=1), np.sort(codes, axis=1))


@given(padded_codes, st.integers(0, 2**32))
def test_pairs_and_both_ends_are_kept(codes, seed):
    shuffled = shuffle_dinucleotides(codes, np.random.default_rng(seed))
    for row, shuffled_row in zip(codes, shuffled, strict=True):
        before = row[row != PADDING].tolist()
        after = shuffled_row[shuffled_row != PADDING].tolist()
        assert pairs(before) == pairs(after)
        assert before[:1] == after[:1]
        assert before[-1:] == after[-1:]


@given(st.text("ACGTN", min_size=4, max_size=60), st.integers(0, 2**32))
def test_rows_of_other_lengths_do_not_matter_for_what_is_kept(letters, seed):
    rows = [letters, letters[: len(letters) // 2], letters * 2]
    width = max(map(len, rows))
    codes = np.full((3, width), PADDING, dtype=np.uint8)
    for row, text in zip(codes, rows, strict=True):
        row[width - len(text) :] = VOCABULARY.encode(text)  # padded on the left
    shuffled = shuffle_dinucleotides(codes, np.random.default_rng(seed))
    for text, row in zip(rows, shuffled, strict=True):
        assert pairs(VOCABULARY.decode(row[width - len(text) :])) == pairs(text)


@pytest.mark.parametrize("letters", ["AACGT", "AAACCT", "ACGTN"])
def test_all_orders_of_letters_are_equally_likely(letters):
    found = shuffle_often(shuffle_codes, letters, times=20_000, seed=1)
    expected = all_orders(letters)
    assert sorted(found) == expected
    assert chisquare([found[order] for order in expected]).pvalue > 1e-3


@pytest.mark.parametrize(
    ("letters", "n_orders"),
    [
        ("AACACCA", 3 * 2),  # lengths of three runs of A, and of two of C
        ("ACAGATACA", 12),  # orders of C, G, T, C
        ("AACCGGTTACGT", None),
        ("ACGTGCATCA", None),
        ("ANACNCAGA", None),
        ("ACACACACAGCT", None),  # the last pair of A is rarely right at the first draw
    ],
)
def test_all_orders_with_the_same_pairs_are_equally_likely(letters, n_orders):
    expected = orders_with_pairs(letters)
    found = shuffle_often(shuffle_dinucleotides, letters, times=500 * len(expected), seed=2)
    if n_orders is not None:
        assert len(expected) == n_orders
    assert sorted(found) == expected
    assert chisquare([found[order] for order in expected]).pvalue > 1e-3


def orders_with_pairs(letters: str) -> list[str]:
    """Find all sequences with the first letter and the pairs of another, by trying all walks."""
    walks = {(letters[0], frozenset(pairs(letters).items()))}
    for _ in letters[1:]:
        walks = {
            (walk + second, frozenset((Counter(dict(left)) - Counter([(first, second)])).items()))
            for walk, left in walks
            for (first, second), _ in left
            if first == walk[-1]
        }
    return sorted(walk for walk, _ in walks)


@pytest.mark.parametrize("letters", ["", "A", "AC", "ACG", "AAAA", "ACACAC"])
def test_what_has_one_order_only_comes_back(letters):
    codes = VOCABULARY.encode(letters)[None]
    assert np.array_equal(shuffle_dinucleotides(codes, np.random.default_rng(0)), codes)


@pytest.mark.parametrize("shuffle", SHUFFLES)
def test_seeds_decide_and_input_is_left_alone(shuffle):
    codes = np.random.default_rng(0).integers(0, 5, (20, 50), dtype=np.uint8)
    before = codes.copy()
    one, same, other = (shuffle(codes, np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert np.array_equal(one, same)
    assert (one != other).any(axis=1).all()
    assert (one != codes).any(axis=1).all()
    assert np.array_equal(codes, before)


@pytest.mark.parametrize("shuffle", SHUFFLES)
def test_padding_may_have_another_code(shuffle):
    proteins = Vocabulary("ACDEFGHIKLMNPQRSTVWY")
    codes = np.random.default_rng(0).integers(0, 21, (3, 60), dtype=np.uint8)
    codes[:, 50:] = proteins.padding_code
    shuffled = shuffle(codes, np.random.default_rng(1), padding_code=proteins.padding_code)
    assert (shuffled[:, 50:] == proteins.padding_code).all()
    assert np.array_equal(np.sort(shuffled, axis=1), np.sort(codes, axis=1))
    assert (shuffled != codes).any()


@pytest.mark.parametrize("shuffle", SHUFFLES)
def test_many_bases_are_shuffled_in_parts(shuffle, monkeypatch):
    monkeypatch.setattr(shuffling_module, "MOST_BASES", 100)
    codes = np.random.default_rng(0).integers(0, 4, (11, 30), dtype=np.uint8)
    shuffled = shuffle(codes, np.random.default_rng(1))
    assert np.array_equal(np.sort(shuffled, axis=1), np.sort(codes, axis=1))
    assert (shuffled != codes).any(axis=1).all()


@pytest.mark.parametrize("shuffle", SHUFFLES)
@pytest.mark.parametrize("codes", [np.zeros(3, np.uint8), np.zeros((2, 3))])
def test_other_arrays_are_refused(shuffle, codes):
    with pytest.raises(ValueError, match="2-D array of uint8, found"):
        shuffle(codes, np.random.default_rng(0))
