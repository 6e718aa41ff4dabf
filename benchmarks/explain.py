"""What explaining takes: steps to a tolerance, time and memory.

Trains the tutorial's network on 16S genes against bacterial genomes. Then explains windows of 500
bases of unseen genes, 3 shuffled baselines each: at 50 steps, to a completeness of 1e-3 in
probability, and one gene at stride 1; with --full the variant with an LSTM layer too.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from common import Benchmark, peak_memory, timed

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


def measure(
    bench: Benchmark, title: str, classifier: SequenceClassifier, X: list[str], **options: Any
) -> None:
    """Explain, and report what it took."""
    found: list[Any] = []
    gene = "stride" in options
    with peak_memory() as memory:
        cost = timed(
            lambda: bool(
                found.append(classifier.explain(X, target="16s", random_state=0, **options))
            )
        )
    windows = found[0].windows
    deltas, steps = np.abs(windows.convergence_deltas), windows.n_steps
    where = (
        f"{len(deltas):,} windows, steps: median {np.median(steps):.0f}, most {steps.max()}; "
        f"completeness error: median {np.median(deltas):.1g}, most {deltas.max():.1g}"
    )
    seconds = cost.cpu / len(deltas)
    key = {} if gene or "tolerance" in options else {"key": f"explain {title}"}
    bench.value(f"{title}: CPU s a window", seconds, "CPU s", conditions=where, **key)
    if "tolerance" in options:
        limit = options["tolerance"]
        bench.value(f"{title}: largest completeness error", deltas.max(), "", most=limit)
    if gene:
        bench.value(f"{title}: all of it", cost.cpu, "CPU s", most=240)
        bench.value(f"{title}: peak above the start", memory[0], "MB", most=1000)


def measure_network(bench: Benchmark, data: Path, name: str, network: LSTMCNN) -> None:
    n_windows, epochs = bench.pick(12, 60, 60), bench.pick(2, 6, 6)
    classifier = train(data, network, epochs)
    found = genes(data)
    long = [gene for gene in found if len(gene) >= FIRST + WINDOW_LENGTH]
    chosen = long[:: max(len(long) // n_windows, 1)][:n_windows]
    X = [gene[FIRST : FIRST + WINDOW_LENGTH] for gene in chosen]
    classifier.explain(X[:1])  # compiles
    measure(bench, f"{name}, 50 steps", classifier, X)
    measure(bench, f"{name}, to {TOLERANCE}", classifier, X, tolerance=TOLERANCE)
    if name == "CNN":
        gene = max(found, key=len)[:GENE_LENGTH]
        measure(bench, f"{name}, a gene at stride 1", classifier, [gene], stride=1)


def main() -> None:
    bench = Benchmark(__doc__)
    if (data := bench.data("explaining windows of 16S genes")) is None:
        return
    measure_network(bench, data, "CNN", LSTMCNN())
    if bench.level == "full":
        measure_network(bench, data, "CNN with LSTM", LSTMCNN(lstm_units=32))
    else:
        bench.skip("the variant with an LSTM layer", "measured with --full")


if __name__ == "__main__":
    main()
