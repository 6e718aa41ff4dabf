"""An epoch of `fit` beside the bare compiled steps on ready batches: CPU time, in turn.

deepG's tutorial: 20 steps of 512 windows of 500 bases, and 4 batches of 512 to validate on.
Run: python benchmarks/epoch.py [--runs 5]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from skdeepg import LSTMCNN, FastaWindowTransformer, SequenceClassifier, ValidationSet
from skdeepg.datasets import load_16s_bacteria
from skdeepg.engine.compiled import Encoder, TrainingSteps, make_optimizer
from skdeepg.engine.losses import CategoricalLoss
from skdeepg.networks import NetworkTask

BATCH, LENGTH, STEPS, CHECKS = 512, 500, 20, 4


def cpu_seconds(function: Callable[[], Any]) -> float:
    start = time.process_time()
    function()
    return time.process_time() - start


def bare_steps() -> Callable[[], None]:
    """Make what runs the steps of an epoch on batches that are ready."""
    random = np.random.default_rng(0)
    model = LSTMCNN().build(NetworkTask(LENGTH, 4, 2))
    optimizer = make_optimizer("adam", 1e-3, model)
    steps = TrainingSteps(
        model, Encoder(np.eye(6, 4, dtype=np.float32)), optimizer, CategoricalLoss()
    )
    codes = random.integers(0, 4, (STEPS, BATCH, LENGTH), dtype=np.uint8)
    y, weight = random.integers(0, 2, BATCH).astype(np.int32), np.ones(BATCH, np.float32)

    def run() -> None:
        for batch in codes:
            steps.train(batch, y, weight)[0].numpy()
        for batch in codes[:CHECKS]:
            steps.evaluate(batch, y, weight).loss.numpy()

    return run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    rows = load_16s_bacteria(subset="train")
    held = rows.data[:: len(rows.data) // 60], rows.target[:: len(rows.target) // 60]
    classifier = SequenceClassifier(
        windows=FastaWindowTransformer(LENGTH, stride=110),
        sampling="balanced",
        steps_per_epoch=STEPS,
        batch_size=BATCH,
        max_epochs=1,
        warm_start=True,
        random_state=0,
    )
    n_windows = len(classifier.fit(rows.data, rows.target).predict_windows(held[0]))
    print(f"validation on {n_windows:,} windows, bare steps on {CHECKS * BATCH:,}")
    validation = ValidationSet(*held)
    work = {
        "fit": lambda: classifier.fit(rows.data, rows.target, validation=validation),
        "bare": bare_steps(),
    }
    for each in work.values():
        each()  # compiles
    times = np.array([[cpu_seconds(each) for each in work.values()] for _ in range(runs)])
    ratio = times[:, 0] / times[:, 1]
    print(
        f"an epoch of fit takes {np.median(ratio):.2f} times the CPU time of the bare steps "
        f"({ratio.min():.2f} to {ratio.max():.2f}): {np.median(times[:, 0]):.1f} s"
    )


if __name__ == "__main__":
    main()
