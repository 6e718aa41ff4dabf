"""K-mers, a network, and both by stacking: answers out of fold for windows of unseen genera.

Run: python benchmarks/stacking.py [--lengths 150 500 1000] [--tasks 16s phylum] [--seed 0]
"""

from __future__ import annotations

import argparse
from collections import Counter
from typing import Any

import numpy as np
from common import Benchmark
from sklearn.ensemble import StackingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, log_loss
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import Pipeline, make_pipeline, make_union
from sklearn.preprocessing import StandardScaler

from skdeepg import (
    LSTMCNN,
    FastaWindowTransformer,
    KmerVectorizer,
    NetworkFeatures,
    SequenceClassifier,
    cut_windows,
)
from skdeepg.datasets import load_16s_bacteria

Rows = tuple[Any, np.ndarray, np.ndarray]
MODELS = ("k-mers", "k-mers stacked alone", "network", "both side by side", "both stacked")


def gene_or_not() -> Rows:
    """16S genes and pieces of genomes."""
    data = load_16s_bacteria(subset="all")
    return data.data, data.target, data.groups


def phylum_of_gene(least: int = 40) -> Rows:
    """The phyla that have most 16S genes."""
    data = load_16s_bacteria(subset="all")
    n_genes = Counter(data.phylum[data.target == "16s"])
    common = [phylum for phylum, count in n_genes.items() if count >= least]
    kept = (data.target == "16s") & np.isin(data.phylum, common)
    return data.data[kept], data.phylum[kept], data.groups[kept]


TASKS = {"16s": (gene_or_not, 60), "phylum": (phylum_of_gene, 3)}


def kmers() -> Pipeline:
    return make_pipeline(KmerVectorizer(k=6, norm="l2"), StandardScaler(with_mean=False))


def linear() -> LogisticRegression:
    return LogisticRegression(C=0.01, class_weight="balanced", max_iter=2000)


def network(seed: int) -> SequenceClassifier:
    return SequenceClassifier(
        LSTMCNN(filters=(32, 32), pool_size=4, global_pooling="max", dense_dropout=0.3),
        strands="both",
        sampling="balanced",
        max_epochs=10,
        steps_per_epoch=20,
        batch_size=128,
        learning_rate=3e-3,
        random_state=seed,
    )


def scores(fitted: Any, X: Any, y: np.ndarray) -> tuple[float, float]:
    answers = fitted.predict_proba(X)
    found = fitted.classes_[answers.argmax(axis=1)]
    return balanced_accuracy_score(y, found), log_loss(y, answers, labels=fitted.classes_)


def stack_of(members: list[tuple[str, Any]], folds: list[Any]) -> StackingClassifier:
    return StackingClassifier(members, LogisticRegression(class_weight="balanced"), cv=folds)


def answer_fold(
    X: Any, y: np.ndarray, groups: np.ndarray, train: np.ndarray, test: np.ndarray, seed: int
) -> list[tuple[float, float]]:
    """Train on all folds but one, and score on that one."""
    inner = StratifiedGroupKFold(3, shuffle=True, random_state=seed)
    folds = list(inner.split(X[train], y[train], groups[train]))
    members = [("k-mers", make_pipeline(kmers(), linear())), ("network", network(seed))]
    alone = stack_of(members[:1], folds).fit(X[train], y[train])
    stack = stack_of(members, folds).fit(X[train], y[train])
    features = make_pipeline(NetworkFeatures(network(seed)), StandardScaler())
    union = make_pipeline(make_union(kmers(), features), linear()).fit(X[train], y[train])
    truth = np.searchsorted(np.unique(y), y[test])  # the members of a stack answer by numbers
    of_words, of_network = (
        scores(stack.named_estimators_[name], X[test], truth) for name, _ in members
    )
    of_alone, of_union, of_stack = (scores(m, X[test], y[test]) for m in (alone, union, stack))
    return [of_words, of_alone, of_network, of_union, of_stack]


def run(bench: Benchmark, task: str, length: int) -> None:
    load, max_windows = TASKS[task]
    seed, n_folds = bench.options.seed, bench.options.folds
    rows, labels, genera = load()
    cutter = FastaWindowTransformer(length, max_windows=max_windows, random_state=seed)
    X, y, row = cut_windows(rows, labels, cutter)
    groups = genera[row]
    splits = StratifiedGroupKFold(n_folds, shuffle=True, random_state=seed).split(X, y, groups)
    found = np.array([answer_fold(X, y, groups, *split, seed) for split in splits])
    counts = ", ".join(f"{count} {label}" for label, count in Counter(y.tolist()).items())
    for name, (accuracy, loss) in zip(MODELS, found.transpose(1, 2, 0), strict=True):
        better = int((found[:, -1, 0] > accuracy).sum())
        where = f"{n_folds} folds, {len(y)} windows ({counts})"
        if name != MODELS[-1]:
            where += f"; the stack of both is more accurate in {better} folds"
        title = f"{task}, {length} bases, {name}"
        bench.value(f"{title}: balanced accuracy", accuracy, "", conditions=where)
        bench.value(f"{title}: log loss", loss, "nats", conditions=where)


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--tasks", nargs="+", choices=TASKS, default=list(TASKS))
    parser.add_argument("--lengths", type=int, nargs="+", default=[150, 500, 1000])
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)


def main() -> None:
    bench = Benchmark(__doc__, add_options)
    for task in bench.options.tasks:
        for length in bench.options.lengths:
            run(bench, task, length)


if __name__ == "__main__":
    main()
