"""`ClassifierEvaluation`: how well a classifier answers windows and rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from skdeepg.inspection.answers import check_probabilities, check_rows, check_weight, encode_truth
from skdeepg.inspection.evaluation import Evaluation, format_scores
from skdeepg.inspection.scores import OVERALL, Scores

__all__ = ["ClassifierEvaluation", "evaluate_classifier"]

TITLES = {
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "f1": "F1 (mean of classes)",
    "roc_auc": "ROC AUC",
    "average_precision": "average precision",
    "log_loss": "log loss (nats)",
}
COLUMNS = ["precision", "recall", "f1", "roc_auc", "average_precision", "support"]


@dataclass(frozen=True, eq=False, repr=False)
class ClassifierEvaluation(Evaluation):
    """How well a classifier answers windows and rows, by scikit-learn's scores.

    Made by ``SequenceClassifier.evaluate(X, y)``, or by `evaluate_classifier` from arrays. A
    window has the label and the weight of its row, so that rows of many windows count more in the
    scores of windows. deepG reports such scores by ``evaluate_model``.

    Parameters
    ----------
    window : Scores
        Scores of windows: ``evaluation.window.roc_auc``.
    row : Scores
        Scores of rows: ``evaluation.row.confusion_matrix``.

    See Also
    --------
    Scores : All scores by their names.
    evaluate_classifier : Makes an evaluation of plain arrays.

    Notes
    -----
    Overall scores are those of scikit-learn's functions and scorers of the same names. Of two
    classes, the second is the positive one in the ROC AUC and the average precision; of more, these
    are means over classes, each against the rest ("macro", "ovr"). F1 is always the mean over
    classes. Where labels are independent (multi-label), `accuracy` asks for all labels of a sample
    to be right; all others are means over labels.

    Examples
    --------
    >>> from skdeepg.inspection import evaluate_classifier
    >>> evaluation = evaluate_classifier(
    ...     classes=["16s", "other"],
    ...     row_truth=["16s", "other"],
    ...     row_probabilities=[[0.8, 0.2], [0.4, 0.6]],
    ...     window_rows=[0, 1, 1],
    ...     window_probabilities=[[0.8, 0.2], [0.3, 0.7], [0.6, 0.4]],
    ... )
    >>> evaluation.row.accuracy
    1.0
    >>> evaluation
    Evaluation of 2 classes, 3 windows of 2 rows
    <BLANKLINE>
                          window   row
    accuracy               0.667 1.000
    balanced accuracy      0.750 1.000
    F1 (mean of classes)   0.667 1.000
    ROC AUC                1.000 1.000
    average precision      1.000 1.000
    log loss (nats)        0.499 0.367
    <BLANKLINE>
    rows   precision  recall    f1  roc_auc  average_precision  support
    16s        1.000   1.000 1.000    1.000              1.000        1
    other      1.000   1.000 1.000    1.000              1.000        1
    """

    window: Scores
    row: Scores

    @property
    def classes(self) -> NDArray[Any]:
        """The labels, of shape (n_classes,)."""
        return self.row.classes

    @property
    def notes(self) -> tuple[str, ...]:
        """A sentence on each score that is undefined (nan), with the reason."""
        return self.window.notes + self.row.notes

    def to_frame(self) -> pd.DataFrame:
        """List all scores of windows and rows.

        Returns
        -------
        pandas.DataFrame
            One line a level and class: level ("window" or "row"), class (a label, or "all"),
            accuracy, balanced_accuracy, precision, recall, f1, roc_auc, average_precision, log_loss
            (nats) and support (samples, or the sum of their weights); nan where a score is
            undefined or is not one of a class (or of all).

        Examples
        --------
        >>> from skdeepg.inspection import evaluate_classifier
        >>> probabilities = [[0.8, 0.2], [0.4, 0.6]]
        >>> table = evaluate_classifier(
        ...     ["a", "b"], ["a", "b"], probabilities, [0, 1], probabilities
        ... ).to_frame()
        >>> table[["level", "class", "f1", "support"]]
            level class   f1  support
        0  window   all  1.0        2
        1  window     a  1.0        1
        2  window     b  1.0        1
        3     row   all  1.0        2
        4     row     a  1.0        1
        5     row     b  1.0        1
        """
        return pd.concat([self.window.to_frame(), self.row.to_frame()], ignore_index=True)

    def plot(
        self,
        kind: Literal["confusion", "roc", "precision_recall"] = "confusion",
        level: Literal["window", "row"] = "row",
        ax: Any = None,
    ) -> Any:
        """Draw a confusion matrix or curves with scikit-learn's Display classes.

        deepG draws them by ``plot_cm`` and ``plot_roc``.

        Parameters
        ----------
        kind : {"confusion", "roc", "precision_recall"}, default="confusion"
            The confusion matrix; ROC curves; or precision-recall curves, which tell more where the
            class looked for is rare [1]_. One curve of the positive class, or one of each class
            against the rest.
        level : {"window", "row"}, default="row"
            Whose answers to draw.
        ax : matplotlib.axes.Axes, default=None
            Where to draw; None makes a new figure. For a multi-label confusion matrix an array of
            axes, one a label.

        Returns
        -------
        sklearn.metrics.ConfusionMatrixDisplay, RocCurveDisplay or PrecisionRecallDisplay
            With `ax_` and `figure_`. Of several curves it holds lists, as scikit-learn's displays
            of several curves do. A multi-label confusion matrix gives a list of displays, one a
            label.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If `kind` or `level` is none of these, or there is no curve to draw.

        Warns
        -----
        UserWarning
            If a class has no curve because it is absent (or every sample has it).

        References
        ----------
        .. [1] Saito and Rehmsmeier (2015). The precision-recall plot is more informative than the
           ROC plot when evaluating binary classifiers on imbalanced datasets. PLoS ONE.
           https://doi.org/10.1371/journal.pone.0118432

        Examples
        --------
        >>> from skdeepg.inspection import evaluate_classifier
        >>> probabilities = [[0.8, 0.2], [0.4, 0.6]]
        >>> evaluation = evaluate_classifier(
        ...     ["a", "b"], ["a", "b"], probabilities, [0, 1], probabilities
        ... )
        >>> evaluation.plot("roc", level="window").roc_auc
        1.0
        """
        from skdeepg.inspection.displays import PLOTS

        if kind not in PLOTS:
            raise ValueError(f"kind must be one of {', '.join(map(repr, PLOTS))}, found {kind!r}.")
        if level not in ("window", "row"):
            raise ValueError(f"level must be 'window' or 'row', found {level!r}.")
        return PLOTS[kind](self.window if level == "window" else self.row, ax)

    def __repr__(self) -> str:
        kind = "independent labels" if self.row.is_multilabel else "classes"
        head = (
            f"Evaluation of {len(self.classes)} {kind}, {self.window.n_samples:,} windows of "
            f"{self.row.n_samples:,} rows"
        )
        overall = pd.DataFrame(
            {
                level: [getattr(scores, name) for name in OVERALL]
                for level, scores in (("window", self.window), ("row", self.row))
            },
            index=[TITLES[name] for name in OVERALL],
        )
        parts = [head, format_scores(overall), self._format_classes(), "\n".join(self.notes)]
        return "\n\n".join(filter(None, parts))

    def _format_classes(self, most: int = 10) -> str:
        table = self.row.to_frame().iloc[1:].set_index("class")[COLUMNS]
        table.index.name = None
        text = format_scores(table.head(most).rename_axis(columns="rows"))
        left_out = len(table) - most
        return text + (f"\n... and {left_out} more: see to_frame()" if left_out > 0 else "")


def evaluate_classifier(
    classes: ArrayLike,
    row_truth: ArrayLike,
    row_probabilities: ArrayLike,
    window_rows: ArrayLike,
    window_probabilities: ArrayLike,
    sample_weight: ArrayLike | None = None,
) -> ClassifierEvaluation:
    """Compare probabilities of windows and rows with the truth.

    ``SequenceClassifier.evaluate(X, y)`` calls it; call it for probabilities from elsewhere.

    Parameters
    ----------
    classes : array-like of shape (n_classes,)
        The labels, in the order of the columns of the probabilities.
    row_truth : array-like of shape (n_rows,) or (n_rows, n_classes)
        The label of each row. Multi-label: zeros and ones, a column a label.
    row_probabilities : array-like of float, of shape (n_rows, n_classes)
        Of each row. They sum to 1, unless multi-label.
    window_rows : array-like of int, of shape (n_windows,)
        The row of each window, counted from 0.
    window_probabilities : array-like of float, of shape (n_windows, n_classes)
        Of each window. They sum to 1, unless multi-label.
    sample_weight : array-like of float, of shape (n_rows,), default=None
        The weight of each row and of its windows in all scores; not negative.

    Returns
    -------
    ClassifierEvaluation
        Scores of both levels.

    Raises
    ------
    ValueError
        If shapes differ, a label is not among `classes`, a probability is not between 0 and 1, or
        there is no row.

    Examples
    --------
    >>> from skdeepg.inspection import evaluate_classifier
    >>> evaluation = evaluate_classifier(
    ...     classes=["plasmid", "virus"],
    ...     row_truth=[[1, 1], [1, 0]],
    ...     row_probabilities=[[0.9, 0.8], [0.7, 0.6]],
    ...     window_rows=[0, 1],
    ...     window_probabilities=[[0.9, 0.8], [0.7, 0.6]],
    ... )
    >>> evaluation.row.accuracy
    0.5
    >>> evaluation.row.class_precision
    array([1. , 0.5])
    """
    classes = np.asarray(classes)
    truth = encode_truth(row_truth, classes)
    rows = check_rows(window_rows, len(truth))
    weight = check_weight(sample_weight, len(truth))
    sums_to_one = truth.ndim == 1
    row_answers = check_probabilities(
        "row_probabilities", row_probabilities, (len(truth), len(classes)), sums_to_one
    )
    window_answers = check_probabilities(
        "window_probabilities", window_probabilities, (len(rows), len(classes)), sums_to_one
    )
    window_weight = None if weight is None else weight[rows]
    return ClassifierEvaluation(
        window=Scores("window", classes, truth[rows], window_answers, window_weight),
        row=Scores("row", classes, truth, row_answers, weight),
    )
