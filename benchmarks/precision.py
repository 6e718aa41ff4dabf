"""Steps of the tutorial's CNN in bfloat16 beside float32, in turn: CPU time, ratios.

Says whether this CPU multiplies bfloat16 itself. Run: python benchmarks/precision.py [--runs 8]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from skdeepg import LSTMCNN
from skdeepg.engine.compiled import Encoder, Forward, TrainingSteps, make_optimizer
from skdeepg.engine.losses import CategoricalLoss
from skdeepg.engine.precision import choose_precision, set_precision
from skdeepg.networks import NetworkTask

BATCH, LENGTH = 512, 500
POLICIES = ("float32", "mixed_bfloat16")


def cpu_seconds(function: Callable[[], Any]) -> float:
    start = time.process_time()
    function()
    return time.process_time() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=8)
    runs = parser.parse_args().runs
    random = np.random.default_rng(0)
    codes = random.integers(0, 4, (BATCH, LENGTH), dtype=np.uint8)
    batch = codes, random.integers(0, 2, BATCH).astype(np.int32), np.ones(BATCH, np.float32)
    table = np.eye(6, 4, dtype=np.float32)
    model = LSTMCNN().build(NetworkTask(LENGTH, 4, 2))
    print(f"precision='auto' is {choose_precision('auto', model)} here")
    calls: dict[str, dict[str, Callable[[], Any]]] = {"training": {}, "prediction": {}}
    for policy in POLICIES:
        network = set_precision(model, policy)
        optimizer = make_optimizer("adam", 1e-3, network)
        steps = TrainingSteps(network, Encoder(table), optimizer, CategoricalLoss())
        forward = Forward(network, Encoder(table))
        calls["training"][policy] = lambda steps=steps: steps.train(*batch)[0].numpy()
        calls["prediction"][policy] = lambda forward=forward: forward(codes)
    for name, by_policy in calls.items():
        for call in by_policy.values():
            call()  # compiles
        times = np.array([[cpu_seconds(by_policy[p]) for p in POLICIES] for _ in range(runs)])
        ratio = times[:, 0] / times[:, 1]
        print(
            f"{name:<12}bfloat16 {np.median(ratio):.2f} times as fast as float32 in CPU time "
            f"({ratio.min():.2f} to {ratio.max():.2f}), {1000 * np.median(times[:, 1]):.0f} ms"
        )


if __name__ == "__main__":
    main()
