"""Generating with queues beside a compiled call on a full window for every base."""

from __future__ import annotations

from typing import Any

import numpy as np
from common import Benchmark, cpu_seconds, in_turn

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


def compare(
    bench: Benchmark, title: str, network: WaveNet, n_samples: int, n_cached: int, n_plain: int
) -> None:
    model = build(network)
    cached, plain = CachedGenerator(model, ONE_HOT), by_calls(model)
    start = cpu_seconds()
    few = cached.generate(PROMPT, n_plain, n_samples=n_samples)
    compiling = cpu_seconds() - start
    assert (few == plain.generate(PROMPT, n_plain, n_samples=n_samples)).all() or LARGE is network

    def run(generator: CachedGenerator | PlainGenerator, n_bases: int) -> int:
        return generator.generate(PROMPT, n_bases, n_samples=n_samples).size

    work = {"queues": lambda: run(cached, n_cached), "plain": lambda: run(plain, n_plain)}
    where = f"{n_samples} sample(s) of {n_cached:,} bases, the peer {n_plain:,}"
    bench.ratio(
        f"generate with queues, {title}",
        "a compiled call on a window of 500 for each base",
        *in_turn(work, bench.pick(3, 5, 7)).values(),
        unit="bases",
        conditions=f"{where}; compilation apart, {compiling:.1f} CPU s",
        **({"least": 200} if network is TUTORIAL and n_samples == 1 else {}),
    )


def measure_lengths(bench: Benchmark) -> None:
    """A base costs the same however long the sequence."""
    cached = CachedGenerator(build(TUTORIAL), ONE_HOT)
    sizes = (25_000, 200_000)
    work = {n: lambda n=n: cached.generate(PROMPT, n).size for n in sizes}
    costs = in_turn(work, bench.pick(3, 7, 9))
    bench.ratio(
        "generate 200,000 bases", "25,000 bases", costs[sizes[1]], costs[sizes[0]], unit="bases"
    )


if __name__ == "__main__":
    bench = Benchmark(__doc__)
    compare(bench, "the tutorial's WaveNet", TUTORIAL, 1, 100_000, 300)
    measure_lengths(bench)
    if bench.level != "quick":
        compare(bench, "the tutorial's WaveNet", TUTORIAL, 64, 20_000, 50)
        compare(bench, "17 layers of 48 channels", LARGE, 1, 20_000, 50)
    if bench.level == "full":
        compare(bench, "17 layers of 48 channels", LARGE, 64, 3_000, 5)
