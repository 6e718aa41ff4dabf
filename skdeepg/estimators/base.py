"""What all sequence estimators share: specifications, reading X, answering."""

from __future__ import annotations

import warnings
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

from sklearn.base import BaseEstimator, clone
from sklearn.utils.validation import check_is_fitted, validate_data

from skdeepg.estimators.leaks import SeenWindows, remember_windows, warn_of_leak
from skdeepg.estimators.network_state import NetworkStateMixin
from skdeepg.exceptions import LostDataWarning
from skdeepg.networks import LSTMCNN
from skdeepg.sequences import FastaWindowTransformer, Sequences, SequenceWindows
from skdeepg.sequences.inputs import check_vocabulary, is_sequence_rows
from skdeepg.sequences.windows import name_some, windows_from_codes

if TYPE_CHECKING:
    from sklearn.utils import Tags

__all__ = ["BaseSequenceEstimator"]


class BaseSequenceEstimator(NetworkStateMixin, BaseEstimator):
    """Base of all sequence estimators.

    Subclasses have the parameters `network`, `windows`, `vocabulary`, `batch_size` and `verbose`.
    """

    _default_network: ClassVar[type] = LSTMCNN
    _n_targets: ClassVar[int] = 0  # columns of 2-D codes beyond the window
    _seen_windows: SeenWindows = MappingProxyType({})

    windows: int | FastaWindowTransformer
    vocabulary: str | None
    batch_size: int
    verbose: int

    windows_: FastaWindowTransformer

    def set_params(self, **params: Any) -> Self:
        """Set parameters, also nested ones such as ``network__filters`` and ``windows__stride``.

        Where the parent is a default (``network=None``, ``windows=500``), it is first replaced by
        a specification of its own.

        Parameters
        ----------
        **params : dict
            Parameters by name.

        Returns
        -------
        BaseSequenceEstimator
            Itself.

        Examples
        --------
        >>> from skdeepg import SequenceClassifier
        >>> SequenceClassifier().set_params(windows__stride=100).windows.stride
        100
        """
        for parent in {name.partition("__")[0] for name in params if "__" in name}:
            given = params.get(parent, getattr(self, parent, None))
            if parent == "network" and given is None:
                params["network"] = self._default_network()
            elif parent == "windows" and isinstance(given, int):
                params["windows"] = self._default_windows(given)
        super().set_params(**params)
        return self

    def _default_windows(self, window_length: int) -> FastaWindowTransformer:
        return FastaWindowTransformer(window_length, vocabulary=self.vocabulary)

    def _fit_windows(self, X: Any) -> SequenceWindows:
        """Read the training rows, and fit what will cut the rows of prediction alike."""
        for learnt in ("n_features_in_", "feature_names_in_"):
            self.__dict__.pop(learnt, None)
        if isinstance(X, SequenceWindows):
            self.windows_ = FastaWindowTransformer._from_cut(X.cut, X.vocabulary)
            windows = X
        elif isinstance(X, Sequences) or is_sequence_rows(X):
            self.windows_ = self._clone_windows()
            windows = cast("SequenceWindows", self.windows_.fit_transform(X))
        else:
            windows = self._fit_codes(X)
        self.symbol_table_ = windows.symbol_table()
        return windows

    def _clone_windows(self) -> FastaWindowTransformer:
        if isinstance(self.windows, FastaWindowTransformer):
            copy: FastaWindowTransformer = clone(self.windows)
            copy.set_params(verbose=max(copy.verbose, self.verbose))
            return copy
        return self._default_windows(self.windows)

    def _fit_codes(self, X: Any) -> SequenceWindows:
        X = validate_data(self, X, ensure_min_features=1 + self._n_targets)
        self.windows_ = self._clone_windows().set_params(
            window_length=X.shape[1] - self._n_targets,
            stride=None,
            vocabulary=self.vocabulary,
        )
        return self._windows_of(self.windows_.fit_transform(X))

    def _windows_of(self, codes: Any) -> SequenceWindows:
        return windows_from_codes(codes, self.windows_.vocabulary_, self.windows_.cut())

    def _remember(self, X: Any, goes_on: bool) -> None:
        """Keep in mind which windows of `cut_windows` training sees, for a warning of leaks."""
        seen = remember_windows(self._seen_windows if goes_on else {}, X)
        self.__dict__.pop("_seen_windows", None)
        if seen:
            self._seen_windows = seen

    def _cut(self, X: Any) -> SequenceWindows:
        """Read and cut rows as at fit; warn of rows that have only a padded window."""
        check_is_fitted(self)
        windows = self._read(X)
        padded = windows._padded_rows()
        if len(padded):
            names = name_some(windows.sequences.names[padded])
            warnings.warn(
                f"{len(padded)} of {len(windows)} rows have no window with short='drop' and are "
                f"answered from their first record, padded: {names}.",
                LostDataWarning,
                stacklevel=3,
            )
        return windows

    def _read(self, X: Any) -> SequenceWindows:
        warn_of_leak(self._seen_windows, X, type(self).__name__)
        if isinstance(X, SequenceWindows):
            return self._check_windows(X)
        if isinstance(X, Sequences) or is_sequence_rows(X):
            return cast("SequenceWindows", self.windows_.transform(X))
        X = validate_data(self, X, reset=False)
        window_length = self.task_.window_length
        if X.shape[1] != window_length + self._n_targets:
            target = " and their target" if self._n_targets else ""
            raise ValueError(
                f"X has {X.shape[1]} columns, but windows of {window_length} bases{target} were "
                "fitted."
            )
        return self._windows_of(self.windows_.transform(X))

    def _check_windows(self, X: SequenceWindows) -> SequenceWindows:
        check_vocabulary(X.sequences, self.windows_.vocabulary_)
        if X.cut.window_length != self.task_.window_length:
            raise ValueError(
                f"X has windows of {X.cut.window_length} bases, but windows of "
                f"{self.task_.window_length} bases were fitted."
            )
        return X

    def __sklearn_tags__(self) -> Tags:
        tags: Tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        tags.input_tags.positive_only = True
        return tags
