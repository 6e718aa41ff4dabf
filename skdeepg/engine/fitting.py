"""One training from data and settings: feed, optimizer, loop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdeepg.engine.compiled import Encoder, make_optimizer
from skdeepg.engine.data import LabelledWindows
from skdeepg.engine.feed import TrainingFeed, strata_of
from skdeepg.engine.train import Validation, train

__all__ = ["Settings", "fit_model"]


@dataclass(frozen=True)
class Settings:
    """How to train: the estimator's parameters of the same names.

    `balanced` draws classes in turn, `flip` turns windows at random, `patience` None never stops
    early.
    """

    seed: int
    balanced: bool
    flip: bool
    batch_size: int
    steps_per_epoch: int | None
    max_epochs: int
    optimizer: Any
    learning_rate: float
    patience: int | None
    estimate_statistics: bool
    verbose: int


def fit_model(
    model: Any,
    symbol_table: NDArray[np.float32],
    training: LabelledWindows,
    validation: LabelledWindows | None,
    class_weight: NDArray[np.float64],
    settings: Settings,
) -> dict[str, list[float]]:
    """Train a network on labelled windows.

    Parameters
    ----------
    model : keras.Model
        Changed in place.
    symbol_table : ndarray of shape (n_symbols + 2, n_symbols) and dtype float32
        The vector of each code.
    training, validation : LabelledWindows
        What to train on, and what to validate on (or None).
    class_weight : ndarray of shape (n_classes,)
        Weight of each class's windows, beside that of their rows.
    settings : Settings
        All else.

    Returns
    -------
    dict of str to list of float
        The history, one value an epoch.
    """
    feed = TrainingFeed(
        training.windows,
        training.grid,
        training.y,
        training.weight * class_weight[training.y],
        strata_of(training.y if settings.balanced else None, len(training.windows)),
        seed=settings.seed,
        batch_size=settings.batch_size,
        steps_per_epoch=settings.steps_per_epoch,
        flip=settings.flip,
    )
    return train(
        model,
        Encoder(symbol_table),
        make_optimizer(settings.optimizer, settings.learning_rate, model),
        feed,
        max_epochs=settings.max_epochs,
        validation=_validation(validation, class_weight, settings.balanced),
        patience=settings.patience,
        estimate_statistics=settings.estimate_statistics,
        verbose=settings.verbose,
    )


def _validation(
    data: LabelledWindows | None, class_weight: NDArray[np.float64], balanced: bool
) -> Validation | None:
    """Weigh validation windows as training does: with balanced sampling classes count alike."""
    if data is None:
        return None
    weight = class_weight[data.y]
    if balanced:
        per_class = np.bincount(data.y, weights=data.grid.windows_per_row)
        weight = weight / per_class[data.y]
    return Validation(data.windows, data.grid, data.y, weight.astype(np.float32))
