"""The variable regions of 16S genes are between conserved sites, wherever a gene begins."""

from __future__ import annotations

import numpy as np
import pytest

from skdeepg.datasets import load_16s_bacteria, load_16s_regions
from skdeepg.sequences import Vocabulary

SITES = ["341", "515", "785", "1391"]


@pytest.fixture(scope="module")
def genes():
    bunch = load_16s_bacteria(subset="validation")
    rows = bunch.data[bunch.target == "16s"]
    return [rows.sequence(i) for i in range(len(rows))]


def test_in_the_numbering_of_e_coli():
    regions = load_16s_regions()
    assert regions.select(kind="variable_region").name.tolist() == [f"V{i}" for i in range(1, 10)]
    sites = regions.select(kind="conserved_site")
    assert sites.name.tolist() == SITES
    assert (sites.start + 1).tolist() == [341, 515, 785, 1391]
    assert (sites.end - sites.start).tolist() == [17, 19, 13, 17]
    assert regions.details["shift"] == 0
    assert (np.diff(regions.start) > 0).all()
    assert not sites.touches(regions.select(kind="variable_region")).any()


def test_a_gene_without_its_first_and_last_bases(genes):
    gene = genes[0]
    whole, part = load_16s_regions(gene), load_16s_regions(gene[90:800], record="part")
    assert set(part.record) == {"part"}
    assert part.details["shift"] == whole.details["shift"] + 90
    inside = (whole.end > 90) & (whole.start < 800)
    np.testing.assert_array_equal(part.start, np.maximum(whole.start[inside] - 90, 0))
    np.testing.assert_array_equal(part.end, np.minimum(whole.end[inside] - 90, 710))


def test_sites_are_where_their_letters_are(genes):
    """Insertions move them by a base or two in most genes, by six in some."""
    off = []
    for gene in genes:
        site = load_16s_regions(gene).select(name="785")
        if "GGATTAGATACCC" in gene and len(site):
            off.append(abs(gene.index("GGATTAGATACCC") - site.start[0]))
    assert len(off) == 99
    assert np.mean(np.array(off) <= 1) > 0.85
    assert max(off) <= 6


def test_rna_and_lower_case(genes):
    rna = genes[0].replace("T", "U").lower()
    assert load_16s_regions(rna).start.tolist() == load_16s_regions(genes[0]).start.tolist()


def test_what_is_no_gene(genes):
    other = Vocabulary("ACGT").reverse_complement(genes[0])
    for sequence in ("", "ACGT" * 300, other):
        with pytest.raises(ValueError, match="none of the conserved sites of 16S genes"):
            load_16s_regions(sequence)
