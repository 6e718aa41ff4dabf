"""What all estimators that train a network share: the parameters of training."""

from __future__ import annotations

from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from skdeepg._compat import HasMethods, Interval, StrOptions
from skdeepg.estimators.base import BaseSequenceEstimator
from skdeepg.sequences import FastaWindowTransformer

if TYPE_CHECKING:
    from skdeepg.engine.data import LabelledWindows
    from skdeepg.engine.fitting import Settings

__all__ = ["TRAINING_CONSTRAINTS", "NetworkTraining"]

TRAINING_CONSTRAINTS: dict[str, list[Any]] = {
    "network": [HasMethods("build"), callable, None],
    "windows": [Interval(Integral, 1, None, closed="left"), FastaWindowTransformer],
    "vocabulary": [str, None],
    "strands": [StrOptions({"forward", "both"})],
    "max_epochs": [Interval(Integral, 0, None, closed="left")],
    "steps_per_epoch": [Interval(Integral, 1, None, closed="left"), None],
    "batch_size": [Interval(Integral, 1, None, closed="left")],
    "optimizer": [str, HasMethods("apply")],
    "learning_rate": [Interval(Real, 0, None, closed="neither")],
    "validation_fraction": [Interval(Real, 0, 1, closed="neither"), None],
    "early_stopping": ["boolean"],
    "patience": [Interval(Integral, 1, None, closed="left")],
    "warm_start": ["boolean"],
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
    random_state: Any

    def _settings(
        self,
        max_epochs: int,
        held: LabelledWindows | None,
        class_weight: NDArray[np.float64],
        balanced: bool = False,
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
        )
