"""`LengthDisplay`: a histogram of sequence lengths."""

from __future__ import annotations

from typing import Any, Literal, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from skdeepg.argument_checks import check_choice, check_whole
from skdeepg.inspection.plotting import figure_and_axes, import_pyplot
from skdeepg.sequences import Sequences, SequenceWindows, read_sequences

__all__ = ["LengthDisplay"]

LOG_RATIO = 100  # two decades
UNITS = {"row": "rows", "record": "records"}


class LengthDisplay:
    """Histogram of sequence lengths, by class.

    Made by `from_sequences`. It shows which window length suits: sequences shorter than a window
    are padded or dropped, and long ones give many windows.

    Parameters
    ----------
    lengths : ndarray of int, of shape (n_sequences,)
        Lengths, in bases.
    labels : ndarray of shape (n_sequences,), default=None
        The class of each; None for one histogram of all.
    by : {"row", "record"}, default="row"
        What was counted, for the label of the axis.

    Attributes
    ----------
    bars_ : dict of label to list of matplotlib artists
        The bars of each class; the label of a histogram of all is None.
    counts_ : dict of label to ndarray of shape (n_bins,)
        The number of sequences in each bin.
    edges_ : ndarray of shape (n_bins + 1,) and dtype float64
        Edges of the bins, in bases.
    ax_ : matplotlib.axes.Axes
        Axes with the histogram.
    figure_ : matplotlib.figure.Figure
        Figure of the axes.

    Examples
    --------
    >>> from skdeepg.inspection import LengthDisplay
    >>> display = LengthDisplay.from_sequences(["ACGT", "ACG", "GGTTAC"], ["a", "a", "b"])
    >>> display.lengths
    array([4, 3, 6])
    >>> display.ax_.get_xlabel()
    'Length (bases)'
    """

    def __init__(
        self,
        lengths: NDArray[np.int64],
        *,
        labels: NDArray[Any] | None = None,
        by: Literal["row", "record"] = "row",
    ) -> None:
        self.lengths = lengths
        self.labels = labels
        self.by = by

    @classmethod
    def from_sequences(
        cls,
        X: Any,
        y: ArrayLike | None = None,
        *,
        by: Literal["row", "record"] = "row",
        bins: int = 30,
        scale: Literal["auto", "linear", "log"] = "auto",
        ax: Any = None,
    ) -> Self:
        """Count the lengths of sequences, and draw their histogram.

        Parameters
        ----------
        X : Sequences, SequenceWindows, or list-like of sequences or paths
            The rows.
        y : array-like of shape (n_rows,), default=None
            The label of each row; None draws one histogram of all.
        by : {"row", "record"}, default="row"
            Whether to count rows, or the records that rows (such as files of contigs) are made of.
        bins : int, default=30
            The most bars a class.
        scale : {"auto", "linear", "log"}, default="auto"
            Scale of the lengths; "auto" is "log" if the longest sequence is more than 100 times
            as long as the shortest.
        ax : matplotlib.axes.Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        LengthDisplay
            Drawn.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If there are no rows, `y` does not have one label a row, or a parameter is invalid.

        Examples
        --------
        >>> from skdeepg.inspection import LengthDisplay
        >>> X = ["ACGT" * 10, "ACGT" * 5000]
        >>> LengthDisplay.from_sequences(X).ax_.get_xscale()
        'log'
        """
        import_pyplot(f"{cls.__name__}.from_sequences")
        if by not in UNITS:
            raise ValueError(f"by must be 'row' or 'record', found {by!r}.")
        sequences = _read(X)
        lengths, labels = sequences.lengths, _check_labels(y, len(sequences))
        if by == "record":
            records = sequences.records()
            lengths = records.length
            labels = None if labels is None else labels[records.row]
        return cls(lengths, labels=labels, by=by).plot(bins=bins, scale=scale, ax=ax)

    def plot(
        self,
        *,
        bins: int = 30,
        scale: Literal["auto", "linear", "log"] = "auto",
        ax: Any = None,
    ) -> Self:
        """Draw the histogram.

        Parameters
        ----------
        bins : int, default=30
            The most bars a class.
        scale : {"auto", "linear", "log"}, default="auto"
            Scale of the lengths; "auto" is "log" if the longest sequence is more than 100 times
            as long as the shortest.
        ax : matplotlib.axes.Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        LengthDisplay
            Itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If there are no lengths, or a parameter is invalid.

        Examples
        --------
        >>> import numpy as np
        >>> from skdeepg.inspection import LengthDisplay
        >>> LengthDisplay(np.array([3, 4, 4])).plot().edges_
        array([2.5, 3.5, 4.5])
        """
        is_log = _choose_log(self.lengths, scale)
        self.edges_ = _bin_edges(self.lengths, bins, is_log)
        self.figure_, self.ax_ = figure_and_axes(f"{type(self).__name__}.plot", ax)
        self.bars_: dict[Any, list[Any]] = {}
        self.counts_: dict[Any, NDArray[np.float64]] = {}
        for label, lengths in self._by_class().items():
            self._draw(label, lengths)
        self.ax_.set(xlabel="Length (bases)", ylabel=f"Number of {UNITS[self.by]}")
        if is_log:
            self.ax_.set_xscale("log")
        else:
            self.ax_.xaxis.get_major_locator().set_params(integer=True, nbins=6, min_n_ticks=1)
            self.ax_.xaxis.set_major_formatter("{x:,.0f}")  # no offset where lengths are alike
        if self.labels is not None:
            self.ax_.legend(title="Class")
        return self

    def _by_class(self) -> dict[Any, NDArray[np.int64]]:
        if self.labels is None:
            return {None: self.lengths}
        codes, classes = pd.factorize(self.labels, sort=True)
        return {label: self.lengths[codes == i] for i, label in enumerate(classes.tolist())}

    def _draw(self, label: Any, lengths: NDArray[np.int64]) -> None:
        text = None if label is None else f"{label} ({len(lengths):,})"
        # filled without edges, then outlined, so that overlapping classes stay visible
        counts, _, bars = self.ax_.hist(
            lengths, bins=self.edges_, histtype="stepfilled", alpha=0.35, label=text
        )
        color = bars[0].get_facecolor()[:3]
        _, _, outline = self.ax_.hist(lengths, bins=self.edges_, histtype="step", color=color)
        self.counts_[label] = counts
        self.bars_[label] = [*bars, *outline]


def _read(X: Any) -> Sequences:
    if isinstance(X, SequenceWindows):
        return X.sequences
    return X if isinstance(X, Sequences) else read_sequences(X)


def _check_labels(y: ArrayLike | None, n_rows: int) -> NDArray[Any] | None:
    if y is None:
        return None
    labels = np.asarray(y)
    if labels.shape != (n_rows,):
        raise ValueError(
            f"y must have the shape {(n_rows,)}, one label a row, found {labels.shape}."
        )
    if pd.isna(labels).any():
        raise ValueError(f"y has no label in row {int(np.argmax(pd.isna(labels)))}.")
    return labels


def _choose_log(lengths: NDArray[np.int64], scale: str) -> bool:
    if len(lengths) == 0:
        raise ValueError("There are no sequences whose lengths could be shown.")
    check_choice("scale", scale, ("auto", "linear", "log"))
    return scale == "log" or (scale == "auto" and lengths.max() > LOG_RATIO * lengths.min())


def _bin_edges(lengths: NDArray[np.int64], bins: int, is_log: bool) -> NDArray[np.float64]:
    """Lay bins of equal width, on a linear scale of whole bases, so that none is wider by one."""
    check_whole("bins", bins)
    shortest, longest = int(lengths.min()), int(lengths.max())
    if is_log:
        return np.geomspace(shortest - 0.5, longest + 0.5, bins + 1)
    width = -(-(longest - shortest + 1) // bins)
    return np.arange(shortest, longest + width + 1, width, dtype=np.float64) - 0.5
