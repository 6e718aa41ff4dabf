"""How far two attributions agree: known answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import pearsonr, spearmanr

from skdeepg.inspection import agreement
from tests.inspection.attributions import make_attribution

LETTERS = "ACGTACGTACGTACGTACGT"


def test_an_attribution_agrees_with_itself_in_any_unit():
    one = make_attribution(LETTERS, "ACG")
    other = make_attribution(
        LETTERS,
        "ACG",
        values=[5 * one.importance("observed")[0], 5 * one.importance("observed")[1, :3]],
    )
    table = agreement(one, other, kind="observed")
    np.testing.assert_allclose(table[["pearson", "spearman", "overlap"]], 1, rtol=1e-6)
    assert table.columns.tolist() == ["record", "pearson", "spearman", "overlap"]
    assert table["record"].tolist() == ["row_0", "row_1"]


def test_opposite_attributions():
    one = make_attribution(LETTERS, values=[np.arange(20)])
    other = make_attribution(LETTERS, values=[-np.arange(20)])
    signed = agreement(one, other, kind="observed").loc[0]
    assert (signed.pearson, signed.spearman, signed.overlap) == (
        pytest.approx(-1),
        pytest.approx(-1),
        0,
    )
    assert agreement(one, other).loc[0, "pearson"] == pytest.approx(1)


@given(st.integers(0, 1000), st.integers(2, 20))
def test_correlations_are_those_of_scipy(seed, length):
    one, other = (make_attribution(LETTERS[:length], seed=s) for s in (seed, seed + 1))
    row = agreement(one, other, kind="sum").loc[0]
    numbers = one.importance("sum")[0].astype(float), other.importance("sum")[0].astype(float)
    assert row.pearson == pytest.approx(pearsonr(*numbers).statistic, abs=1e-6)
    assert row.spearman == pytest.approx(spearmanr(*numbers).statistic, abs=1e-6)


@pytest.mark.parametrize(("share", "expected"), [(0.01, 1.0), (0.1, 0.5), (0.25, 0.8), (1.0, 1.0)])
def test_overlap_of_the_most_important_bases(share, expected):
    one = make_attribution(LETTERS, values=[np.arange(20, 0, -1)])
    changed = np.arange(20, 0, -1)
    changed[1], changed[10] = changed[10], changed[1]
    other = make_attribution(LETTERS, values=[changed])
    assert agreement(one, other, share=share).loc[0, "overlap"] == expected


def test_equal_numbers_have_no_correlation():
    one = make_attribution("ACGT", "", values=[[1, 1, 1, 1], []])
    row = agreement(one, one)
    assert row["pearson"].isna().all()
    assert row["spearman"].isna().all()
    assert row["overlap"].tolist()[0] == 1
    assert np.isnan(row["overlap"][1])


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["ACGT"], "a has 2 rows and b 1"),
        (["ACGT", "GGG"], "Row 1 is another sequence"),
        (["ACGT", "AA"], "Row 1"),
    ],
)
def test_other_rows_are_refused(rows, message):
    with pytest.raises(ValueError, match=message):
        agreement(make_attribution("ACGT", "AAA"), make_attribution(*rows))


@pytest.mark.parametrize("share", [0, -0.1, 1.5])
def test_shares_that_make_no_sense(share):
    with pytest.raises(ValueError, match="share must be above 0 and at most 1"):
        agreement(make_attribution("A"), make_attribution("A"), share=share)


def test_no_rows_agree_in_an_empty_table():
    empty = make_attribution("A")[[]]
    assert agreement(empty, empty).shape == (0, 4)
