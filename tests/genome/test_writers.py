"""Regions in files and back, and GenBank."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skdeepg.exceptions import InvalidRegionsError
from skdeepg.genome import RecordLengths, Regions, read_bed, read_genbank, read_gff3

# all that UTF-8 can hold
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
SCORES = st.floats(allow_nan=True, allow_infinity=False)


@st.composite
def regions(draw, text, record):
    n = draw(st.integers(0, 4))
    start = draw(st.lists(st.integers(0, 10**9), min_size=n, max_size=n))
    length = draw(st.lists(st.integers(1, 10**6), min_size=n, max_size=n))
    columns = {
        name: draw(st.lists(values, min_size=n, max_size=n))
        for name, values in {
            "record": record,
            "strand": st.sampled_from("+-."),
            "score": SCORES,
            "name": text,
            "kind": text.filter(bool),
            "file": text,
        }.items()
    }
    return Regions(start=start, end=np.add(start, length).astype(int), **columns)


@settings(max_examples=60)
@given(regions(TEXT, TEXT.filter(bool)))
def test_gff3_round_trip(written):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.gff"
        written.to_gff3(path)
        pd.testing.assert_frame_equal(read_gff3(path).to_frame(), written.to_frame())


PLAIN_TEXT = st.text(st.characters(categories=["L", "N", "P", "S"]), max_size=8)


@settings(max_examples=60)
@given(
    regions(
        PLAIN_TEXT.filter(lambda text: text != "."),
        PLAIN_TEXT.filter(lambda text: text not in ("", "track", "browser") and text[0] != "#"),
    )
)
def test_bed_round_trip(written):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.bed"
        written.to_bed(path)
        kept = ["record", "start", "end", "strand", "score", "name"]
        pd.testing.assert_frame_equal(read_bed(path).to_frame()[kept], written.to_frame()[kept])


@pytest.fixture
def genes():
    return Regions(
        ["chr 1", "chr 1"],
        [100, 0],
        [200, 1],
        strand=["-", "."],
        score=[0.5, np.nan],
        name=["16S; a=b", ""],
        kind=["rRNA", ""],
        details={"threshold": 0.25},
        lengths=RecordLengths(
            np.array(["chr 1", "other"], dtype=object),
            np.array(["", ""], dtype=object),
            np.array([5000, 9]),
        ),
    )


def test_gff3_counts_from_one_and_escapes(genes, tmp_path):
    genes.to_gff3(tmp_path / "a.gff")
    assert (tmp_path / "a.gff").read_text() == (
        "##gff-version 3\n"
        '# skdeepg: {"threshold": 0.25}\n'
        "##sequence-region chr%201 1 5000\n"
        "chr%201\tskdeepg\trRNA\t101\t200\t0.5\t-\t.\tName=16S%3B a%3Db\n"
        "chr%201\tskdeepg\tsequence_feature\t1\t1\t.\t.\t.\t.\n"
    )


def test_gff3_keeps_letters_and_blanks_at_the_ends(tmp_path):
    written = Regions(["X", "chrX"], [0, 0], [9, 9], name=["X; of two X", " X "], kind=["X", "a X"])
    written.to_gff3(tmp_path / "a.gff")
    pd.testing.assert_frame_equal(read_gff3(tmp_path / "a.gff").to_frame(), written.to_frame())


def test_gff3_gives_no_length_to_a_name_of_two_records(tmp_path):
    lengths = RecordLengths(
        np.array(["a", "b", "a"], dtype=object),
        np.array(["x.fasta", "x.fasta", "y.fasta"], dtype=object),
        np.array([100, 200, 300]),
    )
    regions = Regions(["a", "b"], [0, 10], [5, 20], lengths=lengths)
    regions.to_gff3(tmp_path / "a.gff")
    lines = (tmp_path / "a.gff").read_text().splitlines()
    assert [line for line in lines if "sequence-region" in line] == ["##sequence-region b 1 200"]


def test_bed_counts_from_zero(genes, tmp_path):
    genes.to_bed(tmp_path / "a.bed")
    assert (tmp_path / "a.bed").read_text() == (
        "chr 1\t100\t200\t16S; a=b\t0.5\t-\nchr 1\t0\t1\t.\t.\t.\n"
    )
    genes.to_bed(tmp_path / "a.bed", score_scale=1000, overwrite=True)
    assert [line.split("\t")[4] for line in (tmp_path / "a.bed").open()] == ["500", "0"]


def test_scaled_scores_of_bed_keep_to_its_range_and_are_rounded(tmp_path):
    scores = [-np.inf, -0.1, 0.0004, 0.0006, 0.5, 2, np.inf]
    regions = Regions(["chr"] * 7, range(7), range(1, 8), score=scores)
    regions.to_bed(tmp_path / "a.bed", score_scale=1000)
    written = [line.split("\t")[4] for line in (tmp_path / "a.bed").open()]
    assert written == ["0", "0", "0", "1", "500", "1000", "1000"]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"record": ["a\tb"]}, "record of region 0 is 'a.tb': BED cannot hold tabs"),
        ({"name": ["a\nb"]}, "name of region 0"),
        ({"record": ["track"]}, "begins another kind of line"),
        ({"record": ["#a"]}, "begins another kind of line"),
        ({"record": [""]}, "begins another kind of line"),
        ({"record": ["\ufeffa"]}, "begins another kind of line"),
        ({"name": ["."]}, "name of region 0 is '.', which stands for none"),
    ],
)
def test_names_that_bed_cannot_hold(tmp_path, columns, message):
    region = Regions(**{"record": ["a"], "start": [0], "end": [1], **columns})
    with pytest.raises(InvalidRegionsError, match=message):
        region.to_bed(tmp_path / "a.bed")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("write", [Regions.to_gff3, Regions.to_bed])
def test_existing_files_stay(genes, tmp_path, write):
    (tmp_path / "a").write_text("mine")
    with pytest.raises(FileExistsError, match="overwrite=True"):
        write(genes, tmp_path / "a")
    assert (tmp_path / "a").read_text() == "mine"


GENBANK = """\
LOCUS       chr                       60 bp    DNA     circular BCT 01-JAN-2000
DEFINITION  A small circle.
ACCESSION   chr
VERSION     chr.2
FEATURES             Location/Qualifiers
     source          1..60
                     /organism="x"
     rRNA            11..20
                     /gene="rrsA"
                     /product="16S ribosomal RNA"
     rRNA            complement(<21..30)
                     /gene="rrsB"
     CDS             join(5..10,15..20)
                     /locus_tag="t1"
     tRNA            join(56..60,1..4)
     tRNA            complement(join(56..60,1..4))
ORIGIN
        1 acgtacgtac gtacgtacgt acgtacgtac gtacgtacgt acgtacgtac gtacgtacgt
//
"""


def test_genbank(tmp_path):
    path = tmp_path / "a.gb"
    path.write_text(GENBANK)
    found = read_genbank(path, kind="rRNA")
    assert found.record.tolist() == ["chr.2"] * 2
    assert (found.start.tolist(), found.end.tolist()) == ([10, 20], [20, 30])
    assert found.strand.tolist() == ["+", "-"]
    assert found.name.tolist() == ["16S ribosomal RNA", "rrsB"]
    parts = read_genbank(path, kind=["CDS", "tRNA"])
    # a gene of two parts is one region, a gene over the circle's end two
    assert list(zip(parts.start, parts.end, parts.strand, strict=True)) == [
        *((4, 20, "+"), (55, 60, "+"), (0, 4, "+"), (55, 60, "-"), (0, 4, "-")),
    ]
    assert len(read_genbank(path)) == 8


def test_a_feature_on_both_strands_has_none(tmp_path):
    """As genes that are spliced together from both."""
    places = "join(5..10,complement(15..20))"
    (tmp_path / "a.gb").write_text(GENBANK.replace("join(5..10,15..20)", places))
    found = read_genbank(tmp_path / "a.gb", kind="CDS")
    assert (found.start.tolist(), found.end.tolist(), found.strand.tolist()) == ([4], [20], ["."])


def test_files_that_are_not_genbank(tmp_path):
    (tmp_path / "a").write_text("##gff-version 3\n")
    with pytest.raises(InvalidRegionsError, match="no line begins with LOCUS"):
        read_genbank(tmp_path / "a")
    with pytest.raises(FileNotFoundError, match="no annotation file"):
        read_genbank(tmp_path / "b")


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("(11..20", r"c\.gb cannot be read as GenBank, record 2: "),
        ("x..20", r"c\.gb: a rRNA feature of record 'chr\.2' has a location that Biopython"),
    ],
)
@pytest.mark.filterwarnings(
    "ignore:Could not parse feature location", "ignore:Non-standard feature"
)
def test_genbank_locations_that_make_no_sense(tmp_path, place, message):
    (tmp_path / "c.gb").write_text(GENBANK + GENBANK.replace("11..20", place))
    with pytest.raises(InvalidRegionsError, match=message) as error:
        read_genbank(tmp_path / "c.gb")
    assert str(error.value).count("c.gb") == 1
