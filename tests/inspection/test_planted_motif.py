"""A motif that a network has learnt is what its answers rest on."""

from __future__ import annotations

import numpy as np
import pytest

from skdeepg import LSTMCNN, SequenceClassifier
from skdeepg.inspection import agreement

MOTIF = "TGACGTCATGCA"
LENGTH = 200


def plant(n_rows, seed):
    """Draw rows in pairs of equal letters: one with the motif, one with its letters shuffled."""
    random = np.random.default_rng(seed)
    rows, labels, places = [], [], []
    for number in range(n_rows):
        letters = random.choice(list("ACGT"), LENGTH)
        place = int(random.integers(0, LENGTH - len(MOTIF) + 1))
        planted = list(MOTIF) if number % 2 else random.permutation(list(MOTIF))
        letters[place : place + len(MOTIF)] = planted
        rows.append("".join(letters))
        labels.append("motif" if number % 2 else "none")
        places.append(place)
    return rows, np.array(labels), np.array(places)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
def test_its_bases_hold_the_importance(seed):
    """At least 80 % of the positive signed importance, and mutations agree."""
    X, y, _ = plant(2000, seed=10 + seed)
    network = LSTMCNN(filters=(16,), kernel_size=12, pool_size=None, global_pooling="max")
    clf = SequenceClassifier(
        network, LENGTH, max_epochs=12, batch_size=64, learning_rate=3e-3, random_state=seed
    ).fit(X, y)
    X, y, places = plant(80, seed=20 + seed)
    chosen = np.flatnonzero((clf.predict(X) == y) & (y == "motif"))
    assert len(chosen) >= 36  # of 40: the network knows the motif
    rows, places = [X[i] for i in chosen], places[chosen]
    found = clf.explain(
        rows, "motif", baseline="dinucleotide", n_baselines=10, tolerance=1e-3, random_state=seed
    )
    assert shares_on_motif(found, places).mean() >= 0.8
    mutated = clf.explain(rows, "motif", method="mutagenesis")
    assert shares_on_motif(mutated, places).mean() >= 0.8
    table = agreement(found, mutated, kind="observed")
    assert table["spearman"].mean() >= 0.3  # of all 200 bases, most of which mean nothing


def shares_on_motif(attribution, places):
    """Give the share of each row's positive importance that is on the motif."""
    positive = np.maximum(attribution.importance("observed"), 0)
    inside = [row[p : p + len(MOTIF)].sum() for row, p in zip(positive, places, strict=True)]
    return np.array(inside) / positive.sum(axis=1)
