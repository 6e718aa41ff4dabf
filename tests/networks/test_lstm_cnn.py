"""LSTMCNN: the networks of deepG to the parameter, every option, and clear refusals."""

import subprocess
import sys
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest
from sklearn.base import clone

from skdeepg.networks import LSTMCNN, NetworkTask

GOLDEN = Path(__file__).parents[1] / "golden" / "deepg"
TASK = NetworkTask(window_length=500, n_symbols=4, n_outputs=2)
SMALL = NetworkTask(window_length=60, n_symbols=4, n_outputs=2)
ARMS = NetworkTask(window_length=500, n_symbols=4, n_outputs=4, inputs="two_arms")


def layer_names(model):
    return [layer.name for layer in model.layers]


def shapes(model, *names):
    return [tuple(model.get_layer(name).output.shape[1:]) for name in names]


def one_hot(n_windows, length, seed=0):
    codes = np.random.default_rng(seed).integers(0, 4, (n_windows, length))
    return np.eye(4, dtype=np.float32)[codes]


# deepG prints these numbers for the same arguments.
@pytest.mark.parametrize(
    ("arguments", "n_outputs", "inputs", "n_parameters"),
    [
        ({}, 2, "one", 130_146),
        ({"filters": (32, 64, 64), "lstm_units": 32}, 4, "one", 88_612),
        ({"lstm_units": 32}, 4, "one", 146_276),
        ({"filters": (32, 64, 64), "lstm_units": 32}, 2, "one", 88_546),
        ({"filters": (32, 64, 64), "lstm_units": 32}, 4, "two_arms", 177_220),
        ({"lstm_units": 32}, 4, "two_arms", 292_548),
    ],
)
def test_parameter_counts_are_those_of_deepg(arguments, n_outputs, inputs, n_parameters):
    model = LSTMCNN(**arguments).build(NetworkTask(500, 4, n_outputs, inputs=inputs))
    assert model.count_params() == n_parameters


def test_default_network_layer_by_layer():
    model = LSTMCNN().build(TASK)
    expected = [
        ("input", (500, 4)),
        ("conv_1", (500, 32)),
        ("pool_1", (166, 32)),
        ("batch_norm_1", (166, 32)),
        ("conv_2", (166, 64)),
        ("batch_norm_2", (166, 64)),
        ("pool_2", (55, 64)),
        ("conv_3", (55, 128)),
        ("batch_norm_3", (55, 128)),
        ("pool_3", (18, 128)),
        ("flatten", (2304,)),
        ("output", (2,)),
    ]
    assert [(layer.name, tuple(layer.output.shape[1:])) for layer in model.layers] == expected
    assert model.input_shape == (None, 500, 4)


def test_every_block_of_an_arm_pools_before_batch_norm():
    model = LSTMCNN(lstm_units=32).build(ARMS)
    left = [name for name in layer_names(model) if name.startswith("left_")]
    assert left == [
        "left_input",
        *("left_conv_1", "left_pool_1", "left_batch_norm_1"),
        *("left_conv_2", "left_pool_2", "left_batch_norm_2"),
        *("left_conv_3", "left_pool_3", "left_batch_norm_3"),
        "left_lstm_1",
    ]
    assert shapes(model, "right_pool_3", "concatenate", "output") == [(9, 128), (64,), (4,)]


def test_arms_of_an_odd_window_are_longer_on_the_left():
    model = LSTMCNN(filters=8, lstm_units=5).build(NetworkTask(61, 4, 4, inputs="two_arms"))
    assert model.input_shape == [(None, 31, 4), (None, 30, 4)]


def test_weights_of_a_deepg_checkpoint_give_its_predictions():
    model = LSTMCNN().build(TASK)
    ours = [layer for layer in model.layers if layer.weights]
    [checkpoint] = GOLDEN.glob("cnn_classifier__*.hdf5")
    with h5py.File(checkpoint) as file:
        group = file["model_weights"]
        theirs = [group[name] for name in group.attrs["layer_names"]]
        weights = [
            [layer[name][()] for name in layer.attrs["weight_names"]]
            for layer in theirs
            if len(layer.attrs["weight_names"])
        ]
    for layer, values in zip(ours, weights, strict=True):
        layer.set_weights(values)
    with np.load(GOLDEN / "cnn_classifier.npz") as golden:
        np.testing.assert_allclose(model.predict(golden["x"], verbose=0), golden["y"], atol=1e-6)


def test_convolution_settings_reach_the_layers_one_value_a_block():
    network = LSTMCNN(
        filters=(8, 16),
        kernel_size=(5, 3),
        strides=(2, 1),
        dilation_rate=(1, 4),
        pool_size=(3, 1),
        use_bias=False,
    )
    model = network.build(SMALL)
    first, second = model.get_layer("conv_1"), model.get_layer("conv_2")
    assert (first.kernel_size, first.strides, first.dilation_rate) == ((5,), (2,), (1,))
    assert (second.kernel_size, second.strides, second.dilation_rate) == ((3,), (1,), (4,))
    assert first.bias is None
    assert "pool_2" not in layer_names(model)
    assert shapes(model, "conv_1", "pool_1", "flatten") == [(30, 8), (10, 8), (160,)]


@pytest.mark.parametrize(
    ("padding", "conv_length", "pool_length"),
    [("same", 60, 20), ("causal", 60, 20), ("valid", 49, 16)],
)
def test_padding(padding, conv_length, pool_length):
    model = LSTMCNN(filters=(8,), padding=padding).build(SMALL)
    assert shapes(model, "conv_1", "pool_1") == [(conv_length, 8), (pool_length, 8)]


def test_causal_convolutions_see_no_later_bases():
    model = LSTMCNN(filters=(8,), padding="causal", pool_size=None).build(SMALL)
    inner = keras.Model(model.input, model.get_layer("conv_1").output)
    x = one_hot(1, 60)
    changed = x.copy()
    changed[0, 30] = changed[0, 30, ::-1]
    difference = np.abs(inner(changed) - inner(x)).max(axis=(0, 2))
    assert difference[:30].max() == 0
    assert difference[30] > 0


@pytest.mark.parametrize("pool_size", [None, 1])
def test_no_pooling_layers_without_pooling(pool_size):
    model = LSTMCNN(filters=(4, 4), pool_size=pool_size).build(SMALL)
    assert not [name for name in layer_names(model) if name.startswith("pool")]


@pytest.mark.parametrize(("momentum", "in_layer"), [(None, 0.9), (0.99, 0.99)])
def test_batch_norm_momentum_is_a_default_of_ours_or_taken_as_it_is(momentum, in_layer):
    model = LSTMCNN(batch_norm_momentum=momentum).build(TASK)
    assert [model.get_layer(f"batch_norm_{i}").momentum for i in (1, 2, 3)] == [in_layer] * 3


def test_residual_adds_the_input_of_a_block():
    model = LSTMCNN(filters=(4, 4), kernel_size=3, pool_size=None, residual=True).build(SMALL)
    # Block 1 has as many channels as its input: no convolution in the shortcut.
    assert "shortcut_1" not in layer_names(model)
    for name in ("conv_1", "conv_2"):
        layer = model.get_layer(name)
        layer.set_weights([np.zeros_like(weight) for weight in layer.get_weights()])
    x = one_hot(2, 60)
    added = keras.Model(model.input, model.get_layer("add_1").output)(x)
    np.testing.assert_array_equal(added, x)


def test_residual_shortcuts_match_shapes():
    model = LSTMCNN(filters=(8, 16), strides=(2, 3), residual=True, pool_size=2).build(SMALL)
    assert shapes(model, "shortcut_1", "add_1", "shortcut_2", "add_2", "pool_2") == [
        *((30, 8), (30, 8)),
        *((5, 16), (5, 16), (2, 16)),
    ]
    assert model.get_layer("shortcut_2").kernel_size == (1,)


def test_several_lstm_layers_in_both_directions():
    network = LSTMCNN(
        filters=(8,),
        lstm_units=(6, 5),
        bidirectional=True,
        dropout=(0.1, 0.2),
        recurrent_dropout=0.3,
    )
    model = network.build(SMALL)
    assert shapes(model, "lstm_1", "lstm_2") == [(20, 12), (10,)]
    forward = [model.get_layer(name).forward_layer for name in ("lstm_1", "lstm_2")]
    assert [layer.dropout for layer in forward] == [0.1, 0.2]
    assert [layer.recurrent_dropout for layer in forward] == [0.3, 0.3]
    assert "flatten" not in layer_names(model)


def test_dense_layers_with_dropout():
    model = LSTMCNN(filters=(8,), dense_units=(7, 5), dense_dropout=0.25).build(SMALL)
    assert layer_names(model)[-6:] == [
        *("dropout_1", "dense_1"),
        *("dropout_2", "dense_2"),
        *("output_dropout", "output"),
    ]
    assert model.get_layer("dense_1").activation is keras.activations.relu
    assert model.get_layer("output_dropout").rate == 0.25


def test_output_has_the_activation_of_the_task():
    task = NetworkTask(60, 4, 3, activation="sigmoid")
    model = LSTMCNN(filters=(4,)).build(task)
    assert model.get_layer("output").activation is keras.activations.sigmoid
    softmax = LSTMCNN(filters=(4,)).build(SMALL).predict(one_hot(3, 60), verbose=0)
    np.testing.assert_allclose(softmax.sum(axis=1), 1, atol=1e-6)


@pytest.mark.parametrize(
    ("pooling", "layer"), [("average", "global_average_pooling"), ("max", "global_max_pooling")]
)
def test_global_pooling_replaces_flattening(pooling, layer):
    model = LSTMCNN(global_pooling=pooling).build(TASK)
    assert "flatten" not in layer_names(model)
    assert shapes(model, layer) == [(128,)]


def test_global_pooling_of_lstm_states():
    model = LSTMCNN(filters=(8,), lstm_units=5, global_pooling="average").build(SMALL)
    assert shapes(model, "lstm_1", "global_average_pooling") == [(20, 5), (5,)]


def test_network_without_convolutions_and_without_lstm():
    assert layer_names(LSTMCNN(filters=None).build(SMALL)) == ["input", "flatten", "output"]
    assert layer_names(LSTMCNN(filters=(), lstm_units=3).build(SMALL)) == [
        *("input", "lstm_1", "output"),
    ]


@pytest.mark.parametrize("pooling", [None, "average"])
def test_masking_skips_positions_without_symbol(pooling):
    network = LSTMCNN(filters=None, lstm_units=5, masking=True, global_pooling=pooling)
    model = network.build(SMALL)
    x = one_hot(2, 60)
    x[:, 20:] = 0
    short = network.build(NetworkTask(20, 4, 2))
    short.set_weights(model.get_weights())
    np.testing.assert_allclose(model(x), short(x[:, :20]), atol=1e-6)


def test_output_keeps_full_precision_under_mixed_precision():
    before = keras.config.dtype_policy()
    try:
        keras.config.set_dtype_policy("mixed_bfloat16")
        model = LSTMCNN(filters=(4,)).build(SMALL)
    finally:
        keras.config.set_dtype_policy(before)
    assert model.get_layer("conv_1").compute_dtype == "bfloat16"
    assert model.get_layer("output").compute_dtype == "float32"


def test_layers_are_all_of_keras_so_that_files_load_anywhere(tmp_path):
    model = LSTMCNN(filters=(4, 8), residual=True, lstm_units=3).build(SMALL)
    model.save(tmp_path / "network.keras")
    again = keras.models.load_model(tmp_path / "network.keras")
    x = one_hot(2, 60)
    np.testing.assert_array_equal(again(x), model(x))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"filters": (32, 0)}, r"filters=\(32, 0\) must be an integer of at least 1"),
        ({"filters": "32"}, "filters='32' must be an integer"),
        ({"filters": (32, 2.5)}, r"filters=\(32, 2.5\)"),
        ({"kernel_size": (12, 12)}, r"kernel_size=\(12, 12\) has 2 value.* filters asks for 3"),
        ({"pool_size": 0}, "pool_size=0 must be an integer of at least 1"),
        ({"strides": True}, "strides=True must be an integer"),
        ({"padding": "full"}, "padding='full' must be one of 'same', 'valid', 'causal'"),
        ({"global_pooling": "mean"}, "global_pooling='mean' must be one of None, 'average', 'max'"),
        ({"use_bias": "yes"}, "use_bias='yes' must be one of True, False"),
        ({"batch_norm_momentum": 1.0}, "batch_norm_momentum=1.0 must be a number from 0 to below"),
        ({"dense_dropout": 1}, "dense_dropout=1 must be a number from 0 to below 1"),
        ({"dense_units": -3}, "dense_units=-3"),
        ({"lstm_units": 8, "dropout": -0.1}, "dropout=-0.1 must be a number from 0 to below 1"),
        (
            {"lstm_units": 8, "recurrent_dropout": (0.1, 0.1)},
            r"recurrent_dropout=\(0.1, 0.1\) has 2 value.* lstm_units asks for 1",
        ),
        ({"strides": 2, "dilation_rate": 2}, "strides=2 and dilation_rate=2 of convolution 1"),
        ({"residual": True, "padding": "valid"}, 'residual=True .* padding="valid"'),
        ({"bidirectional": True}, "bidirectional=True acts on LSTM layers, .* set lstm_units"),
        ({"dropout": 0.5}, "dropout=0.5 acts on LSTM layers"),
        ({"masking": True, "filters": None}, "masking=True acts on LSTM layers"),
        ({"masking": True, "lstm_units": 8}, "masking=True works without convolutions only"),
        (
            {"masking": True, "lstm_units": 8, "filters": None, "global_pooling": "max"},
            'masking=True does not go with global_pooling="max"',
        ),
        ({"stateful": 2}, "stateful=2 must be one of True, False"),
        ({"stateful": True, "filters": None}, "stateful=True acts on LSTM layers"),
        ({"stateful": True, "lstm_units": 8}, r"stateful=True .* filters=\(32, 64, 128\) .*=None"),
        (
            {"stateful": True, "lstm_units": 8, "filters": None, "bidirectional": True},
            "stateful=True .* leave bidirectional out by bidirectional=False, or set stateful=Fal",
        ),
        (
            {"stateful": True, "lstm_units": 8, "filters": (), "global_pooling": "average"},
            "stateful=True .* leave global_pooling out by global_pooling=None",
        ),
    ],
)
def test_arguments_that_make_no_sense(arguments, message):
    with pytest.raises(ValueError, match=message):
        LSTMCNN(**arguments).build(TASK)


def test_a_stateful_network_is_built_like_any_other():
    arguments = {"filters": None, "lstm_units": (6, 5), "dense_units": 4}
    plain, stateful = (LSTMCNN(**arguments, stateful=s).build(SMALL) for s in (False, True))
    assert layer_names(stateful) == layer_names(plain)
    assert stateful.count_params() == plain.count_params()
    stateful.set_weights(plain.get_weights())
    np.testing.assert_array_equal(stateful(one_hot(2, 60)), plain(one_hot(2, 60)))


def test_a_stateful_network_has_one_arm():
    with pytest.raises(ValueError, match="stateful=True .* two inputs"):
        LSTMCNN(filters=None, lstm_units=8, stateful=True).build(ARMS)


def test_pooling_a_short_window_away_names_the_layer_and_the_lengths():
    with pytest.raises(ValueError, match=r"Layer pool_3 cannot pool 3 positions: only 2 are left"):
        LSTMCNN().build(NetworkTask(26, 4, 2))
    assert LSTMCNN().build(NetworkTask(27, 4, 2)).output_shape == (None, 2)


def test_kernel_longer_than_its_input_names_the_layer_and_the_lengths():
    network = LSTMCNN(filters=(8, 8), kernel_size=5, dilation_rate=(1, 4), padding="valid")
    with pytest.raises(
        ValueError, match=r'Layer conv_2 with padding="valid" spans 17 positions, .* has only 16'
    ):
        network.build(NetworkTask(54, 4, 2))
    assert network.build(NetworkTask(63, 4, 2)).get_layer("pool_2").output.shape == (None, 1, 8)


def test_errors_name_the_arm():
    with pytest.raises(ValueError, match="Layer right_pool_1"):
        LSTMCNN(filters=8).build(NetworkTask(5, 4, 4, inputs="two_arms"))


def test_predictions_at_every_position_are_refused():
    with pytest.raises(ValueError, match="one prediction a window"):
        LSTMCNN().build(NetworkTask(500, 4, 4, per_position=True))


def test_specification_is_a_scikit_learn_estimator():
    network = LSTMCNN(filters=(8, 16), lstm_units=4)
    copy = clone(network).set_params(kernel_size=(3, 5))
    assert copy.get_params() == {**network.get_params(), "kernel_size": (3, 5)}
    assert network.kernel_size == 12
    assert repr(network) == "LSTMCNN(filters=(8, 16), lstm_units=4)"


def test_building_leaves_the_specification_as_it_was():
    network = LSTMCNN(filters=[8], pool_size=None)
    before = dict(vars(network))
    network.build(SMALL)
    assert vars(network) == before


def test_importing_specifications_imports_no_tensorflow():
    code = (
        "import sys, skdeepg.networks as n; n.LSTMCNN(); n.NetworkTask(9, 4, 2);"
        "sys.exit(bool({'keras', 'tensorflow'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
