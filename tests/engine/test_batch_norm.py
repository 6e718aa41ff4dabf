"""Batch-normalisation statistics: predictions are good after any fit, however short."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import clone

from skdeepg import LSTMCNN, FastaWindowTransformer, SequenceClassifier
from skdeepg.engine.batch_norm import StatisticsEstimator
from skdeepg.engine.compiled import Encoder
from tests.toys import coin_sequences

TABLE = np.vstack([np.eye(4), np.zeros((2, 4))]).astype(np.float32)


def convolution_and_norm():
    import keras

    return keras.Sequential(
        [
            keras.Input((12, 4)),
            keras.layers.Conv1D(3, 5, name="convolution"),
            keras.layers.BatchNormalization(name="norm"),
        ]
    )


def test_statistics_are_the_moments_of_all_batches_together():
    model = convolution_and_norm()
    codes = np.random.default_rng(0).integers(0, 6, (50, 12)).astype(np.uint8)
    StatisticsEstimator(model, Encoder(TABLE)).estimate([codes[:7], codes[7:40], codes[40:]])
    activations = model.get_layer("convolution")(TABLE[codes]).numpy()
    norm = model.get_layer("norm")
    np.testing.assert_allclose(norm.moving_mean, activations.mean(axis=(0, 1)), atol=1e-6)
    np.testing.assert_allclose(norm.moving_variance, activations.var(axis=(0, 1)), rtol=1e-4)
    assert norm.momentum == 0.99


def short_fit(momentum):
    """Fit for very few steps; give accuracy on training and on new rows."""
    windows = FastaWindowTransformer(40)
    network = LSTMCNN(filters=(8, 8), kernel_size=5, batch_norm_momentum=momentum)
    classifier = SequenceClassifier(
        network, windows, max_epochs=1, steps_per_epoch=6, batch_size=64, learning_rate=0.02,
        random_state=0,
    )  # fmt: skip
    X, y = coin_sequences(100, seed=0, shortest=40, longest=80)
    classifier.fit(X, y)
    return classifier, classifier.score(*coin_sequences(100, seed=1, shortest=40, longest=80))


def test_short_fits_predict_well():
    _, accuracy = short_fit(None)
    assert accuracy >= 0.95


def test_who_asks_for_a_momentum_gets_it():
    classifier, _ = short_fit(0.99)
    norms = [layer for layer in classifier.model_.layers if hasattr(layer, "moving_mean")]
    assert {layer.momentum for layer in norms} == {0.99}
    # six steps move an average that starts at 1 by less than six per cent
    assert all(np.max(layer.moving_variance) > 0.9 for layer in norms)


@pytest.mark.parametrize("n_steps", [1, 2])
def test_training_and_prediction_agree_after_a_step_or_two(n_steps):
    X, y = coin_sequences(64, seed=0, shortest=40, longest=40)
    classifier = SequenceClassifier(
        LSTMCNN(filters=(8, 8), kernel_size=5), 40, max_epochs=1, steps_per_epoch=n_steps,
        batch_size=64, random_state=0,
    ).fit(X, y)  # fmt: skip
    codes = FastaWindowTransformer(40).fit_transform(X).to_array()
    batch_mode = classifier.model_(TABLE[codes], training=True).numpy()
    np.testing.assert_allclose(classifier.predict_proba(X), batch_mode, atol=0.01)


def test_networks_of_the_user_are_estimated_too(sequences):
    X, y = sequences

    def network(task):
        import keras

        body = convolution_and_norm()
        inputs = keras.Input(task.input_shapes[0])
        pooled = keras.layers.GlobalAveragePooling1D()(body(inputs))
        return keras.Model(inputs, keras.layers.Dense(task.n_outputs, task.activation)(pooled))

    classifier = SequenceClassifier(network, 12, max_epochs=1, random_state=0).fit(X, y)
    again = clone(classifier).set_params(max_epochs=0).fit(X, y)
    norms = [model.model_.layers[1].layers[1] for model in (classifier, again)]
    assert not np.allclose(norms[0].moving_mean, 0)
    np.testing.assert_array_equal(norms[1].moving_mean, 0)
