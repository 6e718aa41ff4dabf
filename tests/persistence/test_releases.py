"""Files of all releases stay readable."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import skdeepg
from tests.persistence.conftest import GOLDEN
from tests.persistence.kinds import answer, make, train_on

FILES = sorted(path for path in (GOLDEN / "saved").glob("v*/*.h5") if path.stem != "unfitted")


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_answers_are_those_of_then(path: Path):
    loaded = skdeepg.load(path)
    then = np.load(path.parent / "answers.npz")[path.stem]
    np.testing.assert_allclose(answer(loaded, path.stem), then, rtol=0, atol=1e-6)
    if path.stem != "transformer":
        train_on(loaded, path.stem)


def test_unfitted():
    for path in (GOLDEN / "saved").glob("v*/unfitted.h5"):
        assert repr(skdeepg.load(path)) == repr(make("classifier"))


def test_there_is_a_file_of_each_kind():
    from tests.persistence.kinds import KINDS

    assert {path.stem for path in FILES if path.parent.name == "v1"} == set(KINDS)
    assert all(path.stat().st_size < 50_000 for path in FILES)
