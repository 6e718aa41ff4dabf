"""One training from data and settings: feed, loss, loop."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdeepg.engine.backend import tf
from skdeepg.engine.compiled import Encoder, TrainingSteps
from skdeepg.engine.data import LabelledWindows
from skdeepg.engine.feed import TrainingFeed, strata_of
from skdeepg.engine.learning_rate import LearningRate
from skdeepg.engine.losses import CategoricalLoss, LanguageLoss, Loss, MultiLabelLoss
from skdeepg.engine.metrics import Counter
from skdeepg.engine.run import EarlyStopping, FitContext, TrainingRun
from skdeepg.engine.stateful import is_stateful
from skdeepg.engine.stateful_feed import StatefulFeed
from skdeepg.engine.stateful_steps import StatefulSteps
from skdeepg.engine.train import TrainingLoop, Validation

__all__ = ["Settings", "Trainer"]


# From here on compiling by XLA, which takes seconds, pays for networks that gain by it.
BASES_WORTH_XLA = 250_000


@dataclass(frozen=True)
class Settings:
    """How to train: mostly the estimator's parameters of the same names.

    `balanced` draws classes in turn, `flip` turns windows at random, `patience` None never stops
    early. `class_weight` has the weight of each class (n_classes,), or for multi-label y of each
    label's absence and presence (n_labels, 2). `gains_by_xla` says that the network trains faster
    when XLA compiles it. `history` has the values of earlier epochs, and `learning_rate` is what
    `schedule` multiplies. `loss` is a `LossKind` or None, and `counts` asks for confusion matrices.
    """

    seed: int
    class_weight: NDArray[np.float64]
    balanced: bool
    flip: bool
    batch_size: int
    steps_per_epoch: int | None
    max_epochs: int
    first_epoch: int
    patience: int | None
    estimate_statistics: bool
    gains_by_xla: bool
    verbose: int
    history: dict[str, list[float]] = field(default_factory=dict)
    callbacks: tuple[Any, ...] = ()
    loss: Any = None
    metrics: tuple[str, ...] = ()
    counts: bool = False
    schedule: Any = None
    learning_rate: float = 0.0

    def row_weight(self, y: NDArray[Any]) -> NDArray[np.float64]:
        """Return the weight that each row's class gives it; multi-label weights are the loss's."""
        return self.class_weight[y] if y.ndim == 1 else np.ones(len(y))


class Trainer:
    """Trains one network, however often; its steps are compiled once.

    Parameters
    ----------
    model : keras.Model
        Changed in place.
    symbol_table : ndarray of shape (n_symbols + 2, n_symbols) and dtype float32
        The vector of each code.
    optimizer : keras.optimizers.Optimizer
        Built for the network's weights; changed in place.
    """

    def __init__(self, model: Any, symbol_table: NDArray[np.float32], optimizer: Any) -> None:
        self._model = model
        self._encode = Encoder(symbol_table)
        self._optimizer = optimizer
        self._stateful = is_stateful(model)
        self._n_outputs = int(model.outputs[0].shape[-1])
        self._steps: TrainingSteps | StatefulSteps | None = None

    def fit(
        self,
        training: LabelledWindows,
        validation: LabelledWindows | None,
        settings: Settings,
        context: FitContext,
    ) -> TrainingRun:
        """Train on from where the network stands.

        Parameters
        ----------
        training, validation : LabelledWindows
            What to train on, and what to validate on (or None).
        settings : Settings
            How to train.
        context : FitContext
            What callbacks may know of the fit.

        Returns
        -------
        TrainingRun
            Its `history` has one value an epoch, those of earlier trainings included.
        """
        jit_compile = settings.gains_by_xla and _bases_per_epoch(training, settings) > (
            BASES_WORTH_XLA
        )
        feed = (
            _stateful_feed(training, settings)
            if self._stateful
            else _feed(training, settings, jit_compile)
        )
        run = self._start(settings, context, feed.steps)
        TrainingLoop(
            run,
            self._encode,
            self._compile(_loss(training, settings, self._n_outputs), jit_compile),
            feed,
            validation=_validation(validation, settings),
            callbacks=settings.callbacks,
            metrics=settings.metrics,
            estimate_statistics=settings.estimate_statistics,
            verbose=settings.verbose,
        ).train()
        for side in (training, validation):
            if side is not None:
                side.windows.sequences.check_files()  # none has changed while it was read
        return run

    def _start(self, settings: Settings, context: FitContext, n_steps: int) -> TrainingRun:
        first, n_epochs = settings.first_epoch, settings.max_epochs
        rate = None
        if settings.schedule is not None:
            base = settings.learning_rate
            rate = LearningRate(self._optimizer, settings.schedule, base, first, n_epochs)
        return TrainingRun(
            context,
            self._model,
            self._optimizer,
            end=first + n_epochs,
            steps_per_epoch=n_steps,
            history=settings.history,
            n_epochs=first,
            stopping=None if settings.patience is None else EarlyStopping(settings.patience),
            rate=rate,
        )

    def _compile(self, loss: Loss, jit_compile: bool) -> TrainingSteps | StatefulSteps:
        if self._stateful and tf.distribute.has_strategy():
            raise ValueError(
                "A network that carries state (LSTMCNN(stateful=True)) cannot be trained on "
                "several devices: its windows must follow each other on one. Fit it outside of "
                "strategy.scope()."
            )
        steps = self._steps
        if steps is not None and (steps.loss, steps.jit_compile) == (loss, jit_compile):
            return steps
        parts = self._model, self._encode, self._optimizer, loss
        self._steps = (
            StatefulSteps(*parts) if self._stateful else TrainingSteps(*parts, jit_compile)
        )
        return self._steps


def _bases_per_epoch(training: LabelledWindows, settings: Settings) -> int:
    n_windows = int(training.quota.sum())
    if settings.steps_per_epoch is not None:
        n_windows = settings.steps_per_epoch * settings.batch_size
    return n_windows * training.windows.cut.window_length


def _loss(training: LabelledWindows, settings: Settings, n_outputs: int) -> Loss:
    exclusive = training.y.ndim == 1
    if settings.loss is not None:
        settings.loss.check(n_outputs, exclusive)
    counter = None
    if settings.counts or settings.metrics:
        counter = Counter(n_outputs, exclusive, "auc" in settings.metrics)
    parts = settings.loss, counter
    if training.target is not None:
        return LanguageLoss(training.target.kind == "all", *parts)
    return CategoricalLoss(*parts) if exclusive else MultiLabelLoss(settings.class_weight, *parts)


def _feed(training: LabelledWindows, settings: Settings, equal_batches: bool) -> TrainingFeed:
    return TrainingFeed(
        training.windows,
        training.grid,
        training.y,
        training.weight * settings.row_weight(training.y),
        strata_of(training.y if settings.balanced else None, len(training.windows)),
        seed=settings.seed,
        batch_size=settings.batch_size,
        steps_per_epoch=settings.steps_per_epoch,
        flip=settings.flip,
        target=training.target,
        equal_batches=equal_batches,  # XLA compiles for each size
    )


def _stateful_feed(training: LabelledWindows, settings: Settings) -> StatefulFeed:
    return StatefulFeed(
        training,
        seed=settings.seed,
        batch_size=settings.batch_size,
        steps_per_epoch=settings.steps_per_epoch,
        flip=settings.flip,
    )


def _validation(data: LabelledWindows | None, settings: Settings) -> Validation | None:
    """Weigh validation windows as training does: with balanced sampling classes count alike."""
    if data is None:
        return None
    weight = data.weight * settings.row_weight(data.y)
    if settings.balanced:
        per_class = np.bincount(data.y, weights=data.grid.windows_per_row * data.weight)
        weight = weight / per_class[data.y]
    return Validation(data.windows, data.grid, data.y, weight.astype(np.float32), data.target)
