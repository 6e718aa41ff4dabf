"""`Checkpoints` and `list_checkpoints`."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime
from numbers import Integral
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import uuid4

import numpy as np

from skdeepg._compat import Interval, validate_parameters
from skdeepg.argument_checks import not_found
from skdeepg.callbacks.base import Callback
from skdeepg.callbacks.fit_folders import FitFolder, find_folders, make_folder
from skdeepg.exceptions import CheckpointError, InvalidModelFileError, LostDataWarning

if TYPE_CHECKING:
    import pandas as pd

    from skdeepg.engine.run import TrainingRun

__all__ = ["Checkpoints", "list_checkpoints"]


class Checkpoints(Callback):
    """Save the estimator after each epoch, so that a training can go on after a crash.

    Each fit has a folder of its own in `directory`, named after a hash of its parameters and its
    data: grid searches and cross-validation share a directory safely. The files are named as deepG
    names them, such as ``Ep.001-val_loss0.04-val_acc0.991.h5``, and are read by `skdeepg.load`.

    Parameters
    ----------
    directory : path-like
        Made if it is not there. deepG: ``path_checkpoint``.
    save_best_only : bool, default=False
        Whether to save only epochs with a lower validation loss (or loss, without validation) than
        all before. Training then goes on from the best epoch, and gets to the same end.
    keep : int, default=None
        How many files of a fit to keep, the latest; None for all.

    See Also
    --------
    list_checkpoints : A table of what is there.

    Notes
    -----
    ``fit(..., resume=True)`` goes on from the last file as if nothing had happened: it has weights,
    optimizer, states of random numbers, history, and what schedule and early stopping remember. The
    result is the same bit for bit, with the same versions and number of threads.

    Examples
    --------
    >>> import tempfile
    >>> from skdeepg import LSTMCNN, SequenceClassifier
    >>> from skdeepg.callbacks import Checkpoints, list_checkpoints
    >>> folder = tempfile.mkdtemp()
    >>> network = LSTMCNN(filters=(2,), pool_size=2)
    >>> settings = dict(network=network, windows=8, callbacks=[Checkpoints(folder)], random_state=0)
    >>> rows = ["ACGTACGT", "GGGGGGGG"], [0, 1]
    >>> _ = SequenceClassifier(**settings, max_epochs=2).fit(*rows)
    >>> list_checkpoints(folder)["epoch"].tolist()
    [1, 2]
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "directory": [str, PathLike],
        "save_best_only": ["boolean"],
        "keep": [Interval(Integral, 1, None, closed="left"), None],
    }

    def __init__(
        self, directory: str | PathLike[str], save_best_only: bool = False, keep: int | None = None
    ) -> None:
        self.directory = directory
        self.save_best_only = save_best_only
        self.keep = keep

    def check(self) -> None:
        """Check that files can be written."""
        validate_parameters(self)
        probe = Path(self.directory, f".{uuid4().hex}")
        try:
            probe.parent.mkdir(parents=True, exist_ok=True)
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise ValueError(
                f"Checkpoints cannot write to directory={str(self.directory)!r}: "
                f"{error.strerror}. Give a directory that may be written to."
            ) from error

    def _seed_of(
        self, digest: str, data_digest: str, parameters: dict[str, str], resume: Any
    ) -> int | None:
        """Find the seed of the fit that is to go on.

        Parameters
        ----------
        digest, data_digest : str
            Of the fit, and of its data.
        parameters : dict of str to str
            Its parameters.
        resume : True or "auto"
            Whether it must be there, if any is.

        Returns
        -------
        int or None
            None if there is none to go on.

        Raises
        ------
        CheckpointError
            If there are only fits with other parameters or data.
        """
        folders = find_folders(Path(self.directory))
        if same := [folder for folder in folders if folder.digest == digest]:
            return same[-1].seed
        if folders and resume != "auto":
            raise CheckpointError(
                f"{str(self.directory)!r} has checkpoints, but none of this fit: "
                f"{_difference(folders, data_digest, parameters)}. Set the parameters back, give "
                "another directory, or begin anew with resume=False (or resume='auto', which "
                "begins anew where there is nothing to go on from, for searches)."
            )
        return None

    def on_train_begin(self, run: TrainingRun) -> None:
        """Make the fit's folder, or go on from the last file in it."""
        context = run.context
        same = [f for f in find_folders(Path(self.directory)) if f.digest == context.digest]
        if context.resume and same:
            self._folder = same[-1].path
            self._go_on(run)
        else:
            self._folder = make_folder(Path(self.directory), context)

    def _go_on(self, run: TrainingRun) -> None:
        from skdeepg.persistence.checkpoint_files import read_checkpoint

        for draft in self._folder.glob(".*"):  # of a process that was killed while it wrote
            draft.unlink(missing_ok=True)
        for path in reversed(_checkpoints_in(self._folder)):
            try:
                read_checkpoint(path, run)
            except InvalidModelFileError as error:
                warnings.warn(f"{error} An earlier one is used.", LostDataWarning, stacklevel=2)
            else:
                return

    def on_epoch_end(self, run: TrainingRun) -> None:
        """Save the epoch."""
        from skdeepg.persistence.checkpoint_files import write_checkpoint

        if self.save_best_only and not _is_best(run):
            return
        path = self._folder / _file_name(run)
        try:
            write_checkpoint(path, run)
        except OSError as error:
            last = _checkpoints_in(self._folder)[-1:]
            whole = f"The last whole one is {last[0]}." if last else "There is none yet."
            raise OSError(
                error.errno,
                f"The checkpoint {path} cannot be written: {error.strerror or error}. {whole} Make "
                "room, and go on with fit(..., resume=True).",
            ) from error
        if self.keep is not None:
            for old in _checkpoints_in(self._folder)[: -self.keep]:
                old.unlink(missing_ok=True)


def list_checkpoints(directory: str | PathLike[str]) -> pd.DataFrame:
    """List the checkpoints of all fits in a directory.

    Parameters
    ----------
    directory : path-like
        As given to `Checkpoints`.

    Returns
    -------
    pandas.DataFrame
        A row a file, oldest fits first: ``path``, ``fit`` (the folder's name), ``epoch``, ``loss``
        and what else the history has, ``bytes``, ``saved`` (time).

    Raises
    ------
    FileNotFoundError
        If there is no such directory.

    Examples
    --------
    >>> import tempfile
    >>> from skdeepg.callbacks import list_checkpoints
    >>> list_checkpoints(tempfile.mkdtemp()).columns.tolist()
    ['path', 'fit', 'epoch', 'bytes', 'saved']
    """
    import pandas as pd

    from skdeepg.persistence.checkpoint_files import read_values

    directory = Path(directory)
    if not directory.is_dir():
        raise not_found("folder of checkpoints", directory)
    rows = []
    for folder in find_folders(directory):
        for path in _checkpoints_in(folder.path):
            epoch, values = read_values(path)
            status = path.stat()
            told = {"path": path, "fit": folder.path.name, "epoch": epoch} | values
            saved = datetime.fromtimestamp(status.st_mtime, UTC)
            rows.append(told | {"bytes": status.st_size, "saved": saved})
    columns = None if rows else ["path", "fit", "epoch", "bytes", "saved"]
    return pd.DataFrame(rows, columns=columns)


def _checkpoints_in(folder: Path) -> list[Path]:
    return sorted(folder.glob("Ep.*.h5"))


def _file_name(run: TrainingRun) -> str:
    name = f"Ep.{run.n_epochs:03d}"
    if "val_loss" in run.values:
        name += f"-val_loss{run.values['val_loss']:.2f}-val_acc{run.values['val_accuracy']:.3f}"
    return f"{name}.h5"


def _is_best(run: TrainingRun) -> bool:
    losses = run.history["val_loss" if "val_loss" in run.values else "loss"]
    return losses[-1] == np.min(losses) and losses.index(losses[-1]) == len(losses) - 1


def _difference(folders: list[FitFolder], data_digest: str, parameters: dict[str, str]) -> str:
    """Say how the fit that is nearest to this one differs from it."""
    nearest = min(folders, key=lambda folder: len(_changed(folder, parameters)))
    changed = _changed(nearest, parameters)
    told = [f"{name} was {then}, is {now}" for name, (then, now) in changed.items()]
    if nearest.data_digest != data_digest:
        told.append("the data were others")
    return "; ".join(told) or "it goes on from another state"


def _changed(folder: FitFolder, parameters: dict[str, str]) -> dict[str, tuple[str, str]]:
    names = {*folder.parameters, *parameters}
    pairs = {n: (folder.parameters.get(n, "absent"), parameters.get(n, "absent")) for n in names}
    return {name: pairs[name] for name in sorted(pairs) if pairs[name][0] != pairs[name][1]}
