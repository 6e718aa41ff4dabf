"""`CSVLog`."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from skdeepg._compat import validate_parameters
from skdeepg.callbacks.base import Callback

if TYPE_CHECKING:
    from skdeepg.engine.run import TrainingRun

__all__ = ["CSVLog"]

FIRST_COLUMNS = ("time", "digest", "epoch", "learning_rate")


class CSVLog(Callback):
    """Write a line of a table for each epoch.

    Parameters
    ----------
    path : path-like
        A CSV file. Lines are added to a file that is there, so that a resumed training and the fits
        of a grid search can share one; the column ``digest`` tells fits apart.

    Examples
    --------
    >>> import os, tempfile
    >>> import pandas as pd
    >>> from skdeepg import LSTMCNN, SequenceClassifier
    >>> from skdeepg.callbacks import CSVLog
    >>> path = os.path.join(tempfile.mkdtemp(), "training.csv")
    >>> network = LSTMCNN(filters=(2,), pool_size=2)
    >>> classifier = SequenceClassifier(network, 8, max_epochs=2, callbacks=[CSVLog(path)])
    >>> _ = classifier.fit(["ACGTACGT", "GGGGGGGG"], [0, 1])
    >>> pd.read_csv(path)["epoch"].tolist()
    [1, 2]
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {"path": [str, PathLike]}

    def __init__(self, path: str | PathLike[str]) -> None:
        self.path = path

    def check(self) -> None:
        """Check that the file can be written."""
        validate_parameters(self)
        try:
            with Path(self.path).open("a"):
                pass
        except OSError as error:
            raise ValueError(
                f"CSVLog cannot write to path={str(self.path)!r}: {error.strerror}. Give a file "
                "in a folder that is there and may be written to."
            ) from error

    def on_epoch_end(self, run: TrainingRun) -> None:
        """Write the epoch's line."""
        told = (datetime.now(UTC).isoformat(timespec="seconds"), run.context.digest[:12])
        line = dict(zip(FIRST_COLUMNS, (*told, run.n_epochs, run.learning_rate), strict=True))
        with Path(self.path).open("a+", newline="") as file:
            file.seek(0)
            header = next(csv.reader(file), None)
            columns = header or list(dict.fromkeys([*FIRST_COLUMNS, *run.values]))
            writer = csv.DictWriter(file, columns, extrasaction="ignore")
            if header is None:
                writer.writeheader()
            writer.writerow(line | run.values)
