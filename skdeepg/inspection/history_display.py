"""`HistoryDisplay`: loss, metrics and learning rate of a training, by epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Self

import numpy as np
from sklearn.utils.validation import check_is_fitted

from skdeepg.inspection.plotting import import_pyplot

__all__ = ["HistoryDisplay"]

N_COLUMNS: Final = 3
PANEL_SIZE: Final = (3.4, 2.8)  # inches
MOST_MARKED: Final = 30  # epochs with a dot each
NAMES: Final = {"f1": "F1", "auc": "ROC AUC"}
SIDES: Final = {"": "training", "val_": "validation"}
RATE: Final = "learning_rate"


class HistoryDisplay:
    """Curves of a training: a panel for each quantity, a line each for training and validation.

    Made by `from_estimator` or `from_history`. deepG: ``plot`` of what ``train_model`` returns.

    Parameters
    ----------
    history : mapping of str to sequence of float
        The values of each epoch, as ``history_`` of an estimator has them; those of validation
        have names that begin with ``val_``.
    metrics : sequence of str, default=None
        What to draw, without ``val_``; None for all.

    Attributes
    ----------
    lines_ : dict of str to matplotlib.lines.Line2D
        The line of each quantity, by its name in the history.
    axes_ : ndarray of matplotlib.axes.Axes, of shape (n_metrics,)
        One a quantity.
    ax_ : matplotlib.axes.Axes
        The first of them.
    figure_ : matplotlib.figure.Figure
        The figure.

    Notes
    -----
    A quantity with fewer values than the loss, as when validation began in a later call of ``fit``
    with ``warm_start``, is drawn at the last epochs.

    Examples
    --------
    >>> from skdeepg.inspection import HistoryDisplay
    >>> history = {"loss": [0.9, 0.4], "accuracy": [0.5, 0.8], "val_loss": [0.8, 0.5]}
    >>> display = HistoryDisplay.from_history(history)
    >>> [ax.get_ylabel() for ax in display.axes_]
    ['Loss', 'Accuracy']
    >>> display.lines_["val_loss"].get_xydata().tolist()
    [[1.0, 0.8], [2.0, 0.5]]
    """

    def __init__(
        self, history: Mapping[str, Sequence[float]], *, metrics: Sequence[str] | None = None
    ) -> None:
        self.history = history
        self.metrics = metrics

    @classmethod
    def from_estimator(
        cls, estimator: Any, *, metrics: Sequence[str] | None = None, ax: Any = None
    ) -> Self:
        """Draw the history of a fitted estimator.

        Parameters
        ----------
        estimator : SequenceClassifier or language model
            Fitted; it has a ``history_``.
        metrics : sequence of str, default=None
            What to draw, such as ``["loss", "f1"]``; None for all.
        ax : matplotlib.axes.Axes or array of them, default=None
            Where to draw, one a quantity; None makes a new figure.

        Returns
        -------
        HistoryDisplay
            Drawn.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If the estimator is not fitted.
        ImportError
            If matplotlib is not installed.
        ValueError
            If there is no epoch, no such quantity, or not one axes a quantity.
        """
        check_is_fitted(estimator, "history_")
        return cls.from_history(estimator.history_, metrics=metrics, ax=ax)

    @classmethod
    def from_history(
        cls,
        history: Mapping[str, Sequence[float]],
        *,
        metrics: Sequence[str] | None = None,
        ax: Any = None,
    ) -> Self:
        """Draw a history.

        Parameters
        ----------
        history : mapping of str to sequence of float
            The values of each epoch.
        metrics : sequence of str, default=None
            What to draw, without ``val_``; None for all.
        ax : matplotlib.axes.Axes or array of them, default=None
            Where to draw, one a quantity; None makes a new figure.

        Returns
        -------
        HistoryDisplay
            Drawn.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If there is no epoch, no such quantity, or not one axes a quantity.
        """
        return cls(history, metrics=metrics).plot(ax=ax)

    def plot(self, *, ax: Any = None) -> Self:
        """Draw a panel a quantity.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or array of them, default=None
            Where to draw, one a quantity; None makes a new figure.

        Returns
        -------
        HistoryDisplay
            Itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If there is no epoch, no such quantity, or not one axes a quantity.
        """
        n_epochs = max((len(values) for values in self.history.values()), default=0)
        if not n_epochs:
            raise ValueError("The history has no epoch: train for one at least (max_epochs).")
        drawn = self._choose_metrics()
        self.axes_ = self._make_axes(len(drawn), ax)
        self.ax_ = self.axes_[0]
        self.figure_ = self.ax_.figure
        self.lines_: dict[str, Any] = {}
        for metric, axes in zip(drawn, self.axes_, strict=True):
            self._draw_metric(metric, axes, n_epochs)
        self.ax_.legend(fontsize="small")
        return self

    def _choose_metrics(self) -> list[str]:
        known = list(dict.fromkeys(name.removeprefix("val_") for name in self.history))
        known.sort(key=lambda name: name == RATE)  # it is no result: the last panel
        wanted = known if self.metrics is None else list(self.metrics)
        unknown = [name for name in wanted if name not in known]
        if unknown or not wanted:
            raise ValueError(
                f"metrics must be some of {', '.join(known)}, found {unknown or wanted}."
            )
        return wanted

    def _make_axes(self, n_axes: int, ax: Any) -> Any:
        plt = import_pyplot(f"{type(self).__name__}.plot")
        if ax is None:
            n_columns = min(n_axes, N_COLUMNS)
            n_lines = -(-n_axes // n_columns)
            size = (max(PANEL_SIZE[0] * n_columns, 5), PANEL_SIZE[1] * n_lines)
            _, ax = plt.subplots(
                n_lines, n_columns, squeeze=False, figsize=size, layout="constrained"
            )
            for unused in ax.ravel()[n_axes:]:
                unused.remove()
            return ax.ravel()[:n_axes]
        axes = np.atleast_1d(np.asarray(ax)).ravel()
        if len(axes) != n_axes:
            raise ValueError(
                f"ax must have {n_axes} axes, one a quantity, found {len(axes)}; None makes a new "
                "figure, and metrics chooses fewer."
            )
        return axes

    def _draw_metric(self, metric: str, ax: Any, n_epochs: int) -> None:
        from matplotlib.ticker import MaxNLocator

        for prefix, side in SIDES.items():
            values = self.history.get(prefix + metric)
            if values is None:
                continue
            epochs = np.arange(n_epochs - len(values), n_epochs) + 1
            style = "o-" if n_epochs <= MOST_MARKED else "-"
            (line,) = ax.plot(epochs, values, style, markersize=4, label=side)
            self.lines_[prefix + metric] = line
        words = metric.replace("_", " ")
        ax.set(xlabel="Epoch", ylabel=NAMES.get(metric, words[:1].upper() + words[1:]))
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        ax.spines[["top", "right"]].set_visible(False)
