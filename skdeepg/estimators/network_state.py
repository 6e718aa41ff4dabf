"""The network of an estimator: built, trained, compiled, pickled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone

from skdeepg.networks import NetworkTask, build_network

if TYPE_CHECKING:
    from skdeepg.engine.data import LabelledWindows
    from skdeepg.engine.fitting import Settings

__all__ = ["NetworkStateMixin"]

SAVED_STATE = "_saved_state"
NOT_PICKLED = ("model_", "_optimizer", "_trainer", "_forward")


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
    """

    _default_network: ClassVar[type]

    network: Any
    optimizer: Any
    learning_rate: float
    symbol_table_: NDArray[np.float32]
    network_: Any
    task_: NetworkTask
    model_: Any
    history_: dict[str, list[float]]
    n_epochs_: int

    def _build_network(self, task: NetworkTask, seed: int) -> None:
        """Build the network with weights that depend on the seed alone."""
        from skdeepg.engine.seeding import seeded

        network = self._default_network() if self.network is None else self.network
        self.task_ = task
        is_specification = hasattr(network, "get_params") and not isinstance(network, type)
        self.network_ = clone(network) if is_specification else network
        with seeded(seed):
            model = build_network(self.network_, task)
        self.history_, self.n_epochs_ = {}, 0
        self._seed = seed
        self._take_network(model, None)

    def _take_network(self, model: Any, optimizer: Any) -> None:
        """Go on with this network and this optimizer, or None, as if they had been trained here."""
        self.model_, self._optimizer = model, optimizer
        self._trainer: Any = None
        self._forward = self._compile()

    def _train_network(
        self, training: LabelledWindows, held: LabelledWindows | None, settings: Settings
    ) -> None:
        """Train on from wherever the network stands."""
        from skdeepg.engine.fitting import Trainer

        if self._trainer is None:
            self._optimizer = self._optimizer or self._make_optimizer()
            self._trainer = Trainer(self.model_, self.symbol_table_, self._optimizer)
        history = self._trainer.fit(training, held, settings)
        for name, values in history.items():
            self.history_.setdefault(name, []).extend(values)
        self.n_epochs_ += len(history["loss"])

    def _make_optimizer(self) -> Any:
        from skdeepg.engine.compiled import make_optimizer

        return make_optimizer(self.optimizer, self.learning_rate, self.model_)

    def _compile(self) -> Any:
        """Make the function from codes to outputs; TensorFlow compiles it at its first call."""
        from skdeepg.engine.compiled import Encoder, Forward

        return Forward(self.model_, Encoder(self.symbol_table_))

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
        if saved is not None:
            from skdeepg.engine.saved_state import unpack
            from skdeepg.engine.seeding import seeded

            with seeded(0):
                model = build_network(self.network_, self.task_)
            self._take_network(model, unpack(saved, model))
