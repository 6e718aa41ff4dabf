"""Importance along a row, as a line."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from skdeepg.inspection.attribution import Attribution, Importance
from skdeepg.inspection.attribution_axes import RowStretch, smoothed

__all__ = ["draw_line"]

FloatArray = NDArray[np.floating]

COLOR: Final = "#0072B2"
RAW_COLOR: Final = "0.72"
MOST_BEYOND: Final = 2.0  # times the highest running mean
FEWEST_SMOOTHED: Final = 250  # bases; fewer are drawn as they are


def draw_line(
    ax: Any, attribution: Attribution, stretch: RowStretch, kind: Importance, smooth: int | None
) -> Any:
    """Draw the importance of every base in grey, and running means over it."""
    row, columns = stretch.row, stretch.columns
    values = attribution.importance(kind)[row, columns]
    if smooth is None:
        smooth = len(values) // 50 | 1 if len(values) >= FEWEST_SMOOTHED else 0
    is_smoothed = smooth > 1
    (line,) = ax.plot(
        stretch.x,
        values,
        color=RAW_COLOR if is_smoothed else COLOR,
        linewidth=0.6 if is_smoothed else 1.2,
        label="each base",
        zorder=1.5,
        marker="o" if len(values) == 1 else None,
    )
    if is_smoothed:
        means = smoothed(values, smooth)
        (line,) = ax.plot(
            stretch.x, means, color=COLOR, linewidth=1.8, label=f"mean of {smooth} bases", zorder=2
        )
        ax.legend(loc="upper right", fontsize="small", framealpha=0.85, edgecolor="none", ncols=2)
    _set_limits(ax, values, means if is_smoothed else values)
    ax.set_ylabel("Importance")
    ax.spines[["top", "right"]].set_visible(False)
    return line


def _set_limits(ax: Any, values: FloatArray, means: FloatArray) -> None:
    """Let running means fill a good part of the height; some single bases may be beyond it."""
    reach = MOST_BEYOND * float(np.abs(means).max())
    low, high = max(float(values.min()), -reach), min(float(values.max()), reach)
    low, high = min(low, 0.0), max(high, 0.0)
    space = 0.15 * (high - low) or 1.0
    ax.set_ylim(low - space if low < 0 else 0, high + space)
    if low < 0:
        ax.axhline(0, color="0.3", linewidth=0.8, zorder=1)
