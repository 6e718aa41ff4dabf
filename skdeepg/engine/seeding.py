"""Seeds that leave no trace in global random state."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

__all__ = ["seeded"]

_LOCK = threading.RLock()


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Seed Python and NumPy, run the block, and put their states back.

    Keras draws the seeds of unseeded initialisers and dropout layers from Python's `random` when
    a layer is made; nothing of it uses TensorFlow's own state. One thread at a time.
    """
    with _LOCK:
        python_state, numpy_state = random.getstate(), np.random.get_state()
        random.seed(seed)
        np.random.seed(seed % 2**32)
        try:
            yield
        finally:
            random.setstate(python_state)
            np.random.set_state(numpy_state)
