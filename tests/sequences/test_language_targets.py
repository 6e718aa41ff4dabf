"""Inputs and targets of language models, by hand and by laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from skdeepg.sequences import Vocabulary
from skdeepg.sequences.language_targets import LanguageTarget

ACGT = Vocabulary("ACGT")
AMBIGUOUS, PADDING = ACGT.ambiguous_code, ACGT.padding_code
KINDS = ["next", "middle", "middle_cnn", "all"]


def encode(*stretches):
    """Codes of stretches; an underscore is padding."""
    letters = "ACGTN_"
    return np.array([[letters.index(x) for x in stretch] for stretch in stretches], dtype=np.uint8)


def split(kind, *stretches):
    return LanguageTarget(kind, len(stretches[0]) - 1, ACGT).split(encode(*stretches))


def texts(codes):
    return [ACGT.decode(row) for row in codes]


@pytest.mark.parametrize(
    ("kind", "inputs", "letter"),
    [("next", "AACCGT", "A"), ("middle", "AACATG", "C"), ("middle_cnn", "AACGTA", "C")],
)
def test_one_target(kind, inputs, letter):
    codes, y = split(kind, "AACCGTA")
    assert texts(codes) == [inputs]
    assert y.tolist() == ACGT.encode(letter).tolist()
    assert (codes.dtype, y.dtype) == (np.uint8, np.int32)


def test_all_targets():
    codes, y = split("all", "AACCGTA")
    assert texts(codes) == ["AACCGT"]
    assert y.tolist() == [ACGT.encode("ACCGTA").tolist()]
    assert y.dtype == np.int32


@pytest.mark.parametrize(
    ("kind", "length", "inputs", "letter"),
    [
        ("middle", 5, "AACTG", "C"),  # AAC, C, then GT reversed
        ("middle_cnn", 5, "AACGT", "C"),
        ("middle", 4, "AAGC", "C"),  # AA, C, then CG reversed
        ("middle_cnn", 1, "A", "A"),
        ("next", 1, "A", "A"),
    ],
)
def test_the_left_half_of_an_odd_window_is_the_longer_one(kind, length, inputs, letter):
    codes, y = split(kind, "AACCGTA"[: length + 1])
    assert texts(codes) == [inputs]
    assert y.tolist() == ACGT.encode(letter).tolist()


@pytest.mark.parametrize("kind", ["next", "middle", "middle_cnn"])
@pytest.mark.parametrize("letter", "N_")
def test_what_is_no_letter_has_no_target(kind, letter):
    place = LanguageTarget(kind, 4, ACGT).place
    stretch = "ACGTA"
    stretch = stretch[:place] + letter + stretch[place + 1 :]
    codes, y = split(kind, stretch, "GGGGG")
    assert y.tolist() == [-1, 2]
    assert letter not in texts(codes)[0]


def test_what_is_no_letter_has_no_target_at_any_position():
    codes, y = split("all", "__ANC")
    assert y.tolist() == [[-1, 0, -1, 1]]
    assert texts(codes) == ["__AN"]


def test_training_on_all_targets_has_the_padding_on_the_right():
    target = LanguageTarget("all", 4, ACGT)
    codes, y = target.split_for_training(encode("__ANC", "ACGTA", "____G", "GG___", "_____"))
    assert texts(codes) == ["ANC_", "ACGT", "G___", "GG__", "____"]
    nothing = [-1] * 4
    assert y.tolist() == [[-1, 1, -1, -1], [1, 2, 3, 0], nothing, [2, -1, -1, -1], nothing]


def test_only_padding_before_the_first_base_moves():
    target = LanguageTarget("all", 5, ACGT)
    codes, _ = target.split_for_training(encode("__ACG_"))
    assert texts(codes) == ["ACG__"]


def test_training_leaves_the_stretches_alone():
    stretches = encode("__ANC")
    before = stretches.copy()
    LanguageTarget("all", 4, ACGT).split_for_training(stretches)
    np.testing.assert_array_equal(stretches, before)


@pytest.mark.parametrize("kind", ["next", "middle", "middle_cnn"])
def test_training_on_one_target_splits_as_always(kind):
    target, stretches = LanguageTarget(kind, 4, ACGT), encode("__ANC")
    for one, other in zip(
        target.split_for_training(stretches), target.split(stretches), strict=True
    ):
        np.testing.assert_array_equal(one, other)


def test_another_vocabulary():
    protein = Vocabulary("ACDEFGHIKLMNPQRSTVWY")
    target = LanguageTarget("next", 3, protein)
    codes, y = target.split(np.stack([protein.encode("MKVW"), protein.encode("MKVX")]))
    assert y.tolist() == [18, -1]
    assert [protein.decode(row) for row in codes] == ["MKV", "MKV"]


STRETCHES = st.integers(1, 9).flatmap(
    lambda length: arrays(
        np.uint8, st.tuples(st.integers(0, 4), st.just(length + 1)), elements=st.integers(0, 5)
    )
)


@given(STRETCHES, st.sampled_from(KINDS))
def test_nothing_is_lost_and_the_target_is_hidden(stretches, kind):
    target = LanguageTarget(kind, stretches.shape[1] - 1, ACGT)
    inputs, y = target.split(stretches)
    assert inputs.shape == (len(stretches), target.window_length)
    if kind == "all":
        np.testing.assert_array_equal(inputs, stretches[:, :-1])
        np.testing.assert_array_equal(y, target.known(stretches[:, 1:]))
        return
    np.testing.assert_array_equal(y, target.known(stretches[:, target.place]))
    together = np.concatenate([inputs, stretches[:, target.place, np.newaxis]], axis=1)
    np.testing.assert_array_equal(np.sort(together, axis=1), np.sort(stretches, axis=1))
    changed = stretches.copy()
    changed[:, target.place] = 3 - np.minimum(changed[:, target.place], 3)
    np.testing.assert_array_equal(target.split(changed)[0], inputs)


@given(STRETCHES)
def test_the_arms_are_the_joined_halves_with_the_right_one_turned(stretches):
    length = stretches.shape[1] - 1
    joined, y = LanguageTarget("middle_cnn", length, ACGT).split(stretches)
    arms, same = LanguageTarget("middle", length, ACGT).split(stretches)
    left = length - length // 2
    np.testing.assert_array_equal(arms[:, :left], joined[:, :left])
    np.testing.assert_array_equal(arms[:, left:], joined[:, left:][:, ::-1])
    np.testing.assert_array_equal(y, same)


@given(STRETCHES)
def test_the_last_of_all_targets_is_the_next(stretches):
    length = stretches.shape[1] - 1
    inputs, y = LanguageTarget("all", length, ACGT).split(stretches)
    same, last = LanguageTarget("next", length, ACGT).split(stretches)
    np.testing.assert_array_equal(inputs, same)
    np.testing.assert_array_equal(y[:, -1], last)


@given(st.text("ACGTN", min_size=1, max_size=8), st.integers(0, 6))
def test_left_padding_changes_no_target_of_training(bases, n_padding):
    length = len(bases) + n_padding
    target = LanguageTarget("all", length, ACGT)
    _, y = target.split_for_training(encode("_" * (length + 1 - len(bases)) + bases))
    expected = target.known(ACGT.encode(bases))[1:]
    np.testing.assert_array_equal(y[0, : len(bases) - 1], expected)
    assert (y[0, len(bases) - 1 :] == -1).all()
