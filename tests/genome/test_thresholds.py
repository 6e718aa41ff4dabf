"""Thresholds chosen on regions that are known."""

from __future__ import annotations

import numpy as np
import pytest

from skdeepg.genome import Regions, choose_threshold, threshold_curve
from tests.genome.tracks import bumps, make_track


@pytest.fixture
def graded():
    """Two true genes that score 0.9 and 0.6, and two others, of 0.7 and 0.3."""
    starts = np.arange(0, 9901, 50)
    values = sum(
        bumps(10_000, (place, place + 500), level=level)[1]
        for place, level in ((1000, 0.9), (3000, 0.7), (5000, 0.6), (7000, 0.3))
    )
    return make_track(("chr", 10_000, starts, values)), Regions(
        ["chr"] * 2, [1000, 5000], [1500, 5500]
    )


def test_threshold_by_f1(graded):
    track, truth = graded
    found = track.regions("16s", "f1", truth=truth)
    # 2 of 2 with 1 false: 0.8, better than 1 of 2 with none: 0.667
    assert 0.3 < found.details["threshold"] < 0.6
    assert found.details["threshold_for"] == "f1"
    assert len(found) == 3
    np.testing.assert_allclose(found.details["threshold"], 0.45, atol=0.02)
    assert choose_threshold(track, "16s", truth) == found.details["threshold"]


def test_threshold_by_precision(graded):
    track, truth = graded
    found = track.regions("16s", "precision", truth=truth, precision=0.95)
    assert 0.7 < found.details["threshold"] < 0.9
    assert found.details["threshold_for"] == "precision 0.95"
    assert len(found) == 1
    assert choose_threshold(track, "16s", truth, "precision", precision=0.6) < 0.6


def test_a_threshold_is_chosen_as_regions_are_found():
    """Regions that are too short for the result do not count against a threshold."""
    starts, values = bumps(10_000, (1000, 1500))
    _, short = bumps(10_000, (3000, 3300), level=0.7)
    track = make_track(("chr", 10_000, starts, values + short))
    truth = Regions(["chr"], [1000], [1500])
    assert choose_threshold(track, "16s", truth) > 0.7
    assert choose_threshold(track, "16s", truth, min_length=400) < 0.7
    found = track.regions("16s", "f1", truth=truth, min_length=400)
    assert found.details["threshold"] < 0.7


def test_a_precision_that_cannot_be_reached(graded):
    track, _ = graded
    truth = Regions(["chr"], [3000], [3500])
    with pytest.raises(ValueError, match=r"No threshold gives a precision of 0.9; the best is 0.5"):
        track.regions("16s", "precision", truth=truth, precision=0.9)


@pytest.mark.parametrize(
    ("wanted", "precision", "message"),
    [
        ("f1", 0.9, 'precision is for threshold="precision"; leave it out with "f1"'),
        ("precision", None, "needs precision: a number above 0 and at most 1, .* found None"),
        ("recall", None, 'must be a number, "f1" or "precision", found \'recall\''),
    ],
)
def test_wishes_that_make_no_sense(graded, wanted, precision, message):
    track, truth = graded
    with pytest.raises(ValueError, match=message):
        choose_threshold(track, "16s", truth, wanted, precision=precision)


def test_no_values_to_choose_from():
    track = make_track(("chr", 200, [0, 50, 100], [[np.nan] * 3]))
    with pytest.raises(ValueError, match="The track has no values to choose a threshold from"):
        choose_threshold(track, "16s", Regions(["chr"], [0], [100]))


def test_curve(graded):
    track, truth = graded
    curve = threshold_curve(track, "16s", truth)
    assert (np.diff(curve["threshold"]) > 0).all()
    row = curve[curve["threshold"].between(0.61, 0.69)].iloc[0]
    assert row[["n_regions", "n_matched", "precision", "recall", "f1"]].tolist() == [
        *(2, 1, 0.5, 0.5, 0.5),
    ]


def test_neighbours_are_joined_before_a_threshold_is_judged():
    """A gene of two halves with a valley of 0.4 is one region above it only if they are joined."""
    starts, halves = bumps(5000, (1000, 1500), (1700, 2200), level=0.9)
    _, valley = bumps(5000, (1500, 1700), level=0.4)
    track = make_track(("chr", 5000, starts, halves + valley))
    truth, plain = Regions(["chr"], [1000], [2200]), {"smooth": 0, "min_length": 0}
    assert choose_threshold(track, "16s", truth, merge_distance=0, **plain) < 0.4
    np.testing.assert_allclose(
        choose_threshold(track, "16s", truth, merge_distance=400, **plain), 0.45, atol=0.02
    )


def test_scores_are_smoothed_before_a_threshold_is_judged():
    """A window of 1 that stands out is 1/3 with its two neighbours."""
    starts, gene = bumps(5000, (1000, 1500), level=0.8)
    track = make_track(("chr", 5000, starts, gene + bumps(5000, (3000, 3001))[1]))
    truth, settings = Regions(["chr"], [1000], [1500]), {"min_length": 0, "precision": 1}
    with pytest.raises(ValueError, match="No threshold gives a precision of 1"):
        choose_threshold(track, "16s", truth, "precision", smooth=0, **settings)
    found = choose_threshold(track, "16s", truth, "precision", smooth=100, **settings)
    assert 1 / 3 < found < 0.8


def test_peaks_that_are_almost_as_high_are_told_apart():
    starts, gene = bumps(5000, (1000, 1500), level=0.9995)
    track = make_track(("chr", 5000, starts, gene + bumps(5000, (3000, 3500), level=0.999)[1]))
    found = choose_threshold(
        track, "16s", Regions(["chr"], [1000], [1500]), "precision", precision=1
    )
    assert 0.999 < found < 0.9995


def test_of_thresholds_that_are_as_good_the_widest_range_is_taken():
    """F1 is 2/3 below 0.6, where all four regions are found, and above 0.85, where one is."""
    levels = {1000: 0.9, 3000: 0.6, 5000: 0.85, 7000: 0.85}
    values = sum(bumps(9000, (p, p + 500), level=level)[1] for p, level in levels.items())
    track = make_track(("chr", 9000, bumps(9000)[0], values))
    truth = Regions(["chr", "chr"], [1000, 3000], [1500, 3500])
    curve = threshold_curve(track, "16s", truth).set_index("threshold")["f1"]
    np.testing.assert_allclose([curve[:0.58].max(), curve[0.86:].max()], 2 / 3)
    assert curve[0.62:0.84].max() < 0.5
    np.testing.assert_allclose(choose_threshold(track, "16s", truth), 0.3, atol=0.02)
