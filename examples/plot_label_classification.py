"""
Label classification, from folders to a saved model
===================================================

The chapter "Label classification" of deepG's tutorial, whole: FASTA files in one folder a class, a
network, training with validation, evaluation of windows and rows, and a saved model that classifies
new files.
"""

# %%
# Folders on disk
# ---------------
#
# A class is a folder of FASTA or FASTQ files. The bundled data are written out that way; with data
# of your own, leave this step out.

import tempfile
from pathlib import Path

from skdeepg.datasets import export_example_folders

folder = Path(tempfile.mkdtemp())
export_example_folders(folder)

for path in sorted(folder.glob("*/*")):
    files = sorted(path.iterdir())
    print(f"{path.relative_to(folder)}: {len(files)} files, such as {files[0].name}")

# %%
# ``load_labelled_folders`` reads them once, at one byte a base. A file is a row, and its label is
# the name of its folder. Names of folders become labels, so they must be the same for training and
# test.

from skdeepg import load_labelled_folders

X, y, names = load_labelled_folders([folder / "train/16s", folder / "train/bacteria"])
X_test, y_test, _ = load_labelled_folders(
    [folder / "validation/16s", folder / "validation/bacteria"]
)
print(X)
print(X_test)

# %%
# How long is a window to be? Not much longer than the shortest sequences, which are padded if they
# are shorter than a window.

from skdeepg.inspection import LengthDisplay

display = LengthDisplay.from_sequences(X, y)

# %%
# Network and training
# --------------------
#
# ``LSTMCNN`` has the options of deepG's ``create_model_lstm_cnn``. Two layers of convolutions and
# global max pooling suit a small data set.
#
# The classes differ much in their number of windows, so ``sampling="balanced"`` draws them in turn.
# ``stride`` sets the density of predictions; in training windows start anywhere.

from skdeepg import LSTMCNN, FastaWindowTransformer, SequenceClassifier

classifier = SequenceClassifier(
    network=LSTMCNN(filters=(32, 32), pool_size=4, global_pooling="max", dense_dropout=0.3),
    windows=FastaWindowTransformer(window_length=500, stride=100),
    strands="both",
    sampling="balanced",
    max_epochs=10,
    steps_per_epoch=20,
    batch_size=128,
    validation_fraction=0.2,
    early_stopping=True,
    patience=3,
    random_state=0,
)

# %%
# A fifth of the rows is held back. After each epoch the network is validated on them, and training
# stops when their loss has not fallen for three epochs. The weights of the best epoch are kept.
#
# Genes of one genus resemble each other. If a genus had rows on both sides, the validation would
# be too good. ``groups`` keeps its rows together. Here the genus is the second word of a header.

from skdeepg import load_labelled_headers

_, genus, _ = load_labelled_headers(
    [folder / "train/16s", folder / "train/bacteria"], r"^\S+ (\S+)"
)
classifier.fit(X, y, groups=genus)

# %%
# Rows of your own choice to validate on are given as
# ``fit(X, y, validation=ValidationSet(X_validation, y_validation))`` instead.
#
# The history has a value an epoch. Dropout acts in training only, and training losses are means
# over an epoch in which the network improves, so the validation loss may well lie below them.
# With balanced sampling, classes count alike in both.

import numpy as np

from skdeepg.inspection import HistoryDisplay

display = HistoryDisplay.from_estimator(classifier)
best = int(np.argmin(classifier.history_["val_loss"])) + 1
display.ax_.axvline(best, color="gray", linestyle=":", label="weights kept")
_ = display.ax_.legend()

# %%
# Where the best epoch is the last one, as it may be here, training was not too long: more epochs
# may still help.

# %%
# Evaluation
# ----------
#
# The validation rows chose the epoch, so their scores are no fair test. The rows of
# ``validation/``, of genera that training never saw, are.

evaluation = classifier.evaluate(X_test, y_test)
print(evaluation)

# %%
# The confusion matrices, of windows and of rows:

import matplotlib.pyplot as plt

figure, axes = plt.subplots(1, 2, figsize=(9, 3.8), layout="constrained")
evaluation.plot("confusion", level="window", ax=axes[0])
evaluation.plot("confusion", level="row", ax=axes[1])
_ = figure.suptitle("Genera that training has not seen")

# %%
# Where are the windows that are wrong? ``predict_windows`` lists the answers with their places.
# Nearly all are in one genome, NC_000918.1: *Aquifex aeolicus*, which grows at 95 °C. No genome of
# its phylum is in the training data. So look at the errors by row, not only at their total.

table = classifier.predict_windows(X_test)
truth = y_test[table["row"]]
wrong = table[truth != table[["16s", "bacteria"]].idxmax(axis=1)]
print(wrong["record"].value_counts())

# %%
# Saving and loading
# ------------------
#
# ``joblib`` stores settings and weights in one file. The loaded classifier gives the same answers,
# in this process or another.

import joblib

joblib.dump(classifier, folder / "16s.joblib")
loaded = joblib.load(folder / "16s.joblib")
print((loaded.predict_proba(X_test) == classifier.predict_proba(X_test)).all())

# %%
# It classifies files, given as ``Path``, or sequences, given as text:

files = sorted((folder / "validation/bacteria").iterdir())
gene = X_test.sequence(0)
print(loaded.predict(files))
print(loaded.predict([gene, gene[:600]]))
