"""Every 16S gene of five unseen genomes: training on the train folders, scanning, comparison.

Needs the large data: SKDEEPG_DATA names the folder that holds 16s_vs_bacteria. All choices are made
on the genomes of training.

Run: python benchmarks/find_16s.py [--seeds 0 1 2] [--stride 250] [--save FOLDER]
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np
from common import data_folder

import skdeepg
from skdeepg import FastaWindowTransformer, SequenceClassifier
from skdeepg.datasets import make_gene_finding_rows
from skdeepg.genome import Regions, extract_regions, read_gff3
from skdeepg.sequences import Sequences, concatenate_sequences, read_sequences

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
    print(f"  first: {len(false)} stretches of the training genomes mistaken for 16S", flush=True)
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--stride", type=int, default=250, help="of the coarse pass")
    parser.add_argument(
        "--save", type=Path, help="folder for the classifiers; those there are used"
    )
    arguments = parser.parse_args()
    if (root := data_folder()) is None:
        sys.exit(0)
    data = root / "16s_vs_bacteria"
    for seed in arguments.seeds:
        print(f"seed {seed}")
        start, cpu = time.perf_counter(), time.process_time()
        kept = arguments.save and arguments.save / f"find_16s_{seed}.h5"
        if kept and kept.exists():
            classifier = skdeepg.load(kept)
        else:
            classifier = train(data, seed, arguments.stride)
            print(f"  {time.process_time() - cpu:.0f} CPU s, {time.perf_counter() - start:.0f} s")
            if kept:
                skdeepg.save(classifier, kept)
        for split, annotation in [("train", "annotations/train"), ("validation", "annotations")]:
            known = genes(data / annotation)
            cpu = time.process_time()
            genomes = files(data / "bacteria" / split)
            refine = 10 if split == "validation" else None
            track = classifier.scan(genomes, stride=arguments.stride, refine=refine)
            n_bases = read_sequences(genomes).n_bases
            seconds = (time.process_time() - cpu) / n_bases * 1e6
            print(f"  {split}: {seconds:.2f} CPU s a Mb")
            found = track.regions("16s")
            if split == "train":
                min_score = choose_min_score(found, known)
            for chosen in (0.0, min_score):
                kept = found[found.score >= chosen]
                print(f"    min_score={chosen:.3f}: {kept.overlap(known)}", flush=True)


if __name__ == "__main__":
    main()
