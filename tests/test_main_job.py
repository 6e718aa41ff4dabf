"""The main job on real data: what the quickstart promises."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from skdeepg import FastaWindowTransformer, SequenceClassifier
from skdeepg.datasets import load_16s_bacteria

ROOT = Path(__file__).parents[1]


def test_a_single_epoch_predicts_well_with_lagging_averages_out_of_the_way():
    """deepG's networks say one class for everything after such a training."""
    train = load_16s_bacteria(subset="train")
    test = load_16s_bacteria(subset="validation")
    classifier = SequenceClassifier(
        windows=FastaWindowTransformer(500, stride=100),
        strands="both",
        sampling="balanced",
        max_epochs=1,
        steps_per_epoch=8,
        batch_size=256,
        random_state=0,
    )
    classifier.fit(train.data, train.target)
    rows = np.r_[0:20, 100:105]
    recall = classifier.predict(test.data[rows]) == test.target[rows]
    assert recall[:20].mean() >= 0.9
    assert recall[20:].mean() >= 0.6


@pytest.mark.slow
def test_quickstart(tmp_path):
    done = subprocess.run(
        [sys.executable, ROOT / "examples" / "quickstart.py", tmp_path],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    accuracy = dict(re.findall(r"Per (\w+) .*balanced accuracy ([\d.]+)", done.stdout))
    assert float(accuracy["window"]) >= 0.95
    assert float(accuracy["row"]) == 1
    assert "Epoch 1/" in done.stderr
    assert re.search(r"A new process loads it .*\n +\S+: 16s \([01]\.\d+\)", done.stdout)
    assert (tmp_path / "classifier.joblib").stat().st_size < 2_000_000
