"""Memory over 100 small fits, in one process and in workers of loky: RssAnon after each fit."""

from __future__ import annotations

import os
import sys
from typing import Any

import numpy as np
from common import Benchmark, anonymous_memory, in_own_process
from joblib import Parallel, delayed

from skdeepg import LSTMCNN, FastaWindowTransformer, SequenceClassifier, WaveNet, WaveNetLM
from skdeepg.networks import NetworkTask

WARM_UP, FITS = 20, 100
RANDOM = np.random.default_rng(0)
ROWS = ["".join(RANDOM.choice(list("ACGT"), 300)) for _ in range(60)]
LABELS = np.arange(60) % 2


def motif_finder(task: NetworkTask) -> Any:
    import keras

    window = keras.Input(task.input_shapes[0])
    matches = keras.layers.Conv1D(16, 8, activation="relu")(window)
    best = keras.layers.GlobalMaxPooling1D()(matches)
    return keras.Model(window, keras.layers.Dense(task.n_outputs, task.activation)(best))


def classifier(network: Any) -> SequenceClassifier:
    windows = FastaWindowTransformer(100, stride=50)
    return SequenceClassifier(network, windows, max_epochs=2, batch_size=64)


ESTIMATORS = {
    "LSTMCNN": classifier(LSTMCNN(filters=(8, 16), kernel_size=8)),
    "LSTMCNN with LSTM": classifier(LSTMCNN(filters=8, pool_size=4, lstm_units=8)),
    "own network": classifier(motif_finder),
    "WaveNetLM": WaveNetLM(WaveNet(filters=8, dilations=(1, 2, 4)), windows=100, max_epochs=1),
}


def fit_and_score(name: str) -> tuple[int, float]:
    """Fit and score; return process and RssAnon in MB."""
    estimator = ESTIMATORS[name]
    if isinstance(estimator, WaveNetLM):
        estimator.fit(ROWS).score(ROWS[:10])
    else:
        estimator.fit(ROWS, LABELS).score(ROWS, LABELS)
    return os.getpid(), anonymous_memory()


def report(bench: Benchmark, name: str, where: str, memory: list[float]) -> None:
    start, end = memory[WARM_UP - 1], memory[-1]
    bench.value(
        f"{name}, {where}: rise over {len(memory) - WARM_UP} fits",
        100 * (end - start) / start,
        "%",
        conditions=f"from {start:.0f} MB after {WARM_UP} fits to {end:.0f} MB",
        most=10,
    )


def in_one_process(bench: Benchmark, name: str) -> None:
    report(bench, name, "one process", in_own_process(name))


def in_workers(bench: Benchmark, name: str) -> None:
    """Fit until each of two workers has had as many fits as one process."""
    from memory_of_fits import fit_and_score as task  # sent by its name, not with all it refers to

    found = Parallel(n_jobs=2)(delayed(task)(name) for _ in range(2 * (WARM_UP + FITS)))
    for number, pid in enumerate(sorted({pid for pid, _ in found})):
        memory = [memory for one, memory in found if one == pid]
        report(bench, name, f"loky worker {number + 1}", memory)


def main() -> None:
    bench = Benchmark(__doc__)
    for name in bench.pick((), ["LSTMCNN"], ESTIMATORS):
        in_one_process(bench, name)
    if bench.level == "full":
        in_workers(bench, "LSTMCNN")
    else:
        bench.skip("the other networks, and workers of loky", "measured with --full")


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1] in ESTIMATORS:
        print(*(fit_and_score(sys.argv[1])[1] for _ in range(WARM_UP + FITS)))
    else:
        main()
