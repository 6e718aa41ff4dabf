"""Attributions: shapes, importance, places, selections."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skdeepg.inspection import Attribution, ExplainedWindows
from skdeepg.sequences import Vocabulary
from tests.inspection.attributions import make_attribution, make_windows

NEEDED = {"baseline": "zero", "target": [0], "of": "logit", "method": "integrated_gradients"}


def test_importance_of_a_base():
    attribution = Attribution(
        values=[[[0.5, -1.0, 0.0, 0.25], [1.0, 2.0, 3.0, 4.0], [0.0, 0.0, 0.0, -2.0]]],
        codes=[[1, 4, 3]],  # C, N, T
        **NEEDED,
    )
    np.testing.assert_array_equal(attribution.importance(), [[1.75, 10, 2]])
    np.testing.assert_array_equal(attribution.importance("observed"), [[-1, 0, -2]])
    np.testing.assert_array_equal(attribution.importance("sum"), [[-0.25, 10, -2]])
    assert attribution.importance("observed").dtype == np.float32


def test_importance_is_zero_behind_the_end():
    attribution = make_attribution("ACGTAC", "GG")
    for kind in ("absolute", "observed", "sum"):
        importance = attribution.importance(kind)
        assert importance.shape == (2, 6)
        assert importance[:, :2].all()
        assert not importance[1, 2:].any()


def test_unknown_kind_of_importance():
    with pytest.raises(ValueError, match="'signed'"):
        make_attribution("AC").importance("signed")


def test_what_is_not_given():
    attribution = make_attribution("ACG", "T")
    assert attribution.lengths.tolist() == [3, 1]
    assert attribution.records.tolist() == ["row_0", "row_1"]
    assert attribution.strands.tolist() == ["+", "+"]
    assert attribution.starts.tolist() == [0, 0]
    assert attribution.files is None
    assert attribution.explanation is None
    assert len(attribution.windows) == 0
    assert np.isnan(attribution.convergence_delta).all()


def test_types_of_arrays():
    attribution = make_attribution("ACG", "T", files=["a", "b"])
    kinds = {name: getattr(attribution, name).dtype for name in ("values", "codes", "lengths")}
    assert kinds == {"values": np.float32, "codes": np.uint8, "lengths": np.int64}
    assert attribution.files.dtype == attribution.records.dtype == object


def test_places_on_the_record():
    attribution = make_attribution("ACGT", "ACG", "AC", starts=[0, 10, 20], strands=["+", "-", "+"])
    expected = [[0, 1, 2, 3], [12, 11, 10, -1], [20, 21, -1, -1]]
    assert attribution.positions.tolist() == expected


def test_delta_is_the_largest_of_a_row_with_its_sign():
    windows = make_windows([1, 0, 1, 1, 3], deltas=[0.1, 0.2, -0.5, 0.3, np.nan])
    attribution = make_attribution("A", "C", "G", "T", windows=windows)
    np.testing.assert_array_equal(attribution.convergence_delta, [0.2, -0.5, np.nan, np.nan])


def test_rows_are_selected_with_all_that_belongs_to_them():
    attribution = make_attribution(
        "ACGTAC",
        "GG",
        "TTT",
        records=["a", "b", "c"],
        files=["1", "2", "3"],
        starts=[5, 6, 7],
        strands=["+", "-", "+"],
        target=["x", "y", "z"],
        windows=make_windows([0, 1, 0, 2, 1]),
    )
    some = attribution[[2, 1, 2]]
    assert len(some) == 3
    assert some.records.tolist() == ["c", "b", "c"]
    assert some.files.tolist() == ["3", "2", "3"]
    assert some.starts.tolist() == [7, 6, 7]
    assert some.strands.tolist() == ["+", "-", "+"]
    assert some.target.tolist() == ["z", "y", "z"]
    assert some.windows.rows.tolist() == [0, 1, 1, 2]
    assert some.windows.n_steps.tolist() == [53, 51, 54, 53]
    assert some.windows.starts.tolist() == [30, 10, 40, 30]
    assert some.values.shape == (3, 3, 4)  # as long as the longest that is left
    np.testing.assert_array_equal(some.values, attribution.values[[2, 1, 2], :3])


def test_selected_rows_keep_their_symbols():
    attribution = make_attribution("MK", "X", symbols="ACDEFGHIKLMNPQRSTVWY")
    assert attribution[[1]].symbols == "ACDEFGHIKLMNPQRSTVWY"
    assert attribution[[1]].values.shape == (1, 1, 20)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (1, ["b"]),
        (-1, ["c"]),
        (slice(None, 2), ["a", "b"]),
        ([True, False, True], ["a", "c"]),
        (np.array([2, 0]), ["c", "a"]),
        ([], []),
    ],
)
def test_keys_of_rows(key, expected):
    attribution = make_attribution("AC", "GT", "AA", records=["a", "b", "c"])
    assert attribution[key].records.tolist() == expected


def test_a_row_that_is_not_there():
    with pytest.raises(IndexError):
        make_attribution("AC")[1]


def test_no_rows():
    attribution = make_attribution(target=np.array([], dtype=str))
    assert len(attribution) == 0
    assert attribution.importance().shape == (0, 0)
    assert attribution.importance("observed").shape == (0, 0)
    assert attribution.positions.shape == (0, 0)


def test_shown_as_text():
    attribution = make_attribution("ACGT" * 500, "ACG")
    assert repr(attribution) == (
        "<Attribution: 2 row(s), 2,003 bases, integrated_gradients of probability, "
        "baseline shuffle>"
    )
    assert repr(make_windows([0, 0, 3])) == "<ExplainedWindows: 3 of 2 row(s)>"


def test_frozen_and_pickled():
    attribution = make_attribution("ACGT", windows=make_windows([0]))
    with pytest.raises(AttributeError):
        attribution.values = None
    again = pickle.loads(pickle.dumps(attribution))
    np.testing.assert_array_equal(again.values, attribution.values)
    assert again.windows.n_steps.tolist() == [50]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"values": np.zeros((1, 2, 3))}, r"values must have the shape \(n_rows, longest, 4\)"),
        ({"codes": [0, 1]}, r"codes \(n_rows, longest\), found"),
        ({"codes": [[0, 6]]}, "codes must be 0 to 5, found 6"),
        ({"windows": make_windows([1])}, "windows are of the rows 0 to 0"),
        ({"target": [0, 1]}, r"target must have the shape \(1,\)"),
        ({"records": ["a", "b"]}, "records must have the shape"),
        ({"files": ["a", "b"]}, "files must have the shape"),
        ({"lengths": [3]}, "lengths must be 0 to 2"),
        ({"lengths": [1]}, "zero behind the end"),
        ({"strands": ["."]}, 'strands must be "\\+" or "-"'),
        ({"symbols": "AACC"}, "letter twice"),
    ],
)
def test_arrays_that_do_not_fit(change, message):
    given = {"values": np.ones((1, 2, 4)), "codes": [[0, 1]], **NEEDED}
    with pytest.raises(ValueError, match=message):
        Attribution(**{**given, **change})


def test_windows_of_different_lengths():
    with pytest.raises(ValueError, match="same length"):
        make_windows([0, 1], deltas=[0.0])


@given(st.lists(st.integers(0, 5), max_size=20), st.lists(st.integers(0, 5), max_size=8))
def test_windows_of_rows(rows, chosen):
    windows = make_windows(rows)
    some = windows._of_rows(np.array(chosen, dtype=np.int64))
    expected = [(i, w) for i, row in enumerate(chosen) for w, r in enumerate(rows) if r == row]
    found = list(zip(some.rows.tolist(), (some.n_steps - 50).tolist(), strict=True))
    assert found == expected


@given(st.text("ACGTN", max_size=12), st.integers(0, 100))
def test_sum_of_symbols_is_the_sum_of_bases(letters, seed):
    attribution = make_attribution(letters, "ACG", seed=seed)
    total = attribution.values.sum(axis=(1, 2))
    np.testing.assert_allclose(attribution.importance("sum").sum(axis=1), total, atol=1e-5)
    assert (attribution.importance() >= np.abs(attribution.importance("observed"))).all()


def test_codes_are_those_of_the_vocabulary():
    attribution = make_attribution("MKX", symbols="ACDEFGHIKLMNPQRSTVWY")
    vocabulary = Vocabulary(attribution.symbols)
    assert vocabulary.decode(attribution.codes[0]) == "MKX"
    assert attribution.lengths.tolist() == [3]


def test_no_windows():
    assert len(ExplainedWindows._empty()._of_rows(np.array([0, 1]))) == 0
