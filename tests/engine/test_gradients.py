"""Calls of a network along lines: how they are cut, and what they may take."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skdeepg.engine.gradients import PathGradients, slices
from tests.inspection.toy_networks import convolutions

LENGTH = 200


@given(st.integers(0, 300), st.integers(1, 40))
def test_slices(n, step):
    """Cover everything once, in order, in equal parts."""
    parts = list(slices(n, step))
    covered = [place for part in parts for place in range(part.start, part.stop)]
    assert covered == list(range(n))
    lengths = [part.stop - part.start for part in parts]
    assert max(lengths, default=1) <= step
    assert max(lengths, default=0) - min(lengths, default=0) <= 1


def network(max_memory, kind="pooled"):
    model = convolutions(kind, seed=0, length=LENGTH)
    return PathGradients(model, np.arange(LENGTH), at_place=False, max_memory=max_memory)


def test_memory_sets_the_batch():
    sizes = [network(megabytes << 20).batch_size for megabytes in (4, 8, 1000)]
    assert sizes[0] < sizes[1] < sizes[2] == 256
    assert 1.7 < sizes[1] / sizes[0] < 2.3


@pytest.mark.parametrize("kind", ["pooled", "average", "max", "lstm"])
def test_batches_change_nothing(kind):
    """Lines and points are shared out to calls, and added up."""
    random = np.random.default_rng(0)
    symbols = random.random((5, LENGTH, 4))
    baselines, numbers = random.random((5, LENGTH, 4)), np.array([0, 1, 1, 0, 1])
    nodes, weights = np.linspace(0, 1, 40), np.full(40, 1 / 40)
    line = baselines, symbols, numbers, np.zeros(5, int), nodes, weights
    few, many = network(0, kind), network(1 << 30, kind)
    assert (few.batch_size, many.batch_size) == (16, 256)
    np.testing.assert_allclose(few.integrate(*line), many.integrate(*line), rtol=0, atol=1e-6)


def test_which_networks_are_folded():
    """Those whose gradients folding does not change."""
    folded = {kind: network(1 << 20, kind).is_folded for kind in ("pooled", "max", "lstm")}
    assert folded == {"pooled": True, "max": False, "lstm": False}
