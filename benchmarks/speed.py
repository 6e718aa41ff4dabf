"""Training, prediction and reading, each beside its peer in one run.

Run: python benchmarks/speed.py
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import keras
import numpy as np
from Bio.SeqIO.FastaIO import SimpleFastaParser
from common import in_turn, report, write_random_fasta

from skdeepg import FastaWindowTransformer, SequenceClassifier
from skdeepg.networks import NetworkTask, build_network
from skdeepg.sequences import read_sequences

N_TRAIN, N_PREDICT, EPOCHS = 4_096, 20_000, 3
TASK = NetworkTask(window_length=500, n_symbols=4, n_outputs=2)


def one_hot(codes: np.ndarray) -> np.ndarray:
    return np.eye(6, 4, dtype=np.float32)[codes]


def random_windows(n_windows: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 4, (n_windows, 500)).astype(np.uint8)


def training(batch_size: int) -> None:
    """Steps of the tutorial's CNN; starting costs are taken out by a difference."""
    codes = random_windows(N_TRAIN)
    y = np.arange(N_TRAIN) % 2
    sequences = ["".join("ACGT"[i] for i in row) for row in codes]
    rows = read_sequences(sequences)
    x = one_hot(codes)
    model = build_network(None, TASK)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, batch_size=batch_size, verbose=0)
    classifier = SequenceClassifier(windows=500, batch_size=batch_size, random_state=0)

    def seconds(epochs: int) -> float:
        start = time.perf_counter()
        classifier.set_params(max_epochs=epochs).fit(rows, y)
        return time.perf_counter() - start

    ours, peer = [], []
    for _ in range(5):
        ours.append(EPOCHS * N_TRAIN / (seconds(1 + EPOCHS) - seconds(1)))
        start = time.perf_counter()
        model.fit(x, y, batch_size=batch_size, epochs=EPOCHS, verbose=0)
        peer.append(EPOCHS * N_TRAIN / (time.perf_counter() - start))
    rates = {"SequenceClassifier.fit": ours, "keras fit on one-hot arrays": peer}
    report(f"Training, batches of {batch_size}", rates, "windows/s")


def prediction(folder: Path) -> None:
    """From a FASTA file to probabilities, against arrays that are ready."""
    path = write_random_fasta(folder / "genome.fasta", N_PREDICT * 100, n_records=1)
    windows = FastaWindowTransformer(500, stride=100)
    classifier = SequenceClassifier(windows=windows, max_epochs=0, random_state=0)
    classifier.fit(["ACGT", "GGGG"], [0, 1])
    codes = windows.fit_transform([path]).to_array()
    x = one_hot(codes)
    model = classifier.model_

    def ours() -> int:
        classifier.predict_proba([path])
        return len(codes)

    def peer(batch_size: int | None) -> int:
        model.predict(x, batch_size=batch_size, verbose=0)
        return len(codes)

    np.testing.assert_allclose(
        classifier.predict_windows([path])[[0, 1]], model.predict(x, verbose=0), atol=1e-5
    )
    name, default, large = (
        "predict_proba from FASTA",
        "keras predict",
        "keras predict, batches of 256",
    )
    rates = in_turn({name: ours, default: lambda: peer(None), large: lambda: peer(256)})
    for other in (default, large):
        title = "Prediction at stride 100, against ready one-hot arrays"
        report(title, {name: rates[name], other: rates[other]}, "windows/s")


def reading(folder: Path) -> None:
    """Read and encode 100 Mb, against parsing alone."""
    path = write_random_fasta(folder / "large.fasta", 100_000_000)

    def ours() -> int:
        return read_sequences([path]).n_bases

    def peer() -> int:
        with path.open() as handle:
            return sum(len(sequence) for _, sequence in SimpleFastaParser(handle))

    rates = in_turn({"read_sequences": ours, "SimpleFastaParser alone": peer})
    report("Reading 100 Mb of FASTA", rates, "bases/s")


def importing() -> None:
    """Import the package in fresh processes."""

    def seconds(statement: str) -> int:
        subprocess.run([sys.executable, "-c", statement], check=True)
        return 1

    work = {
        "import skdeepg": lambda: seconds("import skdeepg"),
        "empty process": lambda: seconds(""),
    }
    rates = in_turn(work, repeats=9)
    cost = np.median(1 / np.array(rates["import skdeepg"]) - 1 / np.array(rates["empty process"]))
    print(f"\nimport skdeepg: {cost:.3f} s above an empty process")


if __name__ == "__main__":
    print(f"keras {keras.__version__}")
    with tempfile.TemporaryDirectory() as temporary:
        importing()
        reading(Path(temporary))
        prediction(Path(temporary))
        training(256)
        training(512)
