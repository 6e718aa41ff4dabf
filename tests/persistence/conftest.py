"""One fitted estimator of each kind; fitting takes longest."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from tests.persistence import kinds

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture(scope="session")
def fitted():
    """Give a fitted estimator of a kind, always the same one; tests must not change it."""
    return cache(kinds.fit)
