"""What a benchmark ran on: processor, memory, versions, date."""

from __future__ import annotations

import datetime
import importlib.metadata
import os
import platform
from pathlib import Path
from typing import Any

INSTRUCTIONS = ("avx2", "avx512f", "avx512_bf16", "amx_bf16")
PACKAGES = ("skdeepg", "tensorflow", "keras", "numpy", "scikit-learn", "biopython", "alibi")


def describe_machine() -> dict[str, Any]:
    """Give the facts that figures depend on."""
    processor = read_processor()
    flags = processor.get("flags", "").split()
    return {
        "processor": processor.get("model name", platform.processor() or platform.machine()),
        "cores": n_cores(),
        "instructions": [name for name in INSTRUCTIONS if name in flags],
        "memory_gb": memory_gb(),
        "load": round(os.getloadavg()[0], 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": {name: version for name in PACKAGES if (version := installed(name))},
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
    }


def read_processor() -> dict[str, str]:
    """Read the first entry of /proc/cpuinfo; empty where there is none."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text().split("\n\n")[0].splitlines() if path.exists() else []
    pairs = (line.partition(":") for line in lines)
    return {name.strip(): value.strip() for name, _, value in pairs}


def n_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def memory_gb() -> float:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1)


def installed(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None
