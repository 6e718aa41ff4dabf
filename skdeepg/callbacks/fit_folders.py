"""The folder of a fit: named after its digest, with a note of what it was."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, Final

from skdeepg.engine.run import FitContext

__all__ = ["FitFolder", "find_folders", "make_folder"]

NOTE: Final = "fit.json"
DIGITS: Final = 12


@dataclass(frozen=True)
class FitFolder:
    """A fit that has left its note.

    Attributes
    ----------
    path : Path
        The folder.
    digest, data_digest : str
        Of the fit, and of its data.
    seed : int
        What all that was random depended on.
    parameters : dict of str to str
        Its parameters.
    started : str
        When, in ISO 8601.
    """

    path: Path
    digest: str
    data_digest: str
    seed: int
    parameters: dict[str, str]
    started: str


def find_folders(directory: Path) -> list[FitFolder]:
    """Read the notes of all fits in a directory.

    Parameters
    ----------
    directory : Path
        What holds their folders.

    Returns
    -------
    list of FitFolder
        Oldest first.
    """
    found = []
    for note in directory.glob(f"*/{NOTE}"):
        try:
            told = json.loads(note.read_text())
            found.append(FitFolder(note.parent, **told))
        except (OSError, ValueError, TypeError):
            continue  # not one of ours
    return sorted(found, key=lambda folder: (folder.started, folder.path.name))


def make_folder(directory: Path, context: FitContext) -> Path:
    """Make a new folder for a fit, even if others make one at the same moment.

    Parameters
    ----------
    directory : Path
        Where.
    context : FitContext
        The fit.

    Returns
    -------
    Path
        The folder, with its note in it.
    """
    name = f"{type(context.estimator).__name__}-{context.digest[:DIGITS]}"
    for number in count(1):
        folder = directory / (name if number == 1 else f"{name}-{number}")
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        break
    note: dict[str, Any] = {
        "digest": context.digest,
        "data_digest": context.data_digest,
        "seed": context.seed,
        "parameters": dict(context.parameters),
        "started": datetime.now(UTC).isoformat(timespec="microseconds"),
    }
    draft = folder / f".{NOTE}"
    draft.write_text(json.dumps(note, indent=1))
    draft.replace(folder / NOTE)
    return folder
