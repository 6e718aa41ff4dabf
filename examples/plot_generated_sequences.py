"""
Generated and real sequences
============================

A language model can write sequences of its own. Do they resemble real ones? Markov models and a
WaveNet that have read 16S genes write new ones, and their k-mers are compared with those of real
genes of other genera.
"""

# %%
# The models: a Markov model of order 2, one of order 16 with back-off, and a WaveNet in a short
# training, as in :ref:`sphx_glr_auto_examples_plot_16s_next_base.py`.

import warnings

import keras

from skdeepg import FastaWindowTransformer, MarkovLanguageModel, WaveNet, WaveNetLM
from skdeepg.datasets import load_16s_bacteria
from skdeepg.exceptions import LostDataWarning

warnings.simplefilter("ignore", LostDataWarning)  # some bases are ambiguous

train = load_16s_bacteria(subset="train")
test = load_16s_bacteria(subset="validation")
genes = train.data[train.target == "16s"]
new_genes = test.data[test.target == "16s"]

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
    windows=FastaWindowTransformer(512, stride=256, random_offset=False),
    batch_size=4,
    steps_per_epoch=250,
    max_epochs=2,
    optimizer=keras.optimizers.AdamW(schedule, weight_decay=0.01, clipnorm=1.0),
    random_state=0,
)
models = {
    "Markov, order 2": MarkovLanguageModel(order=2).fit(genes),
    "Markov, order 16": MarkovLanguageModel(order=16).fit(genes),
    "WaveNet": wavenet.fit(genes),
}

# %%
# Each writes 100 genes of 1,470 bases, the length of the real ones. Two controls show what to
# expect: real genes of training genera, and the new genes with their bases shuffled.

import numpy as np

random = np.random.default_rng(0)
shuffled = ["".join(random.permutation(list(text))) for text in map(new_genes.sequence, range(100))]
sets = {"real genes, other genera": genes[::5], "shuffled genes": shuffled}
for name, model in models.items():
    sets[name] = model.generate(1470, n_samples=100, random_state=0)
print(sets["WaveNet"][0][:80])

# %%
# Composition
# -----------
#
# Left: each sequence by its 256 4-mer frequencies, in the two directions in which real genes and
# their shuffled bases differ most. Right: how different the k-mers of a whole set are from those of
# the new genes, by k: 0 bits are the same frequencies, 1 bit is no k-mer in common. Real genes of
# other genera show how near one can come with as many sequences.

import matplotlib.pyplot as plt
from scipy.spatial.distance import jensenshannon
from sklearn.decomposition import PCA

from skdeepg import KmerVectorizer

tetramers = KmerVectorizer(k=4, canonical=False, norm="frequency", sparse_output=False)
plane = PCA(2).fit(np.vstack([tetramers.transform(new_genes), tetramers.transform(shuffled)]))
colors = ["black", "0.6", "tab:red", "tab:blue", "tab:orange"]

figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.8), layout="constrained")
for (name, sequences), color in zip(sets.items(), colors, strict=True):
    left.scatter(*plane.transform(tetramers.transform(sequences)).T, s=12, color=color, label=name)
left.set(xlabel="first component", ylabel="second component", title="4-mers of single sequences")


def shares(sequences, k):
    """Give the share of each k-mer in a set of sequences."""
    counts = KmerVectorizer(k=k, canonical=False).transform(sequences).sum(axis=0)
    return np.asarray(counts).ravel() / counts.sum()


lengths = range(1, 9)
for (name, sequences), color in zip(sets.items(), colors, strict=True):
    distance = [jensenshannon(shares(sequences, k), shares(new_genes, k), base=2) for k in lengths]
    right.plot(lengths, np.square(distance), "o-", color=color, label=name)
right.set(xlabel="k", ylabel="Jensen-Shannon divergence (bits)", title="k-mers of all sequences")
_ = right.legend()

# %%
# Known by heart?
# ---------------
#
# A model that copies its training data has a perfect composition. So look at longer words: which
# share of the 12-mers of a sequence occurs in the training genes? For real genes of other genera it
# is the new genes that tell.

twelvemers = KmerVectorizer(k=12, canonical=False)
known = np.unique(twelvemers.transform(genes).indices)
for name, sequences in {"new genes": new_genes, **sets}.items():
    counts = twelvemers.transform(sequences)
    share = counts.data[np.isin(counts.indices, known)].sum() / counts.sum()
    print(f"{name:<26}{share:.2f}")
