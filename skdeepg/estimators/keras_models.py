"""Estimators around networks that were trained elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sklearn.base import clone

from skdeepg._compat import validate_parameters
from skdeepg.networks import NetworkTask, check_network
from skdeepg.sequences import FastaWindowTransformer
from skdeepg.sequences.sampling import draw_seed
from skdeepg.sequences.vocabulary import get_vocabulary

if TYPE_CHECKING:
    from skdeepg.estimators.training import NetworkTraining

__all__ = ["adopt_model", "model_window_length", "windows_without_rows"]


def model_window_length(model: Any) -> int | None:
    """Add up the lengths of a Keras model's inputs; None if one is open."""
    lengths = [tensor.shape[1] for tensor in model.inputs]
    return None if None in lengths else sum(lengths)


def windows_without_rows(
    windows: int | FastaWindowTransformer | None, vocabulary: str, model: Any
) -> FastaWindowTransformer:
    """Make what cuts rows, fitted though there are no training rows.

    Parameters
    ----------
    windows : int, FastaWindowTransformer or None
        What the user gave; a fitted transformer keeps what it has learnt.
    vocabulary : str
        The letters, unless `windows` has its own.
    model : keras.Model
        Its input length is the window length where none is given.

    Returns
    -------
    FastaWindowTransformer
        Fitted.
    """
    if windows is None:
        windows = model_window_length(model)
    if windows is None:
        raise ValueError(
            "windows must be given for this model: its input takes windows of any length."
        )
    if not isinstance(windows, FastaWindowTransformer):
        windows = FastaWindowTransformer(windows, vocabulary=vocabulary)
    elif hasattr(windows, "vocabulary_"):
        return FastaWindowTransformer._from_cut(windows.cut(), windows.vocabulary_)
    fitted: FastaWindowTransformer = clone(windows)
    validate_parameters(fitted)
    if fitted.vocabulary is None or fitted.ambiguous == "empirical":
        raise ValueError(
            "windows must say all about cutting, as there are no rows to learn from: give "
            "vocabulary='ACGT' (the letters in the order of the model's input channels), and "
            "ambiguous='empirical' only in a fitted transformer."
        )
    fitted.vocabulary_ = get_vocabulary(fitted.vocabulary)
    return fitted


def adopt_model(
    estimator: NetworkTraining, fitted: FastaWindowTransformer, model: Any, task: NetworkTask
) -> None:
    """Put a trained model into an estimator, as if the estimator had trained it.

    Parameters
    ----------
    estimator : SequenceClassifier, SequenceLanguageModel or WaveNetLM
        Not fitted; changed in place.
    fitted : FastaWindowTransformer
        What cuts rows for the model.
    model : keras.Model
        The network.
    task : NetworkTask
        What the estimator asks of a network.
    """
    validate_parameters(estimator)
    check_network(model, task)
    estimator.windows_ = fitted
    estimator.symbol_table_ = fitted.cut().symbol_table(fitted.vocabulary_)
    estimator.task_, estimator.network_ = task, estimator.network
    estimator.history_, estimator.n_epochs_, estimator.frozen_layers_ = {}, 0, []
    estimator.precision_ = "float32"  # or what the model's own layers say
    estimator._seed = draw_seed(estimator.random_state)
    estimator._take_network(model, None)
