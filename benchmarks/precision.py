"""Steps of the tutorial's CNN in bfloat16 beside float32: training and prediction."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from common import Benchmark, in_turn

from skdeepg import LSTMCNN
from skdeepg.engine.compiled import Encoder, Forward, TrainingSteps, make_optimizer
from skdeepg.engine.losses import CategoricalLoss
from skdeepg.engine.precision import choose_precision, set_precision
from skdeepg.networks import NetworkTask

BATCH, LENGTH, CALLS = 512, 500, 4
ENCODER = Encoder(np.eye(6, 4, dtype=np.float32))


def repeated(call: Callable[[], object]) -> Callable[[], int]:
    """Call several times, so that a round is long enough to be measured."""

    def run() -> int:
        for _ in range(CALLS):
            call()
        return CALLS * BATCH

    return run


def main() -> None:
    bench = Benchmark(__doc__)
    random = np.random.default_rng(0)
    codes = random.integers(0, 4, (BATCH, LENGTH), dtype=np.uint8)
    batch = codes, random.integers(0, 2, BATCH).astype(np.int32), np.ones(BATCH, np.float32)
    model = LSTMCNN().build(NetworkTask(LENGTH, 4, 2))
    chosen = choose_precision("auto", model)
    calls: dict[str, dict[str, Callable[[], int]]] = {"training": {}, "prediction": {}}
    for policy in ("mixed_bfloat16", "float32"):
        network = set_precision(model, policy)
        optimizer = make_optimizer("adam", 1e-3, network)
        steps = TrainingSteps(network, ENCODER, optimizer, CategoricalLoss())
        forward = Forward(network, ENCODER)
        calls["training"][policy] = repeated(lambda steps=steps: steps.train(*batch)[0].numpy())
        calls["prediction"][policy] = repeated(lambda forward=forward: forward(codes))
    for name, by_policy in calls.items():
        bench.ratio(
            f"{name} in mixed_bfloat16",
            "the same in float32",
            *in_turn(by_policy, bench.pick(5, 8, 15)).values(),
            unit="windows",
            conditions=f"batches of {BATCH}; precision='auto' chooses {chosen} here",
            least=1.0,
        )


if __name__ == "__main__":
    main()
