"""Network architectures: specifications whose ``build`` gives a Keras model for a task.

Importing this package does not import TensorFlow; building a network does. Each module of this
package is imported, so an architecture is one file: a class with ``@register_network``.
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from skdeepg.networks.build import build_network, check_network
from skdeepg.networks.keras_network import KerasNetwork
from skdeepg.networks.lstm_cnn import LSTMCNN
from skdeepg.networks.registry import register_network, registered_networks
from skdeepg.networks.task import NetworkTask
from skdeepg.networks.wavenet import WaveNet

__all__ = [
    "LSTMCNN",
    "KerasNetwork",
    "NetworkTask",
    "WaveNet",
    "build_network",
    "check_network",
    "register_network",
]

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

_LISTED = (LSTMCNN, WaveNet)
for _network in registered_networks(__name__):
    globals()[_network.__name__] = _network

__all__.extend(each.__name__ for each in registered_networks(__name__) if each not in _LISTED)

if TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """Give an architecture that is not listed above."""
