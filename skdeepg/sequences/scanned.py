"""What a scan gives and takes: blocks of answered windows, and where to look again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from skdeepg.sequences.collection import IntArray
from skdeepg.sequences.windows import SequenceWindows

__all__ = ["Block", "Refinement", "Scanner"]


@dataclass(frozen=True)
class Block:
    """Answers for some windows.

    Attributes
    ----------
    record : ndarray of shape (n_windows,) and dtype int64
        The record of each, counted within its group; ascending.
    start : ndarray of shape (n_windows,) and dtype int64
        The first base in the record; ascending within a record.
    values : ndarray of shape (n_strands, n_windows, n_outputs) and dtype float32
        The answers.
    """

    record: IntArray
    start: IntArray
    values: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.start)


@dataclass(frozen=True)
class Refinement:
    """Where to look again, and how closely.

    Attributes
    ----------
    stride : int
        Between the windows that are added.
    threshold : float
        Windows that give an interesting output more than this are looked at again.
    columns : tuple of int or None
        The interesting outputs; None for all but the one with the highest mean in the record.
    margin : int
        Windows are added from so many bases before such a window's start to as many behind it.
    """

    stride: int
    threshold: float
    columns: tuple[int, ...] | None
    margin: int


class Scanner(Protocol):
    """What answers for the windows of records."""

    def blocks(
        self, windows: SequenceWindows, refinement: Refinement | None = None
    ) -> Iterator[Callable[[], Block]]:
        """Share the work on some records out to blocks, in order."""
