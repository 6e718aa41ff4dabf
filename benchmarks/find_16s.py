"""Every 16S gene of five unseen genomes: training on the train folders, scanning, comparison.

All choices are made on the genomes of training. The classifiers are kept beside the results, for
`beside_barrnap.py`.

Run: python benchmarks/find_16s.py [--seeds 0 1 2] [--stride 250] [--keep]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from common import RESULTS, Benchmark, timed

import skdeepg
from skdeepg import FastaWindowTransformer, SequenceClassifier
from skdeepg.datasets import make_gene_finding_rows
from skdeepg.genome import Regions, extract_regions, read_gff3
from skdeepg.sequences import Sequences, concatenate_sequences

LENGTH = 500
MIN_SCORES = (0.0, 0.7, 0.8, 0.9)
SHARE_OF_HARD = 0.05  # of the background's bases


def genes(folder: Path) -> Regions:
    return read_gff3(sorted(folder.glob("*.gff"))).select(name="16S_rRNA")


def train(data: Path, seed: int, stride: int) -> SequenceClassifier:
    """Train, look where the classifier errs on its own genomes, and train on these as well."""
    known, genomes = genes(data / "annotations/train"), files(data / "bacteria/train")
    X, y = make_gene_finding_rows(
        files(data / "16s/train"),
        genomes,
        window_length=LENGTH,
        labels=("16s", "bacteria"),
        random_state=seed,
    )
    classifier = SequenceClassifier(
        windows=FastaWindowTransformer(LENGTH, stride=50),
        sampling="balanced",
        max_epochs=10,
        steps_per_epoch=100,
        random_state=seed,
    )
    classifier.fit(X, y, exclude=known)
    track = classifier.scan(genomes, stride=stride)
    found = track.regions("16s", threshold=0.2, min_length=1, merge_distance=0, smooth=0)
    false = found[~found.touches(known)]
    hard = extract_regions(false, genomes, margin=LENGTH // 2)
    X, y = add_rows(X, y, hard, "bacteria")
    return classifier.set_params(warm_start=True, max_epochs=5).fit(X, y, exclude=known)


def add_rows(
    X: Sequences, y: np.ndarray, hard: Sequences, label: str
) -> tuple[Sequences, np.ndarray]:
    """Add rows, so often that they are a twentieth of all bases."""
    n_copies = min(max(round(SHARE_OF_HARD * X.n_bases / max(hard.n_bases, 1)), 1), 50)
    hard = hard[np.tile(np.arange(len(hard)), n_copies)]
    return concatenate_sequences([X, hard]), np.append(y, [label] * len(hard))


def choose_min_score(found: Regions, known: Regions) -> float:
    """Choose the highest that loses no gene of the training genomes."""
    all_found = len(found.overlap(known).matched)
    return max(
        s for s in MIN_SCORES if len(found[found.score >= s].overlap(known).matched) == all_found
    )


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.fasta"))


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seeds", type=int, nargs="+", help="default: 0; with --full 0, 1, 2")
    parser.add_argument("--stride", type=int, default=250, help="of the coarse pass")
    parser.add_argument("--keep", action="store_true", help="use the classifiers of the last run")


def make_classifier(bench: Benchmark, data: Path, seed: int) -> SequenceClassifier:
    """Train and save, or load that of the last run."""
    path = RESULTS / f"find_16s_{seed}.h5"
    if bench.options.keep and path.exists():
        return skdeepg.load(path)
    made: list[SequenceClassifier] = []
    cost = timed(lambda: bool(made.append(train(data, seed, bench.options.stride))))
    where = "10 and 5 epochs of 100 steps, and a scan of 20 genomes between them"
    bench.value(f"training, seed {seed}", cost.cpu, "CPU s", conditions=where)
    skdeepg.save(made[0], path)
    return made[0]


def measure(bench: Benchmark, data: Path, seed: int) -> None:
    """Find the genes of the genomes left out."""
    classifier, stride = make_classifier(bench, data, seed), bench.options.stride
    of_training = classifier.scan(files(data / "bacteria/train"), stride=stride).regions("16s")
    min_score = choose_min_score(of_training, genes(data / "annotations/train"))
    genomes, known = files(data / "bacteria/validation"), genes(data / "annotations")
    found = classifier.scan(genomes, stride=stride, refine=10).regions("16s")
    for chosen in dict.fromkeys((0.0, min_score)):
        overlap = found[found.score >= chosen].overlap(known)
        n_right = int(overlap.same_strand.sum())
        where = f"seed {seed}, min_score={chosen:g}, 5 genomes of 14 Mb, {len(known)} genes"
        for what, number, aims in (
            (
                "genes found on the right strand",
                n_right,
                {"least": len(known)},
            ),
            ("false regions", len(overlap.false), {"most": 1}),
            ("border error, median", overlap.median_border_error, {"most": 60}),
        ):
            unit = "bases" if what.startswith("border") else ""
            bench.value(what, number, unit, conditions=where, **aims)


def main() -> None:
    bench = Benchmark(__doc__, add_options)
    if data := bench.data("16S genes in genomes of unseen genera"):
        for seed in bench.options.seeds or bench.pick([0], [0], [0, 1, 2]):
            measure(bench, data, seed)


if __name__ == "__main__":
    main()
