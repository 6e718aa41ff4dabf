"""The network of an estimator: built, trained, compiled, pickled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

import joblib
import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone

from skdeepg.engine.forks import NetworkLostByFork, check_not_forked, is_forked
from skdeepg.engine.lost_fits import named_if_lost
from skdeepg.estimators.fit_start import FitStart, make_context
from skdeepg.estimators.transfer import freeze_layers, read_source, take_weights
from skdeepg.networks import NetworkTask, build_network

if TYPE_CHECKING:
    from skdeepg.engine.data import LabelledWindows
    from skdeepg.engine.fitting import Settings
    from skdeepg.sequences import FastaWindowTransformer

__all__ = ["NetworkStateMixin"]

SAVED_STATE = "_saved_state"
NOT_PICKLED = ("model_", "_optimizer", "_trainer", "_forward", "_folded", "_explained")


class NetworkStateMixin:
    """Holds a Keras model and its optimizer; pickles specification and variables, never a graph.

    Attributes
    ----------
    model_ : keras.Model
        The network.
    network_ : specification or callable
        What built it.
    task_ : NetworkTask
        The shapes it was built for.
    symbol_table_ : ndarray of shape (n_symbols + 2, n_symbols) and dtype float32
        The vector of each code.
    history_ : dict of str to list of float
        One value an epoch.
    n_epochs_ : int
        Epochs trained so far.
    frozen_layers_ : list of str
        Layers that are not trained.
    precision_ : str
        What the network computes in.
    """

    _default_network: ClassVar[type]

    network: Any
    optimizer: Any
    learning_rate: float
    init_from: Any
    freeze: Any
    precision: str
    symbol_table_: NDArray[np.float32]
    windows_: FastaWindowTransformer
    network_: Any
    task_: NetworkTask
    model_: Any
    history_: dict[str, list[float]]
    n_epochs_: int
    frozen_layers_: list[str]
    precision_: str

    def _build_network(self, task: NetworkTask, seed: int) -> None:
        """Build the network with weights that depend on the seed alone."""
        from skdeepg.engine.precision import choose_precision, set_precision
        from skdeepg.engine.seeding import seeded

        source, network = (None, None)
        if self.init_from is not None:
            source, network = read_source(self.init_from)
        if self.network is not None or network is None:
            network = self._default_network() if self.network is None else self.network
        self.task_ = task
        is_specification = hasattr(network, "get_params") and not isinstance(network, type)
        self.network_ = clone(network) if is_specification else network
        with named_if_lost(self._describe_fit()), seeded(seed):
            model = build_network(self.network_, task)
        taken = [] if source is None else take_weights(model, source)
        self.precision_ = choose_precision(self.precision, model)
        with seeded(seed):
            model = set_precision(model, self.precision_)
        self.frozen_layers_ = freeze_layers(model, self.freeze, taken)
        self.history_, self.n_epochs_ = {}, 0
        self._seed = seed
        self._take_network(model, None)

    def _take_network(self, model: Any, optimizer: Any) -> None:
        """Go on with this network and this optimizer, or None, as if they had been trained here."""
        from skdeepg.engine.kernels import forget_kernels

        forget_kernels()
        self.model_, self._optimizer = model, optimizer
        self._trainer: Any = None
        self._forward = self._compile()
        self._folded: Any = None
        self._explained: Any = None

    def _train_network(
        self,
        training: LabelledWindows,
        held: LabelledWindows | None,
        settings: Settings,
        start: FitStart | None = None,
    ) -> None:
        """Train on from wherever the network stands."""
        from skdeepg.engine.fitting import Trainer

        check_not_forked()
        if self._trainer is None:
            self._optimizer = self._optimizer or self._make_optimizer()
            self._trainer = Trainer(self.model_, self.symbol_table_, self._optimizer)
        context = make_context(self, start, training, held)
        with named_if_lost(self._describe_fit()):
            run = self._trainer.fit(training, held, settings, context)
        self.history_, self.n_epochs_ = run.history, run.n_epochs

    def _describe_fit(self) -> str:
        return f"{self!r} on windows of {self.windows_!r}"

    def _make_optimizer(self) -> Any:
        from skdeepg.engine.compiled import make_optimizer
        from skdeepg.engine.precision import scale_losses

        made = make_optimizer(self.optimizer, self.learning_rate, self.model_)
        return scale_losses(made, self.precision_, self.model_)

    def _compile(self) -> Any:
        """Make the function from codes to outputs; TensorFlow compiles it at its first call."""
        from skdeepg.engine.compiled import Encoder, Forward

        return Forward(self.model_, Encoder(self.symbol_table_))

    def _fast_forward(self) -> Any:
        """Make, once for these weights, what answers many windows faster than `_forward`."""
        from skdeepg.engine.compiled import Encoder
        from skdeepg.engine.fast_forward import fast_forward

        weights = joblib.hash(self.model_.get_weights())
        if self._folded is None or self._folded[0] != weights:
            made = fast_forward(self.model_, Encoder(self.symbol_table_))
            self._folded = (weights, made)
        return self._folded[1]

    def __getstate__(self) -> dict[str, Any]:
        """Give the specification, and the variables as HDF5."""
        state = dict(cast("dict[str, Any]", super().__getstate__()))
        if "model_" in state:
            from skdeepg.engine.saved_state import pack

            state[SAVED_STATE] = pack(state["model_"], state.get("_optimizer"))
        return {name: value for name, value in state.items() if name not in NOT_PICKLED}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Build the network anew and set its variables."""
        state = dict(state)
        saved = state.pop(SAVED_STATE, None)
        super().__setstate__(state)  # type: ignore[misc]
        if saved is not None and is_forked():
            self.model_ = self._optimizer = self._trainer = self._forward = NetworkLostByFork()
        elif saved is not None:
            from skdeepg.engine.precision import set_precision
            from skdeepg.engine.saved_state import name_layers, unpack
            from skdeepg.engine.seeding import seeded

            with seeded(0):
                model = set_precision(build_network(self.network_, self.task_), self.precision_)
            name_layers(model, saved.get("layers", []))  # none in older pickles
            freeze_layers(model, self.frozen_layers_)
            self._take_network(model, unpack(saved, model))
