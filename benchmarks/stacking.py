"""K-mers, a network, and both by stacking: answers out of fold for windows of unseen genera.

Run: python benchmarks/stacking.py [--lengths 150 500 1000] [--tasks 16s phylum] [--seed 0]
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from typing import Any

import numpy as np
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


def run(task: str, length: int, seed: int, n_folds: int) -> None:
    load, max_windows = TASKS[task]
    rows, labels, genera = load()
    cutter = FastaWindowTransformer(length, max_windows=max_windows, random_state=seed)
    X, y, row = cut_windows(rows, labels, cutter)
    groups, start = genera[row], time.process_time()
    splits = StratifiedGroupKFold(n_folds, shuffle=True, random_state=seed).split(X, y, groups)
    found = np.array([answer_fold(X, y, groups, *split, seed) for split in splits])
    counts = ", ".join(f"{count} {label}" for label, count in Counter(y.tolist()).items())
    seconds = time.process_time() - start
    print(f"\n{task}, {length} bases: {len(y)} windows ({counts}), {seconds:.0f} CPU seconds")
    for name, (accuracy, loss) in zip(MODELS, found.transpose(1, 2, 0), strict=True):
        print(
            f"  {name:<22}balanced accuracy {accuracy.mean():.3f} ({accuracy.min():.3f} to "
            f"{accuracy.max():.3f}), log loss {loss.mean():.3f} ({loss.min():.3f} to "
            f"{loss.max():.3f})",
            flush=True,
        )
    for name, accuracy in zip(MODELS[:-1], found[:, :-1, 0].T, strict=True):
        better = (found[:, -1, 0] > accuracy).sum()
        print(f"  the stack of both is more accurate than {name} in {better} of {n_folds} folds")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", nargs="+", choices=TASKS, default=list(TASKS))
    parser.add_argument("--lengths", type=int, nargs="+", default=[150, 500, 1000])
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    for task in arguments.tasks:
        for length in arguments.lengths:
            run(task, length, arguments.seed, arguments.folds)


if __name__ == "__main__":
    main()
