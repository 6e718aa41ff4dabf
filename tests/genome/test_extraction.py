"""The bases of regions."""

from __future__ import annotations

import pytest

from skdeepg.exceptions import InvalidRegionsError
from skdeepg.genome import Regions, extract_regions
from skdeepg.sequences import read_sequences


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "genome.fasta"
    path.write_text(">a\nAACCGGTTNA\n>b\nGATTACA\n")
    return path


REGIONS = Regions(["b", "a", "a"], [0, 2, 1], [3, 6, 9], strand=["+", "-", "."])


def test_bases_are_those_of_the_strand(path):
    for X in (path, [path], read_sequences([path]), read_sequences([path], by="record")):
        found = extract_regions(REGIONS, X)
        assert [found.sequence(i) for i in range(3)] == ["GAT", "CCGG", "ACCGGTTN"]
        assert found.names.tolist() == ["b:0-3(+)", "a:2-6(-)", "a:1-9(.)"]
        assert found.records().name.tolist() == found.names.tolist()
        assert found.records().file.tolist() == [str(path)] * 3


def test_margins_end_with_the_record(path):
    found = extract_regions(REGIONS, path, margin=3)
    assert [found.sequence(i) for i in range(3)] == ["GATTAC", "NAACCGGTT", "AACCGGTTNA"]
    assert found.names[1] == "a:0-9(-)"


def test_no_regions(path):
    assert len(extract_regions(Regions.empty(), path)) == 0


@pytest.mark.parametrize(
    ("record", "end", "message"),
    [("c", 3, "Region 0 is on 'c', which is no record of X"), ("b", 8, "ends behind the record")],
)
def test_regions_that_are_not_there(path, record, end, message):
    with pytest.raises(InvalidRegionsError, match=message):
        extract_regions(Regions([record], [0], [end]), path)
