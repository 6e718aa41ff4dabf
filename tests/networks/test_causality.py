"""A network with an output at every position may not look ahead."""

import keras
import pytest

from skdeepg.exceptions import NetworkMismatchError
from skdeepg.networks import NetworkTask, WaveNet, build_network

TASK = NetworkTask(window_length=21, n_symbols=4, n_outputs=4, per_position=True)
layers = keras.layers


def network_of(*parts):
    """A network function: these layers, then the probabilities of letters at every position."""

    def build(task):
        tensor = inputs = keras.Input(task.input_shapes[0])
        for part in parts:
            tensor = part()(tensor)
        outputs = layers.Dense(task.n_outputs, task.activation)(tensor)
        return keras.Model(inputs, outputs)

    return build


CAUSAL = {
    "one base": [lambda: layers.Dense(3)],
    "convolution": [
        lambda: layers.Conv1D(4, 3, padding="causal"),
        lambda: layers.BatchNormalization(),
        lambda: layers.Conv1D(4, 2, padding="causal", dilation_rate=3),
    ],
    "recurrent": [lambda: layers.LSTM(3, return_sequences=True)],
}
LOOKS_AHEAD = {
    "convolution": [lambda: layers.Conv1D(4, 3, padding="same")],
    "convolution of two bases": [lambda: layers.Conv1D(4, 2, padding="same")],
    "one layer of three": [
        lambda: layers.Conv1D(4, 3, padding="causal"),
        lambda: layers.Conv1D(4, 3, padding="same"),
        lambda: layers.Conv1D(4, 3, padding="causal"),
    ],
    "recurrent": [lambda: layers.Bidirectional(layers.LSTM(3, return_sequences=True))],
    "backwards": [lambda: layers.LSTM(3, return_sequences=True, go_backwards=True)],
    "normalised over positions": [
        lambda: layers.Conv1D(4, 3, padding="causal"),
        lambda: layers.GroupNormalization(groups=1),
    ],
}


@pytest.mark.parametrize("parts", CAUSAL.values(), ids=CAUSAL)
def test_causal_networks_are_taken(parts):
    assert build_network(network_of(*parts), TASK).output_shape == (None, 21, 4)


@pytest.mark.parametrize("parts", LOOKS_AHEAD.values(), ids=LOOKS_AHEAD)
def test_networks_that_look_ahead_are_refused(parts):
    with pytest.raises(NetworkMismatchError, match=r'not causal: .*Conv1D\(padding="causal"\)'):
        build_network(network_of(*parts), TASK)


def test_the_message_names_positions():
    with pytest.raises(NetworkMismatchError, match="answer at position 9 .* from position 10 on"):
        build_network(network_of(lambda: layers.Conv1D(4, 3, padding="same")), TASK)


def test_a_network_of_open_length_is_checked():
    def build(task):
        inputs = keras.Input((None, task.n_symbols))
        hidden = layers.Conv1D(5, 3, padding="same")(inputs)
        return keras.Model(inputs, layers.Dense(task.n_outputs, "softmax")(hidden))

    with pytest.raises(NetworkMismatchError, match="not causal"):
        build_network(build, TASK)


def test_an_output_a_window_may_depend_on_all_of_it():
    task = NetworkTask(window_length=21, n_symbols=4, n_outputs=4)
    parts = [lambda: layers.Conv1D(4, 3, padding="same"), lambda: layers.Flatten()]
    assert build_network(network_of(*parts), task).output_shape == (None, 4)


@pytest.mark.parametrize("window_length", [1, 2, 500])
def test_wavenet_is_causal_at_any_length(window_length):
    task = NetworkTask(window_length, n_symbols=4, n_outputs=4, per_position=True)
    assert build_network(WaveNet(dropout=0.5), task).count_params() == 12_612
