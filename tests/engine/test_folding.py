"""Folded networks answer as the networks do."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from skdeepg.engine.activations import LayerForward, cut_model
from skdeepg.engine.compiled import Encoder
from skdeepg.engine.fast_forward import FoldedForward, fast_forward
from skdeepg.engine.folding import fold
from skdeepg.engine.folding_rules import Folder
from skdeepg.engine.layer_chain import NotFoldableError
from skdeepg.engine.precision import set_precision
from skdeepg.networks import LSTMCNN, NetworkTask, WaveNet
from tests.engine.prediction_networks import (
    SOFT_TABLE,
    TABLE,
    answer_exactly,
    assert_close,
    disturb,
    make_network,
)

KERAS = tuple(map(int, keras.__version__.split(".")[:2]))
LENGTH = 37
CODES = np.random.default_rng(0).integers(0, 6, (5, LENGTH), dtype=np.uint8)
SMALL = {"filters": (5, 6, 4), "kernel_size": 4, "pool_size": 2}


def check(model, table=TABLE, tolerance=1e-5):
    forward = fast_forward(model, Encoder(table))
    assert isinstance(forward, FoldedForward)
    assert_close(forward(CODES), answer_exactly(model, CODES, table), tolerance)


@pytest.mark.parametrize("padding", ["same", "valid", "causal"])
@pytest.mark.parametrize("seed", range(2))
def test_negative_tiny_and_zero_scales(padding, seed):
    check(make_network(LENGTH, seed, padding=padding, **SMALL))


@pytest.mark.parametrize("pooling", ["average", "max"])
def test_global_pooling_and_hidden_layers(pooling):
    check(make_network(LENGTH, global_pooling=pooling, dense_units=(7, 3), **SMALL), SOFT_TABLE)


@pytest.mark.parametrize(
    "changed", [{"strides": (2, 1, 3)}, {"dilation_rate": 2, "use_bias": False}, {"pool_size": 1}]
)
def test_other_convolutions(changed):
    check(make_network(LENGTH, **(SMALL | changed)))


LAYERS = keras.layers


@pytest.mark.parametrize(
    "layers",
    [
        lambda: [
            LAYERS.Conv1D(5, 3, padding="same"),
            LAYERS.BatchNormalization(),
            LAYERS.ReLU(),
            LAYERS.MaxPooling1D(2),
            LAYERS.BatchNormalization(),
            LAYERS.Activation("relu"),
            LAYERS.MaxPooling1D(3),
            LAYERS.SpatialDropout1D(0.5),
            LAYERS.BatchNormalization(),
        ],
        lambda: [
            LAYERS.BatchNormalization(),
            LAYERS.MaxPooling1D(2),
            LAYERS.Conv1D(5, 3, activation="tanh", padding="causal"),
            LAYERS.MaxPooling1D(2),
            LAYERS.BatchNormalization(),
            LAYERS.AveragePooling1D(3, 2),
            LAYERS.Activation("relu"),
            LAYERS.BatchNormalization(),
            LAYERS.GlobalAveragePooling1D(),
            LAYERS.BatchNormalization(),
            LAYERS.Dense(4, "sigmoid"),
            LAYERS.BatchNormalization(),
        ],
        lambda: [
            LAYERS.Conv1D(6, 3, activation="relu"),
            LAYERS.BatchNormalization(),
            LAYERS.MaxPooling1D(2),
            LAYERS.BatchNormalization(),
            LAYERS.GlobalMaxPooling1D(),
            LAYERS.BatchNormalization(),
            LAYERS.ReLU(),
        ],
        lambda: [
            LAYERS.Conv1D(6, 3),
            LAYERS.MaxPooling1D(2),
            LAYERS.BatchNormalization(),
            LAYERS.Activation("tanh"),
            LAYERS.GlobalMaxPooling1D(),
        ],
        lambda: [LAYERS.Flatten(), LAYERS.Activation("relu"), LAYERS.Dense(6, "gelu")],
        lambda: [LAYERS.Dense(6, "relu"), LAYERS.BatchNormalization(), LAYERS.Softmax()],
    ],
)
def test_layers_in_any_order(layers):
    model = keras.Sequential([keras.Input((LENGTH, 4)), *layers()])
    disturb(model, 3, gamma="signs")
    check(model)


def test_a_network_inside_a_network():
    inner = keras.Sequential([keras.Input((LENGTH, 4)), LAYERS.Conv1D(3, 2), LAYERS.Flatten()])
    inputs = keras.Input((LENGTH, 4))
    model = keras.Model(inputs, LAYERS.Dense(2)(inner(inputs)))
    expected = LayerForward(model, Encoder(TABLE))(CODES)
    forward = fast_forward(model, Encoder(TABLE))
    assert isinstance(forward, FoldedForward)
    np.testing.assert_allclose(forward(CODES), expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    "layer",
    [
        LAYERS.BatchNormalization(scale=False),
        LAYERS.BatchNormalization(center=False),
        LAYERS.MaxPooling1D(1),
    ],
    ids=["no scale", "no center", "a pool of one"],
)
def test_layers_with_parts_left_out(layer):
    layer = type(layer).from_config(layer.get_config())  # one that belongs to no model yet
    model = build_plain(LAYERS.Conv1D(3, 2), layer, LAYERS.Conv1D(2, 2))
    generator = np.random.default_rng(0)
    for weight in model.weights:
        weight.assign(generator.uniform(0.5, 1.5, weight.shape))
    check(model)


def test_activations_of_a_layer_are_averaged_over_positions():
    model = make_network(LENGTH, **SMALL)
    for name in ("conv_1", "batch_norm_1", "pool_2", "output"):
        check(cut_model(model, name))


def test_probabilities():
    model = LSTMCNN(**SMALL).build(NetworkTask(LENGTH, n_symbols=4, n_outputs=3))
    found = fast_forward(disturb(model), Encoder(TABLE))(CODES)
    np.testing.assert_allclose(found, np.asarray(model(TABLE[CODES])), atol=1e-5)


def test_half_precision():
    model = make_network(LENGTH, gamma="positive", **SMALL)
    expected = answer_exactly(model, CODES)
    found = fast_forward(model, Encoder(TABLE), "bfloat16")(CODES)
    assert_close(found, expected, tolerance=0.03)
    assert np.abs(found - expected).max() > 1e-5 * np.abs(expected).max()
    mixed = set_precision(model, "mixed_bfloat16")
    found_mixed = fast_forward(mixed, Encoder(TABLE))(CODES)
    assert_close(found_mixed, expected, tolerance=0.03)
    if KERAS >= (3, 10):  # earlier ones cast between the layers, which are no chain then
        np.testing.assert_array_equal(found_mixed, found)
        assert_close(fast_forward(mixed, Encoder(TABLE), "float32")(CODES), expected, 1e-5)


def test_an_unknown_precision():
    with pytest.raises(ValueError, match=r"precision='float16' .* 'bfloat16'"):
        fast_forward(make_network(LENGTH, **SMALL), Encoder(TABLE), "float16")


def test_weights_are_read_once():
    model = make_network(LENGTH, **SMALL)
    forward = fast_forward(model, Encoder(TABLE))
    before = forward(CODES)
    model.get_layer("output").bias.assign_add([1.0, 2.0])
    np.testing.assert_array_equal(forward(CODES), before)
    after = fast_forward(model, Encoder(TABLE))(CODES)
    np.testing.assert_allclose(after, before + np.array([1, 2]), rtol=1e-4)


def test_batch_norm_and_activations_vanish():
    stages = fold(make_network(LENGTH, **SMALL)).stages
    assert [stage.kernel.shape for stage in stages] == [(4, 4, 5), (4, 5, 6), (4, 6, 4), (4, 4, 2)]
    assert [stage.pool_size for stage in stages] == [2, 2, 2, 1]


def build(**arguments):
    task = {"inputs": arguments.pop("inputs", "one")}
    return LSTMCNN(**(SMALL | arguments)).build(NetworkTask(LENGTH, 4, 2, **task))


def build_with_noise():
    inputs = keras.Input((LENGTH, 4))
    noisy = LAYERS.Dropout(0.5, seed=0)(inputs, training=True)
    return keras.Model(inputs, LAYERS.Dense(2)(LAYERS.Flatten()(noisy)))


def build_with_shared_layer():
    inputs, twice = keras.Input((LENGTH, 4)), LAYERS.Dense(4)
    return keras.Model(inputs, LAYERS.Flatten()(twice(twice(inputs))))


def build_plain(*layers, length=LENGTH, end=LAYERS.GlobalMaxPooling1D):
    return keras.Sequential([keras.Input((length, 4)), *layers, end()])


class Halved(LAYERS.Layer):
    """A layer of a third party."""

    def call(self, inputs):
        return inputs / 2


def build_quantized():
    model = build_plain(LAYERS.Dense(3))
    model.layers[0].quantize("int8")
    return model


@pytest.mark.parametrize(
    "model",
    [
        lambda: build(lstm_units=3),
        lambda: build(residual=True),
        lambda: build(inputs="two_arms"),
        lambda: WaveNet(filters=2).build(NetworkTask(LENGTH, 4, 2)),
        build_with_noise,
        build_with_shared_layer,
        lambda: build_plain(LAYERS.MaxPooling1D(3, 2)),
        lambda: build_plain(LAYERS.MaxPooling1D(2, padding="same")),
        lambda: build_plain(LAYERS.ReLU(max_value=1)),
        lambda: build_plain(LAYERS.Conv1D(4, 3, groups=2)),
        lambda: build_plain(LAYERS.BatchNormalization(axis=1)),
        lambda: build_plain(LAYERS.Dense(3, activation=lambda x: x[:, ::-1])),
        lambda: build_plain(LAYERS.AveragePooling1D(2, padding="same")),
        lambda: build_plain(LAYERS.GlobalAveragePooling1D(keepdims=True), end=LAYERS.Flatten),
        lambda: build_plain(end=lambda: LAYERS.Flatten(data_format="channels_first")),
        lambda: build_plain(LAYERS.Softmax(axis=1)),
        lambda: build_plain(LAYERS.Dense(3, dtype="float16")),
        lambda: build_plain(LAYERS.Dense(3), length=None),
        lambda: build_plain(Halved()),
        build_quantized,
    ],
)
def test_other_networks_run_as_they_are(model):
    model = model()
    forward = fast_forward(model, Encoder(TABLE))
    assert isinstance(forward, LayerForward)
    assert forward(CODES).shape == (5, model.outputs[0].shape[-1])


def build_padding_behind_tiny_scale():
    norm = LAYERS.BatchNormalization()
    model = build_plain(LAYERS.Dense(3, "tanh"), norm, LAYERS.Conv1D(2, 3, padding="same"))
    norm.set_weights([np.full(3, 1e-30), np.ones(3), np.zeros(3), np.ones(3)])
    return model


def build_functional(*layers):
    tensor = inputs = keras.Input((LENGTH, 4))
    for layer in layers:
        tensor = layer(tensor)
    return keras.Model(inputs, tensor)


class Own(keras.Model):
    """A model with code of its own."""

    def call(self, inputs):
        return inputs


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (lambda: Own(), "a model of the class Own"),
        (lambda: build_functional(Halved(), LAYERS.Flatten()), "which is not of Keras"),
        (lambda: keras.Sequential([keras.Input((4,)), LAYERS.Dense(2)]), "no window of fixed"),
        (lambda: build_plain(end=LAYERS.Flatten), "flat positions as output"),
        (
            lambda: build_plain(LAYERS.Flatten(), LAYERS.BatchNormalization(), end=LAYERS.Softmax),
            "flat positions before something else",
        ),
        (build_padding_behind_tiny_scale, "padding behind a scale near 0"),
    ],
)
def test_reasons_not_to_fold(model, reason):
    with pytest.raises(NotFoldableError, match=reason):
        fold(model())


@pytest.mark.parametrize(
    "operation",
    [
        lambda folder: folder.convolve(np.ones((1, 4, 2)), None),
        lambda folder: folder.max_pool(2),
        lambda folder: folder.average(),
    ],
)
def test_nothing_folds_positions_that_are_flat(operation):
    folder = Folder(LENGTH, 4)
    folder.flatten()
    with pytest.raises(NotFoldableError, match="behind a flat layer"):
        operation(folder)
