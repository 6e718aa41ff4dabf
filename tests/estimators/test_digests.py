"""Equal fits have equal digests, and others others."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.discriminant_analysis import QuadraticDiscriminantAnalysis

from skdeepg.estimators.digests import describe_parameters, digest_of
from skdeepg.genome import Regions


def labels(*values):
    return np.array(values, dtype=object)


@pytest.mark.parametrize(
    ("value", "equal", "other"),
    [
        ({"a": 1.0, "b": 2.0}, {"b": 2.0, "a": 1.0}, {"a": 2.0, "b": 1.0}),
        (labels("ac", "gt"), labels("ac", "gt"), labels("gt", "ac")),
        (labels("1", "2"), labels("1", "2"), labels(1, 2)),
        (np.array([1, 2]), np.array([[1, 2]])[0], np.array([1.0, 2.0])),
        (np.zeros((2, 3)), np.zeros((2, 3)), np.zeros((3, 2))),
        (None, None, "none"),
        (Regions(["a"], [0], [9]), Regions(["a"], [0], [9]), Regions(["a"], [1], [9])),
    ],
)
def test_digests(value, equal, other):
    assert digest_of([value]) == digest_of([equal])
    assert digest_of([value]) != digest_of([other])


def test_arrays_among_parameters():
    """The text of a long array leaves out most of it."""
    many = np.full(5000, 1 / 5000)
    changed = many.copy()
    changed[2500] = 0
    texts = [
        describe_parameters(QuadraticDiscriminantAnalysis(priors=priors))["priors"]
        for priors in (many, many.copy(), changed)
    ]
    assert texts[0] == texts[1] != texts[2]
