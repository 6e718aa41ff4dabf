"""TensorFlow's threads in worker processes: as many as the worker's share of the cores."""

from __future__ import annotations

import multiprocessing
import os
import sys
from typing import Any

__all__ = ["is_worker_process", "limit_threads_in_worker", "share_of_cores"]


def is_worker_process() -> bool:
    """Tell whether joblib, Dask or multiprocessing has started this process for its tasks."""
    return multiprocessing.parent_process() is not None


def share_of_cores() -> int | None:
    """Return how many cores are meant for this worker process.

    Returns
    -------
    int or None
        For a Dask worker its number of threads; for another worker ``OMP_NUM_THREADS``, which loky
        sets to the number of cores by that of workers, or to ``inner_max_num_threads``. None if
        nobody has said, and in a process that is no worker.
    """
    if not is_worker_process():
        return None
    return _threads_of_dask_worker() or _threads_of_openmp()


def limit_threads_in_worker(tf: Any) -> None:
    """Set TensorFlow's threads to the share of this worker process, if TensorFlow has not started.

    Only joblib's and Dask's own setting is passed on: what the user has set, by
    ``TF_NUM_INTRAOP_THREADS``, ``TF_NUM_INTEROP_THREADS`` or ``tf.config.threading``, stays.

    Parameters
    ----------
    tf : module
        TensorFlow.
    """
    share = share_of_cores()
    if share is None:
        return
    threading = tf.config.threading
    try:
        if "TF_NUM_INTRAOP_THREADS" not in os.environ:
            _set_if_automatic(threading, "intra_op", share)
        if "TF_NUM_INTEROP_THREADS" not in os.environ:
            _set_if_automatic(threading, "inter_op", share)
    except RuntimeError:
        return  # it has started, with threads of its own choice


def _set_if_automatic(threading: Any, kind: str, n_threads: int) -> None:
    if getattr(threading, f"get_{kind}_parallelism_threads")() == 0:
        getattr(threading, f"set_{kind}_parallelism_threads")(n_threads)


def _threads_of_dask_worker() -> int | None:
    """Return the threads of this process's Dask worker.

    Estimators arrive in its event loop, where ``distributed.get_worker()`` finds no worker yet.
    """
    module = sys.modules.get("distributed.worker")
    workers = list(module.Worker._instances) if module is not None else []
    return int(workers[0].state.nthreads) if workers else None


def _threads_of_openmp() -> int | None:
    # OpenMP allows a list, one number a level of nesting
    number = os.environ.get("OMP_NUM_THREADS", "").split(",")[0].strip()
    return int(number) if number.isdecimal() and int(number) > 0 else None
