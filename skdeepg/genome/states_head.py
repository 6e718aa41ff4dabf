"""What there is to know of a states file before its windows are read."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from skdeepg.genome.window_sources import IntArray

__all__ = ["FORMAT", "FORMAT_VERSION", "StatesHead"]

# What our own files say of themselves.
FORMAT: Final = "skdeepg states"
FORMAT_VERSION: Final = 1


class StatesHead(NamedTuple):
    """Records, windows and columns; see `Track` for what they are."""

    names: NDArray[np.object_]
    files: NDArray[np.object_]
    lengths: IntArray
    padded: NDArray[np.bool_]
    counts: IntArray  # windows a record
    entries: IntArray  # their numbers in the file
    strands: tuple[str, ...]
    columns: tuple[str, ...]
    window_length: int
    stride: int
    details: dict[str, Any]
