"""A WaveNet's weights in the form in which one base at a time uses them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Affine", "QueuedWeights", "dilations_of", "read_weights"]

Floats = NDArray[np.float32]


class Affine(NamedTuple):
    """A kernel of shape (n_inputs, n_outputs), or one for each block, and its bias."""

    kernel: Any
    bias: Any

    def __call__(self, x: Any) -> Any:
        """Apply to x of shape (n_samples, n_inputs), or (n_blocks, n_samples, n_inputs)."""
        return x @ self.kernel + self.bias


class QueuedWeights(NamedTuple):
    """All weights of a WaveNet; gate kernels hold filter and gate side by side.

    Attributes
    ----------
    symbols : ndarray of shape (n_symbols + 2, n_symbols)
        The vector of each code.
    initial : Affine
        From the last bases, oldest first, to the channels between blocks.
    past : Affine
        For each block from its earlier inputs, oldest first, to its filter and gate; with the
        bias of both.
    present : tuple of ndarray of shape (initial_filters, 2 * filters)
        For each block from its present input to the same.
    mix : tuple of Affine
        For each block from its product to the sum of all blocks and, but for the last one, to
        what is added to its input.
    hidden, output : Affine
        The layers after the sum.
    """

    symbols: Floats
    initial: Affine
    past: Affine
    present: tuple[Floats, ...]
    mix: tuple[Affine, ...]
    hidden: Affine
    output: Affine

    @property
    def n_past(self) -> int:
        """Earlier inputs of a block that its kernel reads."""
        return int(self.past.kernel.shape[1] // self.initial.kernel.shape[1])


def dilations_of(model: Any) -> tuple[int, ...]:
    """Return the dilation of each gated block of a model built by `WaveNet`."""
    filters = (layer for layer in model.layers if layer.name.endswith("_filter"))
    return tuple(layer.dilation_rate[0] for layer in filters)


def read_weights(model: Any, symbol_table: Floats) -> QueuedWeights:
    """Read the present weights of a model.

    Parameters
    ----------
    model : keras.Model
        Built by `WaveNet`.
    symbol_table : ndarray of shape (n_symbols + 2, n_symbols) and dtype float32
        The vector of each code.

    Returns
    -------
    QueuedWeights
        Copies in single precision.
    """
    blocks = [f"gate_{number}" for number in range(1, len(dilations_of(model)) + 1)]
    gates = [_side_by_side(model, f"{block}_filter", f"{block}_gate") for block in blocks]
    mixes = [_side_by_side(model, f"{block}_skip", f"{block}_residual") for block in blocks[:-1]]
    past = [_past_taps(gate.kernel) for gate in gates]
    return QueuedWeights(
        symbols=symbol_table,
        initial=_flat(_side_by_side(model, "initial")),
        past=Affine(np.stack(past), np.stack([gate.bias for gate in gates])[:, np.newaxis]),
        present=tuple(gate.kernel[-1] for gate in gates),
        mix=(*map(_flat, mixes), _flat(_side_by_side(model, f"{blocks[-1]}_skip"))),
        hidden=_flat(_side_by_side(model, "hidden")),
        output=_flat(_side_by_side(model, "output")),
    )


def _side_by_side(model: Any, *names: str) -> Affine:
    """Join the outputs of convolutions of the same input, of kernels (size, n_in, n_out)."""
    weights = [model.get_layer(name).get_weights() for name in names]
    kernels, biases = zip(*weights, strict=True)
    kernel = np.concatenate(kernels, axis=-1).astype(np.float32)
    return Affine(kernel, np.concatenate(biases).astype(np.float32))


def _flat(convolution: Affine) -> Affine:
    """See a kernel as one of inputs at all its positions together, oldest first."""
    return Affine(_merge_positions(convolution.kernel), convolution.bias)


def _past_taps(kernel: Floats) -> Floats:
    """Take all positions of a kernel but the present one; zeros if there are none."""
    past = kernel[:-1] if len(kernel) > 1 else np.zeros_like(kernel)
    return _merge_positions(past)


def _merge_positions(kernel: Floats) -> Floats:
    return kernel.reshape(-1, kernel.shape[-1])
