"""How cost grows with length, number of files and number of windows: CPU time and peak memory.

A process for each curve, sizes in rising order. Memory is the peak of RssAnon above that after a
warm-up on the smallest size. The network is a small one, so that other costs show.
"""

from __future__ import annotations

import math
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from common import (
    Benchmark,
    anonymous_memory,
    in_own_process,
    peak_memory,
    temporary_folder,
    timed,
    write_random_fasta,
)

from skdeepg import LSTMCNN, FastaWindowTransformer, KmerVectorizer, SequenceClassifier
from skdeepg.sequences import read_sequences

WINDOW, STRIDE, FILE_SIZE = 500, 100, 20_000
LENGTHS = (100_000, 300_000, 1_000_000, 3_000_000, 10_000_000, 30_000_000)
FILES = (10, 30, 100, 300, 1000, 3000)
STRIDES = (500, 100, 20, 5, 1)
N_BASES_OF_STRIDES = 200_000
TASKS = ("read_sequences", "KmerVectorizer", "predict_proba", "scan", "fit")
SLOW = TASKS[2:]  # they run a network


def small_network(stride: int, max_epochs: int) -> SequenceClassifier:
    network = LSTMCNN(filters=(8, 16), kernel_size=8)
    windows = FastaWindowTransformer(WINDOW, stride=stride, random_offset=False)
    return SequenceClassifier(network, windows, max_epochs=max_epochs, random_state=0)


def make_work(task: str, stride: int, folder: Path) -> Callable[[list[Path]], Any]:
    """Give what is measured: a function of paths."""
    if task == "read_sequences":
        return read_sequences
    if task == "KmerVectorizer":
        return KmerVectorizer(k=6).transform
    if task == "fit":  # an epoch on all windows
        return lambda paths: small_network(stride, 1).fit(paths, np.arange(len(paths)) % 2)
    classifier = small_network(stride, 0).fit(["ACGT" * 200, "GGCA" * 200], [0, 1])
    if task == "predict_proba":
        return classifier.predict_proba
    output = folder / "states.h5"
    return lambda paths: classifier.scan(paths, stride=stride, output=output, overwrite=True)


def paths_of(against: str, size: int, task: str, folder: Path) -> list[Path]:
    """Write what one measurement reads."""
    if against == "files":
        return [
            write_random_fasta(folder / f"{number:05d}.fasta", FILE_SIZE, 1, seed=number)
            for number in range(size)
        ]
    n_bases = size if against == "length" else N_BASES_OF_STRIDES
    if task == "fit":  # two classes: a record each, of half the length
        names = (f"{n_bases}_{number}.fasta" for number in range(2))
        return [write_random_fasta(folder / name, n_bases // 2, 1) for name in names]
    return [write_random_fasta(folder / f"{n_bases}.fasta", n_bases, n_records=1)]


def measure(work: Callable[[list[Path]], Any], paths: list[Path]) -> tuple[float, float]:
    """Give the CPU time, the median of up to five runs, and the highest RssAnon in MB."""
    seconds: list[float] = []
    before = anonymous_memory()
    with peak_memory() as rise:
        while not seconds or (len(seconds) < 5 and sum(seconds) < 3):
            seconds.append(timed(lambda: work(paths) is not None).cpu)
    return statistics.median(seconds), before + rise[0]


def measure_curve(task: str, against: str, sizes: list[int]) -> None:
    """Print for each size what it counts, CPU seconds and MB."""
    with temporary_folder() as folder:
        start = None
        for size in sizes:
            stride = size if against == "windows" else WINDOW if task == "fit" else STRIDE
            inner = folder / str(size)
            inner.mkdir()
            work, paths = make_work(task, stride, folder), paths_of(against, size, task, inner)
            if start is None:
                work(paths)
                start = anonymous_memory()
            cpu, peak = measure(work, paths)
            count = N_BASES_OF_STRIDES // size if against == "windows" else size
            print(count, cpu, peak - start)


def sizes_of(bench: Benchmark, task: str, against: str) -> tuple[int, ...]:
    """Choose sizes, in rising order of cost; networks get less in the shorter runs."""
    n_left_out = bench.pick(2, int(task in SLOW), 0)
    all_sizes = {"length": LENGTHS, "files": FILES, "windows": STRIDES}[against]
    return all_sizes[: len(all_sizes) - n_left_out]


def main() -> None:
    bench = Benchmark(__doc__)
    for task in TASKS:
        for against in ("length", "files", "windows"):
            if against == "windows" and task not in SLOW:
                continue
            found = in_own_process(task, against, *sizes_of(bench, task, against))
            x, cpu, memory = found[::3], found[1::3], found[2::3]
            slope = math.log(cpu[-1] / cpu[-3]) / math.log(x[-1] / x[-3])
            bench.curve(task, against, x, cpu=cpu, memory=memory, exponent=slope)
            print(
                f"  {task} by {against}: exponent {slope:.2f} over the last three sizes, "
                f"{memory[-1]:.0f} MB above the start",
                flush=True,
            )


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1] in TASKS:
        measure_curve(sys.argv[1], sys.argv[2], [int(size) for size in sys.argv[3:]])
    else:
        main()
