"""Integrated gradients of networks whose attributions are known, or were computed by deepG."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skdeepg import SequenceClassifier, SequenceLanguageModel
from tests.inspection.toy_networks import (
    LENGTH,
    MOTIF,
    classifier,
    convolutions,
    linear,
    motif_detector,
    product,
    product_of_halves,
)
from tests.toys import random_sequences

GOLDEN = Path(__file__).parents[1] / "golden" / "encodings"
EXACT = {"rtol": 0, "atol": 1e-5}


def one_hot(text):
    return np.eye(4)[["ACGT".index(letter) for letter in text]]


def codes(text):
    return np.array(["ACGT".index(letter) for letter in text])


class TestClosedForm:
    def test_linear(self):
        """The logit's gradient is the weight everywhere."""
        model = linear()
        X, other = random_sequences([LENGTH] * 2, seed=1)
        weights = model.layers[-1].get_weights()[0][:, 1].reshape(LENGTH, 4)
        found = classifier(model).explain([X], "yes", baseline=codes(other), of="logit")
        expected = (one_hot(X) - one_hot(other)) * weights
        np.testing.assert_allclose(found.values[0], expected, **EXACT)

    def test_probability_of_a_linear_network(self):
        """On a line to a baseline every base has the same share of the sum as of the logit."""
        model, X = linear(), random_sequences([LENGTH], seed=1)
        clf = classifier(model)
        dense = model.layers[-1].get_weights()[0]
        difference = (dense[:, 1] - dense[:, 0]).reshape(LENGTH, 4) * one_hot(X[0])
        found = clf.explain(X, "yes", baseline="zero")
        at_zero = clf.predict_proba(["N" * LENGTH])[0, 1]
        expected = difference / difference.sum() * (clf.predict_proba(X)[0, 1] - at_zero)
        np.testing.assert_allclose(found.values[0], expected, **EXACT)

    @pytest.mark.parametrize("n_steps", [1, 50])
    def test_product_of_two_sums(self, n_steps):
        """Both factors grow alike from zero, so each gets half of the product."""
        model, X = product(), random_sequences([LENGTH], seed=2)
        u, v = (model.get_layer(n).get_weights()[0].reshape(LENGTH, 4) for n in "uv")
        x = one_hot(X[0])
        found = classifier(model).explain(
            X, baseline="zero", layer="product", unit=0, n_steps=n_steps
        )
        expected = (u * x * (v * x).sum() + v * x * (u * x).sum()) / 2
        np.testing.assert_allclose(found.values[0], expected, **EXACT)
        assert found.target.tolist() == [0]
        assert found.of == "activation"

    def test_two_inputs(self):
        """The right half reaches the network reversed, and its attributions come back in order."""
        rows = random_sequences([40] * 3, seed=1)
        model = SequenceLanguageModel(
            product_of_halves, 11, target="middle", max_epochs=0, random_state=0
        ).fit(rows)
        X = random_sequences([LENGTH], seed=3)
        left, right = one_hot(X[0][:6]), one_hot(X[0][7:])
        u = model.model_.get_layer("u").get_weights()[0].reshape(6, 4) * left
        v = model.model_.get_layer("v").get_weights()[0].reshape(5, 4)[::-1] * right
        found = model.explain(X, baseline="zero", layer="product", unit=0)
        expected = np.concatenate([u * v.sum(), np.zeros((1, 4)), v * u.sum()]) / 2
        np.testing.assert_allclose(found.values[0], expected, **EXACT)

    def test_planted_motif(self):
        """Of a motif of 7 bases and a threshold of 4.2 each base gets a 7th of 2.8."""
        X = "CC" + MOTIF + "C" * 21
        found = classifier(motif_detector()).explain(
            [X], baseline="zero", layer="found", unit=0, tolerance=1e-6, max_steps=10_000
        )
        expected = np.zeros((30, 4))
        expected[np.arange(2, 9), codes(MOTIF)] = 0.4
        np.testing.assert_allclose(found.values[0], expected, **EXACT)
        assert found.windows.n_steps[0] > 50  # there is a kink on the way

    def test_other_strand(self):
        """The mean of a linear network's weights on both strands."""
        model, X = linear(), random_sequences([LENGTH], seed=4)
        weights = model.layers[-1].get_weights()[0][:, 1].reshape(LENGTH, 4)
        clf = classifier(model, strands="both")
        found = clf.explain(X, "yes", baseline="zero", of="logit")
        expected = one_hot(X[0]) * (weights + weights[::-1, ::-1]) / 2
        np.testing.assert_allclose(found.values[0], expected, **EXACT)


class TestGolden:
    """Case 07: deepG's `integrated_gradients`, trapezoids from a zero baseline."""

    @pytest.mark.parametrize("n_steps", [10, 50])
    @pytest.mark.parametrize("number", [1, 2])
    @pytest.mark.parametrize("head", ["flatten", "gmax", "pool"])
    def test_values(self, head, number, n_steps):
        arrays = np.load(GOLDEN / "07_integrated_gradients.npz")
        path = GOLDEN / f"07_model_{head}.h5"
        clf = SequenceClassifier.from_keras(path, classes=[1, 2])
        found = clf.explain(
            ["ACGTNACGGT"], number, baseline="zero", quadrature="trapezoid", n_steps=n_steps
        )
        expected = arrays[f"{head}_ig_class{number}_m{n_steps}"]
        np.testing.assert_allclose(found.values[0], expected, rtol=1e-5, atol=2e-6)
        at = arrays[f"{head}_pred"][0, number - 1], arrays[f"{head}_pred_zero"][0, number - 1]
        assert found.windows.outputs[0] == pytest.approx(at[0], abs=1e-6)
        assert found.windows.baseline_outputs[0] == pytest.approx(at[1], abs=1e-6)


class TestCompleteness:
    NETWORKS = {
        (kind, seed): classifier(convolutions(kind, seed))
        for kind in ("pooled", "average", "max", "lstm")
        for seed in (0, 1)
    }

    @settings(max_examples=12)
    @given(
        st.sampled_from(sorted(NETWORKS)),
        st.text("ACGTN", min_size=LENGTH, max_size=LENGTH),
        st.text("ACGT", min_size=LENGTH, max_size=LENGTH),
        st.sampled_from(["no", "yes"]),
    )
    def test_attributions_add_up(self, network, text, other, target):
        """To the difference of two answers of `predict_proba`."""
        clf = self.NETWORKS[network]
        baseline = codes(other)
        found = clf.explain([text], target, baseline=baseline, tolerance=1e-4, max_steps=20_000)
        number = ["no", "yes"].index(target)
        answers = clf.predict_proba([text, other])[:, number]
        total = found.values.sum(dtype=np.float64)
        assert total == pytest.approx(answers[0] - answers[1], abs=1.1e-4)
        assert np.abs(found.convergence_delta[0]) <= 1e-4
        delta = total - (answers[0] - answers[1])
        assert found.convergence_delta[0] == pytest.approx(delta, abs=2e-6)

    def test_the_delta_is_what_is_missing(self):
        """Too few steps leave an error, which is told."""
        clf = classifier(convolutions("pooled", 0))
        found = clf.explain(["ACGTACGTACGT"], "yes", baseline="zero", n_steps=1)
        window = found.windows
        missing = found.values.sum() - (window.outputs[0] - window.baseline_outputs[0])
        assert found.convergence_delta[0] == pytest.approx(missing, abs=1e-6)
        assert abs(missing) > 1e-3
