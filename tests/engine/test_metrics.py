"""Metrics of an epoch, against scikit-learn's on the same answers."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, confusion_matrix, f1_score, roc_auc_score

from skdeepg import LSTMCNN, SequenceClassifier, ValidationSet, WaveNet, WaveNetLM
from skdeepg.callbacks import Callback
from skdeepg.engine.metrics import Counter, add_counts, compute_metrics
from tests.toys import coin_sequences

NAMES = ["f1", "balanced_accuracy", "auc"]
random = np.random.default_rng(0)


def count(y, probabilities, weight, exclusive=True, batch=37):
    counter = Counter(probabilities.shape[1], exclusive, scores=True)
    total = {}
    for start in range(0, len(y), batch):
        part = slice(start, start + batch)
        each = (a[part].astype(np.float32) for a in (y, probabilities, weight))
        total = add_counts(total, counter(*each))
    return total


def test_classes():
    codes = random.choice(4, p=[0.6, 0.3, 0.1, 0.0], size=500)
    probabilities = random.dirichlet(np.ones(4), size=500)
    probabilities[range(500), codes] += 0.5
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    weight = random.random(500)
    counts = count(np.eye(4)[codes], probabilities, weight)
    answers = probabilities.argmax(axis=1)
    told = {"sample_weight": weight}
    wanted = confusion_matrix(codes, answers, labels=range(4), **told)
    np.testing.assert_allclose(counts["confusion"], wanted, rtol=1e-5)
    found = compute_metrics(counts, NAMES, "val_")
    assert found["val_f1"] == pytest.approx(f1_score(codes, answers, average="macro", **told))
    scores = [
        roc_auc_score(codes == k, probabilities[:, k], **told) for k in range(3)
    ]  # the fourth class has no window
    assert found["val_auc"] == pytest.approx(np.mean(scores), abs=2e-3)
    with pytest.warns(UserWarning, match="y_pred contains classes not in y_true"):
        recall = balanced_accuracy_score(codes, answers, **told)
    assert found["val_balanced_accuracy"] == pytest.approx(recall)


def test_labels():
    held = random.integers(0, 2, (300, 3))
    probabilities = np.clip(0.4 * held + random.random((300, 3)) * 0.8, 0, 1)
    counts = count(held, probabilities, np.ones(300), exclusive=False)
    found = compute_metrics(counts, NAMES)
    assert found["f1"] == pytest.approx(f1_score(held, probabilities > 0.5, average="macro"))
    assert found["auc"] == pytest.approx(roc_auc_score(held, probabilities), abs=2e-3)
    recalls = [balanced_accuracy_score(held[:, k], probabilities[:, k] > 0.5) for k in range(3)]
    assert found["balanced_accuracy"] == pytest.approx(np.mean(recalls))


X, Y = coin_sequences(60, seed=0)


class Confusions(Callback):
    needs_confusion = True

    def __init__(self, seen):
        self.seen = seen

    def __deepcopy__(self, memo):
        return self

    def on_epoch_end(self, run):
        self.seen.append(run.confusion)


def test_history_of_a_training():
    seen = []
    model = SequenceClassifier(
        LSTMCNN(filters=(4,), kernel_size=3, pool_size=2),
        12,
        metrics=NAMES,
        max_epochs=3,
        callbacks=[Confusions(seen)],
        random_state=0,
    ).fit(X, Y, validation=ValidationSet(X, Y))
    windows = model.predict_windows(X)
    truth = np.asarray(Y)[windows["row"]]
    probabilities = windows[list(model.classes_)].to_numpy()
    answers = model.classes_[probabilities.argmax(axis=1)]
    assert model.history_["val_f1"][-1] == pytest.approx(f1_score(truth, answers, average="macro"))
    recall = balanced_accuracy_score(truth, answers)
    assert model.history_["val_balanced_accuracy"][-1] == pytest.approx(recall)
    area = roc_auc_score(truth == model.classes_[1], probabilities[:, 1])
    assert model.history_["val_auc"][-1] == pytest.approx(area, abs=3e-3)
    np.testing.assert_array_equal(seen[-1]["validation"], confusion_matrix(truth, answers))
    assert seen[-1]["train"].sum() == len(windows)
    assert all(len(model.history_[name]) == 3 for name in NAMES)


def test_metrics_do_not_change_a_training():
    settings = {"max_epochs": 2, "random_state": 0}
    network = LSTMCNN(filters=(4,), kernel_size=3, pool_size=2)
    plain = SequenceClassifier(network, 12, **settings).fit(X, Y)
    measured = SequenceClassifier(network, 12, metrics=NAMES, **settings).fit(X, Y)
    assert measured.history_["loss"] == plain.history_["loss"]


def test_letters_of_a_language_model():
    model = WaveNetLM(WaveNet(filters=2, dilations=(1,)), 12, metrics=NAMES, max_epochs=1)
    history = model.fit(X).history_
    assert all(0 < history[name][0] < 1 for name in NAMES)


def test_unknown_names():
    with pytest.raises(ValueError, match="metrics has 'mcc', which is none of 'f1', 'balanced"):
        SequenceClassifier(metrics=["mcc"]).fit(["ACGT"] * 2, [0, 1])
