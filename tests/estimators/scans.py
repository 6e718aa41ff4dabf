"""A small classifier, records to scan, and what is said of tracks."""

from __future__ import annotations

import functools
import io

import joblib
import numpy as np

from skdeepg import (
    LSTMCNN,
    FastaWindowTransformer,
    SequenceClassifier,
)

SMALL = LSTMCNN(filters=(3,), kernel_size=4, pool_size=2)
LENGTHS = {"long": 900, "short": 7, "middle": 61, "exact": 20}


def letters(n, seed=0):
    random = np.random.default_rng(seed)
    return "".join(random.choice(list("ACGTN"), n, p=[0.24, 0.25, 0.25, 0.25, 0.01]))


RECORDS = {name: letters(n, seed=n) for name, n in LENGTHS.items()}


@functools.cache
def small_classifier():
    X, y = [letters(60, seed) for seed in range(20)], ["a", "b"] * 10
    return SequenceClassifier(SMALL, 20, max_epochs=1, random_state=0).fit(X, y)


def write_genome(folder):
    path = folder / "genome.fasta"
    path.write_text("".join(f">{name} x\n{text}\n" for name, text in RECORDS.items()))
    return path


def assert_same(one, other, **tolerance):
    for name in ("names", "lengths", "padded", "offsets", "start"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert (one.strands, one.columns) == (other.strands, other.columns)
    np.testing.assert_allclose(one.values, other.values, **(tolerance or {"rtol": 0, "atol": 0}))


def with_stride(estimator, stride):
    copy = joblib.load(dump(estimator))
    copy.windows_ = FastaWindowTransformer._from_cut(
        FastaWindowTransformer(20, stride=stride).cut(), estimator.windows_.vocabulary_
    )
    return copy


def dump(estimator):
    buffer = io.BytesIO()
    joblib.dump(estimator, buffer)
    buffer.seek(0)
    return buffer


def of_record(track):
    return np.repeat(np.arange(len(track.names)), np.diff(track.offsets))
