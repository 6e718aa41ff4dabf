"""Networks that carry state: reading in parts is reading as a whole."""

from __future__ import annotations

import random
from functools import cache

import numpy as np
import pytest

from skdeepg import LSTMCNN
from skdeepg.engine import stateful_reading
from skdeepg.engine.backend import keras
from skdeepg.engine.compiled import Encoder, make_optimizer
from skdeepg.engine.data import LabelledWindows
from skdeepg.engine.losses import LanguageLoss
from skdeepg.engine.plain_generation import PlainGenerator
from skdeepg.engine.stateful import StatefulNetwork, is_stateful
from skdeepg.engine.stateful_feed import StatefulFeed
from skdeepg.engine.stateful_generation import StatefulGenerator
from skdeepg.engine.stateful_reading import StatefulForward
from skdeepg.engine.stateful_steps import StatefulSteps
from skdeepg.engine.train import Validation, evaluate
from skdeepg.networks import NetworkTask
from tests.engine.stateful_networks import NETWORKS, TABLE, WINDOW, answer_all, build, cut
from tests.toys import random_sequences

ENCODE = Encoder(TABLE)


def codes_of(n_sequences, length, seed=0, n_codes=6):
    shape = (n_sequences, length)
    return np.random.default_rng(seed).integers(0, n_codes, shape).astype(np.uint8)


# The network


@pytest.mark.parametrize("name", NETWORKS)
def test_parts_with_carried_state_are_the_whole(name):
    network = StatefulNetwork(build(name), ENCODE)
    codes = codes_of(4, 40)
    codes[1, 7:30] = 5  # a part in which nothing is to be seen
    whole, end = network.read(codes, network.zero_states(4))
    states, parts = network.zero_states(4), []
    for start, stop in [(0, 7), (7, 8), (8, 20), (20, 40)]:
        hidden, states = network.read(codes[:, start:stop], states)
        parts.append(hidden)
    np.testing.assert_allclose(np.concatenate(parts, axis=1), whole, atol=1e-6)
    for a, b in zip(states, end, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)


@pytest.mark.parametrize("name", NETWORKS)
def test_from_a_zero_state_it_is_the_model(name):
    model, codes = build(name), codes_of(5, WINDOW)
    np.testing.assert_allclose(answer_all(model, codes), model(ENCODE(codes)), atol=1e-6)


def test_base_by_base():
    network = StatefulNetwork(build(), ENCODE)
    codes = codes_of(3, 9)
    _, expected = network.read(codes, network.zero_states(3))
    states = network.zero_states(3)
    for base in codes.T:
        states = network.read_base(base, states)
    for a, b in zip(states, expected, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)


def test_weights_are_shared_and_no_random_state_is_touched():
    model = build("dropout")
    before, n_variables = random.getstate(), len(model.variables)
    network = StatefulNetwork(model, ENCODE)
    codes = codes_of(2, WINDOW)
    network.read(codes, network.zero_states(2))
    assert random.getstate() == before
    assert len(model.variables) == n_variables
    model.set_weights([0 * weight for weight in model.get_weights()])
    np.testing.assert_allclose(answer_all(model, codes), 0.25)


def test_only_networks_built_for_it_carry_state():
    task = NetworkTask(WINDOW, 4, 4)
    assert is_stateful(build())
    assert not is_stateful(LSTMCNN(filters=None, lstm_units=3).build(task))
    own = keras.Sequential([keras.Input((WINDOW, 4)), keras.layers.LSTM(3)])
    assert not is_stateful(own)


# Training


def make_steps(model, learning_rate=0.05):
    return StatefulSteps(
        model, ENCODE, make_optimizer("adam", learning_rate, model), LanguageLoss(False)
    )


def loss_of(model, codes, y):
    return -np.log(answer_all(model, codes)[np.arange(len(y)), y]).mean()


def test_a_step_goes_on_from_the_state_before_or_from_zero():
    model = build()
    steps = make_steps(model, learning_rate=1e-12)
    first, second = codes_of(2, WINDOW), codes_of(2, WINDOW, seed=1)
    y, weight = np.array([0, 3], dtype=np.int32), np.ones(2, dtype=np.float32)
    new, old = np.array([True, True]), np.array([False, False])
    joined = np.concatenate([first, second], axis=1)

    assert float(steps.train(first, y, weight, new)[0]) == pytest.approx(loss_of(model, first, y))
    carried = float(steps.train(second, y, weight, old)[0])
    assert carried == pytest.approx(loss_of(model, joined, y), rel=1e-5)
    steps.train(first, y, weight, new)
    mixed = float(steps.train(second, y, weight, np.array([False, True]))[0])
    parts = [loss_of(model, joined[:1], y[:1]), loss_of(model, second[1:], y[1:])]
    assert mixed == pytest.approx(np.mean(parts), rel=1e-5)
    other_lanes = float(steps.train(first[:1], y[:1], weight[:1], new[:1])[0])
    assert other_lanes == pytest.approx(loss_of(model, first[:1], y[:1]))


@pytest.mark.slow
def test_lanes_at_their_end_do_not_count():
    weights = []
    for junk in (0, 1):
        model = build()
        codes = np.concatenate([codes_of(1, WINDOW), codes_of(1, WINDOW, seed=junk)])
        steps = make_steps(model)
        y, weight = np.array([2, -1], dtype=np.int32), np.array([1, 0], dtype=np.float32)
        expected = loss_of(model, codes[:1], y[:1])
        loss, *_ = steps.train(codes, y, weight, np.array([True, True]))
        assert float(loss) == pytest.approx(expected)
        weights.append(model.get_weights())
    for a, b in zip(*weights, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)


@pytest.mark.slow
def test_validation_leaves_the_states_of_training_alone():
    rows = random_sequences([40, 33, 5])
    stretches, target = cut(rows)
    grid, y = stretches._training_grid(), np.zeros(3, dtype=np.int32)
    feed = StatefulFeed(
        LabelledWindows(stretches, grid, y, np.ones(3), target),
        seed=0, batch_size=2, steps_per_epoch=None,
    )  # fmt: skip
    validation = Validation(stretches, grid, y, np.ones(3, dtype=np.float32), target)
    steps = make_steps(build(), learning_rate=1e-12)
    losses, found = [], []
    for validates in (False, True):
        for step in range(3):
            loss, *_ = steps.train(*feed.batch(0, step))
            if validates:
                found.append(evaluate(steps, validation, 2)[0]["val_loss"])
        losses.append(float(loss))
    assert losses[0] == pytest.approx(losses[1], rel=1e-6)
    np.testing.assert_allclose(found, found[0], rtol=1e-6)


# Reading


@cache
def reader_of(name):
    """Give a network and what reads with it; tests must not change them."""
    model = build(name)
    return model, StatefulForward(model, ENCODE)


def expected_answers(model, stretches, grid):
    """Answer after each window of a grid by reading all from the start of its run at once."""
    index = np.arange(grid.n_windows)
    run = grid.run_of(index)
    answers = []
    for first, stop in zip(grid.first[run], grid.starts(index, run) + WINDOW, strict=True):
        answers.append(answer_all(model, stretches.sequences.codes[np.newaxis, first:stop]))
    return np.concatenate(answers)


@pytest.mark.parametrize("batch_size", [1, 2, 100])
@pytest.mark.parametrize("stride", [1, 4, 9])
def test_answers_of_windows_have_all_before_them_as_context(stride, batch_size, monkeypatch):
    monkeypatch.setattr(stateful_reading, "PIECE_LENGTH", 8)
    model, forward = reader_of("two layers")
    stretches, target = cut(random_sequences([30, 7, 41, 16]), stride=stride)
    grid = stretches.grid()
    answers = forward.answer_windows(stretches, grid, target, batch_size)
    np.testing.assert_allclose(answers, expected_answers(model, stretches, grid), atol=1e-6)


def test_windows_after_a_gap_know_nothing_of_what_was_before():
    model, forward = reader_of("two layers")
    row = random_sequences([20])[0] + "N" + random_sequences([20], seed=1)[0]
    stretches, target = cut([row], stride=1, ambiguous="drop")
    grid = stretches._training_grid()
    assert len(grid.first) == 2
    answers = forward.answer_windows(stretches, grid, target, 4)
    np.testing.assert_allclose(answers, expected_answers(model, stretches, grid), atol=1e-6)


@pytest.mark.parametrize("short", ["pad", "repeat"])
def test_records_too_short_for_a_window_and_its_target_are_padded_or_repeated(short):
    model, forward = reader_of("masking")
    stretches, target = cut(["ACGTAC", "GT", "ACGTACGT"], short=short)
    answers = forward.answer_windows(stretches, stretches.grid(), target, 2)
    windows = target.split(stretches.to_array())[0]
    np.testing.assert_allclose(answers[:2], answer_all(model, windows[:2]), atol=1e-6)


def test_answers_of_ends_read_the_whole_record():
    model, forward = reader_of("two layers")
    rows = random_sequences([40, 3, 6, 23])
    stretches, target = cut(rows)
    answers = forward.answer_ends(stretches.sequences, target, 2)
    for row, answer in zip(rows, answers, strict=True):
        codes = np.array([["ACGT".index(letter) for letter in row]], dtype=np.uint8)
        padded = np.pad(codes, ((0, 0), (max(WINDOW - len(row), 0), 0)), constant_values=5)
        np.testing.assert_allclose(answer, answer_all(model, padded)[0], atol=1e-6)
    assert forward.answer_ends(stretches.sequences[:0], target, 2).shape == (0, 4)


# Generation


@pytest.mark.parametrize("n_prompt", [0, 3, 6, 17])
def test_generation_is_the_plain_way_on_all_before(n_prompt):
    model = build()
    padding = np.full(max(WINDOW - n_prompt, 0), 5, dtype=np.uint8)
    prompt = codes_of(1, n_prompt, n_codes=5)[0]
    plain = PlainGenerator(lambda codes: answer_all(model, codes), 10_000, 4)
    rule = {"n_samples": 3, "seed": 2, "temperature": 0.8, "top_k": 3}
    expected = plain.generate(np.concatenate([padding, prompt]), 25, **rule)
    generated = StatefulGenerator(model, TABLE).generate(prompt, 25, **rule)
    np.testing.assert_array_equal(generated, expected)


def test_generation_in_chunks(monkeypatch):
    generator = StatefulGenerator(build(), TABLE)
    whole = generator.generate(codes_of(1, 8)[0], 30, n_samples=2)
    monkeypatch.setattr("skdeepg.engine.stateful_generation.DRAWS_PER_CHUNK", 14)
    np.testing.assert_array_equal(generator.generate(codes_of(1, 8)[0], 30, n_samples=2), whole)


def test_generation_from_diverged_weights_is_refused():
    model = build()
    model.set_weights([weight * np.nan for weight in model.get_weights()])
    with pytest.raises(ValueError, match="not numbers"):
        StatefulGenerator(model, TABLE).generate(codes_of(1, 8)[0], 3)
