"""How a network learns language: stretches of unlabelled rows, targets, training."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self, cast

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import check_array
from sklearn.utils.validation import check_is_fitted

from skdeepg._compat import validate_parameters
from skdeepg.estimators.fit_start import FitStart, start_fit
from skdeepg.estimators.generating import GeneratingMixin
from skdeepg.estimators.keras_models import adopt_model, windows_without_rows
from skdeepg.estimators.likelihood import LikelihoodMixin
from skdeepg.estimators.markov import MarkovLanguageModel
from skdeepg.estimators.training import NetworkTraining
from skdeepg.estimators.training_data import check_row_weights, label_windows, split_windows
from skdeepg.estimators.validation import ValidationSet, check_validation_parameters
from skdeepg.exceptions import LostDataWarning
from skdeepg.genome.regions import Regions
from skdeepg.networks import NetworkTask
from skdeepg.sequences import FastaWindowTransformer, Sequences, SequenceWindows
from skdeepg.sequences.code_rows import sequences_from_codes
from skdeepg.sequences.codes import check_codes
from skdeepg.sequences.grid import ambiguous_stretches
from skdeepg.sequences.inputs import check_vocabulary, is_sequence_rows
from skdeepg.sequences.language_targets import LanguageTarget, TargetKind
from skdeepg.sequences.sampling import draw_seed
from skdeepg.sequences.stretches import widen
from skdeepg.sequences.vocabulary import Codes, Vocabulary
from skdeepg.sequences.windows import name_some

if TYPE_CHECKING:
    from skdeepg.engine.data import LabelledWindows

__all__ = ["LanguageTraining"]


class LanguageTraining(GeneratingMixin, LikelihoodMixin, NetworkTraining):
    """A language model that is a network.

    Subclasses have the parameters of training, and `score_strands`.
    """

    _n_targets: ClassVar[int] = 1

    classes_: NDArray[np.str_]
    yardstick_: MarkovLanguageModel
    n_ambiguous_: int

    @property
    def _kind(self) -> TargetKind:
        raise NotImplementedError

    def fit(
        self,
        X: Any,
        y: Any = None,
        *,
        sample_weight: Any = None,
        groups: Any = None,
        validation: ValidationSet | None = None,
        exclude: Regions | None = None,
        resume: bool | Literal["auto"] = False,
    ) -> Self:
        """Train on unlabelled rows.

        Parameters
        ----------
        X : Sequences, SequenceWindows, list-like of sequences or paths, or array of codes
            The rows: of any length, or windows with their target, of shape
            (n_rows, window_length + 1).
        y : object, default=None
            Ignored.
        sample_weight : array-like of shape (n_rows,), default=None
            Weight of each row's windows in the loss.
        groups : array-like of shape (n_rows,), default=None
            Rows that `validation_fraction` must not part, such as of one genus.
        validation : ValidationSet, default=None
            Rows to validate on after each epoch; its `y` is ignored.
        exclude : Regions, default=None
            Leave out windows that touch these regions.
        resume : bool or "auto", default=False
            Whether to go on from the last of the `Checkpoints` in `callbacks`, of a fit with the
            same parameters and data; if there are only others that is an error, and "auto" begins
            anew. A training that has not saved anything begins anew too.

        Returns
        -------
        object
            The model itself, fitted.

        Raises
        ------
        ValueError
            If a parameter or a row is invalid, or there is nothing to learn.
        NetworkMismatchError
            If the network does not fit the windows.

        Warns
        -----
        LostDataWarning
            If rows have no window, or bases are ambiguous and so no target.

        Examples
        --------
        >>> from skdeepg import WaveNetLM
        >>> WaveNetLM(windows=8, max_epochs=1).fit(["ACGTACGTAC"]).classes_
        array(['A', 'C', 'G', 'T'], dtype='<U1')
        """
        validate_parameters(self)
        check_validation_parameters(self, validation)
        goes_on = self.warm_start and hasattr(self, "model_")
        self._remember(X, goes_on)
        stretches = self._cut(X) if goes_on else self._learn_letters(X)
        weight = check_row_weights(sample_weight, len(stretches))
        if not goes_on:
            self.task_ = self._make_task(self.windows_)
        given = None if validation is None else self._stretches_of(validation)
        y = np.zeros(len(stretches), dtype=np.int32)
        data = stretches, y, weight, exclude, groups, given
        start = start_fit(self, goes_on, resume, data)
        training, held = split_windows(*data[:5], self.validation_fraction, start.seed, X)
        self.n_ambiguous_ = check_stretches(training, self._shortest_record(stretches))
        if not goes_on:
            self._build_network(self.task_, start.seed)
            self._start_yardstick()
            self._count_once(training.windows.sequences)
        self._train(training, given or held, self.max_epochs, start)
        return self

    def partial_fit(self, X: Any, y: Any = None, *, sample_weight: Any = None) -> Self:
        """Train for one epoch on these rows, going on from where the network stands.

        Parameters
        ----------
        X : Sequences, SequenceWindows, list-like of sequences or paths, or array of codes
            The rows.
        y : object, default=None
            Ignored.
        sample_weight : array-like of shape (n_rows,), default=None
            Weight of each row's windows in the loss.

        Returns
        -------
        object
            The model itself.

        Raises
        ------
        ValueError
            If a parameter or a row is invalid, or there is nothing to learn.

        Examples
        --------
        >>> from skdeepg import WaveNetLM
        >>> WaveNetLM(windows=8).partial_fit(["ACGTACGTAC"]).partial_fit(["GGGGACGTA"]).n_epochs_
        2
        """
        validate_parameters(self)
        first = not hasattr(self, "model_")
        self._remember(X, goes_on=not first)
        stretches = self._learn_letters(X) if first else self._cut(X)
        weight = check_row_weights(sample_weight, len(stretches))
        training = label_windows(stretches, np.zeros(len(stretches), np.int32), weight)
        self.n_ambiguous_ = check_stretches(training, self._shortest_record(stretches))
        if first:
            self._build_network(self._make_task(self.windows_), draw_seed(self.random_state))
            self._start_yardstick()
        self._count_once(stretches.sequences)
        self._train(training, None, max_epochs=1)
        return self

    @classmethod
    def _from_keras(
        cls,
        path_or_model: Any,
        vocabulary: str,
        windows: int | FastaWindowTransformer | None,
        trusted: bool,
        **parameters: Any,
    ) -> Self:
        """Make a fitted language model of a network that was trained elsewhere."""
        from skdeepg.engine.keras_files import read_keras_model

        model, network = read_keras_model(path_or_model, trusted)
        fitted = windows_without_rows(windows, vocabulary, model)
        length = fitted.window_length if windows is None else windows
        estimator = cls(network, length, vocabulary=vocabulary, **parameters)
        estimator.classes_ = np.array(list(fitted.vocabulary_.letters))
        adopt_model(estimator, fitted, model, estimator._make_task(fitted))
        estimator.n_ambiguous_ = 0
        estimator._start_yardstick()
        return estimator

    def _learn_letters(self, X: Any) -> SequenceWindows:
        stretches = self._widen(self._fit_windows(X))
        if "both" in (self.strands, self.score_strands):
            _ = stretches.vocabulary.complement  # raises where there is none
        self.classes_ = np.array(list(stretches.vocabulary.letters))
        return stretches

    def _make_task(self, windows: FastaWindowTransformer) -> NetworkTask:
        n_symbols = windows.vocabulary_.n_symbols
        return NetworkTask(
            window_length=int(windows.window_length),
            n_symbols=n_symbols,
            n_outputs=n_symbols,
            inputs="two_arms" if self._kind == "middle" else "one",
            per_position=self._kind == "all",
        )

    def _make_yardstick(self) -> MarkovLanguageModel:
        return MarkovLanguageModel(
            target="middle" if self._kind.startswith("middle") else "next",
            vocabulary=self.windows_.vocabulary_.letters,
            strands=self.strands,
        )

    def _start_yardstick(self) -> None:
        self.yardstick_ = self._make_yardstick()
        self._counted: set[bytes] = set()

    def _count_once(self, sequences: Sequences) -> None:
        """Show rows to the yardstick, which takes repetitions for evidence, the first time only."""
        digest = sequences.digest()
        if digest not in self._counted:
            self._counted.add(digest)
            self.yardstick_.partial_fit(sequences)

    def _stretches_of(self, validation: ValidationSet) -> LabelledWindows:
        stretches = self._cut(validation.X)
        return label_windows(stretches, np.zeros(len(stretches), dtype=np.int32))

    def _train(
        self,
        training: LabelledWindows,
        held: LabelledWindows | None,
        max_epochs: int,
        start: FitStart | None = None,
    ) -> None:
        target = self._target()
        if held is not None:
            held = replace(held, target=target)
        settings = self._settings(max_epochs, held, np.ones(1), start=start)
        self._train_network(replace(training, target=target), held, settings, start)

    def _target(self, window_length: int | None = None) -> LanguageTarget:
        length = self.task_.window_length if window_length is None else window_length
        return LanguageTarget(self._kind, length, self.windows_.vocabulary_)

    def _shortest_record(self, stretches: SequenceWindows) -> int:
        if stretches.cut.short == "repeat":
            return 2
        return self._target(stretches.cut.window_length - 1).shortest_record

    def _widen(self, windows: SequenceWindows) -> SequenceWindows:
        return widen(windows, self._target(windows.cut.window_length))

    def _windows_of(self, codes: Any) -> SequenceWindows:
        """Take each row of codes as a record: a window and its target."""
        return SequenceWindows(self._sequences_of(codes), self.windows_.cut())

    def _sequences_of(self, codes: Codes) -> Sequences:
        return sequences_from_codes(codes, self.windows_.vocabulary_)

    def _read(self, X: Any) -> SequenceWindows:
        return self._widen(super()._read(X))

    def _open(self, X: Any) -> SequenceWindows:
        return self._cut(X)

    def _read_rows(self, X: Any) -> Sequences:
        """Read rows whose targets are not among their bases."""
        check_is_fitted(self)
        if isinstance(X, SequenceWindows):
            return check_vocabulary(X.sequences, self.windows_.vocabulary_)
        if isinstance(X, Sequences) or is_sequence_rows(X):
            windows = self.windows_.transform(X)
            return cast("SequenceWindows", windows).sequences
        codes = check_array(X)
        length = self.task_.window_length
        if codes.shape[1] not in (length, length + 1):
            raise ValueError(
                f"X has {codes.shape[1]} features, but {type(self).__name__} is expecting "
                f"{length + 1} features as input, as in training, or {length}: a window."
            )
        inferred = self.windows_.vocabulary is None
        return self._sequences_of(check_codes(codes, self.windows_.vocabulary_, inferred=inferred))

    def _make_generator(self) -> Any:
        """Make what generates codes: an object of the engine with `generate`."""
        raise NotImplementedError

    def _generate_codes(
        self,
        prompt: Codes,
        n_bases: int,
        temperature: float,
        top_k: int,
        n_samples: int,
        seed: int,
    ) -> Codes:
        codes: Codes = self._make_generator().generate(
            prompt,
            n_bases,
            n_samples=n_samples,
            seed=seed,
            temperature=temperature,
            top_k=top_k,
        )
        return codes

    @property
    def _letters(self) -> Vocabulary:
        return self.windows_.vocabulary_


def check_stretches(data: LabelledWindows, shortest_record: int) -> int:
    """Warn of what cannot be learnt from, refuse if that is all; return the ambiguous bases."""
    sequences = data.windows.sequences
    if sequences.count_letters().sum() == 0:
        raise ValueError(
            "All bases of X are ambiguous, so there is nothing to learn; rows: "
            f"{name_some(sequences.names)}."
        )
    _check_targets(data, shortest_record)
    return _count_ambiguous(data)


def _check_targets(data: LabelledWindows, shortest_record: int) -> None:
    grid, names = data.grid, data.windows.sequences.names
    has_target = grid.records.length[grid.record] >= shortest_record
    empty = np.setdiff1d(np.arange(len(names)), grid.row[has_target])
    needed = grid.window_length if data.windows.cut.short == "drop" else shortest_record
    reason = (
        f"their records have fewer than the {needed} bases that a target and what is around it "
        f"take with short={data.windows.cut.short!r}, or every window has ambiguous letters "
        "(ambiguous='drop') or touches an excluded region"
    )
    if len(empty) == len(names):
        raise ValueError(
            f"No row has a target to train on ({name_some(names)}): {reason}. Choose shorter "
            "windows or longer rows."
        )
    if not data.weight[grid.row[has_target]].any():
        raise ValueError("sample_weight is 0 for all rows that have a target to train on.")
    if len(empty):
        warnings.warn(
            f"{len(empty)} of {len(names)} training rows have no target and teach nothing: "
            f"{name_some(names[empty])}; {reason}.",
            LostDataWarning,
            stacklevel=4,
        )


def _count_ambiguous(data: LabelledWindows) -> int:
    sequences = data.windows.sequences
    code = sequences.vocabulary.ambiguous_code
    found = ambiguous_stretches(sequences.codes, data.grid.records, code)
    n_ambiguous = int((found.end - found.start).sum())
    if n_ambiguous and data.windows.cut.ambiguous != "drop":
        warnings.warn(
            f"{n_ambiguous:,} of {sequences.n_bases:,} bases are ambiguous: as a target they are "
            "left out of the loss.",
            LostDataWarning,
            stacklevel=4,
        )
    return n_ambiguous
