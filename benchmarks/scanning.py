"""A genome from FASTA to HDF5 on both strands, beside the bare network on ready codes.

Random bases of 4.9 Mb at stride 100, the tutorial's network in float32 and bfloat16; then 5 and
50 Mb: windows a second, and peak memory above that of the smaller genome, a process each.

Run: python benchmarks/scanning.py [--repeats 5] [--stride 100]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from common import in_turn, peak_memory, report, write_random_fasta

from skdeepg import LSTMCNN, SequenceClassifier
from skdeepg.engine.compiled import Encoder, Forward
from skdeepg.sequences import read_sequences

N_BASES = 4_900_000
SIZES = (5_000_000, 50_000_000)


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


def beside_the_bare_network(folder: Path, repeats: int, stride: int) -> None:
    path = write_random_fasta(folder / "genome.fasta", N_BASES, n_records=1)
    for padding in ("same", "valid"):
        classifier = make_classifier(padding)
        work = {}
        for name, options in {
            "scan, FASTA to HDF5": {},
            "scan in bfloat16": {"precision": "bfloat16"},
            "scan at stride 108": {"stride": 108},
        }.items():

            def scan(options=options, classifier=classifier) -> int:
                given = {"stride": stride} | options
                output = folder / "states.h5"
                return len(classifier.scan(path, output=output, overwrite=True, **given))

            work[name] = scan
        work["bare network, codes ready"] = bare_pass(classifier, path, stride)
        title = f"{N_BASES / 1e6} Mb at stride {stride}, both strands, padding {padding!r}"
        report(title, in_turn(work, repeats), "windows/s")


def by_size(stride: int) -> None:
    print("\n5 and 50 Mb in one record, a process each")
    found = []
    for n_bases in SIZES:
        command = [sys.executable, __file__, "--stride", str(stride), "--size", str(n_bases)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        rate, cpu_rate, rise = map(float, done.stdout.split()[-3:])
        found.append((rate, cpu_rate, rise))
        print(
            f"  {n_bases / 1e6:.0f} Mb: {rate:,.0f} windows/s, {cpu_rate:,.0f} a CPU second, "
            f"peak {rise:,.0f} MB above the start"
        )
    (small, small_cpu, small_rise), (large, large_cpu, large_rise) = found
    more_bases = (SIZES[1] - SIZES[0]) / 1e6
    print(
        f"  50 Mb at {large / small:.2f} of the speed of 5 Mb ({large_cpu / small_cpu:.2f} in CPU "
        f"time), {(large_rise - small_rise) / more_bases:.2f} bytes a base more"
    )


def one_size(n_bases: int, stride: int) -> None:
    classifier = make_classifier()
    with tempfile.TemporaryDirectory() as name:
        path = write_random_fasta(Path(name) / "genome.fasta", n_bases, n_records=1)
        small = write_random_fasta(Path(name) / "small.fasta", 500_000, n_records=1)
        classifier.scan(small, stride=stride, output=Path(name) / "small.h5")  # warm up
        start, cpu = time.perf_counter(), time.process_time()
        with peak_memory() as rise:
            track = classifier.scan(path, stride=stride, output=Path(name) / "states.h5")
        seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - cpu
        print(len(track) / seconds, len(track) / cpu_seconds, rise[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--stride", type=int, default=100)
    parser.add_argument("--size", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.size:
        one_size(arguments.size, arguments.stride)
        return
    with tempfile.TemporaryDirectory() as name:
        beside_the_bare_network(Path(name), arguments.repeats, arguments.stride)
    by_size(arguments.stride)


if __name__ == "__main__":
    main()
