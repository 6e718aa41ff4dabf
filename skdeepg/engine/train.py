"""The training loop: steps, validation, early stopping, history, progress."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from skdeepg.engine.batch_norm import StatisticsEstimator
from skdeepg.engine.compiled import Encoder, TrainingSteps
from skdeepg.engine.feed import TrainingFeed
from skdeepg.engine.losses import Sums
from skdeepg.engine.predict import window_batches
from skdeepg.engine.stateful_feed import StatefulFeed
from skdeepg.engine.stateful_steps import StatefulSteps
from skdeepg.sequences.grid import WindowGrid
from skdeepg.sequences.language_targets import LanguageTarget
from skdeepg.sequences.vocabulary import Codes
from skdeepg.sequences.windows import SequenceWindows

__all__ = ["Validation", "train"]

STATISTICS_WINDOWS = 4096


@dataclass(frozen=True)
class Validation:
    """Windows to validate on after each epoch, with label and weight of each row."""

    windows: SequenceWindows
    grid: WindowGrid
    y: NDArray[Any]
    weight: NDArray[np.float32]
    target: LanguageTarget | None = None


def train(
    model: Any,
    encode: Encoder,
    steps: TrainingSteps | StatefulSteps,
    feed: TrainingFeed | StatefulFeed,
    *,
    max_epochs: int,
    first_epoch: int = 0,
    validation: Validation | None = None,
    patience: int | None = None,
    estimate_statistics: bool = True,
    verbose: int = 0,
) -> dict[str, list[float]]:
    """Train a network.

    Parameters
    ----------
    model : keras.Model
        The network; changed in place.
    encode : Encoder
        From codes to its input.
    steps : TrainingSteps or StatefulSteps
        Its compiled steps.
    feed : TrainingFeed or StatefulFeed
        Where batches come from.
    max_epochs : int
        The most epochs.
    first_epoch : int, default=0
        Number of the first one; the feed's draws depend on it.
    validation : Validation, optional
        What to evaluate after each epoch.
    patience : int, optional
        Stop after so many epochs without a lower validation loss, and restore the best weights.
    estimate_statistics : bool, default=True
        Whether to estimate batch-normalisation statistics anew before each validation and at the
        end.
    verbose : int, default=0
        With 1 a progress bar an epoch.

    Returns
    -------
    dict of str to list of float
        ``loss`` and ``accuracy`` (and ``val_loss``, ``val_accuracy``) of each epoch.
    """
    estimator = StatisticsEstimator(model, encode) if estimate_statistics else None
    history: dict[str, list[float]] = {"loss": [], "accuracy": []}
    best = BestWeights(model, patience) if patience is not None else None
    end = first_epoch + max_epochs
    for epoch in range(first_epoch, end):
        with _progress(feed.steps, f"Epoch {epoch + 1}/{end}", verbose) as bar:
            values = _run_epoch(steps, feed, epoch, bar)
            last = epoch + 1 == end
            if estimator is not None and (validation is not None or last):
                estimator.estimate(_statistics_batches(feed, epoch))
            if validation is not None:
                values |= evaluate(steps, validation, 2 * feed.largest_batch)
            bar.set_postfix({name: f"{value:.4f}" for name, value in values.items()})
        for name, value in values.items():
            history.setdefault(name, []).append(value)
        if best is not None and best.should_stop(values["val_loss"]):
            break
    if best is not None:
        best.restore()
    return history


def _run_epoch(
    steps: TrainingSteps | StatefulSteps, feed: TrainingFeed | StatefulFeed, epoch: int, bar: Any
) -> dict[str, float]:
    losses, accuracies = [], []
    for step in range(feed.steps):
        batch = feed.batch(epoch, step)
        if not len(batch.codes):
            break
        loss, accuracy = steps.train(*batch)
        losses.append(float(loss))
        accuracies.append(float(accuracy))
        if not math.isfinite(losses[-1]):
            raise FloatingPointError(
                f"The loss became {losses[-1]} in epoch {epoch + 1}, step {step + 1}: lower "
                "learning_rate."
            )
        bar.update()
        bar.set_postfix(loss=f"{np.mean(losses):.4f}", refresh=False)
    return {"loss": float(np.mean(losses)), "accuracy": float(np.mean(accuracies))}


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
) -> dict[str, float]:
    """Return loss and accuracy over all windows of the validation rows."""
    loss = right = total = 0.0
    for sums in _validation_sums(steps, validation, batch_size):
        loss += float(sums.loss)
        right += float(sums.right)
        total += float(sums.weight)
    if total == 0:
        raise ValueError(
            "The validation rows have no window whose target counts: their records are too short, "
            "their bases ambiguous, excluded or of weight 0. Validate on other rows."
        )
    return {"val_loss": loss / total, "val_accuracy": right / total}


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


class BestWeights:
    """Keeps the weights of the lowest validation loss, and says when to stop."""

    def __init__(self, model: Any, patience: int) -> None:
        self._model = model
        self._patience = patience
        self._lowest = math.inf
        self._since = 0
        self._weights: list[NDArray[np.float32]] = model.get_weights()

    def should_stop(self, loss: float) -> bool:
        """Take note of an epoch's validation loss."""
        self._since += 1
        if loss < self._lowest:
            self._lowest, self._since = loss, 0
            self._weights = self._model.get_weights()
        return self._since >= self._patience

    def restore(self) -> None:
        """Put the best weights back."""
        self._model.set_weights(self._weights)


def _progress(total: int, title: str, verbose: int) -> Any:
    return tqdm(total=total, desc=title, unit="step", disable=not verbose)
