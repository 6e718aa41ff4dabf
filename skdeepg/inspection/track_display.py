"""`TrackDisplay`: answers along genomes, with threshold, regions and truth."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np

from skdeepg.genome import Regions, Track
from skdeepg.inspection.plotting import import_pyplot
from skdeepg.inspection.track_lines import draw_lines, mark_regions, record_lines

__all__ = ["TrackDisplay"]

MOST_PANELS = 12
PANEL_HEIGHT = 1.5  # inches


class TrackDisplay:
    """Answers along one or several records, stacked, with threshold and shaded truth.

    Made by `from_estimator` or `from_predictions`, or by `Track.plot`.

    Parameters
    ----------
    track : Track
        The answers.
    column : str
        The column to draw.
    threshold : float, default=None
        Where to draw a dashed line; None for none.
    truth : Regions, default=None
        Regions to shade: those that are there.
    regions : Regions, default=None
        Regions to mark by bars above the lines: those that were found.
    records : sequence of int, default=None
        Indices of the track's records to draw; None for the longest, 12 at most.

    Attributes
    ----------
    axes_ : ndarray of matplotlib.axes.Axes, of shape (n_records,)
        One a record.
    ax_ : matplotlib.axes.Axes
        The first of them.
    lines_ : list of dict
        For each record the line of each strand.
    figure_ : matplotlib.figure.Figure
        The figure.

    Notes
    -----
    A value is drawn at the centre of its window. Long records are drawn by the largest values of
    stretches, so that no peak is lost.

    Examples
    --------
    >>> import numpy as np
    >>> from skdeepg.genome import Track
    >>> from skdeepg.inspection import TrackDisplay
    >>> track = Track(
    ...     ["chr"],
    ...     [""],
    ...     [1000],
    ...     [False],
    ...     [0, 9],
    ...     start=np.arange(9) * 100,
    ...     values=np.eye(9)[:1, :, None],
    ...     strands="+",
    ...     columns=["16s"],
    ...     window_length=200,
    ...     stride=100,
    ... )
    >>> display = TrackDisplay.from_predictions(track, "16s", threshold=0.5)
    >>> display.lines_[0]["+"].get_xdata()[:3]
    array([100., 200., 300.])
    """

    def __init__(
        self,
        track: Track,
        column: str,
        *,
        threshold: float | None = None,
        truth: Regions | None = None,
        regions: Regions | None = None,
        records: Sequence[int] | None = None,
    ) -> None:
        self.track = track
        self.column = column
        self.threshold = threshold
        self.truth = truth
        self.regions = regions
        self.records = records

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        column: object = None,
        *,
        stride: int = 100,
        strands: str = "both",
        threshold: float | None = None,
        truth: Regions | None = None,
        regions: Regions | None = None,
        records: Sequence[int] | None = None,
        ax: Any = None,
    ) -> Self:
        """Scan genomes, and draw the answers.

        Parameters
        ----------
        estimator : SequenceClassifier or language model
            Fitted.
        X : Sequences, pathlib.Path, or list-like of sequences or paths
            The genomes.
        column : str or class label, default=None
            The column to draw; None for the first.
        stride : int, default=100
            Bases between windows.
        strands : {"both", "forward", "reverse"}, default="both"
            Those to scan.
        threshold, truth, regions, records, ax : object, default=None
            As in `from_predictions`.

        Returns
        -------
        TrackDisplay
            Drawn.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        import_pyplot(f"{cls.__name__}.from_estimator")
        track = estimator.scan(X, stride=stride, strands=strands)
        return cls.from_predictions(
            track,
            column,
            threshold=threshold,
            truth=truth,
            regions=regions,
            records=records,
            ax=ax,
        )

    @classmethod
    def from_predictions(
        cls,
        track: Track,
        column: object = None,
        *,
        threshold: float | None = None,
        truth: Regions | None = None,
        regions: Regions | None = None,
        records: Sequence[int] | None = None,
        ax: Any = None,
    ) -> Self:
        """Draw a track.

        Parameters
        ----------
        track : Track
            The answers.
        column : str or class label, default=None
            The column to draw; None for the first.
        threshold : float, default=None
            Where to draw a dashed line; None takes that of `regions`, if any.
        truth : Regions, default=None
            Regions to shade: those that are there.
        regions : Regions, default=None
            Regions to mark by bars above the lines: those that were found.
        records : sequence of int, default=None
            Indices of the track's records to draw; None for the longest, 12 at most.
        ax : matplotlib.axes.Axes or array of them, default=None
            Where to draw, one a record; None makes a new figure.

        Returns
        -------
        TrackDisplay
            Drawn.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If there is no such column, no record with windows, or not one axes a record.
        """
        import_pyplot(f"{cls.__name__}.from_predictions")
        if threshold is None and regions is not None:
            threshold = regions.details.get("threshold")
        name = track.columns[0 if column is None else track._column_index(column)]
        display = cls(
            track, name, threshold=threshold, truth=truth, regions=regions, records=records
        )
        return display.plot(ax=ax)

    def plot(self, *, ax: Any = None) -> Self:
        """Draw the lines of each record.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or array of them, default=None
            Where to draw, one a record; None makes a new figure.

        Returns
        -------
        TrackDisplay
            Itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If there is no record with windows, or not one axes a record.
        """
        chosen = self._choose_records()
        self.axes_ = self._make_axes(len(chosen), ax)
        self.ax_ = self.axes_[0]
        self.figure_ = self.ax_.figure
        self.lines_ = [
            self._draw_record(int(record), axes)
            for record, axes in zip(chosen, self.axes_, strict=True)
        ]
        self._add_legend(is_own_figure=ax is None)
        self.axes_[-1].set_xlabel("Position")
        return self

    def _choose_records(self) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
        n_windows = self.track.n_windows
        if self.records is not None:
            chosen = np.atleast_1d(np.asarray(self.records, dtype=np.intp))
        else:
            longest = np.argsort(-self.track.lengths, kind="stable")[:MOST_PANELS]
            chosen = np.sort(longest[n_windows[longest] > 0])
        if not len(chosen) or not n_windows[chosen].all():
            raise ValueError("There is no window to draw: a record has none, or none was chosen.")
        return chosen

    def _make_axes(self, n_axes: int, ax: Any) -> Any:
        plt = import_pyplot(f"{type(self).__name__}.plot")
        if ax is None:
            size = (10, 1 + max(PANEL_HEIGHT * n_axes, 2))
            _, ax = plt.subplots(n_axes, squeeze=False, figsize=size, layout="constrained")
        axes = np.atleast_1d(np.asarray(ax)).ravel()
        if len(axes) != n_axes:
            raise ValueError(
                f"ax must have {n_axes} axes, one a record, found {len(axes)}; None makes a new "
                "figure, and records chooses fewer."
            )
        return axes

    def _draw_record(self, record: int, ax: Any) -> dict[str, Any]:
        lines = record_lines(self.track, record, self.column)
        for regions, is_truth in ((self.truth, True), (self.regions, False)):
            if regions is not None:
                mark_regions(ax, regions, self.track, record, is_truth=is_truth)
        drawn = draw_lines(ax, lines, self.threshold)
        ax.set_xlim(0, self.track.lengths[record])
        ax.set_ylabel(self.column)
        name = self.track.names[record]
        file = Path(self.track.files[record]).name
        several = len(set(self.track.files)) > 1
        ax.set_title(f"{name} in {file}" if several else name, loc="left", fontsize="medium")
        return drawn

    def _add_legend(self, is_own_figure: bool) -> None:
        labels: dict[str, Any] = {}
        for axes in self.axes_:
            handles, names = axes.get_legend_handles_labels()
            labels |= {name: labels.get(name, h) for h, name in zip(handles, names, strict=True)}
        shown = labels.values(), labels.keys()
        if is_own_figure:
            self.figure_.legend(
                *shown,
                loc="outside upper right",
                ncols=len(labels),
                frameon=False,
                fontsize="small",
            )
        else:
            self.ax_.legend(*shown, loc="upper right", fontsize="x-small", framealpha=0.85)
