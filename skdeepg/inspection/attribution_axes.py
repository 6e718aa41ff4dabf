"""What pictures of a row of an attribution share: its bases, its axis, shaded regions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from skdeepg.genome import Regions
from skdeepg.genome.record_lengths import is_same_file
from skdeepg.inspection.attribution import Attribution, Importance

__all__ = ["RowStretch", "caption", "format_place", "shade_regions", "smoothed", "take_stretch"]

# Colours that people with colour blindness tell apart (Okabe and Ito).
SHADE: Final = "#E69F00"
MOST_NAMES: Final = 40
KINDS: Final = {"absolute": "absolute values", "sum": "sum over symbols"}


def format_place(value: float, _: int | None = None) -> str:
    """Write a place on the other strand as one on the record, and nothing between bases."""
    return f"{abs(value):,.10g}" if value % 1 == 0 else ""


@dataclass(frozen=True)
class RowStretch:
    """The bases of a row that are drawn, in the direction in which the row is read.

    Attributes
    ----------
    row : int
        Number of the row.
    columns : slice
        The bases, in the row.
    x : ndarray of shape (n_bases,) and dtype int64
        Where each base is drawn: its place on the record, with a minus sign on the other strand, so
        that rows are always read from left to right.
    is_forward : bool
        Whether the row is on the strand ``"+"``.
    """

    row: int
    columns: slice
    x: NDArray[np.int64]
    is_forward: bool

    def borders(self, start: int, end: int) -> tuple[float, float]:
        """Give the left and right border of the places from `start` to before `end`."""
        return (start - 0.5, end - 0.5) if self.is_forward else (0.5 - end, 0.5 - start)

    def set_axis(self, ax: Any, record: str) -> None:
        """Name the axis after the record, and show places on it."""
        ax.set_xlim(self.x[0] - 0.5, self.x[-1] + 0.5)
        ax.xaxis.set_major_formatter(format_place)
        strand = "" if self.is_forward else ", reverse strand"
        name = f"row {record}" if record.isdigit() else record  # sequences without a name
        ax.set_xlabel(f"Position on {name}{strand}")


def take_stretch(
    attribution: Attribution, row: int, start: int | None = None, end: int | None = None
) -> RowStretch:
    """Choose the bases of a row between two places on its record; None for its ends."""
    if not -len(attribution) <= row < len(attribution):
        raise ValueError(f"There is no row {row}; the attribution has {len(attribution)}.")
    first, length = int(attribution.starts[row]), int(attribution.lengths[row])
    start = first if start is None else max(start, first)
    end = first + length if end is None else min(end, first + length)
    if start >= end:
        raise ValueError(
            f"There is no base to draw between start={start} and end={end}; row {row} goes from "
            f"{first} to {first + length} on {attribution.records[row]!r}."
        )
    if attribution.strands[row] == "+":
        return RowStretch(row, slice(start - first, end - first), np.arange(start, end), True)
    behind = first + length
    return RowStretch(row, slice(behind - end, behind - start), -np.arange(start, end)[::-1], False)


def smoothed(values: NDArray[np.float32], width: int) -> NDArray[np.float64]:
    """Give running means over `width` bases; at the ends, over those that are there."""
    import pandas as pd

    width = min(width, len(values))
    doubles = pd.Series(values, dtype=np.float64)
    return doubles.rolling(width, center=True, min_periods=1).mean().to_numpy()


def caption(attribution: Attribution, row: int | None, kind: Importance | None) -> str:
    """Say in few words what is drawn."""
    method, of = attribution.method.replace("_", " "), attribution.of.replace("_", " ")
    words = f"{method[:1].upper()}{method[1:]} of the {of}"
    if row is not None:
        words += f" of {attribution.target[row]}"
    if attribution.method == "integrated_gradients":
        words += f" · baseline {attribution.baseline}"
    return f"{words} · {KINDS[kind]}" if kind in KINDS else words


def shade_regions(ax: Any, regions: Regions, attribution: Attribution, stretch: RowStretch) -> int:
    """Shade the regions of a row's record, write their names on top, and count them."""
    record = attribution.records[stretch.row]
    file = "" if attribution.files is None else attribution.files[stretch.row]
    low, high = stretch.x[0] - 0.5, stretch.x[-1] + 0.5
    n_shaded = 0
    for name, on, source, start, end in zip(
        regions.name, regions.record, regions.file, regions.start, regions.end, strict=True
    ):
        left, right = stretch.borders(int(start), int(end))
        if on != record or not is_same_file(source, file) or right <= low or left >= high:
            continue
        left, right = max(left, low), min(right, high)
        ax.axvspan(left, right, color=SHADE, alpha=0.22, linewidth=0, zorder=0)
        if len(regions) <= MOST_NAMES:
            ax.annotate(
                name,
                ((left + right) / 2, 1),
                xycoords=("data", "axes fraction"),
                xytext=(0, 2),
                textcoords="offset points",
                ha="center",
                va="bottom",
                fontsize="small",
                color="0.25",
                annotation_clip=False,
            )
        n_shaded += 1
    return n_shaded
