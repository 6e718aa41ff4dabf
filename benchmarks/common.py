"""Shared by the benchmarks: timing in turn, memory, data."""

from __future__ import annotations

import os
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np


def in_turn(work: dict[str, Callable[[], int]], repeats: int = 5) -> dict[str, list[float]]:
    """Time functions in turn, after one run each to warm up.

    Each function returns how many items it has done; the result is items a second of each run.
    """
    rates: dict[str, list[float]] = {name: [] for name in work}
    for repeat in range(repeats + 1):
        for name, function in work.items():
            start = time.perf_counter()
            n_items = function()
            if repeat:
                rates[name].append(n_items / (time.perf_counter() - start))
    return rates


def report(title: str, rates: dict[str, list[float]], unit: str) -> None:
    """Print rates, and ratios to the last function (the peer), run by run."""
    *others, peer = rates
    print(f"\n{title}")
    for name, values in rates.items():
        print(f"  {name:<48}{statistics.median(values):>14,.4g} {unit}")
    for name in others:
        ratios = sorted(a / b for a, b in zip(rates[name], rates[peer], strict=True))
        print(
            f"  ratio {name} / {peer}: {statistics.median(ratios):.2f} "
            f"({ratios[0]:.2f} to {ratios[-1]:.2f})"
        )


@contextmanager
def peak_memory() -> Iterator[list[float]]:
    """Sample this process's anonymous memory; the list gets its rise to the peak, in MB."""
    result: list[float] = []
    start, done = anonymous_memory(), threading.Event()
    peak = start

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.005):
            peak = max(peak, anonymous_memory())

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield result
    finally:
        done.set()
        thread.join()
        result.append(max(peak, anonymous_memory()) - start)


def anonymous_memory() -> float:
    """Return RssAnon in MB."""
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("RssAnon"))
    return int(line.split()[1]) / 1000


def data_folder() -> Path | None:
    """Return the folder of large data, named by the variable SKDEEPG_DATA."""
    folder = os.environ.get("SKDEEPG_DATA")
    if folder is None:
        print("SKDEEPG_DATA is not set: what needs the large data is left out.")
        return None
    return Path(folder)


def write_random_fasta(path: Path, n_bases: int, n_records: int = 20, seed: int = 0) -> Path:
    """Write records of random bases, 80 a line."""
    random = np.random.default_rng(seed)
    letters = np.frombuffer(b"ACGT", dtype=np.uint8)
    with path.open("wb") as file:
        for number in range(n_records):
            bases = letters[random.integers(0, 4, n_bases // n_records)]
            file.write(b">record%d\n" % number)
            whole = len(bases) // 80 * 80
            lines = np.full((whole // 80, 81), ord("\n"), dtype=np.uint8)
            lines[:, :80] = bases[:whole].reshape(-1, 80)
            file.write(lines.tobytes() + bases[whole:].tobytes() + b"\n")
    return path
