"""Networks whose attributions are known in closed form."""

from __future__ import annotations

from typing import Any

import numpy as np

LENGTH = 12
MOTIF = "GATTACA"


def classifier(model: Any, **parameters: Any) -> Any:
    """Make a fitted classifier of a Keras model with two outputs."""
    from skdeepg import SequenceClassifier

    made = SequenceClassifier.from_keras(model, classes=["no", "yes"])
    return made.set_params(**parameters)


def linear(seed: int = 0, length: int = LENGTH, activation: str = "softmax") -> Any:
    """Weigh every symbol at every base; weights are those of the dense layer."""
    import keras

    inputs = keras.Input((length, 4))
    outputs = keras.layers.Dense(2, activation)(keras.layers.Flatten()(inputs))
    return with_weights(keras.Model(inputs, outputs), seed)


def product(length: int = LENGTH, seed: int = 0) -> Any:
    """Multiply two weighted sums of one input: the layer "product" has one unit."""
    import keras

    inputs = keras.Input((length, 4))
    flat = keras.layers.Flatten()(inputs)
    sums = [keras.layers.Dense(1, use_bias=False, name=name)(flat) for name in ("u", "v")]
    both = keras.layers.Multiply(name="product")(sums)
    return with_weights(keras.Model(inputs, keras.layers.Dense(2, "softmax")(both)), seed)


def product_of_halves(task: Any) -> Any:
    """Multiply a weighted sum of the left half by one of the right half."""
    import keras

    inputs = [keras.Input(shape) for shape in task.input_shapes]
    sums = [
        keras.layers.Dense(1, use_bias=False, name=name)(keras.layers.Flatten()(one))
        for one, name in zip(inputs, ("u", "v"), strict=True)
    ]
    both = keras.layers.Multiply(name="product")(sums)
    return with_weights(keras.Model(inputs, keras.layers.Dense(4, "softmax")(both)), seed=0)


def motif_detector(length: int = 30, threshold: float = 4.2) -> Any:
    """Count matches with the motif, less a threshold: the largest over all places, at least 0.

    The layer "found" has one unit.
    """
    import keras

    inputs = keras.Input((length, 4))
    kernel = np.eye(4)[["ACGT".index(letter) for letter in MOTIF]][..., np.newaxis]
    conv = keras.layers.Conv1D(1, len(MOTIF), activation="relu")
    found = keras.layers.GlobalMaxPooling1D(name="found")(conv(inputs))
    model = keras.Model(inputs, keras.layers.Dense(2, "softmax")(found))
    conv.set_weights([kernel.astype(np.float32), np.array([-threshold], np.float32)])
    return model


def convolutions(kind: str, seed: int, length: int = LENGTH) -> Any:
    """Make one of several small networks: folded ones, and some that cannot be."""
    import keras

    inputs = keras.Input((length, 4))
    x = keras.layers.Conv1D(5, 3, padding="same", activation="relu")(inputs)
    if kind == "pooled":
        x = keras.layers.BatchNormalization()(keras.layers.MaxPooling1D(2)(x))
        x = keras.layers.Flatten()(keras.layers.Conv1D(4, 2, activation="tanh")(x))
    elif kind == "average":
        x = keras.layers.GlobalAveragePooling1D()(keras.layers.Conv1D(4, 2, activation="elu")(x))
    elif kind == "max":
        x = keras.layers.GlobalMaxPooling1D()(x)
    else:
        x = keras.layers.LSTM(3)(x)
    return with_weights(keras.Model(inputs, keras.layers.Dense(2, "softmax")(x)), seed)


def with_weights(model: Any, seed: int) -> Any:
    """Draw all weights; moving variances are positive."""
    random = np.random.default_rng(seed)
    for weight in model.weights:
        values = random.normal(0, 0.7, weight.shape)
        weight.assign(np.abs(values) + 0.3 if "variance" in weight.path else values)
    return model
