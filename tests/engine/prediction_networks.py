"""Networks with any statistics, and what they answer in double precision."""

from __future__ import annotations

import keras
import numpy as np

from skdeepg.engine.seeding import seeded
from skdeepg.networks import LSTMCNN, NetworkTask

TABLE = np.vstack([np.eye(4), np.zeros((2, 4))]).astype(np.float32)
SOFT_TABLE = np.vstack([np.eye(4), np.full((1, 4), 0.25), np.zeros((1, 4))]).astype(np.float32)


def make_network(window_length, seed=0, n_outputs=2, gamma="any", **arguments):
    """Build an `LSTMCNN` that gives logits, with batch norms far from their first state."""
    task = NetworkTask(window_length, n_symbols=4, n_outputs=n_outputs, activation="linear")
    with seeded(seed):
        model = LSTMCNN(**arguments).build(task)
    return disturb(model, seed, gamma)


def disturb(model, seed=0, gamma="any"):
    """Give all weights but kernels random values.

    Scales are of any sign and size, of both signs only, or positive.
    """
    generator = np.random.default_rng(seed)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            size = layer.gamma.shape[0]
            scales = generator.uniform(0.5, 1.5, size)
            if gamma == "any":
                scales *= generator.choice([1, -1, 1e-30, 0], size, p=[0.5, 0.3, 0.1, 0.1])
            elif gamma == "signs":
                scales *= generator.choice([1, -1], size)
            shifts, means = generator.normal(size=(2, size))
            layer.set_weights([scales, shifts, means, generator.uniform(0.1, 2, size)])
        elif getattr(layer, "bias", None) is not None:
            layer.bias.assign(generator.normal(scale=0.2, size=layer.bias.shape))
    return model


def answer_exactly(model, codes, table=TABLE):
    """Compute a network's outputs in double precision, averaged over positions."""

    def copy(layer):
        return type(layer).from_config(layer.get_config() | {"dtype": "float64"})

    double = keras.models.clone_model(model, clone_function=copy)
    double.set_weights(model.get_weights())
    outputs = np.asarray(double(table.astype(np.float64)[codes]))
    return outputs if outputs.ndim == 2 else outputs.mean(axis=1)


def assert_close(found, expected, tolerance=1e-4):
    """Compare logits by their size."""
    assert found.shape == expected.shape
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance * np.abs(expected).max())
