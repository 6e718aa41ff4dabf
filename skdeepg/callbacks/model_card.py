"""`ModelCard`."""

from __future__ import annotations

import json
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import uuid4

from skdeepg._compat import validate_parameters
from skdeepg.callbacks.base import Callback

if TYPE_CHECKING:
    from skdeepg.engine.run import TrainingRun

__all__ = ["ModelCard"]

PACKAGES = ("skdeepg", "tensorflow", "keras", "scikit-learn", "numpy")


class ModelCard(Callback):
    """Write what a model is: its data, parameters, versions and metrics, as JSON.

    Parameters
    ----------
    path : path-like
        A file; one that is there is replaced when the training has ended.

    Examples
    --------
    >>> import json, os, tempfile
    >>> from skdeepg import LSTMCNN, SequenceClassifier
    >>> from skdeepg.callbacks import ModelCard
    >>> path = os.path.join(tempfile.mkdtemp(), "card.json")
    >>> network = LSTMCNN(filters=(2,), pool_size=2)
    >>> classifier = SequenceClassifier(network, 8, max_epochs=1, callbacks=[ModelCard(path)])
    >>> _ = classifier.fit(["ACGTACGT", "GGGGGGGG"], [0, 1])
    >>> json.load(open(path))["data"]["training"]["bases"]
    16
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {"path": [str, PathLike]}

    def __init__(self, path: str | PathLike[str]) -> None:
        self.path = path

    def check(self) -> None:
        """Check that the file can be written."""
        validate_parameters(self)
        folder = Path(self.path).resolve().parent
        if not folder.is_dir():
            raise ValueError(
                f"ModelCard cannot write to path={str(self.path)!r}: there is no folder "
                f"{str(folder)!r}."
            )

    def on_train_begin(self, run: TrainingRun) -> None:
        """Take the time."""
        self._started = datetime.now(UTC)

    def on_train_end(self, run: TrainingRun) -> None:
        """Write the file."""
        path = Path(self.path).resolve()
        draft = path.with_name(f".{path.name}.{uuid4().hex}")
        draft.write_text(json.dumps(self._describe(run), indent=1, default=str))
        draft.replace(path)

    def _describe(self, run: TrainingRun) -> dict[str, Any]:
        context, ended = run.context, datetime.now(UTC)
        estimator = context.estimator
        return {
            "estimator": type(estimator).__name__,
            "classes": [str(name) for name in estimator.classes_],
            "vocabulary": estimator.windows_.vocabulary_.letters,
            "weights": run.model.count_params(),
            "parameters": dict(context.parameters),
            "seed": context.seed,
            "digest": context.digest,
            "data": context.data,
            "epochs": run.n_epochs,
            "ended early": run.stop_reason or ("no better" if run.is_over else None),
            "last values": {name: values[-1] for name, values in run.history.items() if values},
            "history": run.history,
            "started": self._started.isoformat(timespec="seconds"),
            "seconds": round((ended - self._started).total_seconds(), 3),
            "versions": {"python": platform.python_version()} | {p: version(p) for p in PACKAGES},
            "machine": f"{platform.system()} {platform.machine()}",
        }
