"""Integrals on lines from baselines to windows, of answers that NumPy computes: no TensorFlow."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from skdeepg.exceptions import LostDataWarning, NotConvergedWarning
from skdeepg.inspection.baselines import make_baselines
from skdeepg.inspection.explain_windows import Question, explain_windows, warn_if_not_converged
from skdeepg.inspection.explained_network import BothStrands, WindowBlock, WindowValues
from skdeepg.inspection.explained_rows import rows_of_windows
from skdeepg.inspection.integrated_gradients import IntegratedGradients, Pieces
from skdeepg.inspection.quadrature import quadrature_rule
from skdeepg.sequences import FastaWindowTransformer
from tests.inspection.attributions import make_attribution, make_windows

SHAPE = 6, 4
COMPLEMENT = np.array([3, 2, 1, 0])


class Cube:
    """Answers the cube of a weighted sum, times place + 1; each target has weights of its own."""

    def __init__(self, seed=0):
        self.weights = np.random.default_rng(seed).normal(0, 0.5, (2, *SHAPE))
        self.n_answers = 0

    def inner(self, symbols, targets):
        return (self.weights[targets] * symbols).sum(axis=(1, 2))

    def answer(self, symbols, targets, places):
        self.n_answers += len(symbols)
        return self.inner(symbols, targets) ** 3 * (places + 1)

    def integrate(self, baselines, symbols, targets, places, nodes, weights):
        slopes = sum(
            weight * 3 * self.inner(baselines + node * (symbols - baselines), targets) ** 2
            for node, weight in zip(nodes, weights, strict=True)
        )
        scale = (slopes * (places + 1))[:, np.newaxis, np.newaxis]
        return (symbols - baselines) * self.weights[targets] * scale

    def exact(self, baselines, symbols, targets, places):
        """The integral in closed form."""
        p, q = self.inner(baselines, targets), self.inner(symbols, targets)
        scale = ((p**2 + p * q + q**2) * (places + 1))[:, np.newaxis, np.newaxis]
        return (symbols - baselines) * self.weights[targets] * scale


def make_block(n_windows=5, n_baselines=2, seed=0):
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 4, (n_windows, SHAPE[0])).astype(np.uint8)
    return WindowBlock(
        codes=codes,
        symbols=np.eye(4)[codes],
        targets=rng.integers(0, 2, n_windows),
        places=rng.integers(0, 3, n_windows),
        baselines=rng.random((n_windows, n_baselines, *SHAPE)),
    )


def mean_over_baselines(function, block):
    """Call a function of baselines, symbols, targets and places with each baseline of windows."""
    n = block.baselines.shape[1]
    given = (block.symbols, block.targets, block.places)
    return np.mean([function(block.baselines[:, i], *given) for i in range(n)], axis=0)


class TestQuadrature:
    @pytest.mark.parametrize("n_steps", [1, 2, 7, 50])
    def test_gauss_legendre_is_exact_for_polynomials(self, n_steps):
        nodes, weights = quadrature_rule("gausslegendre", n_steps)
        for power in range(2 * n_steps):
            assert weights @ nodes**power == pytest.approx(1 / (power + 1), abs=1e-13)

    def test_trapezoids(self):
        nodes, weights = quadrature_rule("trapezoid", 4)
        np.testing.assert_allclose(nodes, [0, 0.25, 0.5, 0.75, 1])
        np.testing.assert_allclose(weights, [0.125, 0.25, 0.25, 0.25, 0.125])


class TestIntegratedGradients:
    def test_two_steps_are_exact_for_a_cube(self):
        network, block = Cube(), make_block()
        found = IntegratedGradients(2, "gausslegendre", None, 2)(network, block)
        np.testing.assert_allclose(found.values, mean_over_baselines(network.exact, block))
        np.testing.assert_allclose(
            found.outputs, network.answer(block.symbols, block.targets, block.places)
        )
        at_baselines = mean_over_baselines(lambda b, _, *rest: network.answer(b, *rest), block)
        np.testing.assert_allclose(found.baseline_outputs, at_baselines)
        np.testing.assert_allclose(found.deltas, 0, atol=1e-12)
        assert found.n_steps.tolist() == [2] * 5

    def test_one_step_is_the_gradient_in_the_middle(self):
        network, block = Cube(), make_block()
        found = IntegratedGradients(1, "gausslegendre", None, 100)(network, block)

        def middle(baselines, symbols, targets, places):
            slope = 3 * network.inner((baselines + symbols) / 2, targets) ** 2 * (places + 1)
            return (symbols - baselines) * network.weights[targets] * slope[:, None, None]

        np.testing.assert_allclose(found.values, mean_over_baselines(middle, block))
        missing = found.values.sum(axis=(1, 2)) - (found.outputs - found.baseline_outputs)
        np.testing.assert_allclose(found.deltas, missing)
        assert np.abs(found.deltas).max() > 0.01

    @pytest.mark.parametrize("tolerance", [1e-2, 1e-4])
    def test_lines_are_halved_until_they_are_exact(self, tolerance):
        network, block = Cube(), make_block(n_baselines=1)
        coarse = IntegratedGradients(1, "trapezoid", None, 1)(network, block)
        found = IntegratedGradients(1, "trapezoid", tolerance, 10_000)(network, block)
        assert np.abs(found.deltas).max() <= tolerance < np.abs(coarse.deltas).max()
        expected = mean_over_baselines(network.exact, block)
        np.testing.assert_allclose(found.values, expected, atol=tolerance)
        assert (found.n_steps > 1).any()
        # the error of trapezoids falls with the square of the steps
        assert found.n_steps.max() < 4 * np.sqrt(np.abs(coarse.deltas).max() / tolerance) + 4

    def test_only_lines_that_need_it_are_halved(self):
        network, block = Cube(), make_block(n_windows=2, n_baselines=1)
        block.baselines[0, 0] = block.symbols[0]
        found = IntegratedGradients(3, "trapezoid", 1e-6, 3000)(network, block)
        assert found.n_steps[0] == 3 < found.n_steps[1] <= 3000
        assert not found.values[0].any()

    @pytest.mark.parametrize(("n_steps", "most", "expected"), [(1, 4, 4), (2, 9, 8), (5, 9, 5)])
    def test_never_more_steps_than_allowed(self, n_steps, most, expected):
        found = IntegratedGradients(n_steps, "trapezoid", 1e-14, most)(Cube(), make_block())
        assert found.n_steps.tolist() == [expected] * 5

    def test_steps_of_a_window_are_those_of_its_hardest_line(self):
        network, block = Cube(), make_block(n_windows=1, n_baselines=2)
        block.baselines[0, 1] = block.symbols[0]
        found = IntegratedGradients(1, "trapezoid", 1e-5, 10_000)(network, block)
        assert found.n_steps[0] > 10


class TestBothStrands:
    def test_the_mean_of_both(self):
        network, block = Cube(), make_block(n_baselines=1)
        both = BothStrands(network, COMPLEMENT)
        turned = block.symbols[:, ::-1, ::-1]
        given = block.targets, block.places
        answers = network.answer(block.symbols, *given), network.answer(turned, *given)
        np.testing.assert_allclose(both.answer(block.symbols, *given), np.mean(answers, axis=0))
        baseline = block.baselines[:, 0]
        rule = quadrature_rule("gausslegendre", 2)
        forward = network.exact(baseline, block.symbols, *given)
        other = network.exact(baseline[:, ::-1, ::-1], turned, *given)[:, ::-1, ::-1]
        np.testing.assert_allclose(
            both.integrate(baseline, block.symbols, *given, *rule), (forward + other) / 2
        )


class TestPieces:
    def pieces(self, line, errors):
        n = len(line)
        return Pieces(
            np.array(line), np.zeros(n), np.ones(n), np.zeros((n, 1, 1)), np.array(errors, float)
        )

    def test_only_lines_that_are_not_exact(self):
        pieces = self.pieces([0, 1, 1, 2], [0.5, 0.3, -0.3, np.nan])
        assert sorted(pieces.worst(0.1, most=9)) == [0, 3]

    def test_only_large_errors(self):
        pieces = self.pieces([0, 0, 0, 0], [0.2, 0.001, 0.02, -0.3])
        assert sorted(pieces.worst(0.05, most=9)) == [0, 2, 3]

    def test_the_largest_first_where_not_all_may_be_halved(self):
        pieces = self.pieces([0, 0, 0, 1], [0.2, 0.4, 0.3, 1.0])
        assert sorted(pieces.worst(0.05, most=4)) == [1, 3]
        assert not len(pieces.worst(0.05, most=1))


def question(X, window_length, stride, **cut):
    """All windows of X, compared with zeros."""
    cutter = FastaWindowTransformer(window_length, stride=stride, **cut)
    windows = cutter.fit(X).transform(X)
    vocabulary = windows.sequences.vocabulary
    table = windows.cut.symbol_table(vocabulary)
    rows = rows_of_windows(windows)
    targets = np.arange(rows.n_windows) % 3
    return Question(rows, targets, make_baselines("zero", 1, window_length, table, vocabulary), 0)


def number_windows(seen):
    """A method whose attributions are one-hot letters times the number of the window."""

    def explain(network, block):
        numbers = np.arange(len(seen), len(seen) + len(block.codes))
        seen.extend(zip(block.targets, block.places, strict=True))
        return WindowValues(
            values=block.symbols * numbers[:, np.newaxis, np.newaxis],
            outputs=numbers + 0.25,
            baseline_outputs=numbers / 2,
            deltas=-numbers / 4,
            n_steps=numbers + 7,
        )

    return explain


class TestExplainWindows:
    def test_bases_have_the_mean_of_the_windows_that_see_them(self):
        letters = np.random.default_rng(0).choice(list("ACGT"), 300)
        seen = []
        asked = question(["".join(letters), "ACGTACGT"], 6, 2)
        values, windows = explain_windows(number_windows(seen), None, asked)
        # 148 windows of the first row, 2 of the second
        assert values.shape == (2, 300, 4)
        for base in range(300):
            numbers = [i for i in range(148) if 2 * i <= base < 2 * i + 6]
            expected = np.eye(4)["ACGT".index(letters[base])] * np.mean(numbers)
            np.testing.assert_allclose(values[0, base], expected, rtol=1e-6)
        np.testing.assert_allclose(values[1, :8].sum(axis=1), [148] * 2 + [148.5] * 4 + [149] * 2)
        assert not values[1, 8:].any()
        assert windows.rows.tolist() == [0] * 148 + [1, 1]
        assert windows.starts.tolist() == [*range(0, 296, 2), 0, 2]
        numbers = np.arange(150)
        np.testing.assert_array_equal(windows.outputs, numbers + 0.25)
        np.testing.assert_array_equal(windows.baseline_outputs, numbers / 2)
        np.testing.assert_array_equal(windows.convergence_deltas, -numbers / 4)
        np.testing.assert_array_equal(windows.n_steps, numbers + 7)
        assert seen == [(i % 3, 0) for i in range(150)]

    def test_padding_has_no_attribution(self):
        values, windows = explain_windows(number_windows([0]), None, question(["ACG"], 5, 5))
        np.testing.assert_array_equal(values[0], np.eye(4)[:3])
        assert windows.starts.tolist() == [-2]

    def test_repeated_bases_have_the_sum_of_their_places(self):
        asked = question(["ACG"], 5, 5, short="repeat")
        values, windows = explain_windows(number_windows([0]), None, asked)
        np.testing.assert_array_equal(values[0], np.eye(4)[:3] * [[2], [2], [1]])
        assert windows.starts.tolist() == [0]

    def test_bases_between_windows_are_counted(self):
        with pytest.warns(LostDataWarning, match="^2 of 12 bases are in no window"):
            values, _ = explain_windows(number_windows([0]), None, question(["ACGTACGTACGT"], 4, 6))
        assert values[0].any(axis=1).tolist() == [True] * 4 + [False] * 2 + [True] * 6


def test_methods_without_baselines_have_no_deltas_and_no_steps():
    found = WindowValues.without_baselines(np.ones((3, 5, 4)), np.arange(3.0))
    assert found.outputs.tolist() == [0, 1, 2]
    assert np.isnan(found.baseline_outputs).all()
    assert np.isnan(found.deltas).all()
    assert (found.n_steps.tolist(), found.n_steps.dtype) == ([0, 0, 0], np.int64)


class TestConvergence:
    def attribution(self, deltas):
        rows = ["ACGT"] * len(deltas)
        windows = make_windows(range(len(deltas)), deltas=deltas)
        return make_attribution(
            *rows, records=[f"chr{i}" for i in range(len(deltas))], windows=windows
        )

    def test_rows_are_named(self):
        found = self.attribution([0.1, 0, -0.3, np.nan, 0.02])
        with pytest.warns(NotConvergedWarning) as caught:
            warn_if_not_converged(found, 0.01, 500, 1)
        text = str(caught[0].message)
        assert text.startswith(
            "4 of 5 rows did not converge to tolerance=0.01 within max_steps=500: "
            "chr0 (row 0), chr2 (row 2), chr3 (row 3) and 1 more."
        )
        with pytest.warns(
            NotConvergedWarning, match=r"^3 of 3 .* chr2 \(row 2\)\. .* up to 0\.3\."
        ):
            warn_if_not_converged(self.attribution([0.1, -0.3, 0.2]), 0.01, 500, 1)

    def test_nothing_is_said_where_all_add_up(self):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warn_if_not_converged(self.attribution([0.01, -0.01, 0]), 0.01, 500, 1)
