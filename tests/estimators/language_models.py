"""Language models small enough for tests, and what they read."""

from __future__ import annotations

from functools import cache
from typing import Any

from skdeepg import (
    LSTMCNN,
    FastaWindowTransformer,
    SequenceLanguageModel,
    WaveNet,
    WaveNetLM,
)
from tests.toys import linear_network, periodic_sequences, random_sequences, sliding_network

ONE_TARGET = ("next", "middle", "middle_cnn")
TARGETS = (*ONE_TARGET, "all")
PERIOD = "ACGGT"
WINDOW = 10

# Long and short rows, with and without ambiguous letters.
ROWS = (*random_sequences([60, 25, 11, 33], letters="ACGTN"), *random_sequences([40, 9], seed=1))


def make(target: str = "next", windows: Any = None, **parameters: Any) -> Any:
    """Make a model that trains in a second; target "all" makes a WaveNetLM."""
    windows = FastaWindowTransformer(WINDOW, stride=1) if windows is None else windows
    settings = {
        "max_epochs": 2,
        "batch_size": 16,
        "optimizer": "sgd",  # which compiles faster than others
        "learning_rate": 0.5,
        "random_state": 0,
        **parameters,
    }
    if target == "all":
        return WaveNetLM(settings.pop("network", sliding_network), windows, **settings)
    network = settings.pop("network", linear_network)
    return SequenceLanguageModel(network, windows, target=target, **settings)


@cache
def rough(target: str) -> Any:
    """Give a model that knows little; tests must not change it."""
    return make(target).fit(random_sequences([60, 40, 33], seed=2))


@cache
def learnt(target: str) -> Any:
    """Give a real network that knows a periodic sequence; tests must not change it."""
    network = LSTMCNN(filters=(8,), kernel_size=5, pool_size=None)
    if target == "all":
        network = WaveNet(filters=8, dilations=4, initial_kernel_size=4, initial_filters=8)
    settings = {"optimizer": "adam", "learning_rate": 0.05}
    model = make(target, network=network, max_epochs=10 if target == "all" else 5, **settings)
    return model.fit(periodic_sequences(40, PERIOD))
