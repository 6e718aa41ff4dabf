"""`RegionsDisplay`: a zoomed panel a region."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from skdeepg.genome import Regions, Track
from skdeepg.inspection.plotting import import_pyplot
from skdeepg.inspection.track_lines import draw_lines, mark_regions, record_lines

__all__ = ["RegionsDisplay"]

MOST_PANELS = 24
N_COLUMNS = 4


class RegionsDisplay:
    """A track around regions, one zoomed panel each.

    Made by `from_estimator` or `from_predictions`.

    Parameters
    ----------
    track : Track
        The answers.
    column : str
        The column to draw.
    regions : Regions
        One panel each, 24 at most.
    truth : Regions, default=None
        Regions to shade: those that are there.
    margin : int, default=1000
        Bases to draw on both sides.
    threshold : float, default=None
        Where to draw a dashed line; None for none.
    smooth : int, default=0
        Bases to draw a running mean over, beside the values themselves; 0 for none.

    Attributes
    ----------
    axes_ : ndarray of matplotlib.axes.Axes, of shape (n_regions,)
        One a region.
    ax_ : matplotlib.axes.Axes
        The first of them.
    figure_ : matplotlib.figure.Figure
        The figure.

    Examples
    --------
    >>> import numpy as np
    >>> from skdeepg.genome import Track
    >>> from skdeepg.inspection import RegionsDisplay
    >>> values = np.zeros((1, 91, 1))
    >>> values[0, 40:50] = 1
    >>> track = Track(
    ...     ["chr"],
    ...     [""],
    ...     [10_000],
    ...     [False],
    ...     [0, 91],
    ...     start=np.arange(91) * 100,
    ...     values=values,
    ...     strands="+",
    ...     columns=["16s"],
    ...     window_length=1000,
    ...     stride=100,
    ... )
    >>> display = RegionsDisplay.from_predictions(track, track.regions("16s"), margin=500)
    >>> [float(border) for border in display.ax_.get_xlim()]
    [3950.0, 5950.0]
    """

    def __init__(
        self,
        track: Track,
        column: str,
        regions: Regions,
        *,
        truth: Regions | None = None,
        margin: int = 1000,
        threshold: float | None = None,
        smooth: int = 0,
    ) -> None:
        self.track = track
        self.column = column
        self.regions = regions
        self.truth = truth
        self.margin = margin
        self.threshold = threshold
        self.smooth = smooth

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        column: object,
        *,
        stride: int = 100,
        strands: str = "both",
        threshold: float = 0.5,
        truth: Regions | None = None,
        margin: int = 1000,
        smooth: int = 0,
        ax: Any = None,
    ) -> Self:
        """Scan genomes, find regions, and draw them.

        Parameters
        ----------
        estimator : SequenceClassifier or language model
            Fitted.
        X : Sequences, pathlib.Path, or list-like of sequences or paths
            The genomes.
        column : str or class label
            The column.
        stride : int, default=100
            Bases between windows.
        strands : {"both", "forward", "reverse"}, default="both"
            Those to scan.
        threshold : float, default=0.5
            What scores of regions are above.
        truth : Regions, default=None
            Regions to shade: those that are there.
        margin : int, default=1000
            Bases to draw on both sides.
        smooth : int, default=0
            Bases to draw a running mean over, beside the values themselves; 0 for none.
        ax : array of matplotlib.axes.Axes, default=None
            Where to draw, one a region; None makes a new figure.

        Returns
        -------
        RegionsDisplay
            Drawn.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If there is no such class or no region.
        """
        import_pyplot(f"{cls.__name__}.from_estimator")
        track = estimator.scan(X, stride=stride, strands=strands)
        regions = track.regions(column, threshold)
        return cls.from_predictions(
            track, regions, column, truth=truth, margin=margin, smooth=smooth, ax=ax
        )

    @classmethod
    def from_predictions(
        cls,
        track: Track,
        regions: Regions,
        column: object = None,
        *,
        truth: Regions | None = None,
        margin: int = 1000,
        threshold: float | None = None,
        smooth: int = 0,
        ax: Any = None,
    ) -> Self:
        """Draw a track around regions.

        Parameters
        ----------
        track : Track
            The answers.
        regions : Regions
            One panel each, 24 at most: found ones, or those that are there (give these as `truth`
            too, and they are not marked as found).
        column : str or class label, default=None
            The column; None for that of the regions, else the first.
        truth : Regions, default=None
            Regions to shade: those that are there.
        margin : int, default=1000
            Bases to draw on both sides.
        threshold : float, default=None
            Where to draw a dashed line; None takes that of the regions, if any.
        smooth : int, default=0
            Bases to draw a running mean over, beside the values themselves; 0 for none.
        ax : array of matplotlib.axes.Axes, default=None
            Where to draw, one a region; None makes a new figure.

        Returns
        -------
        RegionsDisplay
            Drawn.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If there is no region, one is on no record of the track, or axes do not fit.
        """
        import_pyplot(f"{cls.__name__}.from_predictions")
        threshold = regions.details.get("threshold") if threshold is None else threshold
        wanted = regions.details.get("column", track.columns[0]) if column is None else column
        display = cls(
            track,
            track.columns[track._column_index(wanted)],
            regions,
            truth=truth,
            margin=margin,
            threshold=threshold,
            smooth=smooth,
        )
        return display.plot(ax=ax)

    def plot(self, *, ax: Any = None) -> Self:
        """Draw a panel a region.

        Parameters
        ----------
        ax : array of matplotlib.axes.Axes, default=None
            Where to draw, one a region; None makes a new figure.

        Returns
        -------
        RegionsDisplay
            Itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If there is no region, one is on no record of the track, or axes do not fit.
        """
        n_panels = min(len(self.regions), MOST_PANELS)
        if not n_panels:
            raise ValueError("There is no region to draw.")
        self.axes_ = self._make_axes(n_panels, ax)
        self.ax_ = self.axes_[0]
        self.figure_ = self.ax_.figure
        if self.smooth < 0:
            raise ValueError(f"smooth must be at least 0 bases, found {self.smooth!r}.")
        for i, axes in enumerate(self.axes_):
            self._draw_region(self.regions[i], axes)
        self._add_legend(is_own_figure=ax is None)
        return self

    def _add_legend(self, is_own_figure: bool) -> None:
        if not is_own_figure:
            self.ax_.legend(loc="upper left", fontsize="x-small", framealpha=0.85)
            return
        handles, names = self.ax_.get_legend_handles_labels()
        self.figure_.legend(
            handles, names, loc="outside lower center", ncols=len(names), frameon=False
        )

    def _make_axes(self, n_axes: int, ax: Any) -> Any:
        plt = import_pyplot(f"{type(self).__name__}.plot")
        if ax is not None:
            axes = np.atleast_1d(np.asarray(ax)).ravel()
            if len(axes) != n_axes:
                raise ValueError(f"ax must have {n_axes} axes, one a region, found {len(axes)}.")
            return axes
        n_columns = min(n_axes, N_COLUMNS)
        n_lines = -(-n_axes // n_columns)
        size = (max(3.2 * n_columns, 6), 2.4 * n_lines + 0.4)
        _, grid = plt.subplots(
            n_lines, n_columns, squeeze=False, figsize=size, sharey=True, layout="constrained"
        )
        for unused in grid.ravel()[n_axes:]:
            unused.remove()
        for axes in grid[:, 0]:
            axes.set_ylabel(self.column)
        return grid.ravel()[:n_axes]

    def _draw_region(self, region: Regions, ax: Any) -> None:
        found = self.track.records.find(region.record[0], region.file[0])
        if len(found) != 1:
            raise ValueError(
                f"The region on record {region.record[0]!r} is on {len(found)} records of the "
                "track, must be on one; give regions of this track, or their file."
            )
        record = found[0]
        start = max(int(region.start[0]) - self.margin, 0)
        end = min(int(region.end[0]) + self.margin, int(self.track.lengths[record]))
        if self.truth is not None:
            mark_regions(ax, self.truth, self.track, record, is_truth=True)
        if not self._are_true:
            mark_regions(ax, self.regions, self.track, record, is_truth=False)
        lines = record_lines(self.track, record, self.column, start, end)
        draw_lines(ax, lines, self.threshold, smooth=self.smooth)
        ax.set_xlim(start, end)
        ax.locator_params(axis="x", nbins=4)
        ax.set_title(_title(region, self._are_true), fontsize="small", loc="left")

    @property
    def _are_true(self) -> bool:
        return self.truth is self.regions


def _title(region: Regions, is_true: bool) -> str:
    score = region.score[0]
    place = f"{region.record[0]}\n{region.start[0]:,}-{region.end[0]:,} {region.strand[0]}"
    return place if is_true or np.isnan(score) else f"{place}, score {score:.2f}"
