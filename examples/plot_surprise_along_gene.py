"""
Surprise along a gene
=====================

A 16S gene has stretches that are the same in nearly all bacteria, and others that differ from genus
to genus. A language model that has read 16S genes shows them: where it knows what comes, it is not
surprised.
"""

# %%
# Two models learn from the bundled 16S genes: a Markov model, and a WaveNet in a short training, as
# in :ref:`sphx_glr_auto_examples_plot_16s_next_base.py`.

import warnings

import keras

from skdeepg import FastaWindowTransformer, MarkovLanguageModel, WaveNet, WaveNetLM
from skdeepg.datasets import load_16s_bacteria
from skdeepg.exceptions import LostDataWarning

warnings.simplefilter("ignore", LostDataWarning)  # some bases are ambiguous

train = load_16s_bacteria(subset="train")
genes = train.data[train.target == "16s"]
markov = MarkovLanguageModel().fit(genes)

schedule = keras.optimizers.schedules.CosineDecay(
    0.001, 480, alpha=0.02, warmup_target=0.01, warmup_steps=20
)
wavenet = WaveNetLM(
    WaveNet(
        filters=64,
        initial_filters=64,
        skip_filters=64,
        initial_kernel_size=16,
        dilations=(1, 16, 32, 64),
    ),
    windows=FastaWindowTransformer(512, stride=256),
    batch_size=4,
    steps_per_epoch=250,
    max_epochs=2,
    optimizer=keras.optimizers.AdamW(schedule, weight_decay=0.01, clipnorm=1.0),
    random_state=0,
)
wavenet.fit(genes)

# %%
# The gene and its variable regions
# ---------------------------------
#
# We take the gene of a genus that is not in the training data.

test = load_16s_bacteria(subset="validation")
row = list(test.groups).index("Pragia")
gene = test.data[[row]]
sequence = gene.sequence(0)
print(test.groups[row], test.phylum[row], f"{len(sequence):,} bases")

# %%
# The nine variable regions V1 to V9 are given in the numbering of *Escherichia coli* (Chakravorty
# et al. 2007, `doi:10.1016/j.mimet.2007.02.005 <https://doi.org/10.1016/j.mimet.2007.02.005>`_; the
# conserved sites of primers are reviewed by Baker, Smith and Cowan 2003,
# `doi:10.1016/j.mimet.2003.08.009 <https://doi.org/10.1016/j.mimet.2003.08.009>`_). Genes have
# insertions and deletions against each other, and this one lacks its first bases. To place the
# regions, :func:`~skdeepg.datasets.load_16s_regions` looks for conserved sites whose numbers in *E.
# coli* are known, and shifts all by the median. Up to a base or two that is right for this gene; in
# one of another phylum it would not do.

import numpy as np

from skdeepg.datasets import load_16s_regions

regions = load_16s_regions(sequence).select(kind="variable_region")
print("begins", regions.details["shift"], "bases after the gene of E. coli")

# %%
# The picture
# -----------
#
# Thick lines are a running mean, thin ones single bases (some are beyond the picture). Grey is
# what is known to be variable.

import matplotlib.pyplot as plt

from skdeepg.inspection import SurpriseDisplay

figure, axis = plt.subplots(figsize=(11, 4.4), layout="constrained")
for name, start, end in zip(regions.name, regions.start, regions.end, strict=True):
    axis.axvspan(start, end, color="0.85", zorder=0)
    axis.text((start + end) / 2, 4.1, name, ha="center", color="0.35")
SurpriseDisplay.from_estimator(markov, gene, name="Markov", smooth=31, ax=axis)
SurpriseDisplay.from_estimator(wavenet, gene, name="WaveNet", smooth=31, ax=axis)
_ = axis.set(title=f"16S gene of {test.groups[row]}, a genus new to the models", ylim=(0, 5))

# %%
# In numbers, the mean surprise within and between the regions:

for name, model in {"Markov": markov, "WaveNet": wavenet}.items():
    table = model.predict_windows(gene)
    table = table[table["base"] != "N"]
    true = [table[base].iloc[i] for i, base in enumerate(table["base"])]
    position, bits = table["position"].to_numpy(), -np.log2(true)
    bounds = zip(regions.start, regions.end, strict=True)
    inside = np.any([(position >= a) & (position < b) for a, b in bounds], axis=0)
    variable, other = bits[inside].mean(), bits[~inside].mean()
    print(f"{name}: {variable:.2f} bits in V1 to V9, {other:.2f} elsewhere")

# %%
# Nobody has told the models where the variable regions are, or that there are any. Surprise is
# high within most of them and close to zero in the long conserved stretches, such as those that
# primers bind. V9 hardly varies among relatives of this gene, which the Markov model knows better
# than the network does. Surprise is also high in the first bases, which have no context yet, and
# often for some bases behind a variable region, until a model has recognised where it is.
