"""Memory of fitting genomes: the rise of RssAnon, beside that of the same fit on 1 Mb.

Run: python benchmarks/memory.py
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from common import peak_memory, write_random_fasta

from skdeepg import FastaWindowTransformer, SequenceClassifier

LARGE, SMALL = 89_000_000, 1_000_000


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
    """Fit in a process of its own on 25 files of together so many bases."""
    folder.mkdir()
    for number in range(25):
        write_random_fasta(folder / f"{number:02d}.fasta", n_bases // 25, 2, seed=number)
    done = subprocess.run(
        [sys.executable, __file__, folder], check=True, capture_output=True, text=True
    )
    return float(done.stdout)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(fit(sorted(Path(sys.argv[1]).iterdir())))
    else:
        with tempfile.TemporaryDirectory() as temporary:
            small = measure(Path(temporary, "small"), SMALL)
            large = measure(Path(temporary, "large"), LARGE)
        print(f"Peak above the start: {small:.0f} MB on {SMALL / 1e6:.0f} Mb, "
              f"{large:.0f} MB on {LARGE / 1e6:.0f} Mb (stride 10)")  # fmt: skip
        limit = 150 + 1.5 * (LARGE - SMALL) / 1e6
        print(f"Difference: {large - small:.0f} MB; aim: at most {limit:.0f} MB")
