"""What all evaluations offer, and what importing them costs."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

from skdeepg import inspection
from skdeepg.inspection import ClassifierEvaluation, Evaluation, LanguageEvaluation


def test_only_kinds_of_evaluations_can_be_made():
    with pytest.raises(TypeError, match="abstract"):
        Evaluation()
    for kind in (ClassifierEvaluation, LanguageEvaluation):
        assert issubclass(kind, Evaluation)
        assert not inspect.isabstract(kind)


def test_an_evaluation_must_print_itself():
    class Silent(Evaluation):
        def to_frame(self): ...

        def plot(self, kind=None, *, ax=None): ...

    with pytest.raises(TypeError, match="__repr__"):
        Silent()


def test_import_loads_little():
    script = "import sys, skdeepg.inspection\nprint(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"tensorflow", "keras", "matplotlib", "skdeepg.estimators"} & set(loaded)


def test_public_names_are_in_the_reference():
    api = (Path(__file__).parents[2] / "docs" / "api.rst").read_text(encoding="utf-8")
    listed = {line.strip() for line in api.splitlines()}
    assert set(inspection.__all__) <= listed
