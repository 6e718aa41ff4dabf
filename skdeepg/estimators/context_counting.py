"""Counting contexts as an estimator: rows are read, the order is chosen, counts are added up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils import check_array
from sklearn.utils.validation import check_is_fitted, validate_data

from skdeepg._compat import validate_parameters
from skdeepg.sequences import Sequences, SequenceWindows
from skdeepg.sequences.back_off import LazyModel
from skdeepg.sequences.code_rows import sequences_from_codes
from skdeepg.sequences.codes import check_codes, infer_vocabulary
from skdeepg.sequences.context_counts import ContextCounts, count_contexts
from skdeepg.sequences.inputs import check_vocabulary, is_sequence_rows, read_sequences
from skdeepg.sequences.row_checks import vocabulary_of_sequences
from skdeepg.sequences.vocabulary import Vocabulary, get_vocabulary
from skdeepg.sequences.windows import name_some

__all__ = ["ContextCounting"]

FEW_BASES = 1 << 24  # so many can be counted behind long contexts in little memory
FEW_CONTEXTS, MANY_CONTEXTS = 1 << 24, 1 << 32  # of 12 or of 16 bases in DNA
MOST_CONTEXTS = 1 << 55  # so that all numbers have less than 64 bits
BACK_OFF_STRENGTH, ADDED_COUNT = 20.0, 1.0


class ContextCounting(BaseEstimator):
    """An estimator that learns by counting what follows each context.

    Subclasses have the parameters `order`, `smoothing`, `backoff`, `target`, `stride`, `vocabulary`
    and `strands`.
    """

    order: int | None
    smoothing: float | None
    backoff: bool
    target: str
    stride: int
    vocabulary: str | None
    strands: str

    classes_: NDArray[np.str_]
    vocabulary_: Vocabulary
    counts_: ContextCounts
    order_: int
    smoothing_: float
    _lazy: LazyModel

    def fit(self, X: Any, y: Any = None) -> Self:
        """Count what follows each context.

        Parameters
        ----------
        X : Sequences, SequenceWindows, list-like of sequences or paths, or array of codes
            The rows, of any length.
        y : object, default=None
            Ignored.

        Returns
        -------
        MarkovLanguageModel
            Itself.

        Raises
        ------
        ValueError
            If a parameter or a row is invalid, `order` is too large, or no base can be counted.
        """
        validate_parameters(self)
        for learnt in [name for name in vars(self) if name.endswith("_")]:
            delattr(self, learnt)
        return self.partial_fit(X)

    def partial_fit(self, X: Any, y: Any = None) -> Self:
        """Add the counts of these rows to those of earlier calls.

        Parameters
        ----------
        X : Sequences, SequenceWindows, list-like of sequences or paths, or array of codes
            The rows, of any length.
        y : object, default=None
            Ignored.

        Returns
        -------
        MarkovLanguageModel
            Itself.

        Raises
        ------
        ValueError
            If a parameter or a row is invalid, `order` is too large, or no base can be counted.
        """
        validate_parameters(self)
        before: ContextCounts | None = getattr(self, "counts_", None)
        sequences = self._learn_rows(X) if before is None else self._read_rows(X)
        order = self._choose_order(sequences) if before is None else self.order_
        n_symbols = sequences.vocabulary.n_symbols
        strands = self._strands(sequences)
        counts = count_contexts(strands, order, n_symbols, stride=self.stride, onto=before)
        _check_counted(counts, before, sequences)
        self._hold(counts)
        return self

    def _hold(self, counts: ContextCounts) -> None:
        default = BACK_OFF_STRENGTH if self.backoff else ADDED_COUNT
        self.counts_, self.order_ = counts, counts.order
        self.smoothing_ = float(default if self.smoothing is None else self.smoothing)
        self.classes_ = np.array(list(self.vocabulary_.letters))
        self._lazy = LazyModel(counts, self.smoothing_, self.backoff)

    def _learn_rows(self, X: Any) -> Sequences:
        if isinstance(X, SequenceWindows):
            self.vocabulary_ = X.vocabulary
            return X.sequences
        if isinstance(X, Sequences) or is_sequence_rows(X):
            self.vocabulary_ = vocabulary_of_sequences(self.vocabulary)
            return read_sequences(X, self.vocabulary_)
        X = validate_data(self, X)
        given = self.vocabulary
        self.vocabulary_ = infer_vocabulary(X) if given is None else get_vocabulary(given)
        return self._sequences_of(X)

    def _read_rows(self, X: Any) -> Sequences:
        check_is_fitted(self, "counts_")
        if isinstance(X, SequenceWindows):
            return check_vocabulary(X.sequences, self.vocabulary_)
        if isinstance(X, Sequences) or is_sequence_rows(X):
            return read_sequences(X, self.vocabulary_)
        X = check_array(X)
        width = getattr(self, "n_features_in_", X.shape[1])
        if X.shape[1] not in (width - 1, width):
            raise ValueError(
                f"X has {X.shape[1]} features, but {type(self).__name__} is expecting {width} "
                f"features as input, as in training, or {width - 1}: without the target."
            )
        return self._sequences_of(X)

    def _sequences_of(self, codes: Any) -> Sequences:
        codes = check_codes(codes, self.vocabulary_, inferred=self.vocabulary is None)
        return sequences_from_codes(codes, self.vocabulary_)

    def _strands(self, sequences: Sequences) -> Iterator[Sequences]:
        yield sequences
        if self.strands == "both":
            yield sequences.reverse_complement()

    def _choose_order(self, sequences: Sequences) -> int:
        n_symbols = sequences.vocabulary.n_symbols
        if self.order is not None:
            return _check_order(self.order, n_symbols)
        if self.target == "middle":  # long contexts on both sides are too sure of themselves
            return _longest_order(n_symbols, FEW_CONTEXTS // n_symbols)
        n_strands = 2 if self.strands == "both" else 1
        few = sequences.n_bases * n_strands <= FEW_BASES * self.stride
        return _longest_order(n_symbols, MANY_CONTEXTS if few else FEW_CONTEXTS)


def _check_order(order: int, n_symbols: int) -> int:
    longest = _longest_order(n_symbols, MOST_CONTEXTS)
    if order > longest:
        raise ValueError(
            f"order={order} is too large: with {n_symbols} letters it is at most {longest}."
        )
    return int(order)


def _longest_order(n_symbols: int, n_contexts: int) -> int:
    """Return how many letters make at most so many contexts."""
    order = 0
    while n_symbols ** (order + 1) <= n_contexts:
        order += 1
    return order


def _check_counted(
    counts: ContextCounts, before: ContextCounts | None, sequences: Sequences
) -> None:
    """Refuse rows that added nothing."""
    if counts.total > (0 if before is None else before.total):
        return
    names = name_some(sequences.names)
    if sequences.count_letters().sum() == 0:
        raise ValueError(
            f"All bases of X are ambiguous, so there is nothing to count; rows: {names}."
        )
    raise ValueError(f"No base of X is at a multiple of `stride` after its context; rows: {names}.")
