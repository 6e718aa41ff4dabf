"""Losses against NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from skdeepg.callbacks import FocalLoss, LabelSmoothing
from skdeepg.engine.backend import tf
from skdeepg.engine.losses import CategoricalLoss, LanguageLoss, MultiLabelLoss

OUTPUTS = np.array(
    [[0.5, 0.25, 0.125, 0.125], [0.1, 0.2, 0.3, 0.4], [0.4, 0.3, 0.2, 0.1], [0.7, 0.1, 0.1, 0.1]],
    dtype=np.float32,
)


def sums(loss, y, outputs, weight):
    y = np.asarray(y, dtype=loss.y_spec.dtype.as_numpy_dtype)
    weight = np.asarray(weight, dtype=np.float32)
    found = loss(tf.constant(y), tf.constant(outputs), weight)
    return [float(value) for value in found[:4]]


def gradient(loss, y, logits, weight):
    """The gradient of a step's loss by the network's logits."""
    logits = tf.Variable(np.asarray(logits, dtype=np.float32))
    with tf.GradientTape() as tape:
        found = loss(tf.constant(y), tf.nn.softmax(logits), tf.constant(weight, dtype=tf.float32))
        step_loss = found.loss / found.answers
    return tape.gradient(step_loss, logits).numpy()


class TestLanguageLoss:
    loss = LanguageLoss(per_position=False)

    def test_one_letter_a_window(self):
        found = sums(self.loss, [0, 3, 1, 0], OUTPUTS, [1, 1, 1, 1])
        expected = -np.log([0.5, 0.4, 0.3, 0.7]).sum()
        np.testing.assert_allclose(found, [expected, 3, 4, 4], rtol=1e-6)

    def test_weights(self):
        found = sums(self.loss, [0, 3, 1, 0], OUTPUTS, [2, 0, 0.5, 1])
        losses = -np.log([0.5, 0.4, 0.3, 0.7])
        np.testing.assert_allclose(found, [losses @ [2, 0, 0.5, 1], 3, 3.5, 4], rtol=1e-6)

    def test_windows_without_a_letter_do_not_count(self):
        found = sums(self.loss, [-1, 3, 1, -1], OUTPUTS, [9, 1, 0.5, 9])
        losses = -np.log([0.4, 0.3])
        np.testing.assert_allclose(found, [losses @ [1, 0.5], 1, 1.5, 2], rtol=1e-6)

    def test_nothing_known(self):
        assert sums(self.loss, [-1] * 4, OUTPUTS, [1] * 4) == [0, 0, 0, 1]
        slope = gradient(self.loss, np.array([-1, -1], dtype=np.int32), np.ones((2, 4)), [1, 1])
        np.testing.assert_array_equal(slope, 0)

    def test_a_letter_of_probability_zero_is_finite(self):
        sure = np.array([[1, 0, 0, 0]], dtype=np.float32)
        found = sums(self.loss, [1], sure, [1])
        assert np.isfinite(found).all()
        assert found[0] > 10

    def test_gradient_of_a_step_is_that_of_the_mean_over_known_letters(self):
        random = np.random.default_rng(0)
        logits, weight = random.normal(size=(5, 4)), np.array([1, 2, 0.5, 1, 3])
        y = np.array([0, -1, 3, 1, -1], dtype=np.int32)
        odds = np.exp(logits)
        expected = odds / odds.sum(axis=1, keepdims=True) - np.eye(4)[y]
        expected *= (weight * (y >= 0))[:, np.newaxis] / 3
        np.testing.assert_allclose(gradient(self.loss, y, logits, weight), expected, atol=1e-6)


class TestLanguageLossPerPosition:
    loss = LanguageLoss(per_position=True)
    outputs = OUTPUTS.reshape(2, 2, 4)

    def test_one_letter_a_position(self):
        found = sums(self.loss, [[0, 3], [1, 0]], self.outputs, [1, 1])
        expected = -np.log([0.5, 0.4, 0.3, 0.7]).sum()
        np.testing.assert_allclose(found, [expected, 3, 4, 4], rtol=1e-6)

    def test_positions_have_the_weight_of_their_window(self):
        found = sums(self.loss, [[-1, 3], [1, 0]], self.outputs, [2, 0.5])
        losses = -np.log([0.4, 0.3, 0.7])
        np.testing.assert_allclose(found, [losses @ [2, 0.5, 0.5], 2.5, 3, 3], rtol=1e-6)

    def test_nothing_known(self):
        assert sums(self.loss, [[-1, -1]] * 2, self.outputs, [1, 1]) == [0, 0, 0, 1]

    def test_no_gradient_where_nothing_is_known(self):
        y = np.array([[-1, 2, -1]], dtype=np.int32)
        slope = gradient(self.loss, y, np.ones((1, 3, 4)), [1])
        np.testing.assert_array_equal(slope[0, [0, 2]], 0)
        np.testing.assert_allclose(slope[0, 1], [0.25, 0.25, -0.75, 0.25], rtol=1e-6)

    def test_many_positions_are_a_window_each(self):
        random = np.random.default_rng(1)
        outputs = random.dirichlet(np.ones(4), size=(6, 9)).astype(np.float32)
        y = random.integers(-1, 4, (6, 9))
        weight = random.random(6)
        one = sums(self.loss, y, outputs, weight)
        each = sums(
            LanguageLoss(per_position=False), y.ravel(), outputs.reshape(-1, 4), weight.repeat(9)
        )
        np.testing.assert_allclose(one, each, rtol=1e-5)


class TestCategoricalLoss:
    def test_sums(self):
        found = sums(CategoricalLoss(), [0, 3, 1, 0], OUTPUTS, [2, 0, 0.5, 1])
        losses = -np.log([0.5, 0.4, 0.3, 0.7])
        np.testing.assert_allclose(found, [losses @ [2, 0, 0.5, 1], 3, 3.5, 4], rtol=1e-6)

    def test_language_loss_of_known_letters_is_the_same(self):
        y, weight = [0, 3, 1, 0], [2, 0, 0.5, 1]
        assert sums(CategoricalLoss(), y, OUTPUTS, weight) == pytest.approx(
            sums(LanguageLoss(per_position=False), y, OUTPUTS, weight)
        )

    def test_another_kind_of_loss(self):
        found = sums(CategoricalLoss(FocalLoss(gamma=2)), [0, 3, 1, 0], OUTPUTS, [2, 0, 0.5, 1])
        truth = np.array([0.5, 0.4, 0.3, 0.7])
        losses = -((1 - truth) ** 2) * np.log(truth)
        np.testing.assert_allclose(found, [losses @ [2, 0, 0.5, 1], 3, 3.5, 4], rtol=1e-6)


class TestMultiLabelLoss:
    def test_sums(self):
        label_weight = np.array([[1.0, 3.0], [0.5, 1.0]])
        outputs = np.array([[0.9, 0.2], [0.4, 0.6]], dtype=np.float32)
        found = sums(MultiLabelLoss(label_weight), [[1, 0], [1, 1]], outputs, [1, 2])
        losses = np.array(
            [
                (3 * -np.log(0.9) + 0.5 * -np.log(0.8)) / 2,
                (3 * -np.log(0.4) + 1 * -np.log(0.6)) / 2,
            ]
        )
        np.testing.assert_allclose(found, [losses @ [1, 2], 1 + 2 * 0.5, 3, 2], rtol=1e-5)

    def test_another_kind_of_loss(self):
        loss = MultiLabelLoss(np.array([[1.0, 3.0], [0.5, 1.0]]), LabelSmoothing(0.2))
        found = sums(loss, [[1, 0]], np.array([[0.9, 0.2]], dtype=np.float32), [1])
        first = 0.9 * -np.log(0.9) + 0.1 * -np.log(0.1)
        second = 0.1 * -np.log(0.2) + 0.9 * -np.log(0.8)
        np.testing.assert_allclose(found, [(3 * first + 0.5 * second) / 2, 1, 1, 1], rtol=1e-5)


def test_losses_are_equal_if_one_compiled_step_serves_both():
    weight = np.ones((2, 2))
    losses = [
        CategoricalLoss(),
        LanguageLoss(per_position=False),
        LanguageLoss(per_position=True),
        MultiLabelLoss(weight),
        MultiLabelLoss(2 * weight),
    ]
    again = [
        CategoricalLoss(),
        LanguageLoss(per_position=False),
        LanguageLoss(per_position=True),
        MultiLabelLoss(weight.copy()),
        MultiLabelLoss(2 * weight),
    ]
    for i, loss in enumerate(losses):
        assert [loss == other for other in again] == [i == j for j in range(len(losses))]
