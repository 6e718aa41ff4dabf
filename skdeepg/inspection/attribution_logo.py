"""Attributions as sequence logos: letters as high as they are important."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from skdeepg.inspection.attribution import Attribution, Importance
from skdeepg.inspection.attribution_axes import RowStretch

__all__ = ["MOST_LETTERS", "draw_logo"]

MOST_LETTERS: Final = 100  # without start and end
AMINO_ACIDS: Final = "ACDEFGHIKLMNPQRSTVWY"
# Colours that people with colour blindness tell apart (Okabe and Ito).
NUCLEOTIDE_COLORS: Final = {
    "A": "#009E73",
    "C": "#0072B2",
    "G": "#E69F00",
    "T": "#D55E00",
    "U": "#D55E00",
}


def draw_logo(ax: Any, attribution: Attribution, stretch: RowStretch, kind: Importance) -> Any:
    """Draw every base's letter; negative ones upside down."""
    logomaker = import_logomaker()
    row, columns = stretch.row, stretch.columns
    heights = pd.DataFrame(0.0, index=stretch.x, columns=list(attribution.symbols))
    codes = attribution.codes[row, columns]
    values = attribution.importance(kind)[row, columns]
    table = heights.to_numpy(copy=True)
    known = (codes < len(attribution.symbols)).nonzero()[0]
    table[known, codes[known]] = values[known]
    logo = logomaker.Logo(
        pd.DataFrame(table, index=stretch.x, columns=heights.columns),
        ax=ax,
        color_scheme=_colors(attribution.symbols),
        shade_below=0.4,
        fade_below=0.3,
        show_spines=False,
    )
    ax.axhline(0, color="0.3", linewidth=0.8)
    ax.set_ylabel("Importance")
    ax.spines["left"].set_visible(True)
    return logo


def import_logomaker() -> Any:
    """Import logomaker, or say how to install it."""
    try:
        import logomaker
    except ImportError as error:
        raise ImportError(
            "A sequence logo needs logomaker, which is not installed: pip install "
            '"skdeepg[plot]"; view="heatmap" does without.'
        ) from error
    return logomaker


def _colors(symbols: str) -> Any:
    if set(symbols) <= set(NUCLEOTIDE_COLORS):
        return NUCLEOTIDE_COLORS
    return "chemistry" if set(symbols) <= set(AMINO_ACIDS) else "0.3"
