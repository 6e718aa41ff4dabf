"""
Learning curve: would more genes help?
======================================

``learning_curve`` trains on more and more rows and scores on others. If the score still rises at
its end, more rows are worth more than a better model. The task: the phylum of a bacterium from 150
bases of its 16S gene, by a network and by k-mers.
"""

# %%
# A window a row. Three windows of each gene are enough for this example.

from collections import Counter

import numpy as np

from skdeepg import FastaWindowTransformer, cut_windows
from skdeepg.datasets import load_16s_bacteria

data = load_16s_bacteria(subset="train")
counts = Counter(data.phylum[data.target == "16s"])
kept = (data.target == "16s") & np.isin(data.phylum, [name for name, _ in counts.most_common(4)])
cutter = FastaWindowTransformer(150, max_windows=3, random_state=0)
X, y, rows = cut_windows(data.data[kept], data.phylum[kept], cutter)
genera = data.groups[kept][rows]
print(X.shape, len(set(genera)), "genera")

# %%
# The genera are the groups: neither windows of a gene nor genes of a genus are ever on both sides.
# For the network, a training is 100 steps, however many rows there are.

from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupShuffleSplit, LearningCurveDisplay
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skdeepg import LSTMCNN, KmerVectorizer, SequenceClassifier

models = {
    "network": SequenceClassifier(
        LSTMCNN(filters=(32, 32), pool_size=4, global_pooling="max", dense_dropout=0.3),
        sampling="balanced",
        max_epochs=1,
        steps_per_epoch=100,
        batch_size=32,
        learning_rate=5e-3,
        random_state=0,
    ),
    "6-mers": make_pipeline(
        KmerVectorizer(k=6, norm="l2"),
        StandardScaler(with_mean=False),
        LogisticRegression(C=0.01, class_weight="balanced", max_iter=2000),
    ),
}

# %%
# Training rows are drawn at random from those of the training side.

import matplotlib.pyplot as plt

figure, axes = plt.subplots(1, 2, figsize=(9, 3.8), sharey=True, layout="constrained")
for axis, (name, model) in zip(axes, models.items(), strict=True):
    display = LearningCurveDisplay.from_estimator(
        model,
        X,
        y,
        groups=genera,
        cv=GroupShuffleSplit(3, test_size=0.25, random_state=0),
        train_sizes=[0.1, 0.3, 1.0],
        scoring="balanced_accuracy",
        shuffle=True,
        random_state=0,
        ax=axis,
        score_name="balanced accuracy",
        line_kw={"marker": "o"},
    )
    axis.set(title=name, xscale="log", xlabel="windows to train on")
    axis.set_xticks(display.train_sizes, display.train_sizes)
    axis.minorticks_off()
    print(name, display.train_sizes, display.test_scores.mean(axis=1).round(3))

# %%
# Both know their training windows nearly by heart, and both still gain from more genes. The 6-mers
# are ahead throughout: the network has to find out what to look at, and with few genes it cannot.
# This is the rule where data are few, and the reason to begin with k-mers.
