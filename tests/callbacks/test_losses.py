"""Losses against their formulas, alone and in a training."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import clone

import skdeepg
from skdeepg import SequenceClassifier, WaveNet, WaveNetLM
from skdeepg.callbacks import FocalLoss, LabelSmoothing, LossKind, NoisyLabels
from tests.callbacks.trainings import SMALL, X, Y

random = np.random.default_rng(0)
P = random.dirichlet(np.ones(3), size=20).astype(np.float32)
CODES = random.integers(0, 3, 20)
TRUTH = np.eye(3, dtype=np.float32)[CODES]
YES = random.random((20, 2)).astype(np.float32)
HELD = random.integers(0, 2, (20, 2)).astype(np.float32)
MATRIX = np.array([[0.8, 0.1, 0.1], [0, 0.7, 0.3], [0.2, 0.2, 0.6]])


def binary_entropy(y, p):
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


@pytest.mark.parametrize(
    ("loss", "categorical", "binary"),
    [
        (
            LabelSmoothing(0.3),
            -((0.7 * TRUTH + 0.1) * np.log(P)).sum(axis=1),
            binary_entropy(0.7 * HELD + 0.15, YES),
        ),
        (
            FocalLoss(gamma=1.5),
            -((1 - P[range(20), CODES]) ** 1.5) * np.log(P[range(20), CODES]),
            (1 - np.where(HELD, YES, 1 - YES)) ** 1.5 * binary_entropy(HELD, YES),
        ),
        (NoisyLabels(MATRIX), -np.log((P @ MATRIX)[range(20), CODES]), None),
    ],
)
def test_formulas(loss, categorical, binary):
    np.testing.assert_allclose(np.asarray(loss.categorical(TRUTH, P)), categorical, rtol=2e-5)
    if binary is not None:
        np.testing.assert_allclose(np.asarray(loss.binary(HELD, YES)), binary, rtol=2e-5)


@pytest.mark.parametrize("loss", [LabelSmoothing(0), FocalLoss(0), NoisyLabels(np.eye(3))])
def test_without_effect_they_are_cross_entropy(loss):
    wanted = -np.log(P[range(20), CODES])
    np.testing.assert_allclose(np.asarray(loss.categorical(TRUTH, P)), wanted, rtol=2e-5)


def make(loss=None, **parameters):
    settings = {"windows": 12, "max_epochs": 2, "batch_size": 16, "random_state": 0} | parameters
    return SequenceClassifier(SMALL, loss=loss, **settings)


@pytest.mark.parametrize(
    "loss",
    [
        LabelSmoothing(0.2),
        pytest.param(FocalLoss(2), marks=pytest.mark.slow),
        pytest.param(NoisyLabels([[0.9, 0.1], [0.2, 0.8]]), marks=pytest.mark.slow),
    ],
)
def test_training_and_validation_use_them(loss, tmp_path):
    validation = skdeepg.ValidationSet(X, Y)
    model = make(loss).fit(X, Y, validation=validation)
    plain = make().fit(X, Y, validation=validation)
    assert model.history_["val_loss"] != plain.history_["val_loss"]
    windows = model.predict_windows(X)
    probabilities = windows[list(model.classes_)].to_numpy()
    truth = np.eye(2)[np.searchsorted(model.classes_, np.asarray(Y)[windows["row"]])]
    wanted = np.asarray(
        loss.categorical(truth.astype(np.float32), probabilities.astype(np.float32))
    )
    np.testing.assert_allclose(model.history_["val_loss"][-1], wanted.mean(), rtol=1e-4)
    skdeepg.save(model, tmp_path / "model.h5")
    assert repr(skdeepg.load(tmp_path / "model.h5").loss) == repr(clone(model).loss)


def test_labels_that_do_not_exclude_each_other():
    several = np.array([[1, 0], [1, 1]] * 20)
    plain = make().fit(X, several).history_["loss"]
    for loss in (LabelSmoothing(0.2), FocalLoss(2)):
        assert make(loss).fit(X, several).history_["loss"] != plain


def test_language_models_take_them():
    model = WaveNetLM(WaveNet(filters=2, dilations=(1,)), 12, max_epochs=1, random_state=0)
    plain = clone(model).fit(X).history_["loss"]
    assert model.set_params(loss=LabelSmoothing(0.2)).fit(X).history_["loss"] != plain


@pytest.mark.parametrize(
    ("loss", "message"),
    [
        (NoisyLabels(MATRIX), r"has the shape \(3, 3\), but there are 2 classes"),
        (NoisyLabels([[0.5, 0.4], [0, 1]]), "must have probabilities that sum to 1 in each row"),
        (LabelSmoothing(1), "'amount' parameter of LabelSmoothing must be"),
        (FocalLoss(-1), "'gamma' parameter of FocalLoss must be"),
        ("mse", "'loss' parameter of SequenceClassifier must be"),
    ],
)
def test_errors(loss, message):
    with pytest.raises(ValueError, match=message):
        make(loss).fit(X, Y)
    with pytest.raises(ValueError, match="for classes that exclude each other"):
        make(NoisyLabels(np.eye(2))).fit(X, np.array([[1, 0], [1, 1]] * 20))


class HalfCrossEntropy(LossKind):
    def categorical(self, y, outputs):
        import keras

        return keras.losses.categorical_crossentropy(y, outputs) / 2


def test_a_loss_of_ones_own():
    """Half of the loss with a rate twice as high is the same training."""
    half = make(HalfCrossEntropy(), optimizer="sgd", learning_rate=0.2).fit(X, Y)
    whole = make(optimizer="sgd", learning_rate=0.1).fit(X, Y)
    np.testing.assert_allclose(2 * np.array(half.history_["loss"]), whole.history_["loss"], 1e-4)
    with pytest.raises(NotImplementedError):
        LossKind().categorical(TRUTH, P)
    with pytest.raises(NotImplementedError):
        LossKind().binary(HELD, YES)
