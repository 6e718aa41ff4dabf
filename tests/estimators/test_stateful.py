"""Language models that carry state from window to window."""

from __future__ import annotations

import pickle
from functools import cache

import numpy as np
import pytest

from skdeepg import (
    LSTMCNN,
    FastaWindowTransformer,
    SequenceClassifier,
    SequenceLanguageModel,
    ValidationSet,
    WaveNetLM,
    cut_windows,
)
from tests.toys import periodic_sequences, random_sequences

WINDOW = 4
LETTERS = "ACGT"
ROWS = random_sequences([30, 9, 3, 41, 16, 5])
# AAAA goes on with A after a T, and with T after another A: a window of 4 bases cannot tell.
PERIODIC = periodic_sequences(64, "AAAAAT", 40, 60)


def make(stateful=True, stride=1, **parameters):
    settings = {"max_epochs": 2, "batch_size": 4, "learning_rate": 0.03, "random_state": 0}
    windows = parameters.pop("windows", FastaWindowTransformer(WINDOW, stride=stride))
    network = LSTMCNN(filters=None, lstm_units=8, stateful=stateful)
    return SequenceLanguageModel(network, windows, **settings | parameters)


@cache
def rough():
    """Give a model that knows little; tests must not change it."""
    return make().fit(ROWS)


def same_weights(a, b):
    pairs = zip(a.model_.get_weights(), b.model_.get_weights(), strict=True)
    return all(np.array_equal(x, y) for x, y in pairs)


@pytest.mark.slow
def test_the_state_reaches_over_the_windows_border():
    model = make(max_epochs=12, batch_size=16).fit(PERIODIC)
    assert model.accuracy(PERIODIC) > 0.95
    assert model.score(PERIODIC) > -0.15


def test_without_state_it_cannot_be_learnt():
    model = make(stateful=False, max_epochs=5, batch_size=64).fit(PERIODIC)
    assert model.accuracy(PERIODIC) < 0.85
    assert model.score(PERIODIC) < -0.22  # a guess, ln(2) nats, at a third of the bases


def test_scores_do_not_depend_on_what_was_scored_before_or_on_the_order():
    model, order = rough(), [3, 0, 5, 2, 4, 1]
    first = model.score_samples(ROWS)
    model.score(PERIODIC[:1])
    np.testing.assert_array_equal(model.score_samples(ROWS), first)
    again = model.score_samples([ROWS[i] for i in order])
    np.testing.assert_allclose(again, first[order], rtol=1e-5)
    np.testing.assert_allclose([model.score([row]) for row in ROWS], first, rtol=1e-5)


def test_a_base_is_answered_from_all_before_it():
    model, row = rough(), ROWS[0]
    table = model.predict_windows([row])
    assert table["position"].tolist() == list(range(WINDOW, len(row)))
    answers = model.predict_proba([row[:position] for position in table["position"]])
    np.testing.assert_allclose(table[list(LETTERS)], answers, atol=1e-6)
    other = "TTTT" + row[4:]
    assert np.abs(model.predict_proba([other]) - answers[-1]).max() > 0


def test_the_stride_only_sets_which_bases_are_scored():
    dense, sparse = rough(), make(stride=7).fit(ROWS)
    sparse.model_.set_weights(dense.model_.get_weights())
    some, all_bases = sparse.predict_windows(ROWS), dense.predict_windows(ROWS)
    joined = some.merge(all_bases, on=["row", "record", "position", "base"])
    assert len(joined) == len(some) < len(all_bases)
    for letter in LETTERS:
        np.testing.assert_allclose(joined[f"{letter}_x"], joined[f"{letter}_y"], atol=1e-6)


def test_the_validation_loss_is_the_score_of_these_rows():
    held = random_sequences([25, 60], seed=4)
    model = make().fit(ROWS, validation=ValidationSet(held, None))
    assert model.history_["val_loss"][-1] == pytest.approx(-model.score(held), rel=1e-5)
    assert model.history_["val_accuracy"][-1] == pytest.approx(model.accuracy(held))


def test_validation_does_not_change_training():
    held = random_sequences([25], seed=4)
    assert same_weights(make().fit(ROWS, validation=ValidationSet(held, None)), rough())


def test_random_state_fixes_everything():
    settings = {"strands": "both", "random_state": 3, "steps_per_epoch": 5}
    first, second = (make(**settings).fit(ROWS) for _ in "ab")
    assert same_weights(first, second)
    assert not same_weights(first, make(**settings | {"random_state": 4}).fit(ROWS))


@pytest.mark.slow
def test_pickling_keeps_answers_and_the_course_of_training():
    model = make().fit(ROWS)
    copy = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(copy.score_samples(ROWS), model.score_samples(ROWS))
    assert copy.generate(20, "ACGTAC", random_state=1) == model.generate(
        20, "ACGTAC", random_state=1
    )
    assert same_weights(copy.partial_fit(ROWS), model.partial_fit(ROWS))
    assert not same_weights(model, rough())
    whole = make(max_epochs=3).fit(ROWS)
    for a, b in zip(model.model_.get_weights(), whole.model_.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-6)


def test_other_strand():
    both, rows = make(score_strands="both").fit(ROWS), ROWS[:1]
    turned = [rows[0].translate(str.maketrans(LETTERS, "TGCA"))[::-1]]
    forward = make().fit(ROWS)
    expected = (forward.score(rows) + forward.score(turned)) / 2
    assert both.score(rows) == pytest.approx(expected, rel=1e-5)


def test_codes():
    codes, _, _ = cut_windows(ROWS[3:4], windows=WINDOW + 1)
    model = make(windows=WINDOW).fit(codes)
    assert model.predict_proba(codes[:, :-1]).shape == (len(codes), 4)
    assert model.score(codes) < 0


@pytest.mark.slow
def test_features_and_parameters_are_those_of_the_model_without_state():
    model, plain = rough(), make(stateful=False).fit(ROWS)
    assert model.model_.count_params() == plain.model_.count_params()
    plain.model_.set_weights(model.model_.get_weights())
    np.testing.assert_allclose(model.transform(ROWS), plain.transform(ROWS), atol=1e-6)


NETWORK = LSTMCNN(filters=None, lstm_units=3, stateful=True)


@pytest.mark.parametrize(
    ("model", "y", "message"),
    [
        (SequenceClassifier(NETWORK, 6), [0, 1], "stateful=True .* found labels. Set stateful=Fal"),
        (WaveNetLM(NETWORK, 6), None, "one prediction a window"),
        (SequenceLanguageModel(NETWORK, 6, target="middle"), None, 'two inputs.* target="next"'),
        (
            SequenceLanguageModel(NETWORK, 6, target="middle_cnn"),
            None,
            "stateful=True .* found target='middle_cnn'. Set stateful=False",
        ),
        (make(windows=FastaWindowTransformer(4, max_windows=3)), None, "set max_windows=None"),
    ],
)
def test_what_does_not_go_with_state_is_refused(model, y, message):
    with pytest.raises(ValueError, match=message):
        model.set_params(max_epochs=0).fit(ROWS[:2], y)
