"""What a model file may hold: classes, and the attributes of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Final

from skdeepg._compat import CALLBACK_ATTRIBUTES, OUTPUT_CONFIG
from skdeepg.networks.registry import find_network, is_registered

__all__ = ["SavedClass", "find_class", "find_saved_class", "is_of", "saved_class_of"]


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
        Other attributes that it may have, and the names of their types; "specification" is any
        class of `register_network`.
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
    "network_": "KerasNetwork specification",
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


SPECIFICATION: Final = SavedClass("")  # told by `register_network` where it is


def find_saved_class(name: str) -> SavedClass | None:
    """Tell how objects of a class are saved.

    Parameters
    ----------
    name : str
        Its name.

    Returns
    -------
    SavedClass or None
        None if they are not: it is neither on the list nor a registered network.
    """
    if name in SAVED_CLASSES:
        return SAVED_CLASSES[name]
    return None if find_network(name) is None else SPECIFICATION


def find_class(name: str) -> Any:
    """Give a class of the list, or a registered network.

    Parameters
    ----------
    name : str
        Its name.

    Returns
    -------
    type or None
        The class.
    """
    if name not in SAVED_CLASSES:
        return find_network(name)
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
    saved = find_saved_class(name)
    return saved if saved is not None and find_class(name) is type(value) else None


def is_of(value: Any, kinds: str) -> bool:
    """Tell whether an attribute is of one of the types that `SavedClass.fitted` names.

    Parameters
    ----------
    value : object
        The attribute.
    kinds : str
        Names of types, with spaces between.

    Returns
    -------
    bool
        Whether it is.
    """
    names = kinds.split()
    return type(value).__name__ in names or ("specification" in names and is_registered(value))
