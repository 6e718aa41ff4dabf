"""What a model file holds, for people."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skdeepg.persistence.container import ArrayReader

__all__ = ["FileDescription", "count_weights", "summarise"]

WIDTH = 13
SHORT = ("n_epochs_", "order_", "n_features_in_", "multilabel_")


def summarise(estimator: Any) -> dict[str, Any]:
    """Read what an estimator has learnt, without weights.

    Parameters
    ----------
    estimator : object
        Fitted or not.

    Returns
    -------
    dict
        Names and values, in the order in which they are shown.
    """
    if hasattr(estimator, "steps"):
        estimator = estimator.steps[-1][1]
    known = vars(estimator)
    fitted: dict[str, Any] = {}
    if "classes_" in known:
        fitted["classes_"] = known["classes_"].tolist()
    windows = known.get("windows_", estimator)
    if "vocabulary_" in vars(windows):
        fitted["vocabulary"] = windows.vocabulary_.letters
    if "windows_" in known:
        fitted["windows_"] = windows
    fitted |= {name: known[name] for name in SHORT if name in known}
    history = known.get("history_", {})
    return fitted | {name: values[-1] for name, values in history.items() if values}


def count_weights(stored: Any, arrays: ArrayReader) -> int:
    """Count the values of all networks' weights, wherever they are in a file's JSON."""
    if isinstance(stored, list):
        return sum(count_weights(each, arrays) for each in stored)
    if not isinstance(stored, dict):
        return 0
    n_weights = sum(count_weights(each, arrays) for each in stored.values())
    if isinstance(stored.get("network"), dict) and "class" in stored:
        n_weights += sum(arrays.read(array).size for _, array in stored["network"]["variables"])
    return n_weights


@dataclass(frozen=True)
class FileDescription:
    """What a file of `skdeepg.save` holds; prints itself.

    Attributes
    ----------
    path : Path
        The file.
    class_name : str
        The estimator's class.
    parameters : str
        The estimator as Python shows it.
    fitted : dict
        What it has learnt, without weights: ``classes_``, ``n_epochs_``, the last value of each
        part of ``history_``, and so on.
    n_weights : int
        Values of the weights of its network, or networks.
    n_bytes : int
        The size of the file.
    versions : dict of str to str
        The packages that wrote it.
    saved : str
        When, in ISO 8601.
    """

    path: Path
    class_name: str
    parameters: str
    fitted: dict[str, Any]
    n_weights: int
    n_bytes: int
    versions: dict[str, str]
    saved: str

    def __repr__(self) -> str:
        lines = {
            "file": f"{self.path} ({self.n_bytes:,} bytes)",
            "saved": self.saved,
            "by": ", ".join(f"{name} {number}" for name, number in self.versions.items()),
            **({"weights": f"{self.n_weights:,}"} if self.n_weights else {}),
            **({name: str(value) for name, value in self.fitted.items()} or {"fitted": "no"}),
        }
        shown = [f"{name:<{WIDTH}} {_indent(text)}" for name, text in lines.items()]
        return "\n".join([self.parameters, *shown])


def _indent(text: str) -> str:
    return text.replace("\n", "\n" + " " * (WIDTH + 1))
