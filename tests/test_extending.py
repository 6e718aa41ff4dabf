"""A new architecture and a new format are one file each: put into a copy of the package."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import skdeepg

ROOT = Path(__file__).parents[1]

SCRIPT = """
import pathlib
import numpy
import skdeepg
from skdeepg.networks import SkippingCNN
from skdeepg.networks import __all__ as names

assert "SkippingCNN" in names and names.count("LSTMCNN") == 1
for label, letters in [("ac", "AACCAACCACAC"), ("gt", "GGTTGTGTTTGG")]:
    pathlib.Path(label).mkdir()
    pathlib.Path(label, "x.columns").write_text(f"{label}\\t{letters}\\n")
X, y, _ = skdeepg.load_labelled_folders(["ac", "gt"])
model = skdeepg.SequenceClassifier(SkippingCNN(), windows=8, max_epochs=1, random_state=0)
model.fit(X, y)
skdeepg.save(model, "model.h5")
loaded = skdeepg.load("model.h5")
assert type(loaded.network) is SkippingCNN
numpy.testing.assert_array_equal(loaded.predict_proba(X), model.predict_proba(X))
print(skdeepg.__file__)
"""


@pytest.mark.slow
def test_one_file_each(tmp_path):
    package = tmp_path / "skdeepg"
    installed = Path(skdeepg.__file__).parent
    shutil.copytree(installed, package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "tests" / "own_network.py", package / "networks" / "skipping_cnn.py")
    own = (ROOT / "tests" / "own_format.py").read_text()
    inside = own.replace("skdeepg.sequences", "skdeepg.sequences.formats.registry")
    (package / "sequences" / "formats" / "columns.py").write_text(inside)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert Path(done.stdout.strip()).parent == package
