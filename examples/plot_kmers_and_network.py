"""
k-mers, a network, and both
===========================

K-mers count words, a network finds patterns of its own. Do they know different things? They are
joined in two ways: features side by side, and answers stacked. The task: the phylum of a bacterium
from 150 bases of its 16S gene.
"""

# %%
# A window a row, on other genera than those of training.

from collections import Counter

import numpy as np

from skdeepg import FastaWindowTransformer, cut_windows
from skdeepg.datasets import load_16s_bacteria

data = load_16s_bacteria(subset="all")
counts = Counter(data.phylum[data.target == "16s"])
kept = (data.target == "16s") & np.isin(data.phylum, [name for name, _ in counts.most_common(4)])
cutter = FastaWindowTransformer(150, max_windows=3, random_state=0)
X, y, rows = cut_windows(data.data[kept], data.phylum[kept], cutter)
genera = data.groups[kept][rows]

# %%
# Every split keeps genera together: the one for the test, and those inside the training rows, of
# which a stack learns.

from sklearn.model_selection import StratifiedGroupKFold

train, test = next(StratifiedGroupKFold(4, shuffle=True, random_state=0).split(X, y, genera))
inner = list(
    StratifiedGroupKFold(3, shuffle=True, random_state=0).split(X[train], y[train], genera[train])
)
print(len(train), "windows to train on,", len(test), "to test on")

# %%
# Each alone
# ----------

from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import StandardScaler

from skdeepg import LSTMCNN, KmerVectorizer, SequenceClassifier

words = make_pipeline(KmerVectorizer(k=6, norm="l2"), StandardScaler(with_mean=False))
linear = LogisticRegression(C=0.01, class_weight="balanced", max_iter=2000)
kmers = make_pipeline(words, linear)
network = SequenceClassifier(
    LSTMCNN(filters=(32, 32), pool_size=4, global_pooling="max", dense_dropout=0.3),
    strands="both",
    sampling="balanced",
    max_epochs=10,
    steps_per_epoch=20,
    batch_size=128,
    learning_rate=3e-3,
    random_state=0,
)

# %%
# Side by side
# ------------
#
# ``NetworkFeatures`` gives the activations of the network's last hidden layer. Network and linear
# model learn from the same rows. That is the catch: on these rows the features are better than they
# ever will be on others.

from sklearn.base import clone

from skdeepg import NetworkFeatures

features = make_pipeline(NetworkFeatures(network), StandardScaler())
on_features = make_pipeline(features, clone(linear)).fit(X[train], y[train])
print("network features, training rows:", on_features.score(X[train], y[train]))
print("network features, other genera: ", on_features.score(X[test], y[test]))

union = make_pipeline(make_union(words, features), clone(linear)).fit(X[train], y[train])

# %%
# Stacked
# -------
#
# ``StackingClassifier`` asks each member about rows that it was not trained on, and its last model
# learns from these answers how far each can be trusted.

from sklearn.ensemble import StackingClassifier

members = [("k-mers", kmers), ("network", network)]
last = LogisticRegression(class_weight="balanced")
stack = StackingClassifier(members, last, cv=inner).fit(X[train], y[train])

# %%
# A stack does two things: it joins its members, and it finds out what their probabilities are
# worth. To tell the one from the other, the k-mers get a stack of their own.

alone = StackingClassifier(members[:1], last, cv=inner).fit(X[train], y[train])

# %%
# Comparison
# ----------
#
# The members of the stack were trained on all training rows in the end, so they stand for k-mers
# and network alone. They answer by numbers, which are places in ``stack.classes_``.

import matplotlib.pyplot as plt
from sklearn.metrics import balanced_accuracy_score, log_loss

answers = {
    "k-mers": stack.named_estimators_["k-mers"].predict_proba(X[test]),
    "k-mers stacked alone": alone.predict_proba(X[test]),
    "network": stack.named_estimators_["network"].predict_proba(X[test]),
    "both side by side": union.predict_proba(X[test]),
    "both stacked": stack.predict_proba(X[test]),
}
right = {name: stack.classes_[p.argmax(axis=1)] == y[test] for name, p in answers.items()}
accuracy = {
    name: balanced_accuracy_score(y[test], stack.classes_[p.argmax(axis=1)])
    for name, p in answers.items()
}
loss = {name: log_loss(y[test], p, labels=stack.classes_) for name, p in answers.items()}

figure, axes = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
colors = ["tab:orange", "moccasin", "tab:blue", "0.6", "tab:green"]
titles = {"balanced accuracy": accuracy, "log loss (nats, lower is better)": loss}
for axis, (title, values) in zip(axes, titles.items(), strict=True):
    bars = axis.barh(list(values), list(values.values()), color=colors)
    axis.bar_label(bars, fmt="%.3f", padding=3)
    axis.set(title=title, xlim=(0, 1.15 * max(values.values())))
    axis.invert_yaxis()
axes[1].set_yticklabels([])

# %%
# The k-mers are far better than the network, and the network adds little to them: most of what the
# stack gains in log loss, the k-mers gain by a stack of their own. Where do the two differ? Only
# where the network is right and the k-mers are wrong is there something to win:

for kmers_right in (True, False):
    for network_right in (True, False):
        both = (right["k-mers"] == kmers_right) & (right["network"] == network_right)
        n_right = int(right["both stacked"][both].sum())
        print(
            f"k-mers {'right' if kmers_right else 'wrong'}, "
            f"network {'right' if network_right else 'wrong'}: {both.sum():4d} windows, "
            f"of which the stack has {n_right} right"
        )

# %%
# There are few such windows. So begin with k-mers, add a network when there are many rows, and let
# a stack tell whether it was worth it. The user guide has the numbers of three window lengths and
# two tasks, over five folds.
