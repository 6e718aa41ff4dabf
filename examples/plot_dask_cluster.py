"""
Searching and predicting on a Dask cluster
==========================================

A cluster of Dask workers finds the best setting of a classifier, and then looks through many
genomes, one a task. Here the cluster is this machine; with another line it is a hundred nodes.
"""

# %%
# The classifier tells 16S genes from other bacterial DNA. It is trained on genes and pieces of
# genomes that come with the package. The genomes to look through are files, as they would be in a
# project: pieces of genomes of other genera, and two stretches that hold such genes.

import tempfile
from pathlib import Path

import numpy as np

from skdeepg.datasets import load_16s_bacteria, load_scan_example

train = load_16s_bacteria(subset="train")
folder = Path(tempfile.mkdtemp())


def write_genomes() -> list[Path]:
    """Write a file a genome, named by its genus."""
    test = load_16s_bacteria(subset="validation")
    pieces = np.flatnonzero(test.target == "bacteria")
    genomes = {test.groups[row]: test.data.sequence(row) for row in pieces}
    for name in ("streptococcus_suis", "corynebacterium_diphtheriae"):
        genomes[name.capitalize().replace("_", " ")] = load_scan_example(name).sequence
    paths = [folder / f"{name}.fasta" for name in genomes]
    for path, sequence in zip(paths, genomes.values(), strict=True):
        path.write_text(f">{path.stem}\n{sequence}\n")
    return paths


# %%
# The cluster
# -----------
#
# Two worker processes with one thread each: TensorFlow in each of them has one thread, too. On a
# cluster with SLURM, this is ``dask_jobqueue.SLURMCluster``, and all else stays. Workers import
# this file, and must not start a cluster themselves: what only the main program does stands behind
# ``if __name__ == "__main__":``. A notebook needs no such line.

from distributed import Client, LocalCluster

if __name__ == "__main__":
    cluster = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
    client = Client(cluster)
    print(client.nthreads())

# %%
# A search
# --------
#
# ``parallel_config("dask")`` sends the fits of any scikit-learn search to the workers. ``scatter``
# sends them the rows once, not with every fit. Folds keep the rows of a genus together.

from joblib import parallel_config
from sklearn.model_selection import GridSearchCV, GroupKFold

from skdeepg import LSTMCNN, FastaWindowTransformer, SequenceClassifier

classifier = SequenceClassifier(
    network=LSTMCNN(filters=(24,), pool_size=4, global_pooling="max"),
    windows=FastaWindowTransformer(window_length=500, stride=100),
    strands="both",
    sampling="balanced",
    max_epochs=2,
    steps_per_epoch=15,
    batch_size=64,
    random_state=0,
)
grid = {"learning_rate": [0.001, 0.01], "network__filters": [(24,), (24, 24)]}

if __name__ == "__main__":
    search = GridSearchCV(classifier, grid, scoring="neg_log_loss", cv=GroupKFold(2))
    rows = {"X": train.data, "y": train.target}
    with parallel_config("dask", scatter=list(rows.values())):
        search.fit(**rows, groups=train.groups)
    for settings, score in zip(
        search.cv_results_["params"], search.cv_results_["mean_test_score"], strict=True
    ):
        print(f"{score:.3f}  {settings}")

# %%
# Many genomes
# ------------
#
# The best model was trained on all rows when the search was done. It is sent to the workers once,
# and then one path a task: a worker reads the file, and only the answers come back. So the genomes
# may be as many as they like, and workers that come later help from then on.

import pandas as pd


def scan(path: Path, model: SequenceClassifier) -> pd.DataFrame:
    """Return where on a genome windows look like a 16S gene."""
    table = model.predict_windows([path])
    return table.assign(genome=path.stem)[["genome", "start", "end", "16s"]]


if __name__ == "__main__":
    model = client.scatter(search.best_estimator_, broadcast=True)
    futures = client.map(scan, write_genomes(), model=model)
    windows = pd.concat(client.gather(futures), ignore_index=True)
    client.close()
    cluster.close()
    print(windows.groupby("genome", sort=False)["16s"].agg(["size", "max"]).round(3))

# %%
# The two stretches with genes stand out:

import matplotlib.pyplot as plt

if __name__ == "__main__":
    names = list(windows["genome"].unique())
    figure, axes = plt.subplots(len(names), sharex=True, figsize=(8, 7), layout="constrained")
    for axis, name in zip(axes, names, strict=True):
        one = windows[windows["genome"] == name]
        axis.plot(one["start"] / 1000, one["16s"], color="tab:blue", linewidth=0.8)
        axis.set(ylim=(0, 1.02), yticks=[0, 1])
        axis.set_title(name, loc="left", fontsize="small")
    axes[-1].set_xlabel("position (kb)")
    _ = figure.supylabel("probability of a 16S gene")
