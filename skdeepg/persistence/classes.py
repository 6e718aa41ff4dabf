"""What a model file may hold: classes, and the attributes of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Final

from skdeepg._compat import CALLBACK_ATTRIBUTES, OUTPUT_CONFIG

__all__ = ["SAVED_CLASSES", "SavedClass", "find_class", "saved_class_of"]


@dataclass(frozen=True)
class SavedClass:
    """A class whose objects can be in a file.

    Attributes
    ----------
    module : str
        Where the class is imported from.
    fields : tuple of str
        The arguments of its constructor, which are attributes; empty for those of `get_params`.
    fitted : mapping of str to str
        Other attributes that it may have, and the names of their types.
    left_out : frozenset of str
        Attributes that are made anew, or are kept in another way.
    local : frozenset of str
        Parameters that are of one machine only, as places on its disk: None in files.
    """

    module: str
    fields: tuple[str, ...] = ()
    fitted: Mapping[str, str] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    local: frozenset[str] = frozenset()


OF_ROWS: Final = {
    "n_features_in_": "int",
    "feature_names_in_": "ndarray",
    OUTPUT_CONFIG: "dict",
}
OF_NETWORKS: Final = OF_ROWS | {
    "classes_": "ndarray",
    "windows_": "FastaWindowTransformer",
    "symbol_table_": "ndarray",
    "task_": "NetworkTask",
    "network_": "KerasNetwork LSTMCNN WaveNet",
    "history_": "dict",
    "n_epochs_": "int",
    "frozen_layers_": "list",
    "precision_": "str",
    "_seed": "int",
}
OF_LANGUAGE_MODELS: Final = OF_NETWORKS | {
    "yardstick_": "MarkovLanguageModel",
    "n_ambiguous_": "int",
    "_counted": "set",
}
KEPT_APART: Final = frozenset(
    (
        *(
            "_explained",
            "_folded",
            "_forward",
            "_lazy",
            "_metadata_request",
            "_model",
            "_optimizer",
            "_seen_windows",
        ),
        *("_trainer", "model_"),
        *CALLBACK_ATTRIBUTES,
    )
)
OF_THIS_MACHINE: Final = frozenset(("callbacks", "memory"))
RUNNING: Final = frozenset(("_best", "_max_epochs", "_now", "_since"))  # of a schedule


def _estimator(module: str, fitted: Mapping[str, str]) -> SavedClass:
    return SavedClass(module, fitted=fitted, left_out=KEPT_APART, local=OF_THIS_MACHINE)


SAVED_CLASSES: Final = {
    "SequenceClassifier": _estimator("skdeepg.estimators", OF_NETWORKS | {"multilabel_": "bool"}),
    "SequenceLanguageModel": _estimator("skdeepg.estimators", OF_LANGUAGE_MODELS),
    "WaveNetLM": _estimator("skdeepg.estimators", OF_LANGUAGE_MODELS),
    "MarkovLanguageModel": _estimator(
        "skdeepg.estimators",
        OF_ROWS
        | {
            "classes_": "ndarray",
            "vocabulary_": "Vocabulary",
            "order_": "int",
            "smoothing_": "float",
            "counts_": "ContextCounts",
        },
    ),
    "FastaWindowTransformer": _estimator(
        "skdeepg.sequences",
        OF_ROWS | {"vocabulary_": "Vocabulary", "letter_frequencies_": "ndarray"},
    ),
    "KmerVectorizer": _estimator("skdeepg.sequences", OF_ROWS | {"vocabulary_": "Vocabulary"}),
    "NetworkFeatures": _estimator(
        "skdeepg.estimators.network_features",
        OF_ROWS
        | {"estimator_": "FrozenEstimator SequenceClassifier SequenceLanguageModel WaveNetLM"},
    ),
    "FeatureUnion": _estimator("sklearn.pipeline", OF_ROWS),
    "FrozenEstimator": _estimator("sklearn.frozen", {}),
    "Pipeline": _estimator("sklearn.pipeline", {}),
    "CosineSchedule": SavedClass("skdeepg.callbacks", left_out=RUNNING),
    "ExponentialSchedule": SavedClass("skdeepg.callbacks", left_out=RUNNING),
    "PlateauSchedule": SavedClass("skdeepg.callbacks", left_out=RUNNING),
    "StepSchedule": SavedClass("skdeepg.callbacks", left_out=RUNNING),
    "FocalLoss": SavedClass("skdeepg.callbacks"),
    "LabelSmoothing": SavedClass("skdeepg.callbacks"),
    "NoisyLabels": SavedClass("skdeepg.callbacks"),
    "LSTMCNN": SavedClass("skdeepg.networks"),
    "WaveNet": SavedClass("skdeepg.networks"),
    "KerasNetwork": SavedClass(
        "skdeepg.networks",
        ("layers", "batch_norm_momentum", "gains_by_xla", "receptive_field", "carries_state"),
    ),
    "NetworkTask": SavedClass(
        "skdeepg.networks",
        ("window_length", "n_symbols", "n_outputs", "activation", "inputs", "per_position"),
    ),
    "Vocabulary": SavedClass("skdeepg.sequences", ("letters",)),
    "ContextCounts": SavedClass(
        "skdeepg.sequences.context_counts", ("order", "n_symbols", "strings")
    ),
    "StringCounts": SavedClass("skdeepg.sequences.context_counts", ("number", "count")),
}


def find_class(name: str) -> Any:
    """Import a class of the list.

    Parameters
    ----------
    name : str
        Its name.

    Returns
    -------
    type
        The class.
    """
    # persistence is below the estimators, so it imports them by name
    return getattr(import_module(SAVED_CLASSES[name].module), name)


def saved_class_of(value: Any) -> SavedClass | None:
    """Tell how objects like this one are saved.

    Parameters
    ----------
    value : object
        Anything.

    Returns
    -------
    SavedClass or None
        None if they are not.
    """
    name = type(value).__name__
    if name in SAVED_CLASSES and find_class(name) is type(value):
        return SAVED_CLASSES[name]
    return None
