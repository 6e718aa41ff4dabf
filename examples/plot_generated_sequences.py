"""
Generated and real sequences
============================

Models that have read pieces of bacterial genomes write sequences of their own. Are these like real
ones? Their k-mers are compared with those of genera that no model has read, and so is something
that no k-mer tells.
"""

# %%
# The models: Markov models of order 2 and of order 16 with back-off, and a WaveNet after a short
# training, the one of :ref:`sphx_glr_auto_examples_plot_markov_or_network.py`.

import warnings

import keras

from skdeepg import MarkovLanguageModel, WaveNet, WaveNetLM
from skdeepg.datasets import load_16s_bacteria
from skdeepg.exceptions import LostDataWarning

warnings.simplefilter("ignore", LostDataWarning)  # some bases are ambiguous

train = load_16s_bacteria(subset="train")
test = load_16s_bacteria(subset="validation")
pieces = train.data[train.target == "bacteria"]
new_pieces = test.data[test.target == "bacteria"]

schedule = keras.optimizers.schedules.CosineDecay(
    0.0005, 108, alpha=0.02, warmup_target=0.005, warmup_steps=20
)
wavenet = WaveNetLM(
    WaveNet(
        filters=32,
        initial_filters=64,
        skip_filters=64,
        initial_kernel_size=12,
        dilations=(12, 24, 48, 96, 192),
    ),
    windows=1024,
    strands="both",
    batch_size=8,
    steps_per_epoch=32,
    max_epochs=4,
    optimizer=keras.optimizers.AdamW(schedule, weight_decay=0.01, clipnorm=1.0),
    random_state=0,
)
models = {
    "Markov, order 2": MarkovLanguageModel(order=2, strands="both").fit(pieces),
    "Markov, order 16": MarkovLanguageModel(order=16, strands="both").fit(pieces),
    "WaveNet": wavenet.fit(pieces),
}

# %%
# Each writes 100 sequences of 3,000 bases. They are compared with the new pieces, cut to this
# length. Two controls show what to expect: real DNA of the training genera, and the new pieces
# with the bases of each shuffled.

import numpy as np


def cut(sequences, stride):
    """Cut 3,000 bases every `stride` bases."""
    texts = [sequences.sequence(row) for row in range(len(sequences))]
    return [text[i : i + 3000] for text in texts for i in range(0, 60_000, stride)]


real = cut(new_pieces, stride=3000)
random = np.random.default_rng(0)
sets = {
    "real, training genera": cut(pieces, stride=12_000),
    "shuffled": ["".join(random.permutation(list(text))) for text in real],
}
for name, model in models.items():
    sets[name] = model.generate(3000, n_samples=100, random_state=0)
print(sets["WaveNet"][0][:80])

# %%
# All k-mers together
# -------------------
#
# How different are the k-mers of a set from those of the new pieces? The Jensen-Shannon divergence
# is 0 bits for equal frequencies, and 1 bit where no k-mer is common.

from scipy.spatial.distance import jensenshannon

from skdeepg import KmerVectorizer


def shares(sequences, k):
    """Give the share of each k-mer in a set of sequences."""
    counts = KmerVectorizer(k=k, canonical=False).transform(sequences).sum(axis=0)
    return np.asarray(counts).ravel() / counts.sum()


lengths = range(1, 8)
divergence = {
    name: [jensenshannon(shares(texts, k), shares(real, k), base=2) ** 2 for k in lengths]
    for name, texts in sets.items()
}

# %%
# Each sequence by itself
# -----------------------
#
# Genomes differ in composition. The 4-mer frequencies of single sequences, in the two directions in
# which real ones differ most, show whether generated ones do.

from sklearn.decomposition import PCA

tetramers = KmerVectorizer(k=4, canonical=False, norm="frequency", sparse_output=False)
plane = PCA(2).fit(tetramers.transform(real))

# %%
# What no k-mer tells
# -------------------
#
# Most of a bacterial genome is genes, in which no stop codon occurs for some hundred codons. Random
# sequences have one in 21 codons. For each set: the share of all codons, in the three forward
# frames, that are in open stretches of at least so many.

import re


def open_stretches(text):
    """Give the lengths in codons of the stretches between stop codons, in three frames."""
    frames = (text[frame : frame + 2997] for frame in range(3))
    codons = (" ".join(re.findall("...", frame)) for frame in frames)
    return [len(part.split()) for frame in codons for part in re.split("TAA|TAG|TGA", frame)]


n_codons = np.arange(0, 401, 10)
is_open = {}
for name, texts in {"real, new genera": real, **sets}.items():
    stretches = np.concatenate([open_stretches(text) for text in texts])
    is_open[name] = [stretches[stretches >= n].sum() / stretches.sum() for n in n_codons]

# %%
# The pictures
# ------------

import matplotlib.pyplot as plt

colors = {
    "real, new genera": "black",
    "real, training genera": "0.55",
    "shuffled": "tab:green",
    "Markov, order 2": "tab:red",
    "Markov, order 16": "tab:blue",
    "WaveNet": "tab:orange",
}
figure, axes = plt.subplots(1, 3, figsize=(13, 4.6), layout="constrained")
for name, values in divergence.items():
    axes[0].plot(lengths, values, "o-", color=colors[name])
axes[0].set(xlabel="k", ylabel="divergence from new genera (bits)", title="All k-mers")
for name in ["real, new genera", "WaveNet", "Markov, order 16", "Markov, order 2"]:
    points = plane.transform(tetramers.transform(sets.get(name, real)))
    axes[1].scatter(*points.T, s=12, alpha=0.7, color=colors[name])
axes[1].set(xlabel="component 1", ylabel="component 2", title="4-mers of single sequences")
for name, values in is_open.items():
    axes[2].plot(n_codons, values, color=colors[name], label=name)
axes[2].set(xlabel="codons without a stop", ylabel="share of codons", title="Open stretches")
_ = axes[2].legend()

# %%
# *All k-mers together* (left) hardly tell the models apart. Even the Markov model of order 16 is
# as near to the new genera as real DNA of the training genera is: k-mers are what it counts. That
# is no reason to believe it.
#
# *Single sequences* (middle) do tell. Real ones differ from genome to genome, most of all in GC,
# along the first component. A Markov model forgets after some bases what it has written, so that
# all of its sequences are the same mixture of genera. The WaveNet looks back over 384 bases, and
# stays with a composition once it has begun one.
#
# *Open stretches* (right) are as short in the Markov models as chance makes them. Those of the
# WaveNet are longer, also than in shuffled DNA, which varies in composition as real DNA does. So
# it has found out that there are stop codons, and which frame it is in. It does not keep to the
# frame for as long as genes do, after a training of less than half a minute.
