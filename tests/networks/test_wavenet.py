"""WaveNet: its parameters, what an output depends on, files that load anywhere, clear refusals."""

import subprocess
import sys

import keras
import numpy as np
import pytest
from sklearn.base import clone

from skdeepg.engine.seeding import seeded
from skdeepg.networks import NetworkTask, WaveNet, check_network

TASK = NetworkTask(window_length=500, n_symbols=4, n_outputs=4, per_position=True)
LAST = NetworkTask(window_length=80, n_symbols=4, n_outputs=3)
SMALL = {"filters": 5, "dilations": (1, 3), "initial_kernel_size": 4, "initial_filters": 6}


def layer_names(model):
    return [layer.name for layer in model.layers]


def build(network, task=TASK, seed=0):
    """Build a network whose biases are random, too."""
    with seeded(seed):
        model = network.build(task)
    random = np.random.default_rng(seed)
    model.set_weights([w + random.normal(0, 0.3, w.shape) for w in model.get_weights()])
    return model


def one_hot(n_windows, length, seed=0):
    codes = np.random.default_rng(seed).integers(0, 4, (n_windows, length))
    return np.eye(4, dtype=np.float32)[codes]


def other_base(x, position):
    changed = x.copy()
    changed[:, position] = np.roll(changed[:, position], 1, axis=-1)
    return changed


def test_parameters_of_the_default_network():
    initial = 32 * 4 * 32 + 32
    gates = 3 * 2 * (2 * 32 * 16 + 16)
    residuals = 2 * (16 * 32 + 32)  # the last block has none
    skips = 3 * (16 * 16 + 16)
    head = (16 * 16 + 16) + (16 * 4 + 4)
    model = WaveNet().build(TASK)
    assert model.count_params() == initial + gates + residuals + skips + head == 12_612


def test_parameters_of_another_network():
    network = WaveNet(
        filters=5,
        kernel_size=3,
        dilations=(1, 2, 4, 1),
        initial_kernel_size=1,
        initial_filters=7,
        skip_filters=9,
        dropout=0.1,
    )
    initial = 1 * 4 * 7 + 7
    gates = 4 * 2 * (3 * 7 * 5 + 5)
    residuals = 3 * (5 * 7 + 7)
    skips = 4 * (5 * 9 + 9)
    head = (9 * 9 + 9) + (9 * 2 + 2)
    model = network.build(NetworkTask(50, 4, 2, per_position=True))
    assert model.count_params() == initial + gates + residuals + skips + head == 1_367


def test_layers_in_order_of_computation():
    model = WaveNet(dilations=(1, 2), dropout=0.25).build(TASK)
    assert set(layer_names(model)) == {
        *("input", "initial"),
        *("gate_1_dropout", "gate_1_filter", "gate_1_gate", "gate_1_product"),
        *("gate_1_residual", "gate_1_add", "gate_1_skip"),
        *("gate_2_dropout", "gate_2_filter", "gate_2_gate", "gate_2_product", "gate_2_skip"),
        *("skip_sum", "skip_relu", "hidden", "output"),
    }
    assert layer_names(model)[-1] == "output"
    assert model.get_layer("gate_2_gate").dilation_rate == (2,)
    assert model.get_layer("initial").activation is keras.activations.linear
    # dropout acts on the block's branch only: what goes around it is the whole input
    [added, _] = model.get_layer("gate_1_add").input
    assert added is model.get_layer("initial").output
    assert model.get_layer("gate_1_dropout").rate == 0.25


def test_one_block_needs_no_sum():
    model = WaveNet(dilations=3).build(TASK)
    assert {"gate_1_residual", "skip_sum"}.isdisjoint(layer_names(model))
    assert model(one_hot(2, 30)).shape == (2, 30, 4)


def test_equals_the_formula_computed_in_numpy():
    model = build(WaveNet(**SMALL, kernel_size=3, skip_filters=7))

    def convolve(x, name):
        layer = model.get_layer(name)
        kernel, bias = layer.get_weights()
        total = np.zeros((len(x), kernel.shape[2])) + bias
        for tap in range(len(kernel)):
            shift = (len(kernel) - 1 - tap) * layer.dilation_rate[0]
            total[shift:] += x[: len(x) - shift] @ kernel[tap]
        return total

    x = one_hot(1, 25)[0]
    tensor, skips = convolve(x, "initial"), 0
    for block in ("gate_1", "gate_2"):
        gate = 1 / (1 + np.exp(-convolve(tensor, f"{block}_gate")))
        product = np.tanh(convolve(tensor, f"{block}_filter")) * gate
        skips = skips + convolve(product, f"{block}_skip")
        if block == "gate_1":
            tensor = tensor + convolve(product, "gate_1_residual")
    hidden = np.maximum(convolve(np.maximum(skips, 0), "hidden"), 0)
    logits = convolve(hidden, "output")
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(model(x[np.newaxis])[0], expected, atol=1e-5)


@pytest.mark.parametrize(
    ("arguments", "receptive_field"),
    [
        ({}, 60),
        ({"dilations": (1, 2, 4), "initial_kernel_size": 1}, 8),
        ({"dilations": 3, "kernel_size": 3, "initial_kernel_size": 5}, 11),
        ({"dilations": (1, 5), "kernel_size": 1, "initial_kernel_size": 2}, 2),
    ],
)
def test_an_output_depends_on_the_receptive_field_and_nothing_else(arguments, receptive_field):
    network = WaveNet(**arguments)
    assert network.receptive_field == receptive_field
    model = build(network)
    x, position = one_hot(1, 150), 40
    differs = np.any(np.asarray(model(other_base(x, position)) != model(x)), axis=(0, 2))
    assert not differs[:position].any()
    assert differs[position]
    assert differs[position + receptive_field - 1]
    assert not differs[position + receptive_field :].any()


def test_length_of_the_input_is_open():
    model = build(WaveNet(**SMALL))
    assert model.input_shape == (None, None, 4)
    x = one_hot(2, 300)
    np.testing.assert_allclose(model(x[:, :17]), model(x)[:, :17], atol=1e-6)


def test_without_positions_the_output_is_that_of_the_last_one():
    last = WaveNet(**SMALL).build(LAST)
    each = WaveNet(**SMALL).build(NetworkTask(80, 4, 3, per_position=True))
    last.set_weights(each.get_weights())
    assert last.output_shape == (None, 3)
    x = one_hot(2, 80)
    np.testing.assert_allclose(last(x), each(x)[:, -1], atol=1e-6)


@pytest.mark.parametrize("task", [TASK, LAST, NetworkTask(1, 4, 2)])
def test_fits_the_task(task):
    check_network(WaveNet().build(task), task)


@pytest.mark.slow
def test_files_load_where_only_keras_is(tmp_path):
    x = one_hot(2, 80)
    code = [
        "import sys, keras, numpy as np",
        "for name in ('each', 'last'):",
        "    for ending in ('keras', 'h5'):",
        "        model = keras.models.load_model(f'{name}.{ending}')",
        "        assert np.array_equal(model(np.load('x.npy')), np.load(f'{name}.npy'))",
        "assert 'skdeepg' not in sys.modules",
    ]
    np.save(tmp_path / "x.npy", x)
    for name, task in [("each", TASK), ("last", LAST)]:
        model = build(WaveNet(**SMALL, dropout=0.1), task)
        model.save(tmp_path / f"{name}.keras")
        model.save(tmp_path / f"{name}.h5")
        np.save(tmp_path / f"{name}.npy", model(x))
    command = [sys.executable, "-c", "\n".join(code)]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)


def test_output_keeps_full_precision_under_mixed_precision():
    before = keras.config.dtype_policy()
    try:
        keras.config.set_dtype_policy("mixed_bfloat16")
        models = [WaveNet(**SMALL).build(task) for task in (TASK, LAST)]
    finally:
        keras.config.set_dtype_policy(before)
    for model in models:
        assert model.get_layer("gate_1_filter").compute_dtype == "bfloat16"
        assert model(one_hot(1, 80)).dtype == "float32"


def test_dropout_drops_whole_channels_in_training_only():
    network = WaveNet(**SMALL, dropout=0.5)
    model = build(network)
    x = one_hot(1, 40)
    np.testing.assert_array_equal(model(x), model(x, training=False))
    part = keras.Model(model.input, model.get_layer("gate_1_dropout").output)
    dropped = np.asarray(part(x, training=True)) == 0
    assert (dropped.all(axis=1) == dropped.any(axis=1)).all()
    assert 0 < dropped.mean() < 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"filters": 0}, "filters=0 must be an integer of at least 1"),
        ({"filters": (8, 16)}, r"filters=\(8, 16\) must be an integer of at least 1"),
        ({"kernel_size": 2.0}, "kernel_size=2.0 must be an integer"),
        ({"initial_kernel_size": -1}, "initial_kernel_size=-1 must be an integer"),
        ({"initial_filters": True}, "initial_filters=True must be an integer"),
        ({"skip_filters": "8"}, "skip_filters='8' must be an integer"),
        ({"dilations": (4, 0)}, r"dilations=\(4, 0\) must be an integer of at least 1, or a tuple"),
        ({"dilations": ()}, r"dilations=\(\) leaves WaveNet without a gated block"),
        ({"dilations": None}, "dilations=None leaves WaveNet without a gated block"),
        ({"dropout": 1}, "dropout=1 must be a number from 0 to below 1"),
    ],
)
def test_arguments_that_make_no_sense(arguments, message):
    with pytest.raises(ValueError, match=message):
        WaveNet(**arguments).build(TASK)


def test_receptive_field_checks_what_it_counts():
    with pytest.raises(ValueError, match="kernel_size=0 must be an integer"):
        _ = WaveNet(kernel_size=0).receptive_field


def test_two_arms_are_refused():
    task = NetworkTask(60, 4, 4, inputs="two_arms")
    with pytest.raises(ValueError, match='inputs="two_arms".* use LSTMCNN'):
        WaveNet().build(task)


def test_specification_is_a_scikit_learn_estimator():
    network = WaveNet(filters=8, dilations=(1, 2))
    copy = clone(network).set_params(dropout=0.1)
    assert copy.get_params() == {**network.get_params(), "dropout": 0.1}
    assert repr(network) == "WaveNet(dilations=(1, 2), filters=8)"


def test_numpy_numbers_of_a_parameter_grid_can_be_saved(tmp_path):
    network = WaveNet(filters=np.int64(4), dilations=np.array([1, 2]), dropout=np.float32(0.5))
    before = dict(vars(network))
    network.build(TASK).save(tmp_path / "network.keras")
    assert vars(network) == before
    assert type(network.receptive_field) is int
