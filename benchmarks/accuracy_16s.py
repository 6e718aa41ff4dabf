"""16S genes against whole bacterial genomes: balanced accuracy on windows of unseen genera.

Run: python benchmarks/accuracy_16s.py [--epochs 3 15] [--seeds 0 1 2] [--keep-genes]
    [--precision mixed_bfloat16]
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from common import Benchmark
from sklearn.metrics import balanced_accuracy_score

from skdeepg import (
    LSTMCNN,
    FastaWindowTransformer,
    SequenceClassifier,
    load_labelled_folders,
)
from skdeepg.genome import Regions, read_gff3


def genes(folder: Path) -> Regions:
    """Read the 16S genes of all annotations in a folder."""
    return read_gff3(sorted(folder.glob("*.gff"))).select(name="16S_rRNA")


def make_classifier(max_epochs: int, seed: int, precision: str) -> SequenceClassifier:
    return SequenceClassifier(
        network=LSTMCNN(dense_dropout=0.5),
        windows=FastaWindowTransformer(window_length=500, stride=100),
        strands="both",
        sampling="balanced",
        max_epochs=max_epochs,
        steps_per_epoch=20,
        batch_size=512,
        learning_rate=3e-3,
        precision=precision,
        random_state=seed,
    )


def touches(windows: pd.DataFrame, regions: Regions) -> np.ndarray:
    """Tell which windows overlap a region."""
    hit = np.zeros(len(windows), dtype=bool)
    for record, start, end in zip(regions.record, regions.start, regions.end, strict=True):
        on_record = windows["record"] == record
        hit |= (on_record & (windows["start"] < end) & (windows["end"] > start)).to_numpy()
    return hit


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--epochs", type=int, nargs="+", help="default: 3 and 15")
    parser.add_argument("--seeds", type=int, nargs="+", help="default: 0; with --full 0, 1, 2")
    parser.add_argument("--keep-genes", action="store_true", help="train on mislabelled genes too")
    parser.add_argument("--precision", default="float32", help="or mixed_bfloat16")


def score(
    classifier: SequenceClassifier, X: Any, y: np.ndarray, regions: Regions
) -> tuple[float, int, int]:
    """Give balanced accuracy on windows, their number, and how many rows are right."""
    windows = classifier.predict_windows(X)
    kept = ~touches(windows, regions)
    answer = np.where(windows["16s"] > windows["bacteria"], "16s", "bacteria")[kept]
    accuracy = balanced_accuracy_score(y[windows["row"]][kept], answer)
    return accuracy, int(kept.sum()), int((classifier.predict(X) == y).sum())


def main() -> None:
    bench = Benchmark(__doc__, add_options)
    if (data := bench.data("accuracy on genomes of unseen genera")) is None:
        return
    options = bench.options
    X, y, _ = load_labelled_folders([data / "16s/train", data / "bacteria/train"])
    test = load_labelled_folders([data / "16s/validation", data / "bacteria/validation"])[:2]
    exclude = None if options.keep_genes else genes(data / "annotations/train")
    for epochs in options.epochs or (3, 15):
        found = []
        for seed in options.seeds or bench.pick([0], [0], [0, 1, 2]):
            classifier = make_classifier(epochs, seed, options.precision)
            classifier.fit(X, y, exclude=exclude)
            found.append(score(classifier, *test, genes(data / "annotations")))
        accuracies, n_windows, n_right = zip(*found, strict=True)
        where = f"{len(found)} seed(s), {n_windows[0]:,} windows of unseen genera, stride 100"
        bench.value(
            f"balanced accuracy of windows after {epochs} epochs",
            accuracies,
            "",
            conditions=where,
            least=0.99 if epochs >= 15 else 0.95,
        )
        rows = len(test[1])
        bench.value(
            f"rows right after {epochs} epochs",
            n_right,
            "rows",
            conditions=f"of {rows}",
            least=rows,
        )


if __name__ == "__main__":
    main()
