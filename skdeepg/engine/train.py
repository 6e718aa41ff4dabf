"""The training loop: steps, validation, early stopping, history, progress."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skdeepg.engine.batch_norm import StatisticsEstimator
from skdeepg.engine.compiled import Encoder, TrainingSteps
from skdeepg.engine.feed import TrainingFeed
from skdeepg.engine.losses import Sums
from skdeepg.engine.metrics import Counts, add_counts, compute_metrics
from skdeepg.engine.predict import window_batches
from skdeepg.engine.progress import progress_bar
from skdeepg.engine.run import TrainingRun
from skdeepg.engine.stateful_feed import StatefulFeed
from skdeepg.engine.stateful_steps import StatefulSteps
from skdeepg.exceptions import TrainingEndedWarning
from skdeepg.sequences.grid import WindowGrid
from skdeepg.sequences.language_targets import LanguageTarget
from skdeepg.sequences.vocabulary import Codes
from skdeepg.sequences.windows import SequenceWindows

__all__ = ["TrainingLoop", "Validation"]

STATISTICS_WINDOWS = 2048


@dataclass(frozen=True)
class Validation:
    """Windows to validate on after each epoch, with label and weight of each row."""

    windows: SequenceWindows
    grid: WindowGrid
    y: NDArray[Any]
    weight: NDArray[np.float32]
    target: LanguageTarget | None = None


class TrainingLoop:
    """Trains a network, epoch by epoch, and tells callbacks of it.

    Parameters
    ----------
    run : TrainingRun
        The training as it stands: where it begins and when it ends; changed as it goes on.
    encode : Encoder
        From codes to the network's input.
    steps : TrainingSteps or StatefulSteps
        Its compiled steps.
    feed : TrainingFeed or StatefulFeed
        Where batches come from.
    validation : Validation or None
        What to evaluate after each epoch.
    callbacks : sequence of Callback
        Whom to tell.
    metrics : sequence of str
        What to compute of an epoch's counts, beside loss and accuracy.
    estimate_statistics : bool
        Whether to estimate batch-normalisation statistics anew before each validation, before
        callbacks see an epoch, and at the end.
    verbose : int
        With 1 a progress bar an epoch.
    """

    def __init__(
        self,
        run: TrainingRun,
        encode: Encoder,
        steps: TrainingSteps | StatefulSteps,
        feed: TrainingFeed | StatefulFeed,
        *,
        validation: Validation | None = None,
        callbacks: Sequence[Any] = (),
        metrics: Sequence[str] = (),
        estimate_statistics: bool = True,
        verbose: int = 0,
    ) -> None:
        self._run = run
        self._steps = steps
        self._feed = feed
        self._validation = validation
        self._callbacks = callbacks
        self._metrics = metrics
        self._statistics = StatisticsEstimator(run.model, encode) if estimate_statistics else None
        self._verbose = verbose

    def train(self) -> None:
        """Train until the last epoch, or until a callback, the user or a loss ends it."""
        self._tell("on_train_begin")
        try:
            while self._run.goes_on:
                self._train_epoch()
        except KeyboardInterrupt:
            self._run.stop("KeyboardInterrupt: you have interrupted it")
        self._end_early()
        if self._run.stopping is not None:
            self._run.stopping.restore(self._run.model)
        self._tell("on_train_end")

    def _train_epoch(self) -> None:
        run = self._run
        epoch = run.n_epochs
        title = f"Epoch {epoch + 1}/{run.end}"
        with progress_bar(title, self._feed.steps, "step", self._verbose) as bar:
            values = self._train_steps(epoch, bar)
            if values is None:
                return
            run.confusion = {}
            values |= self._measure("", "train", self._counts)
            if self._validation is not None or self._callbacks or epoch + 1 == run.end:
                self._estimate_statistics(epoch)
            if self._validation is not None:
                found, counts = evaluate(
                    self._steps, self._validation, 2 * self._feed.largest_batch
                )
                values |= found | self._measure("val_", "validation", counts)
            bar.set_postfix({n: f"{value:.4f}" for n, value in values.items()}, refresh=False)
        if run.rate is not None:
            values["learning_rate"] = run.learning_rate
        run.record(values)
        run.windows_seen, run.rows_seen = self._feed.coverage(run.n_epochs)
        if run.stopping is not None and run.stopping.take_note(values["val_loss"], run.model):
            run.is_over = True
        if run.rate is not None:
            run.rate.take_note(values)
        self._tell("on_epoch_end")

    def _train_steps(self, epoch: int, bar: Any) -> dict[str, float] | None:
        """Train an epoch; None if it was ended before its last step."""
        run, losses, accuracies = self._run, [], []
        self._counts: Counts = {}
        for step in range(self._feed.steps):
            batch = self._feed.batch(epoch, step)
            if not len(batch.codes):
                break
            if run.rate is not None:
                run.rate.set(epoch + step / self._feed.steps)
            loss, accuracy, counts = self._steps.train(*batch)
            self._counts = add_counts(self._counts, counts)
            losses.append(float(loss))
            accuracies.append(float(accuracy))
            _check_finite(losses[-1], epoch, step)
            run.step, run.last_loss = step + 1, losses[-1]
            bar.update()
            bar.set_postfix(loss=f"{np.mean(losses):.4f}", refresh=False)
            self._tell("on_step_end")
            if run.stop_reason is not None:
                return None
        return {"loss": float(np.mean(losses)), "accuracy": float(np.mean(accuracies))}

    def _measure(self, prefix: str, side: str, counts: Counts) -> dict[str, float]:
        """Compute the metrics of an epoch, and leave its confusion matrix for callbacks."""
        if "confusion" in counts:
            self._run.confusion[side] = counts["confusion"]
        return compute_metrics(counts, self._metrics, prefix)

    def _end_early(self) -> None:
        """Leave a network that can predict, and say where training has ended."""
        run = self._run
        if run.stop_reason is None:
            return
        if run.step:
            self._estimate_statistics(run.n_epochs)
        warnings.warn(
            f"{run.stop_reason}, after {run.n_epochs} of {run.end} epochs and {run.step} steps of "
            "the next. The estimator is fitted with what it has learnt so far.",
            TrainingEndedWarning,
            stacklevel=2,
        )

    def _estimate_statistics(self, epoch: int) -> None:
        if self._statistics is not None:
            self._statistics.estimate(_statistics_batches(self._feed, epoch))

    def _tell(self, event: str) -> None:
        for callback in self._callbacks:
            getattr(callback, event)(self._run)


def _check_finite(loss: float, epoch: int, step: int) -> None:
    if not math.isfinite(loss):
        raise FloatingPointError(
            f"The loss became {loss} in epoch {epoch + 1}, step {step + 1}: lower learning_rate."
        )


def _statistics_batches(feed: TrainingFeed | StatefulFeed, epoch: int) -> Iterator[Codes]:
    """Give training batches of this epoch, enough for good statistics."""
    n_windows = 0
    for step in range(feed.steps):
        codes = feed.batch(epoch, step).codes
        yield codes
        n_windows += len(codes)
        if n_windows >= STATISTICS_WINDOWS:
            return


def evaluate(
    steps: TrainingSteps | StatefulSteps, validation: Validation, batch_size: int
) -> tuple[dict[str, float], Counts]:
    """Return loss and accuracy over all windows of the validation rows, and their counts."""
    loss = right = total = 0.0
    counts: Counts = {}
    for sums in _validation_sums(steps, validation, batch_size):
        loss += float(sums.loss)
        right += float(sums.right)
        total += float(sums.weight)
        counts = add_counts(counts, sums.counts)
    if total == 0:
        raise ValueError(
            "The validation rows have no window whose target counts: their records are too short, "
            "their bases ambiguous, excluded or of weight 0. Validate on other rows."
        )
    return {"val_loss": loss / total, "val_accuracy": right / total}, counts


def _validation_sums(
    steps: TrainingSteps | StatefulSteps, validation: Validation, batch_size: int
) -> Iterator[Sums]:
    if isinstance(steps, StatefulSteps):
        yield from steps.evaluate_windows(validation, batch_size)
        return
    for run, codes in window_batches(validation.windows, validation.grid, batch_size):
        row = validation.grid.row[run]
        inputs, y = codes, validation.y[row]
        if validation.target is not None:
            inputs, y = validation.target.split_for_training(codes)
        yield steps.evaluate(inputs, y, validation.weight[row])
