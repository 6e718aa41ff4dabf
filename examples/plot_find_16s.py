"""
Finding the 16S genes of a genome
=================================

A classifier is trained on single genes and on pieces of genomes, then runs along an unseen stretch
of DNA, finds the genes, with strand and borders, and writes them in the formats of genome browsers.
"""

# %%
# Training
# --------
#
# The package brings 498 16S genes and pieces of 20 genomes, none of which holds such a gene.
# ``make_gene_finding_rows`` puts the genes between pieces of genome, so that windows at a border
# belong to the side that they hold more of, and adds what must not be taken for a gene: its other
# strand, and pieces of it in random order.

import tempfile
from pathlib import Path

import matplotlib.pyplot as plt

from skdeepg import FastaWindowTransformer, SequenceClassifier
from skdeepg.datasets import load_16s_bacteria, load_scan_example, make_gene_finding_rows
from skdeepg.inspection import ConfidenceDisplay, RegionsDisplay, TrackDisplay

train = load_16s_bacteria(subset="train")
is_gene = train.target == "16s"
X, y = make_gene_finding_rows(
    train.data[is_gene], train.data[~is_gene], labels=("16s", "bacteria"), random_state=0
)
clf = SequenceClassifier(
    windows=FastaWindowTransformer(500, stride=50),
    sampling="balanced",
    steps_per_epoch=100,
    max_epochs=4,
    random_state=0,
)
clf.fit(X, y)

# %%
# Scanning
# --------
#
# Two stretches of genomes whose genera are not in training: 150,000 bases with two genes on the
# forward strand, and 100,000 with one on the reverse strand. A window every 100 bases, and every 10
# where something is found; both strands.

examples = [
    load_scan_example("streptococcus_suis"),
    load_scan_example("corynebacterium_diphtheriae"),
]
track = clf.scan([example.filename for example in examples], stride=100, refine=10)
track

# %%
# Regions, and how well they agree with the annotation:

found = track.regions("16s")
print(found.to_frame()[["record", "start", "end", "strand", "score"]].to_string(index=False))

# %%

truth = examples[0].regions.concatenate([example.regions for example in examples])
truth = truth.select(name="16S_rRNA")
comparison = found.overlap(truth)
print(comparison)

# %%
# Pictures
# --------
#
# The track with the threshold; the annotated genes are shaded.

TrackDisplay.from_predictions(track, "16s", threshold=0.5, truth=truth)
plt.show()

# %%
# Each region at every tenth base. The borders are where the score crosses the threshold.

RegionsDisplay.from_predictions(track, found, "16s", truth=truth)
plt.show()

# %%
# Most windows are answered with confidence: those in between lie at the genes' borders.

ConfidenceDisplay.from_predictions(track)
plt.show()

# %%
# Files
# -----
#
# For a genome browser such as IGV: load the FASTA file as the genome, and these as tracks.

folder = Path(tempfile.mkdtemp())
found.to_gff3(folder / "16s.gff")
found.to_bed(folder / "16s.bed")
track.to_bedgraph(folder / "16s.bedgraph", "16s", strand="+")
print((folder / "16s.gff").read_text())

# %%
# On whole genomes
# ----------------
#
# Five genomes of genera that training has not seen have 16 genes of 16S rRNA. For these the
# classifier is trained on 20 whole genomes, and once more on the stretches of them that it first
# mistakes for the gene: ``benchmarks/find_16s.py``, with numbers in the user guide.
