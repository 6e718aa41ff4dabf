"""Curves of trainings: panels, lines and where they are."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

from skdeepg import LSTMCNN, SequenceClassifier
from skdeepg.callbacks import StepSchedule
from skdeepg.inspection import HistoryDisplay

HISTORY = {
    "loss": [0.9, 0.5, 0.3],
    "accuracy": [0.5, 0.7, 0.9],
    "learning_rate": [0.1, 0.1, 0.05],
    "f1": [0.4, 0.6, 0.9],
    "val_loss": [0.6, 0.4],
}


pytestmark = pytest.mark.usefixtures("plt")


def test_a_panel_a_quantity():
    display = HistoryDisplay.from_history(HISTORY)
    names = [ax.get_ylabel() for ax in display.axes_]
    assert names == ["Loss", "Accuracy", "F1", "Learning rate"]
    assert {ax.get_xlabel() for ax in display.axes_} == {"Epoch"}
    assert [len(ax.lines) for ax in display.axes_] == [2, 1, 1, 1]
    assert display.ax_ is display.axes_[0]
    assert display.figure_ is display.ax_.figure
    legend = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert legend == ["training", "validation"]


def test_validation_that_began_later_is_drawn_at_the_end():
    lines = HistoryDisplay.from_history(HISTORY).lines_
    assert lines["loss"].get_xydata().tolist() == [[1, 0.9], [2, 0.5], [3, 0.3]]
    assert lines["val_loss"].get_xydata().tolist() == [[2, 0.6], [3, 0.4]]


def test_chosen_quantities_in_given_axes(plt):
    _, axes = plt.subplots(2)
    display = HistoryDisplay.from_history(HISTORY, metrics=["f1", "loss"], ax=axes)
    assert display.axes_.tolist() == axes.tolist()
    assert [ax.get_ylabel() for ax in axes] == ["F1", "Loss"]
    with pytest.raises(ValueError, match="ax must have 2 axes, one a quantity, found 1"):
        HistoryDisplay.from_history(HISTORY, metrics=["f1", "loss"], ax=axes[0])


@pytest.mark.parametrize("metrics", [["auc"], []])
def test_unknown_quantities(metrics):
    with pytest.raises(ValueError, match="metrics must be some of loss, accuracy, f1, learning"):
        HistoryDisplay.from_history(HISTORY, metrics=metrics)


@pytest.mark.parametrize("history", [{}, {"loss": [], "accuracy": []}])
def test_no_epoch(history):
    with pytest.raises(ValueError, match="The history has no epoch"):
        HistoryDisplay.from_history(history)


def test_of_an_estimator():
    classifier = SequenceClassifier(
        LSTMCNN(filters=(2,), pool_size=2),
        8,
        max_epochs=3,
        learning_rate=0.1,
        schedule=StepSchedule(every=2, step_factor=0.5),
    )
    with pytest.raises(NotFittedError):
        HistoryDisplay.from_estimator(classifier)
    classifier.fit(["ACGTACGT", "GGGGGGGG"] * 4, [0, 1] * 4)
    display = HistoryDisplay.from_estimator(classifier)
    assert list(display.lines_) == ["loss", "accuracy", "learning_rate"]
    np.testing.assert_allclose(display.lines_["learning_rate"].get_ydata(), [0.1, 0.1, 0.05])
