"""Keras models from the configuration of their layers."""

from __future__ import annotations

import copy
import json

import numpy as np
import pytest

from skdeepg.exceptions import InvalidModelFileError
from skdeepg.networks import LSTMCNN, KerasNetwork, NetworkTask, WaveNet
from skdeepg.networks.layer_configs import LAYERS, build_from_layers
from skdeepg.networks.weight_counts import Budget, layer_weights, specification_weights

TASK = NetworkTask(window_length=30, n_symbols=4, n_outputs=2)


def functional():
    """A model with branches, attention, a shared layer and nested models."""
    import keras

    layers = keras.layers
    inner = keras.Sequential([keras.Input((30, 4)), layers.Conv1D(3, 2, padding="same")], name="in")
    ends = keras.Input((30, 3))
    outer = keras.Model(
        ends, layers.BatchNormalization()(layers.GRU(4, return_sequences=True)(ends))
    )
    inputs = keras.Input((30, 4))
    first, second = inner(inputs), inner(layers.GaussianNoise(0.1)(inputs))
    hidden = layers.Add()([outer(first), outer(second)])
    hidden = layers.MultiHeadAttention(2, 3)(hidden, value=hidden)
    hidden = layers.TimeDistributed(layers.Dense(3, activation="tanh"))(hidden)
    hidden = layers.SeparableConv1D(4, 3, depth_multiplier=2)(hidden)
    hidden = layers.LayerNormalization()(layers.DepthwiseConv1D(3)(hidden))
    flat = layers.Concatenate()([layers.GlobalMaxPooling1D()(hidden), layers.Flatten()(hidden)])
    outputs = layers.Dense(
        2, "softmax", kernel_regularizer="l2", bias_constraint=keras.constraints.MaxNorm(2)
    )(flat)
    return keras.Model(inputs, outputs)


@pytest.mark.parametrize(
    "make",
    [
        functional,
        lambda: LSTMCNN(filters=None, lstm_units=(3, 2), masking=True, dropout=0.2).build(TASK),
        lambda: LSTMCNN(filters=(2, 3), residual=True, dense_units=3).build(TASK),
        lambda: WaveNet(dropout=0.1).build(TASK),
    ],
)
def test_same_model_again(make):
    model = make()
    network = KerasNetwork.from_model(model)  # compares variables and answers
    assert [v.shape for v in network.build(TASK).variables] == [v.shape for v in model.variables]


def test_layers_stay_trainable_or_not():
    model = LSTMCNN(filters=(2,)).build(TASK)
    model.get_layer("conv_1").trainable = False
    again = KerasNetwork.from_model(model).build(TASK)
    assert [v.path for v in again.trainable_variables] == [
        v.path for v in model.trainable_variables
    ]


def test_own_state_is_told():
    model = LSTMCNN(filters=None, lstm_units=2, stateful=True).build(TASK)
    assert KerasNetwork.from_model(model).build(TASK).carries_state


def test_all_allowed_layers_exist():
    import keras

    for name in LAYERS:
        assert issubclass(getattr(keras.layers, name), keras.layers.Layer)


def config_of(make=lambda: LSTMCNN(filters=(2,), lstm_units=2).build(TASK)):
    return json.loads(make().to_json())


@pytest.fixture(scope="module")
def config():
    return config_of()


def layer(config, name):
    return next(each for each in config["config"]["layers"] if each["name"] == name)


@pytest.mark.parametrize("name", ["Orthogonal", "OrthogonalInitializer"])
def test_initializers_have_two_names(name, config):
    """Keras 3 writes one or the other, by its version."""
    config = copy.deepcopy(config)
    written = {"module": "keras.initializers", "class_name": name, "config": {"gain": 0.5}}
    layer(config, "lstm_1")["config"]["recurrent_initializer"] = written
    built = build_from_layers(config)
    assert built.get_layer("lstm_1").cell.recurrent_initializer.gain == 0.5


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"class_name": "Lambda"}, "Lambda"),
        ({"class_name": "TFSMLayer"}, "TFSMLayer"),
        ({"class_name": "system", "module": "os"}, "'system' of the module 'os'"),
        ({"module": None}, "no part of Keras"),
        ({"module": "keras.src.ops.numpy"}, "not among the layers"),
        ({"registered_name": "mine>Conv1D"}, "registered by others"),
        ({"config": None}, "no class name or no arguments"),
        ({"inbound_nodes": None}, "not called"),
        ({"inbound_nodes": [{}]}, "make no model"),
        ({"inbound_nodes": [{"args": [], "kwargs": {}}]}, "called on nothing"),
        ({"name": "output"}, "same name"),
        ({"name": 3}, "same name, or none"),
    ],
)
def test_foreign_layers_are_refused(change, message, config):
    config = copy.deepcopy(config)
    layer(config, "conv_1").update(change)
    with pytest.raises(InvalidModelFileError, match=message):
        build_from_layers(config)


@pytest.mark.parametrize(
    ("argument", "value", "message"),
    [
        ("activation", "os.system", "no activation of Keras"),
        ("activation", {"class_name": "function", "config": "my_function"}, "no activation"),
        ("activation", {"class_name": "Lambda", "config": {}}, "no activation"),
        ("kernel_initializer", {"class_name": "Evil", "config": {}}, "'Evil', which is not"),
        (
            "kernel_initializer",
            {"class_name": "Zeros", "config": {}, "module": "builtins"},
            "'builtins'",
        ),
        ("kernel_regularizer", "l2", "not described by a class"),
        ("kernel_constraint", {"class_name": "MaxNorm", "config": {"axis": {}}}, "not allowed"),
        ("dtype", {"class_name": "Policy", "config": {"name": "evil"}}, "not allowed"),
        ("filters", 10**12, "not allowed"),
        ("filters", -1, "make no model"),
        ("kernel_size", ["a"], "make no model"),
        ("kernel_size", [[[[[3]]]]], "not allowed"),
        ("padding", "x" * 1000, "not allowed"),
        ("padding", "elsewhere", "make no model"),
        ("function", "print", "which Keras has not"),
    ],
)
def test_foreign_arguments_are_refused(argument, value, message, config):
    config = copy.deepcopy(config)
    layer(config, "conv_1")["config"][argument] = value
    with pytest.raises(InvalidModelFileError, match=message):
        build_from_layers(config)


def test_stateful_layers_are_refused(config):
    config = copy.deepcopy(config)
    layer(config, "lstm_1")["config"]["stateful"] = True
    with pytest.raises(InvalidModelFileError, match="depend on the batches before"):
        build_from_layers(config)


@pytest.mark.parametrize("value", [None, 3, [], {}, {"class_name": "Model", "config": {}}])
def test_what_is_no_model_is_refused(value):
    with pytest.raises(InvalidModelFileError):
        build_from_layers(value)


def test_models_of_other_classes_are_told():
    with pytest.raises(InvalidModelFileError, match="is of the class 'Mine', a model whose Python"):
        build_from_layers({"class_name": "Mine", "config": {}})


def sequential(*layers, **more):
    return {"class_name": "Sequential", "config": {"layers": list(layers), **more}}


def dense(**config):
    return {"class_name": "Dense", "config": {"units": 2, **config}}


@pytest.mark.parametrize(
    "config",
    [
        sequential(dense(batch_input_shape=[None, 30, 4])),  # Keras 2
        sequential(dense(), build_input_shape=[None, 30, 4]),  # Keras 3
        sequential({"class_name": "InputLayer", "config": {"batch_shape": [None, 30, 4]}}, dense()),
    ],
)
def test_shapes_of_sequential_networks(config):
    model = build_from_layers(config)
    assert (model.input_shape, model.output_shape) == ((None, 30, 4), (None, 30, 2))
    assert model.count_params() == 10


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (sequential(), "has no layers"),
        (sequential(dense()), "An input of the network has no shape"),
        (sequential(dense(batch_input_shape=[None])), "An input of the network has no shape"),
        (sequential(dense(), name=3, build_input_shape=[None, 4]), "A name .* is no text"),
    ],
)
def test_sequential_networks_without_parts(config, message):
    with pytest.raises(InvalidModelFileError, match=message):
        build_from_layers(config)


def test_loops_and_dangling_inputs_are_refused(config):
    for name in ("conv_1", "nothing"):
        changed = copy.deepcopy(config)
        node = layer(changed, "conv_1")["inbound_nodes"][0]
        node["args"][0]["config"]["keras_history"][0] = name
        with pytest.raises(InvalidModelFileError, match="inputs that do not exist"):
            build_from_layers(changed)


def test_too_many_and_too_deep_layers_are_refused(config):
    changed = copy.deepcopy(config)
    changed["config"]["layers"] *= 1000
    with pytest.raises(InvalidModelFileError, match="more than 2,000 layers"):
        build_from_layers(changed)
    nested = copy.deepcopy(config)
    for number in range(10):
        nested = {
            "class_name": "Functional",
            "config": {"layers": [nested | {"name": str(number)}]},
        }
    with pytest.raises(InvalidModelFileError, match="nested more than"):
        build_from_layers(nested)


def test_python_models_are_no_layers():
    import keras

    class Own(keras.Model):
        pass

    inputs = keras.Input((30, 4))
    with pytest.raises(InvalidModelFileError, match="code of its own"):
        KerasNetwork.from_model(Own(inputs, keras.layers.Flatten()(inputs)))
    summed = keras.Model(inputs, keras.layers.Flatten()(inputs + inputs))
    with pytest.raises(InvalidModelFileError, match=r"Add, not\s+one of the layers"):
        KerasNetwork.from_model(summed)


def changed_after_it_was_built(**attributes):
    import keras

    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, bias_initializer="ones")])
    for name, value in attributes.items():
        setattr(model.layers[0], name, value)
    return model


@pytest.mark.parametrize(
    ("attributes", "difference"),
    [
        ({"use_bias": False}, "have other weights"),
        ({"call": lambda inputs: inputs * 2}, "answer otherwise"),
    ],
)
def test_a_network_that_its_layers_do_not_describe(attributes, difference):
    KerasNetwork.from_model(changed_after_it_was_built())
    with pytest.raises(InvalidModelFileError, match=f"built again, {difference}"):
        KerasNetwork.from_model(changed_after_it_was_built(**attributes))


@pytest.mark.parametrize(
    ("network", "task"),
    [
        (LSTMCNN(filters=(3, 5), kernel_size=(4, 6), dense_units=7), TASK),
        (LSTMCNN(filters=(3,), padding="valid", pool_size=None, global_pooling="max"), TASK),
        (LSTMCNN(filters=3, lstm_units=(5, 6), bidirectional=True), TASK),
        (LSTMCNN(filters=3, lstm_units=5), NetworkTask(31, 4, 4, inputs="two_arms")),
        (WaveNet(filters=3, skip_filters=5), NetworkTask(30, 4, 4, per_position=True)),
    ],
)
def test_weights_are_counted_before_they_are_made(network, task):
    """All weights of at least two axes, in a specification and in its layers."""
    model = network.build(task)
    large = [int(np.prod(v.shape)) for v in model.trainable_variables if len(v.shape) > 1]
    assert sum(specification_weights(network, task)) == sum(large)
    config = json.loads(model.to_json())
    budget = Budget(len(model.variables), sum(int(np.prod(v.shape)) for v in model.variables))
    build_from_layers(config, budget)
    with pytest.raises(InvalidModelFileError, match="more weights than the file holds"):
        build_from_layers(config, Budget(n_values=sum(large) - 1))
    with pytest.raises(InvalidModelFileError, match="more weights than the file holds"):
        build_from_layers(config, Budget(n_arrays=len(large) - 2))


def test_every_layer_with_weights_is_counted():
    """At least half of the values that a layer has are foreseen."""
    import keras

    layers = keras.layers
    makers = {
        "BatchNormalization": layers.BatchNormalization,
        "Bidirectional": lambda: layers.Bidirectional(layers.GRU(3)),
        "Conv1D": lambda: layers.Conv1D(6, 3, groups=2),
        "Dense": lambda: layers.Dense(5),
        "DepthwiseConv1D": lambda: layers.DepthwiseConv1D(4, depth_multiplier=3),
        "GRU": lambda: layers.GRU(5),
        "GroupNormalization": lambda: layers.GroupNormalization(2),
        "LSTM": lambda: layers.LSTM(5),
        "LayerNormalization": lambda: layers.LayerNormalization(axis=[1, 2]),
        "MultiHeadAttention": lambda: layers.MultiHeadAttention(2, 8, value_dim=9),
        "SeparableConv1D": lambda: layers.SeparableConv1D(5, 4, depth_multiplier=2),
        "TimeDistributed": lambda: layers.TimeDistributed(layers.Dense(7)),
    }
    for name, make in makers.items():
        made = make()
        foreseen = sum(layer_weights(made, (None, 10, 4)))
        inputs = keras.Input((10, 4))
        made(inputs, inputs) if name == "MultiHeadAttention" else made(inputs)
        assert made.count_params() / 4 <= foreseen <= made.count_params(), name
    without = {name for name in LAYERS if _has_no_weights(name)}
    assert without | set(makers) == LAYERS


def _has_no_weights(name):
    import keras

    cls = getattr(keras.layers, name)
    return "build" not in vars(cls) or name in FEW_WEIGHTS


FEW_WEIGHTS = {
    "AdditiveAttention",
    "Attention",
    "Add",
    "Average",
    "Concatenate",
    "Dot",
    "Maximum",
    "Minimum",
    "Multiply",
    "Subtract",
    "Reshape",  # of Keras 3.6
}
