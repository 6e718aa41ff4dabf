"""Seeds that leave no trace in global random state."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

import skdeepg.engine.backend  # noqa: F401 - sets a worker's threads before any network is built
from skdeepg.engine.forks import check_not_forked

__all__ = ["seeded"]

_LOCK = threading.RLock()
_FUNCTIONS = [
    name
    for name in random.__all__
    if isinstance(getattr(getattr(random, name), "__self__", None), random.Random)
]


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Seed Python and NumPy, run the block, and put their states back.

    Keras draws the seeds of unseeded initialisers and dropout layers from Python's `random` when
    a layer is made; nothing of it uses TensorFlow's own state. One thread at a time. Others may
    draw meanwhile, as the event loop of a Dask worker does: this thread gets numbers of its own.
    """
    check_not_forked()
    with _LOCK:
        python_state, numpy_state = random.getstate(), np.random.get_state()
        random.seed(seed)
        np.random.seed(seed % 2**32)
        try:
            with _own_numbers(seed):
                yield
        finally:
            random.setstate(python_state)
            np.random.set_state(numpy_state)


@contextmanager
def _own_numbers(seed: int) -> Iterator[None]:
    """Let the functions of `random` draw from a generator that only this thread uses."""
    generator, thread = random.Random(seed), threading.get_ident()  # noqa: S311
    originals = {name: getattr(random, name) for name in _FUNCTIONS}

    def shared_out(name: str) -> Callable[..., Any]:
        own, original = getattr(generator, name), originals[name]

        def draw(*args: Any, **kwargs: Any) -> Any:
            return (own if threading.get_ident() == thread else original)(*args, **kwargs)

        return draw

    for name in _FUNCTIONS:
        setattr(random, name, shared_out(name))
    try:
        yield
    finally:
        for name, original in originals.items():
            setattr(random, name, original)
