"""What all estimators that train a network share: the parameters of training."""

from __future__ import annotations

from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone

from skdeepg._compat import HasMethods, Interval, StrOptions
from skdeepg.estimators.base import BaseSequenceEstimator
from skdeepg.sequences import FastaWindowTransformer

if TYPE_CHECKING:
    from skdeepg.engine.data import LabelledWindows
    from skdeepg.engine.fitting import Settings
    from skdeepg.estimators.fit_start import FitStart

__all__ = ["TRAINING_CONSTRAINTS", "NetworkTraining"]

METRICS = ("f1", "balanced_accuracy", "auc")
TRAINING_CONSTRAINTS: dict[str, list[Any]] = {
    "network": [HasMethods("build"), callable, None],
    "windows": [Interval(Integral, 1, None, closed="left"), FastaWindowTransformer],
    "vocabulary": [str, None],
    "strands": [StrOptions({"forward", "both"})],
    "loss": [HasMethods(["categorical", "binary", "check"]), None],
    "metrics": [list, tuple, None],
    "max_epochs": [Interval(Integral, 0, None, closed="left")],
    "steps_per_epoch": [Interval(Integral, 1, None, closed="left"), None],
    "batch_size": [Interval(Integral, 1, None, closed="left")],
    "optimizer": [str, HasMethods("apply")],
    "learning_rate": [Interval(Real, 0, None, closed="neither")],
    "schedule": [HasMethods(["factor", "take_note"]), None],
    "validation_fraction": [Interval(Real, 0, 1, closed="neither"), None],
    "early_stopping": ["boolean"],
    "patience": [Interval(Integral, 1, None, closed="left")],
    "callbacks": [list, tuple, None],
    "init_from": [object],  # checked when it is read
    "freeze": ["boolean", Interval(Integral, 0, None, closed="left"), list, tuple, None],
    "warm_start": ["boolean"],
    "precision": [StrOptions({"float32", "mixed_bfloat16", "mixed_float16", "auto"})],
    "random_state": ["random_state"],
    "verbose": ["verbose"],
}


class NetworkTraining(BaseSequenceEstimator):
    """A sequence estimator that trains a network."""

    strands: Literal["forward", "both"]
    steps_per_epoch: int | None
    early_stopping: bool
    patience: int
    warm_start: bool
    max_epochs: int
    validation_fraction: float | None
    loss: Any
    metrics: Any
    schedule: Any
    callbacks: Any
    init_from: Any
    freeze: Any
    precision: str
    random_state: Any

    def _settings(
        self,
        max_epochs: int,
        held: LabelledWindows | None,
        class_weight: NDArray[np.float64],
        balanced: bool = False,
        start: FitStart | None = None,
    ) -> Settings:
        from skdeepg.engine.fitting import Settings

        return Settings(
            seed=self._seed,
            class_weight=class_weight,
            balanced=balanced,
            flip=self.strands == "both",
            batch_size=self.batch_size,
            steps_per_epoch=self.steps_per_epoch,
            max_epochs=max_epochs,
            first_epoch=self.n_epochs_,
            patience=self.patience if self.early_stopping and held is not None else None,
            estimate_statistics=getattr(self.network_, "batch_norm_momentum", None) is None,
            gains_by_xla=getattr(self.network_, "gains_by_xla", False),
            verbose=self.verbose,
            history=self.history_,
            callbacks=() if start is None else start.callbacks,
            loss=self.loss,
            metrics=self._metric_names(),
            counts=start is not None and any(c.needs_confusion for c in start.callbacks),
            schedule=None if start is None else self._fresh_schedule(),
            learning_rate=self._base_learning_rate(),
        )

    def _metric_names(self) -> tuple[str, ...]:
        asked = tuple(self.metrics or ())
        if unknown := [name for name in asked if name not in METRICS]:
            raise ValueError(
                f"metrics has {unknown[0]!r}, which is none of {', '.join(map(repr, METRICS))}."
            )
        return asked

    def _fresh_schedule(self) -> Any:
        if self.schedule is None:
            return None
        schedule = clone(self.schedule)
        schedule.check()
        return schedule

    def _base_learning_rate(self) -> float:
        """Give what a schedule multiplies: the rate of the optimizer as it was given."""
        if self.schedule is None or isinstance(self.optimizer, str):
            return float(self.learning_rate)
        rate = self.optimizer.get_config()["learning_rate"]
        if not isinstance(rate, Real):
            raise ValueError(
                "schedule and the optimizer's own schedule exclude each other: give the optimizer "
                "a number as learning_rate, or leave schedule=None."
            )
        return float(rate)
