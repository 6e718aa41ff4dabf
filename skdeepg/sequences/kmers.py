"""`KmerVectorizer`: how often each word of k letters occurs in each row."""

from __future__ import annotations

import warnings
from numbers import Integral
from typing import Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import DTypeLike, NDArray
from scipy import sparse
from sklearn import get_config
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.preprocessing import normalize
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted, validate_data

from skdeepg._compat import Interval, StrOptions, output_container, validate_parameters
from skdeepg.exceptions import LostDataWarning
from skdeepg.sequences.codes import check_codes, infer_vocabulary
from skdeepg.sequences.collection import Sequences
from skdeepg.sequences.inputs import check_vocabulary, is_sequence_rows, list_rows
from skdeepg.sequences.kmer_reading import count_codes, count_rows, count_sequences
from skdeepg.sequences.kmer_words import KmerWords
from skdeepg.sequences.vocabulary import Vocabulary, get_vocabulary
from skdeepg.sequences.windows import SequenceWindows, name_some

__all__ = ["KmerVectorizer"]

DTYPES = (np.float64, np.float32, np.int64, np.int32)


class KmerVectorizer(TransformerMixin, BaseEstimator):
    """Count the k-mers, the words of k letters, of each row.

    The columns are fixed by the parameters, so nothing is learnt: like
    `sklearn.feature_extraction.text.HashingVectorizer` it transforms without `fit`. K-mers never
    cross a record. Those with a letter outside `vocabulary` (N, gaps, padding) do not count.

    Files are read piece by piece: memory does not grow with their size.

    Parameters
    ----------
    k : int, default=4
        Letters a word; at most 4**12 different words, so up to 12 for DNA.
    canonical : bool, default=True
        Whether a k-mer and its reverse complement share a column, named by the first of the two in
        lexicographic order. Both strands of a sequence then have the same counts. Needs a
        vocabulary of letters and their complements.
    norm : {"frequency", "l2"} or None, default=None
        Counts as they are; divided by their sum in the row; or by the row's Euclidean norm.
    pattern : str, default=None
        A spaced seed, as "1101011": of each stretch of its length the letters at the 1s are a word.
        Letters at the 0s may be any, ambiguous ones too. It takes the place of `k`. Symmetric, if
        `canonical`.
    vocabulary : str or None, default="ACGT"
        The letters that make words. None, for 2-D codes and ``canonical=False`` only: as many
        symbols as the largest code in `fit` asks for, at least 2.
    sparse_output : bool, default=True
        Whether the result is a sparse matrix or a dense array.
    dtype : {float64, float32, int64, int32}, default=float64
        Of the result. Counts are exact but in float32 above 2**24; integers go with ``norm=None``.
    input : {"auto", "filename"}, default="auto"
        With "filename" a string is a path; else it is a sequence, and files are `pathlib.Path`.

    Attributes
    ----------
    vocabulary_ : Vocabulary
        Letters and codes.
    n_features_in_ : int
        Width of 2-D `X`; not set for sequences.

    See Also
    --------
    FastaWindowTransformer : Cuts windows for networks.

    Notes
    -----
    Columns are in lexicographic order, by the order of the letters in `vocabulary`. With
    `canonical` and DNA there are 136 for k=4, 512 for k=5 and 2,080 for k=6. A k-mer that is its
    own reverse complement counts once wherever it occurs.

    For spaced seeds see Ma, Tromp and Li, PatternHunter, 2002, doi:10.1093/bioinformatics/18.3.440.

    Examples
    --------
    >>> from skdeepg import KmerVectorizer
    >>> vectorizer = KmerVectorizer(k=2, sparse_output=False).set_output(transform="pandas")
    >>> vectorizer.fit_transform(["ACGT", "GGNTT"])
        AA   AC   AG   AT   CA   CC   CG   GA   GC   TA
    0  0.0  2.0  0.0  0.0  0.0  0.0  1.0  0.0  0.0  0.0
    1  1.0  0.0  0.0  0.0  0.0  1.0  0.0  0.0  0.0  0.0
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "k": [Interval(Integral, 1, 24, closed="both")],  # for two letters
        "canonical": ["boolean"],
        "norm": [StrOptions({"frequency", "l2"}), None],
        "pattern": [str, None],
        "vocabulary": [str, None],
        "sparse_output": ["boolean"],
        "input": [StrOptions({"auto", "filename"})],
    }

    def __init__(
        self,
        k: int = 4,
        *,
        canonical: bool = True,
        norm: Literal["frequency", "l2"] | None = None,
        pattern: str | None = None,
        vocabulary: str | None = "ACGT",
        sparse_output: bool = True,
        dtype: DTypeLike = np.float64,
        input: Literal["auto", "filename"] = "auto",
    ) -> None:
        self.k = k
        self.canonical = canonical
        self.norm = norm
        self.pattern = pattern
        self.vocabulary = vocabulary
        self.sparse_output = sparse_output
        self.dtype = dtype
        self.input = input

    def fit(self, X: Any, y: Any = None) -> Self:
        """Check the parameters and 2-D codes; sequences and files are not read.

        Parameters
        ----------
        X : Sequences, list-like of sequences or paths, or array of shape (n_windows, window_length)
            The rows.
        y : object, default=None
            Ignored.

        Returns
        -------
        KmerVectorizer
            Itself.

        Raises
        ------
        ValueError
            If a parameter or a code is invalid.

        Examples
        --------
        >>> from skdeepg import KmerVectorizer
        >>> len(KmerVectorizer(k=4).fit(["ACGT"]).get_feature_names_out())
        136
        """
        self._check_parameters()
        for learnt in ("vocabulary_", "n_features_in_", "feature_names_in_"):
            self.__dict__.pop(learnt, None)
        self.vocabulary_ = self._check_rows(X)
        self._words()
        return self

    def transform(self, X: Any) -> sparse.csr_matrix | NDArray[Any]:
        """Count the k-mers of rows.

        Parameters
        ----------
        X : Sequences, list-like of sequences or paths, or array of shape (n_windows, window_length)
            The rows. A file is one row, whatever the number of its records. Of `SequenceWindows`
            each row's bases count once, not once a window.

        Returns
        -------
        scipy.sparse.csr_matrix or ndarray of shape (n_rows, n_kmers)
            Counts or shares; a row without any k-mer is zero, and named in a warning.

        Raises
        ------
        ValueError
            If a parameter, row or file is invalid.

        Examples
        --------
        >>> from skdeepg import KmerVectorizer
        >>> vectorizer = KmerVectorizer(k=1, norm="frequency", sparse_output=False)
        >>> vectorizer.transform(["ACCT", "GG"])
        array([[0.5, 0.5],
               [0. , 1. ]])
        """
        self._check_parameters()
        self._check_output()
        check_is_fitted(self)
        words = self._words()
        counts, names = self._count(X, words)
        report_empty_rows(counts, names, words)
        counts = self._scale(counts)
        if not self.sparse_output:
            return np.asarray(counts.toarray())
        wants_array = get_config().get("sparse_interface") == "sparray"
        return sparse.csr_array(counts) if wants_array else counts

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Name the columns: the k-mers.

        Parameters
        ----------
        input_features : object, default=None
            Ignored.

        Returns
        -------
        ndarray of shape (n_kmers,) and dtype object
            K-mers, with a dot at each 0 of `pattern`.

        Examples
        --------
        >>> from skdeepg import KmerVectorizer
        >>> KmerVectorizer(k=1).get_feature_names_out().tolist()
        ['A', 'C']
        >>> KmerVectorizer(pattern="101").get_feature_names_out()[:4].tolist()
        ['A.A', 'A.C', 'A.G', 'A.T']
        """
        check_is_fitted(self)
        return self._words().names()

    def _check_parameters(self) -> None:
        validate_parameters(self)
        allowed = [np.dtype(dtype) for dtype in DTYPES]
        if self.dtype is None or np.dtype(self.dtype) not in allowed:
            shown = ", ".join(map(str, allowed))
            raise ValueError(f"dtype must be one of {shown}, not {self.dtype!r}.")
        if self.norm is not None and np.dtype(self.dtype).kind != "f":
            raise ValueError(
                f"norm={self.norm!r} gives fractions: choose dtype=float64 or float32, not "
                f"{np.dtype(self.dtype)}."
            )

    def _check_output(self) -> None:
        container = output_container(self)
        if self.sparse_output and container != "default":
            raise ValueError(
                f"{container.capitalize()} output does not support sparse data. Set "
                f"sparse_output=False to output {container} data frames, or disable "
                f"{container.capitalize()} output by set_output(transform='default')."
            )

    def _check_rows(self, X: Any) -> Vocabulary:
        """Check what costs little, and tell the vocabulary."""
        if isinstance(X, SequenceWindows):
            X = X.sequences
        if isinstance(X, Sequences):
            return check_vocabulary(X, self._sequence_vocabulary()).vocabulary
        if is_sequence_rows(X):
            list_rows(X)
            return self._sequence_vocabulary()
        codes, given = validate_data(self, X), self.vocabulary
        vocabulary = infer_vocabulary(codes) if given is None else get_vocabulary(given)
        check_codes(codes, vocabulary, inferred=given is None)
        return vocabulary

    def _sequence_vocabulary(self) -> Vocabulary:
        if self.vocabulary is None:
            raise ValueError(
                "vocabulary=None is for 2-D arrays of codes; sequences need their letters, as "
                "vocabulary='ACGT'."
            )
        return get_vocabulary(self.vocabulary)

    def _words(self) -> KmerWords:
        given = self.vocabulary
        vocabulary = self.vocabulary_ if given is None else get_vocabulary(given)
        pattern = "1" * self.k if self.pattern is None else self.pattern
        return KmerWords(vocabulary, pattern, bool(self.canonical))

    def _count(self, X: Any, words: KmerWords) -> tuple[sparse.csr_matrix, NDArray[np.object_]]:
        """Count, and name the rows."""
        if isinstance(X, SequenceWindows):
            X = X.sequences
        if isinstance(X, Sequences):
            check_vocabulary(X, self._sequence_vocabulary())
            return count_sequences(X, words), X.names
        if is_sequence_rows(X):
            self._sequence_vocabulary()
            return count_rows(X, words, self.input)
        codes = validate_data(self, X, reset=False)
        codes = check_codes(codes, words.vocabulary, inferred=self.vocabulary is None)
        return count_codes(codes, words), np.arange(len(codes)).astype(object)

    def _scale(self, counts: sparse.csr_matrix) -> sparse.csr_matrix:
        """Apply `dtype` and `norm`."""
        dtype = np.dtype(self.dtype)
        if dtype == np.int32 and counts.nnz and counts.data.max() > np.iinfo(np.int32).max:
            raise ValueError(
                f"A k-mer occurs {counts.data.max():,} times, more than dtype=int32 holds: choose "
                "int64 or float64."
            )
        counts.data = counts.data.astype(dtype)
        if self.norm is not None:
            norm = "l1" if self.norm == "frequency" else self.norm
            normalize(counts, norm=norm, copy=False)
        return counts

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.requires_fit = self.vocabulary is None
        tags.transformer_tags.preserves_dtype = []
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        tags.input_tags.positive_only = True
        return tags


def report_empty_rows(
    counts: sparse.csr_matrix, names: NDArray[np.object_], words: KmerWords
) -> None:
    """Warn of rows without any k-mer."""
    empty = np.flatnonzero(np.diff(counts.indptr) == 0)
    if len(empty):
        warnings.warn(
            f"{len(empty)} of {counts.shape[0]} rows have no k-mer and become rows of zeros "
            f"({name_some(names[empty])}): their records are shorter than {words.span} bases or "
            f"have ambiguous letters throughout.",
            LostDataWarning,
            stacklevel=4,
        )
