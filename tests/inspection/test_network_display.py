"""Pictures of networks: boxes, shapes, and what reads what."""

from __future__ import annotations

from itertools import pairwise

import keras
import pytest
from sklearn.exceptions import NotFittedError

from skdeepg import LSTMCNN, SequenceClassifier
from skdeepg.inspection import NetworkDisplay
from skdeepg.networks import NetworkTask

pytestmark = pytest.mark.usefixtures("plt")


def build(inputs="one", **options):
    task = NetworkTask(window_length=30, n_symbols=4, n_outputs=2, inputs=inputs)
    return LSTMCNN(filters=3, lstm_units=5, **options).build(task)


def test_layers_from_top_to_bottom():
    display = NetworkDisplay.from_model(build())
    names = ["input", "conv_1", "pool_1", "batch_norm_1", "lstm_1", "output"]
    assert list(display.boxes_) == names
    assert display.parents_ == {"input": []} | {name: [above] for above, name in pairwise(names)}
    assert [box.get_position() for box in display.boxes_.values()] == [(0, i) for i in range(6)]
    assert display.ax_.yaxis_inverted()
    assert display.boxes_["pool_1"].get_text() == "pool_1: MaxPooling1D\n10 x 3"


def test_two_arms_are_side_by_side():
    display = NetworkDisplay.from_model(build("two_arms"))
    assert display.parents_["concatenate"] == ["left_lstm_1", "right_lstm_1"]
    (left, top), (right, same) = (
        display.boxes_[f"{side}_conv_1"].get_position() for side in ("left", "right")
    )
    assert (right - left, top, same) == (1, 1, 1)
    x, below = display.boxes_["concatenate"].get_position()
    assert (x, below) == ((left + right) / 2, 5)


def test_a_shortcut_goes_around():
    display = NetworkDisplay.from_model(build(residual=True, padding="same"))
    branches = {name for name, parents in display.parents_.items() if parents == ["input"]}
    assert branches == {"conv_1", "shortcut_1"}
    x = [display.boxes_[name].get_position()[0] for name in branches]
    assert abs(x[0] - x[1]) == 1
    assert len(display.ax_.texts) == len(display.boxes_) + sum(map(len, display.parents_.values()))


def test_an_arrow_past_other_boxes_is_bent():
    inputs = keras.Input((4,), name="input")
    first = keras.layers.Dense(4, name="first")(inputs)
    second = keras.layers.Dense(4, name="second")(first)
    model = keras.Model(inputs, keras.layers.Add(name="sum")([inputs, second]))
    display = NetworkDisplay.from_model(model)
    assert display.parents_["sum"] == ["input", "second"]
    arrows = [text for text in display.ax_.texts if hasattr(text, "arrow_patch")]
    bends = [arrow.arrow_patch.get_connectionstyle().rad for arrow in arrows]
    assert bends == [0, 0, 0.4, 0]  # to first, to second, and two to the sum


def test_sequential_model_with_open_length(plt):
    model = keras.Sequential([keras.Input((None, 4)), keras.layers.Conv1D(2, 3, name="only")])
    _, ax = plt.subplots()
    display = NetworkDisplay.from_model(model, ax=ax)
    assert display.ax_ is ax
    assert display.parents_ == {"only": []}
    assert display.boxes_["only"].get_text() == "only: Conv1D\nany x 2"


def test_of_an_estimator():
    classifier = SequenceClassifier(LSTMCNN(filters=(2,), pool_size=2), 8, max_epochs=0)
    with pytest.raises(NotFittedError):
        NetworkDisplay.from_estimator(classifier)
    classifier.fit(["ACGTACGT", "GGGGGGGG"], [0, 1])
    assert NetworkDisplay.from_estimator(classifier).model is classifier.model_
