"""Answers of a network that carries state: at any place, with all before it as context."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdeepg.engine.backend import tf
from skdeepg.engine.compiled import Encoder, Forward, compile_function
from skdeepg.engine.progress import progress_bar
from skdeepg.engine.stateful import StatefulNetwork, States
from skdeepg.sequences.collection import IntArray, Sequences
from skdeepg.sequences.grid import WindowGrid
from skdeepg.sequences.language_targets import LanguageTarget
from skdeepg.sequences.stretches import context_codes, last_places
from skdeepg.sequences.vocabulary import Codes
from skdeepg.sequences.windows import SequenceWindows

__all__ = ["StatefulForward"]

PIECE_LENGTH = 256


@dataclass(frozen=True)
class Readings:
    """Stretches of a buffer of codes to be read, and places in them at which answers are wanted.

    Attributes
    ----------
    codes : ndarray of shape (n_codes,) and dtype uint8
        The buffer.
    first, length : ndarray of shape (n_stretches,) and dtype int64
        Where each stretch begins, and its bases.
    owner : ndarray of shape (n_answers,) and dtype int64
        The stretch of each answer.
    n_read : ndarray of shape (n_answers,) and dtype int64
        Bases of the stretch that come before the answer, at least 1.
    """

    codes: Codes
    first: IntArray
    length: IntArray
    owner: IntArray
    n_read: IntArray

    def piece(self, stretches: IntArray, begin: int) -> Codes:
        """Cut the next piece of some stretches, as long as the longest needs; then comes junk."""
        length = min(PIECE_LENGTH, int(self.length[stretches].max()) - begin)
        place = self.first[stretches][:, np.newaxis] + np.arange(begin, begin + length)
        return np.asarray(self.codes[np.minimum(place, len(self.codes) - 1)])


class StatefulForward(Forward):
    """A network that carries state as functions from codes to outputs.

    Called on windows it starts each from a zero state, like the model itself.

    Parameters
    ----------
    model : keras.Model
        The network.
    encode : Encoder
        From codes to its input.
    """

    def __init__(self, model: Any, encode: Encoder) -> None:
        super().__init__(model, encode)
        self._network = StatefulNetwork(model, encode)
        self._n_outputs = int(model.output.shape[-1])
        self._window_length = int(model.input.shape[1])
        codes, places = tf.TensorSpec([None, None], tf.uint8), tf.TensorSpec([None, 2], tf.int32)
        self._read = compile_function(self._answer, [codes, places, self._network.state_specs])

    def _answer(self, codes: Any, places: Any, states: States) -> tuple[Any, States]:
        """Read on; give the outputs at some places, (sequence, base), and the states at the end."""
        hidden, states = self._network.read(codes, states)
        return self._network.answer(tf.gather_nd(hidden, places)), states

    def answer_windows(
        self,
        windows: SequenceWindows,
        grid: WindowGrid,
        target: LanguageTarget,
        batch_size: int,
        verbose: int = 0,
    ) -> NDArray[np.float32]:
        """Answer for the base after every window of a grid.

        Parameters
        ----------
        windows : SequenceWindows
            The rows, cut into stretches of a window and its target.
        grid : WindowGrid
            The stretches; each of its runs is read from its start.
        target : LanguageTarget
            The base after the window.
        batch_size : int
            Runs to read at a time.
        verbose : int, default=0
            With 1 a progress bar.

        Returns
        -------
        ndarray of shape (n_windows, n_outputs) and dtype float32
            In the order of the grid. Records shorter than a window and its target are answered
            from their padded window.
        """
        index = np.arange(grid.n_windows)
        run = grid.run_of(index)
        starts = grid.starts(index, run)
        outputs = np.empty((grid.n_windows, self._n_outputs), dtype=np.float32)
        short = grid.is_short(run)
        gatherer = windows._gatherer_of(grid)
        for part in _batches(np.flatnonzero(short), batch_size):
            outputs[part] = self(target.split(gatherer.gather(run[part], starts[part]))[0])
        n_read = starts - grid.first[run] + self._window_length
        length = np.zeros(len(grid.first), dtype=np.int64)
        np.maximum.at(length, run, n_read)
        readings = Readings(
            windows.sequences.codes, grid.first, length, run[~short], n_read[~short]
        )
        outputs[~short] = self._run(readings, batch_size, verbose)
        return outputs

    def answer_ends(
        self, sequences: Sequences, target: LanguageTarget, batch_size: int, verbose: int = 0
    ) -> NDArray[np.float32]:
        """Answer for the base after the last record of each row, which is read from its start.

        Parameters
        ----------
        sequences : Sequences
            The rows.
        target : LanguageTarget
            The base after the window.
        batch_size : int
            Rows to read at a time.
        verbose : int, default=0
            With 1 a progress bar.

        Returns
        -------
        ndarray of shape (n_rows, n_outputs) and dtype float32
            A record shorter than a window is padded to one.
        """
        table = sequences.records()
        record, length = last_places(sequences)
        outputs = np.empty((len(record), self._n_outputs), dtype=np.float32)
        short = length < self._window_length
        for part in _batches(np.flatnonzero(short), batch_size):
            codes = context_codes(sequences, table, record[part], length[part], target)
            outputs[part] = self(target.split(codes)[0])
        long = np.flatnonzero(~short)
        readings = Readings(
            sequences.codes, table.start[record], length, owner=long, n_read=length[long]
        )
        outputs[long] = self._run(readings, batch_size, verbose)
        return outputs

    def _run(self, readings: Readings, batch_size: int, verbose: int) -> NDArray[np.float32]:
        """Read stretches, those of like length together, and return the outputs wanted."""
        outputs = np.empty((len(readings.owner), self._n_outputs), dtype=np.float32)
        if not len(outputs):
            return outputs
        used = np.unique(readings.owner)
        by_length = used[np.argsort(-readings.length[used], kind="stable")]
        rank = np.empty(len(readings.first), dtype=np.int64)
        rank[by_length] = np.arange(len(by_length))
        group = rank[readings.owner] // batch_size
        total = int(readings.length[used].sum())
        with progress_bar("Bases", total, "base", verbose, delay=1) as bar:
            for number, answers in enumerate(_split(group, int(group.max()) + 1)):
                lanes = by_length[number * batch_size : (number + 1) * batch_size]
                lane = rank[readings.owner[answers]] - number * batch_size
                outputs[answers] = self._run_group(readings, lanes, lane, answers, bar)
        return outputs

    def _run_group(
        self, readings: Readings, lanes: IntArray, lane: IntArray, answers: IntArray, bar: Any
    ) -> NDArray[np.float32]:
        """Read some stretches side by side, the longest first, piece by piece."""
        outputs = np.empty((len(answers), self._n_outputs), dtype=np.float32)
        last = readings.n_read[answers] - 1
        states = self._network.zero_states(len(lanes))
        n_pieces = -(-int(readings.length[lanes[0]]) // PIECE_LENGTH)
        for number, wanted in enumerate(_split(last // PIECE_LENGTH, n_pieces)):
            begin = number * PIECE_LENGTH
            n_left = int((readings.length[lanes] > begin).sum())
            codes = readings.piece(lanes[:n_left], begin)
            places = np.stack([lane[wanted], last[wanted] - begin], axis=1).astype(np.int32)
            answered, states = self._read(codes, places, [state[:n_left] for state in states])
            outputs[wanted] = answered.numpy()
            bar.update(int(np.minimum(readings.length[lanes[:n_left]] - begin, PIECE_LENGTH).sum()))
        return outputs


def _batches(index: IntArray, batch_size: int) -> list[IntArray]:
    return [index[i : i + batch_size] for i in range(0, len(index), batch_size)]


def _split(number: IntArray, n_parts: int) -> list[IntArray]:
    """List the places of each of the numbers 0, 1, ..."""
    order = np.argsort(number, kind="stable")
    return np.split(order, np.searchsorted(number[order], np.arange(1, n_parts)))
