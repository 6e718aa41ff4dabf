"""`MarkovLanguageModel`."""

from __future__ import annotations

from collections.abc import Iterator
from numbers import Integral, Real
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.base import DensityMixin, clone
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from skdeepg._compat import Interval, StrOptions
from skdeepg.estimators.context_counting import ContextCounting
from skdeepg.estimators.generating import GeneratingMixin
from skdeepg.estimators.likelihood import LikelihoodMixin
from skdeepg.sequences import Sequences
from skdeepg.sequences.back_off import BackOff
from skdeepg.sequences.collection import IntArray, RecordTable
from skdeepg.sequences.contexts import every_place, read_contexts
from skdeepg.sequences.markov_chain import draw_bases, middle_probabilities
from skdeepg.sequences.sampling import generator
from skdeepg.sequences.scored import ScoredBases
from skdeepg.sequences.stretches import last_places, middle_places
from skdeepg.sequences.vocabulary import Codes, Vocabulary

__all__ = ["MarkovLanguageModel"]


class MarkovLanguageModel(GeneratingMixin, LikelihoodMixin, DensityMixin, ContextCounting):
    r"""Counts what follows each short context: what a network must beat before it is believed.

    The probability of a base depends on the `order` bases before it, and is learnt by counting how
    often each base followed them in training. Long contexts are rare, so their counts are blended
    with those of shorter ones (back-off). deepG: ``n_gram_dist`` and ``predict_with_n_gram`` (see
    `Notes`).

    Parameters
    ----------
    order : int, default=None
        Bases of the longest context. None: 16 where at most 16.8 million bases are counted (both
        strands of a bacterial genome), else 12, and 11 for the middle; with other alphabets what
        takes the same memory.
    smoothing : float, default=None
        With `backoff`, the least strength of shorter contexts (None: 20); else what is added to
        each count (None: 1).
    backoff : bool, default=True
        Whether to blend contexts of all lengths from `order` to 0, or to use the longest alone.
    target : {"next", "middle"}, default="next"
        What is predicted: a base from those before it, or from those on both sides.
    stride : int, default=1
        Count only what follows contexts that begin at 0, `stride`, 2 `stride`, ... of their record.
    vocabulary : str or None, default="ACGT"
        The letters. None: as many symbols as 2-D codes have.
    strands : {"forward", "both"}, default="forward"
        With "both" reverse complements are counted as well.
    score_strands : {"forward", "both"}, default="forward"
        With "both" scores are the mean over the bases of rows and of their reverse complements.

    Attributes
    ----------
    classes_ : ndarray of shape (n_symbols,)
        The letters.
    vocabulary_ : Vocabulary
        Letters and codes.
    order_ : int
        Bases of the longest context.
    smoothing_ : float
        The least strength, or what is added to counts.
    counts_ : ContextCounts
        All that was learnt; see `counts`.
    n_features_in_ : int
        Width of 2-D `X`; not set for sequences.

    See Also
    --------
    WaveNetLM : A network that uses long contexts.
    SequenceLanguageModel : A network that predicts one base a window.

    Notes
    -----
    With back-off the probability of the base b behind a context of k bases is

    .. math:: p_k(b) = \frac{c(b) + s_k t \, p_{k-1}(b)}{c + s_k t}

    where c(b) of the c bases that followed the context in training are b, t is the number of
    different ones, and :math:`p_{k-1}` is the same for the nearest k - 1 bases, down to equal
    probabilities. With :math:`s_k = 1` this is the rule of Witten and Bell [1]_; without t the
    hierarchical Dirichlet model of MacKay and Peto [2]_. The strengths (`strengths_`) are learnt:
    those from `smoothing` upwards that give the bases of training, each left out of the counts in
    its turn, the highest likelihood. `smoothing` guards against rows that are near copies of each
    other, such as strains of a species, which make long contexts look surer than they are for other
    rows; for rows like those of training, a lower one is often better (`GridSearchCV` tells).

    Contexts do not reach over an ambiguous letter or the start of a record: the longest context
    within these limits is used. The first base of a record has none and is not scored.

    With ``backoff=False, smoothing=0`` the probabilities are those of deepG's ``n_gram_dist``; for
    contexts that do not occur they are equal, and `predict` gives the first letter, as does
    ``predict_with_n_gram``.

    References
    ----------
    .. [1] Witten and Bell (1991). The zero-frequency problem. https://doi.org/10.1109/18.87000
    .. [2] MacKay and Peto (1995). A hierarchical Dirichlet language model.
       https://doi.org/10.1017/S1351324900000218

    Examples
    --------
    >>> from skdeepg import MarkovLanguageModel
    >>> model = MarkovLanguageModel(order=2).fit(["ACGACGACGACGACGACG"] * 4)
    >>> model.predict(["CGACGA", "GACGAC"])
    array(['C', 'G'], dtype='<U1')
    >>> model.bits_per_base(["ACGACGACG"]) < 1
    True
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "order": [Interval(Integral, 0, None, closed="left"), None],
        "smoothing": [Interval(Real, 0, None, closed="left"), None],
        "backoff": ["boolean"],
        "target": [StrOptions({"next", "middle"})],
        "stride": [Interval(Integral, 1, None, closed="left")],
        "vocabulary": [str, None],
        "strands": [StrOptions({"forward", "both"})],
        "score_strands": [StrOptions({"forward", "both"})],
    }

    def __init__(
        self,
        order: int | None = None,
        smoothing: float | None = None,
        backoff: bool = True,
        *,
        target: Literal["next", "middle"] = "next",
        stride: int = 1,
        vocabulary: str | None = "ACGT",
        strands: Literal["forward", "both"] = "forward",
        score_strands: Literal["forward", "both"] = "forward",
    ) -> None:
        self.order = order
        self.smoothing = smoothing
        self.backoff = backoff
        self.target = target
        self.stride = stride
        self.vocabulary = vocabulary
        self.strands = strands
        self.score_strands = score_strands

    @property
    def strengths_(self) -> NDArray[np.float64]:
        """The strength of shorter contexts at each length from 0 to `order_`; with `backoff`."""
        check_is_fitted(self, "counts_")
        if not isinstance(self._lazy.model, BackOff):
            raise AttributeError("strengths_ are learnt with backoff=True only.")
        return self._lazy.model.strengths

    @property
    def yardstick_(self) -> MarkovLanguageModel:
        """The frequencies of letters as a model: what `evaluate` compares with."""
        check_is_fitted(self, "counts_")
        model: MarkovLanguageModel = clone(self).set_params(order=0)
        model.vocabulary_ = self.vocabulary_
        model._hold(self.counts_.shorter(0))
        return model

    def counts(self, order: int | None = None) -> IntArray:
        """Give how often each letter followed each context of one length.

        Parameters
        ----------
        order : int, default=None
            The length of the contexts, at most `order_`; None for `order_`.

        Returns
        -------
        ndarray of shape (n_symbols**order, n_symbols) and dtype int64
            A line a context, in the order of the alphabet (AA, AC, AG, ...), a column a letter.
            deepG's ``n_gram_dist`` gives these divided by their sums, and the first letter of the
            context changes fastest (AA, CA, GA, ...).

        Raises
        ------
        ValueError
            If `order` is not from 0 to `order_`.

        Examples
        --------
        >>> from skdeepg import MarkovLanguageModel
        >>> MarkovLanguageModel(order=1).fit(["AACAAG"]).counts()
        array([[2, 1, 1, 0],
               [1, 0, 0, 0],
               [0, 0, 0, 0],
               [0, 0, 0, 0]])
        """
        check_is_fitted(self, "counts_")
        length = self.order_ if order is None else order
        if not isinstance(length, Integral) or not 0 <= length <= self.order_:
            raise ValueError(f"order={order!r} must be a whole number from 0 to {self.order_}.")
        n_symbols = len(self.classes_)
        nearest_first = self.counts_.table(int(length)).reshape((n_symbols,) * (length + 1))
        axes = [*reversed(range(length)), length]
        return nearest_first.transpose(axes).reshape(-1, n_symbols)

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Give the probability of each letter for the target of each row.

        Parameters
        ----------
        X : Sequences, SequenceWindows, list-like of sequences or paths, or array of codes
            The rows.

        Returns
        -------
        ndarray of shape (n_rows, n_symbols)
            In the order of `classes_`. With ``target="next"`` of the base after the row's (last)
            record; else of the base in the middle of the row, at ``len(row) // 2``, whose own
            letter is hidden.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            Before `fit`.

        Examples
        --------
        >>> from skdeepg import MarkovLanguageModel
        >>> MarkovLanguageModel(order=1, smoothing=0, backoff=False).fit(["AACAAG"]).predict_proba(
        ...     ["GA"]
        ... )
        array([[0.5 , 0.25, 0.25, 0.  ]])
        """
        sequences = self._read_rows(X)
        find = last_places if self.target == "next" else middle_places
        return self._answer_positions(sequences, *find(sequences)).astype(np.float64)

    def _answer_positions(
        self, sequences: Sequences, record: IntArray, position: IntArray
    ) -> NDArray[np.floating]:
        """Give the probability of each letter at places of records, whatever is there."""
        return self._answer(sequences.codes, sequences.records(), record, position)

    def _answer(
        self, codes: Codes, table: RecordTable, record: IntArray, position: IntArray
    ) -> NDArray[np.floating]:
        begin = table.start[record]
        place = begin + position
        contexts = read_contexts(codes, begin, place, self.order_, len(self.classes_))
        if self.target == "next":
            return self._lazy.model.probabilities(contexts)
        return middle_probabilities(self._lazy.model, contexts, codes, table.end[record], place)

    def _open(self, X: Any) -> Sequences:
        return self._read_rows(X)

    def _score_blocks(self, rows: Sequences) -> Iterator[ScoredBases]:  # type: ignore[override]
        table = rows.records()
        for record, position in every_place(table, first=1):
            true = rows.codes[table.start[record] + position]
            answers = self._answer(rows.codes, table, record, position)
            yield ScoredBases(table.row[record], record, position, true, answers)

    @property
    def _letters(self) -> Vocabulary:
        return self.vocabulary_

    def _generate_codes(
        self,
        prompt: Codes,
        n_bases: int,
        temperature: float,
        top_k: int,
        n_samples: int,
        seed: int,
    ) -> Codes:
        begin = np.zeros(n_samples, dtype=np.int64)
        place = begin + len(prompt)
        n_symbols = len(self.classes_)
        codes = np.append(prompt, self.vocabulary_.padding_code).astype(np.uint8)
        start = read_contexts(codes, begin, place, self.order_, n_symbols)
        random = generator(seed)
        return draw_bases(self._lazy.model, start, n_bases, n_symbols, temperature, top_k, random)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        tags.input_tags.positive_only = True
        return tags
