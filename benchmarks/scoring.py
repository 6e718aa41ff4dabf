"""Scoring every base of a 4.6 Mb genome with WaveNets: memory, and speed beside the bare network.

Run: python benchmarks/scoring.py
"""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from common import in_turn, peak_memory, report

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
    random = np.random.default_rng(0)
    rows = read_sequences(["".join(random.choice(list("ACGT"), N_BASES))])
    for name, network in NETWORKS.items():
        model = WaveNetLM(network, max_epochs=0, random_state=0).fit(rows[[0]])

        def score(model: WaveNetLM = model) -> int:
            model.score(rows)
            return N_BASES

        with peak_memory() as rise:
            score()
        print(f"\n{name}: {rise[0]:,.0f} MB above the start (compilation included)")
        for peer, function in bare_passes(model, rows.codes).items():
            report(name, in_turn({"WaveNetLM.score": score, peer: function}, repeats=3), "bases/s")


if __name__ == "__main__":
    main()
