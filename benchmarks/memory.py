"""Memory of fitting genomes: the rise of RssAnon, beside that of the same fit on 1 Mb."""

from __future__ import annotations

import sys
from pathlib import Path

from common import Benchmark, in_own_process, peak_memory, temporary_folder, write_random_fasta

from skdeepg import FastaWindowTransformer, SequenceClassifier

LARGE, SMALL, N_FILES = 89_000_000, 1_000_000, 25


def fit(paths: list[Path]) -> float:
    """Fit on files for a few steps; return the rise to the peak in MB."""
    classifier = SequenceClassifier(
        windows=FastaWindowTransformer(500, stride=10),
        strands="both",
        sampling="balanced",
        max_epochs=1,
        steps_per_epoch=10,
        batch_size=256,
        random_state=0,
    )
    with peak_memory() as rise:
        classifier.fit(paths, [number % 2 for number in range(len(paths))])
    return rise[0]


def measure(folder: Path, n_bases: int) -> float:
    """Fit in a process of its own on files of together so many bases."""
    folder.mkdir()
    for number in range(N_FILES):
        write_random_fasta(folder / f"{number:02d}.fasta", n_bases // N_FILES, 2, seed=number)
    return in_own_process(folder)[0]


def main() -> None:
    bench = Benchmark(__doc__)
    with temporary_folder() as folder:
        small, large = measure(folder / "small", SMALL), measure(folder / "large", LARGE)
    where = f"{N_FILES} files, windows of 500 at stride 10, both strands, 10 steps of 256"
    bench.value("fit on 1 Mb: peak above the start", small, "MB", conditions=where)
    bench.value(
        f"fit on {LARGE / 1e6:.0f} Mb: more than on 1 Mb",
        large - small,
        "MB",
        conditions=where,
        most=150 + 1.5 * (LARGE - SMALL) / 1e6,
    )


if __name__ == "__main__":
    if len(sys.argv) == 2 and Path(sys.argv[1]).is_dir():
        print(fit(sorted(Path(sys.argv[1]).iterdir())))
    else:
        main()
