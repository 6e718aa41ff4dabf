"""Dense scanning and folded networks beside the bare compiled network, window by window.

The network is `LSTMCNN()` on windows of 500 bases with two outputs. The peer is its compiled
forward pass on ready codes, 256 windows a call, in float32. Two threads call at once, as in
prediction. Errors are those of logits, beside double precision, as a share of the largest logit.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
from common import Benchmark, in_turn

from skdeepg import LSTMCNN
from skdeepg.engine.compiled import Encoder, Forward
from skdeepg.engine.fast_forward import fast_forward
from skdeepg.engine.seeding import seeded
from skdeepg.engine.stretch_forward import StretchForward, faster_stride
from skdeepg.networks import NetworkTask

STRIDES = (1, 2, 5, 10, 25, 27, 50, 54, 99, 100, 108, 250, 500)
WINDOW_LENGTH, BATCH_SIZE, THREADS = 500, 256, 2
LONGEST = 200_000
# at least so many times as fast, by padding and stride; elsewhere never slower
AIMS = {("valid", 1): 40, ("valid", 5): 8, ("valid", 27): 8, ("same", 1): 2.5, ("same", 27): 2.5}
DOUBLE = {"dtype": "float64"}
TABLE = np.vstack([np.eye(4), np.zeros((2, 4))]).astype(np.float32)
RANDOM = np.random.default_rng(0)


def build(padding: str) -> keras.Model:
    """Build the network with batch norms as after training: away from their first state."""
    with seeded(0):
        model = LSTMCNN(padding=padding).build(
            NetworkTask(WINDOW_LENGTH, n_symbols=4, n_outputs=2, activation="linear")
        )
    for layer in model.layers:
        if layer.name.startswith("batch_norm"):
            size = layer.gamma.shape[0]
            shape = RANDOM.normal(0, 0.3, (2, size))
            layer.set_weights([RANDOM.uniform(0.5, 1.5, size), *shape, np.full(size, 0.7)])
    return model


def by_threads(function: Callable[[], int]) -> Callable[[], int]:
    """Call from two threads at once."""

    def run() -> int:
        with ThreadPoolExecutor(THREADS) as pool:
            return sum(pool.map(lambda _: function(), range(THREADS)))

    return run


def stretch_work(forward: StretchForward) -> Callable[[], int]:
    """Make a function that answers a stretch as long as calls are best."""
    n_windows = min(forward.windows_per_call, max(LONGEST // forward.stride, BATCH_SIZE))
    codes = random_codes(WINDOW_LENGTH + (n_windows - 1) * forward.stride)
    return lambda: len(forward(codes))


def error(model: keras.Model, forward: StretchForward) -> float:
    """Compare logits with those in double precision."""
    codes = random_codes(WINDOW_LENGTH + 99 * forward.stride)
    windows = np.lib.stride_tricks.sliding_window_view(codes, WINDOW_LENGTH)[:: forward.stride]
    double = keras.models.clone_model(
        model, clone_function=lambda layer: type(layer).from_config(layer.get_config() | DOUBLE)
    )
    double.set_weights(model.get_weights())
    exact = np.asarray(double(TABLE.astype(np.float64)[windows]))
    return float(np.abs(forward(codes) - exact).max() / np.abs(exact).max())


def random_codes(*shape: int) -> np.ndarray:
    return RANDOM.integers(0, 4, shape, dtype=np.uint8)


def measure_folding(bench: Benchmark, padding: str, model: keras.Model) -> None:
    """Compare windows one by one."""
    batch, encode = random_codes(BATCH_SIZE, WINDOW_LENGTH), Encoder(TABLE)
    work = {"bare": Forward(model, encode)}
    work |= {kind: fast_forward(model, encode, kind) for kind in ("float32", "bfloat16")}
    timed = {
        name: by_threads(lambda f=forward: sum(len(f(batch)) for _ in range(4)))
        for name, forward in work.items()
    }
    costs = in_turn(timed, bench.pick(3, 7, 9))
    for kind, aims in (("float32", {}), ("bfloat16", {"least": 2.5, "needs_amx": True})):
        bench.ratio(
            f'folded, padding="{padding}", {kind}',
            "bare compiled call, float32",
            costs[kind],
            costs["bare"],
            unit="windows",
            conditions=f"batches of {BATCH_SIZE}",
            **aims,
        )


def measure_strides(bench: Benchmark, padding: str, model: keras.Model, precision: str) -> None:
    """Compare scanning at each stride."""
    encode, batch = Encoder(TABLE), random_codes(BATCH_SIZE, WINDOW_LENGTH)
    bare = Forward(model, encode)
    for stride in bench.pick((1, 27, 100), (1, 5, 27, 100, 108), STRIDES):
        forward = StretchForward(model, encode, stride, precision=precision)
        work = {
            "scan": by_threads(stretch_work(forward)),
            "bare": by_threads(lambda: len(bare(batch))),
        }
        other = faster_stride(model, stride)
        aims = AIMS.get((padding, stride), 1.0) if precision == "float32" else None
        bench.ratio(
            f'stride {stride}, padding="{padding}", {precision}',
            "bare compiled call, window by window, float32",
            *in_turn(work, bench.pick(3, 5, 7)).values(),
            unit="windows",
            conditions=f"error {error(model, forward):.0e}"
            + (f"; stride {other} is faster" if other else ""),
            **({"least": aims} if aims else {}),
        )


def main() -> None:
    bench = Benchmark(__doc__)
    for padding in ("valid", "same"):
        model = build(padding)
        measure_folding(bench, padding, model)
        for precision in bench.pick(("float32",), ("float32", "bfloat16"), ("float32", "bfloat16")):
            measure_strides(bench, padding, model, precision)


if __name__ == "__main__":
    main()
