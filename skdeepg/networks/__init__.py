"""Network architectures: specifications whose ``build`` gives a Keras model for a task.

Importing this package does not import TensorFlow; building a network does.
"""

from skdeepg.networks.build import build_network, check_network
from skdeepg.networks.keras_network import KerasNetwork
from skdeepg.networks.lstm_cnn import LSTMCNN
from skdeepg.networks.task import NetworkTask
from skdeepg.networks.wavenet import WaveNet

__all__ = ["LSTMCNN", "KerasNetwork", "NetworkTask", "WaveNet", "build_network", "check_network"]
