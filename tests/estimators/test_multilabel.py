"""Several labels a row."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.metrics import average_precision_score

from skdeepg import LSTMCNN, SequenceClassifier, ValidationSet

MOTIFS = ("ACGTACGT", "GGGGCCCC", "TATATATA")


def planted(n_rows: int, seed: int) -> tuple[list[str], np.ndarray]:
    """Draw sequences of 60 random bases; each motif is planted into half of them."""
    random = np.random.default_rng(seed)
    y = random.integers(0, 2, (n_rows, len(MOTIFS)))
    rows = []
    for labels in y:
        row = list(random.choice(list("ACGT"), 60))
        for number in np.flatnonzero(labels):
            place = 20 * number + random.integers(0, 12)
            row[place : place + 8] = MOTIFS[number]
        rows.append("".join(row))
    return rows, y


@pytest.fixture(scope="module")
def classifier():
    network = LSTMCNN(filters=(16,), kernel_size=8, pool_size=4, global_pooling="max")
    estimator = SequenceClassifier(
        network, windows=60, max_epochs=25, batch_size=64, learning_rate=0.01, random_state=0
    )
    return estimator.fit(*planted(800, seed=0))


def test_planted_motifs_are_found(classifier):
    X, y = planted(300, seed=1)
    probabilities = classifier.predict_proba(X)
    precision = average_precision_score(y, probabilities, average=None)
    assert precision.shape == (3,)
    assert precision.min() > 0.95
    np.testing.assert_array_equal(classifier.predict(X), probabilities > 0.5)
    assert classifier.classes_.tolist() == [0, 1, 2]
    assert classifier.multilabel_


def test_pickle_and_windows(classifier):
    X, _ = planted(5, seed=2)
    table = classifier.predict_windows(X)
    np.testing.assert_allclose(table[[0, 1, 2]], classifier.predict_proba(X), atol=1e-7)
    loaded = pickle.loads(pickle.dumps(classifier))
    np.testing.assert_array_equal(loaded.predict_proba(X), classifier.predict_proba(X))


@pytest.mark.parametrize("aggregation", ["mean", "max", "vote"])
def test_labels_of_a_row_are_combined_each_on_its_own(aggregation):
    X, y = planted(40, seed=3)
    estimator = SequenceClassifier(
        LSTMCNN(filters=(4,), kernel_size=8), 20, aggregation=aggregation, max_epochs=1,
        random_state=0,
    ).fit(X, csr_array(y))  # fmt: skip
    table = estimator.predict_windows(X)
    if aggregation == "vote":
        table[[0, 1, 2]] = table[[0, 1, 2]] > 0.5
    groups = table.groupby("row")[[0, 1, 2]]
    expected = groups.max() if aggregation == "max" else groups.mean()
    np.testing.assert_allclose(estimator.predict_proba(X), expected, atol=1e-6)


def test_balanced_weights_raise_a_rare_label(classifier):
    X, y = planted(200, seed=4)
    y[:, 0] &= np.random.default_rng(0).random(200) < 0.2
    settings = {"max_epochs": 3, "random_state": 0, "learning_rate": 0.01}
    network = LSTMCNN(filters=(4,), kernel_size=8, pool_size=4)
    means = [
        SequenceClassifier(network, 60, class_weight=weight, **settings)
        .fit(X, y)
        .predict_proba(X)[:, 0]
        .mean()
        for weight in (None, "balanced", {0: 20.0})
    ]
    assert means[0] < means[1] < means[2]


def test_validation_and_partial_fit(tiny):
    X, y = planted(40, seed=5)
    tiny.fit(X, y, validation=ValidationSet(X, y))
    assert tiny.history_["val_loss"][-1] == pytest.approx(
        -np.log(np.where(y[tiny.predict_windows(X)["row"]] == 1, *signs(tiny, X))).mean(), rel=1e-3
    )
    tiny.partial_fit(X, y)
    assert tiny.n_epochs_ == 4


def signs(estimator, X):
    probabilities = estimator.predict_windows(X)[[0, 1, 2]].to_numpy()
    return probabilities, 1 - probabilities


def test_labels_at_the_first_call_are_the_columns(tiny):
    X, y = planted(4, seed=5)
    tiny.partial_fit(X, y)
    assert (tiny.multilabel_, tiny.classes_.tolist()) == (True, [0, 1, 2])


@pytest.mark.parametrize(
    ("y", "message"),
    [
        ([[0, 1], [2, 0]], "has other values than 0 and 1"),
        ([[0, 1], [np.nan, 0]], "1 labels are missing, the first in row 1"),
    ],
)
def test_errors(tiny, y, message):
    with pytest.raises(ValueError, match=message):
        tiny.fit(["ACGTACGT" * 2, "GGGGGGGG" * 2], y)


def test_balanced_sampling_is_refused(tiny):
    with pytest.raises(ValueError, match="sampling='balanced' draws classes in turn"):
        tiny.set_params(sampling="balanced").fit(*planted(4, seed=0))


def test_validation_of_other_labels_is_refused(tiny):
    X, y = planted(4, seed=0)
    with pytest.raises(ValueError, match=r"y has the shape \(4, 2\), but .* \(n_rows, 3\)"):
        tiny.fit(X, y, validation=ValidationSet(X, y[:, :2]))


@pytest.mark.parametrize("groups", [None, np.arange(40) // 4])
def test_rows_are_held_back(tiny, groups):
    X, y = planted(40, seed=6)
    tiny.set_params(validation_fraction=0.25, early_stopping=True).fit(X, y, groups=groups)
    assert len(tiny.history_["val_loss"]) == 3
