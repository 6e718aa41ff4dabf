"""Where windows lie: starts, tails, short records, blocked stretches, random offsets."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from skdeepg.sequences import read_sequences
from skdeepg.sequences.grid import (
    Intervals,
    ambiguous_stretches,
    free_stretches,
    make_grid,
)


def records_of(*lengths, rows=None):
    """Records one after the other in a buffer; each is a row of its own, or as `rows` says."""
    ends = np.cumsum(lengths, dtype=np.int64)
    row = np.arange(len(lengths)) if rows is None else np.array(rows)
    length = np.array(lengths, dtype=np.int64)
    return SimpleNamespace(row=row, start=ends - length, end=ends, length=length)


def intervals(*triples):
    return Intervals(*np.array(triples, dtype=np.int64).reshape(-1, 3).T)


def triples(stretches):
    return list(zip(stretches.record, stretches.start, stretches.end, strict=True))


def lay(records, window_length, stride, anchor_tail=True, keep_short=True, **options):
    n_rows = int(records.row.max()) + 1
    return make_grid(
        records,
        n_rows,
        window_length,
        stride,
        anchor_tail=anchor_tail,
        keep_short=keep_short,
        **options,
    )


def starts(grid):
    return grid.starts(np.arange(grid.n_windows)).tolist()


@pytest.mark.parametrize(
    ("length", "window_length", "stride", "expected"),
    [
        (10, 4, 4, [0, 4, 6]),
        (12, 4, 4, [0, 4, 8]),
        (10, 4, 1, [0, 1, 2, 3, 4, 5, 6]),
        (10, 4, 5, [0, 5, 6]),
        (10, 4, 6, [0, 6]),
        (10, 4, 100, [0, 6]),
        (4, 4, 3, [0]),
        (5, 4, 4, [0, 1]),
        (10, 1, 3, [0, 3, 6, 9]),
        (3, 4, 2, [0]),
    ],
)
def test_starts_with_and_without_an_anchored_tail(length, window_length, stride, expected):
    anchored = lay(records_of(length), window_length, stride)
    assert starts(anchored) == expected
    assert anchored.n_windows == len(expected)
    dropped = lay(records_of(length), window_length, stride, anchor_tail=False)
    assert starts(dropped) == [start for start in expected if start % stride == 0]


def test_windows_of_several_records_and_rows():
    grid = lay(records_of(10, 4, 6, 9, rows=[0, 0, 2, 2]), 4, 4)
    assert starts(grid) == [0, 4, 6, 10, 14, 16, 20, 24, 25]
    assert grid.row[grid.run_of(np.arange(9))].tolist() == [0, 0, 0, 0, 2, 2, 2, 2, 2]
    assert grid.windows_per_row.tolist() == [4, 0, 5]


def test_starts_of_some_windows_in_any_order():
    grid = lay(records_of(10, 4, 6), 4, 4)
    index = np.array([5, 0, 2, 2])
    assert grid.starts(index).tolist() == [16, 0, 6, 6]
    assert grid.starts(index, grid.run_of(index)).tolist() == [16, 0, 6, 6]


def test_short_records_make_one_window_or_none():
    records = records_of(3, 10, 1)
    kept = lay(records, 4, 6)
    assert starts(kept) == [0, 3, 9, 13]
    assert kept.is_short(kept.run_of(np.arange(4))).tolist() == [True, False, False, True]
    dropped = lay(records, 4, 6, keep_short=False)
    assert starts(dropped) == [3, 9]
    assert dropped.windows_per_row.tolist() == [0, 2, 0]


def test_memory_is_a_run_a_record_whatever_the_stride():
    grid = lay(records_of(1_000_000, 1_000_000), 500, 1)
    assert grid.n_windows == 2 * 999_501
    assert len(grid.first) == 2


@given(st.lists(st.integers(1, 40), min_size=1), st.integers(1, 12), st.integers(1, 15))
def test_number_of_windows_and_their_places(lengths, window_length, stride):
    grid = lay(records_of(*lengths), window_length, stride)
    expected = [max(-(-(n - window_length) // stride), 0) + 1 for n in lengths]
    assert grid.windows_per_row.tolist() == expected
    run = grid.run_of(np.arange(grid.n_windows))
    record, start = grid.record[run], grid.starts(np.arange(grid.n_windows), run)
    assert (start >= grid.records.start[record]).all()
    whole = ~grid.is_short(run)
    assert (start + window_length <= grid.records.end[record])[whole].all()
    # No base is left out as long as windows touch.
    if stride <= window_length:
        covered = (start[:, np.newaxis] + np.arange(window_length)).ravel()
        assert set(range(sum(lengths))) <= set(covered.tolist())


@pytest.mark.parametrize(
    ("blocked", "expected"),
    [
        ([], [(0, 0, 10), (1, 10, 14)]),
        ([(0, 3, 5)], [(0, 0, 3), (0, 5, 10), (1, 10, 14)]),
        ([(0, 0, 2), (0, 8, 10)], [(0, 2, 8), (1, 10, 14)]),
        ([(0, 0, 10)], [(1, 10, 14)]),
        ([(0, 0, 10), (1, 10, 14)], []),
        ([(1, 11, 12), (0, 6, 8), (0, 2, 7)], [(0, 0, 2), (0, 8, 10), (1, 10, 11), (1, 12, 14)]),
        ([(0, 2, 9), (0, 3, 5)], [(0, 0, 2), (0, 9, 10), (1, 10, 14)]),
        ([(0, 8, 13)], [(0, 0, 8), (1, 10, 14)]),
        ([(0, 3, 5), (0, 5, 6)], [(0, 0, 3), (0, 6, 10), (1, 10, 14)]),
    ],
)
def test_free_stretches(blocked, expected):
    assert triples(free_stretches(records_of(10, 4), intervals(*blocked))) == expected


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 19), st.integers(1, 20))))
def test_free_stretches_are_what_is_not_blocked(drawn):
    records = records_of(20, 20, 20)
    blocked = [(r, 20 * r + s, min(20 * r + s + n, 20 * r + 20)) for r, s, n in drawn]
    free = triples(free_stretches(records, intervals(*blocked)))
    covered = [p for _, start, end in free for p in range(start, end)]
    touched = {p for _, start, end in blocked for p in range(start, end)}
    assert covered == sorted(set(range(60)) - touched)


def test_no_window_touches_a_blocked_stretch():
    records = records_of(20, 12)
    grid = lay(records, 4, 3, blocked=intervals((0, 7, 9), (1, 22, 23)))
    # The stretches are 0-7, 9-20, 20-22 (too short) and 23-32; tails are anchored at the records'
    # ends only.
    assert starts(grid) == [0, 3, 9, 12, 15, 16, 23, 26, 28]
    dropped = lay(records, 4, 3, anchor_tail=False, blocked=intervals((0, 7, 9), (1, 22, 23)))
    assert starts(dropped) == [0, 3, 9, 12, 15, 23, 26]


def test_restarting_keeps_the_stride_to_the_window_before():
    records = records_of(20, 12)
    blocked = intervals((0, 7, 8), (1, 22, 23))
    # After the window at 3 the next starts at 8 or later; with stride 6 after that at 0, at 8;
    # with stride 10 at 10.
    for stride, expected in [
        (3, [0, 3, 8, 11, 14, 23, 26]),
        (6, [0, 8, 14, 23]),
        (10, [0, 10, 23]),
    ]:
        grid = lay(records, 4, stride, anchor_tail=False, blocked=blocked, restart=True)
        assert starts(grid) == expected
    cut = lay(records, 4, 10, anchor_tail=False, blocked=blocked)
    assert starts(cut) == [0, 8, 23]


def test_restarting_still_anchors_the_tail():
    grid = lay(records_of(20), 4, 3, blocked=intervals((0, 7, 8)), restart=True)
    assert starts(grid) == [0, 3, 8, 11, 14, 16]


def test_restarting_gives_no_window_to_a_last_stretch_within_the_stride():
    grid = lay(records_of(20), 4, 10, blocked=intervals((0, 15, 16)), restart=True)
    assert starts(grid) == [0, 10]
    assert starts(lay(records_of(20), 4, 10, blocked=intervals((0, 15, 16)))) == [0, 10, 16]


def test_short_records_are_blocked_as_a_whole():
    records = records_of(3, 3, 8)
    blocked = intervals((1, 4, 5))
    assert starts(lay(records, 4, 4, blocked=blocked)) == [0, 6, 10]
    assert starts(lay(records, 4, 4, blocked=blocked, restart=True)) == [0, 6, 10]


@given(
    st.lists(st.booleans(), min_size=1, max_size=60),
    st.integers(1, 5),
    st.integers(1, 7),
    st.booleans(),
    st.booleans(),
)
def test_blocked_windows_against_a_slow_walk(clean, window_length, stride, anchor, restart):
    """The rule in words: the first clean start a stride or more behind the last one used."""
    records = records_of(len(clean))
    blocked = intervals(*[(0, i, i + 1) for i, ok in enumerate(clean) if not ok])
    grid = lay(records, window_length, stride, anchor, False, blocked=blocked, restart=restart)
    fits = [
        all(clean[i : i + window_length]) for i in range(max(len(clean) - window_length + 1, 0))
    ]
    expected, next_start = [], 0
    for start, fit in enumerate(fits):
        new_stretch = not restart and (start == 0 or not fits[start - 1])
        if fit and (start >= next_start or new_stretch):
            expected.append(start)
            next_start = start + stride
    last = len(fits) - 1
    in_last_stretch = expected and all(fits[expected[-1] :])
    if anchor and in_last_stretch and expected[-1] < last:
        expected.append(last)
    assert starts(grid) == expected


def test_ambiguous_stretches_of_records():
    X = read_sequences(["NNACGTNRYA", "ACGT", "N", "ANAN"])
    found = ambiguous_stretches(X.codes, X.records(), 4)
    assert triples(found) == [
        *((0, 0, 2), (0, 6, 9)),
        (2, 14, 15),
        *((3, 16, 17), (3, 18, 19)),
    ]
    assert len(found) == 5
    clean = X[[1]]
    assert len(ambiguous_stretches(clean.codes, clean.records(), 4)) == 0


def test_stretches_of_some_rows():
    records = records_of(5, 5, 5, 5, rows=[0, 1, 1, 2])
    blocked = intervals((0, 1, 2), (2, 10, 12), (3, 16, 17), (1, 5, 6))
    chosen = blocked.of_rows(np.array([1, 2]), records)
    assert triples(chosen) == [(1, 10, 12), (2, 16, 17), (0, 5, 6)]
    assert len(blocked.of_rows(np.array([], dtype=int), records)) == 0


def test_drawn_starts_stay_in_their_share_of_the_run():
    grid = lay(records_of(100, 7), 10, 30)
    index = np.arange(grid.n_windows)
    run = grid.run_of(index)
    lowest = grid.drawn_starts(index, run, np.zeros(len(index)))
    highest = grid.drawn_starts(index, run, np.full(len(index), 1 - 1e-12))
    # 99 starts from -4 to 94 for 4 windows, put within 0 to 90; the short record has one start
    assert lowest.tolist() == [0, 20, 45, 70, 100]
    assert highest.tolist() == [20, 45, 70, 90, 100]


@given(
    st.lists(st.integers(1, 60), min_size=1, max_size=5),
    st.integers(1, 10),
    st.integers(1, 20),
    st.floats(0, 1, exclude_max=True),
)
def test_drawn_starts_stay_in_their_stretch(lengths, window_length, stride, uniform):
    records = records_of(*lengths)
    blocked = intervals(*[(i, records.start[i], records.start[i] + 1) for i in range(len(lengths))])
    grid = lay(records, window_length, stride, blocked=blocked)
    index = np.arange(grid.n_windows)
    run = grid.run_of(index)
    drawn = grid.drawn_starts(index, run, np.full(len(index), uniform))
    assert (drawn > records.start[grid.record[run]]).all()
    assert (drawn + window_length <= records.end[grid.record[run]]).all()


@pytest.mark.parametrize(("length", "window_length", "stride"), [(50, 8, 7), (43, 8, 100)])
def test_every_start_is_drawn_equally_often_and_the_ends_more(length, window_length, stride):
    grid = lay(records_of(length), window_length, stride)
    index = np.repeat(np.arange(grid.n_windows), 20_000)
    uniform = np.random.default_rng(0).random(len(index))
    drawn = grid.drawn_starts(index, grid.run_of(index), uniform)
    counts = np.bincount(drawn, minlength=length - window_length + 1)
    expected = np.ones(length - window_length + 1)
    expected[[0, -1]] = 4  # three starts outside a record are put on its first and its last
    assert chisquare(counts, expected / expected.sum() * len(index)).pvalue > 0.01
