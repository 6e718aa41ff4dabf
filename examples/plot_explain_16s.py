"""
What a classifier has learnt of the 16S gene
============================================

A classifier tells 16S genes from other DNA. Which of their bases make it decide? Windows slide
along a gene that it has not seen, each is explained by integrated gradients, and every base gets
the mean over the windows that see it. Nine stretches of the gene are known to vary between
bacteria, and the rest to be conserved: has the network found that out?
"""

# %%
# A classifier that must know the gene
# ------------------------------------
#
# Genes and pieces of genomes differ in composition, and a network that has to tell only these apart
# may learn nothing else. ``make_gene_finding_rows`` adds what is as rich in G and C as the gene,
# but is not the gene: its other strand, and pieces of it in random order.

import warnings

from skdeepg import FastaWindowTransformer, SequenceClassifier
from skdeepg.datasets import load_16s_bacteria, make_gene_finding_rows
from skdeepg.exceptions import LostDataWarning

warnings.simplefilter("ignore", LostDataWarning)  # some bases are ambiguous

train = load_16s_bacteria(subset="train")
is_gene = train.target == "16s"
X, y = make_gene_finding_rows(
    train.data[is_gene], train.data[~is_gene], labels=("16s", "bacteria"), random_state=0
)
clf = SequenceClassifier(
    windows=FastaWindowTransformer(500, stride=50),
    sampling="balanced",
    steps_per_epoch=60,
    max_epochs=3,
    random_state=0,
)
clf.fit(X, y)

# %%
# A gene of a genus that is not in the training data:

test = load_16s_bacteria(subset="validation")
row = list(test.groups).index("Pragia")
gene = test.data[[row]]
print(test.groups[row], test.phylum[row], clf.predict_proba(gene).round(4), clf.classes_)

# %%
# Conserved and variable
# ----------------------
#
# The variable regions V1 to V9 are given in the numbering of *Escherichia coli* (Chakravorty et al.
# 2007, `doi:10.1016/j.mimet.2007.02.005 <https://doi.org/10.1016/j.mimet.2007.02.005>`_). Four
# conserved sites, which primers bind (Baker, Smith and Cowan 2003, `doi:10.1016/j.mimet.2003.08.009
# <https://doi.org/10.1016/j.mimet.2003.08.009>`_), tell by how much the numbering of a gene is
# shifted; insertions and deletions are few among relatives.

import numpy as np

from skdeepg.datasets import load_16s_regions

regions = load_16s_regions(gene.sequence(0), record=gene.records().name[0])
shift = regions.details["shift"]
variable = regions.select(kind="variable_region")
sites = regions.select(kind="conserved_site")

# %%
# The picture of deepG's tutorial
# -------------------------------
#
# There, the absolute values of all symbols are added up, for the probability. ``stride=10``
# explains a window every twenty bases.

import matplotlib.pyplot as plt

attribution = clf.explain(gene, "16s", stride=20, random_state=0)
attribution.plot(smooth=31, regions=variable)
plt.show()

# %%
# All bases seem to matter alike. There are two reasons. Most windows have a probability close to 1,
# and so has what is between them and a baseline, for most of the way: the gradient is that of a
# saturated function. And gradients of a network are noisy; absolute values add up the noise, while
# in a sum it cancels out.
#
# What speaks for the gene
# ------------------------
#
# The logit does not saturate, and the sum over symbols keeps signs: it tells what each base
# contributes to the difference between the gene and its shuffled copies. These have the same pairs
# of neighbours as the gene, so that composition explains nothing.

attribution = clf.explain(
    gene, "16s", of="logit", baseline="dinucleotide", stride=10, random_state=0
)
attribution.plot(kind="sum", smooth=31, regions=variable)
plt.show()

# %%
# Now the network shows what it has learnt: the gene is recognised by stretches between the variable
# regions, and the variable regions contribute little. Nobody has told it where they are.

importance = attribution.importance("sum")[0]
place = np.arange(len(importance))
inside = np.any(
    [(place >= a) & (place < b) for a, b in zip(variable.start, variable.end, strict=True)], axis=0
)
print(
    f"V1 to V9: {importance[inside].mean():.4f} a base; elsewhere {importance[~inside].mean():.4f}"
)

# %%
# Can the numbers be trusted?
# ---------------------------
#
# The attributions of a window must add up to the difference between its logit and that of its
# baselines. What is missing is the convergence delta:

windows = attribution.windows
difference = windows.outputs - windows.baseline_outputs
print(f"differences: {difference.mean():.2f} on average")
print(f"deltas: {np.abs(windows.convergence_deltas).mean():.2f} on average")

# %%
# With 50 steps, about a hundredth is missing. ``tolerance=0.05`` would add steps, window by window,
# until no window lacks more, in several times the time.
#
# The most important stretches
# ----------------------------
#
# In the numbering of *E. coli*, counted from 1, with the primer sites above that they overlap:

found = attribution.top(8, length=15, kind="sum")
top = found.to_frame()
top["site"] = [", ".join(sites[sites.touches(found[i])].name) for i in range(len(found))]
top["start"] += shift + 1
top["end"] += shift
print(top[["start", "end", "score", "name", "site"]].to_string(index=False))

# %%
# Primers for all bacteria must bind what all bacteria have, and so does the network. The site from
# 341 on and what is around it, letter by letter:

site = sites.select(name="341")
attribution.plot("logo", kind="sum", start=320 - shift, end=375 - shift, regions=site)
plt.show()

# %%
# Other genes
# -----------
#
# Genes of other phyla, put at their places in the numbering of *E. coli*: what they share stands
# out. Further from *E. coli*, insertions shift some stretches by a few bases.

from dataclasses import replace

names = ["Pragia", "Delftia", "Exiguobacterium", "Gordonia", "Parabacteroides", "Treponema"]
rows = [list(test.groups).index(name) for name in names]
several = clf.explain(
    test.data[rows], "16s", of="logit", baseline="dinucleotide", stride=50, random_state=0
)
shifts = [load_16s_regions(test.data.sequence(row)).details["shift"] for row in rows]
several = replace(several, starts=np.array(shifts), records=[*test.groups[rows]])
display = several.plot("rows", kind="sum", smooth=31, align="position")
e_coli = load_16s_regions().select(kind="variable_region")
for name, start, end in zip(e_coli.name, e_coli.start, e_coli.end, strict=True):
    display.ax_.plot([start, end], [-0.75, -0.75], color="0.4", linewidth=4, clip_on=False)
    display.ax_.text((start + end) / 2, -0.95, name, ha="center", va="bottom", color="0.3")
display.ax_.set_xlabel("Position in the numbering of E. coli")
display.ax_.set_title(display.ax_.get_title(loc="left"), loc="left", fontsize="medium", pad=26)
plt.show()
