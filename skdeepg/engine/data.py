"""What goes into a training: windows with the label and the weight of their rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdeepg.sequences.collection import IntArray
from skdeepg.sequences.grid import WindowGrid
from skdeepg.sequences.language_targets import LanguageTarget
from skdeepg.sequences.sampling import quota
from skdeepg.sequences.windows import SequenceWindows

__all__ = ["LabelledWindows"]


@dataclass(frozen=True)
class LabelledWindows:
    """Rows cut by a grid, with a label and a weight each.

    Attributes
    ----------
    windows : SequenceWindows
        The rows.
    grid : WindowGrid
        Which of their windows are meant.
    y : ndarray of shape (n_rows,) and dtype int32, or (n_rows, n_labels) and dtype float32
        The class's number, or a 0 or 1 a label.
    weight : ndarray of shape (n_rows,) and dtype float64
        Weight of each row's windows.
    target : LanguageTarget or None
        What a language model learns of each window; `y` is then zeros.
    """

    windows: SequenceWindows
    grid: WindowGrid
    y: NDArray[Any]
    weight: NDArray[np.float64]
    target: LanguageTarget | None = None

    @property
    def quota(self) -> IntArray:
        """Windows that each row gives to an epoch, of shape (n_rows,)."""
        return quota(self.grid.windows_per_row, self.windows.cut, self.weight)

    def windows_per_class(self, n_classes: int) -> NDArray[np.float64]:
        """Windows of an epoch by class or label, each times its weight, of shape (n_classes,)."""
        by_weight = self.windows.cut.draw_rows == "weight"
        amount = self.quota * (np.ones_like(self.weight) if by_weight else self.weight)
        if self.y.ndim == 2:
            return np.asarray(amount @ self.y)
        counts: NDArray[Any] = np.bincount(self.y, weights=amount, minlength=n_classes)
        return counts
