"""What TensorFlow keeps of networks that are long gone."""

from __future__ import annotations

from itertools import count

from tensorflow.python.eager import context

__all__ = ["forget_kernels"]

NETWORKS_BETWEEN = 20

_NETWORKS = count(1)


def forget_kernels() -> None:
    """Empty TensorFlow's cache of kernels after every 20 calls, one a network.

    Each variable has a name of its own, and for each name TensorFlow keeps 33 kB for ever: nearly
    1 MB a fit. What is still in use is made again when it is needed.
    """
    if next(_NETWORKS) % NETWORKS_BETWEEN == 0:
        context.context().clear_kernel_cache()  # Keras' clear_session calls it too, and does more
