"""
Training curves and confusion matrices
======================================

A training that is watched: loss, F1 and the confusion matrix of each epoch, a learning rate that
follows a cosine, checkpoints of the best epochs. TensorBoard shows the same in a browser; here
are the pictures by hand.
"""

# %%
# A callback keeps the confusion matrix of each epoch. ``run.confusion`` has it for callbacks that
# ask for it.

from skdeepg.callbacks import Callback


class KeepConfusion(Callback):
    """Keeps the validation's confusion matrix of each epoch."""

    needs_confusion = True

    def __init__(self, matrices):
        self.matrices = matrices

    def __deepcopy__(self, memo):  # the estimator trains with a copy; this one shares its list
        return KeepConfusion(self.matrices)

    def on_epoch_end(self, run):
        """Keep that of this epoch."""
        self.matrices.append(run.confusion["validation"])


# %%
# Training
# --------
#
# The classes differ in size: there are 100 genes, and pieces of genomes with six times as many
# bases. The windows are drawn as they are, so that the network begins by answering "bacteria" for
# everything.

import tempfile

from skdeepg import LSTMCNN, SequenceClassifier, ValidationSet
from skdeepg.callbacks import Checkpoints, CosineSchedule, list_checkpoints
from skdeepg.datasets import load_16s_bacteria

train = load_16s_bacteria(subset="train")
test = load_16s_bacteria(subset="validation")
folder = tempfile.mkdtemp()
matrices = []

classifier = SequenceClassifier(
    LSTMCNN(filters=16, kernel_size=12, pool_size=4, global_pooling="max"),
    windows=200,
    max_epochs=12,
    steps_per_epoch=10,
    batch_size=128,
    learning_rate=0.005,
    schedule=CosineSchedule(warmup=2),
    metrics=["f1", "balanced_accuracy"],
    callbacks=[KeepConfusion(matrices), Checkpoints(folder, save_best_only=True)],
    random_state=0,
)
classifier.fit(train.data, train.target, validation=ValidationSet(test.data, test.target))
print(list_checkpoints(folder)[["epoch", "val_loss", "val_f1"]].round(3))

# %%
# Curves
# ------

from skdeepg.inspection import HistoryDisplay

_ = HistoryDisplay.from_estimator(classifier)

# %%
# After the first epoch two thirds of the windows are right, and nothing has been learnt: the
# network says "bacteria" to everything. Balanced accuracy and F1, which count both classes alike,
# say so.

import numpy as np

print(np.round(classifier.history_["val_accuracy"], 2))

# %%
# Confusion matrices
# ------------------
#
# Rows are the truth, columns the answers; shares of the windows of each class.

import matplotlib.pyplot as plt

shown = [0, 2, 5, 11]
_, axes = plt.subplots(1, len(shown), figsize=(10, 3), layout="constrained")
for ax, epoch in zip(axes, shown, strict=True):
    shares = matrices[epoch] / matrices[epoch].sum(axis=1, keepdims=True)
    ax.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (row, column), share in np.ndenumerate(shares):
        color = "white" if share > 0.5 else "black"
        ax.text(column, row, f"{share:.2f}", ha="center", va="center", color=color)
    ax.set_title(f"epoch {epoch + 1}")
    ax.set_xticks([0, 1], classifier.classes_)
    ax.set_yticks([0, 1], classifier.classes_)
