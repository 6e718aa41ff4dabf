"""A fit whose worker process dies is named on standard error."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from skdeepg.engine.threads import is_worker_process

__all__ = ["named_if_lost"]

# A shell that waits for one line. Its input ends without one if the worker is no more.
WATCH = 'read -r line || printf "%s\\n" "$1" >&2'


@contextmanager
def named_if_lost(what: str) -> Iterator[None]:
    """Say on standard error what a worker process was about if it dies in this block.

    A process that is killed, as by the kernel when memory runs out, cannot say so itself, and
    joblib's error has no parameters. In a process that is no worker nothing is done.

    Parameters
    ----------
    what : str
        What is fitted in the block: the estimator with its parameters.
    """
    watch = _start_watch(what) if is_worker_process() else None
    try:
        yield
    finally:
        if watch is not None:
            watch.communicate(b"alive\n")


def _start_watch(what: str) -> subprocess.Popen[bytes] | None:
    process = f"worker process {os.getpid()} on {socket.gethostname()}"
    text = f"skdeepg: {process} died while it fitted {' '.join(what.split())}"
    try:
        return subprocess.Popen(  # noqa: S603 - the text is an argument, not code
            ["/bin/sh", "-c", WATCH, "sh", text], stdin=subprocess.PIPE
        )
    except OSError:  # no shell, or no room for one: the fit goes on without
        return None
