"""Write regions and tracks, have other programs read them, and compare; see `.ci/check-formats`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import gffutils
import numpy as np
import pyBigWig
from BCBio import GFF

from skdeepg.genome import RecordLengths, Regions, Track

LENGTHS = {"chr_1": 5000, "plasmid|2": 1700}


def make_regions() -> Regions:
    """Make regions with names that need escapes, at both ends of a record, on all strands."""
    records = RecordLengths(
        np.array(list(LENGTHS), dtype=object),
        np.array(["", ""], dtype=object),
        np.array(list(LENGTHS.values())),
    )
    return Regions(
        ["chr_1", "chr_1", "plasmid|2"],
        [0, 3500, 200],
        [1, 5000, 1700],
        strand=["+", "-", "."],
        score=[0.5, 0.875, np.nan],
        name=["16S; first=1, 50%", "16S rRNA", "x"],
        kind=["rRNA", "rRNA", "sequence_feature"],
        details={"threshold": 0.5},
        lengths=records,
    )


def make_track() -> Track:
    """Make a track of two records, with a last window at each record's end."""
    starts = [
        np.append(np.arange(0, length - 500, 100), length - 500) for length in LENGTHS.values()
    ]
    counts = [len(part) for part in starts]
    values = np.random.default_rng(0).random((1, sum(counts), 1))
    return Track(
        list(LENGTHS),
        ["", ""],
        list(LENGTHS.values()),
        [False, False],
        np.concatenate([[0], np.cumsum(counts)]),
        np.concatenate(starts),
        values,
        strands="+",
        columns=["16s"],
        window_length=500,
        stride=100,
    )


def run(*command: str | Path) -> str:
    """Run a program and return what it says."""
    done = subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True)
    if done.stderr and "fai not found, generating" not in done.stderr:
        raise SystemExit(f"{command[0]} complains: {done.stderr}")
    return done.stdout


def check_gff3(folder: Path, regions: Regions) -> None:
    """Compare what gffutils, bcbio-gff and bedtools read."""
    path = folder / "regions.gff3"
    regions.to_gff3(path)
    wanted = sorted(
        zip(regions.record, regions.start, regions.end, regions.strand, regions.name, strict=True)
    )
    database = gffutils.create_db(str(path), ":memory:", merge_strategy="create_unique")
    found = [
        (f.seqid, f.start - 1, f.end, f.strand, f.attributes["Name"][0])
        for f in database.all_features()
    ]
    assert sorted(found) == wanted, found
    strands = {1: "+", -1: "-", None: ".", 0: "."}
    with path.open() as stream:
        found = [
            (record.id, f.location.start, f.location.end, strands[f.location.strand], name)
            for record in GFF.parse(stream)
            for f in record.features
            for name in [",".join(f.qualifiers["Name"])]
        ]
    assert sorted(found) == wanted, found
    sequences = "".join(f">{name}\n{'ACGT' * (n // 4)}\n" for name, n in LENGTHS.items())
    (folder / "genome.fasta").write_text(sequences)
    fasta = run("bedtools", "getfasta", "-fi", folder / "genome.fasta", "-bed", path)
    heads = [line[1:] for line in fasta.splitlines() if line.startswith(">")]
    columns = (regions.record, regions.start, regions.end)
    assert heads == [f"{r}:{s}-{e}" for r, s, e in zip(*columns, strict=True)], heads


def check_bed(folder: Path, regions: Regions) -> None:
    """Have bedtools sort and merge BED, with plain and with scaled scores."""
    for scale in (None, 1000):
        path = folder / f"regions_{scale}.bed"
        regions.to_bed(path, score_scale=scale)
        lines = run("bedtools", "sort", "-i", path).splitlines()
        assert lines == path.read_text().splitlines(), lines
        merged = run("bedtools", "merge", "-s", "-i", path, "-c", "6", "-o", "distinct")
        assert merged.splitlines()[1] == "chr_1\t3500\t5000\t-", merged


def check_track(folder: Path, track: Track) -> None:
    """Have bedtools check bedGraph, and pyBigWig read bigWig back."""
    path = folder / "track.bedgraph"
    track.to_bedgraph(path, "16s")
    (folder / "sizes").write_text("".join(f"{name}\t{n}\n" for name, n in LENGTHS.items()))
    coverage = run("bedtools", "genomecov", "-i", path, "-g", folder / "sizes")
    shares = [line.split("\t") for line in coverage.splitlines()]
    assert {(depth, share) for _, depth, _, _, share in shares} == {("1", "1")}, coverage
    lines = run("bedtools", "sort", "-i", path)
    assert lines == path.read_text(), "bedGraph is not sorted"
    track.to_bigwig(folder / "track.bw", "16s")
    with pyBigWig.open(str(folder / "track.bw")) as file:
        assert file.chroms() == LENGTHS
        for line in lines.splitlines():
            record, start, end, value = line.split("\t")
            found = file.values(record, int(start), int(end))
            assert np.allclose(found, float(value), rtol=1e-6), line


def main() -> None:
    """Check all formats."""
    folder = Path(sys.argv[1])
    check_gff3(folder, make_regions())
    check_bed(folder, make_regions())
    check_track(folder, make_track())
    print("GFF3, BED, bedGraph and bigWig are read by other programs as they were meant")


if __name__ == "__main__":
    main()
