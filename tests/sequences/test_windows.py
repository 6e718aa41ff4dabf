"""SequenceWindows: rows that know their windows; codes, coordinates, groups, both strands."""

import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import train_test_split
from sklearn.utils import _safe_indexing

from skdeepg.sequences import FastaWindowTransformer, SequenceWindows, Vocabulary, read_sequences
from skdeepg.sequences.grid import Intervals
from skdeepg.sequences.windows import Cut, name_some, windows_from_codes

DNA = Vocabulary("ACGT")


def cut(rows, window_length, **settings):
    return FastaWindowTransformer(window_length, **settings).fit_transform(rows)


def texts(codes):
    return [DNA.decode(window) for window in codes]


def windows_of(rows, window_length, **settings):
    return texts(cut(rows, window_length, **settings).to_array())


def training_windows_of(rows, window_length, blocked=None, **settings):
    windows = cut(rows, window_length, **settings)
    grid = windows._training_grid(blocked)
    index = np.arange(grid.n_windows)
    run = grid.run_of(index)
    return texts(windows._gatherer_of(grid).gather(run, grid.starts(index, run)))


def both_strands(windows):
    grid = windows.grid()
    index = np.arange(grid.n_windows)
    run = grid.run_of(index)
    gather, starts = windows._gatherer_of(grid).gather, grid.starts(index, run)
    backward = gather(run, starts, np.ones(len(index), dtype=bool))
    return texts(gather(run, starts)), texts(backward)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"stride": 2}, ["ACGT", "GTAC", "____"]),
        ({"stride": 3}, ["ACGT", "GTAC", "____"]),
        ({"stride": 1}, ["ACGT", "CGTA", "GTAC", "____"]),
        ({}, ["ACGT", "GTAC", "____"]),
        ({"tail": "drop"}, ["ACGT", "____"]),
        ({"stride": 2, "short": "repeat"}, ["ACGT", "GTAC", "repeat"]),
    ],
)
def test_windows_of_a_tiny_sequence(settings, expected):
    short = {"____": "__GN", "repeat": "GNGN"}
    expected = [short.get(window, window) for window in expected]
    assert windows_of(["ACGTAC", "GN"], 4, **settings) == expected


@pytest.mark.parametrize(
    ("sequence", "pad", "repeat"),
    [("G", "____G", "GGGGG"), ("AC", "___AC", "ACACA"), ("ACGT", "_ACGT", "ACGTA")],
)
def test_short_sequences_are_padded_on_the_left_or_repeated(sequence, pad, repeat):
    assert windows_of([sequence], 5) == [pad]
    assert windows_of([sequence], 5, short="repeat") == [repeat]


def test_short_records_of_a_row_beside_long_ones(write):
    path = write(">a\nAC\n>b\nACGTA\n>c\nG\n")
    assert windows_of([path], 4) == ["__AC", "ACGT", "CGTA", "___G"]
    assert windows_of([path], 4, short="drop") == ["ACGT", "CGTA"]


def test_rows_without_windows_are_padded_in_prediction_and_absent_in_training(write):
    rows = [write(">a\nAC\n>b\nG\n"), "ACGTA", "T"]
    windows = cut(rows, 4, short="drop")
    assert texts(windows.to_array()) == ["__AC", "ACGT", "CGTA", "___T"]
    assert windows.groups.tolist() == [0, 1, 1, 2]
    assert windows._padded_rows().tolist() == [0, 2]
    assert windows._training_grid().windows_per_row.tolist() == [0, 2, 0]
    assert cut(rows, 4)._padded_rows().tolist() == []


def test_codes_are_new_arrays_of_bytes():
    windows = cut(["ACGTAC"], 4)
    codes = windows.to_array()
    assert codes.dtype == np.uint8
    codes[:] = 0
    assert windows.sequences.sequence(0) == "ACGTAC"


def test_dropping_ambiguous_windows_acts_in_training_only():
    row = "ACGNTTGACAGT"
    assert windows_of([row], 3, ambiguous="drop") == ["ACG", "NTT", "GAC", "AGT"]
    # Without random offsets the grid restarts as in deepG: a stride behind the last used window.
    as_deepg = training_windows_of([row], 3, ambiguous="drop", random_offset=False, tail="drop")
    assert as_deepg == ["ACG", "TTG", "ACA"]
    far = {"ambiguous": "drop", "random_offset": False, "tail": "drop", "stride": 6}
    assert training_windows_of([row], 3, **far) == ["ACG", "GAC"]
    # With them, what lies between ambiguous letters is a stretch of its own.
    assert training_windows_of([row], 3, **{**far, "random_offset": True}) == ["ACG", "TTG"]
    assert training_windows_of([row], 3, ambiguous="drop") == ["ACG", "TTG", "ACA", "AGT"]


def test_ambiguous_letters_block_short_records_and_whole_rows():
    assert training_windows_of(["NA", "AC", "NNNNN"], 3, ambiguous="drop") == ["_AC"]


def test_blocked_stretches_and_ambiguous_letters_add_up():
    blocked = Intervals(np.array([0]), np.array([4]), np.array([6]))
    row = "ACGTACGTANGT"
    assert training_windows_of([row], 2, blocked, stride=2) == ["AC", "GT", "GT", "AN", "GT"]
    both = training_windows_of([row], 2, blocked, stride=2, ambiguous="drop")
    assert both == ["AC", "GT", "GT", "GT"]


def test_coordinates_are_half_open_within_the_record(write):
    path = write(">a first\nACGTA\n>b\nCC\n", "x.fasta")
    frame = cut([path, "GGGG"], 4, stride=4).coordinates()
    expected = pd.DataFrame(
        {
            "row": [0, 0, 0, 1],
            "record": ["a", "a", "b", "1"],
            "file": [str(path), str(path), str(path), ""],
            "start": [0, 1, 0, 0],
            "end": [4, 5, 2, 4],
        }
    )
    pd.testing.assert_frame_equal(frame, expected, check_dtype=False)


@given(
    st.lists(st.text("ACGTN", min_size=1, max_size=30), min_size=1, max_size=5),
    st.integers(1, 8),
    st.integers(1, 10),
)
def test_coordinates_say_what_the_windows_hold(rows, window_length, stride):
    windows = cut(rows, window_length, stride=stride)
    frame = windows.coordinates()
    bases = [rows[c.row][c.start : c.end] for c in frame.itertuples()]
    assert texts(windows.to_array()) == [text.rjust(window_length, "_") for text in bases]
    assert windows.groups.tolist() == frame["row"].tolist()
    assert windows.n_windows == len(frame)
    assert set(frame["row"]) == set(range(len(rows)))


@given(st.lists(st.integers(1, 12), min_size=1, max_size=6), st.integers(1, 6), st.integers(1, 6))
def test_windows_never_cross_records(lengths, window_length, stride):
    # Neighbouring records differ in all their letters.
    rows = ["ACGT"[i % 4] * length for i, length in enumerate(lengths)]
    codes = cut(rows, window_length, stride=stride).to_array()
    assert all(len(set(window) - {DNA.padding_code}) == 1 for window in codes.tolist())


def test_the_other_strand_of_whole_windows():
    forward, backward = both_strands(cut(["AACGTN", "GGGGGC"], 4, stride=2))
    assert forward == ["AACG", "CGTN", "GGGG", "GGGC"]
    assert backward == ["CGTT", "NACG", "CCCC", "GCCC"]


def test_padding_stays_left_on_the_other_strand():
    forward, backward = both_strands(cut(["AACG", "AC", "GGT"], 4))
    assert forward == ["AACG", "__AC", "_GGT"]
    assert backward == ["CGTT", "__GT", "_ACC"]


def test_the_other_strand_is_repeated_from_its_own_start():
    forward, backward = both_strands(cut(["AAC", "ACGTT"], 5, short="repeat"))
    assert forward == ["AACAA", "ACGTT"]
    assert backward == ["GTTGT", "AACGT"]


def test_strands_of_single_windows():
    windows = cut(["AACG", "AC", "CCCC", "T"], 4)
    grid = windows.grid()
    index = np.array([3, 0, 2, 1])
    run = grid.run_of(index)
    flip = np.array([True, True, False, False])
    gathered = windows._gatherer_of(grid).gather(run, grid.starts(index, run), flip)
    assert texts(gathered) == ["___A", "CGTT", "CCCC", "__AC"]


@given(st.lists(st.text("ACGTN", min_size=4, max_size=20), min_size=1, max_size=4))
def test_the_other_strand_is_the_reverse_complement(rows):
    forward, backward = both_strands(cut(rows, 4, stride=3))
    assert backward == [DNA.reverse_complement(window) for window in forward]


@pytest.mark.parametrize(
    ("ambiguous", "vector"),
    [
        ("zero", [0, 0, 0, 0]),
        ("drop", [0, 0, 0, 0]),
        ("error", [0, 0, 0, 0]),
        ("uniform", [0.25, 0.25, 0.25, 0.25]),
        ("empirical", [0.5, 0.25, 0.25, 0]),
    ],
)
def test_table_of_symbols(ambiguous, vector):
    table = cut(["AACG"], 4, ambiguous=ambiguous).symbol_table()
    assert table.dtype == np.float32
    assert table.tolist() == [*np.eye(4).tolist(), vector, [0, 0, 0, 0]]


def test_table_of_symbols_of_other_alphabets():
    table = cut(["ACGTN"], 5, vocabulary="ACGTN", ambiguous="uniform").symbol_table()
    assert table.shape == (7, 5)
    np.testing.assert_array_equal(table[5], np.full(5, 0.2, dtype=np.float32))


@pytest.mark.parametrize(
    ("key", "rows"),
    [
        ([2, 0], [2, 0]),
        ([1, 1, 1], [1, 1, 1]),
        (slice(1, None), [1, 2]),
        (np.array([True, False, True]), [0, 2]),
        (-1, [2]),
        ([], []),
        (np.array([], dtype=int), []),
    ],
)
def test_selections_are_of_rows(key, rows):
    sequences = ["ACGTAC", "GG", "TTTTTTTTN"]
    windows = cut(sequences, 4)
    windows.to_array()  # fills caches, which must not go along
    for selected in (windows[key], windows[key, ...]):
        assert type(selected) is SequenceWindows
        assert selected.shape == (len(selected),) == (len(rows),)
        assert selected.cut is windows.cut
        alone = [window for row in rows for window in windows_of([sequences[row]], 4)]
        assert selected.to_array().shape == (selected.n_windows, 4)
        assert texts(selected.to_array()) == alone
        copy = pickle.loads(pickle.dumps(selected))
        assert texts(copy.to_array()) == alone
        assert copy.groups.tolist() == selected.groups.tolist()


def test_scikit_learn_splits_rows():
    windows = cut(["ACGTAC", "GG", "TTTTTTTTN"], 4)
    counts = [row.n_windows for row in windows]
    assert counts == [2, 1, 3]
    assert _safe_indexing(windows, [1]).n_windows == 1
    train, test, rows_train, rows_test = train_test_split(windows, range(3), random_state=0)
    assert [row.n_windows for row in train] == [counts[i] for i in rows_train]
    assert [row.n_windows for row in test] == [counts[i] for i in rows_test]


def test_windows_are_not_turned_into_an_array():
    with pytest.raises(TypeError, match=r"SequenceWindows are not an array: .*to_array\(\)"):
        np.asarray(cut(["ACGT"], 4))


def test_what_is_shown():
    windows = cut(["ACGT" * 500, "GG"], 4, stride=1)
    assert repr(windows) == "SequenceWindows(2 rows, 1,998 windows of 4 bases at stride 1)"
    assert windows.vocabulary == DNA


def test_pickle_leaves_out_other_rows_and_caches():
    windows = cut(["A" * 100_000, "C" * 100], 4, stride=1)
    assert windows[[1]].n_windows == 97
    small = windows[[1]]
    small.to_array()
    assert len(pickle.dumps(small)) < 5_000


def test_codes_become_rows_of_one_window():
    codes = np.array([[0, 1, 2], [3, 4, 5]], dtype=np.uint8)
    windows = windows_from_codes(codes, DNA)
    np.testing.assert_array_equal(windows.to_array(), codes)
    assert (len(windows), windows.n_windows, windows.cut.window_length) == (2, 2, 3)
    cut_otherwise = windows_from_codes(codes, DNA, Cut(500, 100, ambiguous="uniform"))
    assert cut_otherwise.cut == Cut(3, 3, ambiguous="uniform")
    assert windows_from_codes(codes[:0], DNA).to_array().shape == (0, 3)


def test_names_for_messages():
    assert name_some(np.array(["a", "b"], dtype=object)) == "'a', 'b'"
    assert name_some(np.array(["a", "b", "c", "d"], dtype=object)) == "'a', 'b', 'c', ..."


def test_training_sees_no_dropped_row_of_a_selection():
    X = read_sequences(["ACNT", "ACGT", "NNNN"])
    windows = FastaWindowTransformer(4, ambiguous="drop").fit_transform(X[[2, 1, 0, 1]])
    assert windows._training_grid().windows_per_row.tolist() == [0, 1, 0, 1]
