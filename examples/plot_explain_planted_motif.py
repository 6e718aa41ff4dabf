"""
Finding a planted motif
=======================

Before explanations of real data are believed, they should find what is known to be there. A motif
of twelve bases is planted in random sequences; a network learns to tell these from others, and its
explanations must point to the motif, and nowhere else.
"""

# %%
# Sequences with and without the motif
# ------------------------------------
#
# All sequences have 200 bases, a quarter of each letter on average. Half of them have the motif, at
# a random place. It has as much G and C as the rest, so that composition does not give it away.

import numpy as np

MOTIF = "TGACGCATTCAG"
rng = np.random.default_rng(0)


def draw_sequences(n_rows, motif=""):
    """Draw sequences, and where the motif is in each."""
    letters = rng.choice(list("ACGT"), size=(n_rows, 200))
    places = rng.integers(0, 200 - len(MOTIF) + 1, n_rows)
    for row, place in zip(letters, places, strict=True):
        row[place : place + len(motif)] = list(motif)
    return ["".join(row) for row in letters], places


def draw_both(n_rows):
    """Draw sequences with and without the motif, and their labels."""
    with_motif, places = draw_sequences(n_rows, MOTIF)
    without, _ = draw_sequences(n_rows)
    return [*with_motif, *without], ["motif"] * n_rows + ["random"] * n_rows, places


X, y, _ = draw_both(1500)
X_test, y_test, places = draw_both(200)

# %%
# A network
# ---------

from skdeepg import LSTMCNN, SequenceClassifier

clf = SequenceClassifier(
    LSTMCNN(filters=(32,), kernel_size=12, pool_size=1, global_pooling="max"),
    windows=200,
    batch_size=64,
    max_epochs=8,
    learning_rate=3e-3,
    random_state=0,
)
clf.fit(X, y)
print(f"accuracy on new sequences: {clf.score(X_test, y_test):.3f}")

# %%
# Explanations
# ------------
#
# Of the new sequences with the motif that are recognised. The baselines are the sequences
# themselves, shuffled so that pairs of neighbours are as frequent as before: what a sequence has
# and its shuffled copies lack, is the motif. ``tolerance`` adds steps until the attributions add up
# to the difference between both.

found = np.flatnonzero(clf.predict(X_test[:200]) == "motif")
attribution = clf.explain(
    [X_test[row] for row in found],
    "motif",
    baseline="dinucleotide",
    n_baselines=10,
    tolerance=0.01,
    random_state=0,
)
print(attribution)
print(f"largest delta: {np.abs(attribution.convergence_delta).max():.4f}")

# %%
# The share of the positive importance that is on the motif's bases, 6 % of all, and how often the
# most important stretch of twelve bases is the motif:

importance = attribution.importance("observed")
place = np.arange(200)
start = places[found][:, np.newaxis]
on_motif = (place >= start) & (place < start + len(MOTIF))
positive = np.maximum(importance, 0)
print(f"on the motif: {positive[on_motif].sum() / positive.sum():.1%}")

hits = [
    attribution[i].top(1, length=len(MOTIF), kind="observed").name[0] == MOTIF
    for i in range(len(attribution))
]
print(f"the motif is the most important stretch in {np.mean(hits):.1%} of the sequences")

# %%
# A sequence, letter by letter:

import matplotlib.pyplot as plt

from skdeepg.genome import Regions

first = int(places[found[0]])
planted = Regions(
    [attribution.records[0]], [first], [first + len(MOTIF)], name=["the planted motif"]
)
left = min(max(first - 30, 0), 120)
attribution.plot("logo", regions=planted, start=left, end=left + 80)
plt.show()

# %%
# Twenty sequences, ordered by where the motif is:

order = np.argsort(places[found])[:: max(len(found) // 20, 1)][:20]
attribution[order].plot("rows", kind="observed")
plt.show()

# %%
# Asked in another way
# --------------------
#
# In-silico mutagenesis changes each base to each other letter and looks what happens: it needs no
# gradient and no baseline, but an answer for every mutant. Both must agree on what is important.

from skdeepg.inspection import agreement

some = [X_test[row] for row in found[:20]]
mutants = clf.explain(some, "motif", method="mutagenesis")
mutants.plot("heatmap", start=left, end=left + 80)
plt.show()

# %%

table = agreement(attribution[:20], mutants, kind="observed", share=len(MOTIF) / 200)
print(table[["pearson", "spearman", "overlap"]].mean().round(2))

# %%
# They agree on the bases of the motif. The order of all the others, whose importance is close to
# nothing, is chance, and that is what most of a rank correlation over 200 bases is about.
