"""Global state: copied, put back, compared."""

# ruff: noqa: NPY002 - global random state is read and put back, never drawn from

from __future__ import annotations

import os
import random
import sys
import warnings
from typing import Any

import numpy as np

__all__ = ["environment", "global_state", "restore"]


def environment() -> tuple[Any, ...]:
    """Copy what `restore` puts back."""
    random_states = random.getstate(), np.random.get_state()
    return dict(os.environ), list(warnings.filters), *random_states, _keras_policy()


def restore(copied: tuple[Any, ...]) -> None:
    """Put back environment variables, warning filters, random states and precision."""
    variables, filters, python_state, numpy_state, policy = copied
    os.environ.clear()
    os.environ.update(variables)
    warnings.filters[:] = filters  # type: ignore[index]
    random.setstate(python_state)
    np.random.set_state(numpy_state)
    if policy is not None:
        sys.modules["keras"].config.set_dtype_policy(policy)


def _keras_policy() -> Any:
    """Return the global precision of Keras, if anyone has imported it."""
    keras = sys.modules.get("keras")
    return None if keras is None else keras.config.dtype_policy()


def global_state() -> dict[str, Any]:
    """Describe all that fit and prediction must leave alone, by name."""
    algorithm, key, *rest = np.random.get_state()
    return {
        "os.environ": dict(os.environ),
        "warnings.filters": list(warnings.filters),
        "the state of random": random.getstate(),
        "the state of numpy.random": (algorithm, tuple(key), *rest),
        "numpy.geterr()": np.geterr(),
        "the working directory": os.getcwd(),  # noqa: PTH109
        "the dtype policy of Keras": repr(_keras_policy()),
    }
