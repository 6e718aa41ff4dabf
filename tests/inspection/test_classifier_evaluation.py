"""Evaluation of classifiers: as scikit-learn's functions, readable, honest about the undefined."""

from __future__ import annotations

import pickle
import warnings
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from sklearn import metrics

from skdeepg.inspection import ClassifierEvaluation, Scores, evaluate_classifier

CLASSES = {
    "binary": np.array(["ac", "gt"]),
    "multiclass": np.array(["a", "b", "c"]),
    "multilabel": np.array(["plasmid", "virus", "host"]),
}


@pytest.fixture(autouse=True)
def _no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def toy(kind: str, n: int = 60, windows: int = 4, seed: int = 0) -> dict:
    """Truth and probabilities that know something of it: arguments of evaluate_classifier."""
    random = np.random.default_rng(seed)
    classes = CLASSES[kind]
    shape = (n, len(classes))
    rows = np.repeat(np.arange(n), random.integers(1, windows + 1, n))
    if kind == "multilabel":
        truth = random.integers(0, 2, shape)
        right = truth
    else:
        codes = random.integers(0, len(classes), n)
        truth, right = classes[codes], np.eye(len(classes))[codes]

    def answer(right: np.ndarray) -> np.ndarray:
        odds = np.exp(2 * right - 1 + random.normal(size=right.shape))
        share = 1 + odds if kind == "multilabel" else odds.sum(axis=1, keepdims=True)
        return odds / share

    return {
        "classes": classes,
        "row_truth": truth,
        "row_probabilities": answer(right),
        "window_rows": rows,
        "window_probabilities": answer(right[rows]).astype(np.float32),
    }


def arrays(data: dict, level: str, weight: np.ndarray | None) -> tuple:
    rows = data["window_rows"] if level == "window" else np.arange(len(data["row_truth"]))
    weight = None if weight is None else weight[rows]
    return data["row_truth"][rows], data[f"{level}_probabilities"], weight


@pytest.fixture(params=[False, True], ids=["unweighted", "weighted"])
def weight(request) -> np.ndarray | None:
    return np.random.default_rng(1).uniform(0.1, 3, 60) if request.param else None


@pytest.mark.parametrize("level", ["window", "row"])
@pytest.mark.parametrize("kind", ["binary", "multiclass"])
def test_equals_scikit_learn_single_label(kind, level, weight):
    data = toy(kind)
    classes = data["classes"]
    scores = getattr(evaluate_classifier(**data, sample_weight=weight), level)
    truth, probabilities, w = arrays(data, level, weight)
    predicted = classes[probabilities.argmax(axis=1)]
    positive = probabilities[:, 1] if kind == "binary" else probabilities
    binary = {"pos_label": "gt"} if kind == "binary" else {}
    expected = {
        "accuracy": metrics.accuracy_score(truth, predicted, sample_weight=w),
        "balanced_accuracy": metrics.balanced_accuracy_score(truth, predicted, sample_weight=w),
        "f1": metrics.f1_score(truth, predicted, average="macro", sample_weight=w),
        "roc_auc": metrics.roc_auc_score(truth, positive, multi_class="ovr", sample_weight=w),
        "average_precision": metrics.average_precision_score(
            truth, positive, sample_weight=w, **binary
        ),
        "log_loss": metrics.log_loss(truth, probabilities, sample_weight=w),
    }
    for name, value in expected.items():
        assert getattr(scores, name) == pytest.approx(value, rel=1e-12), name
    np.testing.assert_array_equal(
        scores.confusion_matrix,
        metrics.confusion_matrix(truth, predicted, labels=classes, sample_weight=w),
    )
    check_classes(scores, truth[:, None] == classes, probabilities, predicted[:, None] == classes)


@pytest.mark.parametrize("level", ["window", "row"])
def test_equals_scikit_learn_multilabel(level, weight):
    data = toy("multilabel")
    scores = getattr(evaluate_classifier(**data, sample_weight=weight), level)
    truth, probabilities, w = arrays(data, level, weight)
    predicted = probabilities > 0.5
    each = range(3)
    expected = {
        "accuracy": metrics.accuracy_score(truth, predicted, sample_weight=w),
        "balanced_accuracy": np.mean(
            [
                metrics.balanced_accuracy_score(truth[:, i], predicted[:, i], sample_weight=w)
                for i in each
            ]
        ),
        "f1": metrics.f1_score(truth, predicted, average="macro", sample_weight=w),
        "roc_auc": metrics.roc_auc_score(truth, probabilities, sample_weight=w),
        "average_precision": metrics.average_precision_score(truth, probabilities, sample_weight=w),
        "log_loss": np.mean(
            [metrics.log_loss(truth[:, i], probabilities[:, i], sample_weight=w) for i in each]
        ),
    }
    for name, value in expected.items():
        assert getattr(scores, name) == pytest.approx(value, rel=1e-12), name
    np.testing.assert_array_equal(
        scores.confusion_matrix,
        metrics.multilabel_confusion_matrix(truth, predicted, sample_weight=w),
    )
    check_classes(scores, truth, probabilities, predicted)


def check_classes(
    scores: Scores, truth: np.ndarray, probabilities: np.ndarray, predicted: np.ndarray
) -> None:
    """Compare the scores of each class with those of its column."""
    for i in range(truth.shape[1]):
        answers = (truth[:, i], predicted[:, i])
        ranked = (truth[:, i], probabilities[:, i])
        expected = {
            "precision": metrics.precision_score(*answers, sample_weight=scores.weight),
            "recall": metrics.recall_score(*answers, sample_weight=scores.weight),
            "f1": metrics.f1_score(*answers, sample_weight=scores.weight),
            "roc_auc": metrics.roc_auc_score(*ranked, sample_weight=scores.weight),
            "average_precision": metrics.average_precision_score(
                *ranked, sample_weight=scores.weight
            ),
            "support": np.sum(truth[:, i] * (1 if scores.weight is None else scores.weight)),
        }
        for name, value in expected.items():
            assert getattr(scores, f"class_{name}")[i] == pytest.approx(value, rel=1e-12), name


def tiny() -> ClassifierEvaluation:
    probabilities = np.array([[0.9, 0.1], [0.4, 0.6], [0.6, 0.4], [0.2, 0.8]])
    return evaluate_classifier(
        ["a", "b"],
        ["a", "a", "b", "b"],
        probabilities,
        [0, 1, 2, 3, 3],
        probabilities[[0, 1, 2, 3, 3]],
    )


def test_known_answers():
    evaluation = tiny()
    row = evaluation.row
    assert row.accuracy == row.balanced_accuracy == row.f1 == 0.5
    assert row.roc_auc == 0.75  # 3 of 4 pairs in order
    assert row.average_precision == pytest.approx(5 / 6)
    assert row.log_loss == pytest.approx(-np.log([0.9, 0.4, 0.4, 0.8]).mean())
    assert row.confusion_matrix.tolist() == [[1, 1], [1, 1]]
    assert row.class_support.tolist() == [2, 2]
    assert evaluation.window.confusion_matrix.tolist() == [[1, 1], [1, 2]]
    assert evaluation.window.accuracy == 0.6
    assert evaluation.notes == ()


def test_support_is_counted_in_whole_numbers():
    wrong = [[0.2, 0.8], [0.6, 0.4]]
    row = evaluate_classifier(["a", "b"], ["a", "b"], wrong, [0, 1], wrong).row
    assert row.class_support.tolist() == [1, 1]
    assert row.class_support.dtype == np.int64


def test_known_answers_multilabel():
    row = evaluate_classifier(
        ["x", "y"],
        [[1, 0], [1, 1], [0, 1]],
        [[0.9, 0.6], [0.4, 0.8], [0.2, 0.7]],
        [0, 1, 2],
        [[0.9, 0.6], [0.4, 0.8], [0.2, 0.7]],
    ).row
    assert row.accuracy == pytest.approx(1 / 3)  # all labels of a row
    assert row.balanced_accuracy == pytest.approx((0.75 + 0.5) / 2)
    assert row.f1 == pytest.approx((2 / 3 + 4 / 5) / 2)
    assert row.roc_auc == row.average_precision == 1
    assert row.confusion_matrix.tolist() == [[[1, 0], [1, 1]], [[0, 1], [0, 2]]]
    assert row.predicted.tolist() == [[1, 1], [0, 1], [0, 1]]


def test_weight_of_two_is_a_row_twice():
    data = toy("multiclass", n=30, windows=1)
    twice = np.r_[np.arange(30), np.arange(10)]
    repeated = evaluate_classifier(
        data["classes"],
        data["row_truth"][twice],
        data["row_probabilities"][twice],
        np.arange(40),
        data["window_probabilities"][twice],
    ).to_frame()
    weighted = evaluate_classifier(**data, sample_weight=1 + (np.arange(30) < 10)).to_frame()
    np.testing.assert_allclose(weighted.iloc[:, 2:], repeated.iloc[:, 2:], rtol=1e-6)


def test_labels_of_other_types_and_order():
    by_name = tiny().to_frame()
    probabilities = tiny().row.probabilities
    for labels in ([3, 7], [False, True], [2.5, -1.0]):
        truth = np.repeat(labels, 2).tolist()
        numbered = evaluate_classifier(labels, truth, probabilities, range(4), probabilities)
        np.testing.assert_array_equal(numbered.row.confusion_matrix, [[1, 1], [1, 1]])
        assert numbered.to_frame()["class"].tolist() == ["all", *labels] * 2
        np.testing.assert_array_equal(
            numbered.to_frame().iloc[3:, 2:], by_name.iloc[3:, 2:].to_numpy()
        )


class TestUndefined:
    def test_absent_class(self):
        evaluation = evaluate_classifier(
            ["a", "b", "c"],
            ["a", "b"],
            [[0.8, 0.1, 0.1], [0.1, 0.2, 0.7]],
            [0, 1],
            [[0.8, 0.1, 0.1], [0.1, 0.7, 0.2]],
        )
        row = evaluation.row
        np.testing.assert_array_equal(row.class_recall, [1, 0, np.nan])
        np.testing.assert_array_equal(row.class_precision, [1, np.nan, 0])
        np.testing.assert_array_equal(row.class_f1, [1, 0, 0])
        np.testing.assert_array_equal(row.class_roc_auc, [1, 1, np.nan])
        np.testing.assert_array_equal(row.class_average_precision, [1, 1, np.nan])
        assert np.isnan(row.roc_auc)
        assert np.isnan(row.average_precision)
        assert row.balanced_accuracy == 0.5  # of the classes present
        assert row.f1 == pytest.approx(1 / 3)  # of the classes present or predicted
        assert row.log_loss == pytest.approx(-np.log([0.8, 0.2]).mean())
        assert row.confusion_matrix.tolist() == [[1, 0, 0], [0, 0, 1], [0, 0, 0]]
        assert row.notes == (
            "No row has the class 'c': recall, ROC AUC, average precision and the means of the "
            "last two are undefined (nan).",
            "No row is predicted to have the class 'b': precision is undefined (nan).",
        )
        window = evaluation.window
        np.testing.assert_array_equal(window.class_f1, [1, 1, np.nan])
        assert window.f1 == 1
        for note in evaluation.notes:
            assert note in repr(evaluation)

    def test_one_class_only(self):
        p = [[0.8, 0.2], [0.7, 0.3]]
        row = evaluate_classifier(["a", "b"], ["a", "a"], p, [0, 1], p).row
        assert row.accuracy == row.balanced_accuracy == 1
        assert np.isnan([row.roc_auc, row.average_precision]).all()
        assert row.class_average_precision[0] == 1
        assert "Every row has the class 'a': ROC AUC and its mean are" in row.notes[1]

    def test_label_that_none_or_all_have(self):
        p = [[0.8, 0.2, 0.6], [0.7, 0.9, 0.2]]
        row = evaluate_classifier(["x", "y", "z"], [[1, 0, 1], [1, 0, 0]], p, [0, 1], p).row
        np.testing.assert_array_equal(row.class_roc_auc, [np.nan, np.nan, 1])
        np.testing.assert_array_equal(row.class_average_precision, [1, np.nan, 1])
        assert np.isnan(row.roc_auc)
        assert row.balanced_accuracy == pytest.approx((1 + 0.5 + 1) / 3)

    def test_class_of_weight_zero_is_absent(self):
        p = [[0.8, 0.2], [0.3, 0.7]]
        row = evaluate_classifier(["a", "b"], ["a", "b"], p, [0, 1], p, [1, 0]).row
        assert np.isnan(row.roc_auc)
        assert row.accuracy == 1


def test_table():
    data = toy("multiclass")
    evaluation = evaluate_classifier(**data)
    table = evaluation.to_frame()
    assert (
        table.columns.tolist()
        == (
            "level class accuracy balanced_accuracy precision recall f1 roc_auc average_precision "
            "log_loss support"
        ).split()
    )
    assert table["level"].tolist() == ["window"] * 4 + ["row"] * 4
    assert table["class"].tolist() == ["all", "a", "b", "c"] * 2
    overall, first = table.iloc[4], table.iloc[5]
    for name in ("accuracy", "balanced_accuracy", "f1", "roc_auc", "average_precision", "log_loss"):
        assert overall[name] == getattr(evaluation.row, name)
    for name in ("precision", "recall", "f1", "roc_auc", "average_precision", "support"):
        assert first[name] == getattr(evaluation.row, f"class_{name}")[0]
    assert overall["support"] == 60
    assert overall[["precision", "recall"]].isna().all()
    assert first[["accuracy", "balanced_accuracy", "log_loss"]].isna().all()


def test_shown_in_a_terminal():
    shown = repr(tiny())
    assert shown.startswith("Evaluation of 2 classes, 5 windows of 4 rows\n")
    lines = {line.split("  ")[0]: line.split() for line in shown.splitlines()}
    assert lines["ROC AUC"][-2:] == ["0.833", "0.750"]
    assert lines["b"] == ["b", "0.500", "0.500", "0.500", "0.750", "0.833", "2"]
    assert max(map(len, shown.splitlines())) <= 80
    assert "independent labels" in repr(evaluate_classifier(**toy("multilabel")))


def test_many_classes_are_cut_short_in_a_terminal():
    classes = [f"genus_{i}" for i in range(30)]
    p = np.eye(30)
    shown = repr(evaluate_classifier(classes, classes, p, range(30), p))
    assert "genus_9" in shown
    assert "genus_10" not in shown
    assert "... and 20 more" in shown


def test_is_frozen_and_pickles():
    evaluation = tiny()
    with pytest.raises(FrozenInstanceError):
        evaluation.row = None
    again = pickle.loads(pickle.dumps(evaluation))
    assert repr(again) == repr(evaluation)
    np.testing.assert_array_equal(again.classes, ["a", "b"])


def test_probabilities_of_float32_turned_to_float64_are_accepted():
    data = toy("multiclass")
    data["window_probabilities"] = data["window_probabilities"].astype(np.float64)
    assert np.isfinite(evaluate_classifier(**data).window.log_loss)


@pytest.mark.parametrize("kind", CLASSES)
def test_kinds_of_answers(kind):
    data = toy(kind)
    scores = evaluate_classifier(**data).row
    assert scores.is_multilabel == (kind == "multilabel")
    assert scores.is_binary == (kind == "binary")
    truth = data["row_truth"]
    expected = truth if truth.ndim == 2 else truth[:, np.newaxis] == data["classes"]
    np.testing.assert_array_equal(scores.indicator, expected)
