"""Regions found in sequences that have been read."""

import numpy as np
import pytest

from skdeepg.exceptions import InvalidRegionsError, LostDataWarning
from skdeepg.genome import Regions
from skdeepg.genome.locate import locate_regions
from skdeepg.sequences import read_sequences


@pytest.fixture
def two_files(tmp_path):
    for name in ("a.fasta", "b.fasta"):
        (tmp_path / name).write_text(">contig1\nACGTACGT\n>contig2\nGGGG\n")
    return read_sequences([tmp_path / "a.fasta", tmp_path / "b.fasta"])


def test_a_name_in_two_files_needs_the_file(two_files):
    with pytest.raises(InvalidRegionsError, match="2 records are named 'contig2' .*give .*`file`"):
        locate_regions(Regions(["contig2"], [1], [3]), two_files.records())
    found = locate_regions(Regions(["contig2"], [1], [3], file=["b.fasta"]), two_files.records())
    assert (found.record.tolist(), found.start.tolist(), found.end.tolist()) == ([3], [21], [23])


def test_a_row_that_is_there_twice_is_found_twice(two_files):
    found = locate_regions(Regions(["contig1"], [0], [4]), two_files[[0, 0]].records())
    assert found.record.tolist() == [0, 2]
    assert found.start.tolist() == [0, 0]


def test_regions_on_no_record_are_counted_and_named(two_files):
    records = two_files[:1].records()
    regions = Regions(["contig1", "chrX", "chrY"], [0, 0, 0], [4, 4, 4])
    with pytest.warns(LostDataWarning, match="2 of 3 regions .*first: 'chrX'"):
        found = locate_regions(regions, records)
    assert found.end.tolist() == [4]
    with pytest.raises(InvalidRegionsError, match="None of the 2 regions .*first: 'chrX'"):
        locate_regions(regions[1:], records)


def test_no_regions_are_nowhere(two_files):
    found = locate_regions(Regions.empty(), two_files.records())
    assert (len(found), found.start.dtype) == (0, np.int64)
