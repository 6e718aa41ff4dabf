"""
Several labels a file, from a table
===================================

Promoters bind several transcription factors, or none. Each factor is a label of its own, and a
table lists the labels of each file. The sequences are synthetic, with motifs planted at random
places, so that it is known what there is to find.
"""

# %%
# A folder of FASTA files and a table
# -----------------------------------
#
# Each of 600 sequences of 300 random bases gets each motif with a probability of its own, on either
# strand. A motif is rare otherwise: by chance, one of 200 such sequences holds TGACGTCA.

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from Bio.Seq import reverse_complement

MOTIFS = {"CRE": "TGACGTCA", "NFkB": "GGGACTTTCC", "GATA": "AGATAAGGTT"}
SHARE = {"CRE": 0.5, "NFkB": 0.3, "GATA": 0.15}

random = np.random.default_rng(0)
folder = Path(tempfile.mkdtemp())


def plant(bases, motif):
    """Write a motif over the bases, at a random place and on a random strand."""
    start = random.integers(len(bases) - len(motif))
    text = motif if random.random() < 0.5 else reverse_complement(motif)
    bases[start : start + len(motif)] = list(text)


rows = []
for number in range(600):
    bases = random.choice(list("ACGT"), 300)
    row = {"file": f"promoter_{number}.fasta"}
    for name, motif in MOTIFS.items():
        row[name] = int(random.random() < SHARE[name])
        if row[name]:
            plant(bases, motif)
    (folder / row["file"]).write_text(f">promoter_{number}\n{''.join(bases)}\n")
    rows.append(row)

pd.DataFrame(rows).to_csv(folder / "labels.csv", index=False)
print((folder / "labels.csv").read_text()[:150])

# %%
# Reading it
# ----------
#
# ``label=None`` takes all columns but ``file``; a list of names takes these. ``y`` has a column a
# label. Rows come in the order of the table.

from sklearn.model_selection import train_test_split

from skdeepg import load_labelled_csv

X, y, names = load_labelled_csv(folder / "labels.csv", label=None)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, random_state=0)
print(X_train)
print("rows with each label:", dict(zip(MOTIFS, y_train.sum(axis=0).tolist(), strict=True)))

# %%
# Training
# --------
#
# A two-dimensional ``y`` is all it takes: the network gets a sigmoid output for each label. A
# label holds for a whole row, so a window should show the whole row: here both have 300 bases.
# Global max pooling finds a motif wherever it is. ``class_weight="balanced"`` makes having and
# lacking a label count alike, which helps with the rare ones.

from skdeepg import LSTMCNN, SequenceClassifier

classifier = SequenceClassifier(
    network=LSTMCNN(filters=32, pool_size=None, global_pooling="max"),
    windows=300,
    strands="both",
    class_weight="balanced",
    max_epochs=60,
    batch_size=32,
    learning_rate=5e-3,
    random_state=0,
)
classifier.fit(X_train, y_train)

# %%
# Evaluation
# ----------
#
# ``classifier.evaluate(X_test, y_test)`` calls the labels by the numbers of their columns, as ``y``
# has no names. ``evaluate_classifier`` takes names, and the same answers.

from skdeepg.inspection import evaluate_classifier

windows = classifier.predict_windows(X_test)
evaluation = evaluate_classifier(
    classes=list(MOTIFS),
    row_truth=y_test,
    row_probabilities=classifier.predict_proba(X_test),
    window_rows=windows["row"],
    window_probabilities=windows[[0, 1, 2]],
)
print(evaluation)

# %%
# Accuracy asks for all labels of a row to be right; the other scores are means over labels. Rows
# and windows have the same scores, as each row is one window.
#
# One precision-recall curve a label. CRE falls off first: its 8 bases are easier to resemble by
# chance than the 10 bases of the others.

import matplotlib.pyplot as plt

figure, axis = plt.subplots(figsize=(6, 5), layout="constrained")
evaluation.plot("precision_recall", ax=axis)
_ = axis.set_title("Three motifs, one row a file")

# %%
# A confusion matrix a label:

displays = evaluation.plot("confusion")
