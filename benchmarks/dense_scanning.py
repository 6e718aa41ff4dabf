"""Dense scanning and folded networks beside the bare compiled network, window by window.

Run: python benchmarks/dense_scanning.py [--bfloat16]

The network is `LSTMCNN()` on windows of 500 bases with two outputs. The peer is its compiled
forward pass on ready codes, 256 windows a call, in float32; every ratio is that of medians of runs
in turn with it. Two threads call at once, as in prediction. The processor's time counts where other
work runs on the machine; the clock's is given too. Errors are those of logits, beside double
precision, as a share of the largest logit.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np

from skdeepg import LSTMCNN
from skdeepg.engine.compiled import Encoder, Forward
from skdeepg.engine.fast_forward import fast_forward
from skdeepg.engine.seeding import seeded
from skdeepg.engine.stretch_forward import StretchForward, faster_stride
from skdeepg.networks import NetworkTask

STRIDES = (1, 2, 5, 10, 25, 27, 50, 54, 99, 100, 108, 250, 500)
WINDOW_LENGTH, BATCH_SIZE, REPEATS, THREADS = 500, 256, 5, 2
LONGEST = 200_000
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


def ratios(work: Callable[[], int], peer: Callable[[], int]) -> tuple[float, float]:
    """Return how many times faster than the peer: by the processor's time, by the clock's."""
    work(), peer()
    runs = [[seconds_a_window(function) for function in (peer, work)] for _ in range(REPEATS)]
    medians = np.median(runs, axis=0)
    return tuple(medians[0] / medians[1])


def seconds_a_window(function: Callable[[], int]) -> np.ndarray:
    """Measure the processor's time and the clock's."""
    start = np.array([time.process_time(), time.perf_counter()])
    with ThreadPoolExecutor(THREADS) as pool:
        n_windows = sum(pool.map(lambda _: function(), range(THREADS)))
    return (np.array([time.process_time(), time.perf_counter()]) - start) / n_windows


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


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--bfloat16", action="store_true", help="scan in bfloat16")
    precision = "bfloat16" if parser.parse_args().bfloat16 else "float32"
    encode, batch = Encoder(TABLE), random_codes(BATCH_SIZE, WINDOW_LENGTH)
    for padding in ("valid", "same"):
        model = build(padding)
        bare = Forward(model, encode)

        def peer(bare: Forward = bare) -> int:
            return len(bare(batch))

        print(f'\npadding="{padding}": times the bare pass, processor (clock)')
        for kind in ("float32", "bfloat16"):
            folded = fast_forward(model, encode, kind)
            by_cpu, by_clock = ratios(lambda forward=folded: len(forward(batch)), peer)
            print(f"  folded, {kind:<8}  {by_cpu:6.2f} ({by_clock:.2f})")
        print(f"  scanning in {precision}")
        for stride in STRIDES:
            forward = StretchForward(model, encode, stride, precision=precision)
            by_cpu, by_clock = ratios(stretch_work(forward), peer)
            other = faster_stride(model, stride)
            hint = f"; {other} is faster" if other else ""
            print(
                f"  stride {stride:>3}  {by_cpu:6.2f} ({by_clock:.2f}), "
                f"{forward.way}, error {error(model, forward):.0e}{hint}",
                flush=True,
            )


if __name__ == "__main__":
    main()
