"""A training as it stands: what callbacks see and steer, and what a checkpoint keeps of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdeepg.engine.learning_rate import LearningRate

__all__ = ["EarlyStopping", "FitContext", "TrainingRun"]


class EarlyStopping:
    """Keeps the weights of the lowest validation loss, and says when to stop.

    Parameters
    ----------
    patience : int
        Epochs without a lower loss after which training stops.
    """

    def __init__(self, patience: int) -> None:
        self.patience = patience
        self.lowest = math.inf
        self.since = 0
        self.weights: list[NDArray[Any]] | None = None

    def take_note(self, loss: float, model: Any) -> bool:
        """Look at an epoch's validation loss; return whether to stop."""
        self.since += 1
        if loss < self.lowest:
            self.lowest, self.since, self.weights = loss, 0, model.get_weights()
        return self.since >= self.patience

    def restore(self, model: Any) -> None:
        """Put the best weights back."""
        if self.weights is not None:
            model.set_weights(self.weights)

    def state(self) -> dict[str, Any]:
        """Give what a checkpoint must keep."""
        return {"lowest": self.lowest, "since": self.since, "weights": self.weights}

    def set_state(self, state: dict[str, Any]) -> None:
        """Go on from what a checkpoint has kept."""
        self.lowest, self.since, self.weights = (
            state[name] for name in ("lowest", "since", "weights")
        )


@dataclass(frozen=True)
class FitContext:
    """What is known of a fit before it starts, for callbacks.

    Attributes
    ----------
    estimator : estimator
        Being fitted; `model_`, `classes_` and so on are there.
    seed : int
        What all that is random depends on.
    digest, data_digest : str
        Hashes of parameters and data, and of the data: fits of the same digest train the same.
    parameters : mapping of str to str
        The parameters that matter to what is learnt.
    resume : bool or "auto"
        Whether to go on from a checkpoint.
    data : dict
        Counts for people, of rows and windows in training and validation.
    """

    estimator: Any = None
    seed: int = 0
    digest: str = ""
    data_digest: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    resume: Any = False
    data: dict[str, Any] = field(default_factory=dict)


@dataclass
class TrainingRun:
    """A training as it stands, handed to every callback.

    Attributes
    ----------
    context : FitContext
        What is fitted, and on what.
    model : keras.Model
        The network.
    optimizer : keras.optimizers.Optimizer
        Its optimizer; `learning_rate` may be set.
    end : int
        The number of epochs when it will be done, those of earlier fits included.
    steps_per_epoch : int
        Steps an epoch.
    history : dict of str to list of float
        One value an epoch, those of earlier fits included.
    n_epochs : int
        Epochs that are done, those of earlier fits included.
    step : int
        Steps done in the current epoch.
    last_loss : float
        Of the step that was last.
    values : dict of str to float
        Of the epoch that has just ended.
    windows_seen, rows_seen : float
        Share of an epoch's windows, and of the training rows, that have been drawn at least once
        since the training began here.
    confusion : dict of str to ndarray of shape (n_classes, n_classes)
        Of the epoch that has just ended: weights of the windows of each class (rows) by answer,
        under "train" and, if there is validation, "validation".
    stopping : EarlyStopping or None
        None if training does not stop early.
    rate : LearningRate or None
        None if the learning rate does not change, or the optimizer sees to it.
    is_over : bool
        Whether training has stopped early because it gets no better.
    stop_reason : str or None
        Why training ends early; None if it does not.
    """

    context: FitContext
    model: Any
    optimizer: Any
    end: int
    steps_per_epoch: int
    history: dict[str, list[float]] = field(default_factory=dict)
    n_epochs: int = 0
    step: int = 0
    last_loss: float = math.nan
    values: dict[str, float] = field(default_factory=dict)
    windows_seen: float = 0.0
    rows_seen: float = 0.0
    confusion: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    stopping: EarlyStopping | None = None
    rate: LearningRate | None = None
    is_over: bool = False
    stop_reason: str | None = None

    def __post_init__(self) -> None:
        for name in ("loss", "accuracy"):
            self.history.setdefault(name, [])

    @property
    def has_validation(self) -> bool:
        """Whether the last epoch was validated."""
        return "val_loss" in self.values

    @property
    def learning_rate(self) -> float:
        """The optimizer's learning rate of the step that was last."""
        return float(np.asarray(self.optimizer.learning_rate))

    def stop(self, reason: str) -> None:
        """End the training after this step, as if it were over."""
        self.stop_reason = self.stop_reason or reason

    def record(self, values: dict[str, float]) -> None:
        """Take the values of an epoch into the history."""
        self.values = values
        self.n_epochs += 1
        self.step = 0
        for name, value in values.items():
            self.history.setdefault(name, []).append(value)

    @property
    def goes_on(self) -> bool:
        """Whether there is another epoch to train."""
        return self.n_epochs < self.end and not self.is_over and self.stop_reason is None

    def state(self) -> dict[str, Any]:
        """Give what a checkpoint must keep, beside the variables of network and optimizer."""
        return {
            "history": self.history,
            "n_epochs": self.n_epochs,
            "is_over": self.is_over,
            "stopping": self.stopping.state() if self.stopping else None,
            "rate": self.rate.state() if self.rate else None,
        }

    def set_state(self, state: dict[str, Any]) -> None:
        """Go on from what a checkpoint has kept."""
        self.n_epochs, self.is_over = state["n_epochs"], state["is_over"]
        self.history.update(state["history"])
        if self.stopping is not None:
            self.stopping.set_state(state["stopping"])
        if self.rate is not None:
            self.rate.set_state(state["rate"])
