"""What a callback is: told of each part of a training, and free to stop it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sklearn.base import BaseEstimator

if TYPE_CHECKING:
    from skdeepg.engine.run import TrainingRun

__all__ = ["Callback"]


class Callback(BaseEstimator):
    """Base of what is given in ``callbacks=[...]``; override what you need.

    An estimator trains with a copy of each callback, so one object may be given to many.

    Examples
    --------
    >>> from skdeepg import LSTMCNN, SequenceClassifier
    >>> from skdeepg.callbacks import Callback
    >>> class Bell(Callback):
    ...     def on_epoch_end(self, run):
    ...         print("epoch", run.n_epochs)
    >>> network = LSTMCNN(filters=(2,), pool_size=2)
    >>> classifier = SequenceClassifier(network, 8, max_epochs=1, callbacks=[Bell()])
    >>> _ = classifier.fit(["ACGTACGT", "GGGGGGGG"], [0, 1])
    epoch 1
    """

    needs_confusion: ClassVar[bool] = False  # whether `run.confusion` is looked at

    def check(self) -> None:
        """Look before training whether all is there that will be needed; raise if not."""

    def on_train_begin(self, run: TrainingRun) -> None:
        """Take note that the training begins.

        Parameters
        ----------
        run : TrainingRun
            The training as it stands.
        """

    def on_step_end(self, run: TrainingRun) -> None:
        """Take note of a step.

        Parameters
        ----------
        run : TrainingRun
            The training as it stands.
        """

    def on_epoch_end(self, run: TrainingRun) -> None:
        """Take note of an epoch, validated if there is validation.

        Parameters
        ----------
        run : TrainingRun
            The training as it stands.
        """

    def on_train_end(self, run: TrainingRun) -> None:
        """Take note that the training is over, however it ended but for an error.

        Parameters
        ----------
        run : TrainingRun
            The training as it stands.
        """
