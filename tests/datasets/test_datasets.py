"""The bundled data: contents, annotation against sequence, and export to folders."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from skdeepg.datasets import export_example_folders, load_16s_bacteria, load_scan_example
from skdeepg.sequences import Sequences, load_labelled_folders, read_records

# A stretch near the start of nearly every bacterial 16S gene (primer 27F) would vary; this one, in
# its middle (primer 515F, its ambiguous base left out), hardly does.
CONSERVED = "GCCGCGGTAA"
COMPLEMENT = str.maketrans("ACGT", "TGCA")


@pytest.mark.parametrize(
    ("subset", "n_genes", "n_pieces", "n_bases"),
    [("train", 498, 20, 1_931_906), ("validation", 100, 5, 447_066), ("all", 598, 25, 2_378_972)],
)
def test_16s_bacteria(subset, n_genes, n_pieces, n_bases):
    bunch = load_16s_bacteria(subset=subset)
    n_rows = n_genes + n_pieces
    assert isinstance(bunch.data, Sequences)
    assert bunch.data.n_bases == n_bases
    labels, counts = np.unique(bunch.target, return_counts=True)
    assert dict(zip(labels, counts, strict=True)) == {"16s": n_genes, "bacteria": n_pieces}
    assert bunch.target_names == ["16s", "bacteria"]
    for column in (bunch.target, bunch.groups, bunch.phylum, bunch.names):
        assert column.shape == (n_rows,)
        assert column.dtype == object
    assert bunch.names.tolist() == bunch.data.names.tolist()


def test_training_is_the_default_and_rows_are_in_the_order_of_the_files():
    bunch = load_16s_bacteria()
    assert (bunch.names[0], bunch.groups[0], bunch.phylum[0], bunch.target[0]) == (
        *("7000004128189575", "Gp1", "Acidobacteria", "16s"),
    )
    assert (bunch.names[498], bunch.groups[498], bunch.target[498]) == (
        *("NC_000913.3:2078633-2138632", "Escherichia", "bacteria"),
    )
    assert bunch.data.lengths[498:].tolist() == [60_000] * 20
    assert all(isinstance(path, Path) for path in bunch.filenames)
    records = [record for path in bunch.filenames for record in read_records(path)]
    assert bunch.data.sequence(498) == records[498].sequence


def test_genera_of_validation_are_not_in_training():
    train, validation = (load_16s_bacteria(subset=part) for part in ("train", "validation"))
    assert not set(train.groups) & set(validation.groups)
    tuberculosis = train.names == "NC_000962.3:1005800-1065799"
    assert train.groups[tuberculosis].tolist() == ["Mycobacterium"]


def test_genes_have_what_16s_genes_have():
    bunch = load_16s_bacteria(subset="validation")
    has = np.array([CONSERVED in bunch.data.sequence(row) for row in range(len(bunch.data))])
    assert has[bunch.target == "16s"].mean() > 0.9


def test_description_has_provenance_and_licence():
    description = load_16s_bacteria().DESCR
    assert "microbiomeutil-data" in description
    assert "Redistributions of source code must retain" in " ".join(description.split())


def test_unknown_subset():
    with pytest.raises(ValueError, match="subset='test' must be one of \"train\""):
        load_16s_bacteria(subset="test")


@pytest.mark.parametrize(
    ("name", "length", "genes"),
    [
        ("streptococcus_suis", 150_000, [(26_615, 28_160, "+"), (120_656, 122_201, "+")]),
        ("corynebacterium_diphtheriae", 100_000, [(66_950, 68_467, "-")]),
    ],
)
def test_scan_examples(name, length, genes):
    example = load_scan_example(name)
    assert len(example.sequence) == length
    assert len(example.data) == 1
    assert example.data.sequence(0) == example.sequence
    regions = example.regions.select(name="16S_rRNA")
    assert list(zip(regions.start, regions.end, regions.strand, strict=True)) == genes
    assert set(example.regions.record) == set(example.names) == set(example.data.names)


@pytest.mark.parametrize("name", ["streptococcus_suis", "corynebacterium_diphtheriae"])
def test_annotated_stretches_are_16s_genes(name):
    example = load_scan_example(name)
    genes = example.regions.select(name="16S_rRNA")
    for start, end, strand in zip(genes.start, genes.end, genes.strand, strict=True):
        gene = example.sequence[start:end]
        assert CONSERVED in (gene if strand == "+" else gene.translate(COMPLEMENT)[::-1])


def test_unknown_scan_example():
    with pytest.raises(ValueError, match="name='e_coli' must be one of 'corynebacterium_diph"):
        load_scan_example("e_coli")


def test_exported_folders_hold_the_same_rows(tmp_path):
    folder = export_example_folders(tmp_path / "new" / "examples", subset="validation")
    assert folder == tmp_path / "new" / "examples"
    assert not (folder / "train").exists()
    X, y, _ = load_labelled_folders([folder / "validation/16s", folder / "validation/bacteria"])
    bunch = load_16s_bacteria(subset="validation")

    def content(sequences, labels):
        pairs = zip(range(len(sequences)), labels, strict=True)
        return sorted(
            (label, hashlib.md5(sequences.sequence(row).encode()).hexdigest())
            for row, label in pairs
        )

    assert content(X, y) == content(bunch.data, bunch.target)


def test_exported_files_keep_the_header(tmp_path):
    folder = export_example_folders(tmp_path, subset="train")
    path = folder / "train" / "bacteria" / "NC_000913.3_2078633-2138632.fasta"
    lines = path.read_text().splitlines()
    assert lines[0] == ">NC_000913.3:2078633-2138632 Escherichia Proteobacteria"
    assert {len(line) for line in lines[1:]} == {80}


def test_exporting_again_gives_the_same_files(tmp_path):
    for _ in range(2):
        export_example_folders(tmp_path, subset="validation")
    assert len(list(tmp_path.rglob("*.fasta"))) == 105


def test_exporting_does_not_mix_with_other_files(tmp_path):
    other = tmp_path / "validation" / "bacteria" / "mine.fasta"
    other.parent.mkdir(parents=True)
    other.write_text(">a\nACGT\n")
    with pytest.raises(FileExistsError, match=r"1 other file\(s\), such as 'mine.fasta'"):
        export_example_folders(tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [other]
