"""Windows along a stretch: shared work gives what windows give one by one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import tensorflow as tf
from numpy.lib.stride_tricks import sliding_window_view

from skdeepg.engine.activations import cut_model
from skdeepg.engine.compiled import Encoder
from skdeepg.engine.dense_call import DenseCall, deal_out, running
from skdeepg.engine.dense_plan import choose_plan, plans
from skdeepg.engine.folded_call import make_calls
from skdeepg.engine.folding import fold
from skdeepg.engine.stretch_forward import StretchForward, faster_stride
from skdeepg.networks import LSTMCNN, NetworkTask
from tests.engine.prediction_networks import (
    SOFT_TABLE,
    TABLE,
    answer_exactly,
    assert_close,
    make_network,
)

SMALL = {"filters": (5, 6, 4), "kernel_size": 4, "pool_size": 2}
CODES = np.random.default_rng(0).integers(0, 6, 150, dtype=np.uint8)


def windows_of(codes, length, stride=1):
    return sliding_window_view(codes, length)[::stride]


@pytest.fixture
def always_dense(monkeypatch):
    """Let small networks share, which would not pay."""
    monkeypatch.setattr("skdeepg.engine.dense_plan.COST_OF_A_CALL", 0)


@pytest.fixture(scope="module")
def tutorial():
    """Build the tutorial's networks by padding, without training."""
    task = NetworkTask(window_length=500, n_symbols=4, n_outputs=2)
    return {padding: LSTMCNN(padding=padding).build(task) for padding in ("valid", "same")}


@pytest.mark.parametrize(
    ("arguments", "length"),
    [
        ({"padding": "valid"}, 61),
        ({"padding": "valid", "global_pooling": "average", "pool_size": 3}, 91),
        ({"padding": "valid", "global_pooling": "max", "strides": (1, 2, 1)}, 77),
        ({"padding": "same", "dense_units": (17, 3)}, 83),
        ({"padding": "same", "global_pooling": "max", "pool_size": (2, 3, 1)}, 97),
        ({"padding": "same", "strides": (2, 1, 1), "pool_size": (1, 3, 2)}, 95),
        ({"padding": "causal", "pool_size": (1, 3, 2), "dilation_rate": 2}, 90),
        ({"padding": "causal", "global_pooling": "average"}, 62),
    ],
)
def test_every_plan_gives_the_same(arguments, length):
    model = make_network(length, **(SMALL | arguments))
    network = fold(model)
    calls, expected = make_calls(network, None), answer_exactly(model, windows_of(CODES, length))
    for stride in (1, 6):  # all phases; some
        _, *others = plans(network, stride)
        assert len(others) >= 3
        for plan in others:
            found = DenseCall(plan, calls, Encoder(TABLE))(tf.constant(CODES)).numpy()
            assert_close(found, expected[::stride], 1e-5)


@pytest.mark.parametrize("stride", [2, 4, 5, 8, 12, 50])
def test_every_stride(stride):
    model = make_network(60, 1, padding="same", dense_units=5, **SMALL)
    network = fold(model)
    *_, plan = plans(network, stride)
    found = DenseCall(plan, make_calls(network, None), Encoder(SOFT_TABLE))(tf.constant(CODES))
    expected = answer_exactly(model, windows_of(CODES, 60, stride), SOFT_TABLE)
    assert_close(found.numpy(), expected, 1e-5)


@pytest.mark.usefixtures("always_dense")
def test_stretches_of_any_length():
    model = make_network(60, padding="valid", **SMALL)
    forward = StretchForward(model, Encoder(TABLE), 2)
    assert (forward.way, forward.n_outputs, forward.stride) == ("dense", 2, 2)
    forward.windows_per_call = 16
    expected = answer_exactly(model, windows_of(CODES, 60, 2))
    for length in (60, 61, 62, 80, 150):
        found = forward(CODES[:length])
        assert_close(found, expected[: 1 + (length - 60) // 2], 1e-5)


@pytest.mark.usefixtures("always_dense")
def test_threads_may_call_at_once():
    model = make_network(60, padding="same", **SMALL)
    forward = StretchForward(model, Encoder(TABLE), 3)
    stretches = [CODES[start:] for start in range(0, 24, 3)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(forward, stretches))
    expected = forward(CODES)
    for number, each in enumerate(found):
        np.testing.assert_allclose(each, expected[number:], rtol=1e-4, atol=1e-6)


def test_networks_with_memory_go_window_by_window():
    model = make_network(60, lstm_units=3, **SMALL)
    forward = StretchForward(model, Encoder(TABLE), 7, batch_size=4)
    assert forward.way == "window by window"
    assert_close(forward(CODES), answer_exactly(model, windows_of(CODES, 60, 7)), 1e-5)
    assert faster_stride(model, 7) is None


def test_two_arms_go_window_by_window():
    model = LSTMCNN(**SMALL).build(NetworkTask(60, n_symbols=4, n_outputs=4, inputs="two_arms"))
    forward = StretchForward(model, Encoder(TABLE), 7)
    assert (forward.way, forward.window_length) == ("window by window", 60)
    symbols = TABLE[windows_of(CODES, 60, 7)]
    expected = np.asarray(model([symbols[:, :30], symbols[:, 30:]]))
    np.testing.assert_allclose(forward(CODES), expected, atol=1e-5)


@pytest.mark.usefixtures("always_dense")
def test_activations_of_a_layer():
    model = cut_model(make_network(60, padding="same", **SMALL), "pool_2")
    forward = StretchForward(model, Encoder(TABLE), 1)
    assert forward.way == "dense inner part"
    assert_close(forward(CODES), answer_exactly(model, windows_of(CODES, 60)), 1e-5)


@pytest.mark.usefixtures("always_dense")
def test_half_precision():
    model = make_network(60, padding="valid", gamma="positive", **SMALL)
    found = StretchForward(model, Encoder(TABLE), 1, precision="bfloat16")(CODES)
    assert_close(found, answer_exactly(model, windows_of(CODES, 60)), 0.03)


@pytest.mark.parametrize(
    ("stride", "valid", "same"),
    [
        (1, "dense", "dense inner part"),
        (27, "dense", "dense inner part"),
        (100, "dense inner part", "dense inner part"),
        (500, "window by window", "window by window"),
    ],
)
def test_the_least_work_is_chosen(tutorial, stride, valid, same):
    found = [choose_plan(fold(tutorial[padding]), stride).way for padding in ("valid", "same")]
    assert found == [valid, same]


def test_work_is_that_of_shared_layers(tutorial):
    plan = choose_plan(fold(tutorial["valid"]), 27)
    each = next(plans(plan.network, 27))
    assert 10 < each.cost(4096) / plan.cost(4096) < 20
    assert plan.cost(1) > each.cost(1)  # alone, a window is cheaper without its neighbours


@pytest.mark.parametrize(
    ("stride", "expected"), [(1, None), (10, 9), (25, 27), (27, None), (100, 108), (500, None)]
)
def test_strides_near_a_multiple_of_the_pools(tutorial, stride, expected):
    assert faster_stride(tutorial["valid"], stride) == expected


def test_positions_are_dealt_out():
    rows = tf.reshape(tf.range(1.0, 11.0), [2, 1, 5, 1])
    dealt = deal_out(rows, 2)[:, 0, :, 0].numpy().tolist()
    assert dealt == [[1, 3, 5], [6, 8, 10], [2, 4, 0], [7, 9, 0]]


@pytest.mark.parametrize("width", [1, 2, 5, 8, 13])
def test_running_sums_and_maxima(width):
    values = np.random.default_rng(0).normal(size=(1, 1, 20, 3)).astype(np.float32)
    windows = sliding_window_view(values[0, 0], width, axis=0)
    np.testing.assert_allclose(running(values, width, "average"), windows.sum(-1), atol=1e-5)
    np.testing.assert_array_equal(running(values, width, "max"), windows.max(-1))
