"""`SequenceClassifier`."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import issparse
from sklearn.base import ClassifierMixin
from sklearn.utils import Tags

from skdeepg._compat import StrOptions
from skdeepg.estimators.labelled_training import LabelledTraining
from skdeepg.estimators.row_answers import RowAnswers
from skdeepg.estimators.training import TRAINING_CONSTRAINTS
from skdeepg.inspection import ClassifierEvaluation, evaluate_classifier
from skdeepg.sequences import FastaWindowTransformer
from skdeepg.sequences.table_columns import tell_apart
from skdeepg.sequences.windows import coordinates_of

__all__ = ["SequenceClassifier"]


class SequenceClassifier(ClassifierMixin, RowAnswers, LabelledTraining):
    """A neural network that classifies sequences by their windows.

    Cuts each row into windows, trains a Keras network on them, and combines its answers to one a
    row. Rows may have any length: strings, files, `Sequences`; or be windows already (2-D codes).
    deepG trains such networks by ``train_model`` with ``train_type = "label_folder"``.

    Parameters
    ----------
    network : specification or callable, default=None
        The architecture: a specification such as `LSTMCNN` (None for ``LSTMCNN()``), or a function
        of a `NetworkTask` that returns a Keras model.
    windows : int or FastaWindowTransformer, default=500
        The window length, or all about cutting.
    vocabulary : str or None, default="ACGT"
        The letters with a code of their own, for 2-D codes and where `windows` is a number. None:
        as many symbols as 2-D codes have.
    strands : {"forward", "both"}, default="forward"
        With "both" windows are turned to their reverse complements at random in training, and a
        prediction is the mean of a row's answer and that of its reverse complement.
    aggregation : {"mean", "max", "vote"}, default="mean"
        How the answers of windows make that of their row: the mean; the largest of each class,
        scaled to a sum of 1, which finds a gene on a genome; or the share of windows won.
    sampling : {"shuffle", "balanced"}, default="shuffle"
        How training draws windows: all in random order, or from each class in turn, so that small
        classes repeat.
    class_weight : dict, "balanced" or None, default=None
        Weight of each class in the loss. "balanced": inverse to its windows in training.
    loss : LossKind, default=None
        What a wrong or unsure answer costs, such as `skdeepg.callbacks.FocalLoss`; None for
        cross-entropy.
    metrics : list of {"f1", "balanced_accuracy", "auc"}, default=None
        What ``history_`` has of each epoch, beside loss and accuracy.
    max_epochs : int, default=10
        The most epochs; 0 gives an untrained network.
    steps_per_epoch : int, default=None
        Batches an epoch; None for one pass over all windows.
    batch_size : int, default=256
        Windows a batch, at most.
    optimizer : str or keras.optimizers.Optimizer, default="adam"
        The optimizer by its Keras name, or an object, which brings a learning rate of its own.
    learning_rate : float, default=1e-3
        Of an optimizer given by name.
    schedule : Schedule, default=None
        How the learning rate changes during `fit`, such as
        `skdeepg.callbacks.CosineSchedule`; None for not at all. `partial_fit` has none.
    validation_fraction : float, default=None
        Share of the rows to hold back and validate on after each epoch; rows of a group (`fit`)
        stay together. Windows of a row never part.
    early_stopping : bool, default=False
        Whether to stop when the validation loss has not fallen for `patience` epochs, and to
        restore the best weights.
    patience : int, default=5
        Epochs to wait.
    callbacks : list, default=None
        Of `skdeepg.callbacks` or of Keras, told of each part of `fit`: checkpoints, logs, limits.
        Each fit uses copies.
    init_from : path-like or FrozenEstimator, default=None
        A network to begin with: a model file, a checkpoint, a file of Keras or deepG, or a fitted
        estimator in `sklearn.frozen.FrozenEstimator`. All weights are taken over, but for those of
        the last layer where it answers for other classes. With ``network=None`` its network too.
    freeze : True, int or list of str, default=None
        Layers that are not trained: all that were taken over, the first so many of these, or
        by name.
    warm_start : bool, default=False
        Whether `fit` goes on from where the network stands, with the same classes.
    precision : {"float32", "mixed_bfloat16", "mixed_float16", "auto"}, default="float32"
        What layers compute in; weights and probabilities stay float32. "auto" is "mixed_bfloat16"
        for convolutional networks where the hardware multiplies bfloat16 itself.
    random_state : int, RandomState instance or None, default=None
        Fixes weights, order, offsets, strands and dropout. No global random state is used.
    verbose : int, default=0
        With 1 a progress bar for each epoch and each prediction.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels; for multi-label `y` their numbers.
    multilabel_ : bool
        Whether `y` had a column a label.
    model_ : keras.Model
        The network. It takes symbol vectors of shape (n, window_length, n_symbols).
    history_ : dict of str to list of float
        Loss and accuracy (and ``val_loss``, ``val_accuracy``) of each epoch;
        with a `schedule`, its last ``learning_rate`` too.
    n_epochs_ : int
        Epochs trained.
    windows_ : FastaWindowTransformer
        What cuts the rows of prediction.
    network_ : specification or callable
        What built `model_`.
    task_ : NetworkTask
        The shapes it was built for.
    symbol_table_ : ndarray of shape (n_symbols + 2, n_symbols) and dtype float32
        The vector that each code stands for.
    n_features_in_ : int
        Width of 2-D `X`; not set for sequences.

    See Also
    --------
    LSTMCNN : The default architecture.
    FastaWindowTransformer : How rows are cut.

    Notes
    -----
    Averaging (``aggregation="mean"``) answers what a whole row is made of; a row that holds a
    short signal amid much else asks for "max", or for a look at `predict_windows`.

    Examples
    --------
    >>> from skdeepg import LSTMCNN, SequenceClassifier
    >>> X = ["ACACACACAC", "GTGTGTGTGT"] * 8
    >>> y = ["ac", "gt"] * 8
    >>> network = LSTMCNN(filters=(4,), kernel_size=3)
    >>> classifier = SequenceClassifier(network, windows=6, learning_rate=0.02, random_state=0)
    >>> classifier.fit(X, y).predict(["CACACACA", "TGTGTGTG"])
    array(['ac', 'gt'], dtype='<U2')
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = TRAINING_CONSTRAINTS | {
        "aggregation": [StrOptions({"mean", "max", "vote"})],
        "sampling": [StrOptions({"shuffle", "balanced"})],
        "class_weight": [dict, StrOptions({"balanced"}), None],
    }

    def __init__(
        self,
        network: Any = None,
        windows: int | FastaWindowTransformer = 500,
        *,
        vocabulary: str | None = "ACGT",
        strands: Literal["forward", "both"] = "forward",
        aggregation: Literal["mean", "max", "vote"] = "mean",
        sampling: Literal["shuffle", "balanced"] = "shuffle",
        class_weight: dict[Any, float] | Literal["balanced"] | None = None,
        loss: Any = None,
        metrics: Any = None,
        max_epochs: int = 10,
        steps_per_epoch: int | None = None,
        batch_size: int = 256,
        optimizer: Any = "adam",
        learning_rate: float = 1e-3,
        schedule: Any = None,
        validation_fraction: float | None = None,
        early_stopping: bool = False,
        patience: int = 5,
        callbacks: Any = None,
        init_from: Any = None,
        freeze: Any = None,
        warm_start: bool = False,
        precision: Literal["float32", "mixed_bfloat16", "mixed_float16", "auto"] = "float32",
        random_state: int | np.random.RandomState | None = None,
        verbose: int = 0,
    ) -> None:
        self.network = network
        self.windows = windows
        self.vocabulary = vocabulary
        self.strands = strands
        self.aggregation = aggregation
        self.sampling = sampling
        self.class_weight = class_weight
        self.loss = loss
        self.metrics = metrics
        self.max_epochs = max_epochs
        self.steps_per_epoch = steps_per_epoch
        self.batch_size = batch_size
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.schedule = schedule
        self.validation_fraction = validation_fraction
        self.early_stopping = early_stopping
        self.patience = patience
        self.callbacks = callbacks
        self.init_from = init_from
        self.freeze = freeze
        self.warm_start = warm_start
        self.precision = precision
        self.random_state = random_state
        self.verbose = verbose

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Give the probability of each class for each row.

        Parameters
        ----------
        X : Sequences, SequenceWindows, list-like of sequences or paths, or array of codes
            The rows.

        Returns
        -------
        ndarray of shape (n_rows, n_classes)
            In the order of `classes_`; rows sum to 1, except for multi-label. Every row is
            answered; one whose records are all too short for ``short="drop"``, from its first
            record, padded, with a warning.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            Before `fit`.

        Examples
        --------
        >>> from skdeepg import LSTMCNN, SequenceClassifier
        >>> classifier = SequenceClassifier(LSTMCNN(filters=(2,), pool_size=2), 8, max_epochs=0)
        >>> classifier.fit(["ACGTACGTAC", "GGGGGGGG"], [0, 1]).predict_proba(["ACGTAC"]).shape
        (1, 2)
        """
        windows = self._cut(X)
        return self._combine(windows, self._answer_windows(windows, "forward"))

    def predict(self, X: Any) -> NDArray[Any]:
        """Give the most probable class of each row, or its labels.

        Parameters
        ----------
        X : Sequences, SequenceWindows, list-like of sequences or paths, or array of codes
            The rows.

        Returns
        -------
        ndarray of shape (n_rows,) or (n_rows, n_labels)
            The argmax of `predict_proba`, whatever the aggregation; for multi-label a 1 where it is
            above 0.5.

        Examples
        --------
        >>> from skdeepg import LSTMCNN, SequenceClassifier
        >>> classifier = SequenceClassifier(LSTMCNN(filters=(2,), pool_size=2), 8, max_epochs=0)
        >>> len(classifier.fit(["ACGTACGTAC", "GGGGGGGG"], [0, 1]).predict(["ACGTAC"]))
        1
        """
        probabilities = self.predict_proba(X)
        if self.multilabel_:
            return (probabilities > 0.5).astype(int)
        return np.asarray(self.classes_[probabilities.argmax(axis=1)])

    def predict_log_proba(self, X: Any) -> NDArray[np.float64]:
        """Give the natural logarithm of `predict_proba`.

        Parameters
        ----------
        X : Sequences, SequenceWindows, list-like of sequences or paths, or array of codes
            The rows.

        Returns
        -------
        ndarray of shape (n_rows, n_classes)
            At most 0.

        Examples
        --------
        >>> from skdeepg import LSTMCNN, SequenceClassifier
        >>> classifier = SequenceClassifier(LSTMCNN(filters=(2,), pool_size=2), 8, max_epochs=0)
        >>> (classifier.fit(["ACGTAC", "GGGG"], [0, 1]).predict_log_proba(["ACG"]) < 0).all()
        np.True_
        """
        return np.asarray(np.log(self.predict_proba(X)))

    def predict_windows(self, X: Any) -> pd.DataFrame:
        """Give the probability of each class for each window.

        Parameters
        ----------
        X : Sequences, SequenceWindows, list-like of sequences or paths, or array of codes
            The rows.

        Returns
        -------
        pandas.DataFrame
            One line a window: row (number), record (name), start and end (bases, 0-based half-open
            within the record), and a column a class, named by its label. With ``strands="both"``
            the mean of the window and its reverse complement. A class named as one of the other
            columns gets ``_class`` behind its name, with a warning.

        Examples
        --------
        >>> from skdeepg import LSTMCNN, SequenceClassifier
        >>> classifier = SequenceClassifier(LSTMCNN(filters=(2,), pool_size=2), 8, max_epochs=0)
        >>> table = classifier.fit(["ACGTACGTAC", "GGGGGGGG"], ["a", "b"]).predict_windows(
        ...     ["A" * 12]
        ... )
        >>> table.columns.tolist(), table["start"].tolist()
        (['row', 'record', 'start', 'end', 'a', 'b'], [0, 4])
        """
        windows = self._cut(X)
        answers = self._both_strands(windows, self._answer_windows(windows, "forward"))
        table = coordinates_of(windows.grid()).drop(columns="file")
        columns = tell_apart(self.classes_.tolist(), table.columns)
        return pd.concat([table, pd.DataFrame(answers, columns=columns)], axis=1)

    def evaluate(self, X: Any, y: Any, *, sample_weight: Any = None) -> ClassifierEvaluation:
        """Compare answers with the truth, for rows and for windows.

        Parameters
        ----------
        X : Sequences, SequenceWindows, list-like of sequences or paths, or array of codes
            The rows.
        y : array-like of shape (n_rows,) or (n_rows, n_labels)
            Their true labels.
        sample_weight : array-like of shape (n_rows,), default=None
            Weight of each row, and of each of its windows.

        Returns
        -------
        ClassifierEvaluation
            Scores, confusion matrices and pictures. deepG: ``evaluate_model``.

        Examples
        --------
        >>> from skdeepg import LSTMCNN, SequenceClassifier
        >>> classifier = SequenceClassifier(LSTMCNN(filters=(2,), pool_size=2), 8, max_epochs=0)
        >>> classifier.fit(["ACGTAC", "GGGG"], [0, 1]).evaluate(
        ...     ["ACG", "G"], [0, 1]
        ... ).row.class_support
        array([1, 1])
        """
        windows = self._cut(X)
        self._encode(y)  # names a wrong label
        answers = self._answer_windows(windows, "forward")
        return evaluate_classifier(
            self.classes_,
            y.toarray() if issparse(y) else y,
            self._combine(windows, answers),
            windows.groups,
            self._both_strands(windows, answers),
            sample_weight,
        )

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
