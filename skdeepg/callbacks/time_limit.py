"""`TimeLimit`."""

from __future__ import annotations

import time
from numbers import Real
from typing import TYPE_CHECKING, Any, ClassVar

from skdeepg._compat import Interval, validate_parameters
from skdeepg.callbacks.base import Callback

if TYPE_CHECKING:
    from skdeepg.engine.run import TrainingRun

__all__ = ["TimeLimit"]


class TimeLimit(Callback):
    """End a training after some time, with a fitted estimator.

    For clusters that kill jobs: set it some minutes below the job's limit, and use `Checkpoints`
    and ``fit(..., resume=True)`` in the next job.

    Parameters
    ----------
    seconds : float
        Of wall time, from the start of the training. The step that is running is finished.

    Examples
    --------
    >>> from skdeepg import LSTMCNN, SequenceClassifier
    >>> from skdeepg.callbacks import TimeLimit
    >>> network = LSTMCNN(filters=(2,), pool_size=2)
    >>> limited = SequenceClassifier(network, 8, max_epochs=10_000, callbacks=[TimeLimit(0.1)])
    >>> limited.fit(["ACGTACGT", "GGGGGGGG"], [0, 1]).n_epochs_ < 10_000
    True
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "seconds": [Interval(Real, 0, None, closed="neither")]
    }

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def check(self) -> None:
        """Check the parameter."""
        validate_parameters(self)

    def on_train_begin(self, run: TrainingRun) -> None:
        """Start the clock."""
        self._end = time.monotonic() + self.seconds

    def on_step_end(self, run: TrainingRun) -> None:
        """End the training if time is up."""
        if time.monotonic() > self._end:
            run.stop(f"TimeLimit: {self.seconds:g} seconds are over")
