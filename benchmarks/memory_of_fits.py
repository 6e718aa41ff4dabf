"""Memory over 100 small fits, in one process and in workers of loky: RssAnon after each fit.

Run: python benchmarks/memory_of_fits.py
"""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
from common import anonymous_memory
from joblib import Parallel, delayed

from skdeepg import LSTMCNN, FastaWindowTransformer, SequenceClassifier, WaveNet, WaveNetLM
from skdeepg.networks import NetworkTask

WARM_UP, FITS = 20, 100
RANDOM = np.random.default_rng(0)
ROWS = ["".join(RANDOM.choice(list("ACGT"), 300)) for _ in range(60)]
LABELS = np.arange(60) % 2


def motif_finder(task: NetworkTask):
    import keras

    window = keras.Input(task.input_shapes[0])
    matches = keras.layers.Conv1D(16, 8, activation="relu")(window)
    best = keras.layers.GlobalMaxPooling1D()(matches)
    return keras.Model(window, keras.layers.Dense(task.n_outputs, task.activation)(best))


def classifier(network) -> SequenceClassifier:
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


def report(name: str, where: str, memory: list[float]) -> None:
    start, end = memory[WARM_UP - 1], memory[-1]
    print(
        f"{name:<20}{where:<14}fit 1: {memory[0]:5.0f} MB   {WARM_UP}: {start:5.0f}   "
        f"{len(memory)}: {end:5.0f}   rise {end - start:+4.0f} MB ({(end - start) / start:+.1%})",
        flush=True,
    )


def in_workers(name: str) -> None:
    """Fit until each of two workers has had as many fits as one process."""
    from memory_of_fits import fit_and_score as task  # sent by its name, not with all it refers to

    found = Parallel(n_jobs=2)(delayed(task)(name) for _ in range(2 * (WARM_UP + FITS)))
    for number, pid in enumerate(sorted({pid for pid, _ in found})):
        report(name, f"loky worker {number + 1}", [memory for one, memory in found if one == pid])


if __name__ == "__main__":
    if len(sys.argv) > 1:
        in_one = [fit_and_score(sys.argv[1])[1] for _ in range(WARM_UP + FITS)]
        report(sys.argv[1], "one process", in_one)
    else:
        print(f"Aim: a rise of at most 10 % over {FITS} fits, after {WARM_UP} to warm up")
        for name in ESTIMATORS:
            subprocess.run([sys.executable, __file__, name], check=True)
        in_workers("LSTMCNN")
