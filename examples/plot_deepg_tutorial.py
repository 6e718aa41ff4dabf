"""
The tutorial of deepG
=====================

deepG's tutorial (ISMB 2021) tells 16S genes from bacterial DNA: networks, language models,
classification, checkpoints, inference, and 16S genes found on a genome. Here it is with the data
that come with this package, chapter by chapter, with all of its pictures. Numbers are small, so
that it runs in a minute; :doc:`/coming_from_deepg` names what replaces each function and argument.
"""

# %%
# Create a network
# ----------------
#
# A specification builds a Keras model when window length and number of answers are known. ``fit``
# does that; here it is done by hand, to look at the layers. This network has three convolutions and
# an LSTM layer, and predicts one of four bases.

import matplotlib.pyplot as plt

from skdeepg import LSTMCNN
from skdeepg.inspection import NetworkDisplay
from skdeepg.networks import NetworkTask

network = LSTMCNN(filters=(32, 64, 64), kernel_size=12, pool_size=3, lstm_units=32)
next_base = NetworkTask(window_length=500, n_symbols=4, n_outputs=4)
model = network.build(next_base)
print(f"{model.count_params():,} parameters")

# %%
# A base in the middle of a window is read from both sides, by two arms: the same specification,
# built for another task.

middle_base = NetworkTask(window_length=500, n_symbols=4, n_outputs=4, inputs="two_arms")

figure, axes = plt.subplots(1, 2, figsize=(9, 8), width_ratios=[1, 2], layout="constrained")
NetworkDisplay.from_model(model, ax=axes[0])
_ = NetworkDisplay.from_model(network.build(middle_base), ax=axes[1])

# %%
# Nothing is trained yet, so the answers for random bases are arbitrary:

from skdeepg import SequenceLanguageModel

untrained = SequenceLanguageModel(network, windows=500, max_epochs=0, random_state=0)
untrained.fit(["ACGT" * 150])
print(untrained.classes_, untrained.predict_proba(["GATTACA" * 80, "CCGGA" * 100]).round(2))

# %%
# WaveNet, the third network of the tutorial, is trained in
# :ref:`sphx_glr_auto_examples_plot_16s_next_base.py`.
#
# The data
# --------
#
# 16S genes, and pieces of bacterial genomes without such genes, of 60,000 bases each. The tutorial
# reads folders; :ref:`sphx_glr_auto_examples_plot_label_classification.py` does that.

import warnings

from skdeepg.datasets import load_16s_bacteria
from skdeepg.exceptions import LostDataWarning
from skdeepg.inspection import LengthDisplay

warnings.simplefilter("ignore", LostDataWarning)  # some bases are ambiguous
train = load_16s_bacteria(subset="train")
test = load_16s_bacteria(subset="validation")  # other genera
is_gene = train.target == "16s"
genes, new_genes = train.data[is_gene], test.data[test.target == "16s"]

figure, axes = plt.subplots(1, 2, figsize=(9, 3), layout="constrained")
for ax, name in zip(axes, ["16s", "bacteria"], strict=True):
    LengthDisplay.from_sequences(train.data[train.target == name], ax=ax)
    ax.set_title(f"{name}, training")

# %%
# Language models
# ---------------
#
# One learns the base behind 500 bases, the other the base between 250 and 250. ``stride`` sets how
# many windows an epoch has, if ``steps_per_epoch`` does not.

from skdeepg import FastaWindowTransformer, ValidationSet

settings = {
    "windows": FastaWindowTransformer(500, stride=250),
    "batch_size": 64,
    "steps_per_epoch": 8,
    "max_epochs": 3,
    "learning_rate": 0.003,
    "random_state": 0,
}
next_model = SequenceLanguageModel(network, target="next", **settings)
middle_model = SequenceLanguageModel(network, target="middle", **settings)
for language_model in (next_model, middle_model):
    language_model.fit(genes, validation=ValidationSet(new_genes))

# %%
# Their curves:

from skdeepg.inspection import HistoryDisplay

figure, axes = plt.subplots(2, 2, figsize=(8, 5), layout="constrained")
for language_model, line in zip((next_model, middle_model), axes, strict=True):
    HistoryDisplay.from_estimator(language_model, ax=line)
    line[0].set_title(f'target="{language_model.target}"', loc="left", fontsize="medium")

# %%
# A loss of 1.39 is guessing. 24 steps are too few to learn a gene;
# :ref:`sphx_glr_auto_examples_plot_16s_next_base.py` tells what more steps bring, and what does
# better than this network.
#
# Label classification
# --------------------
#
# Is a window of a 16S gene, or of other DNA? ``make_gene_finding_rows`` adds windows at borders of
# genes, and look-alikes, without which no classifier finds genes. Balanced sampling makes a batch
# half of each class, as deepG does. Every epoch is saved, and a callback of our own notes which
# share of the data training has seen.

import tempfile

from skdeepg import SequenceClassifier
from skdeepg.callbacks import Callback, Checkpoints, list_checkpoints
from skdeepg.datasets import make_gene_finding_rows


class KeepShares(Callback):
    """Keeps the shares of windows and rows that were drawn up to each epoch."""

    def __init__(self, shares):
        self.shares = shares

    def __deepcopy__(self, memo):  # the estimator trains with a copy; this one shares its list
        return KeepShares(self.shares)

    def on_epoch_end(self, run):
        """Keep those of this epoch."""
        self.shares.append((run.windows_seen, run.rows_seen))


shares = []
folder = tempfile.mkdtemp()
X, y = make_gene_finding_rows(
    genes, train.data[~is_gene], labels=("16s", "bacteria"), random_state=0
)
classifier = SequenceClassifier(
    LSTMCNN(filters=(32, 64, 128), kernel_size=12, pool_size=3),
    windows=FastaWindowTransformer(500, stride=100),
    sampling="balanced",
    batch_size=128,
    steps_per_epoch=40,
    max_epochs=4,
    callbacks=[Checkpoints(folder), KeepShares(shares)],
    random_state=0,
)
classifier.fit(X, y, validation=ValidationSet(test.data, test.target))
_ = HistoryDisplay.from_estimator(classifier)

# %%
# Checkpoints
# -----------
#
# A table of them; the files are named as deepG names them.

table = list_checkpoints(folder)
print(table[["epoch", "loss", "val_loss", "val_accuracy"]].round(3).to_string(index=False))
print(table["path"].iloc[-1].name)

# %%
# The network before training, beside that of the last checkpoint, on the windows of other genera.
# A checkpoint of deepG itself comes in by ``SequenceClassifier.from_keras``.

from sklearn.base import clone

import skdeepg

before = clone(classifier).set_params(max_epochs=0, callbacks=None).fit(X, y)
trained = skdeepg.load(table["path"].iloc[-1])

figure, axes = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
for estimator, ax, title in zip((before, trained), axes, ("before", "after"), strict=True):
    evaluation = estimator.evaluate(test.data, test.target)
    evaluation.plot("confusion", level="window", ax=ax)
    accuracy = evaluation.window.balanced_accuracy
    ax.set_title(f"{title} training: balanced accuracy {accuracy:.2f}", fontsize="medium")

# %%
# Inference
# ---------
#
# The answers for all windows of twenty genes, a base apart. ``output="states.h5"`` would write them
# as deepG does; ``layer=`` gives the activations of another layer.

from skdeepg.inspection import ConfidenceDisplay

states = trained.scan(new_genes[:20], stride=1, strands="forward")
print(states.to_frame().head().round(4).to_string(index=False))
_ = ConfidenceDisplay.from_predictions(states)

# %%
# 16S genes on a genome
# ---------------------
#
# 150,000 bases of *Streptococcus suis*, a genus that training has not seen, a window every 100
# bases. The annotation has two 16S genes. ``refine`` looks again, at each base, where a window
# seems to be one.

from skdeepg.datasets import load_scan_example
from skdeepg.inspection import RegionsDisplay, TrackDisplay

example = load_scan_example("streptococcus_suis")
truth = example.regions.select(name="16S_rRNA")
track = trained.scan(example.filename, stride=100, strands="forward")
_ = TrackDisplay.from_predictions(track, "16s", threshold=0.8, truth=truth)

# %%
# Zoom into the true regions, shaded:

_ = RegionsDisplay.from_predictions(track, truth, "16s", truth=truth, margin=500)

# %%
# The same at each base, with a running mean over 100 bases:

fine = trained.scan(
    example.filename,
    stride=100,
    strands="forward",
    refine={"stride": 1, "classes": ["16s"], "threshold": 0.5},
)
_ = RegionsDisplay.from_predictions(fine, truth, "16s", truth=truth, margin=500, smooth=100)

# %%
# What to do with a track next (regions, GFF3, comparison with the annotation, both strands) is in
# :ref:`sphx_glr_auto_examples_plot_find_16s.py`.
#
# TensorBoard
# -----------
#
# With ``callbacks=[TensorBoard("runs", run_name="first")]`` the curves, confusion matrices, the
# parameters, and a table of all runs are seen in a browser while training goes on: pictures are in
# :doc:`/user_guide/tensorboard`, and confusion matrices of each epoch in
# :ref:`sphx_glr_auto_examples_plot_training_curves.py`. It shows the shares of windows and rows
# that were seen, too. After these four short epochs most rows, but only about half of the windows
# have been drawn:

figure, ax = plt.subplots(figsize=(6, 3), layout="constrained")
lines = ax.plot(range(1, len(shares) + 1), shares, "o-", markersize=4)
ax.legend(lines, ["windows", "rows"])
ax.set(xlabel="Epoch", ylabel="Share seen in training", ylim=(0, 1.05))
ax.xaxis.get_major_locator().set_params(integer=True)
ax.spines[["top", "right"]].set_visible(False)

# %%
# Integrated gradients
# --------------------
#
# The importance of each base of a gene for the answer, the mean over the windows that see it:

attribution = trained.explain(
    new_genes[[1]], "16s", baseline="shuffle", stride=50, n_steps=20, random_state=0
)
_ = attribution.plot(smooth=31)

# %%
# That is the picture of the tutorial. What is wrong with it, and which bases of the gene matter, is
# told in :ref:`sphx_glr_auto_examples_plot_explain_16s.py`. The tutorials of deepG's web site go on
# in :ref:`sphx_glr_auto_examples_plot_deepg_articles.py`.
