"""Rows for finding genes; and that a classifier trained on them finds genes."""

from __future__ import annotations

import numpy as np
import pytest

from skdeepg import FastaWindowTransformer, SequenceClassifier
from skdeepg.datasets import load_16s_bacteria, load_scan_example, make_gene_finding_rows

GENES = ["ACGTACGTACGTACGTACGG", "TTTTTGGGGGCCCCCAAAAACC"]
BACKGROUND = ["A" * 300, "T" * 8, "AT" * 50]


def rows(window_length=8, **options):
    X, y = make_gene_finding_rows(
        GENES, BACKGROUND, window_length=window_length, random_state=0, **options
    )
    return [X.sequence(i) for i in range(len(X))], y.tolist(), X.names.tolist()


def test_what_rows_are_made_of():
    X, y, names = rows()
    assert y == ["gene"] * 2 + ["background"] * (len(X) - 2)
    for row, gene in zip(X[:2], GENES, strict=True):
        assert (row[4:-4], len(row)) == (gene, len(gene) + 8)
        assert set(row[:4] + row[-4:]) <= set("AT")
    start, end, other, pieces = X[2:6]
    assert (start[8:], end[:4], len(start), len(end)) == (GENES[0][:4], GENES[0][-4:], 12, 12)
    assert other == X[0].translate(str.maketrans("ACGT", "TGCA"))[::-1]
    assert sorted(pieces) == sorted(GENES[0])
    assert names[2:6] == ["start of 0", "end of 0", "other strand of 0", "pieces of 0"]
    assert X[-3:] == BACKGROUND


def test_every_window_of_a_gene_row_holds_half_a_gene_at_least():
    X, _ = make_gene_finding_rows(["G" * 30], ["A" * 90], window_length=10, random_state=0)
    row = X.sequence(0)
    shares = [row[i : i + 10].count("G") for i in range(len(row) - 9)]
    assert (min(shares), max(shares)) == (5, 10)


def test_rows_of_genes_are_repeated_for_a_large_background():
    X, y = make_gene_finding_rows(GENES, ["A" * 100_000], window_length=8, random_state=0)
    lengths = X.lengths[(y == "background")]
    assert 0.08 < lengths[:-1].sum() / lengths[-1] < 0.12
    assert (y == "gene").sum() == 2


def test_random_state_and_labels():
    assert rows() == rows()
    X, y = make_gene_finding_rows(GENES, ["ACGT" * 50], labels=("16s", "x"), window_length=8)
    assert set(y) == {"16s", "x"}
    again, _ = make_gene_finding_rows(GENES, ["ACGT" * 50], window_length=8)
    assert [X.sequence(i) for i in range(8)] != [again.sequence(i) for i in range(8)]


@pytest.mark.parametrize(
    ("genes", "background", "message"),
    [
        (GENES, ["ACGT"], "background: its longest record has 4 bases, but window_length=50"),
        (["ACGT"], ["ACGT" * 50], "genes must have at least half of window_length=50"),
    ],
)
def test_too_short(genes, background, message):
    with pytest.raises(ValueError, match=message):
        make_gene_finding_rows(genes, background, window_length=50)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
def test_16s_genes_of_unseen_genera_are_found(seed):
    """Exact count and strand, borders within 60 bases."""
    train = load_16s_bacteria(subset="train")
    is_gene = train.target == "16s"
    X, y = make_gene_finding_rows(
        train.data[is_gene], train.data[~is_gene], labels=("16s", "bacteria"), random_state=seed
    )
    clf = SequenceClassifier(
        windows=FastaWindowTransformer(500, stride=50),
        sampling="balanced",
        steps_per_epoch=100,
        max_epochs=4,
        random_state=seed,
    ).fit(X, y)
    for name in ("streptococcus_suis", "corynebacterium_diphtheriae"):
        example = load_scan_example(name)
        truth = example.regions.select(name="16S_rRNA")
        found = clf.scan(example.data, stride=100, refine=10).regions("16s")
        assert found.strand.tolist() == truth.strand.tolist()
        np.testing.assert_allclose(found.start, truth.start, atol=60)
        np.testing.assert_allclose(found.end, truth.end, atol=60)
