"""Load many files in one process with little memory; write what became of each as JSON.

Run as ``python -m tests.persistence.load_many FOLDER RESULT``.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
import time
from pathlib import Path

import skdeepg
from skdeepg.exceptions import InvalidModelFileError
from tests.persistence.conftest import GOLDEN

MEMORY = 1 << 30  # more than there was after loading good files
SECONDS = 60
BAD_EVENTS = ("os.system", "subprocess.Popen", "socket.connect", "os.exec", "os.fork")


def main(folder: Path, result: Path) -> None:
    """Load the files of a folder."""
    for kind in ("classifier", "markov", "own_network"):
        skdeepg.load(GOLDEN / "saved" / "v1" / f"{kind}.h5")
    _limit_memory()
    events: list[str] = []
    sys.addaudithook(lambda event, args: events.append(event) if event in BAD_EVENTS else None)
    outcomes = {}
    for path in sorted(folder.glob("*.h5")):
        signal.alarm(SECONDS)  # kills the process
        start = time.perf_counter()
        outcomes[path.name] = [_load(path), time.perf_counter() - start]
        result.write_text(json.dumps([outcomes, events]))
    signal.alarm(0)


def _load(path: Path) -> str:
    try:
        skdeepg.load(path)
    except InvalidModelFileError as error:
        return f"refused: {error}"
    except BaseException as error:  # noqa: BLE001
        return f"{type(error).__name__}: {error}"
    return "loaded"


def _limit_memory() -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
