"""One training from data and settings: feed, loss, loop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdeepg.engine.compiled import Encoder
from skdeepg.engine.data import LabelledWindows
from skdeepg.engine.feed import TrainingFeed, strata_of
from skdeepg.engine.losses import make_loss
from skdeepg.engine.train import Validation, train

__all__ = ["Settings", "fit_model"]


@dataclass(frozen=True)
class Settings:
    """How to train: mostly the estimator's parameters of the same names.

    `balanced` draws classes in turn, `flip` turns windows at random, `patience` None never stops
    early. `class_weight` has the weight of each class (n_classes,), or for multi-label y of each
    label's absence and presence (n_labels, 2).
    """

    seed: int
    class_weight: NDArray[np.float64]
    balanced: bool
    flip: bool
    batch_size: int
    steps_per_epoch: int | None
    max_epochs: int
    first_epoch: int
    optimizer: Any
    learning_rate: float
    patience: int | None
    estimate_statistics: bool
    verbose: int

    def row_weight(self, y: NDArray[Any]) -> NDArray[np.float64]:
        """Return the weight that each row's class gives it; multi-label weights are the loss's."""
        return self.class_weight[y] if y.ndim == 1 else np.ones(len(y))


def fit_model(
    model: Any,
    symbol_table: NDArray[np.float32],
    optimizer: Any,
    training: LabelledWindows,
    validation: LabelledWindows | None,
    settings: Settings,
) -> dict[str, list[float]]:
    """Train a network on labelled windows.

    Parameters
    ----------
    model : keras.Model
        Changed in place.
    symbol_table : ndarray of shape (n_symbols + 2, n_symbols) and dtype float32
        The vector of each code.
    optimizer : keras.optimizers.Optimizer
        Built for the network's weights; changed in place.
    training, validation : LabelledWindows
        What to train on, and what to validate on (or None).
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
        training.weight * settings.row_weight(training.y),
        strata_of(training.y if settings.balanced else None, len(training.windows)),
        seed=settings.seed,
        batch_size=settings.batch_size,
        steps_per_epoch=settings.steps_per_epoch,
        flip=settings.flip,
    )
    return train(
        model,
        Encoder(symbol_table),
        optimizer,
        make_loss(settings.class_weight if training.y.ndim == 2 else None),
        feed,
        max_epochs=settings.max_epochs,
        first_epoch=settings.first_epoch,
        validation=_validation(validation, settings),
        patience=settings.patience,
        estimate_statistics=settings.estimate_statistics,
        verbose=settings.verbose,
    )


def _validation(data: LabelledWindows | None, settings: Settings) -> Validation | None:
    """Weigh validation windows as training does: with balanced sampling classes count alike."""
    if data is None:
        return None
    weight = data.weight * settings.row_weight(data.y)
    if settings.balanced:
        per_class = np.bincount(data.y, weights=data.grid.windows_per_row * data.weight)
        weight = weight / per_class[data.y]
    return Validation(data.windows, data.grid, data.y, weight.astype(np.float32))
