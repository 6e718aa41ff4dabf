"""LSTM networks that carry state, and what reads all before a base at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdeepg import LSTMCNN, FastaWindowTransformer
from skdeepg.engine.seeding import seeded
from skdeepg.networks import NetworkTask
from skdeepg.sequences import SequenceWindows
from skdeepg.sequences.language_targets import LanguageTarget
from skdeepg.sequences.stretches import widen

WINDOW = 6
TABLE = np.vstack([np.eye(4), np.zeros((2, 4))]).astype(np.float32)
NETWORKS = {
    "one layer": {"lstm_units": 5},
    "two layers": {"lstm_units": (5, 3), "dense_units": 4},
    "masking": {"lstm_units": (4, 5), "masking": True},
    "dropout": {"lstm_units": 4, "dropout": 0.4, "recurrent_dropout": 0.2, "dense_dropout": 0.3},
}


def build(name: str = "two layers", window_length: int = WINDOW) -> Any:
    """Build a network with weights that make it remember and answer strongly."""
    network = LSTMCNN(filters=None, stateful=True, **NETWORKS[name])
    with seeded(0):
        model = network.build(NetworkTask(window_length, 4, 4))
    random = np.random.default_rng(1)
    model.set_weights([w + random.normal(0, 0.7, w.shape) for w in model.get_weights()])
    return model


def answer_all(model: Any, codes: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Answer after the last base of each of some sequences, by the formulas of an LSTM."""
    values = TABLE[codes].astype(float)
    seen = values.any(axis=-1) if "masking" in {layer.name for layer in model.layers} else None
    for layer in model.layers:
        if layer.name.startswith("lstm"):
            values = run_lstm(layer.get_weights(), values, seen)
    values = values[:, -1]
    if "dense_1" in {layer.name for layer in model.layers}:
        kernel, bias = model.get_layer("dense_1").get_weights()
        values = np.maximum(values @ kernel + bias, 0)
    kernel, bias = model.get_layer("output").get_weights()
    powers = np.exp(values @ kernel + bias)
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def run_lstm(
    weights: list[NDArray[np.float32]], x: NDArray[np.float64], seen: NDArray[np.bool_] | None
) -> NDArray[np.float64]:
    """Run a layer (Hochreiter and Schmidhuber 1997, with forget gates), skipping the unseen."""
    kernel, recurrent, bias = weights
    hidden = np.zeros((len(x), recurrent.shape[0]))
    cell = np.zeros_like(hidden)
    outputs = []
    for step in range(x.shape[1]):
        gates = x[:, step] @ kernel + hidden @ recurrent + bias
        let_in, keep, candidate, let_out = np.split(gates, 4, axis=1)
        new_cell = sigmoid(keep) * cell + sigmoid(let_in) * np.tanh(candidate)
        new_hidden = sigmoid(let_out) * np.tanh(new_cell)
        now = np.ones((len(x), 1), bool) if seen is None else seen[:, step, np.newaxis]
        cell, hidden = np.where(now, new_cell, cell), np.where(now, new_hidden, hidden)
        outputs.append(hidden)
    return np.stack(outputs, axis=1)


def sigmoid(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give 1 / (1 + exp(-x))."""
    return np.asarray(1 / (1 + np.exp(-x)))


def cut(
    rows: list[str], window_length: int = WINDOW, **parameters: Any
) -> tuple[SequenceWindows, LanguageTarget]:
    """Give stretches, and what splits them."""
    windows = FastaWindowTransformer(window_length, **parameters).fit_transform(rows)
    target = LanguageTarget("next", window_length, windows.vocabulary)
    return widen(windows, target), target
