"""K-mers beside scikit-learn's CountVectorizer in one run, and the memory of a 100 Mb file.

Run: python benchmarks/kmers.py
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from common import in_turn, peak_memory, report, write_random_fasta
from sklearn.feature_extraction.text import CountVectorizer

from skdeepg import KmerVectorizer

N_BASES, LARGE, SMALL = 5_000_000, 100_000_000, 1_000_000
ROW_LENGTHS = (5_000_000, 50_000, 1_500, 500, 150)
AIM = 20


def random_rows(length: int) -> list[str]:
    letters = np.frombuffer(b"ACGT", dtype=np.uint8)
    bases = letters[np.random.default_rng(0).integers(0, 4, N_BASES)].tobytes().decode()
    return [bases[start : start + length] for start in range(0, N_BASES - length + 1, length)]


def check_equal(rows: list[str], peer: CountVectorizer) -> None:
    """Compare all counts, column by column."""
    ours = KmerVectorizer(k=6, canonical=False)
    column = {name: number for number, name in enumerate(ours.get_feature_names_out())}
    expected = peer.fit_transform(rows)
    order = [column[name] for name in peer.get_feature_names_out()]
    found = ours.transform(rows)
    assert (found[:, order] != expected).nnz == 0
    assert found.sum() == expected.sum()


def speed() -> None:
    """Count 6-mers of the same 5 Mb, cut into rows of different length."""
    for length in ROW_LENGTHS:
        rows = random_rows(length)
        peer = CountVectorizer(analyzer="char", ngram_range=(6, 6), lowercase=False)
        check_equal(rows, peer)

        def count(vectorizer: KmerVectorizer | CountVectorizer, rows: list[str] = rows) -> int:
            vectorizer.fit_transform(rows)
            return N_BASES

        work = {
            "canonical": KmerVectorizer(k=6),
            "canonical=False": KmerVectorizer(k=6, canonical=False),
            "CountVectorizer": peer,
        }
        rates = in_turn({n: lambda v=v: count(v) for n, v in work.items()}, repeats=3)
        report(f"6-mers of {len(rows):,} rows of {length:,} bases; aim: {AIM}", rates, "bases/s")


def word_lengths() -> None:
    """Count words of other lengths in one row."""
    rows = random_rows(N_BASES)
    print("\nOne row of 5 Mb")
    for k in (3, 4, 5, 6, 8, 10, 12):
        vectorizer = KmerVectorizer(k=k)
        vectorizer.transform(["A" * 99])  # the columns are numbered once in a process
        start = time.perf_counter()
        counts = vectorizer.transform(rows)
        rate = N_BASES / (time.perf_counter() - start)
        print(f"  k={k:<3}{counts.shape[1]:>12,} columns{rate:>16,.4g} bases/s")


def write_one_line(path: Path, n_bases: int) -> Path:
    """Write one record of random bases in one line."""
    letters = np.frombuffer(b"ACGT", dtype=np.uint8)
    random = np.random.default_rng(0)
    with path.open("wb") as file:
        file.write(b">record\n")
        for _ in range(n_bases // SMALL):
            file.write(letters[random.integers(0, 4, SMALL)].tobytes())
        file.write(b"\n")
    return path


def measure(k: int, path: Path) -> None:
    """Count in a process of its own."""
    script = [sys.executable, __file__, str(k), path]
    rise, seconds, n_bases = map(
        float, subprocess.run(script, check=True, capture_output=True, text=True).stdout.split()
    )
    rate = n_bases / seconds
    print(f"  k={k:<3}{path.name:<24}{rise:>8.1f} MB above the start{rate:>14,.4g} bases/s")


def memory() -> None:
    """Count files of 1 Mb and 100 Mb; what grows with the file would be 100 MB and more."""
    print("\nFiles")
    with tempfile.TemporaryDirectory() as temporary:
        paths = [
            write_random_fasta(Path(temporary, "small.fasta"), SMALL),
            write_random_fasta(Path(temporary, "twenty records.fasta"), LARGE),
            write_random_fasta(Path(temporary, "one record.fasta"), LARGE, n_records=1),
            write_one_line(Path(temporary, "one line.fasta"), LARGE),
        ]
        for k in (4, 6, 12):
            for path in paths:
                measure(k, path)


def measure_here(k: int, path: Path) -> None:
    vectorizer = KmerVectorizer(k=k)
    vectorizer.transform(["A" * 99])
    start = time.perf_counter()
    with peak_memory() as rise:
        counts = vectorizer.transform([path])
    print(rise[0], time.perf_counter() - start, counts.sum())


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure_here(int(sys.argv[1]), Path(sys.argv[2]))
    else:
        speed()
        word_lengths()
        memory()
