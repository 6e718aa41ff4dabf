"""Pictures of attributions: what is drawn where."""

from __future__ import annotations

import sys
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from skdeepg.genome import Regions
from skdeepg.inspection import AttributionDisplay
from skdeepg.inspection.attribution_axes import MOST_NAMES, smoothed
from skdeepg.inspection.attribution_maps import MOST_NAMED
from tests.inspection.attributions import make_attribution

pytestmark = pytest.mark.usefixtures("plt")


@pytest.fixture
def attribution():
    return make_attribution(
        "ACGTA" * 60,
        "CCGTN" * 6,
        records=["chr", "plasmid"],
        files=["x.fasta", "x.fasta"],
        starts=[1000, 50],
        strands=["+", "-"],
    )


def test_a_line_goes_along_the_record(attribution):
    display = attribution.plot(smooth=0)
    np.testing.assert_array_equal(display.artist_.get_xdata(), np.arange(1000, 1300))
    np.testing.assert_array_equal(display.artist_.get_ydata(), attribution.importance()[0])
    assert display.ax_.get_xlabel() == "Position on chr"
    assert display.figure_ is display.ax_.figure
    title = display.ax_.get_title(loc="left")
    assert (
        title
        == "Integrated gradients of the probability of 16s · baseline shuffle · absolute values"
    )


def test_long_lines_are_smoothed(attribution):
    display = attribution.plot()
    raw, smooth = display.ax_.lines
    np.testing.assert_array_equal(raw.get_ydata(), attribution.importance()[0])
    values = attribution.importance()[0].astype(float)
    assert smooth is display.artist_
    assert smooth.get_ydata()[10] == pytest.approx(values[7:14].mean())
    labels = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert labels == ["each base", "mean of 7 bases"]
    assert len(attribution.plot(row=1).ax_.lines) == 1  # a short one is not
    assert len(attribution.plot(row=1, smooth=3).ax_.lines) == 2


def test_a_part_of_a_line(attribution):
    display = attribution.plot(start=1010, end=1020, kind="observed")
    np.testing.assert_array_equal(display.artist_.get_xdata(), np.arange(1010, 1020))
    np.testing.assert_array_equal(
        display.artist_.get_ydata(), attribution.importance("observed")[0, 10:20]
    )
    assert display.ax_.get_xlim() == (1009.5, 1019.5)


def test_a_row_on_the_other_strand_is_read_from_left_to_right(attribution):
    display = attribution.plot(row=1, start=60, end=70)
    np.testing.assert_array_equal(display.artist_.get_xdata(), -np.arange(60, 70)[::-1])
    # the row goes from 79 down to 50
    np.testing.assert_array_equal(display.artist_.get_ydata(), attribution.importance()[1, 10:20])
    assert display.ax_.get_xlabel() == "Position on plasmid, reverse strand"
    assert display.ax_.xaxis.get_major_formatter()(-65) == "65"
    assert display.ax_.xaxis.get_major_formatter()(-65.5) == ""


def test_regions_of_the_record_are_shaded_with_their_names(attribution):
    regions = Regions(
        ["chr", "chr", "chr", "plasmid", "chr"],
        [1010, 990, 2000, 1020, 1040],
        [1020, 1005, 2010, 1030, 1050],
        name=["V1", "left", "far", "elsewhere", "other"],
        file=["", "", "", "", "y.fasta"],
    )
    display = attribution.plot(regions=regions)
    spans = [
        patch.get_extents().transformed(display.ax_.transData.inverted())
        for patch in display.ax_.patches
    ]
    borders = [tuple(np.round([span.x0, span.x1], 3)) for span in spans]
    assert borders == [(1009.5, 1019.5), (999.5, 1004.5)]
    assert [text.get_text() for text in display.ax_.texts] == ["V1", "left"]


def test_many_regions_are_shaded_without_names(attribution):
    starts = np.arange(1000, 1000 + 2 * MOST_NAMES + 2, 2)
    regions = Regions(["chr"] * len(starts), starts, starts + 1)
    display = attribution.plot(regions=regions)
    assert len(display.ax_.patches) == MOST_NAMES + 1
    assert len(display.ax_.texts) == 0


def test_a_method_without_a_baseline():
    display = make_attribution("ACGT", method="occlusion", of="log_likelihood").plot()
    title = display.ax_.get_title(loc="left")
    assert title == "Occlusion of the log likelihood of 16s · absolute values"


def test_regions_on_the_other_strand(attribution):
    regions = Regions(["plasmid"], [60], [62], name=["motif"])
    display = attribution.plot(row=1, regions=regions)
    (span,) = display.ax_.patches
    extents = span.get_extents().transformed(display.ax_.transData.inverted())
    assert (extents.x0, extents.x1) == pytest.approx((-61.5, -59.5))


def test_heat_map_has_all_symbols(attribution):
    display = attribution.plot("heatmap", start=1000, end=1005)
    np.testing.assert_array_equal(display.artist_.get_array(), attribution.values[0, :5].T)
    assert [text.get_text() for text in display.ax_.get_yticklabels()] == list("ACGT")
    low, high = display.artist_.get_clim()
    assert low == -high < 0
    (dots,) = display.ax_.lines
    assert dots.get_ydata().tolist() == [0, 1, 2, 3, 0]
    assert len(attribution.plot("heatmap", start=1000, end=1201).ax_.lines) == 0


def test_heat_map_marks_no_letter_where_there_is_none(attribution):
    display = attribution.plot("heatmap", row=1, start=70, end=80)
    assert display.ax_.lines[0].get_ydata().tolist() == [1, 1, 2, 3, 1, 1, 2, 3]


def test_logo_has_the_letters_that_are_there(attribution):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        display = attribution.plot("logo", row=1)
        display.figure_.canvas.draw()
    heights = display.artist_.df
    assert heights.index.tolist() == list(range(-79, -49))
    expected = attribution.importance("observed")[1, :30]
    np.testing.assert_allclose(heights.sum(axis=1), expected)
    known = heights.to_numpy().argmax(axis=1)[expected > 0]
    np.testing.assert_array_equal(known, attribution.codes[1, :30][expected > 0])
    assert not heights.iloc[4].any()  # N


def test_logo_of_a_long_row_shows_what_is_most_important():
    values = np.zeros(500)
    values[200:300] = 1
    display = make_attribution("ACGTA" * 100, values=[values], starts=[10]).plot("logo")
    assert display.artist_.df.index.tolist() == list(range(210, 310))


@pytest.mark.parametrize("symbols", ["ACDEFGHIKLMNPQRSTVWY", "ACGU", "XYZ"])
def test_logo_of_other_letters(symbols):
    display = make_attribution(symbols, symbols=symbols).plot("logo")
    assert "".join(display.artist_.df.columns) == symbols


def test_logo_without_logomaker(attribution, monkeypatch):
    monkeypatch.setitem(sys.modules, "logomaker", None)
    with pytest.raises(ImportError, match=r'pip install "skdeepg\[plot\]"; view="heatmap"'):
        attribution.plot("logo")


@pytest.mark.parametrize(
    ("align", "first", "left"), [("start", [0, 0], 0), ("end", [0, 2], -5), ("position", [0, 7], 3)]
)
def test_rows_are_aligned(align, first, left):
    attribution = make_attribution(
        "AAAAA", "CCC", values=[[1, 2, 3, 4, 5], [6, 7, 8]], starts=[3, 10], strands=["+", "-"]
    )
    display = attribution.plot("rows", align=align, kind="observed")
    shown = np.ma.filled(display.artist_.get_array(), np.nan)
    second = [8, 7, 6] if align == "position" else [6, 7, 8]
    expected = np.full(shown.shape, np.nan)
    expected[0, first[0] : first[0] + 5] = [1, 2, 3, 4, 5]
    expected[1, first[1] : first[1] + 3] = second
    np.testing.assert_array_equal(shown, expected)
    assert display.artist_.get_extent()[0] == left - 0.5
    assert [text.get_text() for text in display.ax_.get_yticklabels()] == ["row_0", "row_1"]


def test_rows_without_bases_stay_empty():
    display = make_attribution("AC", "", "GT", values=[[1, 2], [], [3, 4]]).plot("rows")
    shown = np.ma.filled(display.artist_.get_array(), np.nan)
    np.testing.assert_array_equal(shown, [[1, 2], [np.nan] * 2, [3, 4]])


def test_many_rows_are_not_named():
    display = make_attribution(*["AC"] * (MOST_NAMED + 1)).plot("rows")
    assert display.ax_.get_ylabel() == "Row"
    assert "row_0" not in [text.get_text() for text in display.ax_.get_yticklabels()]
    assert not display.ax_.collections  # no lines between the rows
    few = make_attribution(*["AC"] * MOST_NAMED).plot("rows")
    assert len(few.ax_.get_yticklabels()) == MOST_NAMED
    assert len(few.ax_.collections) == 1


def test_rows_may_be_smoothed():
    attribution = make_attribution("AAAAA", values=[[0, 0, 3, 0, 0]])
    display = attribution.plot("rows", smooth=3)
    np.testing.assert_allclose(display.artist_.get_array(), [[0, 1, 1, 1, 0]])


def test_rows_of_several_targets_do_not_name_one(attribution):
    mixed = make_attribution("AC", "GT", target=["a", "b"])
    assert " of a" not in mixed.plot("rows").ax_.get_title(loc="left")
    assert " of 16s" in attribution.plot("rows").ax_.get_title(loc="left")


def test_drawn_on_given_axes(attribution, plt):
    figure, axes = plt.subplots(2)
    display = attribution.plot(ax=axes[1])
    assert display.ax_ is axes[1]
    assert display.figure_ is figure
    assert not axes[0].lines


def test_zeros_are_drawn_without_complaint():
    attribution = make_attribution("ACGT", values=[[0, 0, 0, 0]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for view in ("line", "heatmap", "rows"):
            attribution.plot(view).figure_.canvas.draw()


class Explains:
    """Stands for an estimator."""

    def __init__(self, attribution):
        self.attribution = attribution

    def explain(self, X, **options):
        self.given = X, options
        return self.attribution


def test_estimators_explain_first(attribution):
    estimator = Explains(attribution)
    display = AttributionDisplay.from_estimator(
        estimator, ["ACGT"], "heatmap", explain={"baseline": "zero"}, row=1
    )
    assert estimator.given == (["ACGT"], {"baseline": "zero"})
    assert display.ax_.get_xlabel() == "Position on plasmid, reverse strand"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"view": "bars"}, "view must be one of 'line', 'heatmap', .* not 'bars'"),
        ({"row": 2}, "no row 2; the attribution has 2"),
        ({"kind": "signed"}, "'signed'"),
        ({"smooth": -1}, "smooth must be a whole number of bases, at least 0, not -1"),
        ({"start": 1300}, "goes from 1000 to 1300 on 'chr'"),
        ({"start": 1010, "end": 1010}, "no base to draw"),
        ({"view": "rows", "align": "middle"}, 'align must be "start"'),
    ],
)
def test_options_that_make_no_sense(attribution, options, message):
    with pytest.raises(ValueError, match=message):
        attribution.plot(**options)


def test_nothing_to_draw(attribution):
    with pytest.raises(ValueError, match="no row with a base"):
        attribution[[]].plot("rows")
    with pytest.raises(ValueError, match="no row 0"):
        attribution[[]].plot()


def test_rows_too_far_apart():
    attribution = make_attribution("AC", "GT", starts=[0, 1_000_000])
    with pytest.raises(ValueError, match="1,000,002 bases"):
        attribution.plot("rows", align="position")


@given(
    arrays(np.float32, st.integers(1, 30), elements=st.floats(-5, 5, width=32)), st.integers(1, 40)
)
def test_running_means(values, width):
    width = min(width, len(values))
    left, right = width // 2, (width - 1) // 2
    expected = [
        values[max(i - left, 0) : i + right + 1].astype(float).mean() for i in range(len(values))
    ]
    np.testing.assert_allclose(smoothed(values, width), expected, atol=1e-5)


def test_of_an_attribution(attribution):
    display = AttributionDisplay.from_attribution(attribution, kind="sum", start=1005, end=1010)
    assert display.attribution is attribution
    expected = attribution.importance("sum")[0, 5:10]
    np.testing.assert_allclose(display.artist_.get_ydata(), expected, rtol=1e-6)
    np.testing.assert_array_equal(attribution.is_base.sum(axis=1), attribution.lengths)
