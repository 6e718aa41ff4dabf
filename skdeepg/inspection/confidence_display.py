"""`ConfidenceDisplay`: how often a track has which values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from skdeepg.genome import Track
from skdeepg.inspection.plotting import figure_and_axes, import_pyplot

__all__ = ["ConfidenceDisplay"]

MOST_CURVES = 10


class ConfidenceDisplay:
    """Histogram of the values of a track, one curve a column.

    Sharp peaks near 0 and 1 belong to a sure classifier; what is between is worth a look. Made by
    `from_estimator` or `from_predictions`.

    Parameters
    ----------
    edges : ndarray of float64, of shape (n_bins + 1,)
        Borders of the bins.
    counts : dict of str to ndarray of int64, of shape (n_bins,)
        Windows in each bin, by column; both strands count.

    Attributes
    ----------
    curves_ : dict of str to matplotlib.patches.StepPatch
        By column.
    ax_ : matplotlib.axes.Axes
        Axes with the curves.
    figure_ : matplotlib.figure.Figure
        Figure of the axes.

    Examples
    --------
    >>> from skdeepg.genome import Track
    >>> from skdeepg.inspection import ConfidenceDisplay
    >>> track = Track(
    ...     ["chr"],
    ...     [""],
    ...     [20],
    ...     [False],
    ...     [0, 3],
    ...     start=[0, 5, 10],
    ...     values=[[[0.1], [0.2], [0.9]]],
    ...     strands="+",
    ...     columns=["16s"],
    ...     window_length=10,
    ...     stride=5,
    ... )
    >>> ConfidenceDisplay.from_predictions(track, bins=2).counts["16s"]
    array([2, 1])
    """

    def __init__(self, edges: NDArray[np.float64], counts: dict[str, NDArray[np.int64]]) -> None:
        self.edges = edges
        self.counts = counts

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        classes: Sequence[object] | None = None,
        *,
        stride: int = 100,
        strands: str = "both",
        bins: int = 50,
        ax: Any = None,
    ) -> Self:
        """Scan genomes, and draw how often which values occur.

        Parameters
        ----------
        estimator : SequenceClassifier or language model
            Fitted.
        X : Sequences, pathlib.Path, or list-like of sequences or paths
            The genomes.
        classes : sequence of class labels, default=None
            The columns; None for all, 10 at most.
        stride : int, default=100
            Bases between windows.
        strands : {"both", "forward", "reverse"}, default="both"
            Those to scan.
        bins : int, default=50
            Number of bins.
        ax : matplotlib.axes.Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        ConfidenceDisplay
            Drawn.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        import_pyplot(f"{cls.__name__}.from_estimator")
        track = estimator.scan(X, stride=stride, strands=strands)
        return cls.from_predictions(track, classes, bins=bins, ax=ax)

    @classmethod
    def from_predictions(
        cls,
        track: Track,
        classes: Sequence[object] | None = None,
        *,
        bins: int = 50,
        ax: Any = None,
    ) -> Self:
        """Draw how often which values occur.

        Parameters
        ----------
        track : Track
            The answers.
        classes : sequence of class labels, default=None
            The columns; None for all, 10 at most.
        bins : int, default=50
            Number of bins, from 0 to 1, or from the lowest to the highest value where they are no
            probabilities.
        ax : matplotlib.axes.Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        ConfidenceDisplay
            Drawn. Values that are nan are left out.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If there is no such column or no value.
        """
        import_pyplot(f"{cls.__name__}.from_predictions")
        columns = [
            str(label) for label in (track.columns[:MOST_CURVES] if classes is None else classes)
        ]
        low, high = _span(track, columns)
        edges = np.linspace(low, high, bins + 1)
        counts = {column: np.zeros(bins, dtype=np.int64) for column in columns}
        for _, values in track.read_windows(columns):
            for i, column in enumerate(columns):
                counts[column] += np.histogram(values[:, :, i], edges)[0]
        return cls(edges, counts).plot(ax=ax)

    def plot(self, *, ax: Any = None) -> Self:
        """Draw the curves; counts are on a logarithmic scale.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        ConfidenceDisplay
            Itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        self.figure_, self.ax_ = figure_and_axes(f"{type(self).__name__}.plot", ax, size=(6.5, 4))
        self.curves_ = {}
        for i, (column, counts) in enumerate(self.counts.items()):
            color = f"C{i}"
            self.curves_[column] = self.ax_.stairs(
                counts, self.edges, color=color, linewidth=1.5, label=column
            )
            self.ax_.stairs(counts, self.edges, fill=True, color=color, alpha=0.15)
        # counts of 0 have a place on this scale
        self.ax_.set_yscale("symlog", linthresh=1)
        self.ax_.set_ylim(bottom=0)
        self.ax_.margins(x=0.02)
        self.ax_.set(xlabel="Value", ylabel="Windows")
        self.ax_.spines[["top", "right"]].set_visible(False)
        self.ax_.legend(frameon=False)
        return self


def _span(track: Track, columns: list[str]) -> tuple[float, float]:
    """Find the range of the values: that of probabilities, or their own."""
    low, high = np.inf, -np.inf
    for _, values in track.read_windows(columns):
        known = values[np.isfinite(values)]
        low, high = min(low, known.min(initial=np.inf)), max(high, known.max(initial=-np.inf))
    if low > high:
        raise ValueError("The track has no values to draw.")
    return (0.0, 1.0) if low >= 0 and high <= 1 else (float(low), float(high))
