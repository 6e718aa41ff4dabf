"""The feed of networks that carry state: the windows of a record follow each other in one lane."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from skdeepg.engine.data import LabelledWindows
from skdeepg.sequences.collection import IntArray
from skdeepg.sequences.language_targets import LanguageTarget
from skdeepg.sequences.sampling import generator
from skdeepg.sequences.vocabulary import Codes
from skdeepg.sequences.windows import Cut

__all__ = ["StatefulBatch", "StatefulFeed", "share_out"]

LANES_KEY, PASS_KEY = 4, 5


class StatefulBatch(NamedTuple):
    """What a training step takes, one entry a lane; `fresh` tells where the state starts at zero.

    Lanes that have come to their end have weight 0 and the target -1.
    """

    codes: Codes
    y: NDArray[Any]
    weight: NDArray[np.float32]
    fresh: NDArray[np.bool_]


@dataclass(frozen=True)
class Pass:
    """The order in which lanes read their runs, lane by lane: one entry a run.

    Attributes
    ----------
    run, lane : ndarray of shape (n_runs,) and dtype int64
        Index of the run in the grid, and the lane that reads it.
    offset : ndarray of shape (n_runs,) and dtype int64
        Bases before the run's first window.
    turned : ndarray of shape (n_runs,) and dtype bool
        Whether the run is read as its reverse complement.
    count : ndarray of shape (n_runs,) and dtype int64
        Windows of the run.
    """

    run: IntArray
    lane: IntArray
    offset: IntArray
    turned: NDArray[np.bool_]
    count: IntArray

    @cached_property
    def begin(self) -> IntArray:
        """Steps of the lane before each run."""
        before = np.cumsum(self.count) - self.count
        first_of_lane = np.searchsorted(self.lane, self.lane)
        return np.asarray(before - before[first_of_lane])

    @cached_property
    def n_steps(self) -> int:
        """Steps until the last lane has come to its end."""
        return int((self.begin + self.count).max())

    @cached_property
    def _keys(self) -> IntArray:
        return self.lane * self.n_steps + self.begin

    def entries(self, lanes: IntArray, step: int) -> IntArray:
        """Give the entry that each lane reads at a step; after its end, its last one."""
        return np.searchsorted(self._keys, lanes * self.n_steps + step, side="right") - 1


class StatefulFeed:
    """Draws batches in which each lane (row) reads one record after the other.

    The windows of a run of the grid, a record or what is left of it, follow each other without
    overlap: window i + 1 begins with the target of window i. Runs are shared out to lanes of about
    equal work; every pass reads all of them, in a new order within the lanes, from new offsets
    below the window length. Like those of `TrainingFeed`, batches are a pure function of seed,
    epoch and step.

    Parameters
    ----------
    training : LabelledWindows
        Rows, grid and weights; the target is the base after the window.
    seed : int
        Of all draws.
    batch_size : int
        Lanes, at most; fewer where the longest run would outlast the others.
    steps_per_epoch : int or None
        None: an epoch is a pass, whose last steps may be empty. Else passes follow each other, and
        the next epoch goes on where one ended.
    flip : bool, default=False
        Whether to give half the runs, at random, as reverse complements.

    Raises
    ------
    ValueError
        If the target is another, or only some windows of a row are wanted.
    """

    def __init__(
        self,
        training: LabelledWindows,
        *,
        seed: int,
        batch_size: int,
        steps_per_epoch: int | None,
        flip: bool = False,
    ) -> None:
        self._target = _check_target(training.target)
        _check_limits(training.windows.cut)
        self._grid = training.grid
        self._gatherer = training.windows._gatherer_of(training.grid)
        self._random_offset = training.windows.cut.random_offset
        self._length = self._target.window_length
        self._seed, self._flip = seed, flip
        self._steps_per_epoch = steps_per_epoch
        count = (self._grid.span - 1) // self._length + 1
        n_lanes = min(batch_size, -(-int(count.sum()) // int(count.max())))
        self._lane = share_out(count, n_lanes, generator(seed, LANES_KEY))
        self._lanes = np.arange(n_lanes)
        weight = training.weight[self._grid.row]
        self._weight = (weight / np.average(weight, weights=count)).astype(np.float32)
        self._passes: dict[int, Pass] = {}
        self._ends = [0]
        self.largest_batch = n_lanes
        most = int(np.bincount(self._lane, weights=count).max())
        self.steps = most if steps_per_epoch is None else steps_per_epoch
        self._steps_per_pass = most

    def coverage(self, n_epochs: int) -> tuple[float, float]:
        """Return the shares of windows and of rows that have been read after so many epochs."""
        share = min(n_epochs * self.steps / self._steps_per_pass, 1.0)
        return share, share  # lanes go on side by side

    def batch(self, epoch: int, step: int) -> StatefulBatch:
        """Make the batch of a step.

        Parameters
        ----------
        epoch, step : int
            Counted from 0.

        Returns
        -------
        StatefulBatch
            One window a lane; none at all after the end of a pass that is an epoch.
        """
        number, place = self._locate(epoch, step)
        order = self._pass(number)
        entry = order.entries(self._lanes if place < order.n_steps else self._lanes[:0], place)
        window = place - order.begin[entry]
        reads = window < order.count[entry]
        codes, y = self._cut(order, entry, np.minimum(window, order.count[entry] - 1))
        y[~reads] = -1
        weight = np.where(reads, self._weight[order.run[entry]], np.float32(0))
        return StatefulBatch(codes, y, weight, (window == 0) | (step == 0))

    def _cut(self, order: Pass, entry: IntArray, window: IntArray) -> tuple[Codes, NDArray[Any]]:
        run, turned = order.run[entry], order.turned[entry]
        place = order.offset[entry] + window * self._length
        place = np.where(turned, self._grid.span[run] - 1 - place, place)
        stretches = self._gatherer.gather(run, self._grid.first[run] + place, turned)
        return self._target.split_for_training(stretches)

    def _locate(self, epoch: int, step: int) -> tuple[int, int]:
        """Give the number of the pass and the step within it."""
        if self._steps_per_epoch is None:
            return epoch, step
        place = epoch * self._steps_per_epoch + step
        while self._ends[-1] <= place:
            self._ends.append(self._ends[-1] + self._pass(len(self._ends) - 1).n_steps)
        number = int(np.searchsorted(self._ends, place, side="right")) - 1
        return number, place - self._ends[number]

    def _pass(self, number: int) -> Pass:
        if number not in self._passes:
            self._passes = {number: self._draw(number)}  # the last one is all that is needed
        return self._passes[number]

    def _draw(self, number: int) -> Pass:
        random = generator(self._seed, PASS_KEY, number)
        span, n_runs = self._grid.span, len(self._grid.span)
        run = np.lexsort((random.random(n_runs), self._lane))
        uniform = random.random(n_runs)
        starts = np.minimum(span, self._length)
        offset = (uniform * starts).astype(np.int64) * self._random_offset
        turned = (random.random(n_runs) < 0.5) & self._flip
        count = (span - 1 - offset) // self._length + 1
        return Pass(run, self._lane[run], offset[run], turned[run], count[run])


def share_out(work: IntArray, n_lanes: int, random: np.random.Generator) -> IntArray:
    """Share pieces of work out to lanes, each to the one with the least so far, longest first.

    Parameters
    ----------
    work : ndarray of shape (n_pieces,) and dtype int64
        What each piece takes.
    n_lanes : int
        At most the number of pieces.
    random : numpy.random.Generator
        For the order of pieces of equal work.

    Returns
    -------
    ndarray of shape (n_pieces,) and dtype int64
        The lane of each piece.
    """
    loads = [(0, lane) for lane in range(n_lanes)]
    lanes = np.empty(len(work), dtype=np.int64)
    for piece in np.lexsort((random.random(len(work)), -work)).tolist():
        load, lanes[piece] = loads[0]
        heapq.heapreplace(loads, (load + int(work[piece]), int(lanes[piece])))
    return lanes


def _check_target(target: LanguageTarget | None) -> LanguageTarget:
    if target is None or target.kind != "next":
        found = "labels" if target is None else f"target={target.kind!r}"
        raise ValueError(
            "A network with stateful=True learns to predict the base after each window, one window "
            f'after the other, in SequenceLanguageModel(target="next"); found {found}. Set '
            "stateful=False."
        )
    return target


def _check_limits(cut: Cut) -> None:
    for name in ("max_windows", "proportion"):
        if (value := getattr(cut, name)) is not None:
            raise ValueError(
                f"{name}={value!r} picks single windows, but a network with stateful=True reads "
                f"records window by window; set {name}=None, and steps_per_epoch for short epochs."
            )
    if cut.draw_rows != "length":
        raise ValueError(
            f"draw_rows={cut.draw_rows!r} draws single windows, but a network with stateful=True "
            "reads records window by window; leave draw_rows='length'."
        )
