"""What tells whether a fitted estimator, or a built model, uses a parameter."""

from __future__ import annotations

import io
import tempfile
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any

import numpy as np
from Bio.Seq import Seq
from Bio.SeqRecord import SeqRecord
from sklearn.base import clone

from skdeepg import (
    FastaWindowTransformer,
    SequenceClassifier,
    cut_windows,
)
from skdeepg.sequences.sampling import quota
from tests.estimators.parameter_makers import LANGUAGE, ROWS, WINDOW, X, Y, make, use


def other_strand(row: str) -> str:
    return row[::-1].translate(str.maketrans("ACGT", "TGCA"))


# What a network has become


def n_steps(fitted: Any) -> int:
    return int(fitted._optimizer.iterations)


def step_size(fitted: Any) -> float:
    return float(fitted._optimizer.learning_rate)


def start_weights(estimator: Any) -> list[np.ndarray]:
    rows = (X, Y) if isinstance(estimator, SequenceClassifier) else (LANGUAGE,)
    return clone(estimator).set_params(max_epochs=0).fit(*rows).model_.get_weights()


def starts_like(fitted: Any, seed: int) -> bool:
    expected = make(type(fitted), random_state=seed)
    pairs = zip(start_weights(fitted), start_weights(expected), strict=True)
    return all(np.array_equal(a, b) for a, b in pairs)


def shows_progress(fitted: Any) -> bool:
    with redirect_stderr(io.StringIO()) as shown:
        use(clone(fitted))
    return shown.getvalue() != ""


def n_epochs_after_another_fit(fitted: Any) -> int:
    rows = (X, Y) if isinstance(fitted, SequenceClassifier) else (LANGUAGE,)
    return fitted.fit(*rows).n_epochs_


def layers(model: Any) -> set[str]:
    return {layer.name for layer in model.layers}


def differs_by_chance(model: Any) -> bool:
    """Tell dropout: answers differ from call to call, in training."""
    shape = model.input_shape
    # of both signs: the few units of a small network are not dead for all of them
    inputs = np.random.default_rng(0).normal(size=(32, shape[1] or 20, shape[2]), scale=3)
    first, *others = (np.asarray(model(inputs, training=True)) for _ in range(5))
    return not all(np.array_equal(first, other) for other in others)


# What a classifier answers


def same_on_both_strands(fitted: Any) -> bool:
    forward, reverse = fitted.predict_proba([X[0], other_strand(X[0])])
    return np.allclose(forward, reverse, atol=1e-5)


def is_largest_window(fitted: Any) -> bool:
    windows = fitted.predict_windows(X[:1])[fitted.classes_]
    largest = windows.max() / windows.max().sum()
    return np.allclose(fitted.predict_proba(X[:1])[0], largest, atol=1e-5)


def learnt_share(fitted: Any) -> float:
    """Share of the rarer class, of which there are as many as three windows in four of the other.

    All bases are A, so the network can learn nothing but the classes' shares.
    """
    copied = clone(fitted).set_params(max_epochs=40, batch_size=1000)
    rows, y = ["A" * 3 * WINDOW, "A" * WINDOW] * 4, ["common", "rare"] * 4
    return float(copied.fit(rows, y).predict_proba(rows[1:2])[0, 1])


def span(fitted: Any) -> np.ndarray:
    """Start and end of windows, or of the bases that are scored and of what is before them."""
    if isinstance(fitted, SequenceClassifier):
        return fitted.predict_windows(X)[["start", "end"]].to_numpy()
    return np.array([[0, fitted.task_.window_length]])


def loss(fitted: Any) -> list[float]:
    return fitted.history_["loss"]


# What is counted and cut


def counts_both_strands(fitted: Any) -> bool:
    pairs = fitted.counts(1)
    return np.array_equal(pairs, pairs[::-1, ::-1].T)


def adds_to_counts(fitted: Any, number: float) -> bool:
    counts = fitted.counts(0)[0] + number
    return np.allclose(fitted.predict_proba(["ACG"])[0], counts / counts.sum())


def learns_without_offsets(cutter: Any) -> bool:
    losses = [
        loss(make(SequenceClassifier, windows=windows).fit(X, Y))
        for windows in (cutter, FastaWindowTransformer(WINDOW, random_offset=False))
    ]
    return losses[0] == losses[1]


def windows_of(cutter: Any) -> np.ndarray:
    return np.asarray(cut_windows(ROWS, windows=cutter)[0])


def draws_like(cutter: Any, seed: int) -> bool:
    expected = FastaWindowTransformer(WINDOW, max_windows=1, random_state=seed)
    return np.array_equal(windows_of(cutter), windows_of(expected))


def reads_files(transformer: Any) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "rows.fasta")
        path.write_text(">one\nACGTACGTAC\n")
        try:
            return clone(transformer).fit_transform([str(path)]).shape[0] == 1
        except ValueError:
            return False


def draws_rows_equally(cutter: Any) -> bool:
    drawn = quota(np.array([9, 1]), clone(cutter).cut(), np.ones(2))
    return bool(drawn.tolist() == [5, 5])


def sees_qualities(cutter: Any) -> bool:
    record = SeqRecord(Seq("ACGTAC"), letter_annotations={"phred_quality": [10] * 6})
    windows = clone(cutter).fit_transform([record])
    return bool(np.isclose(windows.symbol_table()[windows.to_array()][0, 0, 0], 0.9))


def keeps_codes(cutter: Any) -> bool:
    """Tell whether a file is encoded on disk."""
    if cutter.memory is None:
        return False
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "rows.fasta")
        path.write_text(">one\nACGTACGTAC\n")
        clone(cutter).fit([path])
    return any(Path(cutter.memory).rglob("*.codes"))


def shows_encoding(cutter: Any) -> bool:
    with redirect_stderr(io.StringIO()) as shown:
        keeps_codes(cutter)
    return "Encode files" in shown.getvalue()


# What a model is built of


def skips_padding(model: Any) -> bool:
    """Tell whether zeros before a sequence leave the answer as it is."""
    bases = np.eye(4, dtype=np.float32)[np.arange(24) % 4][None]
    short = bases.copy()
    short[:, :6] = 0
    other = np.concatenate([short[:, 6:], short[:, :6]], axis=1)
    return np.allclose(model(short), model(other), atol=1e-6)
