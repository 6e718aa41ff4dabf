"""`Evaluation`: what evaluations of all kinds of estimators offer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import pandas as pd

__all__ = ["Evaluation", "format_scores"]


class Evaluation(ABC):
    """How well an estimator does on given rows: what ``estimator.evaluate`` returns.

    Printed, it shows the scores. It holds arrays, never the estimator, and can be pickled.

    See Also
    --------
    ClassifierEvaluation : Of a classifier.
    LanguageEvaluation : Of a language model, next to a yardstick.

    Examples
    --------
    >>> from skdeepg.inspection import Evaluation, evaluate_classifier
    >>> probabilities = [[0.8, 0.2], [0.4, 0.6]]
    >>> evaluation = evaluate_classifier(
    ...     ["a", "b"], ["a", "b"], probabilities, [0, 1], probabilities
    ... )
    >>> isinstance(evaluation, Evaluation)
    True
    """

    @abstractmethod
    def to_frame(self) -> pd.DataFrame:
        """List all scores.

        Returns
        -------
        pandas.DataFrame
            A column a score; the column "level" tells what the scores of a line are about.
        """

    @abstractmethod
    def plot(self, kind: Any = ..., *, ax: Any = None) -> Any:
        """Draw a picture of the scores; needs matplotlib.

        Parameters
        ----------
        kind : str, optional
            Which picture; every kind of evaluation has its own, and a usual one.
        ax : matplotlib.axes.Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        object
            A scikit-learn style display, with `ax_` and `figure_`.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If there is no such picture.
        """

    @abstractmethod
    def __repr__(self) -> str: ...


def format_scores(table: pd.DataFrame) -> str:
    """Write a table with three decimals."""
    return table.to_string(float_format="{:.3f}".format)
