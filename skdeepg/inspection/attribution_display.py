"""`AttributionDisplay`: which bases made a network decide, as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, Self

from skdeepg.argument_checks import check_choice, check_whole
from skdeepg.genome import Regions
from skdeepg.inspection.attribution import Attribution, Importance
from skdeepg.inspection.attribution_axes import caption, shade_regions, take_stretch
from skdeepg.inspection.attribution_lines import draw_line
from skdeepg.inspection.attribution_logo import MOST_LETTERS, draw_logo
from skdeepg.inspection.attribution_maps import (
    MOST_MARKED,
    MOST_NAMED,
    Align,
    draw_heatmap,
    draw_rows,
)
from skdeepg.inspection.plotting import figure_and_axes, import_pyplot

__all__ = ["AttributionDisplay"]

View = Literal["line", "heatmap", "logo", "rows"]

HEIGHTS: Final = {"line": 3.2, "heatmap": 2.2, "logo": 2.4}  # inches
WIDTH: Final = 10.0


class AttributionDisplay:
    """Importance along a row, all values of a row, a sequence logo, or many rows.

    Made by `from_estimator` or `from_attribution`, or by `Attribution.plot`.

    Parameters
    ----------
    attribution : Attribution
        What to draw.
    view : {"line", "heatmap", "logo", "rows"}, default="line"
        Importance along a row; the values of all symbols, with a dot at those that are there; each
        base as a letter as high as it is important; or the importance of many rows as colours.
    row : int, default=0
        The row to draw; not used by ``"rows"``, which draws all.
    kind : {"absolute", "observed", "sum"}, default=None
        What importance is; see `Attribution.importance`. None takes ``"observed"`` for a logo and
        ``"absolute"`` for others; a heat map has all symbols.
    smooth : int, default=None
        Bases of a running mean. None takes a fiftieth of a line of at least 250 bases, and does not
        smooth anything else; 0 for none.
    regions : Regions, default=None
        Annotation to shade behind a line or logo, with names.
    start, end : int, default=None
        Part of the row to draw, by places on its record. None for all; for a logo of more than 100
        bases, for the 100 that are most important.
    align : {"start", "end", "position"}, default="start"
        How ``"rows"`` puts rows above each other: by their first or last base, or by their place on
        the record.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        Where it was drawn.
    figure_ : matplotlib.figure.Figure
        The figure.
    artist_ : object
        The line (the smooth one, if there is one), the image, or logomaker's ``Logo``.

    Examples
    --------
    >>> import numpy as np
    >>> from skdeepg.inspection import Attribution, AttributionDisplay
    >>> attribution = Attribution(
    ...     values=np.eye(4)[np.newaxis],
    ...     codes=[[0, 1, 2, 3]],
    ...     starts=[100],
    ...     baseline="zero",
    ...     target=["16s"],
    ...     of="probability",
    ...     method="integrated_gradients",
    ... )
    >>> display = AttributionDisplay.from_attribution(attribution)
    >>> display.artist_.get_xdata()
    array([100, 101, 102, 103])
    """

    def __init__(
        self,
        attribution: Attribution,
        view: str = "line",
        *,
        row: int = 0,
        kind: Importance | None = None,
        smooth: int | None = None,
        regions: Regions | None = None,
        start: int | None = None,
        end: int | None = None,
        align: Align = "start",
    ) -> None:
        self.attribution = attribution
        self.view = view
        self.row = row
        self.kind = kind
        self.smooth = smooth
        self.regions = regions
        self.start = start
        self.end = end
        self.align = align

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        view: str = "line",
        *,
        explain: Mapping[str, Any] | None = None,
        row: int = 0,
        kind: Importance | None = None,
        smooth: int | None = None,
        regions: Regions | None = None,
        start: int | None = None,
        end: int | None = None,
        align: Align = "start",
        ax: Any = None,
    ) -> Self:
        """Explain rows, and draw what comes out.

        Parameters
        ----------
        estimator : SequenceClassifier or language model
            Fitted.
        X : Sequences, pathlib.Path, or list-like of sequences or paths
            The rows.
        view : {"line", "heatmap", "logo", "rows"}, default="line"
            Which picture.
        explain : mapping, default=None
            Arguments of ``estimator.explain``, such as ``{"baseline": "dinucleotide"}``.
        row, kind, smooth, regions, start, end, align, ax : object, optional
            As in `from_attribution`.

        Returns
        -------
        AttributionDisplay
            Drawn.

        Raises
        ------
        ImportError
            If matplotlib (for a logo, also logomaker) is not installed.
        ValueError
            If an option makes no sense.
        """
        import_pyplot(f"{cls.__name__}.from_estimator")
        return cls.from_attribution(
            estimator.explain(X, **(explain or {})),
            view,
            row=row,
            kind=kind,
            smooth=smooth,
            regions=regions,
            start=start,
            end=end,
            align=align,
            ax=ax,
        )

    @classmethod
    def from_attribution(
        cls,
        attribution: Attribution,
        view: str = "line",
        *,
        row: int = 0,
        kind: Importance | None = None,
        smooth: int | None = None,
        regions: Regions | None = None,
        start: int | None = None,
        end: int | None = None,
        align: Align = "start",
        ax: Any = None,
    ) -> Self:
        """Draw an attribution.

        Parameters
        ----------
        attribution : Attribution
            What to draw.
        view : {"line", "heatmap", "logo", "rows"}, default="line"
            Importance along a row; the values of all symbols; letters; or all rows.
        row : int, default=0
            The row to draw; not used by ``"rows"``.
        kind : {"absolute", "observed", "sum"}, default=None
            What importance is; None takes ``"observed"`` for a logo, else ``"absolute"``.
        smooth : int, default=None
            Bases of a running mean; 0 for none. None for a fiftieth of a long line.
        regions : Regions, default=None
            Annotation to shade behind a line or logo, with names.
        start, end : int, default=None
            Part of the row to draw, by places on its record; None for all that can be read.
        align : {"start", "end", "position"}, default="start"
            How ``"rows"`` puts rows above each other.
        ax : matplotlib.axes.Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        AttributionDisplay
            Drawn.

        Raises
        ------
        ImportError
            If matplotlib (for a logo, also logomaker) is not installed.
        ValueError
            If an option makes no sense.
        """
        display = cls(
            attribution,
            view,
            row=row,
            kind=kind,
            smooth=smooth,
            regions=regions,
            start=start,
            end=end,
            align=align,
        )
        return display.plot(ax=ax)

    def plot(self, *, ax: Any = None) -> Self:
        """Draw the picture.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        AttributionDisplay
            Itself.

        Raises
        ------
        ImportError
            If matplotlib (for a logo, also logomaker) is not installed.
        ValueError
            If an option makes no sense.
        """
        check_choice("view", self.view, ("line", "heatmap", "logo", "rows"))
        if self.smooth is not None:
            check_whole("smooth", self.smooth, least=0, unit="bases")
        rows_height = 1.2 + min(0.22 * len(self.attribution), 8)
        size = WIDTH, HEIGHTS.get(self.view, rows_height)
        self.figure_, self.ax_ = figure_and_axes(f"{type(self).__name__}.plot", ax, size)
        if self.view == "rows":
            self._draw_rows()
        else:
            self._draw_row()
        return self

    def _draw_row(self) -> None:
        attribution, ax = self.attribution, self.ax_
        kind = self.kind or ("observed" if self.view == "logo" else "absolute")
        stretch = take_stretch(attribution, self.row, *self._choose_stretch(kind))
        n_shaded = 0
        if self.regions is not None and self.view != "heatmap":
            n_shaded = shade_regions(ax, self.regions, attribution, stretch)
        if self.view == "line":
            self.artist_ = draw_line(ax, attribution, stretch, kind, self.smooth)
        elif self.view == "logo":
            self.artist_ = draw_logo(ax, attribution, stretch, kind)
        else:
            self.artist_ = draw_heatmap(ax, attribution, stretch)
        stretch.set_axis(ax, attribution.records[self.row])
        shown = None if self.view == "heatmap" else kind
        words = caption(attribution, self.row, shown)
        if self.view == "heatmap" and len(stretch.x) <= MOST_MARKED:
            words += " · dots: the bases that are there"
        self._add_title(words, pad=18 if n_shaded else 6)

    def _choose_stretch(self, kind: Importance) -> tuple[int | None, int | None]:
        if self.view != "logo" or self.start is not None or self.end is not None:
            return self.start, self.end
        row = self.attribution[self.row]
        if row.lengths[0] <= MOST_LETTERS:
            return None, None
        best = row.top(1, length=MOST_LETTERS, kind=kind)
        return int(best.start[0]), int(best.end[0])

    def _draw_rows(self) -> None:
        attribution, ax = self.attribution, self.ax_
        kind = self.kind or "absolute"
        self.artist_ = draw_rows(ax, attribution, kind, self.smooth, self.align)
        if len(attribution) <= MOST_NAMED:
            ax.set_yticks(range(len(attribution)), attribution.records, fontsize="small")
        else:
            ax.set_ylabel("Row")
        places = {
            "start": "Base of the row",
            "end": "Base, counted from the end of the row",
            "position": "Position on the record",
        }
        ax.set_xlabel(places[self.align])
        targets = set(attribution.target.tolist())
        row = 0 if len(targets) == 1 else None
        self._add_title(caption(attribution, row, kind), pad=6)

    def _add_title(self, text: str, *, pad: int) -> None:
        self.ax_.set_title(text, loc="left", fontsize="medium", color="0.25", pad=pad)
