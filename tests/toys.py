"""Toy sequences and networks."""

from __future__ import annotations

from typing import Any

import numpy as np

from skdeepg.networks import NetworkTask


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


def random_sequences(lengths: list[int], seed: int = 0, letters: str = "ACGT") -> list[str]:
    """Draw a sequence of each length, all letters equally likely."""
    random = np.random.default_rng(seed)
    return ["".join(random.choice(list(letters), size=length)) for length in lengths]


def periodic_sequences(
    n_rows: int, period: str = "ACGGT", shortest: int = 20, longest: int = 40, seed: int = 0
) -> list[str]:
    """Repeat a period, beginning anywhere in it: each base is known from those around it."""
    random = np.random.default_rng(seed)
    lengths = random.integers(shortest, longest + 1, n_rows)
    starts = random.integers(0, len(period), n_rows)
    endless = period * (longest // len(period) + 2)
    return [endless[start : start + length] for start, length in zip(starts, lengths, strict=True)]


def causal_network(length: int | None, reach: int, seed: int = 0) -> Any:
    """Make a causal network whose outputs depend strongly on the last `reach` bases.

    Networks of the same reach and seed have the same weights, whatever their length.
    """
    import keras

    inputs = keras.Input((length, 4))
    hidden = keras.layers.Conv1D(6, reach - 1, padding="causal", activation="tanh")(inputs)
    outputs = keras.layers.Conv1D(4, 2, padding="causal", activation="softmax")(hidden)
    model = keras.Model(inputs, outputs)
    random = np.random.default_rng(seed)
    model.set_weights([random.normal(0, 1, weight.shape) for weight in model.get_weights()])
    return model


def linear_network(task: NetworkTask) -> Any:
    """Weigh each base of a window, or of both its halves."""
    import keras

    inputs = [keras.Input(shape) for shape in task.input_shapes]
    flat = [keras.layers.Flatten()(one) for one in inputs]
    joined = keras.layers.Concatenate()(flat) if len(flat) > 1 else flat[0]
    seen = keras.layers.Dropout(0.1)(joined)
    outputs = keras.layers.Dense(task.n_outputs, task.activation)(seen)
    return keras.Model(inputs if len(inputs) > 1 else inputs[0], outputs)


def sliding_network(task: NetworkTask) -> Any:
    """Weigh the last 6 bases at every position of a sequence of any length."""
    import keras

    inputs = keras.Input((None, task.n_symbols))
    seen = keras.layers.Dropout(0.1)(inputs)
    outputs = keras.layers.Conv1D(
        task.n_outputs, 6, padding="causal", activation=task.activation, name="letters"
    )(seen)
    return keras.Model(inputs, outputs)


sliding_network.receptive_field = 6  # type: ignore[attr-defined]
