"""`FastaWindowTransformer`: from sequences to windows, row for row."""

from __future__ import annotations

import os
from functools import partial
from numbers import Integral, Real
from typing import Any, ClassVar, Literal, Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted, validate_data

from skdeepg._compat import HasMethods, Interval, StrOptions, validate_parameters
from skdeepg.sequences.code_rows import sequences_from_codes
from skdeepg.sequences.codes import check_codes, infer_vocabulary
from skdeepg.sequences.collection import Sequences
from skdeepg.sequences.cut_codes import origin_of, with_origin
from skdeepg.sequences.inputs import is_sequence_rows, read_sequences
from skdeepg.sequences.pairs import has_pairs, read_pairs
from skdeepg.sequences.qualities import QualityCodes
from skdeepg.sequences.row_checks import (
    check_pair_length,
    check_qualities,
    cut_rows,
    vocabulary_of_sequences,
)
from skdeepg.sequences.vocabulary import Codes, Vocabulary, get_vocabulary
from skdeepg.sequences.windows import Cut, SequenceWindows

__all__ = ["FastaWindowTransformer"]


class FastaWindowTransformer(TransformerMixin, BaseEstimator):
    """Cut sequences or FASTA/FASTQ files into windows of fixed length.

    A 1:1 step: each row of `X` stays a row, so `y` stays aligned; the estimator that follows cuts,
    feeds and combines the windows. Windows never cross a record. Use it as the `windows` of an
    estimator, or as a step of a `sklearn.pipeline.Pipeline`.

    A row may be a pair of reads, as a tuple: two sequences, or two files whose first records are a
    pair, then their second ones, and so on. A pair makes one window: the first half is read 1, the
    second read 2, both as they were read. Longer reads lose their ends with a warning; shorter ones
    are padded on their left or, with ``short="repeat"``, repeated. deepG: ``read_data``.

    Parameters
    ----------
    window_length : int, default=500
        Bases a window. deepG: ``maxlen``.
    stride : int, default=None
        Bases from one window's start to the next's; None for `window_length`. deepG: ``step``.
    ambiguous : {"zero", "uniform", "empirical", "drop", "error"}, default="zero"
        What an N (any letter outside `vocabulary`) becomes: a zero vector, equal shares, the
        letter frequencies of the training rows, a reason to leave the window out of training (and
        zero in prediction), or an error. deepG: ``ambiguous_nuc`` (zero, equal, empirical,
        discard).
    short : {"pad", "repeat", "drop", "error"}, default="pad"
        What becomes of a record shorter than a window: zeros on its left, the sequence repeated,
        no window, or an error. A row that is left without windows is no training data, but is
        answered in prediction, from its first record, padded. deepG: ``padding``.
    tail : {"anchor", "drop"}, default="anchor"
        Whether the bases behind the last whole stride get a window that ends at the record's end,
        or none, as in deepG.
    max_windows : int, default=None
        The most windows that a row gives to an epoch of training, drawn at random anew in each;
        prediction sees all. deepG: ``max_samples``.
    proportion : float, default=None
        The share of its windows that a row gives to an epoch of training, as `max_windows`.
        deepG: ``proportion_per_seq``.
    random_offset : bool, default=True
        Whether training draws each window's start at random within its stride, anew in each
        epoch. deepG: ``random_sampling``.
    vocabulary : str or None, default="ACGT"
        The letters with a code of their own. None, for 2-D codes only: as many symbols as the
        largest code asks for, at least 2.
    input : {"auto", "filename"}, default="auto"
        With "filename" a string is a path; else it is a sequence, and files are `pathlib.Path`.
    draw_rows : {"length", "equal", "weight"}, default="length"
        How often rows are drawn in an epoch of training: each window once, so long rows more often;
        all rows equally often; or in proportion to `sample_weight` of `fit` (times the weight of
        their class), which then does not act in the loss. An epoch has as many windows in all
        cases. deepG: ``sample_by_file_size``.
    quality : bool, default=False
        Whether networks see the qualities of FASTQ files (Phred + 33) and of `SeqRecord`: a base
        of quality Q is right with the probability 1 - 10^(-Q/10), and each other letter gets an
        equal share of the rest, as (0.97, 0.01, 0.01, 0.01). Bases without a quality, of FASTA
        files for instance, are certain, as are those of a quality above 61 (with 4 letters).
        Vocabularies of at most 5 letters; for classifiers. deepG: ``use_quality_score``.
    memory : str, path-like or joblib.Memory, default=None
        A folder in which each file of `X` is encoded once, one byte a base (two with `quality`),
        for all fits, folds and processes to come, as in `sklearn.pipeline.Pipeline`. Its codes are
        read from there as they are needed, so `X` may be larger than memory. An entry is found by
        the path, and counts if size and time of modification of the file are the same, else if its
        content is. A file that changes during a training is an error. `skdeepg.save` leaves this
        out. None reads files into memory.
    random_state : int, RandomState instance or None, default=None
        Seeds the draw of `max_windows` and `proportion` in `cut_windows`. Estimators use their own.
    verbose : int, default=0
        With 1 a progress bar while files are encoded for `memory`.

    Attributes
    ----------
    vocabulary_ : Vocabulary
        Letters and codes.
    letter_frequencies_ : ndarray of shape (n_symbols,)
        Shares of the letters in the training rows; only with ``ambiguous="empirical"``.
    n_features_in_ : int
        Width of 2-D `X`; not set for sequences.

    See Also
    --------
    cut_windows : A 2-D array of codes, with y and groups to match.

    Examples
    --------
    >>> from skdeepg import FastaWindowTransformer
    >>> FastaWindowTransformer(window_length=4, stride=1).fit_transform(["ACGTAC", "GGGG"])
    SequenceWindows(2 rows, 4 windows of 4 bases at stride 1)
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "window_length": [Interval(Integral, 1, None, closed="left")],
        "stride": [Interval(Integral, 1, None, closed="left"), None],
        "ambiguous": [StrOptions({"zero", "uniform", "empirical", "drop", "error"})],
        "short": [StrOptions({"pad", "repeat", "drop", "error"})],
        "tail": [StrOptions({"anchor", "drop"})],
        "max_windows": [Interval(Integral, 1, None, closed="left"), None],
        "proportion": [Interval(Real, 0, 1, closed="right"), None],
        "draw_rows": [StrOptions({"length", "equal", "weight"})],
        "random_offset": ["boolean"],
        "vocabulary": [str, None],
        "input": [StrOptions({"auto", "filename"})],
        "quality": ["boolean"],
        "memory": [str, os.PathLike, HasMethods(["cache"]), None],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }

    def __init__(
        self,
        window_length: int = 500,
        stride: int | None = None,
        ambiguous: Literal["zero", "uniform", "empirical", "drop", "error"] = "zero",
        short: Literal["pad", "repeat", "drop", "error"] = "pad",
        tail: Literal["anchor", "drop"] = "anchor",
        max_windows: int | None = None,
        proportion: float | None = None,
        random_offset: bool = True,
        vocabulary: str | None = "ACGT",
        input: Literal["auto", "filename"] = "auto",
        draw_rows: Literal["length", "equal", "weight"] = "length",
        quality: bool = False,
        memory: Any = None,
        random_state: int | np.random.RandomState | None = None,
        verbose: int = 0,
    ) -> None:
        self.window_length = window_length
        self.stride = stride
        self.ambiguous = ambiguous
        self.short = short
        self.tail = tail
        self.max_windows = max_windows
        self.proportion = proportion
        self.random_offset = random_offset
        self.vocabulary = vocabulary
        self.input = input
        self.draw_rows = draw_rows
        self.quality = quality
        self.memory = memory
        self.random_state = random_state
        self.verbose = verbose

    def fit(self, X: Any, y: Any = None) -> Self:
        """Check the parameters and `X`; learn the letter frequencies if they are asked for.

        Parameters
        ----------
        X : Sequences, list-like of sequences or paths, or array of shape (n_windows, window_length)
            The rows.
        y : object, default=None
            Ignored.

        Returns
        -------
        FastaWindowTransformer
            Itself.

        Raises
        ------
        ValueError
            If a parameter or a row is invalid.

        Examples
        --------
        >>> from skdeepg import FastaWindowTransformer
        >>> FastaWindowTransformer(window_length=4).fit(["ACGT"]).vocabulary_.letters
        'ACGT'
        """
        self._fit(X)
        return self

    def fit_transform(self, X: Any, y: Any = None) -> SequenceWindows | Codes:
        """Fit, and cut the same rows; files are read once.

        Parameters
        ----------
        X : Sequences, list-like of sequences or paths, or array of shape (n_windows, window_length)
            The rows.
        y : object, default=None
            Ignored.

        Returns
        -------
        SequenceWindows or ndarray of shape (n_windows, window_length) and dtype uint8
            As `transform`.

        Examples
        --------
        >>> from skdeepg import FastaWindowTransformer
        >>> FastaWindowTransformer(window_length=4).fit_transform(["ACGTACGT"]).n_windows
        2
        """
        return self._cut(self._fit(X))

    def transform(self, X: Any) -> SequenceWindows | Codes:
        """Cut rows into windows.

        Parameters
        ----------
        X : Sequences, list-like of sequences or paths, or array of shape (n_windows, window_length)
            The rows.

        Returns
        -------
        SequenceWindows or ndarray of shape (n_windows, window_length) and dtype uint8
            Row for row; checked codes where `X` is 2-D.

        Raises
        ------
        ValueError
            If a row is invalid, or a record is too short with ``short="error"``.

        Examples
        --------
        >>> from skdeepg import FastaWindowTransformer
        >>> FastaWindowTransformer(window_length=4).fit(["ACGT"]).transform(["GGGGCC"]).n_windows
        2
        """
        check_is_fitted(self)
        return self._cut(self._read(X, reset=False))

    def set_output(self, *, transform: str | None = None) -> Self:
        """Accept scikit-learn's wish for data frames; windows are not a table, so nothing changes.

        Parameters
        ----------
        transform : {"default", "pandas", "polars"}, default=None
            Ignored.

        Returns
        -------
        FastaWindowTransformer
            Itself.

        Examples
        --------
        >>> from skdeepg import FastaWindowTransformer
        >>> FastaWindowTransformer(window_length=4).set_output(transform="pandas")
        FastaWindowTransformer(window_length=4)
        """
        return self

    @classmethod
    def _from_cut(cls, cut: Cut, vocabulary: Vocabulary) -> Self:
        """Make a fitted transformer that cuts like this.

        Parameters
        ----------
        cut : Cut
            Window length, stride and the like.
        vocabulary : Vocabulary
            Letters and codes.

        Returns
        -------
        FastaWindowTransformer
            Fitted.
        """
        transformer = cls(
            window_length=cut.window_length,
            stride=cut.stride,
            ambiguous=cut.ambiguous,  # type: ignore[arg-type]
            short=cut.short,  # type: ignore[arg-type]
            tail=cut.tail,  # type: ignore[arg-type]
            max_windows=cut.max_windows,
            proportion=cut.proportion,
            random_offset=cut.random_offset,
            vocabulary=vocabulary.letters,
            draw_rows=cut.draw_rows,  # type: ignore[arg-type]
            quality=cut.quality,
        )
        transformer.vocabulary_ = vocabulary
        if cut.letter_frequencies is not None:
            transformer.letter_frequencies_ = np.array(cut.letter_frequencies)
        return transformer

    def cut(self) -> Cut:
        """Resolve the parameters, with what was learnt at fit.

        Returns
        -------
        Cut
            Window length, stride and the like.
        """
        frequencies = getattr(self, "letter_frequencies_", None)
        return Cut(
            window_length=int(self.window_length),
            stride=int(self.window_length if self.stride is None else self.stride),
            ambiguous=self.ambiguous,
            short=self.short,
            tail=self.tail,
            max_windows=self.max_windows,
            proportion=self.proportion,
            random_offset=self.random_offset,
            draw_rows=self.draw_rows,
            quality=bool(self.quality),
            letter_frequencies=None if frequencies is None else tuple(frequencies.tolist()),
        )

    def _fit(self, X: Any) -> Sequences | Codes:
        validate_parameters(self)
        for learnt in ("letter_frequencies_", "n_features_in_", "feature_names_in_"):
            self.__dict__.pop(learnt, None)
        rows = self._read(X, reset=True)
        if self.ambiguous == "empirical":
            if isinstance(rows, Sequences):
                sequences = rows
            else:
                sequences = sequences_from_codes(rows, self.vocabulary_)
            self.letter_frequencies_ = sequences.letter_frequencies()
        return rows

    def _read(self, X: Any, reset: bool) -> Sequences | Codes:
        if isinstance(X, SequenceWindows):
            X = X.sequences
        if isinstance(X, Sequences) or is_sequence_rows(X):
            vocabulary = vocabulary_of_sequences(self.vocabulary)
            if reset:
                self.vocabulary_ = vocabulary
            return self._read_rows(X, vocabulary, reset)
        if self.quality:
            raise ValueError(
                "quality=True is for sequences and files; a 2-D array of codes has no qualities."
            )
        codes = validate_data(self, X, reset=reset)
        if reset:
            given = self.vocabulary
            self.vocabulary_ = infer_vocabulary(codes) if given is None else get_vocabulary(given)
        codes = check_codes(codes, self.vocabulary_, inferred=self.vocabulary is None)
        origin = origin_of(X)
        return codes if origin is None else with_origin(codes, origin)

    def _read_rows(self, X: Any, vocabulary: Vocabulary, reset: bool) -> Sequences:
        if self.quality:
            QualityCodes(vocabulary)  # may be too large a vocabulary
        read = partial(
            read_sequences,
            vocabulary=vocabulary,
            input=self.input,
            memory=self.memory,
            quality=self.quality,
            verbose=self.verbose,
        )
        rows = read_pairs(X, read, self.window_length, self.short) if has_pairs(X) else read(X)
        check_pair_length(rows, self.window_length)
        if self.quality:
            check_qualities(rows, needed=reset)
        return rows

    def _cut(self, rows: Sequences | Codes) -> SequenceWindows | Codes:
        return cut_rows(rows, self.cut()) if isinstance(rows, Sequences) else rows

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.requires_fit = True
        tags.transformer_tags.preserves_dtype = []  # codes are uint8
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        tags.input_tags.positive_only = True
        return tags
