"""Scores that all language models share: log-likelihood, bits, perplexity, accuracy."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted

from skdeepg.exceptions import LostDataWarning
from skdeepg.inspection import LanguageEvaluation, LanguageScores
from skdeepg.sequences import Sequences, SequenceWindows
from skdeepg.sequences.collection import IntArray
from skdeepg.sequences.inputs import check_vocabulary
from skdeepg.sequences.scored import ScoredBases
from skdeepg.sequences.windows import name_some

if TYPE_CHECKING:
    from skdeepg.estimators.markov import MarkovLanguageModel

__all__ = ["LikelihoodMixin"]

Rows = Sequences | SequenceWindows


class LikelihoodMixin:
    """Scores of a language model, from its probabilities for single bases.

    Subclasses have the parameter `score_strands`, supply `_open`, `_score_blocks` and
    `predict_proba`, and have a fitted `yardstick_`.
    """

    score_strands: str
    classes_: NDArray[np.str_]

    def _open(self, X: Any) -> Rows:
        """Read the rows that are to be scored."""
        raise NotImplementedError

    def _score_blocks(self, rows: Rows) -> Iterator[ScoredBases]:
        """Answer for the bases of some rows, in order, in blocks that fit into memory."""
        raise NotImplementedError

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Give the probability of each letter for the target of each row."""
        raise NotImplementedError

    def predict(self, X: Any) -> NDArray[np.str_]:
        """Give the most probable letter for the target of each row.

        Parameters
        ----------
        X : Sequences, SequenceWindows, list-like of sequences or paths, or array of codes
            The rows.

        Returns
        -------
        ndarray of shape (n_rows,) and dtype str
            The argmax of `predict_proba`.

        Examples
        --------
        >>> from skdeepg import MarkovLanguageModel
        >>> model = MarkovLanguageModel(order=2).fit(["ACGACGACGACG"])
        >>> model.predict(["ACGAC", "GA"])
        array(['G', 'C'], dtype='<U1')
        """
        best = self.predict_proba(X).argmax(axis=1)
        return np.asarray(self.classes_[best])

    def predict_windows(self, X: Any) -> pd.DataFrame:
        """Give the probability of each letter for every base that is scored.

        Parameters
        ----------
        X : Sequences, SequenceWindows, list-like of sequences or paths, or array of codes
            The rows.

        Returns
        -------
        pandas.DataFrame
            One line a base: row (number), record (name), position (0-based within the record),
            base (the true letter, N if ambiguous) and a column a letter with its probability.

        Examples
        --------
        >>> from skdeepg import MarkovLanguageModel
        >>> model = MarkovLanguageModel(order=2).fit(["ACGACGACGACG"])
        >>> model.predict_windows(["ACG", "TGA"])[["row", "position", "base"]]
           row  position base
        0    0         1    C
        1    0         2    G
        2    1         1    G
        3    1         2    A
        """
        rows = self._open(X)
        blocks = list(self._score_blocks(rows)) or [ScoredBases.none(len(self.classes_))]
        sequences = _sequences(rows)
        return pd.concat([self._frame(block, sequences) for block in blocks], ignore_index=True)

    def _frame(self, block: ScoredBases, sequences: Sequences) -> pd.DataFrame:
        letters = np.array([*self.classes_, "N", "N"])
        head = pd.DataFrame(
            {
                "row": block.row,
                "record": sequences.records().name[block.record],
                "position": block.position,
                "base": letters[block.true],
            }
        )
        answers = pd.DataFrame(block.probabilities, columns=list(self.classes_))
        return pd.concat([head, answers], axis=1)

    def score_samples(self, X: Any) -> NDArray[np.float64]:
        """Give the log-likelihood of each row.

        Parameters
        ----------
        X : Sequences, SequenceWindows, list-like of sequences or paths, or array of codes
            The rows.

        Returns
        -------
        ndarray of shape (n_rows,)
            The mean over the row's scored bases in nats per base, at most 0; nan, with a warning,
            for a row without a base to score.

        Raises
        ------
        ValueError
            If no row has a base to score.

        Examples
        --------
        >>> from skdeepg import MarkovLanguageModel
        >>> model = MarkovLanguageModel(order=2).fit(["ACGACGACGACG"])
        >>> known, other = model.score_samples(["ACGACG", "CATCAT"])
        >>> bool(known > other)
        True
        """
        return self._sum_scores(X).row_score

    def score(self, X: Any, y: Any = None) -> float:
        """Give the log-likelihood of all rows.

        Parameters
        ----------
        X : Sequences, SequenceWindows, list-like of sequences or paths, or array of codes
            The rows.
        y : object, default=None
            Ignored.

        Returns
        -------
        float
            The mean over all scored bases in nats per base: at most 0, higher is better.

        Raises
        ------
        ValueError
            If no row has a base to score.

        Examples
        --------
        >>> from skdeepg import MarkovLanguageModel
        >>> model = MarkovLanguageModel(order=2).fit(["ACGACGACGACG"])
        >>> model.score(["ACGACG"]) < 0
        True
        """
        return self._sum_scores(X).score

    def bits_per_base(self, X: Any) -> float:
        """Give the mean surprise of a base: 2 for guessing among four letters, 0 for certainty.

        Parameters
        ----------
        X : Sequences, SequenceWindows, list-like of sequences or paths, or array of codes
            The rows.

        Returns
        -------
        float
            In bits: ``-score(X) / log(2)``.

        Examples
        --------
        >>> from skdeepg import MarkovLanguageModel
        >>> model = MarkovLanguageModel(order=2).fit(["ACGACGACGACG"])
        >>> model.bits_per_base(["ACGACG"]) < 2
        True
        """
        return self._sum_scores(X).bits_per_base

    def perplexity(self, X: Any) -> float:
        """Give the number of equally likely letters that would be as hard to guess.

        Parameters
        ----------
        X : Sequences, SequenceWindows, list-like of sequences or paths, or array of codes
            The rows.

        Returns
        -------
        float
            ``exp(-score(X))``, at least 1.

        Examples
        --------
        >>> from skdeepg import MarkovLanguageModel
        >>> model = MarkovLanguageModel(order=2).fit(["ACGACGACGACG"])
        >>> model.perplexity(["ACGACG"]) < 4
        True
        """
        return self._sum_scores(X).perplexity

    def accuracy(self, X: Any) -> float:
        """Give the share of scored bases whose most probable letter is the true one.

        Parameters
        ----------
        X : Sequences, SequenceWindows, list-like of sequences or paths, or array of codes
            The rows.

        Returns
        -------
        float
            From 0 to 1.

        Examples
        --------
        >>> from skdeepg import MarkovLanguageModel
        >>> model = MarkovLanguageModel(order=2).fit(["ACGACGACGACG"])
        >>> model.accuracy(["ACGACG"])
        1.0
        """
        return self._sum_scores(X).accuracy

    def evaluate(
        self, X: Any, *, yardstick: MarkovLanguageModel | None = None
    ) -> LanguageEvaluation:
        """Score this model and a Markov model on the same bases.

        Parameters
        ----------
        X : Sequences, SequenceWindows, list-like of sequences or paths, or array of codes
            The rows.
        yardstick : MarkovLanguageModel, default=None
            A fitted one; None for `yardstick_`, which `fit` trained on the same rows.

        Returns
        -------
        LanguageEvaluation
            Log-likelihood, bits per base, perplexity and accuracy of both, for all and by row.

        Raises
        ------
        TypeError
            If the yardstick is no `MarkovLanguageModel`.
        ValueError
            If the yardstick is not fitted or has other letters, or no row has a base to score.

        Examples
        --------
        >>> from skdeepg import MarkovLanguageModel
        >>> model = MarkovLanguageModel(order=2).fit(["ACGACGACGACG"])
        >>> model.evaluate(["ACGACG"]).gain > 0
        True
        """
        rows = self._open(X)
        judge = self.yardstick_ if yardstick is None else yardstick  # type: ignore[attr-defined]
        check_yardstick(judge, _sequences(rows))
        mine, theirs = ScoreSums(len(rows)), ScoreSums(len(rows))
        for strand, block in self._known_bases(rows):
            mine.add(block)
            answers = judge._answer_positions(_sequences(strand), block.record, block.position)
            theirs.add(replace(block, probabilities=answers))
        names = _sequences(rows).names
        mine.check(names)
        return LanguageEvaluation(
            mine.scores(type(self).__name__), theirs.scores(type(judge).__name__), names
        )

    def _sum_scores(self, X: Any) -> LanguageScores:
        rows = self._open(X)
        sums = ScoreSums(len(rows))
        for _, block in self._known_bases(rows):
            sums.add(block)
        sums.check(_sequences(rows).names)
        return sums.scores(type(self).__name__)

    def _known_bases(self, rows: Rows) -> Iterator[tuple[Rows, ScoredBases]]:
        """Give the bases of all strands that count, with the rows whose bases they are."""
        strands = [rows]
        if self.score_strands == "both":
            strands.append(rows.reverse_complement())
        for strand in strands:
            for block in self._score_blocks(strand):
                known = block.is_known
                yield strand, block if known.all() else block.select(known)


@dataclass
class ScoreSums:
    """Scores of rows, added up block by block."""

    n_rows: int

    def __post_init__(self) -> None:
        self._n_bases: IntArray = np.zeros(self.n_rows, dtype=np.int64)
        self._n_right: IntArray = np.zeros(self.n_rows, dtype=np.int64)
        self._log_likelihood = np.zeros(self.n_rows)

    def add(self, block: ScoredBases) -> None:
        """Add known bases."""
        if not len(block.row):
            return
        first = int(block.row.min())
        row = block.row - first
        n_rows = int(row.max()) + 1
        span = slice(first, first + n_rows)
        self._n_bases[span] += np.bincount(row, minlength=n_rows)
        self._n_right[span] += np.bincount(row[block.is_right], minlength=n_rows)
        self._log_likelihood[span] += np.bincount(row, block.log_likelihood, minlength=n_rows)

    def check(self, names: NDArray[np.object_]) -> None:
        """Warn of rows without a base to score; refuse if there is no other."""
        empty = np.flatnonzero(self._n_bases == 0)
        if not len(empty):
            return
        reason = (
            f"{name_some(names[empty])}: every record is too short to have a base with others "
            "around it, or its bases are all ambiguous"
        )
        if len(empty) == self.n_rows:
            raise ValueError(f"No row has a base to score. Rows: {reason}.")
        warnings.warn(
            f"{len(empty)} of {self.n_rows} rows have no base to score and get nan: {reason}.",
            LostDataWarning,
            stacklevel=4,
        )

    def scores(self, name: str) -> LanguageScores:
        """Return the sums as scores."""
        return LanguageScores(name, self._n_bases, self._log_likelihood, self._n_right)


def check_yardstick(yardstick: MarkovLanguageModel, sequences: Sequences) -> None:
    """Check that this model can answer for the bases of these sequences."""
    if not hasattr(yardstick, "_answer_positions"):
        raise TypeError(
            f"yardstick must be a fitted MarkovLanguageModel, not {type(yardstick).__name__}."
        )
    check_is_fitted(yardstick, "counts_")
    check_vocabulary(sequences, yardstick.vocabulary_)


def _sequences(rows: Rows) -> Sequences:
    return rows.sequences if isinstance(rows, SequenceWindows) else rows
