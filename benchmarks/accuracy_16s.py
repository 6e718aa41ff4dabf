"""16S genes against whole bacterial genomes: balanced accuracy on windows of unseen genera.

Needs the large data: SKDEEPG_DATA names the folder that holds 16s_vs_bacteria.
Run: python benchmarks/accuracy_16s.py [--epochs 3 15] [--seeds 0 1 2] [--keep-genes]
    [--precision mixed_bfloat16]
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from common import data_folder
from sklearn.metrics import balanced_accuracy_score, recall_score

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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, nargs="+", default=[3, 15])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--keep-genes", action="store_true", help="train on mislabelled genes too")
    parser.add_argument("--precision", default="float32", help="or mixed_bfloat16")
    arguments = parser.parse_args()
    if (root := data_folder()) is None:
        sys.exit(0)
    data = root / "16s_vs_bacteria"
    X, y, _ = load_labelled_folders([data / "16s/train", data / "bacteria/train"])
    X_test, y_test, _ = load_labelled_folders(
        [data / "16s/validation", data / "bacteria/validation"]
    )
    exclude = None if arguments.keep_genes else genes(data / "annotations/train")
    for epochs in arguments.epochs:
        for seed in arguments.seeds:
            start = time.perf_counter()
            classifier = make_classifier(epochs, seed, arguments.precision)
            classifier.fit(X, y, exclude=exclude)
            seconds = time.perf_counter() - start
            windows = classifier.predict_windows(X_test)
            kept = ~touches(windows, genes(data / "annotations"))
            truth = y_test[windows["row"]][kept]
            answer = np.where(windows["16s"] > windows["bacteria"], "16s", "bacteria")[kept]
            recall = recall_score(truth, answer, average=None, labels=["16s", "bacteria"])
            n_right = (classifier.predict(X_test) == y_test).sum()
            print(
                f"epochs {epochs:2d}, seed {seed}, fit {seconds:.0f} s: balanced accuracy "
                f"{balanced_accuracy_score(truth, answer):.4f} (16s {recall[0]:.4f}, bacteria "
                f"{recall[1]:.4f}) on {kept.sum():,} windows; "
                f"{n_right} of {len(y_test)} rows right",
                flush=True,
            )


if __name__ == "__main__":
    main()
