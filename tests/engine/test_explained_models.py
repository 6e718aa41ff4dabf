"""Networks whose outputs are what is explained."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from skdeepg.engine.explained_models import explained_model, without_gradient

WINDOWS = np.random.default_rng(0).random((5, 6), dtype=np.float32)
ENDS = {
    "argument": lambda name: [keras.layers.Dense(3, name, name="logits")],
    "activation": lambda name: [
        keras.layers.Dense(3, name="logits"),
        keras.layers.Activation(name),
    ],
}


def build(*layers):
    tensor = inputs = keras.Input((6,))
    for layer in layers:
        tensor = layer(tensor)
    return keras.Model([inputs], tensor)


def logits_of(model):
    kernel, bias = model.get_layer("logits").get_weights()
    return WINDOWS @ kernel + bias


def softmax(logits):
    powers = np.exp(logits)
    return powers / powers.sum(axis=1, keepdims=True)


def sigmoid(logits):
    return 1 / (1 + np.exp(-logits))


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("function", [softmax, sigmoid])
def test_what_is_explained(end, function):
    model = build(*ENDS[end](function.__name__))
    logits = logits_of(model)
    expected = {
        "probability": function(logits),
        "logit": logits,
        "log_probability": np.log(function(logits)),
    }
    for of, values in expected.items():
        found = np.asarray(explained_model(model, of)([WINDOWS]))
        np.testing.assert_allclose(found, values, rtol=1e-5, atol=1e-6, err_msg=of)


def test_a_softmax_layer_is_taken_off():
    model = build(keras.layers.Dense(3, name="logits"), keras.layers.Softmax())
    found = np.asarray(explained_model(model, "logit")([WINDOWS]))
    np.testing.assert_allclose(found, logits_of(model), rtol=1e-5, atol=1e-6)


def test_the_units_of_a_layer():
    model = build(keras.layers.Dense(3, name="logits"), keras.layers.Dense(2, "softmax"))
    found = np.asarray(explained_model(model, "logit", "logits")([WINDOWS]))
    np.testing.assert_allclose(found, logits_of(model), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("layer", "found"),
    [
        (keras.layers.Dense(3, "tanh", name="end"), "end is a Dense with the activation tanh"),
        (keras.layers.Dropout(0.5, name="end"), r"end is a Dropout\."),
    ],
    ids=["activation", "none"],
)
def test_logits_of_other_networks(layer, found):
    with pytest.raises(ValueError, match=f"of='logit' needs a network that ends .* {found}"):
        explained_model(build(layer), "logit")


def test_the_first_layer_that_stops_gradients_is_named():
    model = build(*(keras.layers.Dense(2, name=name) for name in ("first", "second")))
    stopped = {"first", "second"}
    assert without_gradient(model, lambda part: part.layers[-1].name not in stopped) == "first"
    assert without_gradient(model, lambda part: part.layers[-1].name != "second") == "second"
    assert without_gradient(model, lambda part: True) == ""
