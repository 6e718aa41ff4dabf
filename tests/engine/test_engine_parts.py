"""Small parts of the engine: encoding, aggregation, weights, seeds."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from skdeepg.engine.compiled import Encoder, Forward, make_optimizer
from skdeepg.engine.predict import aggregate
from skdeepg.engine.seeding import seeded
from skdeepg.engine.weights import variables_from_h5, variables_to_h5

ONE_HOT = np.vstack([np.eye(4), np.zeros((2, 4))]).astype(np.float32)


def uniform_table():
    table = ONE_HOT.copy()
    table[4] = 0.25
    return table


@pytest.mark.parametrize("table", [ONE_HOT, uniform_table()])
def test_encoder_is_a_look_up(table):
    codes = np.array([[0, 1, 2, 3, 4, 5]], dtype=np.uint8)
    np.testing.assert_array_equal(Encoder(table)(codes), table[codes])


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("mean", [[0.5, 0.5], [0.3, 0.7]]),
        ("max", [[0.8 / 1.6, 0.8 / 1.6], [0.3, 0.7]]),
        ("vote", [[2 / 4, 2 / 4], [0, 1]]),
    ],
)
def test_aggregate(how, expected):
    outputs = np.array(
        [[0.8, 0.2], [0.6, 0.4], [0.2, 0.8], [0.4, 0.6], [0.3, 0.7]], dtype=np.float32
    )
    row = np.array([0, 0, 0, 0, 1])
    np.testing.assert_allclose(aggregate(outputs, row, 2, how), expected, rtol=1e-6)


def test_aggregate_nothing():
    assert aggregate(np.zeros((0, 3), np.float32), np.zeros(0, int), 0, "mean").shape == (0, 3)


def dense(units):
    import keras

    return keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(units), keras.layers.Dropout(0.5)]
    )


def test_weights_round_trip():
    model, other = dense(2), dense(2)
    variables_from_h5(variables_to_h5(model=model.variables), model=other.variables)
    assert len(model.variables) == 3  # kernel, bias, state of the dropout's seed generator
    for a, b in zip(model.variables, other.variables, strict=True):
        np.testing.assert_array_equal(a, b)


def test_weights_of_another_network_are_refused():
    with pytest.raises(ValueError, match="its architecture has changed"):
        variables_from_h5(variables_to_h5(model=dense(2).variables), model=dense(3).variables)


def test_seeded_puts_states_back_also_after_an_error():
    random.seed(1)
    np.random.seed(1)
    expected = random.random(), np.random.random()
    random.seed(1)
    np.random.seed(1)
    with seeded(0):
        inside = random.random(), np.random.random()
    with pytest.raises(KeyError), seeded(0):
        raise KeyError
    assert (random.random(), np.random.random()) == expected != inside


def test_seeded_numbers_are_those_of_the_thread():
    with seeded(7):
        expected = [random.randint(1, 10**9) for _ in range(5)]
    before = random.getstate()
    found = []
    with seeded(7), ThreadPoolExecutor(1) as pool:
        for _ in range(5):
            pool.submit(random.random).result()  # from another thread
            found.append(random.randint(1, 10**9))
    assert found == expected
    assert random.getstate() == before


def test_optimizer_by_name_takes_the_learning_rate():
    optimizer = make_optimizer("sgd", 0.25, dense(2))
    assert type(optimizer).__name__ == "SGD"
    assert float(optimizer.learning_rate) == 0.25
    assert optimizer.built


def test_optimizer_by_an_unknown_name():
    with pytest.raises(ValueError, match="optimizer='addam' is no optimizer that Keras knows"):
        make_optimizer("addam", 0.1, dense(2))


def test_a_network_may_leave_the_length_open():
    import keras

    inputs = keras.Input((None, 4))
    outputs = keras.layers.Dense(2, "softmax")(keras.layers.GlobalAveragePooling1D()(inputs))
    forward = Forward(keras.Model(inputs, outputs), Encoder(ONE_HOT))
    assert forward(np.zeros((3, 7), dtype=np.uint8)).shape == (3, 2)
