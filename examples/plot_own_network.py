"""
A network of your own
=====================

A network is a function that takes a task and returns a Keras model, or a specification: a class
with a method ``build``. This page writes one of each, compares them with ``LSTMCNN``, and looks at
what one of them has learnt.
"""

# %%
# A function: the motif finder
# ----------------------------
#
# One convolution whose kernels are motifs of 20 bases. Of each, only the best match within the
# window counts, wherever it is. The task has the shapes: ``input_shapes``, ``n_outputs`` and
# ``activation``. Everything else is plain Keras. The model need not be compiled.

import keras


def motif_finder(task):
    """Weigh the best match of each of 32 motifs."""
    window = keras.Input(task.input_shapes[0])
    matches = keras.layers.Conv1D(32, 20, activation="relu", name="motifs")(window)
    best = keras.layers.GlobalMaxPooling1D()(matches)
    answer = keras.layers.Dense(task.n_outputs, activation=task.activation, name="answer")(best)
    return keras.Model(window, answer)


# %%
# A specification: dilated convolutions
# -------------------------------------
#
# A class makes its options parameters of scikit-learn: ``network__depth`` can be set and searched
# like any other. ``__init__`` only stores them, as in every scikit-learn estimator; ``build`` does
# the work. Here each convolution reads positions twice as far apart as the one before, so that a
# few layers see a long stretch.

from sklearn.base import BaseEstimator


class DilatedCNN(BaseEstimator):
    """Residual convolutions of growing dilation."""

    def __init__(self, filters=24, depth=4):
        self.filters = filters
        self.depth = depth

    def build(self, task):
        """Make the Keras model."""
        window = keras.Input(task.input_shapes[0])
        signal = keras.layers.Conv1D(self.filters, 8, padding="same", activation="relu")(window)
        signal = keras.layers.MaxPooling1D(4)(signal)
        for level in range(self.depth):
            wider = keras.layers.Conv1D(
                self.filters, 3, padding="same", dilation_rate=2**level, activation="relu"
            )(signal)
            signal = keras.layers.BatchNormalization()(signal + wider)
        pooled = keras.layers.GlobalMaxPooling1D()(signal)
        answer = keras.layers.Dense(task.n_outputs, activation=task.activation)(pooled)
        return keras.Model(window, answer)


# %%
# Comparison
# ----------
#
# The task: windows of 16S genes or of other DNA, validated on genera that training has not seen.
# All networks get the same batches, as these depend on ``random_state`` and not on the network.

from skdeepg import LSTMCNN, FastaWindowTransformer, SequenceClassifier, ValidationSet
from skdeepg.datasets import load_16s_bacteria

train = load_16s_bacteria(subset="train")
test = load_16s_bacteria(subset="validation")

networks = {
    "LSTMCNN": LSTMCNN(filters=(16, 32), pool_size=4),
    "motif finder": motif_finder,
    "dilated CNN": DilatedCNN(),
}
classifiers = {}
for name, network in networks.items():
    classifier = SequenceClassifier(
        network=network,
        windows=FastaWindowTransformer(window_length=500, stride=500),
        sampling="balanced",
        max_epochs=5,
        steps_per_epoch=20,
        batch_size=128,
        random_state=0,
    )
    classifier.fit(train.data, train.target, validation=ValidationSet(test.data, test.target))
    classifiers[name] = classifier
    print(f"{name}: {classifier.model_.count_params():,} parameters")

# %%
# With balanced sampling classes count alike in the validation too, so this is the balanced accuracy
# of windows.

import matplotlib.pyplot as plt

epochs = range(1, 6)
figure, axis = plt.subplots(figsize=(7, 3.6), layout="constrained")
for name, classifier in classifiers.items():
    axis.plot(epochs, classifier.history_["val_accuracy"], "o-", label=name)
axis.set(
    xlabel="epoch", ylabel="validation accuracy", title="Windows of unseen genera", xticks=epochs
)
_ = axis.legend()

# %%
# After five epochs the simplest network is ahead. 16S genes share motifs that hardly change from
# phylum to phylum, and that is all it looks for. This is one seed on a small data set: on other
# data another network may win.

# %%
# What the motif finder has found
# -------------------------------
#
# ``model_`` is the Keras model, so its layers can be asked. ``cut_windows`` gives the codes of
# windows, and ``symbol_table_`` the vector that the network sees for each code.

import numpy as np

from skdeepg import cut_windows

finder = classifiers["motif finder"]
genes = test.data[test.target == "16s"]
codes, _, _ = cut_windows(genes, windows=finder.windows_)

layer = finder.model_.get_layer("motifs")
motifs_of = keras.Model(finder.model_.inputs, layer.output)
matches = motifs_of.predict(finder.symbol_table_[codes], verbose=0)

# %%
# A motif speaks for a 16S gene by its best match in a window, times the difference of its weights
# in the answers "16s" and "bacteria". For the four most important motifs, this cuts out the best
# match in each window, takes the 100 strongest, and shows the information at each position, in
# bits, with the most frequent letter.

weights = finder.model_.get_layer("answer").kernel.numpy()
importance = matches.max(axis=1).mean(axis=0) * (weights[:, 0] - weights[:, 1])

figure, axes = plt.subplots(2, 2, figsize=(10, 4.6), sharey=True, layout="constrained")
for axis, motif in zip(axes.ravel(), np.argsort(importance)[::-1], strict=False):
    strongest = np.argsort(matches[:, :, motif].max(axis=1))[-100:]
    starts = matches[strongest, :, motif].argmax(axis=1)
    sites = codes[strongest[:, np.newaxis], starts[:, np.newaxis] + np.arange(20)]
    shares = np.stack([(sites == code).mean(axis=0) for code in range(4)])
    entropy = -np.sum(shares * np.log2(shares, where=shares > 0, out=np.zeros_like(shares)), axis=0)
    axis.bar(range(20), 2 - entropy, color="tab:green", alpha=0.6)
    axis.set_xticks(range(20), ["ACGT"[code] for code in shares.argmax(axis=0)], family="monospace")
    axis.set(title=f"motif {motif}", ylim=(0, 2))
_ = figure.supylabel("information (bits)")

# %%
# One of them, CTCAAAGGAATTGACGG, is well known: it is the same in nearly all bacteria, and the
# primer 907R, which amplifies 16S genes, binds there.
