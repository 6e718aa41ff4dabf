"""Searches in workers give the scores of one process, and memory stays flat."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from joblib import parallel_config
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline

from skdeepg import LSTMCNN, FastaWindowTransformer
from skdeepg.engine import kernels

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_fits_in_threads_equal_fits_in_turn(tiny, sequences, monkeypatch):
    monkeypatch.setattr(kernels, "NETWORKS_BETWEEN", 1)  # at the worst moments
    pipeline = make_pipeline(FastaWindowTransformer(12), tiny.set_params(max_epochs=1))

    def scores(backend: str) -> np.ndarray:
        with parallel_config(backend):
            folds = {"cv": 3, "scoring": "neg_log_loss", "n_jobs": 3}
            return cross_val_score(pipeline, *sequences, **folds)

    expected = scores("sequential")
    before = random.getstate(), np.random.get_state()[1].tolist()
    np.testing.assert_array_equal(scores("threading"), expected)
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before
    assert len(set(expected)) == 3


@pytest.mark.slow
def test_all_workers_give_the_same_scores_bit_for_bit(tmp_path):
    script = Path(__file__).with_name("searches_in_workers.py")
    environment = {**os.environ, "OMP_NUM_THREADS": "4"}  # loky's and Dask's own must win
    done = subprocess.run(
        [sys.executable, script, tmp_path],
        cwd=ROOT, env=environment, capture_output=True, check=False, text=True, timeout=1200,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    expected = found["sequential"]
    assert len(set(np.ravel(expected["loss"]))) == 8  # each setting and fold is a fit of its own
    for name in ("threading", "loky", "dask"):
        assert found[name]["loss"] == expected["loss"], name
        assert found[name]["cross_val_score"] == expected["cross_val_score"], name
        assert set(np.ravel(found[name]["threads"])) == {2}, name  # one of each kind
        assert set(np.ravel(found[name]["in_worker"])) == {float(name != "threading")}
    assert found["global state"]
    assert found["round trip"]


class Deadly(LSTMCNN):
    """A network that ends its process as the kernel does when memory runs out."""

    def build(self, task):
        if self.kernel_size == 7:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().build(task)


@pytest.mark.slow
def test_a_worker_that_dies_is_reported_with_its_parameters(tiny, sequences, capfd):
    from joblib.externals.loky import get_reusable_executor
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    get_reusable_executor().shutdown(wait=True)  # workers of another test write to its stderr
    tiny.set_params(network=Deadly(filters=(4,), kernel_size=3, pool_size=2))
    grid = {"network__kernel_size": [3, 5, 7]}
    search = GridSearchCV(tiny, grid, cv=2, n_jobs=2, refit=False)
    with pytest.raises(TerminatedWorkerError):
        search.fit(*sequences)
    get_reusable_executor().shutdown(wait=True)
    said, deadline = "", time.monotonic() + 30
    while "died while" not in said and time.monotonic() < deadline:
        time.sleep(0.1)  # it is another process that says so
        said += capfd.readouterr().err
    named = [line for line in said.splitlines() if "died while" in line]
    assert len(named) >= 1
    assert all("Deadly(filters=(4,), kernel_size=7" in line for line in named)


@pytest.mark.slow
def test_memory_is_flat_over_fits():
    """In a process of its own: what other tests leave behind is none of its business."""
    script = Path(__file__).with_name("memory_of_fits.py")
    # coverage keeps something of each compiled function
    unmeasured = {k: v for k, v in os.environ.items() if not k.startswith("COVERAGE_")}
    done = subprocess.run(
        [sys.executable, script], check=True, capture_output=True, timeout=1200, env=unmeasured
    )
    start, end = json.loads(done.stdout.splitlines()[-1])
    assert end - start < 0.06 * start  # 10 % over 100 fits
