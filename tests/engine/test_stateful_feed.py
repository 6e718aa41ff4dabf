"""The feed of networks that carry state: each lane reads records window by window."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skdeepg.engine.data import LabelledWindows
from skdeepg.engine.stateful_feed import StatefulFeed, share_out
from skdeepg.sequences.grid import Intervals
from tests.engine.stateful_networks import WINDOW, cut
from tests.toys import random_sequences

LETTERS = "ACGTN-"
ROWS = random_sequences([50, 31, 7, 64, 20, 20, 13])


def make_feed(rows=ROWS, weight=None, blocked=None, settings=None, **parameters):
    stretches, target = cut(rows, **parameters)
    weight = np.ones(len(rows)) if weight is None else np.asarray(weight, dtype=float)
    y = np.zeros(len(rows), dtype=np.int32)
    data = LabelledWindows(stretches, stretches._training_grid(blocked), y, weight, target)
    return StatefulFeed(data, **{"seed": 0, "batch_size": 4, "steps_per_epoch": None} | settings)


def epoch_of(feed, epoch=0):
    batches = [feed.batch(epoch, step) for step in range(feed.steps)]
    return [batch for batch in batches if len(batch.codes)]


def chains(batches):
    """Put together what each lane reads from one fresh state to the next, with the targets."""
    found = []
    for lane in range(len(batches[0].codes)):
        for batch in batches:
            if batch.fresh[lane]:
                found.append("")
            if batch.y[lane] >= 0:
                text = "".join(LETTERS[code] for code in batch.codes[lane])
                # The target of a window is the first base of the next one.
                assert found[-1][-1:] in ("", text[0])
                found[-1] = found[-1][:-1] + text + LETTERS[batch.y[lane]]
            else:
                assert batch.weight[lane] == 0
    return found


def readable(row, offset=0):
    """Cut what windows cover from an offset on."""
    return row[offset : offset + (len(row) - offset - 1) // WINDOW * WINDOW + 1]


def turn(row):
    return row.translate(str.maketrans("ACGT", "TGCA"))[::-1]


def feed_of(**settings):
    return make_feed(settings=settings)


def test_an_epoch_reads_every_record_once_from_window_to_window():
    feed = make_feed(random_offset=False, stride=2, settings={})
    for epoch in range(3):
        batches = epoch_of(feed, epoch)
        assert sorted(chains(batches)) == sorted(readable(row) for row in ROWS)
    assert chains(batches) != chains(epoch_of(feed, 0))
    assert {len(batch.codes) for batch in batches} == {feed.largest_batch}


def test_offsets_are_drawn_anew_below_the_window_length():
    feed = make_feed(settings={})
    seen = set()
    for epoch in range(60):
        read = chains(epoch_of(feed, epoch))
        assert len(read) == len(ROWS)
        for text in read:
            [row] = [row for row in ROWS if text in row]
            offset = row.index(text)
            assert text == readable(row, offset)
            seen.add((row, offset))
    assert seen == {(row, i) for row in ROWS for i in range(min(WINDOW, len(row) - WINDOW))}


def test_a_batch_is_a_pure_function_of_seed_epoch_and_step():
    for steps in (None, 5):
        feed, again = (feed_of(flip=True, steps_per_epoch=steps) for _ in "ab")
        later = feed.batch(7, 3)
        for epoch, step in [(0, 0), (7, 3), (2, 1)]:
            for a, b in zip(feed.batch(epoch, step), again.batch(epoch, step), strict=True):
                np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(later.codes, feed.batch(7, 3).codes)
        other = feed_of(flip=True, steps_per_epoch=steps, seed=1)
        assert not np.array_equal(later.codes, other.batch(7, 3).codes)


def test_records_are_turned_as_a_whole():
    feed = make_feed(random_offset=False, settings={"flip": True})
    turned = 0
    for epoch in range(20):
        read = chains(epoch_of(feed, epoch))
        forward = {readable(row) for row in ROWS}
        backward = {readable(turn(row)) for row in ROWS}
        assert set(read) <= forward | backward
        turned += len(set(read) & backward)
    assert 0.3 < turned / (20 * len(ROWS)) < 0.7


def test_after_a_gap_the_state_starts_anew():
    row = "ACGTACGTACGTAC" + "N" + "GGTTGGTTGGTTGG"
    feed = make_feed([row], ambiguous="drop", random_offset=False, stride=1, settings={})
    assert sorted(chains(epoch_of(feed))) == ["ACGTACGTACGTA", "GGTTGGTTGGTTG"]
    blocked = Intervals(np.array([0]), np.array([10]), np.array([12]))
    for epoch in range(5):
        for text in chains(epoch_of(make_feed([ROWS[0]], blocked=blocked, settings={}), epoch)):
            assert text in ROWS[0][:10] or text in ROWS[0][12:]


def test_a_record_shorter_than_a_window_is_one_padded_window():
    batches = epoch_of(make_feed(["ACG"], settings={}))
    assert chains(batches) == ["----ACG"]


def test_lanes_end_together_if_they_can():
    rows = random_sequences([61] * 8)
    feed = make_feed(rows, random_offset=False, settings={})
    assert (feed.largest_batch, feed.steps) == (4, 20)
    assert all((batch.weight == 1).all() for batch in epoch_of(feed))


def test_lanes_are_no_more_than_the_longest_record_leaves_work_for():
    feed = make_feed(
        random_sequences([601, 61, 61]), random_offset=False, settings={"batch_size": 9}
    )
    assert (feed.largest_batch, feed.steps) == (2, 100)


def test_an_epoch_ends_with_its_last_window():
    feed = make_feed([ROWS[0]], settings={"batch_size": 1})
    lengths = {len(epoch_of(feed, epoch)) for epoch in range(20)}
    assert lengths == {feed.steps - 1, feed.steps}
    assert all((b.y >= 0).any() for epoch in range(20) for b in epoch_of(feed, epoch))


def test_steps_per_epoch_goes_on_where_the_epoch_before_ended():
    whole = make_feed(random_offset=False, settings={})
    parts = make_feed(random_offset=False, settings={"steps_per_epoch": 3})
    passes = [batch for number in range(4) for batch in epoch_of(whole, number)]
    steps = [(i // 3, i % 3) for i in range(len(passes))]
    for (epoch, step), expected in zip(steps, passes, strict=True):
        batch = parts.batch(epoch, step)
        np.testing.assert_array_equal(batch.codes, expected.codes)
        np.testing.assert_array_equal(batch.y, expected.y)
        np.testing.assert_array_equal(batch.fresh, expected.fresh | (step == 0))


def test_weights_are_those_of_rows_with_a_mean_of_one():
    feed = make_feed(ROWS[:2], weight=[3, 1], random_offset=False, settings={"batch_size": 1})
    batches = epoch_of(feed)
    weights = np.concatenate([batch.weight for batch in batches])
    heavy = np.concatenate([["".join(LETTERS[c] for c in b.codes[0]) in ROWS[0]] for b in batches])
    assert weights.mean() == pytest.approx(1)
    np.testing.assert_allclose(weights[heavy] / weights[~heavy].mean(), 3)


@pytest.mark.parametrize("limit", [{"max_windows": 3}, {"proportion": 0.5}])
def test_single_windows_of_a_row_are_refused(limit):
    [name] = limit
    with pytest.raises(ValueError, match=f"{name}=.* reads records window by window; set {name}"):
        make_feed(settings={}, **limit)


def test_other_draws_of_rows_are_refused():
    with pytest.raises(ValueError, match="draw_rows='equal' .* leave draw_rows='length'"):
        make_feed(draw_rows="equal", settings={})


@given(st.lists(st.integers(1, 50), min_size=1, max_size=40), st.integers(1, 40))
def test_lanes_share_work_evenly(work, n_lanes):
    n_lanes = min(n_lanes, len(work))
    lanes = share_out(np.array(work), n_lanes, np.random.default_rng(0))
    loads = np.bincount(lanes, weights=work, minlength=n_lanes)
    assert loads.sum() == sum(work)
    assert loads.min() > 0
    assert loads.max() <= sum(work) / n_lanes + max(work)
