"""How a fit starts: its seed, its digest, its callbacks."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from skdeepg.engine.data import LabelledWindows
from skdeepg.engine.run import FitContext
from skdeepg.estimators.digests import describe_parameters, digest_of
from skdeepg.estimators.transfer import digest_source
from skdeepg.sequences.sampling import draw_seed

__all__ = ["FitStart", "make_context", "start_fit"]


@dataclass(frozen=True)
class FitStart:
    """What a fit knows before it reads its first batch.

    Attributes
    ----------
    seed : int
        What all that is random depends on.
    callbacks : tuple
        Copies of the estimator's, checked.
    resume : bool or "auto"
        Whether to go on from a checkpoint.
    digest : str
        A hash of parameters and data; empty if nobody asks for it.
    data_digest : str
        A hash of the data alone.
    parameters : dict of str to str
        The parameters that matter, as text.
    """

    seed: int
    callbacks: tuple[Any, ...] = ()
    resume: Any = False
    digest: str = ""
    data_digest: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)


def start_fit(estimator: Any, goes_on: bool, resume: Any, data: Iterable[Any]) -> FitStart:
    """Check and copy the callbacks, and find the seed.

    Parameters
    ----------
    estimator : estimator
        To be fitted.
    goes_on : bool
        Whether it goes on from where it stands.
    resume : bool or "auto"
        As in `fit`.
    data : iterable
        All that it is fitted on.

    Returns
    -------
    FitStart
        What the fit needs.
    """
    seed = estimator._seed if goes_on else draw_seed(estimator.random_state)
    callbacks = _prepare(estimator.callbacks)
    keepers = [each for each in callbacks if hasattr(each, "_seed_of")]
    _check_resume(resume, keepers)
    if not callbacks:
        return FitStart(seed)
    parameters = describe_parameters(estimator)
    data_digest = digest_of(data)
    begins = digest_source(estimator.init_from)
    if goes_on:
        begins = digest_of(estimator.model_.get_weights())
    digest = digest_of([type(estimator).__name__, parameters, data_digest, begins])
    if resume:
        known = (each._seed_of(digest, data_digest, parameters, resume) for each in keepers)
        seed = next((found for found in known if found is not None), seed)
    return FitStart(seed, callbacks, resume, digest, data_digest, parameters)


def make_context(
    estimator: Any, start: FitStart | None, training: LabelledWindows, held: LabelledWindows | None
) -> FitContext:
    """Say what callbacks may know of a fit.

    Parameters
    ----------
    estimator : estimator
        Being fitted.
    start : FitStart or None
        None in `partial_fit`, which has no callbacks.
    training, held : LabelledWindows or None
        What it is trained on, and validated on.

    Returns
    -------
    FitContext
        With counts of the data.
    """
    if start is None:
        return FitContext(estimator)
    sides = {"training": training, "validation": held}
    counts = {name: _counts(side) for name, side in sides.items() if side is not None}
    told = start.seed, start.digest, start.data_digest, start.parameters, start.resume
    return FitContext(estimator, *told, data=counts)


def _counts(side: LabelledWindows) -> dict[str, int]:
    windows = side.windows
    return {
        "rows": len(windows),
        "records": len(windows.sequences.records().start),
        "bases": int(windows.sequences.records().length.sum()),
        "windows": side.grid.n_windows,
    }


def _prepare(callbacks: Any) -> tuple[Any, ...]:
    if callbacks is None:
        return ()
    copies = []
    for each in callbacks:
        if hasattr(each, "on_train_begin") and hasattr(each, "check"):
            made = copy.deepcopy(each)
        elif hasattr(each, "set_model"):
            from skdeepg.engine.keras_callbacks import AdaptedCallback

            made = AdaptedCallback(each)
        else:
            raise ValueError(
                f"callbacks has {each!r}, which is neither of skdeepg.callbacks nor of Keras."
            )
        made.check()
        copies.append(made)
    return tuple(copies)


def _check_resume(resume: Any, keepers: list[Any]) -> None:
    if not (isinstance(resume, bool) or resume == "auto"):
        raise ValueError(f"resume must be True, False or 'auto', not {resume!r}.")
    if resume and not keepers:
        raise ValueError(
            f"resume={resume!r} needs checkpoints to go on from: set "
            "callbacks=[Checkpoints(directory)], as in the fit that is to go on."
        )
