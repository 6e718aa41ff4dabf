"""Pictures of `Scores`, by scikit-learn's Display classes."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import (
    ConfusionMatrixDisplay,
    PrecisionRecallDisplay,
    RocCurveDisplay,
    precision_recall_curve,
    roc_curve,
)

from skdeepg.inspection.plotting import figure_and_axes, import_pyplot
from skdeepg.inspection.scores import Scores
from skdeepg.sequences.windows import name_some

__all__ = ["PLOTS", "plot_confusion", "plot_precision_recall", "plot_roc"]

CALLER = "ClassifierEvaluation.plot"
DEFAULT_COLORS = 10  # matplotlib's cycle repeats behind these
MOST_VALUES = 50  # classes with legible numbers in a confusion matrix


def plot_confusion(scores: Scores, ax: Any = None) -> Any:
    """Draw the confusion matrix; multi-label: one a label, and give a list of displays."""
    import_pyplot(CALLER)
    if scores.is_multilabel:
        return _plot_label_confusions(scores, ax)
    display = _draw_confusion(scores.confusion_matrix, _texts(scores.classes), ax)
    display.ax_.set_title(_title(scores))
    return display


def _plot_label_confusions(scores: Scores, axes: Any) -> list[Any]:
    n_labels = len(scores.classes)
    axes = _grid_of_axes(n_labels) if axes is None else np.atleast_1d(np.asarray(axes)).ravel()
    if len(axes) != n_labels:
        raise ValueError(
            f"ax must be an array of {n_labels} axes, one a label, found {len(axes)}; None makes "
            "a new figure."
        )
    displays = []
    for label, counts, ax in zip(
        _texts(scores.classes), scores.confusion_matrix, axes, strict=True
    ):
        displays.append(_draw_confusion(counts, ["without", "with"], ax))
        ax.set_title(f"{label} ({scores.level}s)")
    return displays


def _grid_of_axes(n_axes: int) -> NDArray[np.object_]:
    plt = import_pyplot(CALLER)
    n_columns = min(n_axes, 4)
    n_lines = -(-n_axes // n_columns)
    size = (3.6 * n_columns, 3.2 * n_lines)
    _, grid = plt.subplots(n_lines, n_columns, squeeze=False, figsize=size, layout="constrained")
    for unused in grid.ravel()[n_axes:]:
        unused.remove()
    axes: NDArray[np.object_] = grid.ravel()[:n_axes]
    return axes


def _draw_confusion(counts: NDArray[Any], names: list[str], ax: Any) -> Any:
    n_classes = len(names)
    side = min(0.4 * n_classes, 20)
    _, ax = figure_and_axes(CALLER, ax, size=(side + 3, side + 2) if n_classes > 10 else None)
    display = ConfusionMatrixDisplay(counts, display_labels=names)
    return display.plot(
        ax=ax,
        cmap="Blues",
        xticks_rotation="vertical" if sum(map(len, names)) > 40 else "horizontal",
        include_values=n_classes <= MOST_VALUES,
        colorbar=n_classes > MOST_VALUES,  # else it repeats the numbers, and halves of rows
    )


def plot_roc(scores: Scores, ax: Any = None) -> Any:
    """Draw ROC curves: of the positive class, or of each class against the rest."""

    def draw(ax: Any, i: int, name: str, pos_label: Any, chance: bool) -> Any:
        false_positives, true_positives, _ = roc_curve(
            scores.indicator[:, i], scores.probabilities[:, i], sample_weight=scores.weight
        )
        display = RocCurveDisplay(
            fpr=false_positives,  # codespell:ignore
            tpr=true_positives,
            roc_auc=float(scores.class_roc_auc[i]),
            pos_label=pos_label,
        )
        return display.plot(ax=ax, name=name, plot_chance_level=chance)

    attributes = ("fpr", "tpr", "roc_auc", "line_")  # codespell:ignore
    return _plot_curves(scores, scores.class_roc_auc, ax, draw, attributes)


def plot_precision_recall(scores: Scores, ax: Any = None) -> Any:
    """Draw precision-recall curves: of the positive class, or of each class against the rest."""

    def draw(ax: Any, i: int, name: str, pos_label: Any, chance: bool) -> Any:
        precision, recall, _ = precision_recall_curve(
            scores.indicator[:, i], scores.probabilities[:, i], sample_weight=scores.weight
        )
        display = PrecisionRecallDisplay(
            precision=precision,
            recall=recall,
            average_precision=float(scores.class_average_precision[i]),
            pos_label=pos_label,
            prevalence_pos_label=float(np.average(scores.indicator[:, i], weights=scores.weight)),
        )
        # the chance level is the share of a class: several would hide the curves
        return display.plot(ax=ax, name=name, plot_chance_level=chance and scores.is_binary)

    attributes = ("precision", "recall", "average_precision", "prevalence_pos_label", "line_")
    return _plot_curves(scores, scores.class_average_precision, ax, draw, attributes)


def _plot_curves(
    scores: Scores,
    values: NDArray[np.float64],
    ax: Any,
    draw: Callable[..., Any],
    attributes: tuple[str, ...],
) -> Any:
    """Draw one display a curve in the same axes, and join them to one of several curves."""
    shown = _classes_with_curve(scores, values)
    is_crowded = len(shown) > DEFAULT_COLORS
    columns = -(-len(shown) // 20)
    _, ax = figure_and_axes(CALLER, ax, size=(6 + 3 * columns, 5) if is_crowded else None)
    if is_crowded:
        colors = import_pyplot(CALLER).get_cmap("turbo")(np.linspace(0, 1, len(shown)))
        ax.set_prop_cycle(color=colors)
    names = _texts(scores.classes)
    pos_label = scores.classes.tolist()[1] if scores.is_binary else None
    displays = [draw(ax, i, names[i], pos_label, i == shown[-1]) for i in shown]
    if is_crowded:
        ax.legend(loc="center left", bbox_to_anchor=(1.02, 0.5), fontsize="small", ncols=columns)
    ax.set_title(_title(scores))
    return _join(displays, attributes, [names[i] for i in shown])


def _classes_with_curve(scores: Scores, values: NDArray[np.float64]) -> list[int]:
    """Leave out classes without a curve, and say so."""
    wanted = np.array([1]) if scores.is_binary else np.arange(len(scores.classes))
    lost = wanted[np.isnan(values[wanted])]
    message = (
        f"No curve for the class {name_some(scores.classes[lost])}: no {scores.level} has it, or "
        "all have."
    )
    if len(lost) == len(wanted):
        raise ValueError(message)
    if len(lost):
        warnings.warn(message, UserWarning, stacklevel=5)
    return [int(i) for i in np.setdiff1d(wanted, lost)]


def _join(displays: list[Any], attributes: tuple[str, ...], names: list[str]) -> Any:
    """Make the last display one of all curves, with lists as scikit-learn's have."""
    joined = displays[-1]
    joined.name = names[0] if len(names) == 1 else names
    if len(displays) > 1:
        lists = {name: [getattr(one, name) for one in displays] for name in attributes}
        for name, values in lists.items():
            setattr(joined, name, values)
    return joined


def _title(scores: Scores) -> str:
    return f"{scores.n_samples:,} {scores.level}s"


def _texts(classes: NDArray[Any]) -> list[str]:
    return [str(label) for label in classes.tolist()]


PLOTS: dict[str, Callable[[Scores, Any], Any]] = {
    "confusion": plot_confusion,
    "roc": plot_roc,
    "precision_recall": plot_precision_recall,
}
