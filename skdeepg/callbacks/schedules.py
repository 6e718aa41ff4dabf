"""Learning-rate schedules: how the rate changes while a network is trained."""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import Any, ClassVar

from sklearn.base import BaseEstimator

from skdeepg._compat import Interval, validate_parameters

__all__ = [
    "CosineSchedule",
    "ExponentialSchedule",
    "PlateauSchedule",
    "Schedule",
    "StepSchedule",
]

POSITIVE = Interval(Real, 0, None, closed="neither")
SHARE = Interval(Real, 0, 1, closed="both")
FACTOR = Interval(Real, 0, 1, closed="neither")
COUNT = Interval(Integral, 1, None, closed="left")


class Schedule(BaseEstimator):
    """Base of schedules: a factor of ``learning_rate`` for each moment of a training.

    Parameters
    ----------
    warmup : float, default=0
        Epochs in which the rate rises from 0 along a line, before the schedule begins.

    Examples
    --------
    A schedule of your own:

    >>> from skdeepg.callbacks import Schedule
    >>> class Falling(Schedule):
    ...     def _after_warmup(self, epoch):
    ...         return 1 / (1 + epoch)
    >>> [Falling(warmup=2).factor(epoch) for epoch in (0, 1, 2, 3)]
    [0.0, 0.5, 1.0, 0.5]
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "warmup": [Interval(Real, 0, None, closed="left")]
    }

    def __init__(self, warmup: float = 0) -> None:
        self.warmup = warmup

    def check(self) -> None:
        """Check the parameters."""
        validate_parameters(self)

    def start(self, max_epochs: int) -> None:
        """Begin a training.

        Parameters
        ----------
        max_epochs : int
            Its epochs.
        """
        self._max_epochs = max_epochs

    def factor(self, epoch: float) -> float:
        """Give what the learning rate is multiplied by.

        Parameters
        ----------
        epoch : float
            Epochs of the training that are done: 1.5 in the middle of the second.

        Returns
        -------
        float
            At least 0.
        """
        if epoch < self.warmup:
            return epoch / self.warmup
        return self._after_warmup(epoch - self.warmup)

    def _after_warmup(self, epoch: float) -> float:
        raise NotImplementedError

    def take_note(self, values: dict[str, float]) -> None:
        """Look at an epoch that has ended.

        Parameters
        ----------
        values : dict of str to float
            Its loss, accuracy and so on.
        """

    def state(self) -> dict[str, Any]:
        """Give what a checkpoint must keep.

        Returns
        -------
        dict
            Numbers by name.
        """
        return {}

    def set_state(self, state: dict[str, Any]) -> None:
        """Go on from what a checkpoint has kept.

        Parameters
        ----------
        state : dict
            What `state` gave.
        """


class CosineSchedule(Schedule):
    """Let the rate fall along half a cosine, and begin anew if wanted (SGDR).

    Parameters
    ----------
    first_period : float, default=None
        Epochs until the first restart; None for no restart, with the end of the training as the
        end of the cosine.
    period_factor : float, default=1
        Each period is so many times as long as the one before.
    restart_factor : float, default=1
        Each period begins at so many times the rate at which the one before began.
    minimum : float, default=0
        What the rate falls to, as a share of ``learning_rate``.
    warmup : float, default=0
        Epochs in which the rate rises from 0 along a line, before the schedule begins.

    References
    ----------
    Loshchilov and Hutter 2017, doi:10.48550/arXiv.1608.03983. deepG: ``schedule`` of the type
    "cosine_annealing".

    Examples
    --------
    >>> from skdeepg.callbacks import CosineSchedule
    >>> schedule = CosineSchedule(first_period=2, period_factor=2)
    >>> [round(schedule.factor(epoch), 3) for epoch in (0, 1, 1.999, 2, 4)]
    [1.0, 0.5, 0.0, 1.0, 0.5]
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **Schedule._parameter_constraints,
        "first_period": [POSITIVE, None],
        "period_factor": [Interval(Real, 1, None, closed="left")],
        "restart_factor": [Interval(Real, 0, 1, closed="right")],
        "minimum": [SHARE],
    }

    def __init__(
        self,
        first_period: float | None = None,
        period_factor: float = 1,
        restart_factor: float = 1,
        minimum: float = 0,
        warmup: float = 0,
    ) -> None:
        super().__init__(warmup)
        self.first_period = first_period
        self.period_factor = period_factor
        self.restart_factor = restart_factor
        self.minimum = minimum

    def _after_warmup(self, epoch: float) -> float:
        if self.first_period is None:
            length = max(self._max_epochs - self.warmup, 1e-9)
            return self._cosine(min(epoch / length, 1), 1)
        period, height = self.first_period, 1.0
        while epoch >= period:
            epoch -= period
            period *= self.period_factor
            height *= self.restart_factor
        return self._cosine(epoch / period, height)

    def _cosine(self, share: float, height: float) -> float:
        fall = (1 + math.cos(math.pi * share)) / 2
        return self.minimum + (height - self.minimum) * fall


class StepSchedule(Schedule):
    """Multiply the rate by a factor every few epochs.

    Parameters
    ----------
    every : int, default=10
        Epochs from step to step.
    step_factor : float, default=0.5
        What the rate is multiplied by.
    warmup : float, default=0
        Epochs in which the rate rises from 0 along a line, before the schedule begins.

    Notes
    -----
    deepG: ``schedule`` of the type "step_decay".

    Examples
    --------
    >>> from skdeepg.callbacks import StepSchedule
    >>> schedule = StepSchedule(every=2)
    >>> [schedule.factor(epoch) for epoch in range(5)]
    [1.0, 1.0, 0.5, 0.5, 0.25]
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **Schedule._parameter_constraints,
        "every": [COUNT],
        "step_factor": [FACTOR],
    }

    def __init__(self, every: int = 10, step_factor: float = 0.5, warmup: float = 0) -> None:
        super().__init__(warmup)
        self.every = every
        self.step_factor = step_factor

    def _after_warmup(self, epoch: float) -> float:
        return float(self.step_factor ** (epoch // self.every))


class ExponentialSchedule(Schedule):
    """Let the rate fall by the same factor in each epoch.

    Parameters
    ----------
    decay : float, default=0.9
        What an epoch multiplies the rate by.
    warmup : float, default=0
        Epochs in which the rate rises from 0 along a line, before the schedule begins.

    Notes
    -----
    deepG: ``schedule`` of the type "exp_decay".

    Examples
    --------
    >>> from skdeepg.callbacks import ExponentialSchedule
    >>> [round(ExponentialSchedule(0.5).factor(epoch), 4) for epoch in (0, 0.5, 1, 2)]
    [1.0, 0.7071, 0.5, 0.25]
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **Schedule._parameter_constraints,
        "decay": [FACTOR],
    }

    def __init__(self, decay: float = 0.9, warmup: float = 0) -> None:
        super().__init__(warmup)
        self.decay = decay

    def _after_warmup(self, epoch: float) -> float:
        return float(self.decay**epoch)


class PlateauSchedule(Schedule):
    """Multiply the rate by a factor whenever a value has not got better for some epochs.

    Parameters
    ----------
    monitor : str, default=None
        The name of a value of ``history_``; None for "val_loss", or "loss" without validation.
        Losses are better when lower, all else when higher.
    patience : int, default=2
        Epochs without a better value after which the rate falls.
    step_factor : float, default=0.1
        What the rate is multiplied by.
    minimum : float, default=0
        What the rate falls to at most, as a share of ``learning_rate``.
    warmup : float, default=0
        Epochs in which the rate rises from 0 along a line, before the schedule begins.

    Notes
    -----
    deepG: ``reduce_lr_on_plateau`` with ``patience``, ``cooldown`` and ``lr_plateau_factor``.

    Examples
    --------
    >>> from skdeepg.callbacks import PlateauSchedule
    >>> schedule = PlateauSchedule(patience=1, step_factor=0.5)
    >>> schedule.start(max_epochs=10)
    >>> for loss in (0.9, 0.8, 0.8):
    ...     schedule.take_note({"loss": loss})
    >>> schedule.factor(3)
    0.5
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **Schedule._parameter_constraints,
        "monitor": [str, None],
        "patience": [COUNT],
        "step_factor": [FACTOR],
        "minimum": [SHARE],
    }

    def __init__(
        self,
        monitor: str | None = None,
        patience: int = 2,
        step_factor: float = 0.1,
        minimum: float = 0,
        warmup: float = 0,
    ) -> None:
        super().__init__(warmup)
        self.monitor = monitor
        self.patience = patience
        self.step_factor = step_factor
        self.minimum = minimum

    def start(self, max_epochs: int) -> None:
        """Begin a training, at the full rate."""
        super().start(max_epochs)
        self._best, self._since, self._now = math.inf, 0, 1.0

    def _after_warmup(self, epoch: float) -> float:
        return self._now

    def take_note(self, values: dict[str, float]) -> None:
        """Look at an epoch that has ended."""
        name = self.monitor or ("val_loss" if "val_loss" in values else "loss")
        if name not in values:
            raise ValueError(f"monitor={name!r} is none of the values {', '.join(values)}.")
        value = values[name] if name.endswith("loss") else -values[name]
        self._since += 1
        if value < self._best:
            self._best, self._since = value, 0
        elif self._since >= self.patience:
            self._since, self._now = 0, max(self._now * self.step_factor, self.minimum)

    def state(self) -> dict[str, Any]:
        """Give what a checkpoint must keep."""
        return {"best": self._best, "since": self._since, "now": self._now}

    def set_state(self, state: dict[str, Any]) -> None:
        """Go on from what a checkpoint has kept."""
        self._best, self._since, self._now = (state[name] for name in ("best", "since", "now"))
