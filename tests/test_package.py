"""The package as a whole: import, public names."""

from __future__ import annotations

import subprocess
import sys

import pytest

import skdeepg


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("import skdeepg", ["tensorflow", "keras", "sklearn", "numpy", "pandas", "Bio"]),
        ("from skdeepg import SequenceClassifier, LSTMCNN", ["tensorflow", "keras"]),
        ("import skdeepg.datasets, skdeepg.genome, skdeepg.sequences", ["tensorflow", "keras"]),
    ],
)
def test_import_loads_little(statement, absent):
    script = f"{statement}\nimport sys\nprint(*sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not set(absent) & set(loaded)
    assert "skdeepg" in loaded


def test_public_names_exist():
    for name in skdeepg.__all__:
        assert getattr(skdeepg, name) is not None
    assert set(skdeepg.__all__) <= set(dir(skdeepg))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = skdeepg.nothing
