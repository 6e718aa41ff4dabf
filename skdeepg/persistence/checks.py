"""Whether an object makes sense: asked before it is written, and after it was read."""

from __future__ import annotations

from typing import Any

import numpy as np

from skdeepg._compat import OUTPUT_CONFIG, validate_parameters
from skdeepg.exceptions import InvalidModelFileError
from skdeepg.networks.registry import is_registered

__all__ = ["check_object"]

LONGEST_WINDOW = 100_000_000  # bases
LARGEST_SEED = 1 << 64
LONGEST_CONTEXT = 62


def check_object(value: Any) -> None:
    """Check the parameters of an object, and what it has learnt, against each other.

    Parameters
    ----------
    value : object
        Of a class that a model file may hold.

    Raises
    ------
    ValueError
        If a parameter is invalid.
    InvalidModelFileError
        If what it has learnt does not go together.
    """
    if type(value).__module__.startswith("skdeepg.") and hasattr(value, "_parameter_constraints"):
        validate_parameters(value)
    name = type(value).__name__
    if name in CHECKS:
        CHECKS[name](value)
    elif is_registered(value) and hasattr(value, "_check"):
        value._check()


def _require(holds: Any, name: str) -> None:
    if not holds:
        raise InvalidModelFileError(f"{name} is not what it should be.")


def _check_task(task: Any) -> None:
    _require(task.window_length <= LONGEST_WINDOW, "The window length of the network")
    _require(type(task.per_position) is bool, "per_position of the network's task")


def _check_keras_network(network: Any) -> None:
    numbers = network.batch_norm_momentum, network.receptive_field
    _require(isinstance(network.layers, str), "The layers of a network")
    _require(all(n is None or type(n) in (int, float) for n in numbers), "A number of a network")
    flags = network.gains_by_xla, network.carries_state
    _require(all(type(flag) is bool for flag in flags), "A flag of a network")


def _check_transformer(transformer: Any) -> None:
    _check_rows(transformer)
    _require(transformer.window_length <= LONGEST_WINDOW, "window_length")
    frequencies = getattr(transformer, "letter_frequencies_", None)
    if frequencies is None:
        return
    _require(hasattr(transformer, "vocabulary_"), "letter_frequencies_")
    shape = (transformer.vocabulary_.n_symbols,)
    _require(frequencies.dtype == np.float64 and frequencies.shape == shape, "letter_frequencies_")
    _require(((frequencies >= 0) & (frequencies <= 1)).all(), "letter_frequencies_")


def _check_rows(estimator: Any) -> None:
    """Check what scikit-learn keeps of 2-D rows."""
    n_features = getattr(estimator, "n_features_in_", 1)
    _require(n_features >= 1, "n_features_in_")
    names = getattr(estimator, "feature_names_in_", None)
    if names is not None:
        _require(len(names) == n_features and all(isinstance(n, str) for n in names), "names")
    config = getattr(estimator, OUTPUT_CONFIG, {})
    _require(config.get("transform") in (None, "default", "pandas", "polars"), "set_output")
    _require(set(config) <= {"transform"}, "set_output")


def _check_trained(estimator: Any) -> None:
    """Check an estimator that has a network, once it has been built."""
    _check_rows(estimator)
    windows = estimator.windows
    _require(not isinstance(windows, int) or windows <= LONGEST_WINDOW, "windows")
    if not _is_built(estimator):
        return
    task, windows, vocabulary = estimator.task_, estimator.windows_, estimator.windows_.vocabulary_
    _require(task.n_symbols == vocabulary.n_symbols, "The vocabulary")
    _require(task.window_length == windows.window_length, "The window length")
    table = estimator.symbol_table_
    shape = windows.cut().symbol_table(vocabulary).shape
    _require(table.dtype == np.float32 and table.shape == shape, "symbol_table_")
    _require(np.isfinite(table).all(), "symbol_table_")
    _require(estimator.classes_.shape == (task.n_outputs,), "classes_")
    _require(estimator.n_epochs_ >= 0, "n_epochs_")
    _require(0 <= estimator._seed < LARGEST_SEED, "The seed")
    precision = getattr(estimator, "precision_", "float32")
    _require(precision in ("float32", "mixed_bfloat16", "mixed_float16"), "precision_")
    frozen = getattr(estimator, "frozen_layers_", [])
    _require(all(isinstance(name, str) for name in frozen), "frozen_layers_")
    for name, values in estimator.history_.items():
        _require(isinstance(name, str) and isinstance(values, list), "history_")
        _require(all(type(each) in (int, float) for each in values), "history_")


def _is_built(estimator: Any) -> bool:
    # set with the network; a fit that failed may have left the others
    return "n_epochs_" in vars(estimator)


def _check_classifier(classifier: Any) -> None:
    _check_trained(classifier)
    if _is_built(classifier):
        classes, task = classifier.classes_, classifier.task_
        _require(np.array_equal(np.unique(classes), classes), "classes_")
        activation = "sigmoid" if classifier.multilabel_ else "softmax"
        _require(
            (task.activation, task.inputs, task.per_position) == (activation, "one", False), ""
        )


def _check_language_model(model: Any) -> None:
    _check_trained(model)
    if _is_built(model):
        task = model._make_task(model.windows_)
        _require(model.task_ == task, "The task of the network")
        _require(model.classes_.tolist() == list(model.windows_.vocabulary_.letters), "classes_")
        _require(hasattr(model, "yardstick_") and model.n_ambiguous_ >= 0, "yardstick_")
        _require(all(type(digest) is bytes for digest in model._counted), "_counted")


def _check_markov(model: Any) -> None:
    _check_rows(model)
    if "counts_" not in vars(model):
        return
    letters = model.vocabulary_.letters
    _require(model.classes_.tolist() == list(letters), "classes_")
    _require(model.counts_.order == model.order_, "order_")
    _require(model.counts_.n_symbols == len(letters), "counts_")
    _require(0 <= model.smoothing_ < np.inf, "smoothing_")
    if "_lazy" in vars(model):  # backoff is a parameter: it may have been changed since
        learnt = (model.counts_, model.smoothing_, model.backoff)
        _require(model._lazy._settings == learnt, "backoff, which was changed after fit,")


def _check_counts(counts: Any) -> None:
    order, n_symbols, strings = counts.order, counts.n_symbols, counts.strings
    _require(type(order) is int and 0 <= order <= LONGEST_CONTEXT, "The longest context")
    _require(type(n_symbols) is int and n_symbols >= 2, "The number of letters")
    _require(type(strings) is list and len(strings) == order + 1, "The list of counts")
    for length, each in enumerate(strings):
        _require(type(each).__name__ == "StringCounts", "The list of counts")
        number, most = each.number.astype(np.int64), n_symbols ** (length + 1)
        _require(len(number) == 0 or (number[0] >= 0 and number[-1] < most), "A counted string")


def _check_strings(strings: Any) -> None:
    for values in (strings.number, strings.count):
        _require(isinstance(values, np.ndarray) and values.ndim == 1, "A list of counted strings")
        _require(values.dtype.kind in "iu", "A list of counted strings")
    number, count = strings.number.astype(np.int64), strings.count
    _require(len(number) == len(count), "A list of counted strings")
    _require((np.diff(number) > 0).all() and (count > 0).all(), "A list of counted strings")


CHECKS = {
    "ContextCounts": _check_counts,
    "FastaWindowTransformer": _check_transformer,
    "KerasNetwork": _check_keras_network,
    "MarkovLanguageModel": _check_markov,
    "NetworkTask": _check_task,
    "SequenceClassifier": _check_classifier,
    "SequenceLanguageModel": _check_language_model,
    "StringCounts": _check_strings,
    "WaveNetLM": _check_language_model,
}
