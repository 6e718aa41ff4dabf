"""Training that goes on: partial_fit, warm_start, and both after pickling."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from sklearn.base import clone

from skdeepg import LSTMCNN, SequenceClassifier
from tests.conftest import TINY


def same_weights(a, b) -> bool:
    pairs = zip(a.model_.get_weights(), b.model_.get_weights(), strict=True)
    return all(np.array_equal(x, y) for x, y in pairs)


@pytest.fixture
def dropout():
    return SequenceClassifier(
        LSTMCNN(**TINY, dense_units=4, dense_dropout=0.3),
        windows=12,
        max_epochs=4,
        batch_size=16,
        learning_rate=0.02,
        random_state=0,
    )


@pytest.fixture
def four_epochs(dropout, sequences):
    return clone(dropout).fit(*sequences)


def test_partial_fit_is_an_epoch(dropout, four_epochs, sequences):
    X, y = sequences
    for _ in range(4):
        dropout.partial_fit(X, y, classes=["gt", "ac"])
    assert dropout.n_epochs_ == 4
    assert dropout.history_ == four_epochs.history_
    assert same_weights(dropout, four_epochs)


def test_partial_fit_goes_on_after_pickling_and_after_fit(dropout, four_epochs, sequences):
    dropout.set_params(max_epochs=2).fit(*sequences)
    for _ in range(2):
        dropout = pickle.loads(pickle.dumps(dropout)).partial_fit(*sequences)
    assert same_weights(dropout, four_epochs)


def test_warm_start_goes_on(dropout, four_epochs, sequences):
    dropout.set_params(warm_start=True, max_epochs=2)
    dropout.fit(*sequences)
    dropout.predict(sequences[0])
    dropout.fit(*sequences)
    assert dropout.history_ == four_epochs.history_
    assert same_weights(dropout, four_epochs)


def test_without_warm_start_fit_begins_anew(four_epochs, sequences):
    weights = four_epochs.model_.get_weights()
    assert four_epochs.fit(*sequences).n_epochs_ == 4
    assert all(
        np.array_equal(a, b) for a, b in zip(weights, four_epochs.model_.get_weights(), strict=True)
    )


def test_chunks_teach_also_where_one_lacks_a_class(tiny, sequences):
    X, y = sequences
    chunks = [range(20), range(20, 40, 2), range(10, 40)]
    for chunk in chunks * 4:
        tiny.partial_fit([X[i] for i in chunk], y[chunk], classes=["ac", "gt"])
    assert tiny.score(X, y) > 0.9


def test_classes_at_the_first_call(tiny, sequences):
    X, y = sequences
    with pytest.raises(ValueError, match="classes must be given at the first call"):
        tiny.partial_fit(X, y)
    tiny.partial_fit(X, y, classes=["ac", "gt"]).partial_fit(X[:1], y[:1])
    with pytest.raises(ValueError, match="'xx' are not those of the first call: 'ac', 'gt'"):
        tiny.partial_fit(X, y, classes=["ac", "xx"])
    with pytest.raises(ValueError, match="labels that the training rows do not have: 'xx'"):
        tiny.partial_fit(X[:1], ["xx"])


def test_warm_start_needs_all_classes(tiny, sequences):
    X, y = sequences
    tiny.set_params(warm_start=True).fit(X, y)
    with pytest.raises(ValueError, match="but y lacks some of them"):
        tiny.fit(X[::2], y[::2])


def test_partial_fit_has_no_validation_to_stop_by(tiny, sequences):
    tiny.set_params(early_stopping=True, validation_fraction=0.2)
    assert tiny.partial_fit(*sequences, classes=["ac", "gt"]).n_epochs_ == 1
