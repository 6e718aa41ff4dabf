"""
16S gene or bacterial DNA?
==========================

The central example of deepG's tutorial, short: a convolutional network tells windows of 500 bases
from 16S rRNA genes from other bacterial DNA. It is trained on some genera and tested on others.
"""

# %%
# The data come with the package: genes, and pieces of 60,000 bases of genomes without such genes.
# Each record is a row.

from skdeepg.datasets import load_16s_bacteria, load_scan_example

train = load_16s_bacteria(subset="train")
test = load_16s_bacteria(subset="validation")
print(train.data)
print(f"{len(set(train.groups))} genera to train on, {len(set(test.groups))} others to test on")

# %%
# Genes are few and short, genomes are long: balanced sampling draws the classes in turn. Genes lie
# on either strand, so training turns half of the windows around. Global max pooling keeps, of each
# filter, the strongest answer anywhere in the window. So the network has few parameters, and does
# not have to learn each motif at each position.

from skdeepg import LSTMCNN, FastaWindowTransformer, SequenceClassifier

classifier = SequenceClassifier(
    network=LSTMCNN(filters=(32, 32), pool_size=4, global_pooling="max", dense_dropout=0.3),
    windows=FastaWindowTransformer(window_length=500, stride=100),
    strands="both",
    sampling="balanced",
    max_epochs=8,
    steps_per_epoch=20,
    batch_size=128,
    random_state=0,
)
classifier.fit(train.data, train.target)

# %%
# ``evaluate`` scores the answers for windows and for rows, on genera that the network has not
# seen. A row's answer is the mean of its windows, so that single errors average out.

evaluation = classifier.evaluate(test.data, test.target)
print(evaluation)

# %%
# The confusion matrix of all windows:

display = evaluation.plot("confusion", level="window")

# %%
# A stretch of a genome that holds such genes is "bacteria" as a whole, which is right and not the
# question. The windows say where the genes are.

import matplotlib.pyplot as plt

region = load_scan_example("streptococcus_suis")
table = classifier.predict_windows(region.data)

figure, axis = plt.subplots(figsize=(9, 3), layout="constrained")
axis.fill_between((table["start"] + table["end"]) / 2, table["16s"], linewidth=0.8, alpha=0.7)
genes = region.regions.select(name="16S_rRNA")
for start, end in zip(genes.start, genes.end, strict=True):
    span = axis.axvspan(start, end, color="tab:orange", alpha=0.4, zorder=0, label="16S gene")
axis.legend(handles=[span], loc="upper right")
_ = axis.set(
    xlabel="position (bases)",
    ylabel="probability of 16S",
    title=region.data.names[0],
    ylim=(0, 1.15),
)

# %%
# Behind each 16S gene the probability is raised over another 3,000 bases. The 23S gene lies there:
# it is rRNA too, and the training data have no 23S gene in either class, so the network was never
# told to keep the two apart. A classifier knows only what its classes contain. To find 16S genes
# and nothing else, give it 23S genes among the other DNA.
