"""GFF3 and BED files: coordinates, names, odd but valid lines, and refusals that name the line."""

import gzip

import numpy as np
import pytest

from skdeepg.exceptions import InvalidRegionsError
from skdeepg.genome import Regions, read_bed, read_gff3

GFF3 = """\
##gff-version 3
##sequence-region chr 1 5000
# a comment

chr\tbarrnap:0.9\trRNA\t101\t200\t1.5e-10\t-\t.\tName=16S_rRNA;product=16S ribosomal RNA
chr\ttool\tgene\t1\t1\t.\t+\t.\tID=gene-1;locus_tag=x
chr%2C1\ttool\tCDS\t7\t9\t3\t?\t0\tNote=no name; Name=a%3Bb%20c
chr\ttool\tregion\t5\t5000\t.\t.\t.\t.
###
"""
SEQUENCE = ">chr\nACGT\tACGT\n"


def gff_line(**changes):
    columns = {
        "record": "chr",
        "source": "tool",
        "kind": "gene",
        "start": "10",
        "end": "20",
        "score": ".",
        "strand": "+",
        "phase": ".",
        "attributes": "ID=1",
    }
    return "\t".join({**columns, **changes}.values())


@pytest.fixture
def write(tmp_path):
    def write(content, name="annotation"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_gff3(write):
    regions = read_gff3(write(GFF3))
    assert regions.record.tolist() == ["chr", "chr", "chr,1", "chr"]
    assert regions.start.tolist() == [100, 0, 6, 4]
    assert regions.end.tolist() == [200, 1, 9, 5000]
    assert regions.strand.tolist() == ["-", "+", ".", "."]
    assert regions.name.tolist() == ["16S_rRNA", "gene-1", "a;b c", ""]
    assert regions.kind.tolist() == ["rRNA", "gene", "CDS", "region"]
    np.testing.assert_array_equal(regions.score, [1.5e-10, np.nan, 3, np.nan])
    assert set(regions.file) == {""}


@pytest.mark.parametrize(
    "content",
    [
        GFF3.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + GFF3.encode(),
        gzip.compress(GFF3.encode()),
        (GFF3 + "##FASTA\n" + SEQUENCE).encode(),
        (GFF3 + SEQUENCE).encode(),
        GFF3.rstrip("\n").encode(),
    ],
    ids=["windows", "byte_order_mark", "gzip", "with_sequence", "bare_sequence", "no_last_newline"],
)
def test_gff3_in_other_wrappings(write, content):
    regions, plain = read_gff3(write(content)), read_gff3(write(GFF3, "plain"))
    assert regions.to_frame().equals(plain.to_frame())


def test_compression_is_told_by_content_not_by_name(write):
    assert len(read_gff3(write(GFF3, "plain.gff.gz"))) == 4


def test_several_files_in_the_order_given(write):
    first = write(gff_line(record="a"), "z.gff")
    second = write(gff_line(record="b"), "a.gff")
    assert read_gff3([first, str(second)]).record.tolist() == ["a", "b"]
    assert len(read_gff3([])) == 0


@pytest.mark.parametrize("content", ["", "##gff-version 3\n", "##gff-version 3\n##FASTA\n>a\nAC\n"])
def test_annotation_without_features_has_no_regions(write, content):
    regions = read_gff3(write(content))
    assert isinstance(regions, Regions)
    assert len(regions) == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("chr 1 2", r"line 2: GFF3 has 9 columns parted by tabs, found 1: 'chr 1 2'"),
        (gff_line(start="0"), "line 2: start 0 and end 20 .* GFF3 counts from 1"),
        (gff_line(start="30"), "line 2: start 30 and end 20"),
        (gff_line(start="1e3"), "line 2: the start must be a whole number, found '1e3'"),
        (gff_line(end="-5"), "line 2: the end must be a whole number, found '-5'"),
        (gff_line(score="high"), "line 2: the score must be a number or a dot, found 'high'"),
        (gff_line(strand="1"), "line 2: the strand must be .* found '1'"),
        (gff_line(attributes='gene_id "x";'), "line 2: .*key=value.* Convert GTF and GFF2"),
    ],
)
def test_gff3_lines_that_make_no_sense(write, content, message):
    path = write(f"##gff-version 3\n{content}\n", "genes.gff")
    with pytest.raises(InvalidRegionsError, match=f"genes.gff, {message}"):
        read_gff3(path)


def test_sequence_instead_of_annotation(write):
    with pytest.raises(InvalidRegionsError, match="is a FASTA file, not GFF3"):
        read_gff3(write(SEQUENCE))


@pytest.mark.parametrize("read", [read_gff3, read_bed])
def test_files_that_cannot_be_read(write, tmp_path, read):
    with pytest.raises(FileNotFoundError, match=r"There is no annotation file .*missing\.gff"):
        read(tmp_path / "missing.gff")
    with pytest.raises(FileNotFoundError, match="There is no annotation file"):
        read(tmp_path)
    with pytest.raises(InvalidRegionsError, match="is not a text file"):
        read(write(b"\x89PNG\r\n\xff\x00", "image.png"))
    with pytest.raises(InvalidRegionsError, match="damaged or truncated gzip file"):
        read(write(gzip.compress(GFF3.encode())[:40], "cut.gff.gz"))


def test_bed_with_three_to_six_and_more_columns(write):
    regions = read_bed(
        write(
            "browser position chr:1-100\n"
            'track name="genes"\n'
            "# a comment\n"
            "\n"
            "chr\t0\t10\n"
            "chr\t5\t20\tgene one\n"
            "chr 7 9 b 3.5 -\n"
            "chr\t1\t2\t.\t.\t+\t1\t2\t0,0,0\r\n"
            "tracker\t1\t2\tx\t7\n"
        )
    )
    assert regions.record.tolist() == ["chr", "chr", "chr", "chr", "tracker"]
    assert regions.start.tolist() == [0, 5, 7, 1, 1]
    assert regions.end.tolist() == [10, 20, 9, 2, 2]
    assert regions.name.tolist() == ["", "gene one", "b", "", "x"]
    assert regions.strand.tolist() == [".", ".", "-", "+", "."]
    np.testing.assert_array_equal(regions.score, [np.nan, np.nan, 3.5, np.nan, 7])
    assert set(regions.kind) == set(regions.file) == {""}


def test_gzip_bed_files(write):
    paths = [write(gzip.compress(b"chr\t0\t10\n"), "a"), write("chr\t10\t20\n", "b")]
    assert read_bed(paths).end.tolist() == [10, 20]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("chr\t5", "line 2: BED has at least the 3 columns .* found 2: 'chr.t5'"),
        ("chr\tfive\t9", "line 2: the start must be a whole number, found 'five'"),
        ("chr\t5\tnine", "line 2: the end must be a whole number, found 'nine'"),
        ("chr\t9\t9", "line 2: start 9 and end 9 make no region; BED counts from 0"),
        ("chr\t1\t9\tx\thigh", "line 2: the score must be a number or a dot, found 'high'"),
        ("chr\t1\t9\tx\t0\t*", r"line 2: the strand must be .* found '\*'"),
    ],
)
def test_bed_lines_that_make_no_sense(write, content, message):
    path = write(f"# genes\n{content}\n", "genes.bed")
    with pytest.raises(InvalidRegionsError, match=f"genes.bed, {message}"):
        read_bed(path)


def test_gff3_and_bed_of_the_same_gene_agree(write):
    gff = read_gff3(write(gff_line(start="11", end="20"), "gene.gff"))
    bed = read_bed(write("chr\t10\t20", "gene.bed"))
    assert (gff.start[0], gff.end[0]) == (bed.start[0], bed.end[0]) == (10, 20)
