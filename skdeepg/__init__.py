"""scikit-learn estimators for deep learning on genomes.

Public names are loaded when they are first used: ``import skdeepg`` imports neither TensorFlow
nor scikit-learn.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from skdeepg import (
        callbacks,
        datasets,
        exceptions,
        genome,
        inspection,
        networks,
        sequences,
        utils,
    )
    from skdeepg.estimators import (
        MarkovLanguageModel,
        NetworkFeatures,
        SequenceClassifier,
        SequenceLanguageModel,
        ValidationSet,
        WaveNetLM,
    )
    from skdeepg.networks import LSTMCNN, WaveNet
    from skdeepg.persistence import describe_file, load, save
    from skdeepg.sequences import (
        FastaWindowTransformer,
        KmerVectorizer,
        Sequences,
        cut_windows,
        load_labelled_csv,
        load_labelled_folders,
        load_labelled_headers,
    )

__all__ = [
    "LSTMCNN",
    "FastaWindowTransformer",
    "KmerVectorizer",
    "MarkovLanguageModel",
    "NetworkFeatures",
    "SequenceClassifier",
    "SequenceLanguageModel",
    "Sequences",
    "ValidationSet",
    "WaveNet",
    "WaveNetLM",
    "callbacks",
    "cut_windows",
    "datasets",
    "describe_file",
    "exceptions",
    "genome",
    "inspection",
    "load",
    "load_labelled_csv",
    "load_labelled_folders",
    "load_labelled_headers",
    "networks",
    "save",
    "sequences",
    "utils",
]

_HOMES = {
    "LSTMCNN": "networks",
    "FastaWindowTransformer": "sequences",
    "KmerVectorizer": "sequences",
    "MarkovLanguageModel": "estimators",
    "NetworkFeatures": "estimators",
    "SequenceClassifier": "estimators",
    "SequenceLanguageModel": "estimators",
    "Sequences": "sequences",
    "ValidationSet": "estimators",
    "WaveNet": "networks",
    "WaveNetLM": "estimators",
    "cut_windows": "sequences",
    "describe_file": "persistence",
    "load": "persistence",
    "load_labelled_csv": "sequences",
    "load_labelled_folders": "sequences",
    "load_labelled_headers": "sequences",
    "save": "persistence",
}

try:
    __version__ = version("skdeepg")
except PackageNotFoundError:  # run from a source tree that is not installed
    __version__ = "0+unknown"


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"skdeepg.{_HOMES[name]}"), name)
    if name in __all__:
        return import_module(f"skdeepg.{name}")
    raise AttributeError(f"module 'skdeepg' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
