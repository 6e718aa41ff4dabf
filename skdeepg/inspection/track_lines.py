"""Lines of tracks, and marks of regions, as all displays of tracks draw them."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from skdeepg.genome import Regions, Track
from skdeepg.genome.profiles import running_mean, window_centres
from skdeepg.genome.record_lengths import is_same_file

__all__ = ["COLORS", "draw_lines", "mark_regions", "of_record", "record_lines"]

DoubleArray = NDArray[np.float64]
Lines = dict[str, tuple[DoubleArray, DoubleArray]]

# Colours that people with colour blindness tell apart (Okabe and Ito).
COLORS: Final = {"+": "#0072B2", "-": "#D55E00"}
TRUTH_COLOR: Final = "#009E73"
MOST_POINTS: Final = 4000
NAMES: Final = {"+": "forward strand", "-": "reverse strand"}


def record_lines(
    track: Track, record: int, column: str, start: int = 0, end: int | None = None
) -> Lines:
    """Read the values of a record, or of the windows with centres in a stretch of it."""
    length = int(track.lengths[record])
    chosen = np.array([track._column_index(column)])
    starts, values = next(iter(track.source.read(np.array([record]), chosen)))
    centres = window_centres(starts, track.window_length, length)
    # one window more on both sides, so that lines reach the border
    first = max(int(np.searchsorted(centres, start)) - 1, 0)
    behind = int(np.searchsorted(centres, length if end is None else end, side="right")) + 1
    part = slice(first, behind)
    return {
        strand: _thin(centres[part], values[i, part, 0].astype(np.float64))
        for i, strand in enumerate(track.strands)
    }


def _thin(centres: DoubleArray, values: DoubleArray) -> tuple[DoubleArray, DoubleArray]:
    """Keep lowest and highest value of each of many stretches."""
    if len(values) <= MOST_POINTS:
        return centres, values
    known = np.flatnonzero(~np.isnan(values))
    parts = np.array_split(known, MOST_POINTS // 2)
    kept = [
        (part[values[part].argmin()], part[values[part].argmax()]) for part in parts if len(part)
    ]
    chosen = np.unique(np.array(kept, dtype=np.intp))
    return centres[chosen], values[chosen]


def draw_lines(ax: Any, lines: Lines, threshold: float | None, smooth: int = 0) -> dict[str, Any]:
    """Draw a line a strand, if wanted also its running mean over some bases, and the threshold."""
    drawn = {}
    for strand, (centres, values) in lines.items():
        style = {"color": COLORS[strand], "marker": "o" if len(values) == 1 else None}
        if smooth:
            ax.plot(centres, values, linewidth=0.7, alpha=0.35, **style)
        main = running_mean(centres, values, smooth) if smooth else values
        width = 1.6 if smooth else 1.1
        (drawn[strand],) = ax.plot(
            centres, main, linewidth=width, alpha=0.85, label=NAMES[strand], **style
        )
    if threshold is not None:
        ax.axhline(
            threshold,
            color="0.35",
            linestyle="--",
            linewidth=0.9,
            label=f"threshold {threshold:.3g}",
        )
    _set_limits(ax, lines)
    ax.spines[["top", "right"]].set_visible(False)
    ax.xaxis.set_major_formatter(_format_bases)
    return drawn


def _set_limits(ax: Any, lines: Lines) -> None:
    values = np.concatenate([values for _, values in lines.values()])
    known = values[np.isfinite(values)]
    if len(known) and known.min() >= 0 and known.max() <= 1:
        ax.set_ylim(-0.04, 1.12)
        ax.set_yticks([0, 0.5, 1])
    else:
        ax.margins(y=0.15)


def _format_bases(value: float, _: int | None = None) -> str:
    for size, unit in ((1e6, "Mb"), (1e3, "kb")):
        if abs(value) >= size:
            return f"{value / size:,.10g} {unit}"
    return f"{value:,.10g}"


def of_record(regions: Regions, track: Track, record: int) -> Regions:
    """Take the regions of a record of a track."""
    name, file = track.names[record], track.files[record]
    on_record = [
        region == name and is_same_file(source, file)
        for region, source in zip(regions.record, regions.file, strict=True)
    ]
    return regions[np.array(on_record, dtype=bool)]


def mark_regions(ax: Any, regions: Regions, track: Track, record: int, *, is_truth: bool) -> None:
    """Shade true regions over all the height; draw found ones as bars at the top."""
    found = of_record(regions, track, record)
    for i, (start, end, strand) in enumerate(
        zip(found.start, found.end, found.strand, strict=True)
    ):
        if is_truth:
            label = None if i else "truth"
            # an edge, so that short regions of long records are seen
            ax.axvspan(
                start, end, facecolor=TRUTH_COLOR, edgecolor=TRUTH_COLOR, alpha=0.25, label=label
            )
        else:
            label = None if i else "found"
            ax.axvspan(
                start,
                end,
                ymin=0.95,
                ymax=1,
                color=COLORS.get(strand, "0.2"),
                linewidth=2,
                label=label,
            )
