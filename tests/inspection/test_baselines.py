"""Baselines: what windows are compared with."""

from __future__ import annotations

import numpy as np
import pytest

from skdeepg.inspection.baselines import NAMED, make_baselines
from skdeepg.sequences import Vocabulary
from skdeepg.sequences.windows import Cut

VOCABULARY = Vocabulary("ACGT")
TABLE = Cut(8, 8, "uniform").symbol_table(VOCABULARY)
CODES = np.array([[5, 5, 0, 1, 2, 3, 3, 4], [0, 1, 0, 2, 0, 3, 0, 0]], dtype=np.uint8)
RNG = np.random.default_rng(0)


def draw(baseline, count=2):
    return make_baselines(baseline, count, 8, TABLE, VOCABULARY).draw(CODES, RNG)


@pytest.mark.parametrize("name", NAMED)
def test_padding_stays(name):
    assert not draw(name)[0, :, :2].any()


@pytest.mark.parametrize(("name", "share"), [("zero", 0), ("uniform", 0.25)])
def test_one_value_everywhere(name, share):
    """One baseline is enough, whatever count is asked for."""
    drawn = draw(name)
    assert drawn.shape == (2, 1, 8, 4)
    assert (drawn[1] == share).all()
    assert (drawn[0, 0, 2:] == share).all()


@pytest.mark.parametrize("name", ["shuffle", "dinucleotide"])
def test_shuffles_keep_the_bases(name):
    """Ambiguous ones too, as the vectors that they stand for."""
    drawn = draw(name, count=20)
    assert drawn.shape == (2, 20, 8, 4)
    for window, baselines in zip(TABLE[CODES], drawn, strict=True):
        for baseline in baselines:
            np.testing.assert_array_equal(*(np.sort(x, axis=0) for x in (baseline, window)))
    n_orders = [len({baseline.tobytes() for baseline in drawn[i]}) for i in (0, 1)]
    assert max(n_orders) > 3


def test_arrays_of_codes_and_of_vectors():
    one = np.array([0, 1, 2, 3, 0, 1, 2, 4])
    several = np.stack([one, one[::-1]])
    for baseline, expected in [
        (one, TABLE[one][None]),
        (several, TABLE[several]),
        (TABLE[one], TABLE[one][None]),
        (TABLE[several], TABLE[several]),
        (several.tolist(), TABLE[several]),
    ]:
        drawn = draw(baseline)
        np.testing.assert_array_equal(drawn[0], expected)
        np.testing.assert_array_equal(drawn[1], expected)


def test_function_of_each_baseline():
    """Is called once a baseline; vectors are taken as they are."""
    drawn = draw(lambda codes, rng: rng.random((*codes.shape, 4)), count=3)
    assert drawn.shape == (2, 3, 8, 4)
    assert np.ptp(drawn[0, :, 0, 0]) > 0


@pytest.mark.parametrize(
    "wrong", [np.zeros(7, int), np.zeros((8, 3)), np.zeros((0, 8, 4)), "x", [["a"]]]
)
def test_what_is_none(wrong):
    with pytest.raises(ValueError, match="baseline"):
        draw(wrong)
