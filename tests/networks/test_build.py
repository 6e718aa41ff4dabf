"""Tasks, networks given in any form, and the check that a network fits its task."""

import keras
import pytest

from skdeepg.exceptions import NetworkMismatchError
from skdeepg.networks import LSTMCNN, NetworkTask, build_network, check_network

TASK = NetworkTask(window_length=30, n_symbols=4, n_outputs=3)


def make_model(input_shapes, units, activation="softmax", flatten=True):
    inputs = [keras.Input(shape) for shape in input_shapes]
    flat = [keras.layers.Flatten()(tensor) if flatten else tensor for tensor in inputs]
    joined = flat[0] if len(flat) == 1 else keras.layers.Concatenate()(flat)
    return keras.Model(inputs, keras.layers.Dense(units, activation=activation)(joined))


def logistic_regression(task):
    return make_model(task.input_shapes, task.n_outputs, task.activation)


class Specification:
    def build(self, task):
        return logistic_regression(task)


class Subclassed(keras.Model):
    def call(self, inputs):
        return inputs


@pytest.mark.parametrize(
    ("window_length", "inputs", "shapes"),
    [
        (6, "one", ((6, 4),)),
        (6, "two_arms", ((3, 4), (3, 4))),
        (7, "two_arms", ((4, 4), (3, 4))),
    ],
)
def test_input_shapes_of_a_task(window_length, inputs, shapes):
    assert NetworkTask(window_length, 4, 2, inputs=inputs).input_shapes == shapes


def test_output_shape_of_a_task():
    assert NetworkTask(6, 4, 2).output_shape == (2,)
    assert NetworkTask(6, 4, 2, per_position=True).output_shape == (6, 2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"window_length": 0}, "window_length=0 .* integer above 0"),
        ({"n_symbols": 4.0}, "n_symbols=4.0"),
        ({"n_outputs": True}, "n_outputs=True"),
        ({"activation": None}, "activation=None"),
        ({"inputs": "two"}, 'inputs=\'two\' .* "one" or "two_arms"'),
        ({"inputs": "two_arms", "window_length": 1}, "window_length=1 .* at least 2"),
        ({"inputs": "two_arms", "per_position": True}, "per_position=True"),
    ],
)
def test_tasks_that_make_no_sense(arguments, message):
    with pytest.raises(ValueError, match=message):
        NetworkTask(**{"window_length": 6, "n_symbols": 4, "n_outputs": 2, **arguments})


def test_no_network_is_the_default_network():
    task = NetworkTask(500, 4, 2)
    assert build_network(None, task).count_params() == 130_146


@pytest.mark.parametrize("network", [logistic_regression, Specification()])
def test_a_function_or_any_object_with_build_is_a_network(network):
    model = build_network(network, TASK)
    assert model.count_params() == (30 * 4 + 1) * 3


def test_a_network_with_two_inputs():
    task = NetworkTask(7, 4, 4, inputs="two_arms")
    assert build_network(logistic_regression, task).count_params() == (7 * 4 + 1) * 4


def test_a_network_may_leave_the_length_open():
    def build(task):
        inputs = keras.Input((None, task.n_symbols))
        pooled = keras.layers.GlobalAveragePooling1D()(inputs)
        return keras.Model(inputs, keras.layers.Dense(task.n_outputs, task.activation)(pooled))

    assert build_network(build, TASK).input_shape == (None, None, 4)


def test_a_sequential_network():
    def build(task):
        return keras.Sequential(
            [
                keras.Input(task.input_shapes[0]),
                keras.layers.Flatten(),
                keras.layers.Dense(task.n_outputs, task.activation),
            ]
        )

    assert build_network(build, TASK).output_shape == (None, 3)


@pytest.mark.parametrize(
    ("network", "message"),
    [
        ("cnn", "found str"),
        (7, "found int"),
        (LSTMCNN, r"network=LSTMCNN is a class; give an instance: network=LSTMCNN\(\)"),
    ],
)
def test_what_is_no_network(network, message):
    with pytest.raises(TypeError, match=message):
        build_network(network, TASK)


def test_a_ready_model_is_refused_because_it_has_weights_of_its_own():
    with pytest.raises(TypeError, match=r"found Functional.* give a function that builds it anew"):
        build_network(logistic_regression(TASK), TASK)


@pytest.mark.parametrize("wrong", [None, "model", 3])
def test_a_function_that_returns_no_model(wrong):
    with pytest.raises(NetworkMismatchError, match=r"returned .*must return a keras\.Model"):
        build_network(lambda task: wrong, TASK)


def test_wrong_number_of_outputs():
    with pytest.raises(NetworkMismatchError) as error:
        check_network(make_model(TASK.input_shapes, 2), TASK)
    assert str(error.value) == (
        "The network gives 1 output of shape (2,), but the data need 1 output of shape (3,): "
        "3 value(s) once a window. End it with "
        "keras.layers.Dense(task.n_outputs, activation=task.activation)."
    )


def test_outputs_at_every_position_where_one_is_wanted():
    model = make_model(TASK.input_shapes, 3, flatten=False)
    with pytest.raises(NetworkMismatchError, match=r"1 output of shape \(30, 3\)"):
        check_network(model, TASK)
    check_network(model, NetworkTask(30, 4, 3, per_position=True))


def test_several_outputs():
    inputs = keras.Input(TASK.input_shapes[0])
    flat = keras.layers.Flatten()(inputs)
    model = keras.Model(inputs, [keras.layers.Dense(3)(flat), keras.layers.Dense(3)(flat)])
    with pytest.raises(NetworkMismatchError, match=r"2 outputs of shape \(3,\) and \(3,\)"):
        check_network(model, TASK)


@pytest.mark.parametrize(
    ("input_shapes", "found"),
    [
        ([(31, 4)], r"1 input of shape \(31, 4\)"),
        ([(30, 5)], r"1 input of shape \(30, 5\)"),
        ([(120,)], r"1 input of shape \(120,\)"),
        ([(15, 4), (15, 4)], r"2 inputs of shape \(15, 4\) and \(15, 4\)"),
    ],
)
def test_wrong_inputs(input_shapes, found):
    with pytest.raises(NetworkMismatchError, match=f"{found}.* 1 input of shape .30, 4."):
        check_network(make_model(input_shapes, 3), TASK)


@pytest.mark.parametrize(
    "model", [keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(3)]), Subclassed()]
)
def test_models_without_fixed_inputs(model):
    with pytest.raises(NetworkMismatchError, match="has no fixed inputs"):
        check_network(model, TASK)


@pytest.mark.parametrize(
    ("activation", "last", "message"),
    [
        ("softmax", None, "no probabilities that sum to 1.*'softmax'"),
        ("softmax", "sigmoid", "no probabilities that sum to 1.*'softmax'"),
        ("sigmoid", "softplus", "no probabilities\\. .*'sigmoid'"),
    ],
)
def test_answers_that_are_no_probabilities(activation, last, message):
    def network(task):
        import keras

        inputs = keras.Input(task.input_shapes[0])
        flat = keras.layers.Flatten()(inputs)
        ones = keras.initializers.Ones()
        outputs = keras.layers.Dense(task.n_outputs, last, bias_initializer=ones)(flat)
        return keras.Model(inputs, outputs)

    task = NetworkTask(window_length=6, n_symbols=4, n_outputs=3, activation=activation)
    with pytest.raises(NetworkMismatchError, match=message):
        build_network(network, task)
