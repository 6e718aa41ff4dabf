"""The feed: batches of training windows as a pure function of seed, epoch and step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from skdeepg.sequences.collection import IntArray
from skdeepg.sequences.grid import WindowGrid
from skdeepg.sequences.language_targets import LanguageTarget
from skdeepg.sequences.sampling import RandomPermutation, generator, quota, spread_choice
from skdeepg.sequences.vocabulary import Codes
from skdeepg.sequences.windows import SequenceWindows

__all__ = ["Batch", "TrainingFeed"]

PERMUTATION_KEY, BATCH_KEY = 1, 2


class Batch(NamedTuple):
    """What a training step takes: arrays with one entry a window (y: maybe one a position)."""

    codes: Codes
    y: NDArray[Any]
    weight: NDArray[np.float32]


@dataclass(frozen=True)
class Stratum:
    """Rows that are drawn from together; each row gives `ends[i] - ends[i - 1]` draws a pass."""

    rows: IntArray
    ends: IntArray

    @property
    def size(self) -> int:
        """Draws in one pass over the rows."""
        return int(self.ends[-1])


class TrainingFeed:
    """Draws batches of windows for training.

    Draws are numbered through all epochs; draw number and seed decide the window, its offset and
    its strand, so that any batch can be made at any time and in any process.

    Parameters
    ----------
    windows : SequenceWindows
        The training rows.
    grid : WindowGrid
        Their windows.
    y : ndarray of shape (n_rows, ...)
        Encoded labels.
    weight : ndarray of shape (n_rows,)
        Weight of each row's windows; the feed scales them to a mean of 1 over the draws. With
        ``draw_rows="weight"`` rows are drawn by it, and the windows all weigh 1.
    strata : list of ndarray of int
        Rows to draw from in turn: all rows together, or the rows of each class
        (``sampling="balanced"``).
    seed : int
        Of all draws.
    batch_size : int
        Windows a batch, at most.
    steps_per_epoch : int or None
        None: as many as one pass over all windows takes.
    flip : bool, default=False
        Whether to give half the windows, at random, as reverse complements.
    target : LanguageTarget or None, default=None
        For language models: what each window is split into; `y` is not used.
    equal_batches : bool, default=False
        Whether all batches have one size; an epoch may then draw a few windows of the next pass.
    """

    def __init__(
        self,
        windows: SequenceWindows,
        grid: WindowGrid,
        y: NDArray[Any],
        weight: NDArray[np.float64],
        strata: list[IntArray],
        *,
        seed: int,
        batch_size: int,
        steps_per_epoch: int | None,
        flip: bool = False,
        target: LanguageTarget | None = None,
        equal_batches: bool = False,
    ) -> None:
        self._grid = grid
        self._gatherer = windows._gatherer_of(grid)
        self._sequences = windows.sequences
        self._cut = windows.cut
        self._y = y
        self._seed = seed
        self._flip = flip
        self._target = target
        self._counts = grid.windows_per_row
        self._first_window = np.cumsum(self._counts) - self._counts
        self._quota = quota(self._counts, windows.cut, weight)
        if windows.cut.draw_rows == "weight":
            weight = np.ones_like(weight)
        self._strata = [self._stratum(rows) for rows in strata]
        self._weight = (weight / self._mean_weight(weight)).astype(np.float32)
        self.draws_per_pass = sum(stratum.size for stratum in self._strata)
        self.steps = steps_per_epoch or -(-self.draws_per_pass // batch_size)
        self.draws_per_epoch = (
            self.steps * batch_size if steps_per_epoch is not None else self.draws_per_pass
        )
        self.largest_batch = -(-self.draws_per_epoch // self.steps)
        if equal_batches:
            self.draws_per_epoch = self.steps * self.largest_batch
        self._seen = np.zeros(len(self._quota), dtype=bool)

    def coverage(self, n_epochs: int) -> tuple[float, float]:
        """Return the shares of windows and of rows that have been drawn after so many epochs."""
        windows = min(n_epochs * self.draws_per_epoch / self.draws_per_pass, 1.0)
        return windows, float(self._seen.sum() / max(np.count_nonzero(self._quota), 1))

    def _stratum(self, rows: IntArray) -> Stratum:
        rows = rows[self._quota[rows] > 0]
        return Stratum(rows, np.cumsum(self._quota[rows]))

    def _mean_weight(self, weight: NDArray[np.float64]) -> float:
        means = [
            np.average(weight[stratum.rows], weights=self._quota[stratum.rows])
            for stratum in self._strata
        ]
        return float(np.mean(means))

    def batch(self, epoch: int, step: int) -> Batch:
        """Make the batch of a step; the batches of an epoch differ in size by at most one.

        Parameters
        ----------
        epoch, step : int
            Counted from 0.

        Returns
        -------
        Batch
            Codes of shape (n_windows, window_length), y and weight.

        Raises
        ------
        ChangedFileError
            If at the start of an epoch a file is not the one that was encoded for ``memory=``.
        """
        if step == 0:
            self._sequences.check_files()
        before = epoch * self.draws_per_epoch
        start = before + step * self.draws_per_epoch // self.steps
        stop = before + (step + 1) * self.draws_per_epoch // self.steps
        return self._make(np.arange(start, stop), generator(self._seed, BATCH_KEY, epoch, step))

    def _make(self, draws: IntArray, random: np.random.Generator) -> Batch:
        row, pick, passes = self._draw_rows(draws)
        self._seen[row] = True
        index = self._first_window[row] + self._choose_windows(row, pick, passes, random)
        run = self._grid.run_of(index)
        if self._cut.random_offset:
            starts = self._grid.drawn_starts(index, run, random.random(len(index)))
        else:
            starts = self._grid.starts(index, run)
        reverse = random.random(len(index)) < 0.5 if self._flip else None
        codes = self._gatherer.gather(run, starts, reverse)
        y = self._y[row]
        if self._target is not None:
            codes, y = self._target.split_for_training(codes)
        return Batch(codes, y, self._weight[row])

    def _draw_rows(self, draws: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        """Give each draw's row, the number of the row's draw within its pass, and the pass."""
        row, pick, passes = (np.empty_like(draws) for _ in range(3))
        for number, stratum in enumerate(self._strata):
            mine = draws % len(self._strata) == number
            turn = draws[mine] // len(self._strata)
            passes[mine], place = np.divmod(turn, stratum.size)
            slot = self._permute(number, stratum.size, passes[mine], place)
            owner = np.searchsorted(stratum.ends, slot, side="right")
            row[mine] = stratum.rows[owner]
            pick[mine] = slot - (stratum.ends[owner] - self._quota[row[mine]])
        return row, pick, passes

    def _permute(self, stratum: int, size: int, passes: IntArray, place: IntArray) -> IntArray:
        """Give the slots of these places: each pass over a stratum has an order of its own."""
        slot = np.empty_like(place)
        for number in np.unique(passes):
            mine = passes == number
            permutation = RandomPermutation(size, self._seed, PERMUTATION_KEY, stratum, int(number))
            slot[mine] = permutation(place[mine])
        return slot

    def _choose_windows(
        self, row: IntArray, pick: IntArray, passes: IntArray, random: np.random.Generator
    ) -> IntArray:
        """Choose windows of each row: all in turn, or those that its quota leaves, at random."""
        chosen, n = self._quota[row], self._counts[row]
        if (chosen == n).all():
            return pick
        key = row + len(self._counts) * (passes + (self._seed << 20))
        return spread_choice(pick, chosen, n, random.random(len(row)), key)


def strata_of(classes: NDArray[Any] | None, n_rows: int) -> list[IntArray]:
    """List the rows of each class, or all rows as one."""
    if classes is None:
        return [np.arange(n_rows)]
    return [np.flatnonzero(classes == number) for number in np.unique(classes)]
