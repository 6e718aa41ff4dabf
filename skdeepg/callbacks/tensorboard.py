"""`TensorBoard`."""

from __future__ import annotations

import importlib.util
import inspect
from itertools import count
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator

from skdeepg._compat import validate_parameters
from skdeepg.callbacks.base import Callback

if TYPE_CHECKING:
    from skdeepg.engine.run import TrainingRun

__all__ = ["TensorBoard"]

SIDES = {"train": "", "validation": "val_"}  # sub-runs, and how the history names their values


class TensorBoard(Callback):
    """Show a training in TensorBoard: curves, confusion matrices, parameters.

    Writes for ``tensorboard --logdir directory``. SCALARS: loss, accuracy, F1, balanced accuracy
    and other metrics of training and validation, the learning rate, and what share of the windows
    training has drawn. IMAGES: the confusion matrix of each epoch. TEXT: parameters and data.
    HPARAMS: parameters that are not at their defaults with the last metrics, to compare the runs
    of a search.

    Needs the extra ``tensorboard`` (``pip install "skdeepg[tensorboard]"``).

    Parameters
    ----------
    directory : path-like
        Each fit gets a folder in it. deepG: ``path_tensorboard``.
    run_name : str, default=None
        The folder's name; None for the estimator's class and the digest of the fit. A number is
        put behind it if it is taken. deepG: ``run_name``.

    Examples
    --------
    >>> from skdeepg import SequenceClassifier
    >>> from skdeepg.callbacks import TensorBoard
    >>> SequenceClassifier(callbacks=[TensorBoard("runs", run_name="first try")])
    SequenceClassifier(callbacks=[TensorBoard(directory='runs',
                                              run_name='first try')])
    """

    needs_confusion: ClassVar[bool] = True
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "directory": [str, PathLike],
        "run_name": [str, None],
    }

    def __init__(self, directory: str | PathLike[str], run_name: str | None = None) -> None:
        self.directory = directory
        self.run_name = run_name

    def check(self) -> None:
        """Check that TensorBoard is installed, and that files can be written."""
        validate_parameters(self)
        missing = [n for n in ("tensorboard", "matplotlib") if importlib.util.find_spec(n) is None]
        if missing:
            raise ModuleNotFoundError(
                f"callbacks=[TensorBoard(...)] needs the package {missing[0]}, which is not "
                'installed: pip install "skdeepg[tensorboard]".'
            )
        try:
            Path(self.directory).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ValueError(
                f"TensorBoard cannot write to directory={str(self.directory)!r}: {error.strerror}."
            ) from error

    def on_train_begin(self, run: TrainingRun) -> None:
        """Make the run's folder, and write what is known before training."""
        from skdeepg.engine.backend import tf

        context = run.context
        name = self.run_name or f"{type(context.estimator).__name__}-{context.digest[:8]}"
        self._folder = _unused_folder(Path(self.directory), name)
        self._writers = {
            side: tf.summary.create_file_writer(str(self._folder / side)) for side in SIDES
        }
        with self._writers["train"].as_default():
            for title, table in _texts(run).items():
                tf.summary.text(title, _markdown(table), step=0)

    def on_epoch_end(self, run: TrainingRun) -> None:
        """Write the epoch's curves and pictures."""
        from skdeepg.engine.backend import tf

        for side, prefix in SIDES.items():
            with self._writers[side].as_default(step=run.n_epochs):
                for name, value in _values_of(run, side, prefix).items():
                    tf.summary.scalar(name, value)
                if side in run.confusion:
                    picture = _draw(run.confusion[side], _names(run))
                    tf.summary.image("confusion matrix", picture[np.newaxis])
            self._writers[side].flush()

    def on_train_end(self, run: TrainingRun) -> None:
        """Write parameters and last metrics, and close the files."""
        from tensorboard.plugins.hparams import api

        from skdeepg.engine.backend import tf

        with self._writers["train"].as_default(step=run.n_epochs):
            changed = _changed_parameters(run.context.estimator)
            told = run.context.parameters.items()
            parameters = {name: _number(text) for name, text in told if name in changed}
            last = {f"final/{name}": values[-1] for name, values in run.history.items() if values}
            api.hparams(parameters or {"parameters": "defaults"}, trial_id=self._folder.name)
            for name, value in last.items():
                tf.summary.scalar(name, value)
        for writer in self._writers.values():
            writer.close()
        del self._writers


def _unused_folder(directory: Path, name: str) -> Path:
    for number in count(1):
        folder = directory / (name if number == 1 else f"{name}-{number}")
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        return folder
    raise AssertionError  # the numbers do not end


def _values_of(run: TrainingRun, side: str, prefix: str) -> dict[str, float]:
    from skdeepg.engine.metrics import compute_metrics

    if side == "train":
        values = {n: v for n, v in run.values.items() if not n.startswith("val_")}
        values |= {"learning_rate": run.learning_rate, "share_of_windows_seen": run.windows_seen}
        values |= {"share_of_rows_seen": run.rows_seen}
    else:
        values = {n[len(prefix) :]: v for n, v in run.values.items() if n.startswith(prefix)}
    if side in run.confusion:
        counts = {"confusion": run.confusion[side]}
        values = compute_metrics(counts, ("f1", "balanced_accuracy")) | values
    return values


def _texts(run: TrainingRun) -> dict[str, dict[str, Any]]:
    context = run.context
    sides = context.data.items()
    counts = {f"{name} of {side}": n for side, told in sides for name, n in told.items()}
    called = {
        "estimator": f"`{context.estimator!r}`".replace("\n", " "),
        "resume": context.resume,
        "digest": context.digest,
        "seed": context.seed,
    }
    return {"parameters": dict(context.parameters), "data": counts, "fit": called}


def _changed_parameters(estimator: Any) -> set[str]:
    """Name the parameters that are not at their defaults, which are too many for a table."""
    given = estimator.get_params(deep=True)
    changed = set()
    for name, value in given.items():
        owner_name, _, parameter = name.rpartition("__")
        owner = given[owner_name] if owner_name else estimator
        default = inspect.signature(type(owner).__init__).parameters[parameter].default
        if not isinstance(value, BaseEstimator) and repr(value) != repr(default):
            changed.add(name)
    return changed


def _number(text: str) -> float | str:
    """Give numbers as such, so that runs can be sorted and plotted by them."""
    try:
        return float(text)
    except ValueError:
        return text


def _markdown(table: dict[str, Any]) -> str:
    lines = [f"| {name} | {value} |" for name, value in table.items()]
    return "\n".join(["| name | value |", "|---|---|", *lines])


def _names(run: TrainingRun) -> list[str]:
    return [str(name) for name in run.context.estimator.classes_]


def _draw(confusion: NDArray[np.float64], names: list[str]) -> NDArray[np.uint8]:
    """Draw a confusion matrix, or one a label, as pixels; pyplot's state is not touched.

    Shares of each class's windows: their weights need not be numbers of windows.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    matrices = [confusion] if confusion.ndim == 2 else list(confusion)
    titles = [""] if confusion.ndim == 2 else names
    labels = names if confusion.ndim == 2 else ["no", "yes"]
    figure = Figure(figsize=(1 + 3.5 * len(matrices), 4), layout="constrained", dpi=100)
    canvas: Any = FigureCanvasAgg(figure)
    panels = figure.subplots(1, len(matrices), squeeze=False)[0]
    for axes, matrix, title in zip(panels, matrices, titles, strict=True):
        _draw_matrix(axes, matrix, labels)
        axes.set_title(title)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()


def _draw_matrix(axes: Any, matrix: NDArray[np.float64], labels: list[str]) -> None:
    shares = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1e-12)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    places = range(len(labels))
    axes.set(xticks=places, yticks=places, xlabel="answer", ylabel="truth")
    axes.set_xticklabels(labels, rotation=45 if len(labels) > 3 else 0)
    axes.set_yticklabels(labels)
    if len(labels) > 12:
        return
    for row in places:
        for column in places:
            share = shares[row, column]
            color = "white" if share > 0.5 else "black"
            axes.text(column, row, f"{share:.3f}", ha="center", va="center", color=color)
