"""The feed of training batches."""

from __future__ import annotations

import numpy as np
import pytest

from skdeepg import FastaWindowTransformer
from skdeepg.engine.feed import TrainingFeed, strata_of

LETTERS = "ACGT"


def make_feed(rows, y, windows=None, balanced=False, weight=None, **settings):
    """Feed rows that are cut into windows of 4 bases."""
    windows = windows or FastaWindowTransformer(4, random_offset=False)
    cut = windows.fit_transform(rows)
    y = np.asarray(y, dtype=np.int32)
    weight = np.ones(len(y)) if weight is None else np.asarray(weight, dtype=float)
    settings = {"seed": 0, "batch_size": 8, "steps_per_epoch": None} | settings
    strata = strata_of(y if balanced else None, len(y))
    return TrainingFeed(cut, cut._training_grid(), y, weight, strata, **settings)


def rows_of_numbers(n_windows: int) -> str:
    """Write a sequence whose windows of 4 bases are the numbers 0, 1, ... in base 4."""
    return "".join(
        "".join(LETTERS[(i >> shift) & 3] for shift in (6, 4, 2, 0)) for i in range(n_windows)
    )


def numbers(codes: np.ndarray) -> np.ndarray:
    return codes.astype(int) @ [64, 16, 4, 1]


def epoch_of(feed, epoch):
    return [feed.batch(epoch, step) for step in range(feed.steps)]


def test_an_epoch_gives_each_window_once_in_new_order():
    feed = make_feed([rows_of_numbers(100), rows_of_numbers(37)], [0, 1])
    assert feed.steps == 18
    orders = []
    for epoch in range(3):
        batches = epoch_of(feed, epoch)
        assert {len(batch.codes) for batch in batches} == {7, 8}
        drawn = np.concatenate([numbers(batch.codes) + 1000 * batch.y for batch in batches])
        assert sorted(drawn) == [*range(100), *range(1000, 1037)]
        orders.append(drawn.tolist())
    assert orders[0] != orders[1] != orders[2]


def test_a_batch_is_a_pure_function_of_seed_epoch_and_step():
    rows, y = [rows_of_numbers(100), rows_of_numbers(50)], [0, 1]
    settings = {"flip": True, "windows": FastaWindowTransformer(4, stride=2)}
    feed, again = make_feed(rows, y, **settings), make_feed(rows, y, **settings)
    later = feed.batch(5, 3)
    for epoch, step in [(0, 0), (5, 3), (1, 2)]:
        for a, b in zip(feed.batch(epoch, step), again.batch(epoch, step), strict=True):
            np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(later.codes, feed.batch(5, 3).codes)
    other = make_feed(rows, y, seed=1, **settings)
    assert not np.array_equal(later.codes, other.batch(5, 3).codes)


def test_steps_per_epoch_goes_on_where_the_epoch_before_ended():
    feed = make_feed([rows_of_numbers(96), rows_of_numbers(4)], [0, 1], steps_per_epoch=5)
    drawn = np.concatenate(
        [numbers(b.codes) + 1000 * b.y for e in (0, 1) for b in epoch_of(feed, e)]
    )
    assert len(drawn) == len(set(drawn)) == 80
    batches = [batch for epoch in range(5) for batch in epoch_of(feed, epoch)]
    drawn = np.concatenate([numbers(b.codes) + 1000 * b.y for b in batches])
    assert sorted(np.unique(drawn, return_counts=True)[1]) == [2] * 100


@pytest.mark.parametrize("batch_size", [8, 9, 10])
def test_balanced_batches(batch_size):
    rows = [rows_of_numbers(150), rows_of_numbers(3), rows_of_numbers(50)]
    feed = make_feed(rows, [0, 1, 2], balanced=True, batch_size=batch_size)
    total = np.zeros(3, dtype=int)
    small = []
    for epoch in range(2):
        for batch in epoch_of(feed, epoch):
            counts = np.bincount(batch.y, minlength=3)
            assert counts.max() - counts.min() <= 1
            total += counts
            small.extend(numbers(batch.codes[batch.y == 1]))
    assert total.sum() == 2 * 203
    assert total.max() - total.min() <= 1
    repeats = np.bincount(small)
    assert repeats.max() - repeats.min() <= 1


@pytest.mark.parametrize(
    ("limits", "per_row"),
    [({"max_windows": 10}, [10, 10, 5]), ({"proportion": 0.25}, [25, 10, 2])],
)
def test_limits_of_a_row_are_drawn_anew_each_epoch(limits, per_row):
    rows = [rows_of_numbers(100), rows_of_numbers(40), rows_of_numbers(5)]
    windows = FastaWindowTransformer(4, random_offset=False, **limits)
    feed = make_feed(rows, [0, 1, 2], windows=windows)
    seen = []
    for epoch in range(2):
        batches = epoch_of(feed, epoch)
        y = np.concatenate([batch.y for batch in batches])
        drawn = np.concatenate([numbers(batch.codes) for batch in batches])
        assert np.bincount(y).tolist() == per_row
        assert all(len(set(drawn[y == row])) == n for row, n in enumerate(per_row))
        seen.append(set(drawn[y == 0]))
    assert seen[0] != seen[1]
    assert max(np.diff(sorted(seen[0]))) > 1  # not a consecutive run


@pytest.mark.parametrize(
    ("settings", "weight", "drawn", "of_loss"),
    [
        ({}, None, [100, 40, 4], [1, 1, 1]),
        ({"draw_rows": "equal"}, None, [48, 48, 48], [1, 1, 1]),
        ({"draw_rows": "equal"}, [3, 1, 2], [48, 48, 48], [1.5, 0.5, 1]),
        ({"draw_rows": "equal", "max_windows": 7}, None, [6, 6, 6], [1, 1, 1]),
        ({"draw_rows": "weight"}, [3, 1, 2], [72, 24, 48], [1, 1, 1]),
        ({"draw_rows": "weight"}, [1, 0, 1], [72, 0, 72], [1, None, 1]),
        ({"draw_rows": "weight"}, [1, 1, 1e-9], [72, 71, 1], [1, 1, 1]),
    ],
)
def test_rows_are_drawn_by_length_equally_or_by_weight(settings, weight, drawn, of_loss):
    rows = [rows_of_numbers(100), rows_of_numbers(40), rows_of_numbers(4)]
    windows = FastaWindowTransformer(4, random_offset=False, **settings)
    feed = make_feed(rows, [0, 1, 2], windows=windows, weight=weight)
    for epoch in range(2):
        batches = epoch_of(feed, epoch)
        y = np.concatenate([batch.y for batch in batches])
        weights = np.concatenate([batch.weight for batch in batches])
        codes = np.concatenate([numbers(batch.codes) for batch in batches])
        assert np.abs(np.bincount(y, minlength=3) - drawn).max() <= 1
        for row, expected in enumerate(of_loss):
            assert all(weights[y == row] == expected)
            _, times = np.unique(codes[y == row], return_counts=True)
            if len(times):  # no window twice before all are drawn
                assert times.max() <= -(-sum(y == row) // (100, 40, 4)[row])


def test_random_offsets_reach_every_base():
    windows = FastaWindowTransformer(4, stride=4)
    feed = make_feed([rows_of_numbers(8)], [0], windows=windows)
    codes = np.concatenate([feed.batch(epoch, 0).codes for epoch in range(200)])
    fixed = np.concatenate([feed.batch(epoch, 0).codes for epoch in range(200)])
    np.testing.assert_array_equal(codes, fixed)
    view = np.lib.stride_tricks.sliding_window_view(
        windows.fit_transform([rows_of_numbers(8)]).sequences.codes, 4
    )
    assert set(numbers(codes)) == set(numbers(view))


def test_random_offsets_draw_the_ends_of_records_too():
    length, window = 60, 20
    windows = FastaWindowTransformer(window)
    grid = windows.fit_transform(["A" * length])._training_grid()
    index = np.tile(np.arange(grid.n_windows), 4000)
    uniform = np.random.default_rng(0).random(len(index))
    starts = grid.drawn_starts(index, np.zeros_like(index), uniform)
    drawn = np.bincount((starts[:, None] + np.arange(window)).ravel(), minlength=length)
    share = drawn / drawn.mean()
    assert share.min() > 0.4  # 1/14 if starts were drawn evenly from those inside
    assert share.max() < 1.6


def test_flip_turns_half_of_the_windows():
    feed = make_feed(["A" * 4000], [0], flip=True, batch_size=1000)
    codes = feed.batch(0, 0).codes
    assert set(map(tuple, codes)) == {(0, 0, 0, 0), (3, 3, 3, 3)}
    assert 0.45 < (codes[:, 0] == 3).mean() < 0.55


@pytest.mark.parametrize("balanced", [False, True])
def test_weights_have_a_mean_of_one(balanced):
    rows = [rows_of_numbers(30), rows_of_numbers(10), rows_of_numbers(20)]
    feed = make_feed(rows, [0, 1, 1], weight=[5.0, 1.0, 2.0], balanced=balanced, batch_size=60)
    batches = [feed.batch(epoch, 0) for epoch in range(30)]
    weight = np.concatenate([batch.weight for batch in batches])
    y = np.concatenate([batch.y for batch in batches])
    assert weight.mean() == pytest.approx(1, abs=1e-3)
    assert weight[y == 0].mean() / weight[y == 1].mean() == pytest.approx(3, rel=0.02)
