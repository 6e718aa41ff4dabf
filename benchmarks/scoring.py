"""Scoring every base of a genome with WaveNets: memory, and speed beside the bare network."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from common import Benchmark, in_turn, peak_memory, random_bases

from skdeepg import WaveNet, WaveNetLM
from skdeepg.sequences import read_sequences

N_BASES = 4_600_000
NETWORKS = {
    "the tutorial's WaveNet": WaveNet(),
    "WaveNet of 17 layers, 48 channels": WaveNet(
        filters=48,
        initial_filters=48,
        initial_kernel_size=2,
        dilations=tuple(2**i for i in range(8)) + tuple(2**i for i in range(9)),
    ),
}
PIECE = (8, 16_384)  # windows a call, bases a window: as good as any for the bare network


def bare_passes(model: WaveNetLM, codes: np.ndarray) -> dict[str, object]:
    """Compile the network alone, with and without XLA."""
    n_symbols = model.task_.n_symbols
    batches = codes[: len(codes) // np.prod(PIECE) * np.prod(PIECE)].reshape(-1, *PIECE)

    def bare(jit_compile: bool) -> object:
        @tf.function(jit_compile=jit_compile)
        def forward(batch: tf.Tensor) -> tf.Tensor:
            return model.model_(tf.one_hot(batch, n_symbols), training=False)

        return lambda: sum(forward(batch).numpy().shape[1] * PIECE[0] for batch in batches)

    return {"bare compiled network": bare(False), "bare network compiled by XLA": bare(True)}


def main() -> None:
    bench = Benchmark(__doc__)
    n_bases = bench.pick(500_000, N_BASES, N_BASES)
    rows = read_sequences([random_bases(n_bases).decode()])
    for name, network in list(NETWORKS.items())[: bench.pick(1, 2, 2)]:
        model = WaveNetLM(network, max_epochs=0, random_state=0).fit(rows[[0]])

        def score(model: WaveNetLM = model) -> int:
            model.score(rows)
            return n_bases

        with peak_memory() as rise:
            score()
        where = f"{n_bases / 1e6} Mb"
        what = f"WaveNetLM.score, {name}"
        bench.value(f"{what}: peak above the start", rise[0], "MB", conditions=where, most=1000)
        work = {"score": score, **bare_passes(model, rows.codes)}
        costs = in_turn(work, bench.pick(3, 3, 5))
        for peer in list(work)[1:]:
            bench.ratio(
                what,
                peer,
                costs["score"],
                costs[peer],
                unit="bases",
                conditions=where,
                least=0.8,
            )


if __name__ == "__main__":
    main()
