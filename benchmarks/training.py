"""Training: `fit` beside Keras' fit on ready arrays, and an epoch beside the bare steps; the feed.

The epoch is that of deepG's tutorial: 20 steps of 512 windows of 500 bases, and 4 batches of 512 to
validate on.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from common import Benchmark, Cost, in_turn, temporary_folder, write_random_fasta

from skdeepg import LSTMCNN, FastaWindowTransformer, SequenceClassifier, ValidationSet
from skdeepg.datasets import load_16s_bacteria
from skdeepg.engine.compiled import Encoder, TrainingSteps, make_optimizer
from skdeepg.engine.feed import TrainingFeed
from skdeepg.engine.losses import CategoricalLoss
from skdeepg.networks import NetworkTask, build_network
from skdeepg.sequences import SequenceWindows, read_sequences
from skdeepg.sequences.language_targets import LanguageTarget
from skdeepg.sequences.vocabulary import Vocabulary

BATCH, LENGTH, STEPS, CHECKS = 512, 500, 20, 4
N_TRAIN, EPOCHS = 4_096, 3
TASK = NetworkTask(LENGTH, n_symbols=4, n_outputs=2)
ONE_HOT = np.eye(6, 4, dtype=np.float32)


def random_codes(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 4, shape, dtype=np.uint8)


def measure_fit(bench: Benchmark, batch_size: int, rounds: int) -> None:
    """Steps of the tutorial's CNN; starting costs are taken out by a difference."""
    codes, y = random_codes(N_TRAIN, LENGTH), np.arange(N_TRAIN) % 2
    rows = read_sequences(["".join("ACGT"[i] for i in row) for row in codes])
    x = ONE_HOT[codes]
    model = build_network(None, TASK)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    classifier = SequenceClassifier(windows=LENGTH, batch_size=batch_size, random_state=0)

    def ours(epochs: int) -> int:
        classifier.set_params(max_epochs=epochs).fit(rows, y)
        return epochs * N_TRAIN

    def keras() -> int:
        model.fit(x, y, batch_size=batch_size, epochs=EPOCHS, verbose=0)
        return EPOCHS * N_TRAIN

    work = {"long": lambda: ours(1 + EPOCHS), "short": lambda: ours(1), "keras": keras}
    costs = in_turn(work, rounds)
    differences = [
        Cost(*np.subtract(long, short))
        for long, short in zip(costs["long"], costs["short"], strict=True)
    ]
    bench.ratio(
        "SequenceClassifier.fit, from sequences",
        "keras.Model.fit on one-hot arrays",
        differences,
        costs["keras"],
        unit="windows",
        conditions=f"the tutorial's CNN, windows of {LENGTH} in batches of {batch_size}, float32",
        least=1.0,
    )


def bare_steps() -> Callable[[], int]:
    """Make what runs the steps of an epoch on batches that are ready."""
    random = np.random.default_rng(0)
    model = LSTMCNN().build(TASK)
    optimizer = make_optimizer("adam", 1e-3, model)
    steps = TrainingSteps(model, Encoder(ONE_HOT), optimizer, CategoricalLoss())
    codes = random_codes(STEPS, BATCH, LENGTH)
    y, weight = random.integers(0, 2, BATCH).astype(np.int32), np.ones(BATCH, np.float32)

    def run() -> int:
        for batch in codes:
            steps.train(batch, y, weight)[0].numpy()
        for batch in codes[:CHECKS]:
            steps.evaluate(batch, y, weight).loss.numpy()
        return 1

    return run


def measure_epoch(bench: Benchmark) -> None:
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
    validation = ValidationSet(*held)

    def fit() -> int:
        classifier.fit(rows.data, rows.target, validation=validation)
        return 1

    bench.ratio(
        "an epoch of fit, bundled data",
        "bare compiled steps on ready batches",
        *in_turn({"fit": fit, "bare": bare_steps()}, bench.pick(3, 5, 9)).values(),
        unit="epochs",
        conditions=f"{STEPS} steps of {BATCH} windows; validation on {n_windows:,} windows, "
        f"bare on {CHECKS * BATCH:,}",
        slower=True,
        most=1.15,
        key="epoch",
    )


def make_feed(windows: SequenceWindows, target: LanguageTarget | None) -> TrainingFeed:
    """Draw all windows in an epoch."""
    ones, rows = np.ones(len(windows)), np.arange(len(windows))
    settings = {"seed": 0, "batch_size": BATCH, "steps_per_epoch": None, "target": target}
    return TrainingFeed(windows, windows._training_grid(), rows, ones, [rows], **settings)


def measure_feed(bench: Benchmark, folder: Path) -> None:
    """From files to batches, beside taking as many ready windows at random."""
    paths = [
        write_random_fasta(folder / f"{seed:02d}.fasta", 250_000, 5, seed) for seed in range(20)
    ]
    target = LanguageTarget("next", LENGTH, Vocabulary("ACGT"))
    ready = random_codes(50_000, LENGTH)
    for name, key, length, split in (
        ("a classifier", "classifier_feed", LENGTH, None),
        ("a language model, next base", "language_feed", LENGTH + 1, target),
    ):
        cutter = FastaWindowTransformer(length, stride=100)

        def draw(cutter: FastaWindowTransformer = cutter, split: Any = split) -> int:
            feed = make_feed(cutter.fit_transform(paths), split)
            return sum(len(feed.batch(0, step).codes) for step in range(feed.steps))

        def take() -> int:
            chosen = np.random.default_rng(0).permutation(len(ready))
            batches = (chosen[first : first + BATCH] for first in range(0, len(ready), BATCH))
            return sum(len(ready[rows]) for rows in batches)

        bench.ratio(
            f"from FASTA files to batches of codes, for {name}",
            "NumPy, random rows of an array of codes that is ready",
            *in_turn({"feed": draw, "ready": take}, bench.pick(5, 9, 15)).values(),
            unit="windows",
            conditions=f"20 files, 5 Mb, windows of {LENGTH} at stride 100, batches of {BATCH}",
            key=key,
        )


if __name__ == "__main__":
    bench = Benchmark(__doc__)
    with temporary_folder() as folder:
        measure_feed(bench, folder)
    for batch_size in bench.pick((256,), (256, 512), (256, 512)):
        measure_fit(bench, batch_size, bench.pick(3, 5, 7))
    measure_epoch(bench)
