"""Each constructor parameter of each class, set to another value, cloned, and found used.

A check asks a fitted clone (of a network: the built model) what it does. It must say no with the
default and yes with the other value, so that none can pass whatever the code does.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from inspect import signature
from typing import Any, NamedTuple

import numpy as np
import pytest
from scipy.sparse import issparse
from sklearn.base import clone

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
)
from skdeepg.callbacks import LabelSmoothing, StepSchedule, TimeLimit
from tests.estimators.parameter_checks import (
    adds_to_counts,
    counts_both_strands,
    differs_by_chance,
    draws_like,
    draws_rows_equally,
    is_largest_window,
    keeps_codes,
    layers,
    learns_without_offsets,
    learnt_share,
    loss,
    n_epochs_after_another_fit,
    n_steps,
    other_strand,
    reads_files,
    same_on_both_strands,
    sees_qualities,
    shows_encoding,
    shows_progress,
    skips_padding,
    span,
    starts_like,
    step_size,
    windows_of,
)
from tests.estimators.parameter_makers import LANGUAGE, ROWS, WINDOW, X, default, make, use

pytestmark = [
    pytest.mark.filterwarnings("ignore::skdeepg.exceptions.LostDataWarning"),
    pytest.mark.filterwarnings("ignore::skdeepg.exceptions.TrainingEndedWarning"),
]

LSTM = {"filters": None, "lstm_units": 4}


class Case(NamedTuple):
    """Another value of a parameter, what it changes, and what it takes beside it to act."""

    value: Any
    check: Callable[[Any], Any]
    beside: dict[str, Any] = {}


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


OF_LANGUAGE = OF_NETWORKS | {
    "strands": Case("both", lambda fitted: loss(fitted) != loss(default(type(fitted)))),
    "score_strands": Case("both", lambda fitted: np.isclose(
        *fitted.score_samples([LANGUAGE[0], other_strand(LANGUAGE[0])]), rtol=1e-5)),
}  # fmt: skip


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

PARAMETERS = [(kind, name) for kind in TABLE for name in signature(kind).parameters]


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
