"""An architecture outside the package: one file."""

from __future__ import annotations

from sklearn.base import BaseEstimator

from skdeepg.networks import register_network


@register_network
class SkippingCNN(BaseEstimator):
    """Convolutions that add to their input."""

    def __init__(self, *, filters=8, kernel_size=5, n_blocks=2):
        self.filters = filters
        self.kernel_size = kernel_size
        self.n_blocks = n_blocks

    def build(self, task):
        """Build the Keras model."""
        import keras

        if self.n_blocks < 1:
            raise ValueError(f"n_blocks={self.n_blocks} must be at least 1.")
        inputs = keras.Input(task.input_shapes[0])
        tensor = keras.layers.Conv1D(self.filters, 1)(inputs)
        for _ in range(self.n_blocks):
            convolution = keras.layers.Conv1D(
                self.filters, self.kernel_size, padding="same", activation="relu"
            )
            tensor = keras.layers.Add()([tensor, convolution(tensor)])
        tensor = keras.layers.GlobalMaxPooling1D()(tensor)
        outputs = keras.layers.Dense(task.n_outputs, activation=task.activation)(tensor)
        return keras.Model(inputs, outputs)
