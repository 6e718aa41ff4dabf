"""Toy sequences."""

from __future__ import annotations

import numpy as np


def coin_sequences(
    n_rows: int, seed: int, shortest: int = 20, longest: int = 60
) -> tuple[list[str], np.ndarray]:
    """Draw sequences of two classes in turn: "ac" is 80 % A and C, "gt" 80 % G and T."""
    random = np.random.default_rng(seed)
    shares = {"ac": [0.4, 0.4, 0.1, 0.1], "gt": [0.1, 0.1, 0.4, 0.4]}
    y = np.array(["ac", "gt"] * (n_rows // 2))
    lengths = random.integers(shortest, longest + 1, n_rows)
    rows = [
        "".join(random.choice(list("ACGT"), size=length, p=shares[label]))
        for length, label in zip(lengths, y, strict=True)
    ]
    return rows, y
