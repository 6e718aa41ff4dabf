"""Sequences: rows are sliced without copying bases, in every way that scikit-learn slices."""

import copy
import pickle
import random

import joblib
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import KFold, train_test_split
from sklearn.utils import _safe_indexing, resample, shuffle

from skdeepg.sequences import Sequences, Vocabulary, concatenate_sequences, read_sequences
from skdeepg.sequences.code_rows import sequences_from_codes

ROWS = ["AAAA", "CCCCC", "GG", "TTTNT", "ACGTACGT"]


@pytest.fixture
def X():
    return read_sequences(ROWS)


@pytest.fixture
def files(write):
    """Two rows, of two records and of one."""
    a = write(">a1 first\nACGT\n>a2\nGG\n", "a.fasta")
    b = write(">b1\nTTTTT\n", "b.fasta")
    return [a, b]


def letters(X):
    return [X.sequence(i) for i in range(len(X))]


def test_what_a_collection_knows(X):
    assert (len(X), X.shape, X.n_records, X.n_bases) == (5, (5,), 5, 24)
    assert X.vocabulary == Vocabulary("ACGT")
    assert X.lengths.tolist() == [4, 5, 2, 5, 8]
    assert X.lengths.dtype == np.int64
    assert X.names.tolist() == ["0", "1", "2", "3", "4"]
    assert X.names.dtype == object
    assert letters(X) == ROWS
    assert repr(X) == "Sequences(5 rows, 5 records, 24 bases, vocabulary='ACGT')"


def test_a_base_is_a_byte_in_one_buffer_that_cannot_be_changed(X):
    assert X.codes.dtype == np.uint8
    assert X.codes.tolist() == X.vocabulary.encode("".join(ROWS)).tolist()
    with pytest.raises(ValueError, match="read-only"):
        X.codes[0] = 1


@pytest.mark.parametrize(
    "other",
    [
        lambda X: X.reverse_complement(),
        lambda X: concatenate_sequences([X, X]),
        lambda X: pickle.loads(pickle.dumps(X)),
        lambda X: pickle.loads(pickle.dumps(X[[0]])),
        lambda X: copy.deepcopy(X),
    ],
    ids=["other strand", "joined", "pickled", "pickled part", "copied"],
)
def test_bases_and_qualities_that_were_made_of_others_cannot_be_changed_either(other):
    made = other(read_sequences([*ROWS, "ACGT" * 20], quality=True))
    assert not made.codes.flags.writeable
    assert made.qualities is None or not made.qualities.flags.writeable


def test_codes_are_shared_with_an_array_that_stays_the_users():
    codes = np.zeros((2, 3), dtype=np.uint8)
    X = sequences_from_codes(codes, Vocabulary("ACGT"))
    assert np.shares_memory(X.codes, codes)
    assert not X.codes.flags.writeable
    assert codes.flags.writeable


def test_rows_of_files_have_all_their_records(files):
    X = read_sequences(files)
    assert (X.shape, X.n_records, X.n_bases) == ((2,), 3, 11)
    assert X.names.tolist() == ["a.fasta", "b.fasta"]
    assert X.lengths.tolist() == [6, 5]
    assert letters(X) == ["ACGTGG", "TTTTT"]


def test_rows_by_record_have_one_each(files):
    X = read_sequences(files, by="record")
    assert X.names.tolist() == ["a1", "a2", "b1"]
    assert letters(X) == ["ACGT", "GG", "TTTTT"]


def test_table_of_records(files):
    frame = read_sequences(files)[[1, 0, 1]].to_frame()
    expected = pd.DataFrame(
        {
            "row": [0, 1, 1, 2],
            "record": ["b1", "a1", "a2", "b1"],
            "file": [str(files[1]), str(files[0]), str(files[0]), str(files[1])],
            "length": [5, 4, 2, 5],
        }
    )
    pd.testing.assert_frame_equal(frame, expected, check_dtype=False)


def test_sequences_from_memory_have_no_file(X):
    assert X.to_frame()["file"].tolist() == [""] * 5


@pytest.mark.parametrize(
    ("key", "rows"),
    [
        ([3, 1], [3, 1]),
        ([2, 2, 0, 2], [2, 2, 0, 2]),
        ([-1, -5], [4, 0]),
        (np.array([4, 0, 4]), [4, 0, 4]),
        (np.array([1], dtype=np.int32), [1]),
        (np.array([], dtype=int), []),
        ([], []),
        (slice(None), [0, 1, 2, 3, 4]),
        (slice(1, -1), [1, 2, 3]),
        (slice(None, None, -2), [4, 2, 0]),
        (slice(3, 3), []),
        (range(1, 4), [1, 2, 3]),
        (range(0), []),
        ([True, False, True, False, True], [0, 2, 4]),
        (np.array([False] * 5), []),
        (pd.Series([0, 2]), [0, 2]),
        (pd.Series([False, True, False, False, False]), [1]),
        (3, [3]),
        (-2, [3]),
        (np.int64(0), [0]),
    ],
)
def test_selections_give_collections(X, key, rows):
    for selected in (X[key], X[key, ...]):
        assert type(selected) is Sequences
        assert selected.shape == (len(selected),) == (len(rows),)
        assert letters(selected) == [ROWS[row] for row in rows]
        assert selected.names.tolist() == [str(row) for row in rows]
        assert selected.lengths.tolist() == [len(ROWS[row]) for row in rows]
        assert selected.n_records == len(rows)
        assert selected.n_bases == sum(len(ROWS[row]) for row in rows)


@pytest.mark.parametrize("key", [5, -6, [0, 5], [True, False], np.array([0.0, 1.0]), "0", None])
def test_selections_that_make_no_sense(X, key):
    with pytest.raises(IndexError):
        X[key]


def test_selections_of_selections(files):
    X = read_sequences(files)[[1, 0, 1]][[2, 1]]
    assert letters(X) == ["TTTTT", "ACGTGG"]
    assert X.to_frame()["record"].tolist() == ["b1", "a1", "a2"]


def test_iterating_gives_rows(X):
    assert [row.sequence(0) for row in X] == ROWS
    assert all(type(row) is Sequences and row.shape == (1,) for row in X)


def test_selections_copy_no_bases(X):
    for selected in (X[[3, 1]], X[1:], X[[0] * 100], X[[]][[]]):
        assert selected.codes is X.codes


def test_reading_a_collection_gives_it_back(X):
    assert read_sequences(X) is X
    with pytest.raises(ValueError, match="X was read with the vocabulary 'ACGT', but 'ACGTN'"):
        read_sequences(X, "ACGTN")


def test_no_collection_is_turned_into_an_array(X):
    for convert in (np.asarray, np.array, lambda X: np.asarray(X, dtype=object), pd.Series):
        with pytest.raises(TypeError, match=r"Sequences are not an array: .*skdeepg.cut_windows\."):
            convert(X)


def test_sequence_of_a_row(X):
    assert X.sequence(-1) == "ACGTACGT"
    assert X[[4, 0]].sequence(1) == "AAAA"
    with pytest.raises(IndexError):
        X.sequence(5)


@pytest.mark.parametrize(
    ("rows", "shares"),
    [
        (["AAAC", "GNNC"], [3 / 6, 2 / 6, 1 / 6, 0]),
        (["ACGT"], [0.25, 0.25, 0.25, 0.25]),
        (["NNNN", "-"], [0.25, 0.25, 0.25, 0.25]),
        (["tU"], [0, 0, 0, 1]),
    ],
)
def test_letter_frequencies(rows, shares):
    frequencies = read_sequences(rows).letter_frequencies()
    assert frequencies.dtype == np.float64
    np.testing.assert_allclose(frequencies, shares, rtol=1e-15)


def test_letter_frequencies_are_those_of_the_selected_rows(X):
    np.testing.assert_array_equal(X[[0, 0, 1]].letter_frequencies(), [8 / 13, 5 / 13, 0, 0])
    np.testing.assert_array_equal(X[[3]].letter_frequencies(), [0, 0, 0, 1])
    np.testing.assert_array_equal(X[[]].letter_frequencies(), [0.25] * 4)


def test_letter_frequencies_of_a_long_record():
    bases = random.Random(0).choices("ACGTN", weights=[5, 1, 2, 3, 1], k=1_200_000)
    counts = [bases.count(letter) for letter in "ACGT"]
    frequencies = read_sequences(["".join(bases)]).letter_frequencies()
    np.testing.assert_allclose(frequencies, np.array(counts) / sum(counts), rtol=1e-12)


@pytest.mark.parametrize("key", [[3, 1], [0], [], [4, 4, 4, 4], slice(None)])
def test_copies_by_pickle_are_equal(X, key):
    copy = pickle.loads(pickle.dumps(X[key]))
    assert letters(copy) == letters(X[key])
    assert copy.vocabulary == X.vocabulary
    pd.testing.assert_frame_equal(copy.to_frame(), X[key].to_frame())
    assert letters(copy[::-1]) == letters(X[key])[::-1]


def test_copies_by_pickle_keep_records_and_files(files):
    X = read_sequences(files)
    for key in ([1], [0], [1, 0, 1], []):
        copy = pickle.loads(pickle.dumps(X[key]))
        pd.testing.assert_frame_equal(copy.to_frame(), X[key].to_frame())
        assert copy.names.tolist() == X[key].names.tolist()


def test_pickle_leaves_out_bases_of_other_rows():
    X = read_sequences(["A" * 100_000, "C" * 100, "G" * 100])
    assert len(pickle.dumps(X)) > 100_000
    small = pickle.dumps(X[[2, 1]])
    assert len(small) < 5_000
    assert pickle.loads(small).codes.tolist() == [2] * 100 + [1] * 100


def test_pickle_does_not_multiply_repeated_rows():
    X = read_sequences(["A" * 100_000])
    assert len(pickle.dumps(X[[0] * 50])) < 200_000


def test_joblib_files(X, tmp_path):
    joblib.dump(X[[1, 0]], tmp_path / "X.joblib")
    assert letters(joblib.load(tmp_path / "X.joblib")) == ["CCCCC", "AAAA"]


def test_scikit_learn_indexes_splits_and_shuffles(X):
    y = np.arange(5)
    assert letters(_safe_indexing(X, [2, 0])) == ["GG", "AAAA"]
    assert letters(_safe_indexing(X, np.array([True] + [False] * 4))) == ["AAAA"]
    train, test, y_train, y_test = train_test_split(X, y, test_size=2, random_state=0)
    assert letters(train) == [ROWS[i] for i in y_train]
    assert letters(test) == [ROWS[i] for i in y_test]
    folds = [letters(_safe_indexing(X, test)) for _, test in KFold(5).split(X, y)]
    assert folds == [[row] for row in ROWS]
    shuffled, order = shuffle(X, y, random_state=1)
    assert letters(shuffled) == [ROWS[i] for i in order]
    drawn, order = resample(X, y, n_samples=9, random_state=1)
    assert letters(drawn) == [ROWS[i] for i in order]


@given(st.lists(st.text("ACGTN", min_size=1), min_size=1), st.data())
def test_any_selection_agrees_with_a_list(rows, data):
    X = read_sequences(rows)
    index = data.draw(st.lists(st.integers(-len(rows), len(rows) - 1)))
    expected = [rows[i] for i in index]
    selected = X[index]
    assert letters(selected) == letters(pickle.loads(pickle.dumps(selected))) == expected
    assert selected.lengths.tolist() == [len(row) for row in expected]


def test_rows_of_codes_become_rows_without_copying():
    codes = np.array([[0, 1, 2], [3, 4, 5]], dtype=np.uint8)
    X = sequences_from_codes(codes, Vocabulary("ACGT"))
    assert np.shares_memory(X.codes, codes)
    assert X.lengths.tolist() == [3, 3]
    assert X.names.tolist() == ["0", "1"]
    assert letters(X[[1, 0]]) == ["TN_", "ACG"]


def test_digest_tells_bases_and_records_apart():
    same = [read_sequences(["ACGT", "GG"]), read_sequences(["TTT", "acgu", "GG"])[[1, 2]]]
    other = [read_sequences(["ACG", "TGG"]), read_sequences(["ACGT", "GA"]), read_sequences(["A"])]
    digests = [sequences.digest() for sequences in [*same, *other]]
    assert digests[0] == digests[1]
    assert len(set(digests)) == 4
