"""Train on one and on two logical devices; print the histories as JSON. Run as a process."""

from __future__ import annotations

import json
import sys

import tensorflow as tf

from skdeepg import LSTMCNN, SequenceClassifier, WaveNet, WaveNetLM
from tests.toys import coin_sequences

X, Y = coin_sequences(40, seed=0)


def networks(task):
    """Build a convolutional network without batch norm and dropout."""
    import keras

    bases = keras.Input(task.input_shapes[0])
    signal = keras.layers.Conv1D(8, 4, activation="relu")(bases)
    signal = keras.layers.GlobalMaxPooling1D()(signal)
    return keras.Model(bases, keras.layers.Dense(task.n_outputs, task.activation)(signal))


def train(kind: str) -> dict:
    """Train a small network of a kind."""
    settings = {"windows": 12, "max_epochs": 3, "batch_size": 25, "random_state": 0}
    if kind == "wavenet":
        model = WaveNetLM(WaveNet(filters=3, dilations=(1, 2)), **settings).fit(X)
        return {**model.history_, "answers": model.predict_proba(X).tolist()}
    network = networks if kind == "plain" else LSTMCNN(filters=(4,), kernel_size=3, pool_size=2)
    model = SequenceClassifier(network, metrics=["f1"], validation_fraction=0.3, **settings)
    model.fit(X, Y)
    return {**model.history_, "answers": model.predict_proba(X).tolist()}


def main() -> None:
    """Train each kind twice."""
    cpu = tf.config.list_physical_devices("CPU")[0]
    two = [tf.config.LogicalDeviceConfiguration()] * 2
    tf.config.set_logical_device_configuration(cpu, two)
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    found = {}
    for kind in sys.argv[1:]:
        alone = train(kind)
        with strategy.scope():
            found[kind] = [alone, train(kind)]
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
