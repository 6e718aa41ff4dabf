"""Pictures: the artists and labels that they should have."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from sklearn.metrics import ConfusionMatrixDisplay, PrecisionRecallDisplay, RocCurveDisplay

from skdeepg import FastaWindowTransformer
from skdeepg.inspection import (
    LengthDisplay,
    LikelihoodDisplay,
    SurpriseDisplay,
    evaluate_classifier,
)
from skdeepg.sequences import read_sequences
from tests.inspection.test_classifier_evaluation import tiny, toy

pytestmark = pytest.mark.usefixtures("plt")


def legend(display) -> list[str]:
    return [text.get_text() for text in display.ax_.get_legend().get_texts()]


def test_confusion_matrix():
    display = tiny().plot()
    assert isinstance(display, ConfusionMatrixDisplay)
    assert [[text.get_text() for text in line] for line in display.text_] == [["1", "1"]] * 2
    assert [tick.get_text() for tick in display.ax_.get_xticklabels()] == ["a", "b"]
    assert display.ax_.get_title() == "4 rows"
    assert len(display.figure_.axes) == 1  # no colour bar: the numbers stand in the cells
    windows = tiny().plot("confusion", "window")
    assert windows.confusion_matrix.tolist() == [[1, 1], [1, 2]]
    assert windows.ax_.get_title() == "5 windows"
    assert windows.figure_ is not display.figure_


def test_confusion_matrices_of_labels(plt):
    evaluation = evaluate_classifier(**toy("multilabel"))
    displays = evaluation.plot()
    assert [one.ax_.get_title() for one in displays] == [
        "plasmid (rows)",
        "virus (rows)",
        "host (rows)",
    ]
    np.testing.assert_array_equal(
        [one.confusion_matrix for one in displays], evaluation.row.confusion_matrix
    )
    assert len({one.figure_ for one in displays}) == 1
    _, axes = plt.subplots(3)
    assert [one.ax_ for one in evaluation.plot(ax=axes)] == list(axes)
    with pytest.raises(ValueError, match="array of 3 axes, one a label, found 1"):
        evaluation.plot(ax=axes[0])


def test_confusion_matrices_of_five_labels_leave_no_empty_axes():
    truth = np.eye(5, dtype=int)
    displays = evaluate_classifier(list("abcde"), truth, truth, np.arange(5), truth).plot()
    assert len(displays) == 5
    drawn = [axes for axes in displays[0].figure_.axes if axes.get_xlabel()]
    assert drawn == [one.ax_ for one in displays]


def test_many_classes_leave_out_numbers():
    classes = np.arange(60)
    p = np.eye(60)
    evaluation = evaluate_classifier(classes, classes, p, classes, p)
    assert evaluation.plot().text_ is None
    display = evaluation.plot("roc")
    assert len(display.line_) == 60
    assert len({tuple(line.get_color()) for line in display.line_}) == 60


@pytest.mark.parametrize(
    ("kind", "cls", "value", "metric"),
    [
        ("roc", RocCurveDisplay, "roc_auc", "AUC"),
        ("precision_recall", PrecisionRecallDisplay, "average_precision", "AP"),
    ],
)
class TestCurves:
    def test_binary(self, plt, kind, cls, value, metric):
        _, ax = plt.subplots()
        display = tiny().plot(kind, ax=ax)
        assert type(display) is cls
        assert display.ax_ is ax
        score = getattr(tiny().row, value)
        assert getattr(display, value) == score
        chance = {"roc": "AUC = 0.5", "precision_recall": "AP = 0.50"}[kind]
        assert legend(display) == [f"b ({metric} = {score:0.2f})", f"Chance level ({chance})"]
        assert "(Positive label: b)" in ax.get_xlabel()
        assert len(ax.lines) == 2

    @pytest.mark.parametrize("target", ["multiclass", "multilabel"])
    def test_one_curve_a_class(self, kind, cls, value, metric, target):
        evaluation = evaluate_classifier(**toy(target))
        display = evaluation.plot(kind, level="window")
        assert type(display) is cls
        scores = getattr(evaluation.window, f"class_{value}")
        assert getattr(display, value) == scores.tolist()
        assert display.name == evaluation.classes.tolist()
        assert len(display.line_) == 3
        expected = [
            f"{name} ({metric} = {score:0.2f})"
            for name, score in zip(evaluation.classes, scores, strict=True)
        ]
        assert legend(display)[:3] == expected
        assert "Positive label" not in display.ax_.get_xlabel()
        axes = {
            "roc": ("fpr", "tpr"),  # codespell:ignore
            "precision_recall": ("recall", "precision"),
        }
        x, y = axes[kind]
        for i, line in enumerate(display.line_):
            np.testing.assert_array_equal(line.get_xdata(), getattr(display, x)[i])
            np.testing.assert_array_equal(line.get_ydata(), getattr(display, y)[i])

    def test_absent_class_has_no_curve_and_is_named(self, kind, cls, value, metric):
        p = [[0.8, 0.1, 0.1], [0.1, 0.2, 0.7]]
        evaluation = evaluate_classifier(["a", "b", "c"], ["a", "b"], p, [0, 1], p)
        with pytest.warns(
            UserWarning, match=r"No curve for the class 'c': no row has it"
        ) as caught:
            display = evaluation.plot(kind)
        assert caught[0].filename == __file__
        assert len(display.line_) == 2
        alone = evaluate_classifier(["a", "b"], ["a", "a"], [[0.8, 0.2]] * 2, [0], [[0.8, 0.2]])
        with pytest.raises(ValueError, match="No curve for the class 'b'"):
            alone.plot(kind)


def test_curves_equal_those_of_scikit_learn():
    scores = tiny().row
    roc = RocCurveDisplay.from_predictions(scores.truth, scores.probabilities[:, 1])
    np.testing.assert_array_equal(tiny().plot("roc").tpr, roc.tpr)
    pr = PrecisionRecallDisplay.from_predictions(scores.truth, scores.probabilities[:, 1])
    np.testing.assert_array_equal(tiny().plot("precision_recall").precision, pr.precision)
    assert tiny().plot("precision_recall").prevalence_pos_label == pr.prevalence_pos_label


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"kind": "pie"},
            "kind must be one of 'confusion', 'roc', 'precision_recall', found 'pie'",
        ),
        ({"level": "base"}, "level must be 'window' or 'row', found 'base'"),
    ],
)
def test_unknown_pictures(arguments, message):
    with pytest.raises(ValueError, match=message):
        tiny().plot(**arguments)


class TestLengths:
    ROWS = ("A" * 10, "A" * 12, "A" * 12, "A" * 15)

    def test_histogram_of_all(self):
        display = LengthDisplay.from_sequences(self.ROWS)
        np.testing.assert_array_equal(display.edges_, np.arange(9.5, 16))
        np.testing.assert_array_equal(display.counts_[None], [1, 0, 2, 0, 0, 1])
        assert display.ax_.get_xlabel() == "Length (bases)"
        assert display.ax_.get_ylabel() == "Number of rows"
        assert display.ax_.get_xscale() == "linear"
        assert display.ax_.get_legend() is None
        assert display.figure_ is display.ax_.figure

    def test_classes(self, plt):
        _, ax = plt.subplots()
        display = LengthDisplay.from_sequences(self.ROWS, ["y", "x", "y", "y"], ax=ax)
        assert display.ax_ is ax
        assert legend(display) == ["x (1)", "y (3)"]
        assert list(display.bars_) == ["x", "y"]
        assert {label: counts.sum() for label, counts in display.counts_.items()} == {
            "x": 1,
            "y": 3,
        }

    def test_equal_lengths_are_written_out(self):
        display = LengthDisplay.from_sequences(["A" * 6000] * 3)
        display.figure_.canvas.draw()
        shown = [text.get_text() for text in display.ax_.get_xticklabels()]
        left, right = display.ax_.get_xlim()
        ticks = display.ax_.get_xticks()
        assert [t for t, x in zip(shown, ticks, strict=True) if left <= x <= right] == ["6,000"]
        assert display.ax_.xaxis.get_offset_text().get_text() == ""

    def test_log_scale_beyond_two_decades(self):
        at = LengthDisplay.from_sequences(["A" * 10, "A" * 1000])
        beyond = LengthDisplay.from_sequences(["A" * 10, "A" * 1001])
        assert at.ax_.get_xscale() == "linear"
        assert beyond.ax_.get_xscale() == "log"
        np.testing.assert_allclose(np.diff(np.log(beyond.edges_), 2), 0, atol=1e-12)
        assert beyond.counts_[None].sum() == 2
        assert beyond.plot(scale="linear").ax_.get_xscale() == "linear"
        assert at.plot(scale="log", bins=5).ax_.get_xscale() == "log"
        assert len(at.edges_) == 6

    @pytest.mark.parametrize("bins", [1, 2, 7, 30])
    @pytest.mark.parametrize("scale", ["linear", "log"])
    def test_every_sequence_is_counted_once(self, bins, scale):
        lengths = np.random.default_rng(0).integers(1, 500, 300)
        display = LengthDisplay(lengths).plot(bins=bins, scale=scale)
        assert display.counts_[None].sum() == 300
        assert len(display.edges_) <= bins + 1

    def test_records_of_files(self, tmp_path):
        path = tmp_path / "a.fasta"
        path.write_text(">1\nACGT\n>2\nACG\n")
        X = read_sequences([path, "ACGTACG"])
        assert LengthDisplay.from_sequences(X).lengths.tolist() == [7, 7]
        display = LengthDisplay.from_sequences(X, ["a", "b"], by="record")
        assert display.lengths.tolist() == [4, 3, 7]
        assert display.labels.tolist() == ["a", "a", "b"]
        assert display.ax_.get_ylabel() == "Number of records"

    def test_windows_show_the_sequences_they_are_cut_from(self):
        windows = FastaWindowTransformer(4).fit_transform(list(self.ROWS))
        assert LengthDisplay.from_sequences(windows).lengths.tolist() == [10, 12, 12, 15]

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"X": []}, "no sequences"),
            ({"y": ["a"]}, r"shape \(4,\), one label a row, found \(1,\)"),
            ({"y": ["a", "b", None, "a"]}, "no label in row 2"),
            ({"by": "base"}, "by must be 'row' or 'record', found 'base'"),
            ({"scale": "square"}, "scale must be one of 'auto', 'linear', 'log', not 'square'"),
            ({"bins": 0}, "bins must be a whole number, at least 1, not 0"),
        ],
    )
    def test_errors(self, arguments, message):
        with pytest.raises(ValueError, match=message):
            LengthDisplay.from_sequences(**({"X": self.ROWS} | arguments))


@pytest.mark.parametrize(
    ("draw", "caller"),
    [
        (lambda: tiny().plot(), "ClassifierEvaluation.plot"),
        (lambda: tiny().plot("roc"), "ClassifierEvaluation.plot"),
        (lambda: LengthDisplay(np.array([3, 4])).plot(), "LengthDisplay.plot"),
        (lambda: LengthDisplay.from_sequences(["A"]), "LengthDisplay.from_sequences"),
        (
            lambda: LikelihoodDisplay.from_predictions([1], [2]),
            "LikelihoodDisplay.from_predictions",
        ),
        (lambda: LikelihoodDisplay(np.ones(1), np.ones(1)).plot(), "LikelihoodDisplay.plot"),
        (lambda: SurpriseDisplay.from_predictions([1], [2]), "SurpriseDisplay.from_predictions"),
        (lambda: SurpriseDisplay.from_estimator(None, ["A"]), "SurpriseDisplay.from_estimator"),
        (lambda: SurpriseDisplay(np.arange(2), np.ones(2)).plot(), "SurpriseDisplay.plot"),
    ],
)
def test_missing_matplotlib_is_said(monkeypatch, draw, caller):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ImportError, match=rf'{caller} needs matplotlib.*"skdeepg\[plot\]"'):
        draw()
