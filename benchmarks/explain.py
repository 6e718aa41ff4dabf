"""What explaining takes: steps to a tolerance, time and memory, beside alibi if it is installed.

Trains the tutorial's network, and with --lstm its variant with an LSTM layer, on 16S genes against
bacterial genomes. Then explains windows of 500 bases of unseen genes, 3 shuffled baselines each: to
a completeness of 1e-3 in probability, at 50 steps, and one gene at stride 1. alibi needs an
environment of its own (`.ci/check-alibi`); there the same windows are explained by both in turn.

Needs the large data: SKDEEPG_DATA names the folder that holds 16s_vs_bacteria.
Run: python benchmarks/explain.py [--lstm] [--windows 60] [--epochs 6]
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from common import data_folder, in_turn, peak_memory, report

from skdeepg import (
    LSTMCNN,
    FastaWindowTransformer,
    SequenceClassifier,
    load_labelled_folders,
)
from skdeepg.genome import read_gff3

WINDOW_LENGTH, FIRST, GENE_LENGTH = 500, 300, 1540
TOLERANCE = 1e-3


def train(data: Path, network: LSTMCNN, epochs: int) -> SequenceClassifier:
    """Train on both folders, without the genomes' own 16S genes."""
    X, y, _ = load_labelled_folders([data / "16s/train", data / "bacteria/train"])
    annotations = sorted((data / "annotations/train").glob("*.gff"))
    classifier = SequenceClassifier(
        network,
        FastaWindowTransformer(WINDOW_LENGTH, stride=100),
        sampling="balanced",
        max_epochs=epochs,
        steps_per_epoch=20,
        learning_rate=3e-3,
        random_state=0,
    )
    return classifier.fit(X, y, exclude=read_gff3(annotations).select(name="16S_rRNA"))


def genes(data: Path) -> list[str]:
    """Read unseen genes."""
    X, _, _ = load_labelled_folders([data / "16s/validation"])
    records = X.by_record()
    return [records.sequence(row) for row in range(len(records))]


def measure(title: str, classifier: SequenceClassifier, X: list[str], **options: Any) -> None:
    """Explain, and say what it took."""
    start = np.array([time.perf_counter(), time.process_time()])
    with peak_memory() as memory:
        found = classifier.explain(X, target="16s", random_state=0, **options)
    clock, processor = [time.perf_counter(), time.process_time()] - start
    deltas = np.abs(found.windows.convergence_deltas)
    steps = found.windows.n_steps
    print(
        f"\n{title}: {len(deltas):,} windows\n"
        f"  {processor:.1f} CPU s, {clock:.1f} s; {processor / len(deltas):.3f} CPU s a window; "
        f"{memory[0]:.0f} MB above the start\n"
        f"  completeness error at most {deltas.max():.2g}, median {np.median(deltas):.2g}\n"
        f"  steps: median {np.median(steps):.0f}, mean {steps.mean():.0f}, most {steps.max()}",
        flush=True,
    )


def beside_alibi(classifier: SequenceClassifier, X: list[str]) -> None:
    """Explain the same windows by both engines, in turn."""
    if importlib.util.find_spec("alibi") is None:
        print("\nalibi is not installed: the comparison is left out.")
        return

    def explain(engine: str) -> int:
        classifier.explain(X, target="16s", engine=engine, random_state=0)
        return len(X)

    rates = in_turn({name: lambda name=name: explain(name) for name in ("native", "alibi")})
    report("3 baselines, 50 steps", rates, "windows/s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lstm", action="store_true", help="the variant with an LSTM layer")
    parser.add_argument("--windows", type=int, default=60)
    parser.add_argument("--epochs", type=int, default=6)
    arguments = parser.parse_args()
    if (root := data_folder()) is None:
        sys.exit(0)
    data = root / "16s_vs_bacteria"
    network = LSTMCNN(lstm_units=32) if arguments.lstm else LSTMCNN()
    classifier = train(data, network, arguments.epochs)
    found = genes(data)
    long = [gene for gene in found if len(gene) >= FIRST + WINDOW_LENGTH]
    chosen = long[:: max(len(long) // arguments.windows, 1)][: arguments.windows]
    X = [gene[FIRST : FIRST + WINDOW_LENGTH] for gene in chosen]
    classifier.explain(X[:1])  # compiles
    measure("at 50 steps", classifier, X)
    measure(f"to {TOLERANCE}", classifier, X, tolerance=TOLERANCE)
    measure("a gene at stride 1", classifier, [max(found, key=len)[:GENE_LENGTH]], stride=1)
    beside_alibi(classifier, X[:24])


if __name__ == "__main__":
    main()
