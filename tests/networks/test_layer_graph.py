"""The calls of layers, as configurations tell them."""

from __future__ import annotations

import json

import keras
import numpy as np
import pytest

from skdeepg.exceptions import InvalidModelFileError
from skdeepg.networks import KerasNetwork
from skdeepg.networks.layer_configs import build_from_layers


@pytest.fixture(scope="module")
def model():
    """Two branches that are added."""
    inputs = keras.Input((5, 4))
    branches = [keras.layers.Dense(3, name=name)(inputs) for name in ("left", "right")]
    return keras.Model(inputs, keras.layers.Add(name="sum")(branches))


@pytest.fixture
def config(model):
    return json.loads(model.to_json())


def call_of(config, name):
    entry = next(each for each in config["config"]["layers"] if each["name"] == name)
    return entry["inbound_nodes"][0]


def test_a_tuple_of_inputs_is_as_a_list(model, config):
    node = call_of(config, "sum")
    node["args"] = [{"class_name": "__tuple__", "items": node["args"][0]}]
    built = build_from_layers(config)
    built.set_weights(model.get_weights())
    values = np.random.default_rng(0).random((2, 5, 4), dtype=np.float32)
    np.testing.assert_array_equal(built(values), model(values))


def test_masks_that_are_computed_stay():
    """A softmax with such a mask; `from_model` compares answers."""
    inputs = keras.Input((5, 4), name="input")
    mask = keras.layers.Dense(4, "sigmoid", name="mask")(inputs)
    model = keras.Model(inputs, keras.layers.Softmax(name="softmax")(inputs, mask=mask))
    network = KerasNetwork.from_model(model)
    assert [each.name for each in network.build(None).layers] == ["input", "mask", "softmax"]


@pytest.mark.parametrize("value", [{"class_name": "__numpy__", "config": {}}, {}])
def test_other_objects_are_no_arguments(value, config):
    call_of(config, "sum")["kwargs"] = {"mask": value}
    kind = value.get("class_name")
    with pytest.raises(InvalidModelFileError, match=f"A layer is called with a '{kind}'"):
        build_from_layers(config)


@pytest.mark.parametrize(
    "history", [["left", "0", 0], ["left", 0, 0.0], ["left", True, 0], [1, 0, 0]]
)
def test_inputs_are_a_name_and_two_numbers(history, config):
    call_of(config, "sum")["args"][0][0]["config"]["keras_history"] = history
    with pytest.raises(InvalidModelFileError, match="not given by name and two numbers"):
        build_from_layers(config)


@pytest.mark.parametrize("side", ["input_layers", "output_layers"])
@pytest.mark.parametrize("value", [None, [], {}, "sum"])
def test_a_network_has_inputs_and_outputs(side, value, config):
    config["config"][side] = value
    with pytest.raises(InvalidModelFileError, match="no inputs or no outputs"):
        build_from_layers(config)
