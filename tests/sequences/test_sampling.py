"""Random orders and choices that need no array of all windows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from skdeepg.sequences import read_sequences
from skdeepg.sequences.grid import make_grid
from skdeepg.sequences.sampling import (
    RandomPermutation,
    draw_seed,
    generator,
    limit_windows,
    quota,
    spread_choice,
)
from skdeepg.sequences.windows import Cut

# A table below 65,537, a Feistel network from there on.
SIZES = [1, 2, 3, 5, 100, 65_536, 65_537, 100_003, 262_144, 262_145]


@pytest.mark.parametrize("n", SIZES)
def test_every_item_comes_once(n):
    order = RandomPermutation(n, 0)(np.arange(n))
    assert order.dtype == np.int64
    assert np.array_equal(np.sort(order), np.arange(n))


@pytest.mark.parametrize("n", [100, 65_536, 65_537, 100_003])
def test_order_depends_on_the_key_and_on_nothing_else(n):
    places = np.arange(n)
    order = RandomPermutation(n, 1, 2)(places)
    np.testing.assert_array_equal(RandomPermutation(n, 1, 2)(places), order)
    for key in [(1, 3), (2, 2), (2, 1), (1,)]:
        equal = (RandomPermutation(n, *key)(places) == order).mean()
        assert equal < 0.1


@pytest.mark.parametrize("n", [1000, 100_003])
def test_places_may_be_asked_in_any_order_and_any_shape(n):
    permutation = RandomPermutation(n, 5)
    whole = permutation(np.arange(n))
    places = np.random.default_rng(0).integers(0, n, (4, 25))
    np.testing.assert_array_equal(permutation(places), whole[places])
    assert permutation(np.arange(0)).shape == (0,)


@pytest.mark.parametrize("n", [65_536, 65_537, 100_003])
def test_orders_look_random(n):
    order = RandomPermutation(n, 7)(np.arange(n)) / n
    limit = 4 / np.sqrt(n)  # four standard deviations
    for lag in (1, 2, 16, 256):
        assert abs(np.corrcoef(order[:-lag], order[lag:])[0, 1]) < limit
    assert abs(np.corrcoef(order, np.arange(n))[0, 1]) < limit
    # The first tenth is drawn from everywhere, and neighbours' distances are as they should be.
    assert chisquare(np.histogram(order[: n // 10], 50, (0, 1))[0]).pvalue > 0.001
    assert chisquare(np.histogram(np.diff(order) % 1, 50, (0, 1))[0]).pvalue > 0.001


def test_large_orders_need_no_table():
    n = 10**12
    drawn = RandomPermutation(n, 0)(np.arange(50_000))
    assert len(np.unique(drawn)) == 50_000
    assert 0 <= drawn.min() < n / 1000
    assert n > drawn.max() > n * 0.999


def test_generator_is_a_function_of_its_key():
    first = generator(1, 2, 3).random(5)
    np.testing.assert_array_equal(generator(1, 2, 3).random(5), first)
    for key in [(1, 2, 4), (3, 2, 1), (0, 2, 3)]:
        assert not np.array_equal(generator(*key).random(5), first)


@st.composite
def choices(draw):
    n = draw(st.integers(1, 10**9))
    chosen = draw(st.integers(1, min(n, 200)))
    uniform = draw(st.lists(st.floats(0, 1, exclude_max=True), min_size=chosen, max_size=chosen))
    return n, chosen, np.array(uniform)


def choose(j, chosen, n, uniform, key):
    """Call spread_choice with numbers in place of arrays."""
    numbers = [np.broadcast_to(np.int64(value), j.shape) for value in (chosen, n, key)]
    return spread_choice(j, numbers[0], numbers[1], uniform, numbers[2])


@given(choices())
def test_chosen_items_are_different_and_in_range(choice):
    n, chosen, uniform = choice
    picks = choose(np.arange(chosen), chosen, n, uniform, key=n)
    assert picks.dtype == np.int64
    assert len(set(picks)) == chosen
    assert 0 <= picks.min() <= picks.max() < n


def test_choosing_all_gives_all():
    picks = choose(np.arange(9), 9, 9, np.full(9, 0.999), key=4)
    assert sorted(picks) == list(range(9))


@pytest.mark.parametrize(("chosen", "n"), [(3, 12), (9, 10), (5, 7)])
def test_every_item_is_chosen_equally_often(chosen, n):
    repeats = 200_000
    j = np.tile(np.arange(chosen), repeats)
    uniform = np.random.default_rng(0).random(len(j))
    picks = choose(j, chosen, n, uniform, key=np.repeat(np.arange(repeats), chosen))
    np.testing.assert_allclose(np.bincount(picks, minlength=n) / len(j), 1 / n, rtol=0.02)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, [10, 0, 3]),
        ({"max_windows": 4}, [4, 0, 3]),
        ({"proportion": 0.25}, [3, 0, 1]),
        ({"proportion": 0.5, "max_windows": 2}, [2, 0, 2]),
        ({"proportion": 1e-6}, [1, 0, 1]),
    ],
)
def test_quota_of_rows(settings, expected):
    limits = quota(np.array([10, 0, 3]), Cut(4, 4, **settings), np.ones(3))
    assert limits.tolist() == expected
    assert limits.dtype == np.int64


@pytest.mark.parametrize(
    ("draw_rows", "weight", "expected"),
    [
        ("equal", [1, 1, 1], [7, 0, 6]),
        ("weight", [3, 1, 1], [10, 0, 3]),
        ("weight", [1000, 1, 1], [13, 0, 1]),  # each row is drawn once at least
        ("weight", [0, 5, 2], [0, 0, 13]),
        ("weight", [0, 5, 0], [0, 0, 0]),
    ],
)
def test_as_many_windows_are_shared_out_anew(draw_rows, weight, expected):
    """The 13 windows of three rows, of which the second has none."""
    cut = Cut(4, 4, draw_rows=draw_rows)
    draws = quota(np.array([10, 0, 3]), cut, np.array(weight, dtype=float))
    assert draws.tolist() == expected
    assert draws.dtype == np.int64


def test_limited_windows_are_those_of_their_rows():
    X = read_sequences(["A" * 50, "C", "G" * 20])
    grid = make_grid(X.records(), 3, 4, 1, anchor_tail=True, keep_short=False)
    assert grid.windows_per_row.tolist() == [47, 0, 17]
    index = limit_windows(grid, Cut(4, 1, max_windows=10), random_state=0)
    assert (np.diff(index) > 0).all()
    assert np.bincount(grid.row[grid.run_of(index)]).tolist() == [10, 0, 10]
    all_windows = limit_windows(grid, Cut(4, 1), random_state=0)
    assert all_windows.tolist() == list(range(64))


def test_seeds():
    before = np.random.get_state(legacy=False)
    assert draw_seed(3) == draw_seed(np.int64(3)) == 3
    assert draw_seed(None) != draw_seed(None)
    state = np.random.RandomState(0)
    assert draw_seed(state) != draw_seed(state)
    assert draw_seed(np.random.RandomState(1)) == draw_seed(np.random.RandomState(1))
    np.testing.assert_equal(np.random.get_state(legacy=False), before)


def test_no_seeds():
    for wrong in ("x", 1.5, -1, True, np.random.default_rng(0)):
        with pytest.raises(ValueError, match="random_state must be None, a whole number"):
            draw_seed(wrong)
