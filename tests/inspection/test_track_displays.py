"""Pictures of tracks: the lines, marks and panels that they should have."""

from __future__ import annotations

import numpy as np
import pytest

from skdeepg.genome import Regions
from skdeepg.inspection import ConfidenceDisplay, RegionsDisplay, TrackDisplay
from tests.genome.tracks import make_track

pytestmark = pytest.mark.usefixtures("plt")


@pytest.fixture
def track():
    starts = np.arange(0, 901, 50)
    gene = ((starts >= 300) & (starts < 600)).astype(float)
    return make_track(
        ("chr", 1000, starts, [gene, 0.25 * gene]),
        ("plasmid", 1000, starts, [0 * gene, gene]),
        ("empty", 0, [], np.empty((2, 0))),
        strands="+-",
    )


class Scans:
    """Stands for an estimator."""

    def __init__(self, track):
        self.track = track

    def scan(self, X, **options):
        self.given = (X, options)
        return self.track


def test_a_panel_a_record(track):
    truth = Regions(["chr"], [350], [600])
    found = track.regions("16s", 0.4)
    display = TrackDisplay.from_predictions(track, "16s", truth=truth, regions=found)
    assert [ax.get_title(loc="left") for ax in display.axes_] == ["chr", "plasmid"]
    assert display.ax_ is display.axes_[0]
    assert display.figure_ is display.ax_.figure
    assert display.ax_.get_xlim() == (0, 1000)
    assert display.threshold == 0.4
    line = display.lines_[0]["-"]
    np.testing.assert_array_equal(line.get_xdata(), np.arange(50, 951, 50))
    np.testing.assert_allclose(line.get_ydata(), track.values[1, :19, 0])
    labels = [text.get_text() for text in display.figure_.legends[0].get_texts()]
    assert labels == ["truth", "found", "forward strand", "reverse strand", "threshold 0.4"]


def test_shaded_truth_is_where_it_is(track):
    truth = Regions(["chr", "plasmid"], [350, 100], [600, 150])
    display = TrackDisplay.from_predictions(track, truth=truth)
    spans = [ax.patches[0].get_extents() for ax in display.axes_]
    inverse = [ax.transData.inverted() for ax in display.axes_]
    edges = [tuple(t.transform(s)[:, 0].round(6)) for t, s in zip(inverse, spans, strict=True)]
    assert edges == [(350, 600), (100, 150)]


def test_peaks_of_long_records_are_drawn():
    values = np.zeros(50_000)
    values[31_234] = 1
    track = make_track(("chr", 50_099, np.arange(50_000), [values]), stride=1)
    line = TrackDisplay.from_predictions(track).lines_[0]["+"]
    assert len(line.get_ydata()) <= 4000
    assert line.get_xdata()[line.get_ydata().argmax()] == 31_284


def test_drawn_by_a_track_in_given_axes(track, plt):
    _, axes = plt.subplots(2)
    display = track.plot("16s", ax=axes)
    assert isinstance(display, TrackDisplay)
    assert display.axes_.tolist() == axes.tolist()
    assert len(track.plot(records=[1]).axes_) == 1
    with pytest.raises(ValueError, match="ax must have 2 axes, one a record, found 1"):
        track.plot("16s", ax=axes[0])
    with pytest.raises(ValueError, match="no window to draw"):
        track.plot(records=[2])
    with pytest.raises(ValueError, match="no column '18s'"):
        track.plot("18s")


def test_positions_have_units():
    display = TrackDisplay.from_predictions(make_track(("chr", 200, [0, 50, 100], [[0, 1, 0]])))
    write = display.ax_.xaxis.get_major_formatter()
    texts = [write(position, 0) for position in (0, 250, 1500, 2_000_000, 12_345_600)]
    assert texts == ["0", "250", "1.5 kb", "2 Mb", "12.3456 Mb"]


def test_tracks_that_are_no_probabilities():
    track = make_track(("chr", 200, [0, 50, 100], [[-1.5, -1, -1.25]]))
    assert TrackDisplay.from_predictions(track).ax_.get_ylim()[0] < -1.5


def test_from_estimator_scans(track):
    estimator = Scans(track)
    TrackDisplay.from_estimator(estimator, ["genome"], stride=27, strands="forward")
    assert estimator.given == (["genome"], {"stride": 27, "strands": "forward"})
    display = RegionsDisplay.from_estimator(estimator, ["genome"], "16s", threshold=0.5)
    assert len(display.axes_) == 2
    assert display.threshold == 0.5
    assert len(ConfidenceDisplay.from_estimator(estimator, ["genome"]).curves_) == 1


def test_a_panel_a_region(track):
    found = track.regions("16s", smooth=0)
    display = RegionsDisplay.from_predictions(track, found, margin=100)
    assert [ax.get_xlim() for ax in display.axes_] == [(225, 725)] * 2
    assert display.axes_[1].get_title(loc="left") == "plasmid\n325-625 -, score 0.96"
    assert "0.96" in display.axes_[0].get_title(loc="left")
    line = display.ax_.lines[0]
    assert line.get_xdata()[0] <= 225
    assert line.get_xdata()[-1] >= 725


def test_true_regions_are_not_marked_as_found(track):
    truth = Regions(["chr"], [350], [600], score=[0.0])
    display = RegionsDisplay.from_predictions(track, truth, "16s", truth=truth)
    labels = [text.get_text() for text in display.figure_.legends[0].get_texts()]
    assert labels == ["truth", "forward strand", "reverse strand"]
    assert display.ax_.get_title(loc="left") == "chr\n350-600 ."


def test_running_mean_beside_the_values(track):
    truth = Regions(["chr"], [350], [600])
    display = RegionsDisplay.from_predictions(track, truth, "16s", margin=400, smooth=150)
    values, mean = display.ax_.lines[:2]
    gene = np.array([0] * 6 + [1] * 6 + [0] * 7)
    np.testing.assert_array_equal(values.get_ydata(), gene)
    np.testing.assert_allclose(mean.get_ydata()[4:8], [0, 1 / 3, 2 / 3, 1], atol=1e-12)
    assert mean.get_label() == "forward strand"
    with pytest.raises(ValueError, match="smooth must be at least 0 bases, found -1"):
        RegionsDisplay.from_predictions(track, truth, smooth=-1)


def test_regions_in_given_axes(track, plt):
    _, axes = plt.subplots(2)
    found = track.regions("16s", smooth=0)
    display = RegionsDisplay.from_predictions(track, found, ax=axes)
    assert display.axes_.tolist() == axes.tolist()
    assert display.figure_.legends == []  # the figure is the caller's
    labels = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert labels == ["found", "forward strand", "reverse strand", "threshold 0.5"]
    with pytest.raises(ValueError, match="ax must have 2 axes, one a region, found 1"):
        RegionsDisplay.from_predictions(track, found, ax=axes[0])


def test_places_without_a_region_have_no_axes(track):
    regions = Regions(["chr"] * 5, np.arange(5) * 100, np.arange(5) * 100 + 50)
    display = RegionsDisplay.from_predictions(track, regions, "16s")
    assert len(display.axes_) == len(display.figure_.axes) == 5


def test_regions_that_cannot_be_drawn(track):
    with pytest.raises(ValueError, match="There is no region to draw"):
        RegionsDisplay.from_predictions(track, Regions.empty())
    with pytest.raises(ValueError, match="'x' is on 0 records of the track"):
        RegionsDisplay.from_predictions(track, Regions(["x"], [0], [9]))


def test_histogram(track):
    display = ConfidenceDisplay.from_predictions(track, bins=4)
    # 12 windows of both strands score 1, 6 score 0.25
    assert display.counts["16s"].tolist() == [58, 6, 0, 12]
    assert display.edges.tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert display.ax_.get_ylabel() == "Windows"


def test_histogram_of_no_values():
    nothing = make_track(("chr", 200, [0, 50, 100], [[np.nan] * 3]))
    with pytest.raises(ValueError, match="The track has no values to draw"):
        ConfidenceDisplay.from_predictions(nothing)


def test_histogram_of_what_is_no_probability():
    track = make_track(("chr", 200, [0, 50, 100], [[-2, np.nan, -1]]))
    display = ConfidenceDisplay.from_predictions(track, bins=2)
    assert display.edges.tolist() == [-2, -1.5, -1]
    assert display.counts["16s"].tolist() == [1, 1]
