"""Attributions as pictures of colours: all symbols of a row, or many rows."""

from __future__ import annotations

from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from skdeepg.inspection.attribution import Attribution, Importance
from skdeepg.inspection.attribution_axes import RowStretch, smoothed

__all__ = ["Align", "draw_heatmap", "draw_rows"]

Align = Literal["start", "end", "position"]

SIGNED_COLORS: Final = "RdBu_r"
UNSIGNED_COLORS: Final = "Blues"
MISSING_COLOR: Final = "0.93"
MOST_MARKED: Final = 200  # bases
MOST_NAMED: Final = 40  # rows
MOST_COLUMNS: Final = 20_000


def draw_heatmap(ax: Any, attribution: Attribution, stretch: RowStretch) -> Any:
    """Draw the values of all symbols of a row, those of the observed ones framed."""
    values = attribution.values[stretch.row, stretch.columns].T
    n_symbols, n_bases = values.shape
    limit = float(np.quantile(np.abs(values), 0.995)) or float(np.abs(values).max()) or 1.0
    image = ax.imshow(
        values,
        extent=(stretch.x[0] - 0.5, stretch.x[-1] + 0.5, n_symbols - 0.5, -0.5),
        aspect="auto",
        interpolation="nearest",
        cmap=SIGNED_COLORS,
        vmin=-limit,
        vmax=limit,
    )
    if n_bases <= MOST_MARKED:
        codes = attribution.codes[stretch.row, stretch.columns]
        known = codes < n_symbols
        ax.plot(stretch.x[known], codes[known], ".", color="0.1", markersize=3.5)
    ax.set_yticks(range(n_symbols), list(attribution.symbols))
    ax.tick_params(axis="y", length=0)
    ax.spines[:].set_visible(False)
    _add_bar(ax, image, values, limit, "Attribution")
    return image


def draw_rows(
    ax: Any, attribution: Attribution, kind: Importance, smooth: int | None, align: Align
) -> Any:
    """Draw the importance of every base of many rows, one below the other."""
    if not len(attribution) or not attribution.lengths.any():
        raise ValueError("There is no row with a base to draw.")
    firsts = _first_columns(attribution, align)
    shown = np.full((len(attribution), int((firsts + attribution.lengths).max())), np.nan)
    if shown.shape[1] > MOST_COLUMNS:
        raise ValueError(
            f"The rows lie on {shown.shape[1]:,} bases, more than the {MOST_COLUMNS:,} that can be "
            'drawn; take rows that are nearer to each other, or align="start".'
        )
    importance = attribution.importance(kind)
    for row, length in enumerate(attribution.lengths):
        if length:
            values = importance[row, :length]
            along = (
                values if attribution.strands[row] == "+" or align != "position" else values[::-1]
            )
            shown[row, firsts[row] : firsts[row] + length] = smoothed(along, smooth or 1)
    left = int(attribution.starts.min()) if align == "position" else 0
    left = -shown.shape[1] if align == "end" else left
    return _draw_importance(ax, shown, left, is_signed=kind != "absolute")


def _first_columns(attribution: Attribution, align: Align) -> NDArray[np.int64]:
    if align == "start":
        return np.zeros(len(attribution), dtype=np.int64)
    if align == "end":
        return np.asarray(attribution.lengths.max() - attribution.lengths)
    if align == "position":
        return np.asarray(attribution.starts - attribution.starts.min())
    raise ValueError(f'align must be "start", "end" or "position", found {align!r}.')


def _draw_importance(ax: Any, shown: NDArray[np.float64], left: int, *, is_signed: bool) -> Any:
    import matplotlib as mpl

    known = np.abs(shown[~np.isnan(shown)])
    limit = float(np.quantile(known, 0.995)) or float(known.max()) or 1.0
    colors = mpl.colormaps[SIGNED_COLORS if is_signed else UNSIGNED_COLORS]
    image = ax.imshow(
        shown,
        extent=(left - 0.5, left + shown.shape[1] - 0.5, len(shown) - 0.5, -0.5),
        aspect="auto",
        interpolation="nearest",
        cmap=colors.with_extremes(bad=MISSING_COLOR),
        vmin=-limit if is_signed else 0,
        vmax=limit,
    )
    _add_bar(ax, image, shown, limit, "Importance")
    if len(shown) <= MOST_NAMED:
        ax.hlines(np.arange(1, len(shown)) - 0.5, *ax.get_xlim(), color="white", linewidth=1)
    ax.xaxis.set_major_formatter(lambda x, _: f"{x:,.10g}" if x % 1 == 0 else "")
    ax.spines[:].set_visible(False)
    return image


def _add_bar(ax: Any, image: Any, values: NDArray[np.floating], limit: float, label: str) -> None:
    """Add a colour bar, with a tip where some values are beyond it."""
    above, below = np.nanmax(values) > limit, np.nanmin(values) < -limit
    extend = {(True, True): "both", (True, False): "max", (False, True): "min"}.get(
        (bool(above), bool(below)), "neither"
    )
    bar = ax.figure.colorbar(image, ax=ax, extend=extend, pad=0.01, fraction=0.03, aspect=12)
    bar.set_label(label)
    bar.outline.set_visible(False)
