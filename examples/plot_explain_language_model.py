"""
What a language model looks at
==============================

A language model that has read 16S genes knows the next base of a gene better than chance. From
which of the bases before does it know? How far back does it look?
"""

# %%
# A WaveNet in a short training, on the bundled genes:

import warnings

import keras

from skdeepg import FastaWindowTransformer, WaveNet, WaveNetLM
from skdeepg.datasets import load_16s_bacteria
from skdeepg.exceptions import LostDataWarning

warnings.simplefilter("ignore", LostDataWarning)  # some bases are ambiguous

train = load_16s_bacteria(subset="train")
schedule = keras.optimizers.schedules.CosineDecay(
    0.001, 280, alpha=0.02, warmup_target=0.01, warmup_steps=20
)
wavenet = WaveNetLM(
    WaveNet(
        filters=64,
        initial_filters=64,
        skip_filters=64,
        initial_kernel_size=16,
        dilations=(1, 16, 32, 64),
    ),
    windows=FastaWindowTransformer(512, stride=256),
    batch_size=4,
    steps_per_epoch=300,
    max_epochs=1,
    optimizer=keras.optimizers.AdamW(schedule, weight_decay=0.01, clipnorm=1.0),
    random_state=0,
)
wavenet.fit(train.data[train.target == "16s"])

# %%
# Pieces of a gene
# ----------------
#
# A gene of a genus that is not in training. Each row ends somewhere in the gene, and what is
# explained is the base that the model expects next.

import numpy as np

test = load_16s_bacteria(subset="validation")
gene = test.data[[list(test.groups).index("Pragia")]].sequence(0)
ends = np.arange(260, len(gene) - 1, 25)
rows = [gene[end - 250 : end] for end in ends]
expected = wavenet.predict(rows)
true = np.array([gene[end] for end in ends])
print(f"{np.mean(expected == true):.0%} of {len(ends)} next bases are as expected")

# %%
# The logarithm of the probability is explained, which is what a language model is trained on and
# scored by. Shuffled pieces are the baseline; not those that keep pairs of neighbours, because they
# keep the last base too, which so would seem not to matter.

attribution = wavenet.explain(
    rows, of="log_probability", baseline="shuffle", tolerance=0.05, random_state=0
)
print(attribution)
print(f"largest delta: {np.abs(attribution.convergence_delta).max():.3f} nats")

# %%
# One prediction
# --------------
#
# The one that the model knows best thanks to the bases that it sees, letter by letter:

import matplotlib.pyplot as plt

gain = attribution.windows.outputs - attribution.windows.baseline_outputs
best = int(np.argmax(np.where(expected == true, gain, -np.inf)))
print(f"expects {expected[best]} after ...{rows[best][-20:]}")
attribution.plot("logo", row=best, kind="sum", start=190, end=250)
plt.show()

# %%
# All predictions
# ---------------
#
# Rows are aligned at their ends, where the next base is to come:

display = attribution[::2].plot("rows", kind="sum", align="end")
display.ax_.set(xlim=(-80.5, -0.5), yticks=[], ylabel="Pieces of the gene")
plt.show()

# %%
# How far back
# ------------

importance = attribution.importance("sum")[:, ::-1]
distance = np.arange(1, importance.shape[1] + 1)
share = importance.mean(axis=0).cumsum() / importance.mean(axis=0).sum()
figure, axis = plt.subplots(figsize=(8, 3), layout="constrained")
axis.bar(distance, importance.mean(axis=0), width=1, color="#0072B2")
axis.set(xlabel="Bases before the one that is expected", ylabel="Mean importance (nats)")
axis.spines[["top", "right"]].set_visible(False)
for bases in (4, 12, 24, 60):
    print(f"{share[bases - 1]:4.0%} of the gain comes from the last {bases} bases")
plt.show()

# %%
# Most of what the model knows it has from the last few dozen bases, though it sees more than a
# hundred: it recognises words that nearly all 16S genes have, and goes on as they do. Bases in blue
# speak against the expected one: with another base there, the model would be surer still.
