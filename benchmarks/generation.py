"""Generating with queues beside a compiled call on a full window for every base, in one run.

Run: python benchmarks/generation.py
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from common import in_turn, report

from skdeepg.engine.backend import tf
from skdeepg.engine.cached_generation import CachedGenerator
from skdeepg.engine.compiled import Encoder
from skdeepg.engine.plain_generation import PlainGenerator, answer_after_windows
from skdeepg.engine.seeding import seeded
from skdeepg.networks import NetworkTask, WaveNet

WINDOW_LENGTH = 500
TASK = NetworkTask(WINDOW_LENGTH, n_symbols=4, n_outputs=4, per_position=True)
ONE_HOT = np.eye(6, 4, dtype=np.float32)
PROMPT = np.random.default_rng(0).integers(0, 4, WINDOW_LENGTH).astype(np.uint8)
TUTORIAL = WaveNet()
LARGE = WaveNet(
    filters=48,
    initial_filters=48,
    initial_kernel_size=2,
    dilations=[2**i for i in range(8)] + [2**i for i in range(9)],
)


def build(network: WaveNet) -> Any:
    with seeded(0):
        return network.build(TASK)


def by_calls(model: Any) -> PlainGenerator:
    """One compiled call a base, on a full window."""
    encode = Encoder(ONE_HOT)

    @tf.function(input_signature=[tf.TensorSpec([None, WINDOW_LENGTH], tf.uint8)])
    def forward(codes: Any) -> Any:
        return model(encode(codes), training=False)[:, -1]

    answer = answer_after_windows(lambda codes: forward(codes).numpy(), WINDOW_LENGTH, 4)
    return PlainGenerator(answer, WINDOW_LENGTH, 4)


def compare(title: str, network: WaveNet, n_samples: int, n_cached: int, n_plain: int) -> None:
    model = build(network)
    cached, plain = CachedGenerator(model, ONE_HOT), by_calls(model)
    start = time.perf_counter()
    few = cached.generate(PROMPT, n_plain, n_samples=n_samples)
    compiling = time.perf_counter() - start
    same = (few == plain.generate(PROMPT, n_plain, n_samples=n_samples)).all()

    def run(generator: CachedGenerator | PlainGenerator, n_bases: int) -> int:
        return generator.generate(PROMPT, n_bases, n_samples=n_samples).size

    work = {
        f"queues, {n_cached:,} bases": lambda: run(cached, n_cached),
        f"a call on a window a base, {n_plain:,} bases": lambda: run(plain, n_plain),
    }
    report(f"{title}, {n_samples} sample(s)", in_turn(work), "bases/s")
    print(f"  first call, with compilation: {compiling:.1f} s")
    window_holds_all = network.receptive_field <= WINDOW_LENGTH
    note = "" if window_holds_all else " (the window is shorter than the receptive field)"
    print(f"  the same {n_plain:,} bases: {same}{note}")


def length() -> None:
    """Seconds against bases: a base costs the same however long the sequence."""
    cached = CachedGenerator(build(TUTORIAL), ONE_HOT)
    sizes = (25_000, 50_000, 100_000, 200_000)
    work = {f"{n:,} bases": lambda n=n: cached.generate(PROMPT, n).size for n in sizes}
    report("The tutorial's WaveNet, queues, by length", in_turn(work), "bases/s")


if __name__ == "__main__":
    compare("The tutorial's WaveNet", TUTORIAL, 1, 100_000, 300)
    length()
    compare("The tutorial's WaveNet", TUTORIAL, 64, 20_000, 50)
    compare("17 blocks of 48 channels", LARGE, 1, 20_000, 50)
    compare("17 blocks of 48 channels", LARGE, 64, 3_000, 5)
