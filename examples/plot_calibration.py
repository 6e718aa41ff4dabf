"""
Calibration: when is 90 % sure 90 % right?
==========================================

A network that has seen its training rows often is too sure of itself on others. The reliability
curve shows it, and ``CalibratedClassifierCV`` mends it. The task: is a stretch of 100 bases of a
16S gene from Proteobacteria, or from another phylum?
"""

# %%
# A window a row. Training and test have no genus in common.

import numpy as np

from skdeepg import FastaWindowTransformer, cut_windows
from skdeepg.datasets import load_16s_bacteria

cutter = FastaWindowTransformer(100, max_windows=4, random_state=0)
sides = []
for subset in ("train", "validation"):
    data = load_16s_bacteria(subset=subset)
    gene = data.target == "16s"
    label = np.where(data.phylum == "Proteobacteria", "Proteobacteria", "other")
    codes, y, rows = cut_windows(data.data[gene], label[gene], cutter)
    sides.append((codes, y, data.groups[gene][rows]))
(X, y, genera), (X_test, y_test, _) = sides
print(X.shape, X_test.shape)

# %%
# A third of the genera is kept for calibration.

from sklearn.model_selection import GroupKFold

folds = list(GroupKFold(3).split(X, y, genera))
train, held = folds[0]

# %%
# A network that was trained for too long
# ---------------------------------------

from sklearn.metrics import accuracy_score, log_loss

from skdeepg import LSTMCNN, SequenceClassifier

network = SequenceClassifier(
    LSTMCNN(filters=(32, 64), kernel_size=8),
    max_epochs=20,
    batch_size=128,
    learning_rate=3e-3,
    random_state=0,
)


def report(name, model, X=X_test, y=y_test):
    """Print how right and how sure a model is."""
    answers = model.predict_proba(X)
    print(
        f"{name:<24} right {accuracy_score(y, model.predict(X)):.3f}, "
        f"sure {answers.max(axis=1).mean():.3f}, log loss {log_loss(y, answers):.3f}"
    )


network.fit(X[train], y[train])
report("its training windows", network, X[train], y[train])
report("other genera", network)

# %%
# On other genera it is right for three windows in four, and 90 % sure. Guessing would have a log
# loss of about 0.69.
#
# Calibration
# -----------
#
# A fitted network in a ``FrozenEstimator`` is left as it is. Calibration learns, from rows that the
# network was not trained on, what its answers are worth: two numbers, the slope and offset of a
# logistic curve.

from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator

calibrated = CalibratedClassifierCV(FrozenEstimator(network), method="sigmoid")
calibrated.fit(X[held], y[held])
report("calibrated", calibrated)

# %%
# This leaves a third of the rows out of training. Given folds instead of a frozen network,
# ``CalibratedClassifierCV`` trains a network for each and calibrates it on the fold left out; its
# answer is their mean. The folds must keep genera together: with windows of the same genes on both
# sides it would find that the network is right to be so sure.

several = CalibratedClassifierCV(network, method="sigmoid", cv=folds).fit(X, y)
report("calibrated, 3 networks", several)

# %%
# The reliability curve
# ---------------------
#
# Of all windows that got a probability of about 0.9, how many were Proteobacteria? On the diagonal,
# nine in ten.

import matplotlib.pyplot as plt
from sklearn.calibration import CalibrationDisplay

models = {"network": network, "calibrated": calibrated, "calibrated, 3 networks": several}
figure, (left, right) = plt.subplots(1, 2, figsize=(9.5, 4.2), layout="constrained")
for name, model in models.items():
    display = CalibrationDisplay.from_estimator(
        model,
        X_test,
        y_test,
        pos_label="Proteobacteria",
        n_bins=8,
        strategy="quantile",
        name=name,
        ax=left,
    )
    right.hist(display.y_prob, bins=20, range=(0, 1), histtype="step", label=name)
left.set(
    xlabel="probability of Proteobacteria, mean of a bin",
    ylabel="share of Proteobacteria in the bin",
)
_ = right.set(xlabel="probability of Proteobacteria", ylabel="windows")

# %%
# The network alone answers nearly everything with 0 or 1, and is wrong far more often than that
# allows. Calibrated, it keeps to the middle where it does not know. Calibration adds no knowledge:
# it keeps the order of the windows and makes the numbers honest.
