"""Make the checkpoints of this folder. Runs on Python 3.11 with Keras 2; see README.md."""

from pathlib import Path

import keras
import numpy as np
from keras import layers

FOLDER = Path(__file__).parent
N_ROWS = 8


def convolutions(inputs):
    """Convolve much as deepG does: filters of 4 and 8, pooling and batch norm."""
    hidden = layers.Conv1D(4, 5, padding="same", activation="relu")(inputs)
    hidden = layers.BatchNormalization(momentum=0.9)(layers.MaxPooling1D(3)(hidden))
    hidden = layers.Conv1D(8, 3, padding="same", activation="relu")(hidden)
    return layers.MaxPooling1D(2)(hidden)


def classifier():
    """A classifier of three classes on windows of 30 bases."""
    inputs = keras.Input((30, 4))
    outputs = layers.Dense(3, activation="softmax")(layers.LSTM(5)(convolutions(inputs)))
    return keras.Model(inputs, outputs)


def middle_model():
    """A language model of the middle base of 31, with two inputs."""
    arms = [keras.Input((16, 4)), keras.Input((15, 4))]
    joined = layers.Concatenate()([layers.LSTM(5)(convolutions(arm)) for arm in arms])
    return keras.Model(arms, layers.Dense(4, activation="softmax")(joined))


def sequential():
    """A sequential language model of masked input and two LSTM layers, one in both directions."""
    return keras.Sequential(
        [
            layers.Masking(input_shape=(30, 4)),
            layers.Bidirectional(layers.LSTM(5, return_sequences=True, dropout=0.1)),
            layers.LSTM(4),
            layers.Dense(4, activation="softmax"),
        ]
    )


def main():
    """Train each model for some steps, and save it with its answers."""
    for name, make, optimizer in [
        ("classifier", classifier, "adam"),
        ("middle", middle_model, "sgd"),  # which keeps nothing, for a smaller file
        ("sequential", sequential, "adam"),
    ]:
        keras.utils.set_random_seed(1)
        model = make()
        model.compile(optimizer, "categorical_crossentropy", ["acc"])
        length = sum(tensor.shape[1] for tensor in model.inputs)
        codes = np.random.default_rng(0).integers(4, size=(256, length))
        one_hot = np.eye(4, dtype=np.float32)[codes]
        y = np.eye(model.output_shape[1], dtype=np.float32)[codes[:, 0] % model.output_shape[1]]
        x = one_hot if len(model.inputs) == 1 else [one_hot[:, :16], one_hot[:, 16:]]
        model.fit(x, y, batch_size=32, epochs=3, verbose=0)
        model.save(FOLDER / f"{name}.hdf5")
        few = one_hot[:N_ROWS] if len(model.inputs) == 1 else [part[:N_ROWS] for part in x]
        np.savez_compressed(
            FOLDER / f"{name}.npz",
            codes=codes[:N_ROWS].astype(np.uint8),
            predictions=model.predict(few, verbose=0),
        )


if __name__ == "__main__":
    main()
