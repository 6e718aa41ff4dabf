"""MarkovLanguageModel: nats, bits and accuracy on unseen genera and an unseen part of a genome.

Needs the large data: SKDEEPG_DATA names the folder that holds 16s_vs_bacteria.
Run: python benchmarks/markov.py [16s] [ecoli] [speed]
"""

from __future__ import annotations

import argparse
import pickle
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from common import data_folder, peak_memory
from sklearn.model_selection import GridSearchCV, GroupKFold

from skdeepg import MarkovLanguageModel
from skdeepg.exceptions import LostDataWarning
from skdeepg.sequences import Sequences, read_sequences

FIRST_SCORED = 500  # deepG's tutorial network needs so many bases before its target
N_GENES = 60
PLAIN = {"backoff": False, "smoothing": 1}


def late_bases(model: MarkovLanguageModel, genes: Sequences) -> str:
    """Score the bases from FIRST_SCORED on."""
    table = model.predict_windows(genes)
    table = table[(table["position"] >= FIRST_SCORED) & (table["base"] != "N")]
    answers = table[list("ACGT")].to_numpy()
    true = table["base"].map("ACGT".index).to_numpy()
    nats = -np.log(answers[np.arange(len(true)), true]).mean()
    accuracy = (answers.argmax(axis=1) == true).mean()
    return f"{nats:.4f} nats, accuracy {accuracy:.4f} on {len(true):,} bases"


def all_bases(model: MarkovLanguageModel, rows: Sequences) -> str:
    return f"{model.bits_per_base(rows):.4f} bits, accuracy {model.accuracy(rows):.4f}"


def compare(
    models: dict[str, MarkovLanguageModel],
    train: Sequences,
    test: Sequences,
    scored: Callable[[MarkovLanguageModel, Sequences], str],
) -> None:
    for name, model in models.items():
        seconds = time.process_time()
        result = scored(model.fit(train), test)
        print(f"  {name:<40}{result}   {time.process_time() - seconds:.1f} CPU s", flush=True)


def choose(model: MarkovLanguageModel, grid: dict[str, list[Any]], X: Any, cv: Any) -> Any:
    search = GridSearchCV(model, grid, cv=cv, refit=False).fit(X)
    table = pd.DataFrame(search.cv_results_).sort_values("rank_test_score")
    columns = [name for name in table.columns if name.startswith("param_")]
    print(table[[*columns, "mean_test_score"]].to_string(index=False), flush=True)
    return model.set_params(**search.best_params_)


def benchmark_16s(data: Path) -> None:
    """Choose by genera held out of the training genes; look once at genes of other genera."""
    files = sorted((data / "16s/train").glob("*.fasta"))
    manifest = pd.read_csv(data / "manifest.tsv", sep="\t", index_col="file")
    genera = manifest.loc[[f"16s/train/{file.name}" for file in files], "genus"].to_numpy()
    train = read_sequences(files)
    genes = read_sequences(sorted((data / "16s/validation").glob("*.fasta"))[:N_GENES])
    print(f"16S genes of unseen genera, bases {FIRST_SCORED} and up")
    grid = {"order": [11, 12, 16, 20], "smoothing": [1, 5, 20]}
    folds = list(GroupKFold(5).split(train, groups=genera))
    models = {
        "chosen": choose(MarkovLanguageModel(), grid, train, folds),
        "default": MarkovLanguageModel(),
        "default for the middle": MarkovLanguageModel(target="middle"),
        "back-off of order 11": MarkovLanguageModel(11),
        "order 6 alone": MarkovLanguageModel(6, **PLAIN),
    }
    compare(models, train, genes, late_bases)


def benchmark_ecoli(data: Path) -> None:
    """Choose by the last tenth of the first 80 %; look once at the last 20 %."""
    genome = read_sequences([data / "bacteria/train/Escherichia_coli_K12_MG1655.fasta"])
    sequence = genome.sequence(0)
    border, inner = int(0.8 * len(sequence)), int(0.72 * len(sequence))
    train, rest = read_sequences([sequence[:border]]), read_sequences([sequence[border:]])
    print("E. coli K-12 MG1655, every base of the last 20 %, trained on the first 80 %")
    grid = {"order": [12, 16, 20], "smoothing": [1, 20], "strands": ["both", "forward"]}
    parts = read_sequences([sequence[:inner], sequence[inner:border]])
    models = {
        "chosen": choose(MarkovLanguageModel(), grid, parts, [([0], [1])]),
        "default, both strands": MarkovLanguageModel(strands="both"),
        "back-off of order 12, both strands": MarkovLanguageModel(12, 1, strands="both"),
        "order 6 alone, both strands": MarkovLanguageModel(6, **PLAIN, strands="both"),
        "order 6 alone": MarkovLanguageModel(6, **PLAIN),
    }
    compare(models, train, rest, all_bases)


def benchmark_speed(data: Path) -> None:
    """Time and memory of fit, of deriving tables and of scoring; bytes of a pickle."""
    genome = read_sequences([data / "bacteria/train/Escherichia_coli_K12_MG1655.fasta"])
    corpus = read_sequences(sorted((data / "bacteria/train").glob("*.fasta")))
    for rows, order in [(genome, 11), (genome, 12), (genome, 16), (corpus, 12)]:
        model = MarkovLanguageModel(order, strands="both")
        print(f"order {order}, both strands of {rows.n_bases / 1e6:.1f} Mb")
        steps = {
            "fit": lambda model=model, rows=rows: model.fit(rows),
            "derive tables": lambda model=model: model.strengths_,
            "score 4.6 Mb": lambda model=model: model.score(genome),
            "generate 100,000 bases": lambda model=model: model.generate(100_000, random_state=0),
        }
        for name, step in steps.items():
            wall, cpu = time.perf_counter(), time.process_time()
            with peak_memory() as rise:
                step()
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            print(f"  {name:<24}{wall:6.1f} s, {cpu:6.1f} CPU s, {rise[0]:6.0f} MB", flush=True)
        print(f"  pickle {len(pickle.dumps(model)) / 1e6:.1f} MB", flush=True)


BENCHMARKS = {"16s": benchmark_16s, "ecoli": benchmark_ecoli, "speed": benchmark_speed}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=[], help=", ".join(BENCHMARKS))
    arguments = parser.parse_args()
    warnings.simplefilter("ignore", LostDataWarning)  # ambiguous bases
    if (root := data_folder()) is None:
        sys.exit(0)
    for name in arguments.names or BENCHMARKS:
        BENCHMARKS[name](root / "16s_vs_bacteria")


if __name__ == "__main__":
    main()
