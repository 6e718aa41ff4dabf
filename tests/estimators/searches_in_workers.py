"""One search on the bundled data: in turn, by loky, by Dask and by threads; prints JSON."""

from __future__ import annotations

import json
import multiprocessing
import random
import sys
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from distributed import Client, LocalCluster
from sklearn.metrics import get_scorer
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_val_score
from sklearn.pipeline import make_pipeline

from skdeepg import LSTMCNN, FastaWindowTransformer, SequenceClassifier
from skdeepg.datasets import load_16s_bacteria

TRAIN = load_16s_bacteria(subset="train")
ROWS = np.concatenate([np.flatnonzero(TRAIN.target == name)[:12] for name in ("16s", "bacteria")])
DATA = {"X": TRAIN.data[ROWS], "y": TRAIN.target[ROWS], "groups": TRAIN.groups[ROWS]}
NAME = "sequenceclassifier"
GRID = {"fastawindowtransformer__window_length": [60, 80], f"{NAME}__network__filters": [4, 6]}


def classifier() -> SequenceClassifier:
    return SequenceClassifier(
        LSTMCNN(filters=4, kernel_size=8, pool_size=4, global_pooling="max", dense_dropout=0.1),
        windows=FastaWindowTransformer(60, max_windows=50),
        sampling="balanced",
        max_epochs=1,
        steps_per_epoch=4,
        batch_size=32,
        random_state=0,
    )


def threads(estimator: Any, X: Any, y: Any) -> int:
    """Score by what TensorFlow is set to in this process: the sum of both kinds of threads."""
    import tensorflow as tf

    config = tf.config.threading
    return config.get_intra_op_parallelism_threads() + config.get_inter_op_parallelism_threads()


def in_worker(estimator: Any, X: Any, y: Any) -> int:
    return int(multiprocessing.parent_process() is not None)


def search() -> GridSearchCV:
    transformer = FastaWindowTransformer(max_windows=50)
    pipeline = make_pipeline(transformer, classifier().set_params(windows=60))
    scores = {"loss": get_scorer("neg_log_loss"), "threads": threads, "in_worker": in_worker}
    return GridSearchCV(pipeline, GRID, scoring=scores, refit="loss", cv=GroupKFold(2), n_jobs=2)


def results() -> dict[str, Any]:
    """Search and cross-validate in the workers of the current configuration."""
    found = search().fit(**DATA).cv_results_
    per_fold = {
        name: [found[f"split{fold}_test_{name}"].tolist() for fold in range(2)]
        for name in ("loss", "threads", "in_worker")
    }
    plain = cross_val_score(
        classifier(), **DATA, cv=GroupKFold(2), scoring="neg_log_loss", n_jobs=2
    )
    return per_fold | {"cross_val_score": plain.tolist()}


def main(folder: Path) -> dict[str, Any]:
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)  # as many as each worker is to have
    tf.config.threading.set_inter_op_parallelism_threads(1)
    found = {}
    with joblib.parallel_config("sequential"):
        found["sequential"] = results()
    with joblib.parallel_config("threading"):
        before = random.getstate(), np.random.get_state()[1].tobytes()
        found["threading"] = results()
        found["global state"] = before == (random.getstate(), np.random.get_state()[1].tobytes())
    with joblib.parallel_config("loky", inner_max_num_threads=1):
        found["loky"] = results()
        joblib.dump(fitted := search().fit(**DATA), folder / "search.joblib")
        answers = fitted.predict_proba(DATA["X"])
        again = joblib.load(folder / "search.joblib").predict_proba(DATA["X"])
        found["round trip"] = bool((answers == again).all())
    cluster = LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, local_directory=folder
    )
    with cluster, Client(cluster), joblib.parallel_config("dask"):
        found["dask"] = results()
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]))))
