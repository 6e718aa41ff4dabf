"""Training on files that are encoded once for ``memory=``: speed of encoding, memory, windows/s.

Beside the same training on a hundredth of the bases, and the parser of Biopython alone.

200 Mb in 200 files, and with --full 2 Gb (4 GB of disk).
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from Bio.SeqIO.FastaIO import SimpleFastaParser
from common import (
    Benchmark,
    anonymous_memory,
    in_own_process,
    in_turn,
    peak_memory,
    temporary_folder,
    write_random_fasta,
)

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


def parse(paths: list[Path]) -> int:
    """Read files by Biopython."""
    n_bases = 0
    for path in paths:
        with path.open() as handle:
            n_bases += sum(len(sequence) for _, sequence in SimpleFastaParser(handle))
    return n_bases


def compare_encoding(bench: Benchmark, paths: list[Path], folder: Path) -> None:
    """Encode files for the first time, beside the parser alone."""

    def encode() -> int:
        shutil.rmtree(folder, ignore_errors=True)
        return read_sequences(paths[:20], memory=folder).n_bases

    work = {"ours": encode, "peer": lambda: parse(paths[:20])}
    bench.ratio(
        "first encoding for memory=",
        "SimpleFastaParser alone (Biopython)",
        *in_turn(work, bench.pick(3, 7, 7)).values(),
        unit="bases",
        conditions=f"20 files of {paths[0].stat().st_size / 1e6:.1f} MB",
        least=0.4,
    )
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
    print(before + rise[0])


def measure_memory(bench: Benchmark, folder: Path, n_bases: int, cache: Path) -> None:
    """Fit in a process of its own."""
    bench.value(
        "fit with memory=, first encoding included: peak of RssAnon",
        in_own_process(folder, cache),
        "MB",
        conditions=f"{n_bases / 1e6:,.0f} Mb in {N_FILES} files, the whole process",
        most=1200,
    )


def count_files_of_an_epoch(bench: Benchmark, windows: SequenceWindows) -> None:
    """Report how many files the batches of an epoch are drawn from."""
    rows = np.arange(len(windows))
    grid, ones = windows._training_grid(), np.ones(len(windows))
    settings = {"seed": 0, "batch_size": BATCH, "steps_per_epoch": STEPS}
    feed = TrainingFeed(windows, grid, rows, ones, [rows], **settings)
    batches = [feed.batch(0, step).y for step in range(STEPS)]
    where = f"batches of {BATCH} windows, {len(rows)} files"
    in_batches = [len(np.unique(batch)) for batch in batches]
    bench.value("files in a batch", in_batches, "files", conditions=where)
    seen = len(np.unique(np.concatenate(batches)))
    bench.value(f"files in {STEPS} batches", seen, "files", conditions=where, least=len(rows))


def epochs_on(windows: SequenceWindows, n_rows: int) -> Callable[[], int]:
    """Make a function that trains for one epoch."""
    classifier = SequenceClassifier(steps_per_epoch=STEPS, batch_size=BATCH, random_state=0)
    y = [number % 2 for number in range(n_rows)]

    def train() -> int:
        classifier.partial_fit(windows, y, classes=[0, 1])
        return STEPS * BATCH

    train()  # build and compile
    return train


def compare_training(bench: Benchmark, small: list[Path], large: list[Path], cache: Path) -> None:
    """Train on the small and the large corpus in turn, pages in memory."""
    mapped = FastaWindowTransformer(500, memory=cache).fit_transform(large)
    in_memory = FastaWindowTransformer(500).fit_transform(small)
    mapped.sequences.count_letters()  # reads every page
    count_files_of_an_epoch(bench, mapped)
    pair = {"mapped": mapped, "in memory": in_memory}
    work = {name: epochs_on(windows, len(windows)) for name, windows in pair.items()}
    bench.ratio(
        "training on a mapped corpus",
        "the same on a hundredth of the bases, held in memory",
        *in_turn(work, bench.pick(3, 5, 9)).values(),
        unit="windows",
        conditions=f"{mapped.sequences.n_bases / 1e6:,.0f} Mb, pages in the cache of the system",
        least=0.9,
    )


def main() -> None:
    bench = Benchmark(__doc__)
    n_bases = bench.pick(200_000_000, 200_000_000, 2_000_000_000)
    with temporary_folder() as folder:
        cache = folder / "cache"
        large = write_corpus(folder / "large", n_bases)
        small = write_corpus(folder / "small", n_bases // 100)
        compare_encoding(bench, large, cache)
        measure_memory(bench, folder / "large", n_bases, cache)
        compare_training(bench, small, large, cache)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        fit(Path(sys.argv[1]), Path(sys.argv[2]))
    else:
        main()
