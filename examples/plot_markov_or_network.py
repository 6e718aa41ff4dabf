"""
Markov model or network?
========================

How much order is there in bacterial DNA, and who finds it? Markov models of all orders and a small
WaveNet learn from pieces of genomes, and predict those of genera that they have not seen.
"""

# %%
# The bundled pieces have 60,000 bases each: 20 to learn from, and 5 of other genera, from four
# phyla. Genes lie on both strands of a genome, so all models learn from both.

import warnings

from skdeepg.datasets import load_16s_bacteria
from skdeepg.exceptions import LostDataWarning

warnings.simplefilter("ignore", LostDataWarning)  # some bases are ambiguous

train = load_16s_bacteria(subset="train")
test = load_16s_bacteria(subset="validation")
pieces = train.data[train.target == "bacteria"]
new_pieces = test.data[test.target == "bacteria"]
print(sorted(set(train.groups[train.target == "bacteria"])))
print(sorted(set(test.groups[test.target == "bacteria"])))

# %%
# Markov models
# -------------
#
# A plain Markov model of order 8 has 65,536 contexts to learn. Longer ones are seen once or never,
# so it knows its training data by heart and nothing else. With back-off, the default, contexts of
# all lengths are blended as far as they can be trusted.

from skdeepg import MarkovLanguageModel

orders = range(0, 13, 2)
bits = {"plain, its own pieces": [], "plain": [], "back-off": []}
for order in orders:
    plain = MarkovLanguageModel(order=order, backoff=False, strands="both").fit(pieces)
    blended = MarkovLanguageModel(order=order, strands="both").fit(pieces)
    bits["plain, its own pieces"].append(plain.bits_per_base(pieces[::4]))
    bits["plain"].append(plain.bits_per_base(new_pieces))
    bits["back-off"].append(blended.bits_per_base(new_pieces))

# %%
# A WaveNet
# ---------
#
# 67,844 parameters, and answers that depend on 384 bases. ``validation`` scores the new pieces
# after each epoch, for the picture; nothing is chosen by it.

import keras

from skdeepg import ValidationSet, WaveNet, WaveNetLM

schedule = keras.optimizers.schedules.CosineDecay(
    0.0005, 108, alpha=0.02, warmup_target=0.005, warmup_steps=20
)
wavenet = WaveNetLM(
    WaveNet(
        filters=32,
        initial_filters=64,
        skip_filters=64,
        initial_kernel_size=12,
        dilations=(12, 24, 48, 96, 192),
    ),
    windows=1024,
    strands="both",
    batch_size=8,
    steps_per_epoch=32,
    max_epochs=4,
    optimizer=keras.optimizers.AdamW(schedule, weight_decay=0.01, clipnorm=1.0),
    random_state=0,
)
wavenet.fit(pieces, validation=ValidationSet(new_pieces))
evaluation = wavenet.evaluate(new_pieces)
print(evaluation)

# %%
# Side by side
# ------------

import matplotlib.pyplot as plt
import numpy as np

figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4.4), sharey=True, layout="constrained")
looks = [("o:", "0.6"), ("o-", "tab:orange"), ("o-", "tab:blue")]
for (name, values), (line, color) in zip(bits.items(), looks, strict=True):
    left.plot(orders, values, line, color=color, label=name)
left.set(xlabel="order", ylabel="bits per base", title="Markov models", ylim=(1.86, 2.1))
left.legend(loc="upper left")

epochs = range(1, wavenet.n_epochs_ + 1)
losses = np.array([wavenet.history_["loss"], wavenet.history_["val_loss"]]) / np.log(2)
right.plot(epochs, losses[0], "o:", color="0.6", label="its own pieces")
right.plot(epochs, losses[1], "o-", color="tab:green", label="WaveNet")
right.axhline(min(bits["back-off"]), color="tab:blue", linestyle="--", label="best Markov model")
right.set(xlabel="epoch", title="WaveNet", xticks=epochs)
right.legend()
for axis in (left, right):
    _ = axis.axhline(2, color="0.8", linewidth=1, zorder=0)

# %%
# On 16S genes a Markov model is hard to beat, as there is much to know by heart. Here there is
# nothing: the best order is about 6, and gains 0.02 bits over guessing. What longer contexts say
# about the training pieces does not hold for other genera, and the plain model gets worse than
# guessing. The network is better after its first epoch, which took some seconds. It has no room for
# tables, so what it finds must hold in other genera too. Candidates are the reading frame, and how
# much GC the last few hundred bases have.

# %%
# By piece, the gain is by far the largest where the model can adapt to a composition that is
# unusual:

table = evaluation.to_frame()
rows = table[table["level"] == "row"].pivot(index="row", columns="model", values="bits_per_base")
rows = rows.loc[list(new_pieces.names)]
rows.index = list(test.groups[test.target == "bacteria"])
letters = [new_pieces.sequence(row) for row in range(len(new_pieces))]
rows["GC"] = [(text.count("G") + text.count("C")) / len(text) for text in letters]
print(rows.round(3).to_string())
