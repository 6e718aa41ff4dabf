"""Model files of a training that is not over: with all that it needs to go on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skdeepg.persistence import make_content, opened
from skdeepg.persistence.container import ArrayWriter, write_container
from skdeepg.persistence.decoding import Decoder
from skdeepg.persistence.encoding import Encoder
from skdeepg.persistence.network_state import restore_variables

if TYPE_CHECKING:
    from skdeepg.engine.run import TrainingRun

__all__ = ["read_checkpoint", "read_values", "write_checkpoint"]


def write_checkpoint(path: Path, run: TrainingRun) -> None:
    """Save the estimator of a training, and what the training remembers.

    Parameters
    ----------
    path : Path
        Where; `skdeepg.load` reads it.
    run : TrainingRun
        The training, at the end of an epoch.

    Raises
    ------
    OSError
        If it cannot be written; then nothing is left of it.
    """
    arrays = ArrayWriter()
    content = make_content(_snapshot(run), arrays)
    content["training"] = Encoder(arrays).encode(run.state(), "the training")
    write_container(path, json.dumps(content, allow_nan=False).encode(), arrays)


def _snapshot(run: TrainingRun) -> Any:
    """Give the estimator as it would be if the training were over now."""
    estimator = run.context.estimator
    snapshot = object.__new__(type(estimator))
    vars(snapshot).update(vars(estimator))
    snapshot.history_, snapshot.n_epochs_ = run.history, run.n_epochs
    return snapshot


def read_checkpoint(path: Path, run: TrainingRun) -> None:
    """Set a training back to where it was saved.

    Parameters
    ----------
    path : Path
        A file of `write_checkpoint`.
    run : TrainingRun
        A training of the same parameters and data; changed in place.

    Raises
    ------
    InvalidModelFileError
        If the file is damaged.
    """
    with opened(path) as (content, arrays):
        state = Decoder(arrays).decode(content["training"])
        restore_variables(content["estimator"]["network"], run.model, run.optimizer, arrays)
    run.set_state(state)


def read_values(path: Path) -> tuple[int, dict[str, float]]:
    """Read the epoch of a checkpoint, and its part of the history."""
    with opened(path) as (content, arrays):
        state = Decoder(arrays).decode(content["training"])
    return state["n_epochs"], {name: values[-1] for name, values in state["history"].items()}
