"""Small attributions for tests."""

from __future__ import annotations

import numpy as np

from skdeepg.inspection import Attribution, ExplainedWindows
from skdeepg.sequences import Vocabulary


def make_attribution(*rows, values=None, symbols="ACGT", seed=0, **more):
    """Build an attribution of rows given as letters.

    `values` are lists of one number a base, for the symbol that is there (N has none); None
    draws all symbols at random.
    """
    vocabulary = Vocabulary(symbols)
    longest = max(map(len, rows), default=0)
    codes = np.full((len(rows), longest), vocabulary.padding_code, dtype=np.uint8)
    numbers = np.zeros((*codes.shape, len(symbols)), dtype=np.float32)
    rng = np.random.default_rng(seed)
    for row, letters in enumerate(rows):
        encoded = vocabulary.encode(letters)
        codes[row, : len(letters)] = encoded
        if values is None:
            numbers[row, : len(letters)] = rng.normal(size=(len(letters), len(symbols)))
        else:
            known = np.flatnonzero(encoded < len(symbols))
            numbers[row, known, encoded[known]] = np.asarray(values[row])[known]
    given = {
        "baseline": "shuffle",
        "target": np.array(["16s"] * len(rows)),
        "of": "probability",
        "method": "integrated_gradients",
        **more,
    }
    return Attribution(values=numbers, codes=codes, symbols=symbols, **given)


def make_windows(rows, starts=None, deltas=None):
    """Build windows whose other numbers tell them apart."""
    n_windows = len(rows)
    return ExplainedWindows(
        rows=rows,
        starts=np.arange(n_windows) * 10 if starts is None else starts,
        outputs=np.arange(n_windows) / 10,
        baseline_outputs=np.arange(n_windows) / 100,
        convergence_deltas=np.zeros(n_windows) if deltas is None else deltas,
        n_steps=np.arange(n_windows) + 50,
    )
