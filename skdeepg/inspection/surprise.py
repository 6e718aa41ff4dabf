"""`SurpriseDisplay`: surprise of language models along a sequence."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from skdeepg.inspection.plotting import figure_and_axes, import_pyplot
from skdeepg.sequences.windows import name_some

__all__ = ["SurpriseDisplay"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

SMALLEST = np.finfo(np.float32).tiny  # stands for a probability that float32 rounds to 0
HEADROOM = 1.25  # the legend is above the lines
COORDINATES = ("row", "record", "position", "base")


class SurpriseDisplay:
    """Surprise of a language model at each base along a sequence.

    The surprise at a base is -log2 of the probability that the model gave it: 0 bits if it was
    certain, 2 if it guessed among four letters. Made by `from_estimator` or `from_predictions`;
    calls with the same axes lay several models over each other.

    Parameters
    ----------
    position : ndarray of int64, of shape (n_bases,)
        Places of the bases, increasing; in bases from the record's start.
    bits : ndarray of float64, of shape (n_bases,)
        Surprise at each base, in bits.
    smooth : int, default=51
        Width of the running mean, in bases; 1 for none.
    name : str, default=None
        Name of the model for the legend.

    Attributes
    ----------
    line_ : matplotlib.lines.Line2D
        The surprise at each base.
    mean_line_ : matplotlib.lines.Line2D or None
        Its running mean; None with ``smooth=1``.
    ax_ : matplotlib.axes.Axes
        Axes with the lines.
    figure_ : matplotlib.figure.Figure
        Figure of the axes.

    Notes
    -----
    The running mean at a base is that of all scored bases in the stretch of `smooth` bases around
    it; at the ends the stretch is cut off. Lines are broken where no base is scored over more than
    `smooth` bases.

    Examples
    --------
    >>> from skdeepg.inspection import SurpriseDisplay
    >>> display = SurpriseDisplay.from_predictions([0, 1, 2], [2.0, 1.0, 0.0], smooth=3, name="a")
    >>> display.mean_line_.get_ydata()
    array([1.5, 1. , 0.5])
    >>> display = SurpriseDisplay.from_predictions([0, 1, 2], [1, 1, 1], name="b", ax=display.ax_)
    >>> [text.get_text() for text in display.ax_.get_legend().get_texts()]
    ['a (mean 1.00 bits)', 'b (mean 1.00 bits)']
    """

    def __init__(
        self, position: IntArray, bits: FloatArray, *, smooth: int = 51, name: str | None = None
    ) -> None:
        self.position = position
        self.bits = bits
        self.smooth = smooth
        self.name = name

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        row: int = 0,
        *,
        record: str | None = None,
        smooth: int = 51,
        name: str | None = None,
        ax: Any = None,
    ) -> Self:
        """Predict the bases of rows, and draw the surprise along one of them.

        Parameters
        ----------
        estimator : SequenceLanguageModel, WaveNetLM or MarkovLanguageModel
            A fitted language model; it predicts all rows of `X`.
        X : Sequences, SequenceWindows, list-like of sequences or paths, or array of codes
            The rows.
        row : int, default=0
            The row to draw.
        record : str, default=None
            The record to draw, needed in a row of several (such as a file of contigs).
        smooth : int, default=51
            Width of the running mean, in bases; 1 for none.
        name : str, default=None
            Name of the model for the legend; None for that of its class.
        ax : matplotlib.axes.Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        SurpriseDisplay
            Drawn. Ambiguous bases are left out.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If the row has no scored base, or several records and `record` names none of them.
        """
        import_pyplot(f"{cls.__name__}.from_estimator")
        table = _select(estimator.predict_windows(X), row, record)
        position, bits = _surprise(table)
        name = type(estimator).__name__ if name is None else name
        return cls.from_predictions(position, bits, smooth=smooth, name=name, ax=ax)

    @classmethod
    def from_predictions(
        cls,
        position: ArrayLike,
        bits: ArrayLike,
        *,
        smooth: int = 51,
        name: str | None = None,
        ax: Any = None,
    ) -> Self:
        """Draw the surprise at given positions.

        Parameters
        ----------
        position : array-like of int, of shape (n_bases,)
            Places of the bases, increasing; in bases from the record's start.
        bits : array-like of float, of shape (n_bases,)
            Surprise at each base, in bits.
        smooth : int, default=51
            Width of the running mean, in bases; 1 for none.
        name : str, default=None
            Name of the model for the legend.
        ax : matplotlib.axes.Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        SurpriseDisplay
            Drawn.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If the arrays differ in shape or are empty, positions do not increase, a surprise is
            negative or not finite, or `smooth` is below 1.

        Examples
        --------
        >>> from skdeepg.inspection import SurpriseDisplay
        >>> SurpriseDisplay.from_predictions([7, 8], [0.5, 1.5]).ax_.get_ylabel()
        'Surprise (bits)'
        """
        import_pyplot(f"{cls.__name__}.from_predictions")
        position, bits = _check_track(position, bits)
        return cls(position, bits, smooth=smooth, name=name).plot(ax=ax)

    def plot(self, *, ax: Any = None) -> Self:
        """Draw the surprise at each base, and its running mean.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        SurpriseDisplay
            Itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If `smooth` is below 1.
        """
        if self.smooth < 1:
            raise ValueError(f"smooth must be at least 1 base, found {self.smooth!r}.")
        caller = f"{type(self).__name__}.plot"
        self.figure_, self.ax_ = figure_and_axes(caller, ax, size=(9, 3.6))
        summary = f"mean {self.bits.mean():.2f} bits"
        label = summary if self.name is None else f"{self.name} ({summary})"
        self._draw_lines(label)
        self.ax_.margins(x=0.01)
        self.ax_.set_ylim(0, HEADROOM * max(self.ax_.dataLim.y1, 1))
        self.ax_.set(xlabel="Position (bases)", ylabel="Surprise (bits)")
        title = None if self.smooth == 1 else f"Running mean over {self.smooth:,} bases"
        self.ax_.legend(title=title, loc="upper right", ncols=3, frameon=False)
        return self

    def _draw_lines(self, label: str) -> None:
        breaks = _find_breaks(self.position, self.smooth)
        x = np.insert(self.position.astype(np.float64), breaks, np.nan)
        bits = np.insert(self.bits, breaks, np.nan)
        if self.smooth == 1:
            self.mean_line_ = None
            (self.line_,) = self.ax_.plot(x, bits, linewidth=0.8, label=label)
            return
        means = np.insert(_running_mean(self.position, self.bits, self.smooth), breaks, np.nan)
        (self.mean_line_,) = self.ax_.plot(x, means, linewidth=1.8, label=label)
        color = self.mean_line_.get_color()
        # below the means of all models
        (self.line_,) = self.ax_.plot(x, bits, color=color, alpha=0.25, linewidth=0.5, zorder=1)


def _running_mean(position: IntArray, values: FloatArray, width: int) -> FloatArray:
    """Average the values within `width` bases around each position."""
    first = np.searchsorted(position, position - (width - 1) // 2)
    last = np.searchsorted(position, position + width // 2, side="right")
    sums = np.concatenate([[0.0], np.cumsum(values)])
    return np.asarray((sums[last] - sums[first]) / (last - first))


def _find_breaks(position: IntArray, width: int) -> IntArray:
    """Find positions behind gaps wider than the running mean, and than the usual step."""
    steps = np.diff(position)
    usual = np.median(steps) if len(steps) else 0
    return np.flatnonzero(steps > max(width, usual)) + 1


def _check_track(position: ArrayLike, bits: ArrayLike) -> tuple[IntArray, FloatArray]:
    places = np.asarray(position)
    surprise = np.asarray(bits, dtype=np.float64)
    if places.ndim != 1 or places.shape != surprise.shape or not len(places):
        raise ValueError(
            "position and bits must have one value a base, and at least one, found the shapes "
            f"{places.shape} and {surprise.shape}."
        )
    if places.dtype.kind not in "iu":
        raise ValueError(f"position must be whole numbers, found the type {places.dtype}.")
    places = places.astype(np.int64)
    backwards = np.diff(places) <= 0
    if backwards.any():
        i = int(backwards.argmax())
        raise ValueError(
            f"position must increase, found {places[i + 1]} after {places[i]}; draw one record "
            "at a time."
        )
    wrong = ~((surprise >= 0) & np.isfinite(surprise))
    if wrong.any():
        i = int(wrong.argmax())
        raise ValueError(
            f"bits must be finite and not negative, found {surprise[i]} at position {places[i]}."
        )
    return places, surprise


def _select(table: pd.DataFrame, row: int, record: str | None) -> pd.DataFrame:
    """Take the bases of one row, and of one of its records."""
    chosen = table[table["row"] == row]
    if chosen.empty:
        rows = name_some(_unique(table["row"]), 10) or "none"
        raise ValueError(f"row {row!r} of X has no scored base; rows with some: {rows}.")
    records = _unique(chosen["record"])
    if record is None and len(records) == 1:
        return chosen
    if record not in records:
        raise ValueError(
            f"record must name one of the {len(records)} records of row {row}, "
            f"{name_some(records, 10)}, found {record!r}."
        )
    return chosen[chosen["record"] == record]


def _unique(column: pd.Series[Any]) -> NDArray[np.object_]:
    return np.asarray(column.unique(), dtype=object)


def _surprise(table: pd.DataFrame) -> tuple[IntArray, FloatArray]:
    """Look up the probability of each true base, without ambiguous ones."""
    letters = table.columns.drop(list(COORDINATES))
    column = letters.get_indexer(pd.Index(table["base"]))
    known = np.flatnonzero(column >= 0)
    if not len(known):
        raise ValueError("All bases of the chosen record are ambiguous: there is none to draw.")
    chosen = table[letters].to_numpy(dtype=np.float64)[known, column[known]]
    position = table["position"].to_numpy(dtype=np.int64)[known]
    return position, -np.log2(np.clip(chosen, SMALLEST, 1))
