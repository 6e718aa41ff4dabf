"""What a user can get wrong at fit and predict, and what the messages say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError

from skdeepg import LSTMCNN, FastaWindowTransformer, SequenceClassifier
from skdeepg.callbacks import CSVLog
from skdeepg.estimators.validation import split_rows
from skdeepg.exceptions import NetworkMismatchError

X = ["ACGTACGTACGTACGT", "GGGGGGGGGGGGGGGG"]


def test_not_fitted(tiny):
    with pytest.raises(NotFittedError):
        tiny.predict(X)


@pytest.mark.parametrize(
    ("y", "message"),
    [
        ([1, 1], "needs at least 2 classes, but y has 1 class only: .*1"),
        ([0, 1, 1], "X has 2 rows, y has 3 labels"),
        ([0, np.nan], "Input y contains NaN: 1 labels are missing, the first in row 1"),
        (["a", None], "Input y contains NaN: 1 labels are missing, the first in row 1"),
        ([0.5, 1.25], "Unknown label type"),
        (None, "requires y to be passed"),
    ],
)
def test_labels(tiny, y, message):
    with pytest.raises(ValueError, match=message):
        tiny.fit(X, y)


@pytest.mark.parametrize(
    ("rows", "error", "message"),
    [
        ([X[0], "MKLV"], ValueError, r"letter 'L' at position 2 .* of row 1 of X .*proteins"),
        ([X[0], ""], ValueError, "Row 1 of X is an empty sequence"),
        ([X[0], None], TypeError, "Row 1 of X is None"),
        ([X[0], "data/genome.fasta"], ValueError, "wrap it in pathlib.Path"),
        ([X[0], Path("missing.fasta")], FileNotFoundError, "no file missing.fasta"),
        ("ACGTACGT", TypeError, "wrap it in a list"),
        (pd.Index(X), TypeError, "X is a pandas Index, .* give a list"),
        (pd.DataFrame({"a": X, "b": X}), ValueError, "X has 2 columns .* as X\\['a'\\]"),
        (np.zeros((2, 3, 4), dtype=int), ValueError, "dim 3"),
    ],
)
def test_rows(tiny, rows, error, message):
    with pytest.raises(error, match=message):
        tiny.fit(rows, [0, 1])


def test_files_are_named(tiny, tmp_path):
    (tmp_path / "good.fasta").write_text(">a\nACGTACGTACGTACGT\n")
    (tmp_path / "bad.fasta").write_text(">gene1\nACGT\nAC!T\n")
    message = r"letter '!' at position 6 .*of record 'gene1' of .*bad\.fasta"
    with pytest.raises(ValueError, match=message):
        tiny.fit([tmp_path / "good.fasta", tmp_path / "bad.fasta"], [0, 1])


def test_all_rows_too_short(tiny):
    tiny.set_params(windows=FastaWindowTransformer(100, short="drop"))
    with pytest.raises(ValueError, match=r"no window to train on.*window_length=100"):
        tiny.fit(X, [0, 1])
    tiny.set_params(windows=FastaWindowTransformer(100, short="error"))
    with pytest.raises(ValueError, match="2 records are shorter than window_length=100"):
        tiny.fit(X, [0, 1])


def three_outputs(task):
    import keras

    inputs = keras.Input(task.input_shapes[0])
    return keras.Model(inputs, keras.layers.Dense(3)(keras.layers.Flatten()(inputs)))


def test_network_with_wrong_outputs():
    classifier = SequenceClassifier(three_outputs, windows=12, max_epochs=1)
    with pytest.raises(NetworkMismatchError, match="3"):
        classifier.fit(X, [0, 1])


@pytest.mark.parametrize(
    ("weight", "message"),
    [([1.0], "expected \\(2,\\)"), ([1, -1], "must not be negative"), ([0, 0], "zero for all")],
)
def test_sample_weight(tiny, weight, message):
    with pytest.raises(ValueError, match=message):
        tiny.fit(X, [0, 1], sample_weight=weight)


def test_class_weight_of_an_unknown_class(tiny):
    with pytest.raises(ValueError, match="class_weight has the label 'b'"):
        tiny.set_params(class_weight={"b": 2}).fit(X, [0, 1])


def test_codes(tiny):
    codes = np.zeros((4, 12), dtype=np.uint8)
    codes[1, 3] = 6
    with pytest.raises(ValueError, match="code 6 in row 1, column 3"):
        tiny.fit(codes, [0, 1, 0, 1])
    with pytest.raises(ValueError, match=r"0\.5 in row 0, column 0"):
        tiny.fit(codes + 0.5, [0, 1, 0, 1])


def test_codes_of_another_width(fitted):
    with pytest.raises(ValueError, match="X has 5 columns, but windows of 12 bases were fitted"):
        fitted.predict(np.zeros((2, 5), dtype=int))


def test_one_callback_is_no_list(tiny, tmp_path):
    with pytest.raises(ValueError, match="callbacks.* must be .*list"):
        tiny.set_params(callbacks=CSVLog(tmp_path / "log.csv")).fit(X, [0, 1])


def test_a_class_that_is_held_back_as_a_whole():
    y = np.array([0, 0, 1, 1])
    with pytest.raises(ValueError, match="leaves 1 classes without training rows, .*held back"):
        split_rows(y, groups=y, fraction=0.5, seed=0)


def test_a_label_without_windows():
    rows = ["ACGTACGTACGTACGT", "ACGTACGTACGTACGG", "ACG"]
    cutter = FastaWindowTransformer(12, short="drop")
    clf = SequenceClassifier(LSTMCNN(filters=(2,), pool_size=2), cutter, max_epochs=0)
    with pytest.raises(ValueError, match=r"Class 1 has no window .* 1 of 3 \('2'\)"):
        clf.fit(rows, [[1, 0], [0, 0], [0, 1]])


def test_strands_of_proteins_are_refused(tiny):
    proteins = FastaWindowTransformer(6, vocabulary="ACDEFGHIKLMNPQRSTVWY")
    tiny.set_params(windows=proteins, strands="both")
    with pytest.raises(ValueError, match="has no reverse complement"):
        tiny.fit(["MKLVAAAA", "GGGGGGGG"], [0, 1])


def test_optimizer_and_network_by_mistake(tiny):
    with pytest.raises(ValueError, match="optimizer='addam' is no optimizer that Keras knows"):
        tiny.set_params(optimizer="addam").fit(X, [0, 1])
    with pytest.raises(TypeError, match="is a class; give an instance"):
        SequenceClassifier(LSTMCNN, windows=12).fit(X, [0, 1])


def test_evaluation_of_an_unknown_label(tiny):
    tiny.fit(X, ["a", "b"])
    with pytest.raises(ValueError, match="y has labels that the training rows do not have: 'c'"):
        tiny.evaluate(X, ["a", "c"])
