"""Callbacks of Keras, told of a training of ours."""

from __future__ import annotations

import copy
from typing import Any

from skdeepg.engine.run import TrainingRun

__all__ = ["AdaptedCallback"]


class AdaptedCallback:
    """A callback of Keras, told of epochs and training batches.

    Parameters
    ----------
    callback : keras.callbacks.Callback
        Not used itself, but a copy.
    """

    needs_confusion = False

    def __init__(self, callback: Any) -> None:
        self._callback = copy.deepcopy(callback)

    def check(self) -> None:
        """Do nothing: Keras' callbacks check themselves when training begins."""

    def on_train_begin(self, run: TrainingRun) -> None:
        """Give it the model, and tell it of the first epoch."""
        run.model.optimizer = run.optimizer  # where Keras' callbacks look for it
        run.model.stop_training = False
        self._callback.set_model(run.model)
        self._callback.set_params({"epochs": run.end, "steps": run.steps_per_epoch, "verbose": 0})
        self._callback.on_train_begin({})

    def on_step_end(self, run: TrainingRun) -> None:
        """Tell of the beginning and the end of a batch."""
        if run.step == 1:
            self._callback.on_epoch_begin(run.n_epochs, {})
        self._callback.on_train_batch_begin(run.step - 1, {})
        self._callback.on_train_batch_end(run.step - 1, {"loss": run.last_loss})
        self._obey(run)

    def on_epoch_end(self, run: TrainingRun) -> None:
        """Tell of an epoch and its values."""
        self._callback.on_epoch_end(run.n_epochs - 1, dict(run.values))
        self._obey(run)

    def on_train_end(self, run: TrainingRun) -> None:
        """Tell of the end, and take the optimizer off the model."""
        self._callback.on_train_end(dict(run.values))
        del run.model.optimizer

    def _obey(self, run: TrainingRun) -> None:
        if run.model.stop_training:
            run.stop(f"{type(self._callback).__name__} has asked for it")
