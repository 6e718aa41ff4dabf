"""Training on files that are encoded once for ``memory=``: speed of encoding, memory, windows/s.

Beside the same training on a hundredth of the bases, and the parser of Biopython alone.

Run: python benchmarks/corpus.py, or with 2 Gb in 200 files (4 GB of disk): ... --full
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from Bio.SeqIO.FastaIO import SimpleFastaParser
from common import anonymous_memory, peak_memory, write_random_fasta

from skdeepg import FastaWindowTransformer, SequenceClassifier
from skdeepg.engine.feed import TrainingFeed
from skdeepg.sequences import SequenceWindows, read_sequences

N_FILES, STEPS, BATCH = 200, 40, 256


def write_corpus(folder: Path, n_bases: int) -> list[Path]:
    """Write files of random bases, 20 records each."""
    folder.mkdir()
    paths = [folder / f"{number:03d}.fasta" for number in range(N_FILES)]
    for number, path in enumerate(paths):
        write_random_fasta(path, n_bases // N_FILES, seed=number)
    return paths


def timed(function: Callable[[], int]) -> tuple[float, float]:
    """Return items a second of the clock and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    n_items = function()
    return (
        n_items / (time.perf_counter() - clock),
        n_items / (time.process_time() - processor),
    )


def parse(paths: list[Path]) -> int:
    """Read files by Biopython."""
    n_bases = 0
    for path in paths:
        with path.open() as handle:
            n_bases += sum(len(sequence) for _, sequence in SimpleFastaParser(handle))
    return n_bases


def compare(
    title: str, work: dict[str, Callable[[], int]], repeats: int, unit: str
) -> dict[str, list[tuple[float, float]]]:
    """Time functions in turn and print the ratio of the second to the first."""
    rates: dict[str, list[tuple[float, float]]] = {name: [] for name in work}
    for _ in range(repeats):
        for name, function in work.items():
            rates[name].append(timed(function))
    print(f"\n{title}")
    for name, values in rates.items():
        clock, processor = np.median(values, axis=0)
        print(f"  {name:<40}{clock:>14,.4g} {unit}/s, {processor:,.4g} {unit}/CPU s")
    first, second = rates.values()
    for number, kind in enumerate(("clock", "processor")):
        ratios = [b[number] / a[number] for a, b in zip(first, second, strict=True)]
        print(f"  ratio by the {kind}: {statistics.median(ratios):.2f} "
              f"({min(ratios):.2f} to {max(ratios):.2f})")  # fmt: skip
    return rates


def compare_encoding(paths: list[Path], folder: Path) -> None:
    """Encode files for the first time, beside the parser alone."""

    def encode() -> int:
        shutil.rmtree(folder, ignore_errors=True)
        return read_sequences(paths[:20], memory=folder).n_bases

    work = {"SimpleFastaParser": lambda: parse(paths[:20]), "first encoding": encode}
    compare(f"Encoding of 20 files, {paths[0].stat().st_size / 1e6:.1f} MB each", work, 7, "base")
    shutil.rmtree(folder)


def labels(paths: list[Path]) -> list[int]:
    """Label files in turn."""
    return [number % 2 for number in range(len(paths))]


def fit(folder: Path, cache: Path) -> None:
    """Fit on files, their first encoding included; print the peak of RssAnon."""
    paths = sorted(folder.iterdir())
    classifier = SequenceClassifier(
        windows=FastaWindowTransformer(500, memory=cache),
        strands="both",
        max_epochs=2,
        steps_per_epoch=STEPS,
        batch_size=BATCH,
        random_state=0,
        validation_fraction=0.01,
    )
    before = anonymous_memory()
    with peak_memory() as rise:
        classifier.fit(paths, labels(paths))
    print(f"{before + rise[0]:.0f} MB")


def measure_memory(folder: Path, cache: Path) -> None:
    """Fit in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, "--fit", folder, cache], check=True, capture_output=True
    )
    print(f"\nPeak RssAnon of fit, first encoding included: {done.stdout.decode().strip()}")


def count_files_of_an_epoch(windows: SequenceWindows) -> None:
    """Print how many files the batches of an epoch are drawn from."""
    rows = np.arange(len(windows))
    grid, ones = windows.training_grid(), np.ones(len(windows))
    settings = {"seed": 0, "batch_size": BATCH, "steps_per_epoch": STEPS}
    feed = TrainingFeed(windows, grid, rows, ones, [rows], **settings)
    per_batch = [len(np.unique(feed.batch(0, step).y)) for step in range(STEPS)]
    seen = {row for step in range(STEPS) for row in feed.batch(0, step).y.tolist()}
    print(f"\n{len(seen)} of {len(rows)} files in an epoch of {STEPS} steps, "
          f"{np.mean(per_batch):.0f} in a batch of {BATCH}")  # fmt: skip


def epochs_on(windows: SequenceWindows, n_rows: int) -> Callable[[], int]:
    """Make a function that trains for one epoch."""
    classifier = SequenceClassifier(steps_per_epoch=STEPS, batch_size=BATCH, random_state=0)
    y = [number % 2 for number in range(n_rows)]

    def train() -> int:
        classifier.partial_fit(windows, y, classes=[0, 1])
        return STEPS * BATCH

    train()  # build and compile
    return train


def compare_training(small: list[Path], large: list[Path], cache: Path) -> None:
    """Train on the small and the large corpus in turn, pages in memory."""
    cutter = FastaWindowTransformer(500, memory=cache)
    names, work = ("a hundredth in memory", "all, mapped"), {}
    in_memory = FastaWindowTransformer(500).fit_transform(small)
    mapped = cutter.fit_transform(large)
    mapped.sequences.count_letters()  # reads every page
    count_files_of_an_epoch(mapped)
    for name, windows in zip(names, (in_memory, mapped), strict=True):
        work[name] = epochs_on(windows, len(windows))
    title = f"Training: {in_memory.sequences.n_bases:,} and {mapped.sequences.n_bases:,} bases"
    compare(title, work, 9, "window")


def main(n_bases: int) -> None:
    """Measure all."""
    with tempfile.TemporaryDirectory() as temporary:
        folder, cache = Path(temporary), Path(temporary, "cache")
        large = write_corpus(folder / "large", n_bases)
        small = write_corpus(folder / "small", n_bases // 100)
        compare_encoding(large, cache)
        measure_memory(folder / "large", cache)
        compare_training(small, large, cache)


if __name__ == "__main__":
    if "--fit" in sys.argv:
        fit(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        main(2_000_000_000 if "--full" in sys.argv else 200_000_000)
