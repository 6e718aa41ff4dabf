"""The learning rate of each step, by a schedule."""

from __future__ import annotations

from typing import Any

__all__ = ["LearningRate"]


class LearningRate:
    """Sets the learning rate of an optimizer as a schedule says.

    Parameters
    ----------
    optimizer : keras.optimizers.Optimizer
        Changed in place.
    schedule : Schedule
        Gives a factor for each moment.
    base : float
        The rate that is multiplied by it.
    first_epoch, n_epochs : int
        Where this training begins, and its epochs.
    """

    def __init__(
        self, optimizer: Any, schedule: Any, base: float, first_epoch: int, n_epochs: int
    ) -> None:
        self._optimizer = optimizer
        self._schedule = schedule
        self._base = base
        self._first_epoch = first_epoch
        schedule.start(n_epochs)

    def set(self, epoch: float) -> None:
        """Set the rate of a step.

        Parameters
        ----------
        epoch : float
            Epochs done before it, those of earlier fits and parts of epochs included.
        """
        factor = self._schedule.factor(epoch - self._first_epoch)
        self._optimizer.learning_rate = self._base * factor

    def take_note(self, values: dict[str, float]) -> None:
        """Look at the values of an epoch that has ended."""
        self._schedule.take_note(values)

    def state(self) -> dict[str, Any]:
        """Give what a checkpoint must keep."""
        state: dict[str, Any] = self._schedule.state()
        return state

    def set_state(self, state: dict[str, Any]) -> None:
        """Go on from what a checkpoint has kept."""
        self._schedule.set_state(state)
