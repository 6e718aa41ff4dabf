"""Integrated gradients of ours beside alibi's on the same windows and baselines.

alibi needs an environment of its own (numpy<2, so Python 3.11 or 3.12), with this package:
pip install -e '.[alibi]'. The variable SKDEEPG_ALIBI_PYTHON names its interpreter for `run.py`.
"""

from __future__ import annotations

import importlib.util

import numpy as np
from common import Benchmark, in_turn, random_bases

from skdeepg import LSTMCNN, SequenceClassifier
from skdeepg.networks import NetworkTask

N_WINDOWS, LENGTH = 24, 500


def main() -> None:
    bench = Benchmark(__doc__)
    if importlib.util.find_spec("alibi") is None:
        bench.skip("both engines of explain", "alibi is not installed in this environment")
        return
    model = SequenceClassifier.from_keras(
        LSTMCNN().build(NetworkTask(LENGTH, 4, 2)), classes=["16s", "other"]
    )
    rows = [random_bases(LENGTH, seed).decode() for seed in range(N_WINDOWS)]
    found = {}

    def explain(engine: str) -> int:
        found[engine] = model.explain(rows, target="16s", engine=engine, random_state=0).values
        return N_WINDOWS

    work = {name: lambda name=name: explain(name) for name in ("native", "alibi")}
    bench.ratio(
        'explain, engine="native"',
        "alibi's IntegratedGradients",
        *in_turn(work, bench.pick(3, 7, 9)).values(),
        unit="windows",
        conditions="the tutorial's CNN, 3 baselines of 50 steps, windows of 500",
        least=2.5,
    )
    bench.value(
        "largest difference between both engines' attributions",
        np.abs(found["native"] - found["alibi"]).max(),
        "",
        most=1e-5,
    )


if __name__ == "__main__":
    main()
