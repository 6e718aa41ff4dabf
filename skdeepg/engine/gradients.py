"""Gradients of a network along straight lines from baselines to windows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise, starmap
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from skdeepg.engine.backend import keras, tf
from skdeepg.engine.compiled import compile_function
from skdeepg.engine.explained_models import without_gradient
from skdeepg.engine.folded_call import StageCall, make_calls
from skdeepg.engine.folding import FoldedNetwork, fold
from skdeepg.engine.layer_chain import NotFoldableError, layers_in_order
from skdeepg.engine.predict import THREADS
from skdeepg.exceptions import NotDifferentiableError
from skdeepg.sequences.collection import IntArray

__all__ = ["PathGradients"]

Floats = NDArray[np.floating[Any]]

BEST_BATCH: Final = 256
SMALLEST_BATCH: Final = 16
COPIES: Final = 4  # of a layer's values: theirs, those of the gradient, and what is in between
NUMBERS = tf.TensorSpec([None], tf.float32)
INDICES = tf.TensorSpec([None], tf.int32)


class PathGradients:
    """What a network answers, and integrals of its gradient along lines, as compiled functions.

    Interpolation, gradient and weighted sum are one graph: baselines and windows go in,
    attributions come out. A network that can be folded is, and its first layer, which is linear, is
    then computed for the two ends of a line and not at every point between them.

    Parameters
    ----------
    model : keras.Model
        The network, with the explained numbers as outputs: (n, n_outputs), or (n, n_positions,
        n_outputs). Its weights are read now.
    order : ndarray of shape (window_length,) and dtype int64
        The base of a window that the network reads at each place of its inputs.
    at_place : bool
        Whether, of an output at several positions, one is explained; else their mean.
    max_memory : int
        Bytes that the values of the network's layers may take in a call.

    Attributes
    ----------
    is_folded : bool
        Whether the network is folded.
    at_place : bool
        As given.
    batch_size : int
        Points a call.
    """

    def __init__(self, model: Any, order: IntArray, *, at_place: bool, max_memory: int) -> None:
        self._model, self._order = model, order
        self._inverse = np.argsort(order)
        self.at_place = at_place
        self._gives_gradient = True
        self._first, self._rest = self._split(model)
        self.batch_size = _batch_size(model, len(order), max_memory)
        n_symbols = model.inputs[0].shape[2]
        symbols = tf.TensorSpec([None, len(order), n_symbols], tf.float32)
        self._answer = compile_function(self._compute, [symbols, INDICES, INDICES])
        self._integrate = compile_function(
            self._sum_gradients, [symbols, symbols, INDICES, INDICES, NUMBERS, NUMBERS]
        )

    def _split(self, model: Any) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
        """Give the linear part that comes first, and the rest."""
        self.is_folded = False
        if not self.at_place:
            try:
                calls = make_calls(_fold_with_gradients(model), "float32")
            except NotFoldableError:
                pass
            else:
                self.is_folded = True
                return lambda symbols: calls[0].combine(symbols[:, tf.newaxis]), _rest_of(calls)
        lengths = [tensor.shape[1] for tensor in model.inputs]

        def rest(symbols: Any) -> Any:
            parts = tf.split(symbols, lengths, axis=1) if len(lengths) > 1 else symbols
            return tf.cast(model(parts, training=False), tf.float32)

        return lambda symbols: symbols, rest

    def answer(self, symbols: Floats, targets: IntArray, places: IntArray) -> Floats:
        """Give the number that is explained.

        Parameters
        ----------
        symbols : ndarray of shape (n, window_length, n_symbols)
            Windows, in the order of the sequence.
        targets : ndarray of shape (n,) and dtype int64
            The output, or unit, of each.
        places : ndarray of shape (n,) and dtype int64
            The position of the output, if it is one of several.

        Returns
        -------
        ndarray of shape (n,) and dtype float64
            One number a window.
        """
        answers = np.zeros(len(symbols))

        def run(part: slice) -> None:
            windows = symbols[part][:, self._order].astype(np.float32)
            answers[part] = self._answer(windows, *_int32(targets[part], places[part])).numpy()

        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(run, slices(len(symbols), self.batch_size)))
        return answers

    def integrate(
        self,
        baselines: Floats,
        symbols: Floats,
        targets: IntArray,
        places: IntArray,
        nodes: NDArray[np.float64],
        weights: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Integrate the gradient along lines, times the line.

        Parameters
        ----------
        baselines, symbols : ndarray of shape (n, window_length, n_symbols)
            The ends of each line.
        targets, places : ndarray of shape (n,) and dtype int64
            As in `answer`.
        nodes, weights : ndarray of shape (n_steps,)
            Points between 0 and 1, and what each counts.

        Returns
        -------
        ndarray of shape (n, window_length, n_symbols) and dtype float64
            The attributions.

        Raises
        ------
        NotDifferentiableError
            If the network has no gradient.
        """
        sums = np.zeros(symbols.shape)
        calls = list(_calls(len(symbols), len(nodes), self.batch_size))

        def run(call: tuple[slice, slice]) -> tuple[slice, Floats]:
            part, points = call
            ends = [ends[part][:, self._order].astype(np.float32) for ends in (baselines, symbols)]
            rule = (nodes[points].astype(np.float32), weights[points].astype(np.float32))
            numbers = _int32(targets[part], places[part])
            return part, self._integrate(*ends, *numbers, *rule).numpy()[:, self._inverse]

        with ThreadPoolExecutor(THREADS) as pool:
            for part, gradients in pool.map(run, calls):
                sums[part] += gradients
        if not self._gives_gradient:
            self._refuse()
        return sums * (np.asarray(symbols, np.float64) - baselines)

    def _compute(self, symbols: Any, targets: Any, places: Any) -> Any:
        return self._pick(self._rest(self._first(symbols)), targets, places)

    def _sum_gradients(
        self, baselines: Any, symbols: Any, targets: Any, places: Any, nodes: Any, weights: Any
    ) -> Any:
        """Sum up the gradients at the points of lines, (n_lines, window_length, n_symbols)."""
        n_lines, n_nodes = tf.shape(baselines)[0], tf.shape(nodes)[0]
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(baselines)
            start = self._first(baselines)
            # what is added to the start has no gradient, so that each point's is that of the start
            line = tf.stop_gradient(self._first(symbols) - start)
            step = tf.reshape(nodes, [1, -1] + [1] * (len(start.shape) - 1))
            points = start[:, tf.newaxis] + step * line[:, tf.newaxis]
            points = tf.reshape(points, [-1, *start.shape[1:]])
            numbers = [tf.repeat(index, n_nodes) for index in (targets, places)]
            answers = self._pick(self._rest(points), *numbers)
            total = tf.reduce_sum(answers * tf.tile(weights, [n_lines]))
        gradients = tape.gradient(total, baselines)
        if gradients is None:
            self._gives_gradient = False
            return tf.zeros_like(baselines)
        return gradients

    def _pick(self, outputs: Any, targets: Any, places: Any) -> Any:
        """Take the number that is explained from the outputs of windows."""
        if len(outputs.shape) == 3:
            if self.at_place:
                outputs = tf.gather(outputs, places, axis=1, batch_dims=1)
            else:
                outputs = tf.reduce_mean(outputs, axis=1)
        return tf.gather(outputs, targets, axis=1, batch_dims=1)

    def _refuse(self) -> None:
        def has_gradient(model: Any) -> bool:
            inputs = [tf.zeros((1, *tensor.shape[1:])) for tensor in model.inputs]
            with tf.GradientTape() as tape:
                tape.watch(inputs)
                outputs = model(inputs if len(inputs) > 1 else inputs[0], training=False)
            return any(part is not None for part in tape.gradient(outputs, inputs))

        name = without_gradient(self._model, has_gradient)
        raise NotDifferentiableError(
            f"The network has no gradient{f': its layer {name} has none' if name else ''}. Explain "
            "it by method='mutagenesis' or 'occlusion', which need none."
        )


def _fold_with_gradients(model: Any) -> FoldedNetwork:
    """Fold a network, unless its gradients would differ from those of Keras where values tie."""
    if any(type(layer) is keras.layers.GlobalMaxPooling1D for layer in layers_in_order(model)):
        raise NotFoldableError("ties of global max pooling, whose positions share the gradient")
    return fold(model)


def _rest_of(calls: Sequence[StageCall]) -> Callable[[Any], Any]:
    def rest(values: Any) -> Any:
        values = calls[0].follow(values)
        for call in calls[1:]:
            values = call(values)
        return tf.cast(values[:, 0, 0], tf.float32)

    return rest


def _batch_size(model: Any, window_length: int, max_memory: int) -> int:
    """Count the points whose values in all layers fit into the memory of one of the threads."""
    n_values = 0
    for layer in model.layers:
        shape = layer.output.shape if hasattr(layer, "output") else ()
        n_values += int(np.prod([window_length if size is None else size for size in shape[1:]]))
    n_points = max_memory // (THREADS * COPIES * 4 * max(n_values, 1))
    return int(np.clip(n_points, SMALLEST_BATCH, BEST_BATCH))


def slices(n: int, step: int) -> Iterator[slice]:
    """Cut 0 to n into slices of equal size, none longer than `step`."""
    n_slices = -(-n // step)
    bounds = np.linspace(0, n, n_slices + 1).round().astype(int).tolist()
    return starmap(slice, pairwise(bounds))


def _calls(n_lines: int, n_nodes: int, batch_size: int) -> Iterator[tuple[slice, slice]]:
    """Share lines and their points out to calls."""
    lines_a_call = max(batch_size // n_nodes, 1)
    for lines in slices(n_lines, lines_a_call):
        for points in slices(n_nodes, batch_size):
            yield lines, points


def _int32(*arrays: IntArray) -> list[NDArray[np.int32]]:
    return [np.asarray(array, dtype=np.int32) for array in arrays]
