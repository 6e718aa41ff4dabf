"""Each constructor parameter of each class, set to another value, cloned, and found used.

A check asks a fitted clone (of a network: the built model) what it does. It must say no with the
default and yes with the other value, so that none can pass whatever the code does.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from contextlib import redirect_stderr
from functools import cache
from inspect import signature
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from Bio.Seq import Seq
from Bio.SeqRecord import SeqRecord
from scipy.sparse import issparse
from sklearn.base import clone
from sklearn.frozen import FrozenEstimator

from skdeepg import (
    LSTMCNN,
    FastaWindowTransformer,
    KmerVectorizer,
    MarkovLanguageModel,
    NetworkFeatures,
    SequenceClassifier,
    SequenceLanguageModel,
    WaveNet,
    WaveNetLM,
    cut_windows,
)
from skdeepg.callbacks import LabelSmoothing, StepSchedule, TimeLimit
from skdeepg.networks import NetworkTask
from skdeepg.sequences.sampling import quota
from tests.toys import (
    coin_sequences,
    linear_network,
    periodic_sequences,
    random_sequences,
    sliding_network,
)

pytestmark = [
    pytest.mark.filterwarnings("ignore::skdeepg.exceptions.LostDataWarning"),
    pytest.mark.filterwarnings("ignore::skdeepg.exceptions.TrainingEndedWarning"),
]

WINDOW = 6
X, Y = coin_sequences(12, seed=5, longest=40)
LANGUAGE = periodic_sequences(8, "AACAAG")
ROWS = (*random_sequences([20, 13, 4]), "ACGTNACGTNAC")
TINY = LSTMCNN(filters=2, kernel_size=3, pool_size=2)


class Case(NamedTuple):
    """Another value of a parameter, what it changes, and what it takes beside it to act."""

    value: Any
    check: Callable[[Any], Any]
    beside: dict[str, Any] = {}


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


NOTHING_LEARNT = {"validation_fraction": 0.25, "learning_rate": 1e-12, "max_epochs": 4}

OF_NETWORKS = {
    "network": Case(LSTMCNN(filters=3, kernel_size=2, pool_size=2),
                    lambda fitted: "conv_1" in layers(fitted.model_)),
    "windows": Case(8, lambda fitted: (np.diff(span(fitted)) == 8).all()),
    "vocabulary": Case("ACGTK", lambda fitted: "K" in fitted.windows_.vocabulary_.letters
                       and fitted.symbol_table_.shape == (7, 5)),
    "max_epochs": Case(2, lambda fitted: len(fitted.history_["loss"]) == 2),
    "steps_per_epoch": Case(2, lambda fitted: n_steps(fitted) == 2),
    "batch_size": Case(1000, lambda fitted: n_steps(fitted) == 1),
    "optimizer": Case("adam", lambda fitted: type(fitted._optimizer).__name__ == "Adam"),
    "learning_rate": Case(0.25, lambda fitted: step_size(fitted) == 0.25),
    "loss": Case(LabelSmoothing(0.5), lambda fitted: loss(fitted) != loss(default(type(fitted)))),
    "metrics": Case(["f1"], lambda fitted: len(fitted.history_.get("f1", [])) == 1),
    "schedule": Case(StepSchedule(every=1, step_factor=0.25),
                     lambda fitted: step_size(fitted) == 0.125, {"max_epochs": 2}),
    "callbacks": Case([TimeLimit(1e-9)], lambda fitted: fitted.n_epochs_ == 0),
    "init_from": Case("another model", lambda fitted: starts_like(fitted, 9)),
    "freeze": Case(1, lambda fitted: len(fitted.frozen_layers_) == 1
                   and not fitted.model_.get_layer(fitted.frozen_layers_[0]).trainable,
                   {"init_from": "another model", "network": "of two layers"}),
    "precision": Case("mixed_bfloat16", lambda fitted: (
        fitted.model_.layers[1].dtype_policy.name == "mixed_bfloat16"),
        {"network": "of two layers"}),
    "validation_fraction": Case(0.25, lambda fitted: len(fitted.history_.get("val_loss", [])) == 1),
    "early_stopping": Case(True, lambda fitted: fitted.n_epochs_ == 3,
                           NOTHING_LEARNT | {"patience": 2}),
    "patience": Case(1, lambda fitted: fitted.n_epochs_ == 2,
                     NOTHING_LEARNT | {"early_stopping": True}),
    "warm_start": Case(True, lambda fitted: n_epochs_after_another_fit(fitted) == 2),
    "random_state": Case(7, lambda fitted: starts_like(fitted, 7)),
    "verbose": Case(1, shows_progress),
}  # fmt: skip


def span(fitted: Any) -> np.ndarray:
    """Start and end of windows, or of the bases that are scored and of what is before them."""
    if isinstance(fitted, SequenceClassifier):
        return fitted.predict_windows(X)[["start", "end"]].to_numpy()
    return np.array([[0, fitted.task_.window_length]])


OF_LANGUAGE = OF_NETWORKS | {
    "strands": Case("both", lambda fitted: loss(fitted) != loss(default(type(fitted)))),
    "score_strands": Case("both", lambda fitted: np.isclose(
        *fitted.score_samples([LANGUAGE[0], other_strand(LANGUAGE[0])]), rtol=1e-5)),
}  # fmt: skip


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

LSTM = {"filters": None, "lstm_units": 4}
TASK = NetworkTask(window_length=24, n_symbols=4, n_outputs=2)
STRETCH = NetworkTask(window_length=24, n_symbols=4, n_outputs=4, per_position=True)


def skips_padding(model: Any) -> bool:
    """Tell whether zeros before a sequence leave the answer as it is."""
    bases = np.eye(4, dtype=np.float32)[np.arange(24) % 4][None]
    short = bases.copy()
    short[:, :6] = 0
    other = np.concatenate([short[:, 6:], short[:, :6]], axis=1)
    return np.allclose(model(short), model(other), atol=1e-6)


TABLE: dict[type, dict[str, Case]] = {
    SequenceClassifier: OF_NETWORKS
    | {
        "strands": Case("both", same_on_both_strands),
        "aggregation": Case("max", is_largest_window),
        "sampling": Case("balanced", lambda fitted: abs(learnt_share(fitted) - 1 / 2) < 0.06),
        "class_weight": Case("balanced", lambda fitted: abs(learnt_share(fitted) - 1 / 2) < 0.06),
    },
    SequenceLanguageModel: OF_LANGUAGE
    | {"target": Case("middle", lambda fitted: len(fitted.model_.inputs) == 2)},
    WaveNetLM: OF_LANGUAGE
    | {"network": Case(WaveNet(filters=5, initial_kernel_size=2, dilations=1),
                       lambda fitted: "gate_1_filter" in layers(fitted.model_))},
    MarkovLanguageModel: {
        "order": Case(2, lambda fitted: fitted.counts().shape == (16, 4)),
        "smoothing": Case(5.0, lambda fitted: adds_to_counts(fitted, 5),
                          {"backoff": False, "order": 0}),
        "backoff": Case(False, lambda fitted: not hasattr(fitted, "strengths_")),
        "target": Case("middle", lambda fitted: fitted.predict(["CAAGAA"]) == ["G"]),
        "stride": Case(2, lambda fitted: fitted.counts(0).sum() < 0.6 * sum(map(len, LANGUAGE))),
        "vocabulary": Case("TGCA", lambda fitted: fitted.classes_.tolist() == list("TGCA")),
        "strands": Case("both", counts_both_strands),
        "score_strands": OF_LANGUAGE["score_strands"],
    },
    FastaWindowTransformer: {
        "window_length": Case(5, lambda fitted: windows_of(fitted).shape[1] == 5),
        "stride": Case(1, lambda fitted: fitted.transform(ROWS[:1]).n_windows == 20 - WINDOW + 1),
        "ambiguous": Case("uniform", lambda fitted: (
            fitted.transform(ROWS).symbol_table()[4] == 0.25).all()),
        "short": Case("repeat", lambda fitted: windows_of(fitted).max() == 4),
        "tail": Case("drop", lambda fitted: fitted.transform(ROWS[:1]).n_windows == 3),
        "max_windows": Case(1, lambda fitted: len(windows_of(fitted)) == len(ROWS)),
        "proportion": Case(0.5, lambda fitted: len(windows_of(fitted)) == 2 + 2 + 1 + 1),
        "random_offset": Case(False, learns_without_offsets),
        "vocabulary": Case("TGCA", lambda fitted: (
            fitted.transform(["ACGTAC"]).to_array()[0].tolist() == [3, 2, 1, 0, 3, 2])),
        "input": Case("filename", reads_files),
        "draw_rows": Case("equal", draws_rows_equally),
        "quality": Case(True, sees_qualities),
        "memory": Case(tempfile.mkdtemp("one"), keeps_codes),
        "random_state": Case(3, lambda fitted: draws_like(fitted, 3), {"max_windows": 1}),
        "verbose": Case(1, shows_encoding, {"memory": tempfile.mkdtemp()}),
    },
    KmerVectorizer: {
        "k": Case(3, lambda fitted: fitted.transform(ROWS).shape[1] == 32),
        "canonical": Case(False, lambda fitted: fitted.transform(ROWS).shape[1] == 4**4),
        "norm": Case("l2", lambda fitted: np.isclose(fitted.transform(ROWS).power(2)[0].sum(), 1)),
        "pattern": Case("1011101", lambda fitted: fitted.transform(ROWS)[0].sum() == 20 - 7 + 1),
        "vocabulary": Case("TGCA", lambda fitted: fitted.get_feature_names_out()[0] == "TTTT"),
        "sparse_output": Case(False, lambda fitted: not issparse(fitted.transform(ROWS))),
        "dtype": Case(np.int32, lambda fitted: fitted.transform(ROWS).dtype == np.int32),
        "input": Case("filename", reads_files),
    },
    NetworkFeatures: {
        "estimator": Case(WaveNetLM(WaveNet(filters=5, initial_kernel_size=2), max_epochs=0),
                          lambda fitted: fitted.transform(X).shape == (12, 5)),
        "layer": Case("conv_1", lambda fitted: fitted.transform(X).shape == (12, 2)),
    },
    LSTMCNN: {
        "filters": Case(3, lambda model: model.get_layer("conv_1").filters == 3),
        "kernel_size": Case(5, lambda model: model.get_layer("conv_1").kernel.shape[0] == 5),
        "strides": Case(2, lambda model: model.get_layer("conv_1").output.shape[1] == 12),
        "dilation_rate": Case(2, lambda model: model.get_layer("conv_1").dilation_rate == (2,)),
        "pool_size": Case(4, lambda model: model.get_layer("pool_1").output.shape[1] == 6),
        "padding": Case("valid", lambda model: model.get_layer("conv_1").output.shape[1] == 22),
        "use_bias": Case(False, lambda model: len(model.get_layer("conv_1").weights) == 1),
        "residual": Case(True, lambda model: any("Add" in type(layer).__name__
                                                 for layer in model.layers)),
        "batch_norm_momentum": Case(0.5, lambda model: (
            model.get_layer("batch_norm_1").momentum == 0.5)),
        "lstm_units": Case(4, lambda model: "lstm_1" in layers(model)),
        "bidirectional": Case(True, lambda model: model.layers[-2].output.shape == (None, 8), LSTM),
        "dropout": Case(0.5, differs_by_chance, LSTM),
        "recurrent_dropout": Case(0.5, differs_by_chance, LSTM),
        "dense_units": Case(5, lambda model: model.get_layer("output").kernel.shape == (5, 2)),
        "dense_dropout": Case(0.5, differs_by_chance),
        "global_pooling": Case("max", lambda model: model.layers[-2].output.shape == (None, 2)),
        "masking": Case(True, skips_padding, LSTM),
        "stateful": Case(True, lambda model: model.carries_state, LSTM),
    },
    WaveNet: {
        "filters": Case(3, lambda model: model.get_layer("gate_1_filter").filters == 3),
        "kernel_size": Case(3, lambda model: model.get_layer("gate_1_filter").kernel.shape[0] == 3),
        "dilations": Case((1, 2), lambda model: "gate_2_add" not in layers(model)
                          and "gate_2_filter" in layers(model)),
        "initial_kernel_size": Case(4, lambda model: (
            model.get_layer("initial").kernel.shape[0] == 4)),
        "initial_filters": Case(5, lambda model: model.get_layer("initial").filters == 5),
        "skip_filters": Case(7, lambda model: model.get_layer("hidden").filters == 7),
        "dropout": Case(0.5, differs_by_chance, {"filters": 16}),
    },
}  # fmt: skip

SMALL_TRAINING = {
    "windows": WINDOW,
    "max_epochs": 1,
    "batch_size": 4,
    "optimizer": "sgd",
    "learning_rate": 0.5,
    "random_state": 0,
}
BASE: dict[type, dict[str, Any]] = {
    SequenceClassifier: SMALL_TRAINING | {"network": linear_network},
    SequenceLanguageModel: SMALL_TRAINING | {"network": linear_network},
    WaveNetLM: SMALL_TRAINING | {"network": sliding_network},
    FastaWindowTransformer: {"window_length": WINDOW, "random_state": 0},
    MarkovLanguageModel: {"order": 3},
    NetworkFeatures: {"estimator": SequenceClassifier(TINY, WINDOW, max_epochs=0, random_state=0)},
    LSTMCNN: {"filters": 2, "kernel_size": 3},
    WaveNet: {"filters": 2, "initial_filters": 2, "initial_kernel_size": 2, "dilations": 1},
}  # fmt: skip
PARAMETERS = [(kind, name) for kind in TABLE for name in signature(kind).parameters]


TWO_LAYERS = {
    SequenceClassifier: TINY,
    SequenceLanguageModel: TINY,
    WaveNetLM: WaveNet(filters=2, initial_filters=2, initial_kernel_size=2, dilations=1),
}


def make(kind: type, **parameters: Any) -> Any:
    """Make an estimator; networks of another's weights and layers are named by a word."""
    parameters = BASE.get(kind, {}) | parameters
    if parameters.get("network") == "of two layers":
        parameters["network"] = TWO_LAYERS[kind]
    if parameters.get("init_from") == "another model":
        other = parameters | {"init_from": None, "random_state": 9, "max_epochs": 0}
        fitted = use(kind(**other | {"freeze": None}))
        parameters["init_from"] = FrozenEstimator(fitted)
    return kind(**parameters)


@cache
def default(kind: type) -> Any:
    return use(make(kind))


def use(estimator: Any) -> Any:
    """Fit an estimator, or build a network."""
    if isinstance(estimator, LSTMCNN):
        return estimator.build(TASK)
    if isinstance(estimator, WaveNet):
        return estimator.build(STRETCH)
    if isinstance(estimator, SequenceClassifier | NetworkFeatures):
        return estimator.fit(X, Y)
    if getattr(estimator, "input", None) == "filename":
        return estimator
    if getattr(estimator, "quality", False) or getattr(estimator, "memory", None):
        return estimator  # fitted on what it is for by its check
    of_language = hasattr(estimator, "score_strands")
    return estimator.fit(LANGUAGE if of_language else ROWS)


@pytest.mark.parametrize(
    ("kind", "name"), PARAMETERS, ids=[f"{kind.__name__}-{name}" for kind, name in PARAMETERS]
)
def test_a_clone_uses_it(kind, name):
    assert name in TABLE[kind], f"{kind.__name__} has a parameter that this table does not test"
    value, check, beside = TABLE[kind][name]
    changed = clone(make(kind, **beside, **{name: value}))
    assert check(use(changed))
    assert not check(default(kind) if not beside else use(make(kind, **beside)))


def test_the_table_has_no_other_parameters():
    for kind, cases in TABLE.items():
        assert set(cases) == set(signature(kind).parameters)
