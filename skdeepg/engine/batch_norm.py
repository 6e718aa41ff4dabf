"""Batch normalisation's population statistics, estimated anew from training batches.

Moving averages start at 0 and 1 and follow weights that have moved on since: after short
trainings, or with a momentum of 0.99, a network that fits its training batches predicts one class
for everything. So once the weights stand still, before each validation and after the last step,
the statistics are computed as what they stand for: mean and variance over the training windows
(Wu and Johnson 2021, doi:10.48550/arXiv.2105.07576).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from skdeepg.engine.backend import keras
from skdeepg.engine.compiled import NetworkCall, codes_spec, compile_function
from skdeepg.sequences.vocabulary import Codes

__all__ = ["StatisticsEstimator"]


class StatisticsEstimator:
    """Sets the statistics of a model's batch-normalisation layers.

    Parameters
    ----------
    model : keras.Model
        The network.
    encode : Encoder
        From codes to its input.
    """

    def __init__(self, model: Any, encode: Any) -> None:
        self._call = NetworkCall(model, encode)
        self.layers = list(_batch_norm_layers(model))
        weights = {id(variable) for variable in model.weights}
        self._seeds = [v for v in model.variables if id(v) not in weights]
        self._run = compile_function(self._forward, [codes_spec(model)])

    def _forward(self, codes: Any) -> None:
        """Leave the moments of one batch in the layers: with momentum 0 nothing older stays."""
        momenta = [layer.momentum for layer in self.layers]
        try:
            for layer in self.layers:
                layer.momentum = 0.0
            self._call(codes, training=True)
        finally:
            for layer, momentum in zip(self.layers, momenta, strict=True):
                layer.momentum = momentum

    def estimate(self, batches: Iterable[Codes]) -> None:
        """Set the statistics to those of these batches taken together.

        Parameters
        ----------
        batches : iterable of ndarray of shape (n_windows, window_length) and dtype uint8
            Codes of training windows.
        """
        if not self.layers:
            return
        n_windows = 0
        seeds = [variable.numpy() for variable in self._seeds]
        sums = [[np.float64(0), np.float64(0)] for _ in self.layers]
        for codes in batches:
            self._run(codes)
            n_windows += len(codes)
            for total, layer in zip(sums, self.layers, strict=True):
                mean = layer.moving_mean.numpy().astype(np.float64)
                total[0] = total[0] + len(codes) * mean
                total[1] = total[1] + len(codes) * (layer.moving_variance.numpy() + mean**2)
        for (first, second), layer in zip(sums, self.layers, strict=True):
            mean = first / n_windows
            layer.moving_mean.assign(mean)
            layer.moving_variance.assign(np.maximum(second / n_windows - mean**2, 0))
        # so that training goes on as if it had not been interrupted by this
        for variable, value in zip(self._seeds, seeds, strict=True):
            variable.assign(value)


def _batch_norm_layers(model: Any) -> Iterator[Any]:
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            yield layer
        elif isinstance(layer, keras.Model):
            yield from _batch_norm_layers(layer)
