"""
Fine-tuning on few labels
=========================

Sequences are cheap, labels are not. Here many 16S genes and pieces of genomes are there, but
only a few of them are labelled. A language model learns from all of them what DNA looks like,
and a classifier begins with its weights.
"""

# %%
# The rows
# --------
#
# All training rows of the bundled data are there without labels; the classifier gets labels for 2,
# 4, 8 or 16 of each class. It is asked about genera that none of them belongs to.

import numpy as np

from skdeepg.datasets import load_16s_bacteria

train = load_16s_bacteria(subset="train")
test = load_16s_bacteria(subset="validation")


def choose_labelled(n_rows, seed):
    """Choose rows of each class."""
    random = np.random.default_rng(seed)
    target = np.asarray(train.target)
    chosen = [
        random.choice(np.flatnonzero(target == c), n_rows, replace=False) for c in np.unique(target)
    ]
    return np.concatenate(chosen)


# %%
# A language model of all rows
# ----------------------------
#
# It predicts the base behind a window of 200. No label is needed.

from skdeepg import LSTMCNN, SequenceLanguageModel

network = LSTMCNN(filters=(16, 32), kernel_size=8, pool_size=4)
language = SequenceLanguageModel(
    network,
    windows=200,
    max_epochs=3,
    steps_per_epoch=40,
    batch_size=128,
    learning_rate=0.003,
    random_state=0,
)
language.fit(train.data)
print(language.history_["accuracy"])

# %%
# Three classifiers
# -----------------
#
# From scratch; with the language model's weights as a beginning; and with these weights as they
# are, so that only the last layer is trained.

from sklearn.frozen import FrozenEstimator

from skdeepg import SequenceClassifier

begin = FrozenEstimator(language)
ways = {
    "from scratch": {},
    "fine-tuned": {"init_from": begin},
    "frozen": {"init_from": begin, "freeze": True},
}


def accuracy(way, n_rows, seed):
    """Train on few labels; give the balanced accuracy by windows of new genera."""
    rows = choose_labelled(n_rows, seed)
    classifier = SequenceClassifier(
        network,
        windows=200,
        sampling="balanced",
        max_epochs=4,
        steps_per_epoch=10,
        batch_size=64,
        learning_rate=0.003,
        random_state=seed,
        **ways[way],
    )
    classifier.fit(train.data[rows], np.asarray(train.target)[rows])
    return classifier.evaluate(test.data, test.target).window.balanced_accuracy


numbers = [2, 4, 8, 16]
seeds = range(3)
found = {way: np.array([[accuracy(way, n, s) for s in seeds] for n in numbers]) for way in ways}

# %%
# What it gives
# -------------

import matplotlib.pyplot as plt

_, ax = plt.subplots(layout="constrained")
for way, values in found.items():
    line = ax.plot(numbers, values.mean(axis=1), marker="o", label=way)[0]
    ax.fill_between(
        numbers, values.min(axis=1), values.max(axis=1), alpha=0.2, color=line.get_color()
    )
ax.set_xscale("log", base=2)
ax.set_xticks(numbers, numbers)
ax.set(xlabel="labelled rows of each class", ylabel="balanced accuracy by windows")
_ = ax.legend()
for way, values in found.items():
    print(f"{way:<13}", values.mean(axis=1).round(3))
