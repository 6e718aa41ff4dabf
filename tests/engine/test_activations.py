"""Activations of a layer."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from skdeepg.engine.activations import LayerForward, cut_model, layer_width
from skdeepg.engine.compiled import Encoder
from skdeepg.engine.seeding import seeded
from skdeepg.networks import LSTMCNN, NetworkTask

TABLE = np.vstack([np.eye(4), np.zeros((2, 4))]).astype(np.float32)
NETWORK = LSTMCNN(filters=(3, 5), kernel_size=3, pool_size=2, dense_units=7)
CODES = np.random.default_rng(0).integers(0, 6, (9, 16), dtype=np.uint8)


def build(inputs="one"):
    with seeded(0):
        return NETWORK.build(NetworkTask(16, n_symbols=4, n_outputs=4, inputs=inputs))


def names_of(model):
    return [layer.name for layer in model.layers]


def inputs_of(codes):
    return TABLE[codes]


def test_the_layer_before_the_last_by_default():
    model = build()
    cut = cut_model(model, None)
    assert cut.output.shape[1:] == (7,)
    found = LayerForward(cut, Encoder(TABLE))(CODES)
    last = model.layers[-1]
    np.testing.assert_allclose(last(found), model(inputs_of(CODES)), rtol=1e-5)
    assert found.dtype == np.float32


def test_positions_are_averaged():
    model = build()
    name = next(name for name in names_of(model) if "conv" in name)
    found = LayerForward(cut_model(model, name), Encoder(TABLE))(CODES)
    expected = model.get_layer(name)(inputs_of(CODES)).numpy().mean(axis=1)
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    assert layer_width(model, name) == found.shape[1] == 3


def test_the_last_layer_gives_the_answers():
    model = build()
    found = LayerForward(cut_model(model, names_of(model)[-1]), Encoder(TABLE))(CODES)
    np.testing.assert_allclose(found, model(inputs_of(CODES)), rtol=1e-5)


def test_two_arms_meet_in_the_layer_before_the_last():
    model = build("two_arms")
    found = LayerForward(cut_model(model, None), Encoder(TABLE))(CODES)
    symbols = inputs_of(CODES)
    expected = model([symbols[:, :8], symbols[:, 8:]])
    np.testing.assert_allclose(model.layers[-1](found), expected, rtol=1e-5)


def test_a_layer_of_one_arm_depends_on_that_arm_alone():
    model = build("two_arms")
    for number, name in enumerate(n for n in names_of(model) if "conv" in n):
        forward = LayerForward(cut_model(model, name), Encoder(TABLE))
        changed = [CODES.copy(), CODES.copy()]
        changed[0][:, :8], changed[1][:, 8:] = 0, 0
        same = [np.array_equal(forward(codes), forward(CODES)) for codes in changed]
        assert sorted(same) == [False, True], (number, name)


def test_dropout_is_off():
    inputs = keras.Input((16, 4))
    hidden = keras.layers.Dropout(0.5, name="noise")(keras.layers.Flatten()(inputs))
    model = keras.Model(inputs, keras.layers.Dense(4, "softmax")(hidden))
    forward = LayerForward(cut_model(model, "noise"), Encoder(TABLE))
    np.testing.assert_array_equal(forward(CODES), inputs_of(CODES).reshape(9, -1))


def test_a_cut_network_shares_its_weights():
    model = build()
    forward = LayerForward(cut_model(model, None), Encoder(TABLE))
    before = forward(CODES)
    model.set_weights([weight + 0.5 for weight in model.get_weights()])
    assert not np.allclose(forward(CODES), before)


def test_an_unknown_layer():
    model = build()
    with pytest.raises(ValueError, match="layer='conv' is none of the network's layers: input"):
        cut_model(model, "conv")
