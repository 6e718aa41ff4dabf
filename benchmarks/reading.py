"""Reading and encoding FASTA beside Biopython's parser alone; what importing the package takes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from Bio.SeqIO.FastaIO import SimpleFastaParser
from common import Benchmark, in_turn, temporary_folder, write_random_fasta

from skdeepg.sequences import read_sequences


def parse(path: Path) -> int:
    with path.open() as handle:
        return sum(len(sequence) for _, sequence in SimpleFastaParser(handle))


def measure_reading(bench: Benchmark, folder: Path) -> None:
    for n_bases, n_records, aims in ((100_000_000, 20, {"least": 0.5}), (20_000_000, 100_000, {})):
        path = write_random_fasta(folder / f"{n_records}.fasta", n_bases, n_records)
        work = {
            "ours": lambda path=path: read_sequences([path]).n_bases,
            "peer": lambda path=path: parse(path),
        }
        bench.ratio(
            "read_sequences: read and encode",
            "SimpleFastaParser alone (Biopython)",
            *in_turn(work, bench.pick(3, 7, 9)).values(),
            unit="bases",
            conditions=f"{n_bases / 1e6:.0f} Mb in {n_records:,} records",
            **aims,
        )


def run_python(statement: str) -> int:
    subprocess.run([sys.executable, "-c", statement], check=True)
    return 1


def measure_import(bench: Benchmark) -> None:
    work = {
        "ours": lambda: run_python("import skdeepg"),
        "empty": lambda: run_python(""),
    }
    costs = in_turn(work, bench.pick(5, 9, 9))
    rises = [a.cpu - b.cpu for a, b in zip(*costs.values(), strict=True)]
    bench.value(
        "import skdeepg", rises, "CPU s", conditions="above an empty Python process", most=0.2
    )


if __name__ == "__main__":
    bench = Benchmark(__doc__)
    measure_import(bench)
    with temporary_folder() as folder:
        measure_reading(bench, folder)
