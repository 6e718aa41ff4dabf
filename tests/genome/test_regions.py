"""Regions: a checked, read-only table of stretches of records."""

import copy
import pickle
import subprocess
import sys
from dataclasses import FrozenInstanceError

import numpy as np
import pandas as pd
import pytest

from skdeepg.exceptions import InvalidRegionsError
from skdeepg.genome import Regions


@pytest.fixture
def genes():
    return Regions(
        record=["chr", "chr", "plasmid"],
        start=[10, 30, 0],
        end=[20, 45, 4],
        strand=["+", "-", "."],
        score=[0.5, np.nan, 2],
        name=["16S_rRNA", "5S_rRNA", "16S_rRNA"],
        kind=["rRNA", "rRNA", "gene"],
        file=["a.fasta", "a.fasta", ""],
    )


def test_columns_and_their_types(genes):
    assert len(genes) == 3
    assert genes.record.dtype == object
    assert genes.start.dtype == genes.end.dtype == np.int64
    assert genes.score.dtype == np.float64
    assert genes.end.tolist() == [20, 45, 4]
    assert repr(genes) == "<Regions: 3 on 2 record(s), 29 bases>"


def test_what_is_not_given_is_absent():
    region = Regions(["chr"], [0], [1])
    assert (region.strand[0], region.name[0], region.kind[0], region.file[0]) == (".", "", "", "")
    assert np.isnan(region.score[0])


def test_arrays_are_copies_and_cannot_be_changed():
    start = np.array([3])
    region = Regions(["chr"], start, [9])
    start[0] = 5
    assert region.start.tolist() == [3]
    with pytest.raises(ValueError, match="read-only"):
        region.start[0] = 5
    with pytest.raises(FrozenInstanceError):
        region.start = start


@pytest.mark.parametrize(
    ("index", "ends"),
    [
        (np.array([True, False, True]), [20, 4]),
        (slice(1, None), [45, 4]),
        ([2, 0, 0], [4, 20, 20]),
        ([], []),
        (-1, [4]),
        (np.zeros(3, dtype=bool), []),
    ],
)
def test_indexing_gives_regions(genes, index, ends):
    part = genes[index]
    assert isinstance(part, Regions)
    assert part.end.tolist() == ends


def test_indexing_keeps_all_columns(genes):
    pd.testing.assert_frame_equal(
        genes[[1]].to_frame(), genes.to_frame().iloc[[1]].reset_index(drop=True)
    )


@pytest.mark.parametrize(
    ("wanted", "ends"),
    [
        ({}, [20, 45, 4]),
        ({"name": "16S_rRNA"}, [20, 4]),
        ({"name": "16S_rRNA", "record": "chr"}, [20]),
        ({"strand": ["+", "-"]}, [20, 45]),
        ({"kind": {"gene", "CDS"}}, [4]),
        ({"name": "16S"}, []),
        ({"record": []}, []),
    ],
)
def test_select(genes, wanted, ends):
    assert genes.select(**wanted).end.tolist() == ends


def test_concatenate_keeps_order(genes):
    joined = Regions.concatenate([genes[[2]], Regions.empty(), genes[:1]])
    assert joined.record.tolist() == ["plasmid", "chr"]
    assert len(Regions.concatenate([])) == len(Regions.empty()) == 0
    assert Regions.empty().start.dtype == np.int64


def test_table_and_back(genes):
    frame = genes.to_frame()
    assert frame.columns.tolist() == [
        *("record", "start", "end", "strand", "score", "name", "kind", "file"),
    ]
    pd.testing.assert_frame_equal(Regions.from_frame(frame).to_frame(), frame)
    pd.testing.assert_frame_equal(
        Regions.from_frame(frame[:0]).to_frame(), Regions.empty().to_frame()
    )


def test_table_with_other_columns_and_whole_floats():
    frame = pd.DataFrame({"end": [9.0], "note": ["x"], "record": ["chr"], "start": [2.0]})
    regions = Regions.from_frame(frame)
    assert (regions.start.tolist(), regions.end.tolist()) == ([2], [9])


def test_table_without_a_needed_column():
    with pytest.raises(InvalidRegionsError, match=r"no column start, end; .* found record, begin"):
        Regions.from_frame(pd.DataFrame({"record": ["a"], "begin": [1]}))


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"start": [0, -1]}, "Region 1 on record 'b' has start -1 and end 9"),
        ({"end": [0, 9]}, "Region 0 on record 'a' has start 0 and end 0"),
        ({"start": [0, 9.5]}, "start of region 1 must be a whole number, found 9.5"),
        ({"start": [0, np.nan]}, "start of region 1 must be a whole number, found nan"),
        ({"end": [5, "9"]}, "end of region 1 must be a whole number, found '9'"),
        ({"strand": ["+", "plus"]}, "Region 1 on record 'b' has strand 'plus'"),
        ({"score": [1.0, "high"]}, "score of region 1 must be a number, .* found 'high'"),
        ({"name": ["x", None]}, "name of region 1 must be a string, found None"),
        ({"record": ["a", 7]}, "record of region 1 must be a string, found 7"),
        ({"end": [5]}, r"end has shape \(1,\), but there are 2 records"),
        ({"score": 1.0}, r"score has shape \(\), but there are 2 records"),
    ],
)
def test_values_that_make_no_sense(columns, message):
    with pytest.raises(InvalidRegionsError, match=message):
        Regions(**{"record": ["a", "b"], "start": [0, 2], "end": [5, 9], **columns})


@pytest.mark.parametrize("again", [lambda genes: pickle.loads(pickle.dumps(genes)), copy.deepcopy])
def test_copies_are_equal_and_cannot_be_changed_either(genes, again):
    copied = again(genes)
    pd.testing.assert_frame_equal(copied.to_frame(), genes.to_frame())
    assert not any(getattr(copied, column).flags.writeable for column in genes.to_frame())


def test_importing_genome_imports_no_tensorflow():
    code = "import sys, skdeepg.genome; sys.exit(bool({'keras', 'tensorflow'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
