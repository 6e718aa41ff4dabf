"""Several devices: the `tf.distribute` strategy in scope shares each batch out.

Each replica gets a part of the windows, and the gradient is that of the whole batch. What looks at
a batch as a whole, batch normalisation, sees the part only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from skdeepg.engine.backend import tf

__all__ = ["n_replicas", "replicate", "sum_over_replicas"]

Step = Callable[..., Any]


def n_replicas() -> int:
    """Return among how many devices batches are shared out."""
    return int(tf.distribute.get_strategy().num_replicas_in_sync)


def sum_over_replicas(sums: Any) -> Any:
    """Sum a structure of tensors over replicas, inside a step; one replica's is its own."""
    if n_replicas() == 1:
        return sums
    context = tf.distribute.get_replica_context()
    return tf.nest.map_structure(lambda t: context.all_reduce("SUM", t), sums)


def replicate(step: Step, jit_compile: bool = False) -> Step | None:
    """Make a step that every device of the strategy takes on its part of a batch.

    Parameters
    ----------
    step : callable
        From arrays to a structure of tensors that is the same on all replicas.
    jit_compile : bool, default=False
        Whether XLA compiles it.

    Returns
    -------
    callable or None
        None where no strategy is in scope. One of a single device needs it: its weights can be
        changed by its own steps only.
    """
    if not tf.distribute.has_strategy():
        return None
    strategy = tf.distribute.get_strategy()
    number = n_replicas()
    inner = tf.function(step, jit_compile=True) if jit_compile else step

    @tf.function(reduce_retracing=True)
    def run(*parts: Any) -> Any:
        results = strategy.run(inner, parts)
        return tf.nest.map_structure(
            lambda each: strategy.experimental_local_results(each)[0], results
        )

    def call(*arrays: Any) -> Any:
        parts = [np.array_split(array, number) for array in arrays]
        distributed = [
            strategy.experimental_distribute_values_from_function(
                lambda context, part=part: tf.constant(part[context.replica_id_in_sync_group])
            )
            for part in parts
        ]
        return run(*distributed)

    return call
