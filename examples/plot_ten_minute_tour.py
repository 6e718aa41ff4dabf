"""
Ten-minute tour
===============

From FASTA files to a tuned classifier, its scores, the genes of a genome, the bases that made it
decide, and a saved file. All numbers and pictures on this page come from running it; at its end it
can be downloaded as a script or a notebook.

The question of the tour: which stretches of bacterial DNA are genes of the 16S ribosomal RNA?
"""

# %%
# Sequences and labels
# --------------------
#
# The package brings real DNA along: 16S genes, and pieces of bacterial genomes without such genes.
# Written out, they look like anybody's data: one folder a class.

import tempfile
import warnings
from pathlib import Path

import pandas as pd

from skdeepg import load_labelled_folders
from skdeepg.datasets import export_example_folders
from skdeepg.exceptions import LostDataWarning

warnings.simplefilter("ignore", LostDataWarning)  # some bases are ambiguous, and we know it

folder = export_example_folders(tempfile.mkdtemp())
for path in sorted(folder.glob("*/*")):
    print(path.relative_to(folder), len(list(path.iterdir())), "files")

# %%
# Each file is a *row* of ``X``, and the name of its folder is its label. Labels may also come from
# headers or from a table (:doc:`/user_guide/labels`).

X, y, names = load_labelled_folders([folder / "train" / "16s", folder / "train" / "bacteria"])
X_test, y_test, _ = load_labelled_folders(
    [folder / "validation" / "16s", folder / "validation" / "bacteria"]
)
print(X)
print(names[0], y[0], X.sequence(0)[:60], "...")

# %%
# How long are the rows? A network sees *windows* of fixed length, so this matters.

import matplotlib.pyplot as plt

from skdeepg.inspection import LengthDisplay

LengthDisplay.from_sequences(X, y)
plt.show()

# %%
# Train
# -----
#
# An estimator says what network, and how rows are cut. Each row is cut into windows of 200 bases,
# the network answers for each window, and the answers are combined to one for the row.

from skdeepg import LSTMCNN, FastaWindowTransformer, SequenceClassifier

classifier = SequenceClassifier(
    network=LSTMCNN(filters=32, kernel_size=12, pool_size=4, global_pooling="max"),
    windows=FastaWindowTransformer(window_length=200, stride=100),
    strands="both",  # genes lie on either strand
    sampling="balanced",  # there is three times as much other DNA
    max_epochs=5,
    steps_per_epoch=50,
    batch_size=128,
    learning_rate=0.01,
    validation_fraction=0.2,
    random_state=0,
)
classifier.fit(X, y)

# %%
# ``history_`` has the curves of training and of the rows held back for validation:

from skdeepg.inspection import HistoryDisplay

HistoryDisplay.from_estimator(classifier)
plt.show()

# %%
# Ask
# ---
#
# One answer a row, of any length:

print(classifier.predict(X_test[:3]), classifier.classes_)
print(classifier.predict_proba(X_test[:3]).round(3))

# %%
# New sequences come in any form: strings, Biopython records, or files. Answers are in the order of
# the rows:

files = sorted((folder / "validation" / "bacteria").iterdir())
answers = pd.DataFrame(
    classifier.predict_proba(files),
    index=[file.name for file in files],
    columns=classifier.classes_,
)
answers.assign(answer=answers.idxmax(axis="columns")).head(3)

# %%
# Or one answer a window, with its place:

classifier.predict_windows(files).head(3)

# %%
# Score
# -----
#
# The test rows are of other genera than those of training. ``evaluate`` has all usual scores, of
# windows and of rows (:doc:`/user_guide/evaluation`).

evaluation = classifier.evaluate(X_test, y_test)
print(evaluation)
evaluation.plot("confusion", level="window")
plt.show()

# %%
# Is a network needed? Counts of k-mers with a linear model are the yardstick, in two lines. They do
# well here. The network is worth it where we go next: to single windows, and to places on a genome.

from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from skdeepg import KmerVectorizer

counts = KmerVectorizer(k=4, norm="frequency")
linear = make_pipeline(counts, LogisticRegression(C=100))
print(linear.fit(X, y).score(X_test, y_test))

# %%
# Tune
# ----
#
# scikit-learn's searches take the estimator as it is. Options of the network and of the windows
# have names with two underscores. Rows are never parted, so no genome is on both sides of a split;
# where rows are relatives, give ``groups`` (:doc:`/user_guide/model_selection`).

from sklearn.base import clone
from sklearn.model_selection import GridSearchCV

quick = clone(classifier).set_params(max_epochs=1, validation_fraction=None)
search = GridSearchCV(
    quick, {"network__filters": [4, 16]}, scoring="neg_log_loss", cv=2, refit=False
)
search.fit(X[::4], y[::4])
print(search.best_params_, search.cv_results_["mean_test_score"].round(3))

# %%
# Scan a genome
# -------------
#
# ``scan`` runs along a genome, here a stretch of *Streptococcus suis* with two genes. Our
# classifier was trained on both strands and cannot tell them apart, so one is enough. The page
# :doc:`/user_guide/scanning` trains one that tells strands, and finds the genes of whole genomes
# with their borders.

from skdeepg.datasets import load_scan_example

example = load_scan_example("streptococcus_suis")
annotated = example.regions.select(name="16S_rRNA")
track = classifier.scan(Path(example.filename), stride=50, strands="forward")
# sphinx_gallery_thumbnail_number = 4
track.plot("16s", truth=annotated)
plt.show()

# %%
# Stretches above a threshold are regions. They go to GFF3 or BED, for genome browsers, and are
# compared with the annotation.

found = track.regions("16s", threshold=0.7, smooth=500, min_length=800)
found.to_gff3(folder / "16s.gff")
print(found.overlap(annotated))
found.to_frame()[["record", "start", "end", "score"]]

# %%
# Explain
# -------
#
# Which bases made the network decide? Integrated gradients share the answer out to them. The
# *convergence delta* tells that the sums are right (:doc:`/user_guide/explaining`).

attribution = classifier.explain(
    X_test[:1], "16s", stride=50, baseline="dinucleotide", tolerance=1e-3, random_state=0
)
print("worst convergence delta:", abs(attribution.convergence_delta).max())
attribution.plot("logo", kind="sum")
plt.show()

# %%
# Without labels
# --------------
#
# Language models learn from the sequences alone. The simplest counts; a network has to beat it
# (:doc:`/user_guide/language_models`).

from skdeepg import MarkovLanguageModel

markov = MarkovLanguageModel().fit(X[y == "16s"])
print("bits per base:", markov.bits_per_base(X_test[y_test == "16s"]), "(2 is guessing)")
print(markov.generate(60, random_state=0))

# %%
# Save
# ----
#
# A model file has settings and weights, and no code: safe to open, whoever wrote it
# (:doc:`/user_guide/saving`).

import skdeepg

skdeepg.save(classifier, folder / "classifier.h5")
same = skdeepg.load(folder / "classifier.h5")
print((same.predict(X_test) == classifier.predict(X_test)).all())

# %%
# Where next
# ----------
#
# - With data of your own: :doc:`/user_guide/labels`, then :doc:`/user_guide/classifier`.
# - Words that were new: :doc:`/glossary`.
# - Whole examples with pictures: :doc:`/auto_examples/index`.
