"""`Scores`: probabilities against the truth, by scikit-learn's functions."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    confusion_matrix,
    f1_score,
    log_loss,
    multilabel_confusion_matrix,
    precision_recall_fscore_support,
    recall_score,
    roc_auc_score,
)

from skdeepg.sequences.windows import name_some

__all__ = ["BY_CLASS", "OVERALL", "Scores"]

FloatArray = NDArray[np.float64]

OVERALL = ("accuracy", "balanced_accuracy", "f1", "roc_auc", "average_precision", "log_loss")
BY_CLASS = ("precision", "recall", "f1", "roc_auc", "average_precision", "support")


@dataclass(frozen=True, eq=False, repr=False)
class Scores:
    """Scores of one level: of windows, or of rows.

    Part of a `ClassifierEvaluation`, not made by hand. Holds the truth and the probabilities;
    computes each score when it is first asked for.

    Parameters
    ----------
    level : {"window", "row"}
        What a sample is.
    classes : ndarray of shape (n_classes,)
        The labels.
    truth : ndarray of int64, of shape (n_samples,) or (n_samples, n_classes)
        The place of each sample's label in `classes`; multi-label: 1 for each label it has, else 0.
    probabilities : ndarray of float, of shape (n_samples, n_classes)
        The answers.
    weight : ndarray of shape (n_samples,) and dtype float64, or None
        The weight of each sample in every score.

    See Also
    --------
    evaluate_classifier : Makes a `ClassifierEvaluation`.

    Examples
    --------
    >>> from skdeepg.inspection import evaluate_classifier
    >>> scores = evaluate_classifier(
    ...     classes=["16s", "other"],
    ...     row_truth=["16s", "other"],
    ...     row_probabilities=[[0.8, 0.2], [0.4, 0.6]],
    ...     window_rows=[0, 1, 1],
    ...     window_probabilities=[[0.8, 0.2], [0.3, 0.7], [0.6, 0.4]],
    ... ).window
    >>> scores.confusion_matrix
    array([[1, 0],
           [1, 1]])
    >>> scores.class_recall
    array([1. , 0.5])
    """

    level: Literal["window", "row"]
    classes: NDArray[Any]
    truth: NDArray[np.int64]
    probabilities: NDArray[np.floating]
    weight: FloatArray | None = None

    @property
    def is_multilabel(self) -> bool:
        """Whether a sample may have several labels, or none."""
        return self.truth.ndim == 2

    @property
    def is_binary(self) -> bool:
        """Whether there are two classes, of which the second is the positive one."""
        return not self.is_multilabel and len(self.classes) == 2

    @property
    def n_samples(self) -> int:
        """The number of windows or rows."""
        return len(self.truth)

    @cached_property
    def predicted(self) -> NDArray[np.int64]:
        """The answers in the form of `truth`: most probable class; labels above 0.5."""
        answers: NDArray[Any] = self.probabilities.argmax(axis=1)
        if self.is_multilabel:
            answers = self.probabilities > 0.5
        return answers.astype(np.int64)

    @cached_property
    def indicator(self) -> NDArray[np.int64]:
        """The truth as zeros and ones, of shape (n_samples, n_classes)."""
        if self.is_multilabel:
            return self.truth
        is_class = self.truth[:, np.newaxis] == np.arange(len(self.classes))
        return np.asarray(is_class, dtype=np.int64)

    @cached_property
    def accuracy(self) -> float:
        """The share of samples answered rightly; multi-label: in all labels."""
        return float(accuracy_score(self.truth, self.predicted, sample_weight=self.weight))

    @cached_property
    def balanced_accuracy(self) -> float:
        """The mean recall of the classes present; multi-label: the mean over labels.

        A label's balanced accuracy is the mean recall of having and of not having it [1]_.

        References
        ----------
        .. [1] Brodersen et al. (2010). The balanced accuracy and its posterior distribution. ICPR.
           https://doi.org/10.1109/ICPR.2010.764
        """
        if self.is_multilabel:
            return float(np.mean(self._by_column(_mean_recall, self.predicted)))
        return float(self._average(recall_score))

    @cached_property
    def f1(self) -> float:
        """The mean F1 of the classes that are present or predicted (macro average)."""
        return float(self._average(f1_score))

    @cached_property
    def roc_auc(self) -> float:
        """The area under the ROC curve: of the positive class, or the mean of one class vs rest.

        nan if it is undefined for a class.
        """
        return self._overall(self.class_roc_auc)

    @cached_property
    def average_precision(self) -> float:
        """The average precision: of the positive class, or the mean of one class vs rest.

        nan if it is undefined for a class.
        """
        return self._overall(self.class_average_precision)

    @cached_property
    def log_loss(self) -> float:
        """The mean negative log-likelihood of the truth, in nats; multi-label: a label's mean."""
        with warnings.catch_warnings():
            # Sums are checked; float32 answers of float64 type miss scikit-learn's tolerance.
            warnings.filterwarnings("ignore", ".*do not sum to one.*", UserWarning)
            if self.is_multilabel:
                return float(np.mean(self._by_column(_binary_log_loss, self.probabilities)))
            labels = np.arange(len(self.classes))
            return float(
                log_loss(self.truth, self.probabilities, labels=labels, sample_weight=self.weight)
            )

    @cached_property
    def confusion_matrix(self) -> NDArray[Any]:
        """Samples by truth (first axis) and answer; multi-label: a 2 x 2 matrix a label.

        Of shape (n_classes, n_classes); multi-label (n_classes, 2, 2), where index 0 means without
        the label. Whole numbers, or with weights their sums.
        """
        if self.is_multilabel:
            counts = multilabel_confusion_matrix(
                self.truth, self.predicted, sample_weight=self.weight
            )
        else:
            labels = np.arange(len(self.classes))
            counts = confusion_matrix(
                self.truth, self.predicted, labels=labels, sample_weight=self.weight
            )
        return np.asarray(counts)

    @property
    def class_precision(self) -> FloatArray:
        """The share of right ones among the answers of each class; nan if it is never predicted."""
        return self._threshold_scores[0]

    @property
    def class_recall(self) -> FloatArray:
        """The share of each class that is found; nan if it is absent."""
        return self._threshold_scores[1]

    @property
    def class_f1(self) -> FloatArray:
        """The F1 of each class; nan if it is absent and never predicted."""
        return self._threshold_scores[2]

    @property
    def class_support(self) -> NDArray[Any]:
        """The samples of each class; with weights their sum."""
        return self._threshold_scores[3]

    @cached_property
    def class_roc_auc(self) -> FloatArray:
        """The area under the ROC curve of each class against the rest; nan if one is empty."""
        defined = ~(self._absent | self._everywhere)
        return self._by_column(roc_auc_score, self.probabilities, defined)

    @cached_property
    def class_average_precision(self) -> FloatArray:
        """The average precision of each class against the rest; nan if it is absent."""
        return self._by_column(average_precision_score, self.probabilities, ~self._absent)

    @property
    def notes(self) -> tuple[str, ...]:
        """A sentence on each score that is undefined (nan), with the reason."""
        never = np.isnan(self.class_precision)
        reasons = [
            (
                self._absent,
                f"No {self.level} has",
                "recall, ROC AUC, average precision and the means of the last two are",
            ),
            (self._everywhere, f"Every {self.level} has", "ROC AUC and its mean are"),
            (never, f"No {self.level} is predicted to have", "precision is"),
        ]
        return tuple(
            f"{fact} the class {name_some(self.classes[which])}: {scores} undefined (nan)."
            for which, fact, scores in reasons
            if which.any()
        )

    def to_frame(self) -> pd.DataFrame:
        """List all scores.

        Returns
        -------
        pandas.DataFrame
            One line for "all", then one a class: level, class, and a column a score; nan where a
            score is undefined or is not one of a class (or of all).

        Examples
        --------
        >>> from skdeepg.inspection import evaluate_classifier
        >>> evaluation = evaluate_classifier(
        ...     ["a", "b"], ["a", "b"], [[0.8, 0.2], [0.6, 0.4]], [0, 1], [[0.8, 0.2], [0.6, 0.4]]
        ... )
        >>> evaluation.row.to_frame()[["class", "accuracy", "recall"]]
          class  accuracy  recall
        0   all       0.5     NaN
        1     a       NaN     1.0
        2     b       NaN     0.0
        """
        columns = {"level": self.level, "class": ["all", *self.classes.tolist()]}
        nans = [np.nan] * len(self.classes)
        for name in dict.fromkeys([*OVERALL[:2], *BY_CLASS[:-1], "log_loss"]):
            overall = getattr(self, name) if name in OVERALL else np.nan
            columns[name] = [overall, *(self._of_classes(name) if name in BY_CLASS else nans)]
        support = self.class_support.tolist()
        total = self.n_samples if self.weight is None else float(self.weight.sum())
        return pd.DataFrame({**columns, "support": [total, *support]})

    def _of_classes(self, name: str) -> list[float]:
        return list(getattr(self, f"class_{name}").tolist())

    @cached_property
    def _threshold_scores(self) -> tuple[FloatArray, FloatArray, FloatArray, NDArray[Any]]:
        precision, recall, f1, support = precision_recall_fscore_support(
            self.truth,
            self.predicted,
            labels=np.arange(len(self.classes)),
            sample_weight=self.weight,
            zero_division=np.nan,
        )
        if self.weight is None:  # scikit-learn counts in floats where no answer is right
            support = np.asarray(support, dtype=np.int64)
        return precision, recall, f1, support

    @property
    def _absent(self) -> NDArray[np.bool_]:
        return np.asarray(self.class_support == 0)

    @property
    def _everywhere(self) -> NDArray[np.bool_]:
        weight = np.ones(self.n_samples) if self.weight is None else self.weight
        return np.asarray(weight @ (1 - self.indicator) == 0)

    def _average(self, score: Callable[..., float]) -> float:
        return score(
            self.truth,
            self.predicted,
            labels=np.arange(len(self.classes)),
            average="macro",
            sample_weight=self.weight,
            zero_division=np.nan,
        )

    def _by_column(
        self,
        score: Callable[..., float],
        answers: NDArray[Any],
        defined: NDArray[np.bool_] | None = None,
    ) -> FloatArray:
        """Score each class against the rest; nan where that is not defined."""
        values = np.full(len(self.classes), np.nan)
        for i in range(len(values)):
            if defined is None or defined[i]:
                values[i] = score(self.indicator[:, i], answers[:, i], sample_weight=self.weight)
        return values

    def _overall(self, of_classes: FloatArray) -> float:
        return float(of_classes[1] if self.is_binary else of_classes.mean())


def _mean_recall(truth: Any, predicted: Any, sample_weight: Any) -> float:
    """Do what balanced_accuracy_score does, without its warning of absent classes."""
    score = recall_score(
        truth, predicted, average="macro", sample_weight=sample_weight, zero_division=np.nan
    )
    return float(score)


def _binary_log_loss(truth: Any, probability: Any, sample_weight: Any) -> float:
    return float(log_loss(truth, probability, labels=[0, 1], sample_weight=sample_weight))
