"""Muon for convolutions: Keras applies it to matrices only, and leaves kernels to AdamW.

Muon is from Keller Jordan, https://kellerjordan.github.io/posts/muon/; the scale of its steps is
that of Liu et al. 2025, doi:10.48550/arXiv.2502.16982. A kernel of shape (length, channels,
filters) is taken as a matrix of (length * channels) by filters.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

__all__ = ["ConvolutionMuon"]


class ConvolutionMuon(keras.optimizers.Muon):
    """Keras' Muon, applied to matrices and kernels; biases are left to AdamW."""

    def _should_use_adamw(self, variable: Any) -> bool:
        return len(variable.shape) < 2

    def _muon_update_step(self, gradient: Any, variable: Any, lr: Any, m: Any) -> None:
        self.assign_add(m, ops.add(gradient, m * (self.momentum - 1)))
        direction = ops.add(gradient, self.momentum * m)  # of Nesterov
        matrix = ops.reshape(direction, (-1, variable.shape[-1]))
        step = self.lr_adjust(lr * self.zeropower_via_newtonschulz5(matrix, self.ns_steps))
        self.assign_sub(variable, ops.reshape(step, variable.shape))
