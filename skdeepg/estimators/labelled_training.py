"""How a classifier learns labels: encoding, task, settings of a training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from skdeepg._compat import validate_parameters
from skdeepg.estimators.fit_start import FitStart, start_fit
from skdeepg.estimators.keras_models import adopt_model, windows_without_rows
from skdeepg.estimators.targets import (
    check_label_parameters,
    class_weights,
    encode_labels,
    find_classes,
    show_labels,
    sort_classes,
)
from skdeepg.estimators.training import NetworkTraining
from skdeepg.estimators.training_data import (
    check_row_weights,
    check_weighted_classes,
    check_windows,
    label_windows,
    split_windows,
)
from skdeepg.estimators.validation import ValidationSet, check_validation_parameters
from skdeepg.genome.regions import Regions
from skdeepg.networks import NetworkTask
from skdeepg.sequences import FastaWindowTransformer
from skdeepg.sequences.sampling import draw_seed

if TYPE_CHECKING:
    from skdeepg.engine.data import LabelledWindows

__all__ = ["LabelledTraining"]


class LabelledTraining(NetworkTraining):
    """A sequence estimator that is trained on a label, or several labels, a row."""

    sampling: str
    class_weight: Any

    classes_: NDArray[Any]
    multilabel_: bool

    def fit(
        self,
        X: Any,
        y: Any,
        *,
        sample_weight: Any = None,
        groups: Any = None,
        validation: ValidationSet | None = None,
        exclude: Regions | None = None,
        resume: bool | Literal["auto"] = False,
    ) -> Self:
        """Train on labelled rows.

        Parameters
        ----------
        X : Sequences, SequenceWindows, list-like of sequences or paths, or array of codes
            The rows: of any length, or windows of shape (n_rows, window_length).
        y : array-like of shape (n_rows,) or (n_rows, n_labels)
            Labels of any type; or several a row (multi-label), a 0 or 1 a label.
        sample_weight : array-like of shape (n_rows,), default=None
            Weight of each row's windows in the loss.
        groups : array-like of shape (n_rows,), default=None
            Rows that `validation_fraction` must not part, such as of one genus.
        validation : ValidationSet, default=None
            Rows to validate on after each epoch.
        exclude : Regions, default=None
            Leave out windows that touch these regions, for instance genes that a genome's label
            does not speak of.
        resume : bool or "auto", default=False
            Whether to go on from the last of the `Checkpoints` in `callbacks`, of a fit with the
            same parameters and data; if there are only others that is an error, and "auto" begins
            anew. A training that has not saved anything begins anew too.

        Returns
        -------
        SequenceClassifier
            Itself, fitted.

        Raises
        ------
        ValueError
            If a parameter, a row or a label is invalid, or a class has no window to train on.
        NetworkMismatchError
            If the network does not fit the windows and classes.

        Examples
        --------
        >>> from skdeepg import LSTMCNN, SequenceClassifier
        >>> classifier = SequenceClassifier(LSTMCNN(filters=(2,), pool_size=2), 8, max_epochs=1)
        >>> classifier.fit(["ACGTACGTAC", "GGGGGGGG"], [0, 1]).classes_
        array([0, 1])
        """
        validate_parameters(self)
        check_validation_parameters(self, validation)
        goes_on = self.warm_start and hasattr(self, "model_")
        self._remember(X, goes_on)
        codes = self._encode_warm(y) if goes_on else self._learn_classes(y)
        weight = check_row_weights(sample_weight, len(codes))
        check_weighted_classes(codes, weight, self.classes_)
        windows = self._cut(X) if goes_on else self._fit_windows(X)
        check_label_parameters(self, windows, codes)
        if not goes_on:
            self.task_ = self._make_task(self.windows_)
        given = None if validation is None else self._label_validation(validation)
        data = windows, codes, weight, exclude, groups, given
        start = start_fit(self, goes_on, resume, data)
        training, held = split_windows(*data[:5], self.validation_fraction, start.seed, X)
        check_windows(training, self.classes_)
        if not goes_on:
            self._build_network(self.task_, start.seed)
        self._train(training, given or held, self.max_epochs, start)
        return self

    def partial_fit(
        self, X: Any, y: Any, classes: Any = None, *, sample_weight: Any = None
    ) -> Self:
        """Train for one epoch on these rows, going on from where the network stands.

        Parameters
        ----------
        X : Sequences, SequenceWindows, list-like of sequences or paths, or array of codes
            The rows.
        y : array-like of shape (n_rows,) or (n_rows, n_labels)
            Their labels.
        classes : array-like of shape (n_classes,), default=None
            All labels that will ever come; needed at the first call, except for multi-label `y`.
        sample_weight : array-like of shape (n_rows,), default=None
            Weight of each row's windows in the loss.

        Returns
        -------
        SequenceClassifier
            Itself.

        Raises
        ------
        ValueError
            If `classes` are missing at the first call or change later, or a label is not among
            them.

        Examples
        --------
        >>> from skdeepg import LSTMCNN, SequenceClassifier
        >>> classifier = SequenceClassifier(LSTMCNN(filters=(2,), pool_size=2), windows=8)
        >>> for row, label in [("ACGTACGTAC", 0), ("GGGGGGGG", 1)]:
        ...     _ = classifier.partial_fit([row], [label], classes=[0, 1])
        >>> classifier.n_epochs_
        2
        """
        validate_parameters(self)
        first = not hasattr(self, "model_")
        self._remember(X, goes_on=not first)
        if first:
            self._set_classes(classes, y)
        elif classes is not None and not np.array_equal(np.unique(classes), self.classes_):
            raise ValueError(
                f"classes={show_labels(np.unique(classes))} are not those of the first call: "
                f"{show_labels(self.classes_)}."
            )
        codes = self._encode(y)
        weight = check_row_weights(sample_weight, len(codes))
        windows = self._fit_windows(X) if first else self._cut(X)
        check_label_parameters(self, windows, codes)
        training = label_windows(windows, codes, weight)
        check_windows(training, self.classes_)
        if first:
            self._build_network(self._make_task(self.windows_), draw_seed(self.random_state))
        self._train(training, None, max_epochs=1)
        return self

    @classmethod
    def from_keras(
        cls,
        path_or_model: Any,
        *,
        classes: Any,
        vocabulary: str = "ACGT",
        windows: int | FastaWindowTransformer | None = None,
        trusted: bool = False,
    ) -> Self:
        """Make a fitted classifier of a network that Keras or deepG has trained.

        Parameters
        ----------
        path_or_model : path or keras.Model
            A whole model: a checkpoint of deepG (``.hdf5``), a file of Keras (``.h5``, ``.keras``),
            or a model, which is copied.
        classes : array-like of shape (n_classes,)
            The label of each output of the model, in their order. For deepG these are the folders
            in the order of its ``path``, or its ``vocabulary_label``.
        vocabulary : str, default="ACGT"
            The letters in the order of the model's input channels.
        windows : int or FastaWindowTransformer, default=None
            The window length, or all about cutting; None for the model's input length.
        trusted : bool, default=False
            Whether layers may be of any class. Reading such a file can run code of its author.

        Returns
        -------
        SequenceClassifier
            Fitted; `partial_fit` trains on, with a new optimizer. `classes_` are sorted, and the
            outputs of `model_` are put into their order.

        Raises
        ------
        InvalidModelFileError
            If it is no such file or is damaged, or has a layer that is not one of Keras' own.
        NetworkMismatchError
            If the model does not fit the classes, letters or windows.

        Examples
        --------
        >>> from skdeepg import LSTMCNN, SequenceClassifier
        >>> from skdeepg.networks import NetworkTask
        >>> model = LSTMCNN(filters=(2,), pool_size=2).build(NetworkTask(8, 4, 2))
        >>> classifier = SequenceClassifier.from_keras(model, classes=["virus", "host"])
        >>> classifier.classes_, classifier.predict_proba(["ACGTACGTAC"]).shape
        (array(['host', 'virus'], dtype='<U5'), (1, 2))
        """
        from skdeepg.engine.keras_files import read_keras_model
        from skdeepg.engine.output_order import is_sigmoid, reorder_outputs

        model, network = read_keras_model(path_or_model, trusted)
        fitted = windows_without_rows(windows, vocabulary, model)
        length = fitted.window_length if windows is None else windows
        estimator = cls(network, length, vocabulary=vocabulary)
        estimator.multilabel_ = is_sigmoid(model)
        estimator.classes_, order = sort_classes(classes, estimator.multilabel_)
        adopt_model(estimator, fitted, model, estimator._make_task(fitted))
        reorder_outputs(model, order)
        return estimator

    def _learn_classes(self, y: Any) -> NDArray[Any]:
        self.classes_, codes = find_classes(y, type(self).__name__)
        self.multilabel_ = codes.ndim == 2
        return codes

    def _encode(self, y: Any) -> NDArray[Any]:
        return encode_labels(y, self.classes_, self.multilabel_, type(self).__name__)

    def _encode_warm(self, y: Any) -> NDArray[Any]:
        codes = self._encode(y)
        if codes.ndim == 1 and len(np.unique(codes)) < len(self.classes_):
            raise ValueError(
                "warm_start=True goes on with the classes of the first fit, "
                f"{show_labels(self.classes_)}, but y lacks some of them. Use partial_fit, or "
                "warm_start=False."
            )
        return codes

    def _set_classes(self, classes: Any, y: Any) -> None:
        """Take the classes of a first call to partial_fit."""
        if np.ndim(y) == 2 and classes is None:
            self._learn_classes(y)
            return
        if classes is None:
            raise ValueError("classes must be given at the first call to partial_fit.")
        self.classes_, _ = find_classes(classes, type(self).__name__)
        self.multilabel_ = np.ndim(y) == 2

    def _label_validation(self, validation: ValidationSet) -> LabelledWindows:
        windows = self._cut(validation.X)
        codes = self._encode(validation.y)
        check_label_parameters(self, windows, codes)
        return label_windows(windows, codes)

    def _make_task(self, windows: FastaWindowTransformer) -> NetworkTask:
        return NetworkTask(
            window_length=int(windows.window_length),
            n_symbols=windows.vocabulary_.n_symbols,
            n_outputs=len(self.classes_),
            activation="sigmoid" if self.multilabel_ else "softmax",
        )

    def _train(
        self,
        training: LabelledWindows,
        held: LabelledWindows | None,
        max_epochs: int,
        start: FitStart | None = None,
    ) -> None:
        per_class = training.windows_per_class(len(self.classes_))
        total = float(training.quota @ training.weight) if self.multilabel_ else None
        weight = class_weights(self.class_weight, self.classes_, per_class, total)
        settings = self._settings(max_epochs, held, weight, self.sampling == "balanced", start)
        self._train_network(training, held, settings, start)
