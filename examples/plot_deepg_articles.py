"""
The articles of deepG's web site
================================

The articles on deepG's web site learn toys: is a sequence rich in G and C, what follows in a text
that repeats itself? Here they are, with all of their pictures but those of masked language models
and of R's files, which :doc:`/coming_from_deepg` gives the reasons for. The tutorial on 16S genes
is :ref:`sphx_glr_auto_examples_plot_deepg_tutorial.py`.
"""

# %%
# Getting started: GC content
# ---------------------------
#
# Random sequences with 80 % G and C, and with 50 %, in FASTA files. The label is in the header,
# behind a number, as names of records must differ.

import tempfile
from pathlib import Path

import numpy as np

from skdeepg import load_labelled_headers

rng = np.random.default_rng(123)
SHARES = {"high_gc": [0.1, 0.4, 0.4, 0.1], "equal_dist": [0.25] * 4}


def write_fasta(path, n_bases=2000, n_records=5):
    """Write records of both classes."""
    with path.open("w") as file:
        for number in range(2 * n_records):
            label = list(SHARES)[number % 2]
            letters = rng.choice(list("ACGT"), size=n_bases, p=SHARES[label])
            file.write(f">{number} {label}\n{''.join(letters)}\n")


folder = Path(tempfile.mkdtemp())
for name in ("train", "validation"):
    write_fasta(folder / f"{name}.fasta")

X, y, _ = load_labelled_headers(folder / "train.fasta", r"\S+$")
X_test, y_test, _ = load_labelled_headers(folder / "validation.fasta", r"\S+$")
print(X, list(y))

# %%
# An LSTM layer with 16 cells and a dense layer with 8 read 50 bases. The learning rate is lowered
# when the validation loss does not fall.

from skdeepg import LSTMCNN, FastaWindowTransformer, SequenceClassifier, ValidationSet
from skdeepg.callbacks import PlateauSchedule
from skdeepg.inspection import HistoryDisplay

classifier = SequenceClassifier(
    LSTMCNN(filters=None, lstm_units=16, dense_units=8),
    windows=FastaWindowTransformer(50, stride=25),
    batch_size=64,
    steps_per_epoch=25,
    max_epochs=6,
    learning_rate=0.004,
    schedule=PlateauSchedule(patience=1, step_factor=0.5),
    metrics=["f1", "balanced_accuracy", "auc"],
    random_state=0,
)
classifier.fit(X, y, validation=ValidationSet(X_test, y_test))
_ = HistoryDisplay.from_estimator(classifier)

# %%
# Scores of all windows, and of sequences, which have the mean of their windows:

evaluation = classifier.evaluate(X_test, y_test)
print(evaluation)

# %%
# The ROC curve of the windows:

_ = evaluation.plot("roc", level="window")

# %%
# Of which windows rich in G and C is the network least sure, or wrong, and what are they made of?
# Single bases are k-mers of length 1.

import matplotlib.pyplot as plt

from skdeepg import KmerVectorizer

answers = classifier.predict_windows(X_test)
answers = answers[y_test[answers["row"]] == "high_gc"].nsmallest(8, "high_gc")
pieces = [
    X_test.sequence(row)[start:end]
    for row, start, end in zip(answers["row"], answers["start"], answers["end"], strict=True)
]
composition = KmerVectorizer(k=1, canonical=False, norm="frequency", sparse_output=False)
shares = composition.fit_transform(pieces)

figure, axes = plt.subplots(2, 4, figsize=(9, 4), sharex=True, sharey=True, layout="constrained")
for ax, share, start, probability in zip(
    axes.flat, shares, answers["start"], answers["high_gc"], strict=True
):
    ax.bar(list("ACGT"), share, color=["C2", "C0", "C1", "C3"])
    ax.set_title(f"from base {start:,}: {probability:.2f}", fontsize="small")
    ax.spines[["top", "right"]].set_visible(False)
_ = figure.supylabel("Share of the window")

# %%
# Above each window is its probability of ``high_gc``. They have less G and C than the 80 % of their
# sequences: it is rather the label that is wrong about them.
#
# The answers of a sequence put together: the mean, the highest, and the share of windows that
# each class wins.

track = classifier.scan(X_test[:2], stride=25, strands="forward")
for how in ("mean", "max", "vote"):
    columns = ["record", "high_gc", "equal_dist"]
    print(how, track.summarize(how)[columns].round(3).to_string(index=False), sep="\n")

# %%
# Training types: language models
# -------------------------------
#
# A text that repeats twelve letters is predicted from five of them: the next letter, and the one in
# the middle of five.

from skdeepg import SequenceLanguageModel

text = ["AAACCCGGGTTT" * 50]
settings = {
    "windows": FastaWindowTransformer(5, stride=1),
    "batch_size": 16,
    "steps_per_epoch": 10,
    "max_epochs": 6,
    "learning_rate": 0.05,
    "random_state": 0,
}
network = LSTMCNN(filters=None, lstm_units=8)
figure, axes = plt.subplots(2, 2, figsize=(8, 5), layout="constrained")
for target, line in zip(("next", "middle"), axes, strict=True):
    language_model = SequenceLanguageModel(network, target=target, **settings)
    language_model.fit(text, validation=ValidationSet(text))
    HistoryDisplay.from_estimator(language_model, ax=line)
    line[0].set_title(f'target="{target}"', loc="left", fontsize="medium")

# %%
# Training types: label by CSV file
# ---------------------------------
#
# Files of one class have A and C only, those of the other G and T. A table says which are which.

import pandas as pd

from skdeepg import load_labelled_csv

by_table = folder / "by_table"
by_table.mkdir()
lines = []
for label, letters in {"ac": "AC", "gt": "GT"}.items():
    for number in range(10):
        path = by_table / f"{label}_{number}.fasta"
        path.write_text(f">{number}\n{''.join(rng.choice(list(letters), size=40))}\n")
        lines.append({"file": path.name, "label": label})
pd.DataFrame(lines).to_csv(by_table / "labels.csv", index=False)

with_table, table_labels, _ = load_labelled_csv(by_table / "labels.csv")
from_table = SequenceClassifier(
    network,
    windows=5,
    batch_size=16,
    steps_per_epoch=10,
    max_epochs=4,
    learning_rate=0.05,
    validation_fraction=0.2,
    random_state=0,
)
from_table.fit(with_table, table_labels)
_ = HistoryDisplay.from_estimator(from_table)

# %%
# Integrated gradients
# --------------------
#
# A sequence of 50 bases with 34 G and C, in random order, explained beside a baseline of zeros, as
# deepG does by default. The lines above the heat map are its sum and the sum of absolute values at
# each base.

letters = rng.permutation(list("G" * 17 + "C" * 17 + "A" * 8 + "T" * 8))
sequence = "".join(letters)
print(sequence, classifier.classes_, classifier.predict_proba([sequence]).round(3))

attribution = classifier.explain([sequence], "high_gc", baseline="zero")
figure, axes = plt.subplots(3, 1, figsize=(10, 6), height_ratios=[1, 1, 1.6], layout="constrained")
attribution.plot(kind="absolute", smooth=0, ax=axes[0])
attribution.plot(kind="sum", smooth=0, ax=axes[1])
_ = attribution.plot("heatmap", ax=axes[2])

# %%
# The signs are what was hoped for: G and C speak for the class, A and T against it. What happens if
# the base that speaks most against it is changed, again and again? And if it is that which speaks
# most for it? The attributions are computed anew after each change. A letter that is not there has
# no attribution, so the new letter is the one that the same base has elsewhere with the best score.


def change(sequence, sign):
    """Change the base with the lowest (sign 1) or highest (sign -1) score."""
    scores = sign * classifier.explain([sequence], "high_gc", baseline="zero").importance("sum")[0]
    place = int(np.argmin(scores))
    bases = np.array(list(sequence))
    means = {letter: scores[bases == letter].mean() for letter in set(sequence)}
    new = max(means, key=means.get)
    return sequence[:place] + new + sequence[place + 1 :]


curves = {}
for name, sign in {"lowest score changed": 1, "highest score changed": -1}.items():
    changed = [sequence]
    for _ in range(20):
        changed.append(change(changed[-1], sign))
    curves[name] = classifier.predict_proba(changed)[:, classifier.classes_ == "high_gc"][:, 0]

figure, ax = plt.subplots(figsize=(7, 3.5), layout="constrained")
for name, probability in curves.items():
    ax.plot(probability, "o-", markersize=3, label=name)
ax.set(xlabel="Bases changed", ylabel="Probability of high_gc", ylim=(-0.03, 1.03))
ax.xaxis.get_major_locator().set_params(integer=True)
ax.spines[["top", "right"]].set_visible(False)
_ = ax.legend()
