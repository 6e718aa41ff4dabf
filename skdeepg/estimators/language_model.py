"""`SequenceLanguageModel`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray

from skdeepg._compat import StrOptions
from skdeepg.estimators.stretch_answers import StretchAnswers
from skdeepg.estimators.training import TRAINING_CONSTRAINTS
from skdeepg.sequences import FastaWindowTransformer, SequenceWindows
from skdeepg.sequences.language_targets import TargetKind
from skdeepg.sequences.scored import ScoredBases
from skdeepg.sequences.stretches import (
    context_codes,
    last_places,
    middle_places,
    target_positions,
)

__all__ = ["SequenceLanguageModel"]


class SequenceLanguageModel(StretchAnswers):
    """A neural network that predicts a base from those around it.

    Learns from unlabelled sequences: cuts stretches of a window and its target, and trains a
    Keras network to give the target's letter. deepG trains such networks by ``train_model`` with
    ``train_type = "lm"``.

    Parameters
    ----------
    network : specification or callable, default=None
        The architecture: a specification such as `LSTMCNN` (None for ``LSTMCNN()``), or a function
        of a `NetworkTask` that returns a Keras model.
    windows : int or FastaWindowTransformer, default=500
        The window length, or all about cutting; the target comes on top of it.
    target : {"next", "middle", "middle_cnn"}, default="next"
        What is predicted: the base after the window; or the one in its middle, from the left half
        and the reversed right half as two inputs, or from both halves joined. deepG:
        ``output_format`` (target_right, target_middle_lstm, target_middle_cnn).
    vocabulary : str or None, default="ACGT"
        The letters with a code of their own, for 2-D codes and where `windows` is a number. None:
        as many symbols as 2-D codes have.
    strands : {"forward", "both"}, default="forward"
        With "both" stretches are turned to their reverse complements at random in training.
    score_strands : {"forward", "both"}, default="forward"
        With "both" scores are the mean over the bases of rows and of their reverse complements.
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
        stay together.
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
        Whether `fit` goes on from where the network stands.
    precision : {"float32", "mixed_bfloat16", "mixed_float16", "auto"}, default="float32"
        What layers compute in; weights and probabilities stay float32. "auto" is "mixed_bfloat16"
        for convolutional networks where the hardware multiplies bfloat16 itself.
    random_state : int, RandomState instance or None, default=None
        Fixes weights, order, offsets, strands and dropout. No global random state is used.
    verbose : int, default=0
        With 1 a progress bar for each epoch and each prediction.

    Attributes
    ----------
    classes_ : ndarray of shape (n_symbols,)
        The letters.
    yardstick_ : MarkovLanguageModel
        A Markov model of the same training rows, which `evaluate` compares with.
    n_ambiguous_ : int
        Ambiguous bases of the training rows, which are no targets.
    model_ : keras.Model
        The network. It takes symbol vectors of shape (n, window_length, n_symbols), with
        ``target="middle"`` two of half that length.
    history_ : dict of str to list of float
        Loss in nats per base and accuracy (and ``val_loss``, ``val_accuracy``) of each epoch;
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
    WaveNetLM : Predicts every base of a sequence in one pass.
    MarkovLanguageModel : What a network must beat.

    Notes
    -----
    One base a window is scored: the window's stride sets how densely a row is. 2-D rows of codes
    are ``window_length + 1`` wide, window and target, in `fit` and all scores; `predict_proba`
    takes them with or without the last base. With ``network=LSTMCNN(filters=None, lstm_units=32,
    stateful=True)`` and ``target="next"`` everything since the start of a record is context, in
    training, in all scores at any stride, and in `predict_proba` and `generate`.

    Examples
    --------
    >>> from skdeepg import LSTMCNN, SequenceLanguageModel
    >>> network = LSTMCNN(filters=(8,), kernel_size=3, pool_size=None)
    >>> model = SequenceLanguageModel(network, windows=6, learning_rate=0.02, random_state=0)
    >>> model.fit(["ACGACGACGACGACGACG"] * 16).predict(["CGACGA", "GACGAC"])
    array(['C', 'G'], dtype='<U1')
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = TRAINING_CONSTRAINTS | {
        "target": [StrOptions({"next", "middle", "middle_cnn"})],
        "score_strands": [StrOptions({"forward", "both"})],
    }

    def __init__(
        self,
        network: Any = None,
        windows: int | FastaWindowTransformer = 500,
        *,
        target: Literal["next", "middle", "middle_cnn"] = "next",
        vocabulary: str | None = "ACGT",
        strands: Literal["forward", "both"] = "forward",
        score_strands: Literal["forward", "both"] = "forward",
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
        self.target = target
        self.vocabulary = vocabulary
        self.strands = strands
        self.score_strands = score_strands
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

    target: Literal["next", "middle", "middle_cnn"]

    @property
    def _kind(self) -> TargetKind:
        return self.target

    @classmethod
    def from_keras(
        cls,
        path_or_model: Any,
        *,
        target: Literal["next", "middle", "middle_cnn"],
        vocabulary: str = "ACGT",
        windows: int | FastaWindowTransformer | None = None,
        trusted: bool = False,
    ) -> Self:
        """Make a fitted language model of a network that Keras or deepG has trained.

        Parameters
        ----------
        path_or_model : path or keras.Model
            A whole model: a checkpoint of deepG (``.hdf5``), a file of Keras (``.h5``, ``.keras``),
            or a model, which is copied.
        target : {"next", "middle", "middle_cnn"}
            What the model predicts; with "middle" it has two inputs, the left half of the window
            and the reversed right half.
        vocabulary : str, default="ACGT"
            The letters in the order of the model's input channels and of its outputs.
        windows : int or FastaWindowTransformer, default=None
            The window length, or all about cutting; None for the model's input length.
        trusted : bool, default=False
            Whether layers may be of any class. Reading such a file can run code of its author.

        Returns
        -------
        SequenceLanguageModel
            Fitted; `partial_fit` trains on, with a new optimizer. Its `yardstick_` has counted
            nothing yet: give one to `evaluate`.

        Raises
        ------
        InvalidModelFileError
            If it is no such file or is damaged, or has a layer that is not one of Keras' own.
        NetworkMismatchError
            If the model does not fit the target, letters or windows.

        Examples
        --------
        >>> from skdeepg import LSTMCNN, SequenceLanguageModel
        >>> from skdeepg.networks import NetworkTask
        >>> keras_model = LSTMCNN(filters=(2,), pool_size=2).build(NetworkTask(8, 4, 4))
        >>> model = SequenceLanguageModel.from_keras(keras_model, target="next")
        >>> model.predict_proba(["ACGTACGTAC"]).shape
        (1, 4)
        """
        return cls._from_keras(path_or_model, vocabulary, windows, trusted, target=target)

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Give the probability of each letter for the target of each row.

        Parameters
        ----------
        X : Sequences, SequenceWindows, list-like of sequences or paths, or array of codes
            The rows. Codes have `window_length` columns, or one more.

        Returns
        -------
        ndarray of shape (n_rows, n_symbols)
            In the order of `classes_`. With ``target="next"`` of the base after the row's (last)
            record; else of the base in the middle of the row, at ``len(row) // 2``, whose own
            letter is hidden. Where the record is too short for a window, the window is padded.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            Before `fit`.

        Examples
        --------
        >>> from skdeepg import LSTMCNN, SequenceLanguageModel
        >>> network = LSTMCNN(filters=(2,), pool_size=2)
        >>> model = SequenceLanguageModel(network, windows=8, max_epochs=0).fit(["ACGTACGTAC"])
        >>> model.predict_proba(["ACGTAC", "GG"]).shape
        (2, 4)
        """
        sequences = self._read_rows(X)
        target, table = self._target(), sequences.records()
        if self._carries_state:
            ends = self._forward.answer_ends(sequences, target, self.batch_size, self.verbose)
            return np.asarray(ends, dtype=np.float64)
        find = last_places if self.target == "next" else middle_places
        record, position = find(sequences)
        answers = [np.zeros((0, self.task_.n_outputs), dtype=np.float32)]
        for start in range(0, len(record), self.batch_size):
            part = slice(start, start + self.batch_size)
            codes = context_codes(sequences, table, record[part], position[part], target)
            answers.append(self._forward(target.split(codes)[0]))
        return np.concatenate(answers).astype(np.float64)

    def _score_blocks(self, rows: SequenceWindows) -> Iterator[ScoredBases]:  # type: ignore[override]
        grid, outputs = rows.grid(), self._answer_windows(rows)
        record, position = target_positions(grid, self._target(), rows.cut.short == "repeat")
        table = grid.records
        inside = (position >= 0) & (table.length[record] > 1)  # a lone base has no context
        place = table.start[record] + np.maximum(position, 0)
        block = ScoredBases(
            table.row[record], record, position, rows.sequences.codes[place], outputs
        )
        yield block.select(inside)

    def _make_generator(self) -> Any:
        from skdeepg.engine.plain_generation import PlainGenerator, answer_after_windows

        if self._carries_state:
            from skdeepg.engine.stateful_generation import StatefulGenerator

            return StatefulGenerator(self.model_, self.symbol_table_)
        length, n_symbols = self.task_.window_length, self.task_.n_symbols
        answer = answer_after_windows(self._forward, length, n_symbols)
        return PlainGenerator(answer, length, n_symbols)
