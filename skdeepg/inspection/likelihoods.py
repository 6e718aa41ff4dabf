"""`LikelihoodDisplay`: bits per base of two language models, row by row."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skdeepg.inspection.plotting import figure_and_axes, import_pyplot

__all__ = ["LikelihoodDisplay"]

FloatArray = NDArray[np.float64]


class LikelihoodDisplay:
    """Bits per base of two language models on the same rows: a dot a row.

    Made by `from_predictions`, or by ``LanguageEvaluation.plot()``. Below the diagonal the model
    needs fewer bits than the yardstick: it is better.

    Parameters
    ----------
    model_bits : ndarray of float64, of shape (n_rows,)
        Bits per base that the model needs for each row; nan in a row without a scored base.
    yardstick_bits : ndarray of float64, of shape (n_rows,)
        Those of the yardstick.
    model_name : str, default="model"
        Name of the model for axis and legend.
    yardstick_name : str, default="yardstick"
        Name of the yardstick.

    Attributes
    ----------
    dots_ : dict of str to matplotlib.collections.PathCollection
        The dots of rows in which the "model" or the "yardstick" is better, or "neither".
    diagonal_ : matplotlib.lines.Line2D
        Where both are equally good.
    ax_ : matplotlib.axes.Axes
        Axes with the dots.
    figure_ : matplotlib.figure.Figure
        Figure of the axes.

    See Also
    --------
    LanguageEvaluation : Holds the scores that are drawn.

    Examples
    --------
    >>> from skdeepg.inspection import LikelihoodDisplay
    >>> display = LikelihoodDisplay.from_predictions(
    ...     [0.6, 0.8, 1.9], [0.9, 1.2, 1.8], model_name="WaveNetLM"
    ... )
    >>> [text.get_text() for text in display.ax_.get_legend().get_texts()]
    ['WaveNetLM is better: 2', 'yardstick is better: 1']
    """

    def __init__(
        self,
        model_bits: FloatArray,
        yardstick_bits: FloatArray,
        *,
        model_name: str = "model",
        yardstick_name: str = "yardstick",
    ) -> None:
        self.model_bits = model_bits
        self.yardstick_bits = yardstick_bits
        self.model_name = model_name
        self.yardstick_name = yardstick_name

    @classmethod
    def from_predictions(
        cls,
        model_bits: ArrayLike,
        yardstick_bits: ArrayLike,
        *,
        model_name: str = "model",
        yardstick_name: str = "yardstick",
        ax: Any = None,
    ) -> Self:
        """Draw a dot a row.

        Parameters
        ----------
        model_bits : array-like of float, of shape (n_rows,)
            Bits per base that the model needs for each row; nan in a row without a scored base.
        yardstick_bits : array-like of float, of shape (n_rows,)
            Those of the yardstick.
        model_name : str, default="model"
            Name of the model for axis and legend.
        yardstick_name : str, default="yardstick"
            Name of the yardstick.
        ax : matplotlib.axes.Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        LikelihoodDisplay
            Drawn.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If the arrays differ in shape, or no row has a number for both.

        Examples
        --------
        >>> from skdeepg.inspection import LikelihoodDisplay
        >>> LikelihoodDisplay.from_predictions([1.9], [1.8]).ax_.get_xlabel()
        'yardstick (bits per base)'
        """
        import_pyplot(f"{cls.__name__}.from_predictions")
        model_bits = np.asarray(model_bits, dtype=np.float64)
        yardstick_bits = np.asarray(yardstick_bits, dtype=np.float64)
        if model_bits.ndim != 1 or model_bits.shape != yardstick_bits.shape:
            raise ValueError(
                "model_bits and yardstick_bits must have one value a row, found the shapes "
                f"{model_bits.shape} and {yardstick_bits.shape}."
            )
        names = {"model_name": model_name, "yardstick_name": yardstick_name}
        return cls(model_bits, yardstick_bits, **names).plot(ax=ax)

    def plot(self, *, ax: Any = None) -> Self:
        """Draw a dot a row.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        LikelihoodDisplay
            Itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If no row has a number for both.

        Examples
        --------
        >>> import numpy as np
        >>> from skdeepg.inspection import LikelihoodDisplay
        >>> sorted(LikelihoodDisplay(np.array([0.5, 2.0]), np.array([1.0, 1.0])).plot().dots_)
        ['model', 'yardstick']
        """
        shown = np.isfinite(self.model_bits) & np.isfinite(self.yardstick_bits)
        if not shown.any():
            raise ValueError("No row has a finite number of bits per base for both models.")
        caller = f"{type(self).__name__}.plot"
        self.figure_, self.ax_ = figure_and_axes(caller, ax, size=(5.2, 6))
        model, yardstick = self.model_bits[shown], self.yardstick_bits[shown]
        self._draw_diagonal(np.concatenate([model, yardstick]))
        self._draw_dots(model, yardstick)
        self.ax_.set(
            xlabel=f"{self.yardstick_name} (bits per base)",
            ylabel=f"{self.model_name} (bits per base)",
        )
        self._draw_legend(len(shown), int(shown.sum()))
        return self

    def _draw_diagonal(self, bits: FloatArray) -> None:
        margin = max(0.05 * np.ptp(bits), 0.02)
        limits = (bits.min() - margin, bits.max() + margin)
        self.ax_.set(xlim=limits, ylim=limits, aspect="equal")
        self.ax_.locator_params(nbins=6)
        (self.diagonal_,) = self.ax_.plot(limits, limits, color="0.5", linestyle="--", linewidth=1)

    def _draw_dots(self, model: FloatArray, yardstick: FloatArray) -> None:
        groups = {
            "model": (model < yardstick, "C0", f"{self.model_name} is better"),
            "yardstick": (model > yardstick, "C1", f"{self.yardstick_name} is better"),
            "neither": (model == yardstick, "C7", "neither is better"),
        }
        self.dots_: dict[str, Any] = {}
        for winner, (which, color, text) in groups.items():
            if which.any():
                self.dots_[winner] = self.ax_.scatter(
                    yardstick[which],
                    model[which],
                    color=color,
                    alpha=0.7,
                    linewidths=0,
                    label=f"{text}: {which.sum():,}",
                )

    def _draw_legend(self, n_rows: int, n_shown: int) -> None:
        title = "1 row" if n_rows == 1 else f"{n_rows:,} rows"
        if n_shown < n_rows:
            title = f"{n_shown:,} of {title} (others have no finite score)"
        # outside, because dots may be anywhere
        self.ax_.legend(title=title, loc="upper center", bbox_to_anchor=(0.5, -0.11), frameon=False)
