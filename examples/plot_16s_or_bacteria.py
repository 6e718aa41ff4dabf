"""
16S gene or bacterial DNA?
==========================

The central example of deepG's tutorial: a network of convolutions tells windows of 500 bases from
16S rRNA genes from other bacterial DNA. It is trained on some genera and tested on others.
"""

# %%
# The data come with the package: genes, and pieces of 60,000 bases of genomes without such genes.
# A row is a record; `data` holds the bases once, whatever is done with them.

from skdeepg.datasets import load_16s_bacteria, load_scan_example

train = load_16s_bacteria(subset="train")
test = load_16s_bacteria(subset="validation")
print(train.data)
print(f"{len(set(train.groups))} genera to train on, {len(set(test.groups))} others to test on")

# %%
# Genes are few and short, genomes are long: balanced sampling draws the classes in turn. Genes lie
# on either strand, so training turns half the windows around. A few short epochs on windows of
# 200 bases keep this page quick; ``make quickstart`` trains the tutorial's network.

from skdeepg import LSTMCNN, FastaWindowTransformer, SequenceClassifier

classifier = SequenceClassifier(
    network=LSTMCNN(filters=(16, 32), kernel_size=8, dense_dropout=0.3),
    windows=FastaWindowTransformer(window_length=200, stride=100),
    strands="both",
    sampling="balanced",
    max_epochs=6,
    steps_per_epoch=25,
    random_state=0,
)
classifier.fit(train.data, train.target)

# %%
# Fitting means the loss on training windows falls:

import matplotlib.pyplot as plt

figure, axes = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
axes[0].plot(range(1, classifier.n_epochs_ + 1), classifier.history_["loss"], "o-")
axes[0].set(xlabel="epoch", ylabel="loss", title="Training")

# %%
# What counts is how it does on genera it has not seen, here for every window:

from sklearn.metrics import ConfusionMatrixDisplay

windows = classifier.predict_windows(test.data)
answers = windows[["16s", "bacteria"]].idxmax(axis=1)
ConfusionMatrixDisplay.from_predictions(
    test.target[windows["row"]], answers, normalize="true", ax=axes[1], colorbar=False
)
axes[1].set_title("Windows of unseen genera")
figure

# %%
# A row's answer is the mean of its windows, so that single errors average out:

print(f"{classifier.score(test.data, test.target):.1%} of {len(test.data)} rows are right")

# %%
# A region of a genome that does hold such genes is "bacteria" as a whole, which is right and not
# the question. Look at the windows, and the genes stand out.

region = load_scan_example("streptococcus_suis")
track = classifier.predict_windows(region.data)

figure, axis = plt.subplots(figsize=(9, 2.8), layout="constrained")
axis.plot((track["start"] + track["end"]) / 2, track["16s"], linewidth=0.8)
genes = region.regions.select(name="16S_rRNA")
for start, end in zip(genes.start, genes.end, strict=True):
    axis.axvspan(start, end, color="tab:orange", alpha=0.4)
axis.set(xlabel="position (bases)", ylabel="probability of 16S", title=region.data.names[0])
figure
