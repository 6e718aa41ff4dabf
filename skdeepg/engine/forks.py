"""Forks of a process in which TensorFlow runs: its threads are gone there, and it would hang."""

from __future__ import annotations

import os
import sys
from typing import Any

__all__ = ["NetworkLostByFork", "check_not_forked", "is_forked"]

_FORKED: set[int] = set()


def is_forked() -> bool:
    """Tell whether this process was forked from one in which TensorFlow ran."""
    return os.getpid() in _FORKED


def check_not_forked() -> None:
    """Raise an error where TensorFlow would wait forever for threads that a fork has not copied.

    Raises
    ------
    RuntimeError
        If this process was forked after TensorFlow's first operation.
    """
    if is_forked():
        raise RuntimeError(
            f"Process {os.getpid()} was forked from one that had used TensorFlow, and TensorFlow "
            "hangs in such a process. Start processes afresh: with joblib's default backend "
            "'loky', or by multiprocessing.get_context('spawn') or 'forkserver'."
        )


class NetworkLostByFork:
    """Stands for a network that was sent to a forked process: all that is asked of it raises.

    An error while it is unpickled would be worse: it kills the processes of a multiprocessing pool
    one by one, while the pool waits for an answer.
    """

    def __getattr__(self, name: str) -> Any:
        check_not_forked()
        raise AttributeError(name)

    def __call__(self, *args: Any) -> Any:
        """Raise the error."""
        check_not_forked()


def _note_fork() -> None:
    if _tensorflow_runs():
        _FORKED.add(os.getpid())


def _tensorflow_runs() -> bool:
    """Tell whether TensorFlow has started its threads, without importing or starting it."""
    # there is no public way to ask
    module = sys.modules.get("tensorflow.python.eager.context")
    context = module.context_safe() if module is not None else None
    return getattr(context, "_context_handle", None) is not None


if sys.platform != "win32":
    os.register_at_fork(after_in_child=_note_fork)
