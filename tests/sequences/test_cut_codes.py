"""The array of cut_windows: an array like any other that remembers where its windows are from."""

from __future__ import annotations

import copy
import pickle

import cloudpickle
import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import train_test_split
from sklearn.utils import check_array, resample, shuffle

from skdeepg import FastaWindowTransformer, cut_windows
from skdeepg.sequences.cut_codes import CutCodes, origin_of
from tests.toys import random_sequences

ROWS = random_sequences([40, 9, 25, 16])
WINDOW = 4


@pytest.fixture
def codes() -> np.ndarray:
    return cut_windows(ROWS, windows=WINDOW)[0]


@pytest.fixture
def groups() -> np.ndarray:
    return cut_windows(ROWS, windows=WINDOW)[2]


def rows_of(codes) -> list[int] | None:
    origin = origin_of(codes)
    return None if origin is None else origin.row_of_window[origin.windows].tolist()


def test_it_remembers_the_row_of_each_window(codes, groups):
    assert rows_of(codes) == groups.tolist()
    assert origin_of(codes).windows.tolist() == list(range(len(codes)))
    assert origin_of(codes).n_rows == 4


def test_each_call_is_a_source_of_its_own(codes):
    assert origin_of(codes).source != origin_of(cut_windows(ROWS, windows=WINDOW)[0]).source


def test_the_memory_is_small(codes):
    origin = origin_of(codes)
    assert origin.row_of_window.nbytes + origin.windows.nbytes == 2 * len(codes)


SELECTIONS = {
    "index array": np.array([5, 0, 5, 11]),
    "list": [3, 2],
    "mask": np.arange(24) % 3 == 0,
    "list of booleans": [True, False] * 12,
    "slice": slice(2, 20, 3),
    "backwards": slice(None, None, -1),
    "none": np.zeros(0, dtype=int),
    "negative": [-1, -2],
}


class TestSelections:
    @pytest.mark.parametrize("key", SELECTIONS.values(), ids=SELECTIONS)
    def test_rows(self, codes, groups, key):
        plain = np.asarray(codes)
        for selected in (codes[key], codes[key, ...]):
            np.testing.assert_array_equal(np.asarray(selected), plain[key])
            assert rows_of(selected) == groups[key].tolist()
            assert origin_of(selected).source == origin_of(codes).source

    def test_of_selections(self, codes, groups):
        assert rows_of(codes[4:20][[1, 7]]) == groups[4:20][[1, 7]].tolist()

    def test_by_scikit_learn(self, codes, groups):
        training, test, groups_of_training, _ = train_test_split(codes, groups, random_state=0)
        assert rows_of(training) == groups_of_training.tolist()
        assert len(rows_of(test)) == len(codes) - len(training)
        for mix in (shuffle, resample):
            mixed, its_groups = mix(codes, groups, random_state=0)
            assert rows_of(mixed) == its_groups.tolist()

    @pytest.mark.parametrize(
        "key",
        [
            3,
            np.int64(3),
            None,
            ...,
            (3, 2),
            (None, 3),
            (slice(None), 2),
            (slice(None), slice(1, 3)),
            (slice(None), [0, 1]),
            ([1, 2], [0, 1]),
            np.eye(24, 4, dtype=bool),
        ],
    )
    def test_of_anything_else_are_plain(self, codes, key):
        found = codes[key]
        np.testing.assert_array_equal(found, np.asarray(codes)[key])
        assert not isinstance(found, CutCodes)


COPIES = {
    "copy": lambda codes: codes.copy(),
    "pickle": lambda codes: pickle.loads(pickle.dumps(codes)),
    "pickle of protocol 2": lambda codes: pickle.loads(pickle.dumps(codes, protocol=2)),
    "cloudpickle": lambda codes: pickle.loads(cloudpickle.dumps(codes)),
    "transformer": lambda codes: FastaWindowTransformer(WINDOW).fit_transform(codes),
}


class TestCopies:
    @pytest.mark.parametrize("make", COPIES.values(), ids=COPIES)
    def test_remember(self, codes, make):
        for array in (codes, codes[[7, 1, 9]], codes[::-2]):
            copied = make(array)
            np.testing.assert_array_equal(copied, array)
            assert copied.dtype == np.uint8
            assert rows_of(copied) == rows_of(array)
            assert origin_of(copied).source == origin_of(codes).source

    def test_joblib(self, codes, tmp_path):
        joblib.dump(codes, tmp_path / "codes")
        assert rows_of(joblib.load(tmp_path / "codes")) == rows_of(codes)
        assert joblib.hash(codes) == joblib.hash(cut_windows(ROWS, windows=WINDOW)[0])

    def test_the_same_plain_array_is_pickled_each_time(self, codes):
        """As joblib tells by its identity whether it has been put into shared memory."""
        _, (first, _) = codes.__reduce__()
        _, (second, _) = codes.__reduce__()
        assert first is second
        assert type(first) is np.ndarray

    def test_reshaped_in_place(self, codes):
        codes.shape = (12, 8)
        assert rows_of(codes) is None
        np.testing.assert_array_equal(pickle.loads(pickle.dumps(codes)), codes)


class TestLikeAnyArray:
    @pytest.mark.parametrize(
        "compute",
        [
            lambda x: x + 1,
            lambda x: 2 * x,
            lambda x: -x,
            lambda x: x == 3,
            lambda x: np.minimum(x, 2),
            lambda x: np.add.reduce(x),
            lambda x: np.add.outer(x[0], x[1]),
            lambda x: x @ x.T,
            lambda x: x.mean(axis=0),
            lambda x: x.sum(),
            lambda x: np.divmod(x, 3)[1],
            np.asarray,
            np.array,
            np.ascontiguousarray,
            np.sqrt,
            lambda x: np.eye(6, dtype=int)[x],
            lambda x: np.concatenate([x, x]),
            lambda x: np.vstack([x, np.ones(4, dtype=np.uint8)]),
            lambda x: check_array(x),
            lambda x: pd.DataFrame(x).to_numpy(),
            lambda x: pd.DataFrame(x).iloc[[3, 1]].to_numpy(),
        ],
    )
    def test_results_are_plain(self, codes, compute):
        found, expected = compute(codes), compute(np.asarray(codes))
        np.testing.assert_array_equal(found, expected)
        assert type(found) is type(expected)
        assert found.dtype == expected.dtype

    @pytest.mark.parametrize(
        "change",
        [
            lambda x: x.astype(float),
            lambda x: x.T,
            lambda x: x.reshape(12, 8),
            lambda x: x.ravel(),
            lambda x: x.view(np.int8),
            lambda x: np.take(x, np.arange(24)[::-1], axis=0),
            lambda x: x.take(np.arange(24)[::-1], axis=0),
            lambda x: np.flip(x, axis=0),
            lambda x: np.roll(x, 1, axis=0),
            lambda x: np.sort(x, axis=0),
            lambda x: np.random.default_rng(0).permutation(x),
            lambda x: np.unique(x, axis=0),
            copy.deepcopy,
            np.copy,
            np.empty_like,
            list,
        ],
    )
    def test_other_changes_lose_the_memory(self, codes, change):
        found = change(codes)
        assert rows_of(found) is None
        if change is not np.empty_like:
            np.testing.assert_array_equal(found, change(np.asarray(codes)))

    @pytest.mark.parametrize(
        "change",
        [
            lambda x: np.random.default_rng(0).shuffle(x),
            lambda x: np.random.RandomState(0).shuffle(x),
            lambda x: x.__setitem__(slice(2), x[2:4]),
        ],
    )
    def test_rows_that_change_places_are_forgotten(self, codes, change):
        expected = np.array(codes)
        change(codes)
        change(expected)
        np.testing.assert_array_equal(codes, expected)
        assert rows_of(codes) is None

    def test_in_place(self, codes):
        expected = np.array(codes)
        same = codes
        same += 1
        expected += 1
        assert same is codes
        np.testing.assert_array_equal(codes, expected)
        assert np.minimum(codes, 2, out=codes) is codes
        np.testing.assert_array_equal(codes, np.minimum(expected, 2))
        quotient, rest = np.divmod(codes, 2, out=(codes.copy(), codes))
        assert rest is codes
        np.testing.assert_array_equal(quotient, np.minimum(expected, 2) // 2)
        np.add.at(codes, [0], 1)
        assert codes[0].tolist() == (np.minimum(expected, 2) % 2 + 1)[0].tolist()

    def test_shown(self, codes):
        assert repr(codes) == repr(np.asarray(codes))
        assert str(codes) == str(np.asarray(codes))
        assert isinstance(codes, np.ndarray)
        assert codes.flags.c_contiguous
        assert codes.flags.writeable
