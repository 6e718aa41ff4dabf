"""cut_windows: training windows as a 2-D array, with y and groups to match."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import GroupKFold

from skdeepg.exceptions import LostDataWarning
from skdeepg.sequences import FastaWindowTransformer, Vocabulary, cut_windows, read_sequences

DNA = Vocabulary("ACGT")
ROWS = ["ACGTAC", "GG", "TTTTTTTTT"]


def texts(codes):
    return [DNA.decode(window) for window in codes]


def random_rows(n_rows, length, seed=0):
    letters = np.random.default_rng(seed).choice(list("ACGT"), (n_rows, length))
    return ["".join(row) for row in letters]


def cutter(window_length, **settings):
    return FastaWindowTransformer(window_length, **settings)


def test_codes_y_and_groups_belong_together():
    codes, y, groups = cut_windows(ROWS, ["a", "b", "c"], windows=4)
    assert codes.dtype == np.uint8
    assert texts(codes) == ["ACGT", "GTAC", "__GG", "TTTT", "TTTT", "TTTT"]
    assert y.tolist() == ["a", "a", "b", "c", "c", "c"]
    assert groups.dtype == np.int64
    assert groups.tolist() == [0, 0, 1, 2, 2, 2]


def test_without_y():
    codes, y, groups = cut_windows(read_sequences(ROWS), windows=4)
    assert (len(codes), y, len(groups)) == (6, None, 6)


@pytest.mark.parametrize(
    "y",
    [
        np.array([[1, 0], [0, 1], [1, 1]]),
        np.array([2.5, 0.5, 1.0]),
        pd.Series(["x", "y", "z"], index=[9, 8, 7]),
        ("x", "y", "z"),
    ],
    ids=["labels of two columns", "numbers", "Series", "tuple"],
)
def test_labels_of_any_kind(y):
    _, cut_y, groups = cut_windows(ROWS, y, windows=4)
    np.testing.assert_array_equal(cut_y, np.asarray(y)[groups])


def test_window_length_is_500_by_default():
    codes, _, _ = cut_windows(random_rows(1, 1200))
    assert codes.shape == (3, 500)


def test_width_is_the_window_length_for_a_transformer_too():
    codes, _, groups = cut_windows(ROWS, windows=cutter(4, stride=2, tail="drop", short="repeat"))
    assert texts(codes) == ["ACGT", "GTAC", "GGGG", "TTTT", "TTTT", "TTTT"]
    assert groups.tolist() == [0, 0, 1, 2, 2, 2]


def test_transformer_stays_as_it_was():
    windows = cutter(4, random_offset=True)
    cut_windows(ROWS, windows=windows)
    assert windows.random_offset is True
    assert not hasattr(windows, "vocabulary_")


def test_random_offset_does_not_act():
    row = random_rows(1, 50)
    assert texts(cut_windows(row, windows=cutter(4))[0]) == texts(cut_windows(row, windows=4)[0])


@pytest.mark.parametrize("random_offset", [True, False])
def test_dropping_restarts_the_grid_whatever_the_random_offset(random_offset):
    settings = {"ambiguous": "drop", "tail": "drop", "random_offset": random_offset}
    codes, _, _ = cut_windows(["ACGNTTGACAGT"], windows=cutter(3, stride=6, **settings))
    assert texts(codes) == ["ACG", "GAC"]


def test_ambiguous_windows_are_dropped_and_rows_without_windows_said():
    rows = ["ACGNTTGACA", "NNNNN", "ACG"]
    with pytest.warns(LostDataWarning, match=r"1 of 3 rows give no window: '1'\."):
        codes, y, groups = cut_windows(rows, [0, 1, 2], windows=cutter(3, ambiguous="drop"))
    assert texts(codes) == ["ACG", "TTG", "ACA", "ACG"]
    assert y.tolist() == groups.tolist() == [0, 0, 0, 2]


def test_short_rows_are_dropped_and_said(write):
    rows = ["AC", write(">a\nG\n>b\nGG\n", "x.fasta"), "ACGT", "", "A"]
    rows[3] = "CC"
    with pytest.warns(LostDataWarning, match="4 of 5 rows .*: '0', 'x.fasta', '3', ..."):
        codes, _, groups = cut_windows(rows, windows=cutter(3, short="drop"))
    assert texts(codes) == ["ACG", "CGT"]
    assert groups.tolist() == [2, 2]


@pytest.mark.parametrize(
    ("rows", "settings"),
    [(["AC", "G"], {"short": "drop"}), (["ANN", "NNA"], {"ambiguous": "drop"})],
)
def test_no_window_at_all_is_an_error(rows, settings):
    with pytest.raises(
        ValueError, match="No window is left of 2 rows: all are shorter than window"
    ):
        cut_windows(rows, windows=cutter(3, **settings))


def test_errors_of_input():
    with pytest.raises(ValueError, match="X has 3 rows but y has 2 labels"):
        cut_windows(ROWS, ["a", "b"], windows=4)
    with pytest.raises(ValueError, match="X is a 2-D array of codes: it is cut already"):
        cut_windows(np.zeros((2, 4), dtype=int), windows=4)
    with pytest.raises(ValueError, match="'window_length' parameter"):
        cut_windows(ROWS, windows=0)
    with pytest.raises(ValueError, match="shorter than window_length=4"):
        cut_windows(ROWS, windows=cutter(4, short="error"))


def starts(codes, row):
    """Where windows of a row lie that has each window once."""
    return [row.index(text) for text in texts(codes)]


def test_max_windows_draws_different_windows_of_each_row():
    rows = random_rows(3, 300)
    windows = cutter(12, stride=1, max_windows=20, random_state=0)
    codes, y, groups = cut_windows([*rows, "ACGT"], list("abcd"), windows)
    assert np.bincount(groups).tolist() == [20, 20, 20, 1]
    assert "".join(y) == "a" * 20 + "b" * 20 + "c" * 20 + "d"
    for number, row in enumerate(rows):
        drawn = starts(codes[groups == number], row)
        assert drawn == sorted(set(drawn))
        # Drawn at random all over the row, not one run as in deepG.
        assert min(drawn) < 50
        assert max(drawn) > 240
        assert len(set(np.diff(drawn))) > 3


def test_max_windows_above_the_number_of_windows_keeps_all():
    codes, _, _ = cut_windows(ROWS, windows=cutter(4, max_windows=50))
    assert texts(codes) == texts(cut_windows(ROWS, windows=4)[0])


@pytest.mark.parametrize(
    ("settings", "counts"),
    [
        ({"proportion": 1.0}, [10, 5, 1]),
        ({"proportion": 0.5}, [5, 3, 1]),
        ({"proportion": 0.01}, [1, 1, 1]),
        ({"proportion": 0.5, "max_windows": 4}, [4, 3, 1]),
        ({"max_windows": 1}, [1, 1, 1]),
    ],
)
def test_proportion_is_rounded_up_so_that_no_row_is_lost(settings, counts):
    rows = ["A" * 40, "C" * 20, "GG"]
    codes, _, groups = cut_windows(rows, windows=cutter(4, random_state=0, **settings))
    assert np.bincount(groups).tolist() == counts
    assert [text[-1] for text in texts(codes)] == ["ACG"[row] for row in groups]


def test_random_state_fixes_the_draw_and_leaves_numpy_alone():
    rows = random_rows(2, 500)

    def draw(random_state):
        return texts(
            cut_windows(rows, windows=cutter(9, max_windows=5, random_state=random_state))[0]
        )

    before = np.random.get_state(legacy=False)
    assert draw(0) == draw(0)
    assert draw(0) != draw(1)
    assert draw(None) != draw(None)
    assert draw(np.random.RandomState(3)) == draw(np.random.RandomState(3))
    np.testing.assert_equal(np.random.get_state(legacy=False), before)


def test_groups_keep_windows_of_a_row_together():
    codes, y, groups = cut_windows(random_rows(6, 40), [0, 1] * 3, windows=10)
    for train, test in GroupKFold(3).split(codes, y, groups):
        assert set(groups[train]).isdisjoint(groups[test])


@given(
    st.lists(st.text("ACGT", min_size=1, max_size=40), min_size=1, max_size=5),
    st.integers(1, 8),
    st.integers(1, 10),
    st.integers(1, 5),
    st.sampled_from(["anchor", "drop"]),
)
def test_drawn_windows_are_some_of_all(rows, window_length, stride, most, tail):
    settings = {"stride": stride, "tail": tail, "random_state": 0}
    every, _, every_groups = cut_windows(rows, windows=cutter(window_length, **settings))
    some, _, groups = cut_windows(rows, windows=cutter(window_length, max_windows=most, **settings))
    for row in range(len(rows)):
        available = texts(every[every_groups == row])
        drawn = texts(some[groups == row])
        assert len(drawn) == min(len(available), most)
        remaining = iter(available)
        assert all(window in remaining for window in drawn)  # in the same order


class TestTargets:
    """For language models a window comes with its target: one base more."""

    @pytest.mark.parametrize("target", ["next", "middle", "middle_cnn", "all"])
    def test_rows_are_a_base_longer_in_the_order_of_the_sequence(self, target):
        codes, y, groups = cut_windows(ROWS, ["a", "b", "c"], windows=4, target=target)
        assert texts(codes) == ["ACGTA", "CGTAC", "___GG", "TTTTT", "TTTTT"]
        assert (y.tolist(), groups.tolist()) == (["a", "a", "b", "c", "c"], [0, 0, 1, 2, 2])

    def test_stride_and_tail_are_those_of_windows(self):
        row = random_rows(1, 40)
        codes, _, _ = cut_windows(row, windows=cutter(4, stride=7, tail="drop"), target="next")
        assert texts(codes) == [row[0][start : start + 5] for start in range(0, 36, 7)]

    def test_short_records(self):
        rows = ["ACGT", "ACGTA"]  # one is long enough for a window, but not for its target
        codes = {
            short: texts(cut_windows(rows, windows=cutter(4, short=short), target="next")[0])
            for short in ("pad", "repeat")
        }
        assert codes == {"pad": ["_ACGT", "ACGTA"], "repeat": ["ACGTA", "ACGTA"]}
        with pytest.warns(LostDataWarning, match="1 of 2 rows give no window: '0'"):
            codes, _, _ = cut_windows(rows, windows=cutter(4, short="drop"), target="next")
        assert texts(codes) == ["ACGTA"]
        with pytest.raises(ValueError, match=r"1 records are shorter than window_length \+ 1=5"):
            cut_windows(rows, windows=cutter(4, short="error"), target="next")
        with pytest.raises(ValueError, match=r"window_length=5 \(with the target"):
            cut_windows(rows[:1], windows=cutter(4, short="drop"), target="next")

    def test_windows_with_dropped_letters_in_window_or_target(self):
        row = ["ACGTNACGTACN"]
        codes, _, _ = cut_windows(row, windows=cutter(4, stride=1, ambiguous="drop"), target="next")
        assert texts(codes) == ["ACGTA", "CGTAC"]

    def test_limits(self):
        codes, _, groups = cut_windows(
            random_rows(2, 50),
            windows=cutter(4, stride=1, max_windows=3, random_state=0),
            target="all",
        )
        assert (codes.shape, groups.tolist()) == ((6, 5), [0, 0, 0, 1, 1, 1])

    @given(st.lists(st.text("ACGTN", min_size=1, max_size=20), min_size=1, max_size=4))
    def test_random_rows(self, rows):
        """A stretch of a window and its target is cut as a window of that length."""
        expected = cut_windows(rows, windows=cutter(5, stride=3))
        for one, other in zip(
            cut_windows(rows, windows=cutter(4, stride=3), target="middle"), expected, strict=True
        ):
            np.testing.assert_array_equal(one, other)

    def test_an_unknown_target(self):
        with pytest.raises(ValueError, match="None or one of 'next', .* not 'left'"):
            cut_windows(ROWS, windows=4, target="left")


def test_qualities_have_no_place_in_codes():
    with pytest.raises(ValueError, match="quality=True is not for cut_windows"):
        cut_windows(["ACGT"], windows=FastaWindowTransformer(4, quality=True))
