"""Where windows lie: arithmetic runs, expanded a batch at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skdeepg.sequences.collection import IntArray, RecordTable
from skdeepg.sequences.vocabulary import Codes

__all__ = ["Intervals", "WindowGrid", "free_stretches", "make_grid"]


@dataclass(frozen=True)
class Intervals:
    """Half-open stretches of records: record is an index into a `RecordTable`."""

    record: IntArray
    start: IntArray
    end: IntArray

    def __len__(self) -> int:
        return len(self.record)

    def of_rows(self, rows: IntArray, records: RecordTable) -> Intervals:
        """Keep the stretches of some rows (ascending), with records counted among theirs."""
        kept_records = np.isin(records.row, rows)
        number = np.cumsum(kept_records) - 1
        kept = kept_records[self.record]
        return Intervals(number[self.record[kept]], self.start[kept], self.end[kept])


@dataclass(frozen=True)
class WindowGrid:
    """All windows of some rows as runs: window i of a run starts at ``first + i * stride``.

    The last window of a run never starts beyond ``first + span - 1``, so an anchored tail needs
    no run of its own. Memory is that of the runs (about one a record) at any stride.

    Attributes
    ----------
    first, count, span : ndarray of shape (n_runs,) and dtype int64
        Position of a run's first window in the buffer of codes, its windows, and how many starts
        its stretch allows.
    record : ndarray of shape (n_runs,) and dtype int64
        The run's record, as an index into `records`.
    records : RecordTable
        All records of the rows.
    """

    window_length: int
    stride: int
    first: IntArray
    count: IntArray
    span: IntArray
    record: IntArray
    records: RecordTable
    n_rows: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "_ends", np.cumsum(self.count))

    @property
    def n_windows(self) -> int:
        """The number of windows."""
        return int(self.count.sum())

    @property
    def row(self) -> IntArray:
        """The row of each run, of shape (n_runs,)."""
        return self.records.row[self.record]

    @property
    def windows_per_row(self) -> IntArray:
        """Windows of each row, of shape (n_rows,)."""
        counts = np.bincount(self.row, weights=self.count, minlength=self.n_rows)
        return counts.astype(np.int64)

    def run_of(self, index: IntArray) -> IntArray:
        """Return the run of each window."""
        ends: IntArray = self._ends  # type: ignore[attr-defined]
        return np.asarray(np.searchsorted(ends, index, side="right"))

    def starts(self, index: IntArray, run: IntArray | None = None) -> IntArray:
        """Return the position of each window's first base in the buffer of codes."""
        run = self.run_of(index) if run is None else run
        step = (index - self._before(run)) * self.stride
        return np.asarray(self.first[run] + np.minimum(step, self.span[run] - 1))

    def drawn_starts(
        self, index: IntArray, run: IntArray, uniform: NDArray[np.float64]
    ) -> IntArray:
        """Draw each window's start anew, from its own share of its run's stretch.

        The n windows of a run share the starts from half a window before its stretch to half a
        window behind, and those outside move to its ends: were only the starts inside drawn,
        the first and the last base of a stretch would be in one window only. So within an epoch
        windows stay spread out, and over the epochs every base is drawn about equally often.
        """
        margin = (self.window_length - 1) // 2
        share = (index - self._before(run) + uniform) / self.count[run]
        offset = (share * (self.span[run] + 2 * margin)).astype(np.int64) - margin
        return np.asarray(self.first[run] + np.clip(offset, 0, self.span[run] - 1))

    def _before(self, run: IntArray) -> IntArray:
        ends: IntArray = self._ends  # type: ignore[attr-defined]
        return ends[run] - self.count[run]

    def is_short(self, run: IntArray) -> NDArray[np.bool_]:
        """Tell which windows are of records shorter than a window."""
        return self.records.length[self.record[run]] < self.window_length


def make_grid(
    records: RecordTable,
    n_rows: int,
    window_length: int,
    stride: int,
    *,
    anchor_tail: bool,
    keep_short: bool,
    blocked: Intervals | None = None,
    restart: bool = False,
) -> WindowGrid:
    """Lay windows over records.

    Parameters
    ----------
    records : RecordTable
        The records, rows in order.
    n_rows : int
        The number of rows, those without records or windows included.
    window_length, stride : int
        In bases.
    anchor_tail : bool
        Whether a tail shorter than a stride gets a window that ends at the record's end.
    keep_short : bool
        Whether a record shorter than a window makes one (padded) window.
    blocked : Intervals, optional
        Stretches that no window may touch.
    restart : bool, default=False
        Whether after a blocked stretch a window keeps the stride to the window before it, as in
        deepG, or the stretch is cut as a record of its own.

    Returns
    -------
    WindowGrid
        The runs.
    """
    stretches = Intervals(np.arange(len(records.start)), records.start, records.end)
    if blocked is not None and len(blocked):
        stretches = free_stretches(records, blocked)
    length = stretches.end - stretches.start
    short = records.length[stretches.record] < window_length
    whole_short = short & (length == records.length[stretches.record])
    kept = (length >= window_length) | (whole_short & keep_short)
    record, first, length = (a[kept] for a in (stretches.record, stretches.start, length))
    at_end = stretches.end[kept] == records.end[record]
    span = np.maximum(length - window_length, 0) + 1
    count = (span - 1) // stride + 1
    if restart:
        first, span, count = _keep_stride(record, first, span, stride)
    if anchor_tail:
        count = count + (at_end & ((span - 1) % stride > 0) & (count > 0))
    used = count > 0
    return WindowGrid(
        window_length, stride, first[used], count[used], span[used], record[used], records, n_rows
    )


def free_stretches(records: RecordTable, blocked: Intervals) -> Intervals:
    """Cut blocked stretches out of records.

    Parameters
    ----------
    records : RecordTable
        The records.
    blocked : Intervals
        Positions in the buffer of codes, in any order, overlaps allowed.

    Returns
    -------
    Intervals
        What is left, in order.
    """
    free: list[tuple[int, int, int]] = []
    order = np.lexsort((blocked.start, blocked.record))
    bounds = np.searchsorted(blocked.record[order], np.arange(len(records.start) + 1))
    for record, (start, end) in enumerate(zip(records.start, records.end, strict=True)):
        for i in order[bounds[record] : bounds[record + 1]]:
            if blocked.start[i] > start:
                free.append((record, start, min(blocked.start[i], end)))
            start = max(start, blocked.end[i])  # noqa: PLW2901
        if end > start:
            free.append((record, start, end))
    table = np.array(free, dtype=np.int64).reshape(-1, 3)
    return Intervals(table[:, 0], table[:, 1], table[:, 2])


def _keep_stride(
    record: IntArray, first: IntArray, span: IntArray, stride: int
) -> tuple[IntArray, IntArray, IntArray]:
    """Move each stretch's first window to at least a stride after the record's window before."""
    first, span, count = first.copy(), span.copy(), np.zeros_like(first)
    next_start, previous = 0, -1
    for i, current in enumerate(record):
        if current != previous:
            next_start, previous = 0, current
        shift = max(next_start - int(first[i]), 0)
        first[i] += shift
        span[i] -= shift
        if span[i] > 0:
            count[i] = (span[i] - 1) // stride + 1
            next_start = int(first[i] + count[i] * stride)
    return first, span, count


def ambiguous_stretches(codes: Codes, records: RecordTable, ambiguous_code: int) -> Intervals:
    """Find the runs of ambiguous letters of each record."""
    found: list[IntArray] = []
    for record, (start, end) in enumerate(zip(records.start, records.end, strict=True)):
        positions = start + np.flatnonzero(codes[start:end] == ambiguous_code)
        if len(positions):
            breaks = np.flatnonzero(np.diff(positions) > 1)
            starts = positions[np.concatenate([[0], breaks + 1])]
            ends = positions[np.concatenate([breaks, [len(positions) - 1]])] + 1
            found.append(np.stack([np.full(len(starts), record), starts, ends], axis=1))
    table = np.concatenate(found) if found else np.zeros((0, 3), dtype=np.int64)
    return Intervals(table[:, 0], table[:, 1], table[:, 2])
