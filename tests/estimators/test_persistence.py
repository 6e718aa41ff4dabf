"""Pickle and joblib in every state."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from pathlib import Path

import joblib
import numpy as np
import pytest
from sklearn.pipeline import make_pipeline

from skdeepg import FastaWindowTransformer, SequenceClassifier

ROOT = Path(__file__).parents[2]


def linear(task):
    """Build a network by a plain function."""
    import keras

    inputs = keras.Input(task.input_shapes[0])
    outputs = keras.layers.Dense(task.n_outputs, task.activation)(keras.layers.Flatten()(inputs))
    return keras.Model(inputs, outputs)


def test_unfitted(tiny):
    loaded = pickle.loads(pickle.dumps(tiny))
    assert repr(loaded) == repr(tiny)
    assert loaded.get_params()["network__filters"] == (4,)


def test_fitted_answers_alike_and_holds_no_graph(fitted, sequences):
    data = pickle.dumps(fitted)
    assert b"\x89HDF" in data
    assert b"Functional" not in data
    loaded = pickle.loads(data)
    np.testing.assert_array_equal(
        loaded.predict_proba(sequences[0]), fitted.predict_proba(sequences[0])
    )
    assert loaded.history_ == fitted.history_
    np.testing.assert_array_equal(
        copy.deepcopy(fitted).predict(sequences[0]), fitted.predict(sequences[0])
    )


def test_pickling_changes_nothing(fitted, sequences):
    before = fitted.predict_proba(sequences[0])
    pickle.dumps(fitted)
    np.testing.assert_array_equal(fitted.predict_proba(sequences[0]), before)


def test_function_network(tiny, sequences):
    tiny.set_params(network=linear).fit(*sequences)
    loaded = pickle.loads(pickle.dumps(tiny))
    np.testing.assert_array_equal(
        loaded.predict_proba(sequences[0]), tiny.predict_proba(sequences[0])
    )


def test_changed_architecture_is_refused(fitted):
    state = fitted.__getstate__()
    state["network_"] = linear
    with pytest.raises(ValueError, match="its architecture has changed"):
        SequenceClassifier().__setstate__(state)


@pytest.mark.slow
def test_pipeline_in_another_process(tiny, sequences, tmp_path):
    X, y = sequences
    pipeline = make_pipeline(FastaWindowTransformer(12), tiny).fit(X, y)
    joblib.dump(pipeline, tmp_path / "model.joblib", compress=3)
    (tmp_path / "rows.fasta").write_text(f">a\n{X[0]}\n")
    script = (
        "import joblib, pathlib, numpy, sys\n"
        "model = joblib.load('model.joblib')\n"
        "numpy.save('p.npy', model.predict_proba([pathlib.Path('rows.fasta')]))\n"
    )
    subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, check=True, env=python_path(), timeout=1200
    )
    np.testing.assert_array_equal(np.load(tmp_path / "p.npy"), pipeline.predict_proba(X[:1]))


def python_path() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": str(ROOT)}
