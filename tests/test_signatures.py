"""The same parameter has the same default, and the same place, wherever it occurs."""

from __future__ import annotations

import inspect
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

import skdeepg
from tests.test_public_names import members, public_things

# parameters that are not in all estimators stand where those of their kind do
ORDER = (
    "network", "windows", "target", "vocabulary", "strands", "score_strands", "aggregation",
    "sampling", "class_weight", "loss", "metrics", "max_epochs", "steps_per_epoch", "batch_size",
    "optimizer", "learning_rate", "schedule", "validation_fraction", "early_stopping", "patience",
    "callbacks", "init_from", "freeze", "warm_start", "precision", "random_state", "verbose",
)  # fmt: skip
ONLY_CLASSIFIER = {"aggregation", "sampling", "class_weight"}
ONLY_LANGUAGE = {"target", "score_strands"}
TRAINED = {
    "SequenceClassifier": ONLY_LANGUAGE,
    "SequenceLanguageModel": ONLY_CLASSIFIER,
    "WaveNetLM": ONLY_CLASSIFIER | {"target"},  # it predicts every base
}


@pytest.mark.parametrize("name", TRAINED)
def test_constructors_of_estimators_agree(name):
    found = inspect.signature(getattr(skdeepg, name)).parameters
    assert list(found) == [each for each in ORDER if each not in TRAINED[name]]
    assert len(found) <= 25
    for other in TRAINED:
        for parameter, theirs in inspect.signature(getattr(skdeepg, other)).parameters.items():
            if parameter in found:
                assert found[parameter].default == theirs.default, parameter
                assert found[parameter].kind == theirs.kind, parameter


def callables(package: Any) -> Iterator[tuple[str, Any]]:
    """Public functions, constructors and methods, by name."""
    for full_name, thing in public_things(package).items():
        name = full_name.partition(".")[2]
        if inspect.isclass(thing) and not issubclass(thing, BaseException):
            if "__init__" in vars(thing):
                yield name, thing.__init__
            for member, function, _ in members(thing, package):
                if inspect.isfunction(function):
                    yield f"{name}.{member}", function
        elif inspect.isfunction(thing):
            yield name, thing


def defaults(package: Any) -> dict[str, dict[Any, list[str]]]:
    """Who has which default, by the name of the parameter."""
    found: dict[str, dict[Any, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name, function in callables(package):
        for parameter in inspect.signature(function).parameters.values():
            if parameter.default is not parameter.empty:
                found[parameter.name][repr(parameter.default)].append(name)
    return found


# parameters with several defaults, with the reason
DIFFER = {
    "bins": "a histogram of probabilities from 0 to 1 is finer than one of lengths",
    "by": "the row that a file or record makes; in LengthDisplay what is counted",
    "file": "a column of a table; the file of a record; that of regions",
    "filters": "the architecture of LSTMCNN, and that of WaveNet",
    "kernel_size": "the architecture of LSTMCNN, and that of WaveNet",
    "kind": "the picture of an evaluation; a feature type; what importance is",
    "labels": "of two classes of rows; of a histogram",
    "margin": "bases to add, none where regions are meant; around a region in a picture",
    "name": "of an example; of regions; of a line in a picture",
    "patience": "a learning rate must fall before early stopping gives up",
    "precision": "of a network that is built; of one that is there; the share of true regions",
    "record": "the record to make regions on; the record to choose",
    "smooth": "what is drawn for single bases must be smoothed, what is computed by windows may be",
    "step_factor": "a plateau is rare and its step large, as in Keras; StepSchedule halves often",
    "strand": "of regions, unknown; of a file for one strand, forward",
    "strands": "genes in training have a direction, genomes that are scanned have none",
    "stride": "of windows in training; of a scan; of contexts that are counted",
    "subset": "what is loaded is for training, what is exported is all",
    "target": "what a language model predicts; the class to explain; of `cut_windows`, none",
    "threshold": "of regions; in a picture a line, if it is given",
    "verbose": "of estimators and readers; None in methods of estimators is that of the estimator",
    "window_length": "of windows that are cut; of a file that may tell it",
    "windows": "of windows that are cut; of a network that is there; that were explained",
}


def test_the_same_parameter_has_the_same_default():
    differing = {name for name, values in defaults(skdeepg).items() if len(values) > 1}
    assert differing == set(DIFFER)


def test_differences_are_found():
    class Rows:
        __all__ = ["cut", "join"]
        __name__ = "rows"

        @staticmethod
        def cut(X, stride=1, *, batch_size=2): ...

        @staticmethod
        def join(X, stride=10, batch_size=2): ...

    assert defaults(Rows) == {
        "stride": {"1": ["cut"], "10": ["join"]},
        "batch_size": {"2": ["cut", "join"]},
    }
