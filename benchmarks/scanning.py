"""A genome from FASTA to HDF5 on both strands, beside the bare network on ready codes; by size."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from common import (
    Benchmark,
    Cost,
    in_own_process,
    in_turn,
    peak_memory,
    temporary_folder,
    timed,
    write_random_fasta,
)

from skdeepg import LSTMCNN, SequenceClassifier
from skdeepg.engine.compiled import Encoder, Forward
from skdeepg.sequences import read_sequences

STRIDE = 100


def make_classifier(padding: str = "same") -> SequenceClassifier:
    network = LSTMCNN(padding=padding)
    rows = ["ACGT" * 300, "GGCA" * 300]
    return SequenceClassifier(network, max_epochs=0, random_state=0).fit(rows, ["a", "b"])


def bare_pass(classifier: SequenceClassifier, path: Path, stride: int):
    """Make what answers as many windows by the network alone, cut beforehand."""
    codes = read_sequences([path]).codes
    windows = np.lib.stride_tricks.sliding_window_view(codes, 500)[::stride]
    ready = [windows[first : first + 256].copy() for first in range(0, len(windows), 256)]
    forward = Forward(classifier.model_, Encoder(classifier.symbol_table_))

    def answer() -> int:
        for _ in "+-":
            for batch in ready:
                forward(batch)
        return 2 * len(windows)

    return answer


def beside_the_bare_network(bench: Benchmark, folder: Path) -> None:
    n_bases = bench.pick(500_000, 4_900_000, 4_900_000)
    path = write_random_fasta(folder / "genome.fasta", n_bases, n_records=1)
    for padding in bench.pick(("same",), ("same",), ("same", "valid")):
        classifier = make_classifier(padding)

        def scan(classifier: SequenceClassifier = classifier, **options: Any) -> int:
            output = folder / "states.h5"
            return len(classifier.scan(path, output=output, overwrite=True, **options))

        work = {
            "scan, float32": lambda scan=scan: scan(stride=STRIDE),
            "scan, bfloat16": lambda scan=scan: scan(stride=STRIDE, precision="bfloat16"),
            "scan at stride 108, float32": lambda scan=scan: scan(stride=108),
            "bare": bare_pass(classifier, path, STRIDE),
        }
        costs = in_turn(work, bench.pick(3, 3, 5))
        for name in list(work)[:-1]:
            aims = {"least": 1.5, "needs_amx": True} if "bfloat16" in name else {"least": 0.85}
            bench.ratio(
                f'{name}, padding="{padding}", FASTA to HDF5, both strands',
                "bare compiled call on ready codes, float32",
                costs[name],
                costs["bare"],
                unit="windows",
                conditions=f"{n_bases / 1e6} Mb at stride {STRIDE}, the tutorial's CNN",
                **aims,
                **({"key": "genome"} if name == "scan, float32" else {}),
            )


def by_size(bench: Benchmark) -> None:
    """Scan a small and a large genome, a process each."""
    sizes = bench.pick((500_000, 2_500_000), (5_000_000, 50_000_000), (5_000_000, 50_000_000))
    small, large = (in_own_process(size) for size in sizes)
    names = [f"{size / 1e6:g} Mb" for size in sizes]
    conditions = f"one record at stride {STRIDE}, both strands, a process each"
    (*cost_small, rise_small), (*cost_large, rise_large) = small, large
    bench.ratio(
        f"scan of {names[1]}, FASTA to HDF5",
        f"the same of {names[0]}",
        [Cost(*cost_large)],
        [Cost(*cost_small)],
        unit="windows",
        conditions=conditions,
        least=0.9,
    )
    bench.value(
        f"scan: memory from {names[0]} to {names[1]}",
        (rise_large - rise_small) * 1e6 / (sizes[1] - sizes[0]),
        "bytes a base",
        conditions=conditions,
        most=4,
    )


def one_size(n_bases: int) -> None:
    classifier = make_classifier()
    with temporary_folder() as folder:
        path = write_random_fasta(folder / "genome.fasta", n_bases, n_records=1)
        small = write_random_fasta(folder / "small.fasta", 500_000, n_records=1)
        classifier.scan(small, stride=STRIDE, output=folder / "small.h5")  # warm up
        with peak_memory() as rise:
            cost = timed(
                lambda: len(classifier.scan(path, stride=STRIDE, output=folder / "out.h5"))
            )
        print(*cost, rise[0])


def main() -> None:
    bench = Benchmark(__doc__)
    with temporary_folder() as folder:
        beside_the_bare_network(bench, folder)
    by_size(bench)


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1].isdigit():
        one_size(int(sys.argv[1]))
    else:
        main()
