"""Cut windows out of the buffer of codes: a whole batch in one go."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from skdeepg.sequences.collection import IntArray, RecordTable
from skdeepg.sequences.grid import WindowGrid
from skdeepg.sequences.qualities import Qualities, QualityCodes
from skdeepg.sequences.vocabulary import Codes, Vocabulary

__all__ = ["WindowGatherer"]


class WindowGatherer:
    """Cuts windows of a grid: forward, or of the other strand.

    Parameters
    ----------
    codes : ndarray of shape (n_bases,) and dtype uint8
        The buffer that the grid's positions refer to.
    vocabulary : Vocabulary
        Of the codes.
    grid : WindowGrid
        The windows.
    repeat_short : bool, default=False
        Whether a record shorter than a window is repeated, or padded on its left.
    qualities : ndarray of shape (n_bases,) and dtype uint8, default=None
        That of each base, if codes are to tell of it.
    """

    def __init__(
        self,
        codes: Codes,
        vocabulary: Vocabulary,
        grid: WindowGrid,
        repeat_short: bool = False,
        qualities: Qualities | None = None,
    ) -> None:
        self.grid = grid
        self._codes = codes
        self._vocabulary = vocabulary
        self._repeat_short = repeat_short
        self._has_short = bool((grid.records.length[grid.record] < grid.window_length).any())
        self._windows = _windows_of(codes, grid.window_length)
        self._qualities = qualities
        if qualities is not None:
            self._quality_windows = _windows_of(qualities, grid.window_length)
            self._join = QualityCodes(vocabulary).join

    def gather(
        self, run: IntArray, starts: IntArray, reverse: NDArray[np.bool_] | None = None
    ) -> Codes:
        """Cut windows.

        Parameters
        ----------
        run, starts : ndarray of shape (n_windows,) and dtype int64
            The run of each window and the position of its first base in the buffer.
        reverse : ndarray of shape (n_windows,) and dtype bool, optional
            Which windows to give as reverse complements.

        Returns
        -------
        ndarray of shape (n_windows, window_length) and dtype uint8
            A new array of codes. Padding is on the left of either strand.
        """
        if not self._has_short:
            return self._gather_whole(starts, reverse)
        short = self.grid.is_short(run)
        windows = np.empty((len(starts), self.grid.window_length), dtype=np.uint8)
        reverse = np.zeros(len(starts), dtype=bool) if reverse is None else reverse
        if not short.all():
            windows[~short] = self._gather_whole(starts[~short], reverse[~short])
        windows[short] = self._gather_short(self.grid.record[run[short]], reverse[short])
        return windows

    def _gather_whole(self, starts: IntArray, reverse: NDArray[np.bool_] | None) -> Codes:
        windows: Codes = self._windows[starts]
        if reverse is not None and reverse.any():
            windows[reverse] = self._vocabulary.reverse_complement(windows[reverse])
        if self._qualities is None:
            return windows
        qualities = self._quality_windows[starts]
        if reverse is not None and reverse.any():
            qualities[reverse] = qualities[reverse][:, ::-1]
        return self._join(windows, qualities)

    def _gather_short(self, record: IntArray, reverse: NDArray[np.bool_]) -> Codes:
        """Cut one window of each record, filled up to the window length."""
        table: RecordTable = self.grid.records
        length = table.length[record][:, np.newaxis]
        offset = np.arange(self.grid.window_length) - (self.grid.window_length - length)
        outside = np.zeros_like(offset, dtype=bool) if self._repeat_short else offset < 0
        inside = np.arange(self.grid.window_length) % length if self._repeat_short else offset
        inside = np.where(outside, 0, inside)
        forward = table.start[record][:, np.newaxis] + inside
        backward = table.end[record][:, np.newaxis] - 1 - inside
        place = np.where(reverse[:, np.newaxis], backward, forward)
        windows = self._codes[place]
        if reverse.any():
            windows[reverse] = self._vocabulary.complement[windows[reverse]]
        if self._qualities is not None:
            windows = self._join(windows, self._qualities[place])
        windows[outside] = self._vocabulary.padding_code
        return windows


def _windows_of(buffer: NDArray[np.uint8], window_length: int) -> NDArray[np.uint8]:
    if len(buffer) < window_length:
        return np.empty((0, window_length), dtype=np.uint8)
    return sliding_window_view(buffer, window_length)
