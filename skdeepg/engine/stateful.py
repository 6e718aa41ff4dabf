"""LSTM networks whose state goes on from window to window, as explicit inputs and outputs.

Keras' own ``stateful=True`` keeps the state in the layers and never sets it back, neither in
``fit`` nor in ``predict``; here whoever calls holds it.
"""

from __future__ import annotations

from typing import Any

from skdeepg.engine.backend import keras, tf
from skdeepg.engine.compiled import Encoder

__all__ = ["StatefulNetwork", "is_stateful"]

States = list[Any]


def is_stateful(model: Any) -> bool:
    """Tell whether a network was built to go on from window to window."""
    return bool(getattr(model, "carries_state", False))


class StatefulNetwork:
    """The layers of a network as functions that take the LSTM layers' states and return them.

    States are a list of tensors of shape (n_sequences, n_units), two a layer: what it puts out, and
    its cell state.

    Parameters
    ----------
    model : keras.Model
        Of one input, perhaps masking, LSTM layers and whatever answers from the last one's state.
        Its weights are shared, not copied.
    encode : Encoder
        From codes to symbol vectors.
    """

    def __init__(self, model: Any, encode: Encoder) -> None:
        self._encode = encode
        layers = [layer for layer in model.layers if isinstance(layer, keras.layers.LSTM)]
        self.cells = [layer.cell for layer in layers]
        self._readers = [
            keras.layers.RNN(cell, return_sequences=True, return_state=True) for cell in self.cells
        ]
        masking = [layer for layer in model.layers if isinstance(layer, keras.layers.Masking)]
        self._masking = masking[0] if masking else None
        self.answer = keras.Model(layers[-1].output, model.output)

    def zero_states(self, n_sequences: Any) -> States:
        """Return the states at a record's start: float32 in any precision of the layers."""
        return [
            tf.cast(state, tf.float32)
            for reader in self._readers
            for state in reader.get_initial_state(batch_size=n_sequences)
        ]

    @property
    def state_specs(self) -> list[Any]:
        """Shapes of the states, for compiling."""
        return [tf.TensorSpec([None, *s.shape[1:]], s.dtype) for s in self.zero_states(1)]

    def read(self, codes: Any, states: States, training: bool = False) -> tuple[Any, States]:
        """Read on.

        Parameters
        ----------
        codes : tensor of shape (n_sequences, length) and dtype uint8
            What comes next.
        states : list of tensors
            From before.
        training : bool, default=False
            Whether dropout acts.

        Returns
        -------
        hidden : tensor of shape (n_sequences, length, n_units)
            Output of the last LSTM layer after each base, which `answer` takes.
        states : list of tensors
            After the last base.
        """
        tensor = self._encode(codes)
        mask = None if self._masking is None else self._masking.compute_mask(tensor)
        after: States = []
        for number, reader in enumerate(self._readers):
            before = states[2 * number : 2 * number + 2]
            tensor, *new = reader(tensor, initial_state=before, mask=mask, training=training)
            after += _exact(new)
        if mask is not None:
            # Keras puts out zeros before the first position that is not masked.
            has_read = tf.cumsum(tf.cast(mask, tf.int32), axis=1)[:, :, tf.newaxis] > 0
            tensor = tf.where(has_read, tensor, tf.cast(states[-2][:, tf.newaxis], tensor.dtype))
        return tensor, after

    def read_base(self, codes: Any, states: States) -> States:
        """Read one base of each sequence, of shape (n_sequences,), and return the states."""
        tensor = self._encode(codes)
        after: States = []
        for number, cell in enumerate(self.cells):
            tensor, new = cell(tensor, states[2 * number : 2 * number + 2])
            after += _exact(new)
        return after


def _exact(states: States) -> States:
    return [tf.cast(state, tf.float32) for state in states]
