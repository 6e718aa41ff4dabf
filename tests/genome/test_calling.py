"""Regions of tracks: borders, joining, dropping, and strands."""

from __future__ import annotations

import numpy as np
import pytest

from skdeepg.genome import Regions, Track
from skdeepg.genome.profiles import mean_between, running_mean, stretches_above
from tests.genome.tracks import bumps, make_track

PLAIN = {"smooth": 0, "merge_distance": 0, "min_length": 0}


def places(regions):
    return list(zip(regions.start.tolist(), regions.end.tolist(), regions.strand, strict=True))


def test_borders_are_where_the_line_crosses_the_threshold():
    # centres 50, 100, ..., with 1 from 300 to 450
    track = make_track(("chr", 1000, *bumps(1000, (300, 500))))
    assert places(track.regions("16s", 0.5, **PLAIN)) == [(275, 475, "+")]
    assert places(track.regions("16s", 0.9, **PLAIN)) == [(295, 455, "+")]
    assert len(track.regions("16s", 1.0, **PLAIN)) == 0


def test_score_is_the_mean_within():
    track = make_track(("chr", 1000, *bumps(1000, (300, 500))))
    # two borders of 25 bases rise from 0.5 to 1, over 200 bases
    np.testing.assert_allclose(track.regions("16s", **PLAIN).score, [(150 + 2 * 25 * 0.75) / 200])


def test_unevenly_spaced_windows():
    # 1 from 300 on, scanned at 200, and at 10 between 250 and 350
    centres = np.array([50, 250, *range(260, 350, 10), 350, 550])
    track = make_track(("chr", 600, centres - 50, [(centres >= 300).astype(float)]), stride=200)
    assert places(track.regions("16s", **PLAIN)) == [(295, 600, "+")]
    assert places(track.regions("16s")) == [(295, 600, "+")]


def test_regions_reach_the_ends_of_records():
    track = make_track(
        ("a", 430, [0, 50, 330], [[1, 0, 1]]),
        ("short", 30, [0], [[0.75]]),
        ("low", 30, [0], [[0.25]]),
    )
    found = track.regions("16s", smooth=0)
    assert found.record.tolist() == ["a", "a", "short"]
    assert places(found) == [(0, 75, "+"), (240, 430, "+"), (0, 30, "+")]
    np.testing.assert_allclose(found.score[2], 0.75)


def test_near_regions_are_one_and_short_ones_are_dropped():
    track = make_track(("chr", 2000, *bumps(2000, (300, 400), (500, 600), (1500, 1501))))
    settings = {"smooth": 0, "min_length": 0}
    three = [(275, 375, "+"), (475, 575, "+"), (1475, 1525, "+")]
    assert places(track.regions("16s", merge_distance=99, **settings)) == three
    assert places(track.regions("16s", merge_distance=100, **settings))[0] == (275, 575, "+")
    assert places(track.regions("16s", smooth=0, merge_distance=0, min_length=51)) == three[:2]


def test_defaults_are_half_a_window():
    track = make_track(("chr", 1000, *bumps(1000, (300, 500))), stride=50)
    details = track.regions("16s").details
    assert details == {
        "column": "16s",
        "min_length": 50,
        "merge_distance": 50,
        "smooth": 50,
        "threshold": 0.5,
        "min_score": 0.0,
    }


def test_smoothing_drops_a_window_that_stands_out():
    track = make_track(("chr", 1000, *bumps(1000, (300, 301), stride=10)), stride=10)
    assert len(track.regions("16s", smooth=0, min_length=0)) == 1
    assert len(track.regions("16s", min_length=0)) == 0


def test_running_mean_weighs_windows_by_their_bases():
    centres = np.array([0.0, 10, 20, 60])
    values = np.array([1.0, 1, 0, 0])
    # 20 has 25 bases (15 to 40), 10 has 10
    assert running_mean(centres, values, 20).tolist() == [1, pytest.approx(20 / 45), 10 / 35, 0]
    assert running_mean(centres, values, 0).tolist() == values.tolist()
    assert np.isnan(running_mean(centres, np.array([1, np.nan, 0, 0]), 20)).tolist() == [
        *(False, True, False, False),
    ]
    assert running_mean(np.array([5.0]), np.array([0.3]), 20).tolist() == [0.3]


def test_the_last_window_weighs_as_many_bases_as_the_last_gap():
    centres, values = np.array([0.0, 10, 40]), np.array([0.0, 0, 1])
    # 10, 20 and 30 bases
    np.testing.assert_allclose(running_mean(centres, values, 100), 0.5)


def test_lines_break_off_at_windows_without_value():
    centres = np.array([50.0, 100, 150, 200, 250])
    values = np.array([0, 1, np.nan, 1, 0])
    starts, ends = stretches_above(centres, values, 0.5, 300)
    assert (starts.tolist(), ends.tolist()) == ([75, 200], [100, 225])
    assert mean_between(centres, values, 100, 200) == 1


def test_no_mean_without_values():
    assert np.isnan(mean_between(np.array([50.0, 100]), np.full(2, np.nan), 0, 150))


def test_both_strands_of_a_gene_are_one_call():
    starts, forward = bumps(2000, (300, 800))
    _, reverse = bumps(2000, (500, 900), level=0.7)
    _, alone = bumps(2000, (1400, 1600))
    track = make_track(("chr", 2000, starts, [forward, reverse + alone]), strands="+-")
    assert places(track.regions("16s", **PLAIN)) == [(275, 775, "+"), (1375, 1575, "-")]


def test_strands_are_compared_over_the_same_bases():
    starts, forward = bumps(2000, (300, 500))
    _, reverse = bumps(2000, (300, 1000), level=0.9)
    track = make_track(("chr", 2000, starts, [forward, reverse]), strands="+-")
    found = track.regions("16s", smooth=0)
    assert len(found) == 1
    assert found.strand[0] == "-"


def test_strands_are_compared_from_where_the_first_begins():
    starts, forward = bumps(2000, (300, 800))
    _, reverse = bumps(2000, (500, 900), level=0.95)
    track = make_track(("chr", 2000, starts, [forward, reverse]), strands="+-")
    # from 500 on the reverse strand scores higher
    assert track.regions("16s", **PLAIN).strand.tolist() == ["+"]


def test_a_track_of_the_reverse_strand_alone():
    track = make_track(("chr", 1000, *bumps(1000, (300, 500))), strands="-")
    assert places(track.regions("16s", **PLAIN)) == [(275, 475, "-")]


def test_what_regions_carry():
    starts, values = bumps(1000, (300, 500))
    track = make_track(("a", 1000, starts, values), ("b", 1000, starts, values), files=["x", "y"])
    found = track.regions("16s")
    assert found.file.tolist() == ["x", "y"]
    assert set(found.name) == {"16s"}
    assert set(found.kind) == {"sequence_feature"}
    assert found.lengths.lengths.tolist() == [1000, 1000]
    assert found[:1].details["threshold"] == 0.5


def test_classes_that_are_not_text():
    track = make_track(("chr", 1000, *bumps(1000, (300, 500))), columns=[1])
    assert len(track.regions(1)) == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"column": "18s"}, "no column '18s'; its columns are '16s'"),
        ({"threshold": "best"}, 'threshold must be a number, "f1" or "precision", found \'best\''),
        ({"threshold": "f1"}, 'threshold="f1" needs truth'),
        ({"smooth": -1}, "smooth must be a number of bases, at least 0, not -1"),
        ({"smooth": "a"}, "smooth must be a number of bases, at least 0, not 'a'"),
        ({"min_length": float("nan")}, "min_length must be a number of bases, at least 0, not nan"),
        ({"threshold": None}, "threshold must be a number, not None"),
        ({"threshold": float("nan")}, "threshold must be a number, not nan"),
        ({"min_score": "a"}, "min_score must be a number, not 'a'"),
        ({"truth": Regions(["chr"], [0], [9])}, 'give threshold="f1"'),
        (
            {"threshold": "precision", "truth": Regions(["chr"], [0], [9])},
            "needs precision: a number above 0",
        ),
        ({"threshold": "f1", "truth": Regions.empty()}, "truth has no regions"),
    ],
)
def test_parameters_that_make_no_sense(options, message):
    track = make_track(("chr", 1000, *bumps(1000, (300, 500))))
    with pytest.raises(ValueError, match=message):
        track.regions(**{"column": "16s", **options})


def test_regions_that_are_not_sure_enough():
    values = np.zeros((1, 40, 1), dtype=np.float32)
    values[0, 5:15, 0], values[0, 25:35, 0] = 0.9, 0.6
    track = Track(
        ["chr"],
        [""],
        [2050],
        [False],
        [0, 40],
        start=np.arange(40) * 50,
        values=values,
        strands="+",
        columns=["16s"],
        window_length=100,
        stride=50,
    )
    assert len(track.regions("16s")) == 2
    kept = track.regions("16s", min_score=0.7)
    assert kept.start.tolist() == track.regions("16s").start.tolist()[:1]
    assert kept.details["min_score"] == 0.7
