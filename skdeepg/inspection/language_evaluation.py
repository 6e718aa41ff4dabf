"""`LanguageEvaluation`: a language model next to its yardstick."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skdeepg.inspection.evaluation import Evaluation, format_scores
from skdeepg.inspection.language_scores import LanguageScores

__all__ = ["LanguageEvaluation"]

TITLES = {
    "score": "score (nats per base)",
    "bits_per_base": "bits per base",
    "perplexity": "perplexity",
    "accuracy": "accuracy",
}
SURE = 2  # standard errors from which a difference is hardly chance


@dataclass(frozen=True, eq=False, repr=False)
class LanguageEvaluation(Evaluation):
    """How well a language model knows sequences, next to a yardstick on the same bases.

    Made by ``evaluate(X)`` of a language model. A network that does not beat a Markov model has
    learnt nothing that counting would not give.

    Parameters
    ----------
    model : LanguageScores
        Scores of the model: ``evaluation.model.bits_per_base``.
    yardstick : LanguageScores
        Scores of the model to beat, on the same bases.
    rows : array-like of shape (n_rows,)
        Names of the rows.

    Raises
    ------
    ValueError
        If the two were not scored on the same number of bases in each row, or `rows` does not name
        each row.

    See Also
    --------
    LanguageScores : All scores by their names.
    LikelihoodDisplay : What `plot` draws.

    Examples
    --------
    >>> import numpy as np
    >>> from skdeepg.inspection import LanguageEvaluation, LanguageScores
    >>> n_bases = [100, 100, 50]
    >>> network = LanguageScores("WaveNetLM", n_bases, [-60.0, -70.0, -40.0], [80, 75, 35])
    >>> markov = LanguageScores("MarkovLanguageModel", n_bases, [-80.0, -95.0, -39.0], [70, 65, 36])
    >>> evaluation = LanguageEvaluation(network, markov, rows=["Vibrio", "Yersinia", "Zobellia"])
    >>> evaluation
    Evaluation of 2 language models, 250 bases of 3 rows
    <BLANKLINE>
                           WaveNetLM  MarkovLanguageModel
    score (nats per base)     -0.680               -0.856
    bits per base              0.981                1.235
    perplexity                 1.974                2.354
    accuracy                   0.760                0.684
    <BLANKLINE>
    WaveNetLM needs 0.254 bits per base less than MarkovLanguageModel (standard error 0.088, better
    on 2 of 3 rows).
    >>> round(evaluation.gain, 3)
    0.254
    """

    model: LanguageScores
    yardstick: LanguageScores
    rows: NDArray[Any]

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", np.asarray(self.rows))
        n_rows = len(self.model.n_bases)
        if self.rows.shape != (n_rows,):
            raise ValueError(
                f"rows must name each of the {n_rows} rows, found the shape {self.rows.shape}."
            )
        if len(self.yardstick.n_bases) != n_rows:
            raise ValueError(
                f"model and yardstick must be scored on the same rows, found {n_rows} and "
                f"{len(self.yardstick.n_bases)}."
            )
        differs = self.model.n_bases != self.yardstick.n_bases
        if differs.any():
            row = int(differs.argmax())
            raise ValueError(
                "model and yardstick must be scored on the same bases, found "
                f"{self.model.n_bases[row]} and {self.yardstick.n_bases[row]} in row {row} "
                f"({self.rows[row]})."
            )

    @property
    def gain(self) -> float:
        """The bits per base that the model saves over the yardstick; negative if it is worse."""
        return self.yardstick.bits_per_base - self.model.bits_per_base

    @property
    def gain_standard_error(self) -> float:
        """The standard error of `gain`, in bits per base, taking rows for independent.

        Bases of a row are not independent, so that rows are the sample: `gain` is a ratio of sums
        over rows (bits saved, bases), and this is the delta-method estimate for it, from the
        paired differences of rows [1]_. Rows that are relatives of each other make it too small.
        nan with fewer than two scored rows.

        References
        ----------
        .. [1] Miller (2024). Adding error bars to evals: a statistical approach to language model
           evaluations. https://doi.org/10.48550/arXiv.2411.00640
        """
        if self.n_rows_scored < 2 or not np.isfinite(self.gain):
            return float("nan")
        saved = (self.model.log_likelihood - self.yardstick.log_likelihood) / np.log(2)
        residuals = saved - self.gain * self.model.n_bases
        correction = self.n_rows_scored / (self.n_rows_scored - 1)
        return float(np.sqrt(correction * (residuals**2).sum()) / self.model.n_scored)

    @property
    def n_rows_scored(self) -> int:
        """The number of rows with a scored base."""
        return int((self.model.n_bases > 0).sum())

    @property
    def n_rows_better(self) -> int:
        """The number of rows in which the model needs fewer bits than the yardstick."""
        return int((self.model.log_likelihood > self.yardstick.log_likelihood).sum())

    @property
    def summary(self) -> str:
        """A sentence on which of the two is better, and by how much."""
        model, yardstick = self._names
        if np.isnan(self.gain):
            return f"{model} and {yardstick} cannot be compared: {self._why_undefined()}."
        if self.gain == 0:
            return f"{model} needs as many bits per base as {yardstick}: it is no better."
        relation = "less" if self.gain > 0 else "more"
        return (
            f"{model} needs {abs(self.gain):.3f} bits per base {relation} than {yardstick} "
            f"({self._describe_certainty()}){self._verdict()}."
        )

    def to_frame(self) -> pd.DataFrame:
        """List the scores of both models, over all rows and by row.

        Returns
        -------
        pandas.DataFrame
            One line a row and model, after those of all rows: level ("all" or "row"), row (its
            name, or "all"), model (its name), n_bases, score (nats per base), bits_per_base,
            perplexity and accuracy; nan in a row without a scored base.

        Examples
        --------
        >>> from skdeepg.inspection import LanguageEvaluation, LanguageScores
        >>> table = LanguageEvaluation(
        ...     LanguageScores("network", [4], [-2.0], [3]),
        ...     LanguageScores("markov", [4], [-5.0], [2]),
        ...     rows=["16S"],
        ... ).to_frame()
        >>> table[["level", "row", "model", "n_bases", "score", "accuracy"]]
          level  row    model  n_bases  score  accuracy
        0   all  all  network        4  -0.50      0.75
        1   all  all   markov        4  -1.25      0.50
        2   row  16S  network        4  -0.50      0.75
        3   row  16S   markov        4  -1.25      0.50
        """
        tables = [
            self._table(scores, name)
            for scores, name in zip((self.model, self.yardstick), self._names, strict=True)
        ]
        return pd.concat(tables).sort_index(kind="stable").reset_index(drop=True)

    def plot(self, kind: Literal["rows"] = "rows", ax: Any = None) -> Any:
        """Draw a dot a row: the model's bits per base against the yardstick's.

        Parameters
        ----------
        kind : {"rows"}, default="rows"
            The only picture.
        ax : matplotlib.axes.Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        LikelihoodDisplay
            With `ax_` and `figure_`.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If `kind` is not "rows", or no row has a scored base.

        Examples
        --------
        >>> from skdeepg.inspection import LanguageEvaluation, LanguageScores
        >>> evaluation = LanguageEvaluation(
        ...     LanguageScores("network", [4, 4], [-2.0, -3.0], [3, 2]),
        ...     LanguageScores("markov", [4, 4], [-5.0, -4.0], [2, 2]),
        ...     rows=["a", "b"],
        ... )
        >>> evaluation.plot().ax_.get_ylabel()
        'network (bits per base)'
        """
        from skdeepg.inspection.likelihoods import LikelihoodDisplay

        if kind != "rows":
            raise ValueError(f"kind must be 'rows', found {kind!r}.")
        model, yardstick = self._names
        return LikelihoodDisplay.from_predictions(
            self.model.row_bits_per_base,
            self.yardstick.row_bits_per_base,
            model_name=model,
            yardstick_name=yardstick,
            ax=ax,
        )

    def __repr__(self) -> str:
        head = (
            f"Evaluation of 2 language models, {self.model.n_scored:,} bases of "
            f"{self._describe_rows()}"
        )
        n_lost = len(self.rows) - self.n_rows_scored
        if n_lost:
            head += f" (rows without a scored base: {n_lost:,})"
        table = pd.DataFrame(
            {
                name: [getattr(scores, title) for title in TITLES]
                for name, scores in zip(self._names, (self.model, self.yardstick), strict=True)
            },
            index=list(TITLES.values()),
        )
        return f"{head}\n\n{format_scores(table)}\n\n{self.summary}"

    @property
    def _names(self) -> tuple[str, str]:
        model, yardstick = self.model.name, self.yardstick.name
        return model, f"{yardstick} (yardstick)" if model == yardstick else yardstick

    def _table(self, scores: LanguageScores, name: str) -> pd.DataFrame:
        columns: dict[str, Any] = {
            "level": ["all", *["row"] * len(self.rows)],
            "row": ["all", *self.rows.tolist()],
            "model": name,
            "n_bases": [scores.n_scored, *scores.n_bases.tolist()],
        }
        for title in TITLES:
            columns[title] = [getattr(scores, title), *getattr(scores, f"row_{title}").tolist()]
        return pd.DataFrame(columns)

    def _why_undefined(self) -> str:
        if self.n_rows_scored == 0:
            return "no base was scored"
        return "both gave a true base the probability zero"

    def _describe_certainty(self) -> str:
        if self.n_rows_scored == 1:
            return "on one row, which gives no standard error"
        error = f"standard error {self.gain_standard_error:.3f}"
        return f"{error}, better on {self.n_rows_better:,} of {self._describe_rows()}"

    def _describe_rows(self) -> str:
        return "1 row" if self.n_rows_scored == 1 else f"{self.n_rows_scored:,} rows"

    def _verdict(self) -> str:
        if self.gain < 0:
            return ": it is WORSE than the yardstick, do not trust it yet"
        if self.gain < SURE * self.gain_standard_error:
            return f": less than {SURE} standard errors, so it may be chance"
        return ""
