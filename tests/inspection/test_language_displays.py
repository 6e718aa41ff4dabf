"""Pictures of language models: the dots, lines and labels that they should have."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from skdeepg.inspection import (
    LanguageEvaluation,
    LanguageScores,
    LikelihoodDisplay,
    SurpriseDisplay,
)
from tests.inspection.test_displays import legend

pytestmark = pytest.mark.usefixtures("plt")


class TestLikelihoods:
    def test_dots(self):
        display = LikelihoodDisplay.from_predictions(
            [0.5, 0.6, 1.2, 1.0], [0.8, 0.9, 1.1, 1.0], model_name="net", yardstick_name="markov"
        )
        dots = {winner: dots.get_offsets().tolist() for winner, dots in display.dots_.items()}
        assert dots == {
            "model": [[0.8, 0.5], [0.9, 0.6]],
            "yardstick": [[1.1, 1.2]],
            "neither": [[1.0, 1.0]],
        }
        assert legend(display) == [
            "net is better: 2",
            "markov is better: 1",
            "neither is better: 1",
        ]
        assert display.ax_.get_legend().get_title().get_text() == "4 rows"
        assert display.ax_.get_xlabel() == "markov (bits per base)"
        assert display.ax_.get_ylabel() == "net (bits per base)"
        assert display.figure_ is display.ax_.figure

    def test_the_diagonal_is_one(self):
        display = LikelihoodDisplay.from_predictions([0.5, 0.7], [1.9, 1.8])
        assert display.ax_.get_xlim() == display.ax_.get_ylim()
        assert display.ax_.get_aspect() == 1
        np.testing.assert_array_equal(display.diagonal_.get_xdata(), display.ax_.get_xlim())
        np.testing.assert_array_equal(display.diagonal_.get_ydata(), display.ax_.get_xlim())
        low, high = display.ax_.get_xlim()
        assert low < 0.5
        assert high > 1.9

    def test_rows_that_cannot_be_drawn_are_counted(self):
        display = LikelihoodDisplay.from_predictions([1, np.nan, np.inf], [2, np.nan, 2])
        title = display.ax_.get_legend().get_title().get_text()
        assert title == "1 of 3 rows (others have no finite score)"
        assert list(display.dots_) == ["model"]
        with pytest.raises(ValueError, match="No row has a finite number"):
            LikelihoodDisplay.from_predictions([np.nan], [np.nan])

    @pytest.mark.parametrize(("model", "yardstick"), [([1, 2], [1]), ([[1]], [[1]])])
    def test_shapes(self, model, yardstick):
        with pytest.raises(ValueError, match="one value a row, found the shapes"):
            LikelihoodDisplay.from_predictions(model, yardstick)

    def test_drawn_by_an_evaluation(self, plt):
        log_likelihood = -np.log(2) * np.array([20, 30])
        evaluation = LanguageEvaluation(
            LanguageScores("net", [20, 20], log_likelihood, [9, 9]),
            LanguageScores("markov", [20, 20], 1.2 * log_likelihood, [9, 9]),
            ["a", "b"],
        )
        _, ax = plt.subplots()
        display = evaluation.plot("rows", ax=ax)
        assert isinstance(display, LikelihoodDisplay)
        assert display.ax_ is ax
        np.testing.assert_allclose(
            display.dots_["model"].get_offsets(), [[1.2, 1], [1.8, 1.5]], rtol=1e-12
        )
        with pytest.raises(ValueError, match="kind must be 'rows', found 'roc'"):
            evaluation.plot("roc")


class TestSurprise:
    def test_running_mean(self):
        display = SurpriseDisplay.from_predictions(range(5), [5, 1, 3, 2, 10], smooth=3)
        assert display.line_.get_xdata().tolist() == [0, 1, 2, 3, 4]
        assert display.line_.get_ydata().tolist() == [5, 1, 3, 2, 10]
        assert display.mean_line_.get_ydata().tolist() == [3, 3, 2, 5, 6]
        assert legend(display) == ["mean 4.20 bits"]
        assert display.ax_.get_legend().get_title().get_text() == "Running mean over 3 bases"
        assert display.ax_.get_xlabel() == "Position (bases)"
        assert display.ax_.get_ylabel() == "Surprise (bits)"
        assert display.ax_.get_ylim() == (0, 12.5)

    def test_a_perfect_model_has_an_axis(self):
        display = SurpriseDisplay.from_predictions([0, 1], [0, 0])
        assert display.ax_.get_ylim() == (0, 1.25)

    def test_even_width_reaches_one_further_on(self):
        display = SurpriseDisplay.from_predictions([0, 1, 2], [0, 2, 6], smooth=2)
        assert display.mean_line_.get_ydata().tolist() == [1, 4, 6]

    def test_running_mean_is_over_bases_not_over_values(self):
        """At positions 0, 1, 4 a width of 3 takes the neighbours 0 and 1 together only."""
        display = SurpriseDisplay.from_predictions([0, 1, 4], [2, 4, 8], smooth=3)
        assert display.mean_line_.get_ydata().tolist() == [3, 3, 8]

    def test_no_running_mean(self):
        display = SurpriseDisplay.from_predictions([0, 1], [2, 4], smooth=1, name="net")
        assert display.mean_line_ is None
        assert len(display.ax_.lines) == 1
        assert legend(display) == ["net (mean 3.00 bits)"]
        assert display.ax_.get_legend().get_title().get_text() == ""

    def test_lines_break_at_gaps_wider_than_the_mean(self):
        display = SurpriseDisplay.from_predictions([0, 1, 4, 8, 9], np.ones(5), smooth=3)
        for line in (display.line_, display.mean_line_):
            np.testing.assert_array_equal(line.get_xdata(), [0, 1, 4, np.nan, 8, 9])
            np.testing.assert_array_equal(line.get_ydata(), [1, 1, 1, np.nan, 1, 1])

    def test_lines_do_not_break_at_every_step_of_a_stride(self):
        display = SurpriseDisplay.from_predictions(np.arange(0, 500, 100), np.ones(5), smooth=3)
        assert np.isfinite(display.line_.get_ydata()).all()

    def test_models_on_the_same_axes(self):
        first = SurpriseDisplay.from_predictions(range(9), np.full(9, 2.0), name="a")
        second = SurpriseDisplay.from_predictions(range(9), np.ones(9), name="b", ax=first.ax_)
        assert second.ax_ is first.ax_
        assert legend(second) == ["a (mean 2.00 bits)", "b (mean 1.00 bits)"]
        assert first.line_.get_color() == first.mean_line_.get_color()
        assert second.line_.get_color() == second.mean_line_.get_color()
        assert first.line_.get_color() != second.line_.get_color()
        assert second.ax_.get_ylim()[1] > 2

    @pytest.mark.parametrize(
        ("position", "bits", "message"),
        [
            ([0, 1], [1], r"one value a base.*found the shapes \(2,\) and \(1,\)"),
            ([], [], "at least one"),
            ([0.5], [1], "position must be whole numbers, found the type float64"),
            ([0, 4, 2], [1, 1, 1], "position must increase, found 2 after 4"),
            ([0, 0], [1, 1], "position must increase, found 0 after 0"),
            ([6, 7], [1, np.inf], "finite and not negative, found inf at position 7"),
            ([6], [-0.1], "finite and not negative, found -0.1 at position 6"),
            ([6], [np.nan], "found nan at position 6"),
        ],
    )
    def test_errors(self, position, bits, message):
        with pytest.raises(ValueError, match=message):
            SurpriseDisplay.from_predictions(position, bits)

    def test_width_below_one(self):
        with pytest.raises(ValueError, match="smooth must be at least 1 base, found 0"):
            SurpriseDisplay.from_predictions([0], [1], smooth=0)


class Oracle:
    """Answers with a table of its own."""

    def __init__(self, *lines: tuple) -> None:
        columns = ["row", "record", "position", "base", "A", "C", "G", "T"]
        self.table = pd.DataFrame(lines, columns=columns)

    def predict_windows(self, X):
        return self.table


P = (0.5, 0.25, 0.125, 0.125)


class TestSurpriseOfAnEstimator:
    def test_surprise_of_the_true_base(self):
        estimator = Oracle(
            (0, "x", 3, "A", *P),
            (1, "y", 7, "T", *P),
            (1, "y", 8, "C", *P),
            (1, "y", 9, "N", *P),
            (1, "y", 10, "A", *P),
        )
        display = SurpriseDisplay.from_estimator(estimator, None, row=1)
        assert display.position.tolist() == [7, 8, 10]  # without the ambiguous one
        assert display.bits.tolist() == [3, 2, 1]
        assert display.name == "Oracle"
        assert SurpriseDisplay.from_estimator(estimator, None).bits.tolist() == [1]

    def test_probability_of_zero_can_be_drawn(self):
        estimator = Oracle((0, "x", 0, "A", 0, 0.5, 0.5, 0), (0, "x", 1, "C", 0, 1.0000001, 0, 0))
        display = SurpriseDisplay.from_estimator(estimator, None, name="harsh")
        assert display.bits.tolist() == [126, 0]  # the smallest normal float32 is 2 ** -126
        assert legend(display) == ["harsh (mean 63.00 bits)"]

    def test_rows_of_several_records(self):
        estimator = Oracle((0, "x", 0, "A", *P), (0, "y", 0, "C", *P))
        assert SurpriseDisplay.from_estimator(estimator, None, record="y").bits.tolist() == [2]
        for record in (None, "z"):
            with pytest.raises(ValueError, match="one of the 2 records of row 0, 'x', 'y', found"):
                SurpriseDisplay.from_estimator(estimator, None, record=record)

    def test_nothing_to_draw(self):
        with pytest.raises(ValueError, match="row 2 of X has no scored base; rows with some: '0'"):
            SurpriseDisplay.from_estimator(Oracle((0, "x", 0, "A", *P)), None, row=2)
        with pytest.raises(ValueError, match="All bases of the chosen record are ambiguous"):
            SurpriseDisplay.from_estimator(Oracle((0, "x", 0, "N", *P)), None)
