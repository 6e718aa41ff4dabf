"""Networks whose outputs are put into another order."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from skdeepg.engine.output_order import is_sigmoid, reorder_outputs

ORDER = np.array([2, 0, 1])
WINDOWS = np.random.default_rng(0).random((5, 4), dtype=np.float32)


def build(*layers):
    tensor = inputs = keras.Input((4,))
    for layer in layers:
        tensor = layer(tensor)
    return keras.Model(inputs, tensor)


@pytest.mark.parametrize(
    "end",
    [
        [keras.layers.Dense(3, "softmax")],
        [keras.layers.Dense(3), keras.layers.Softmax()],
        [keras.layers.Dense(3), keras.layers.Activation("sigmoid")],
        [keras.layers.Reshape((4, 1)), keras.layers.Conv1D(3, 2)],
    ],
    ids=lambda layers: type(layers[-1]).__name__,
)
def test_outputs_change_places(end):
    model = build(*end)
    before = np.asarray(model(WINDOWS))
    reorder_outputs(model, ORDER)
    np.testing.assert_allclose(np.asarray(model(WINDOWS)), before[..., ORDER], rtol=1e-6)


def test_the_same_order_asks_nothing_of_a_network():
    model = build(keras.layers.LayerNormalization())
    reorder_outputs(model, np.arange(4))
    with pytest.raises(ValueError, match="classes must be in sorted order for this model"):
        reorder_outputs(model, np.array([1, 0, 3, 2]))


def test_the_outputs_of_a_layer_that_is_called_twice_have_no_order_of_their_own():
    twice = keras.layers.Dense(4, "sigmoid")
    model = build(twice, twice)
    with pytest.raises(ValueError, match="does not end in a Dense or Conv1D layer"):
        reorder_outputs(model, np.array([1, 0, 3, 2]))


def test_sigmoids_do_not_exclude_each_other():
    assert is_sigmoid(build(keras.layers.Dense(3, "sigmoid")))
    assert is_sigmoid(build(keras.layers.Dense(3), keras.layers.Activation("sigmoid")))
    assert not is_sigmoid(build(keras.layers.Dense(3, "sigmoid"), keras.layers.Dense(2)))
    assert not is_sigmoid(build(keras.layers.Dense(3, "softmax")))
