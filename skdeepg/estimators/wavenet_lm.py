"""`WaveNetLM`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted

from skdeepg._compat import StrOptions
from skdeepg.estimators.language_explaining import CausalExplainMixin
from skdeepg.estimators.layer_features import LayerFeaturesMixin
from skdeepg.estimators.likelihood_scan import BaseScanner, BaseValues, name_columns
from skdeepg.estimators.scan_plan import ScanPlan
from skdeepg.estimators.scanning import ScanMixin
from skdeepg.estimators.training import TRAINING_CONSTRAINTS
from skdeepg.networks import WaveNet
from skdeepg.sequences import FastaWindowTransformer, Sequences, SequenceWindows
from skdeepg.sequences.code_rows import sequences_from_padded_codes
from skdeepg.sequences.language_targets import TargetKind
from skdeepg.sequences.scored import ScoredBases, log_likelihoods
from skdeepg.sequences.stretches import row_ends
from skdeepg.sequences.vocabulary import Codes

__all__ = ["WaveNetLM"]


class WaveNetLM(ScanMixin, LayerFeaturesMixin, CausalExplainMixin):
    """A causal network that predicts every base of a sequence from those before it.

    Learns from unlabelled sequences, at every position of a window at once. In scores and
    predictions each base is seen with all of its context: records are read in stretches that
    overlap by the network's receptive field. deepG trains such networks by ``train_model`` with
    ``output_format = "wavenet"``.

    Parameters
    ----------
    network : specification or callable, default=None
        The architecture: None for ``WaveNet()``; or a function of a `NetworkTask` that returns a
        causal Keras model with an output at every position.
    windows : int or FastaWindowTransformer, default=500
        The window length of training, or all about cutting; one more base makes the last target.
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
        Windows a batch, at most; a step computes ``batch_size * window_length`` bases.
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
        The network. It takes symbol vectors of shape (n, length, n_symbols).
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
    SequenceLanguageModel : Predicts one base a window.
    MarkovLanguageModel : What a network must beat.

    Notes
    -----
    A base's context is the network's `receptive_field`; a network of your own may have an attribute
    of this name, else the window length is taken for it. In training, the first bases of a window
    have less: choose windows longer than the receptive field. The first base of a record has no
    context and is not scored. 2-D rows of codes are ``window_length + 1`` wide in `fit` and all
    scores; `predict_proba` takes them with or without the last base.

    Examples
    --------
    >>> from skdeepg import WaveNet, WaveNetLM
    >>> network = WaveNet(filters=8, dilations=(1, 2), initial_kernel_size=2, initial_filters=8)
    >>> model = WaveNetLM(network, windows=12, learning_rate=0.02, random_state=0)
    >>> model.fit(["ACGACGACGACGACGACG"] * 32).predict(["CGACGA", "GACGAC"])
    array(['C', 'G'], dtype='<U1')
    """

    _default_network: ClassVar[type] = WaveNet
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = TRAINING_CONSTRAINTS | {
        "score_strands": [StrOptions({"forward", "both"})],
    }

    def __init__(
        self,
        network: Any = None,
        windows: int | FastaWindowTransformer = 500,
        *,
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

    @property
    def _kind(self) -> TargetKind:
        return "all"

    @classmethod
    def from_keras(
        cls,
        path_or_model: Any,
        *,
        vocabulary: str = "ACGT",
        windows: int | FastaWindowTransformer | None = None,
        trusted: bool = False,
    ) -> Self:
        """Make a fitted language model of a network that Keras or deepG has trained.

        Parameters
        ----------
        path_or_model : path or keras.Model
            A whole model: a file of Keras (``.h5``, ``.hdf5``, ``.keras``), causal and with an
            output at every position,
            or a model, which is copied.
        vocabulary : str, default="ACGT"
            The letters in the order of the model's input channels and of its outputs.
        windows : int or FastaWindowTransformer, default=None
            The window length, or all about cutting; None for the model's input length.
        trusted : bool, default=False
            Whether layers may be of any class. Reading such a file can run code of its author.

        Returns
        -------
        WaveNetLM
            Fitted; `partial_fit` trains on, with a new optimizer. Its `yardstick_` has counted
            nothing yet: give one to `evaluate`.

        Raises
        ------
        InvalidModelFileError
            If it is no such file or is damaged, or has a layer that is not one of Keras' own.
        NetworkMismatchError
            If the model does not fit the letters or windows, or is not causal.

        Examples
        --------
        >>> from skdeepg import WaveNet, WaveNetLM
        >>> from skdeepg.networks import NetworkTask
        >>> keras_model = WaveNet(dilations=(1,)).build(NetworkTask(8, 4, 4, per_position=True))
        >>> WaveNetLM.from_keras(keras_model, windows=64).predict_proba(["ACGTACGTAC"]).shape
        (1, 4)
        """
        return cls._from_keras(path_or_model, vocabulary, windows, trusted)

    @property
    def _receptive_field(self) -> int:
        """Bases that an output depends on, its own included."""
        known = getattr(self.network_, "receptive_field", None)
        return int(self.task_.window_length if known is None else known)

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Give the probability of each letter for the base after each row.

        Parameters
        ----------
        X : Sequences, SequenceWindows, list-like of sequences or paths, or array of codes
            The rows. Codes have `window_length` columns, or one more.

        Returns
        -------
        ndarray of shape (n_rows, n_symbols)
            In the order of `classes_`: of the base after the row's (last) record.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            Before `fit`.

        Examples
        --------
        >>> from skdeepg import WaveNetLM
        >>> WaveNetLM(windows=8, max_epochs=0).fit(["ACGTACGTAC"]).predict_proba(["ACG", "G"]).shape
        (2, 4)
        """
        from skdeepg.engine.causal import answer_ends

        rows = self._read_rows(X)
        longest = self._forward.fixed_length or self._receptive_field
        return answer_ends(self._forward, *row_ends(rows, longest)).astype(np.float64)

    def _open(self, X: Any) -> SequenceWindows:
        check_is_fitted(self)
        return self._read(X)  # records are read whole, however they are cut

    def _sequences_of(self, codes: Codes) -> Sequences:
        return sequences_from_padded_codes(codes, self.windows_.vocabulary_)

    def _score_blocks(self, rows: SequenceWindows) -> Iterator[ScoredBases]:  # type: ignore[override]
        from skdeepg.engine.causal import score_records

        context = self._receptive_field - 1
        return score_records(self._forward, rows.sequences, context, self.verbose)

    def _make_generator(self) -> Any:
        from skdeepg.engine.cached_generation import CachedGenerator
        from skdeepg.engine.plain_generation import PlainGenerator, answer_after_stretches

        if isinstance(self.network_, WaveNet):
            return CachedGenerator(self.model_, self.symbol_table_)
        forward, n_symbols = self._forward, self.task_.n_symbols
        context = forward.fixed_length or self._receptive_field
        answer = answer_after_stretches(forward, n_symbols, forward.fixed_length)
        return PlainGenerator(answer, context, n_symbols)

    def _average_layer(self, X: Any, layer: str | None) -> NDArray[np.float32]:
        from skdeepg.engine.activations import cut_model
        from skdeepg.engine.causal import mean_of_rows

        model = cut_model(self.model_, layer)
        context = self._receptive_field - 1
        forward = self._causal_forward(model)
        rows, n_features = self._open(X).sequences, int(model.output.shape[-1])
        return mean_of_rows(forward, rows, context, n_features, self.verbose)

    def _compile(self) -> Any:
        return self._causal_forward(self.model_)

    def _causal_forward(self, model: Any) -> Any:
        from skdeepg.engine.causal import CausalForward
        from skdeepg.engine.compiled import Encoder

        return CausalForward(model, Encoder(self.symbol_table_))

    def _make_scanner(self, plan: ScanPlan) -> BaseScanner:
        answer = self._score_bases if plan.layer is None else partial(self._activate, plan.layer)
        return BaseScanner(answer, len(plan.columns), plan.strands)

    def _score_bases(self, rows: SequenceWindows) -> Iterator[BaseValues]:
        """Give the log-likelihood of each base but the first of a record."""
        for block in self._score_blocks(rows):
            likelihoods = log_likelihoods(block.true, block.probabilities)
            yield block.record, block.position, likelihoods[:, np.newaxis]

    def _activate(self, layer: str, rows: SequenceWindows) -> Iterator[BaseValues]:
        """Give the activations of a layer at each base."""
        from skdeepg.engine.activations import cut_model
        from skdeepg.engine.causal import run_along

        forward = self._causal_forward(cut_model(self.model_, layer))
        sequences = rows.sequences
        n_outputs, context = sequences.records().length, self._receptive_field - 1
        yield from run_along(forward, sequences, n_outputs, context, verbose=0)

    def _scanned_columns(self, layer: str | None) -> tuple[str, ...]:
        return name_columns(self.model_, layer)
