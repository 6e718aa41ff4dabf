"""MarkovLanguageModel: what fit and score cost; with --full how its settings are chosen.

The choices are made on the training genera, and on the first 80 % of a genome.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pandas as pd
from common import Benchmark, in_turn, peak_memory, random_bases
from sklearn.model_selection import GridSearchCV, GroupKFold

from skdeepg import MarkovLanguageModel
from skdeepg.exceptions import LostDataWarning
from skdeepg.sequences import Sequences, read_sequences


def choose(bench: Benchmark, what: str, grid: dict[str, list[Any]], X: Any, cv: Any) -> None:
    """Report the best settings, beside the default."""
    model = MarkovLanguageModel()
    search = GridSearchCV(model, grid, cv=cv, refit=False).fit(X)
    table = pd.DataFrame(search.cv_results_).sort_values("rank_test_score")
    columns = [name for name in table.columns if name.startswith("param_")]
    print(table[[*columns, "mean_test_score"]].to_string(index=False), flush=True)
    best = ", ".join(f"{name}={value!r}" for name, value in search.best_params_.items())
    bench.value(
        f"MarkovLanguageModel, {what}: best of a grid", search.best_score_, "score", conditions=best
    )


def choose_for_genes(bench: Benchmark, data: Path) -> None:
    """Choose by genera held out of the training genes."""
    paths = sorted((data / "16s/train").glob("*.fasta"))
    manifest = pd.read_csv(data / "manifest.tsv", sep="\t", index_col="file")
    genera = manifest.loc[[f"16s/train/{path.name}" for path in paths], "genus"].to_numpy()
    train = read_sequences(paths)
    grid = {"order": [11, 12, 16, 20], "smoothing": [1, 5, 20]}
    folds = list(GroupKFold(5).split(train, groups=genera))
    choose(bench, "16S genes", grid, train, folds)


def choose_for_genome(bench: Benchmark, genome: Sequences) -> None:
    """Choose by the last tenth of the first 80 %."""
    sequence = genome.sequence(0)
    border, inner = int(0.8 * len(sequence)), int(0.72 * len(sequence))
    parts = read_sequences([sequence[:inner], sequence[inner:border]])
    grid = {"order": [12, 16, 20], "smoothing": [1, 20], "strands": ["both", "forward"]}
    choose(bench, "E. coli", grid, parts, [([0], [1])])


def measure_cost(bench: Benchmark, rows: Sequences, order: int, peer: int) -> None:
    """Time fit and score beside those of a model without back-off."""
    models = {
        name: MarkovLanguageModel(name, backoff=name == order, strands="both")
        for name in (order, peer)
    }

    def fit(name: int) -> int:
        models[name].fit(rows)
        return rows.n_bases

    def score(name: int) -> int:
        models[name].score(rows)
        return rows.n_bases

    for what, run in (("fit", fit), ("score", score)):
        with peak_memory() as rise:
            run(order)
        work = {name: lambda name=name, run=run: run(name) for name in models}
        where = f"both strands of {rows.n_bases / 1e6:.1f} Mb"
        bench.ratio(
            f"MarkovLanguageModel({order}).{what}",
            f"order {peer} without back-off",
            *in_turn(work, bench.pick(3, 3, 5)).values(),
            unit="bases",
            conditions=where,
        )
        peak = f"MarkovLanguageModel({order}).{what}: peak above the start"
        bench.value(peak, rise[0], "MB", conditions=where)


def main() -> None:
    bench = Benchmark(__doc__)
    warnings.simplefilter("ignore", LostDataWarning)  # ambiguous bases
    n_bases = bench.pick(500_000, 4_600_000, 4_600_000)
    measure_cost(bench, read_sequences([random_bases(n_bases).decode()]), order=12, peer=6)
    if bench.level != "full":
        bench.skip("the choice of order and smoothing", "measured with --full")
    elif data := bench.data("the choice of order and smoothing"):
        choose_for_genes(bench, data)
        path = data / "bacteria/train/Escherichia_coli_K12_MG1655.fasta"
        choose_for_genome(bench, read_sequences([path]))


if __name__ == "__main__":
    main()
