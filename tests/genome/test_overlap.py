"""Regions found beside those that are there."""

from __future__ import annotations

import numpy as np
import pytest

from skdeepg.exceptions import InvalidRegionsError, LostDataWarning
from skdeepg.genome import RecordLengths, Regions


def chr_regions(*places, **columns):
    starts, ends = zip(*places, strict=True)
    return Regions(["chr"] * len(places), starts, ends, **columns)


def known(*records):
    names, files, lengths = zip(*records, strict=True)
    return RecordLengths(
        np.array(names, dtype=object), np.array(files, dtype=object), np.array(lengths)
    )


def test_pairs_missed_and_false():
    found = chr_regions((90, 310), (700, 800), (1500, 1600), strand=["+", "-", "."])
    truth = chr_regions((1000, 1100), (100, 300), (690, 820), strand=["+", "+", "+"])
    overlap = found.overlap(truth)
    assert overlap.matched.start.tolist() == [90, 700]
    assert overlap.matched_truth.start.tolist() == [100, 690]
    assert overlap.missed.start.tolist() == [1000]
    assert overlap.false.start.tolist() == [1500]
    assert overlap.start_error.tolist() == [-10, 10]
    assert overlap.end_error.tolist() == [10, -20]
    assert overlap.median_border_error == 10
    assert overlap.same_strand.tolist() == [True, False]
    assert (overlap.recall, overlap.precision, overlap.f1) == (2 / 3, 2 / 3, 2 / 3)
    assert repr(overlap) == "<Overlap: 2 matched, 1 missed, 1 false>"
    assert "2 of 3 regions found" in str(overlap)
    assert "1 of 2 on the right strand" in str(overlap)


@pytest.mark.parametrize(
    ("place", "matches"),
    [((0, 100), True), ((50, 150), True), ((51, 151), False), ((0, 200), True), ((0, 201), False)],
)
def test_half_of_both_lengths(place, matches):
    assert len(chr_regions(place).overlap(chr_regions((0, 100))).matched) == matches


def test_share_and_tolerance_can_be_set():
    found, truth = chr_regions((60, 160)), chr_regions((0, 100))
    assert len(found.overlap(truth, min_overlap=0.4).matched) == 1
    assert len(found.overlap(truth, min_overlap=0.4, tolerance=60).matched) == 1
    assert len(found.overlap(truth, min_overlap=0.4, tolerance=59).matched) == 0


@pytest.mark.parametrize("place", [(30, 100), (0, 70), (30, 130)])
def test_both_borders_are_within_the_tolerance(place):
    found, truth = chr_regions(place), chr_regions((0, 100))
    assert len(found.overlap(truth, tolerance=30).matched) == 1
    assert len(found.overlap(truth, tolerance=29).matched) == 0


def test_one_to_one_best_first():
    truth = chr_regions((0, 100), (40, 140))
    overlap = chr_regions((38, 139)).overlap(truth)
    assert overlap.matched_truth.start.tolist() == [40]
    assert overlap.missed.start.tolist() == [0]
    twice = chr_regions((0, 100), (5, 105)).overlap(chr_regions((4, 104)))
    assert (twice.matched.start.tolist(), twice.false.start.tolist()) == ([5], [0])


def test_records_and_files_are_told_apart():
    found = Regions(["a", "b", "a"], [0, 0, 0], [9, 9, 9], file=["x/1.fa", "x/1.fa", "2.fa"])
    truth = Regions(["a", "b"], [0, 0], [9, 9], file=["y/2.fa", ""])
    overlap = found.overlap(truth)
    assert overlap.matched.file.tolist() == ["2.fa", "x/1.fa"]
    assert overlap.false.record.tolist() == ["a"]
    with pytest.raises(InvalidRegionsError, match="2 files are named 'a'.*give the true regions"):
        found.overlap(Regions(["a"], [0], [9]))


def test_many_regions_agree_with_a_plain_loop():
    rng = np.random.default_rng(0)

    def draw(n):
        start = rng.integers(0, 5000, n)
        return Regions(rng.choice(["a", "b"], n).tolist(), start, start + rng.integers(50, 150, n))

    found, truth = draw(200), draw(100)
    shares = {
        (i, j): share
        for i in range(200)
        for j in range(100)
        if found.record[i] == truth.record[j]
        and (
            share := (min(found.end[i], truth.end[j]) - max(found.start[i], truth.start[j]))
            / max(found.end[i] - found.start[i], truth.end[j] - truth.start[j])
        )
        >= 0.5
    }
    taken = set(), set()
    for i, j in sorted(shares, key=lambda pair: -shares[pair]):
        if i not in taken[0] and j not in taken[1]:
            taken[0].add(i)
            taken[1].add(j)
    assert len(found.overlap(truth).matched) == len(taken[0]) > 20


def test_nothing_found_or_nothing_there():
    some = chr_regions((0, 100))
    nothing = Regions.empty().overlap(some)
    assert (nothing.recall, nothing.f1, len(nothing.missed)) == (0, 0, 1)
    assert np.isnan(nothing.precision)
    assert np.isnan(nothing.median_border_error)
    assert np.isnan(some.overlap(Regions.empty()).recall)
    assert str(nothing).startswith("0 of 1 regions found")


def test_table():
    found = chr_regions((90, 310), (700, 800), score=[0.75, 0.5])
    table = found.overlap(chr_regions((100, 300), (1000, 1100), name=["a", "b"])).to_frame()
    assert table["outcome"].tolist() == ["matched", "missed", "false"]
    assert table["start_error"].tolist()[0] == -10
    assert table["true_name"].tolist()[:2] == ["a", "b"]
    assert table.loc[0, "score"] == 0.75
    assert table["start"].isna().tolist() == [False, True, False]
    assert {str(table[name].dtype) for name in ("start", "true_end", "end_error")} == {"Int64"}


def test_truth_is_checked_where_records_are_known():
    found = chr_regions((0, 90), lengths=known(("chr", "1.fa", 100)))
    with pytest.raises(InvalidRegionsError, match="50-101 of record 'chr' ends behind the record"):
        found.overlap(chr_regions((50, 101)))
    with pytest.raises(InvalidRegionsError, match="None of the 1 true regions .*first: 'chr1'"):
        found.overlap(Regions(["chr1"], [0], [9]))
    with pytest.warns(LostDataWarning, match="1 of 2 true regions are on none of the records"):
        overlap = found.overlap(Regions(["chr", "chr1"], [0, 0], [90, 9]))
    assert (len(overlap.matched), len(overlap.missed)) == (1, 1)


def test_regions_behind_their_record_are_refused():
    with pytest.raises(InvalidRegionsError, match="which has 100 bases"):
        chr_regions((0, 101), lengths=known(("chr", "", 100)))


@pytest.mark.parametrize("options", [{"min_overlap": 0}, {"min_overlap": 1.1}, {"tolerance": -1}])
def test_parameters_that_make_no_sense(options):
    with pytest.raises(ValueError, match="must be"):
        chr_regions((0, 9)).overlap(chr_regions((0, 9)), **options)
