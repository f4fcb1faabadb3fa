"""Networks of recurrent layers: what they are made of, how they run, and what they recorded."""

from lstm_core.network.config import Embedding, NetworkConfig, OneHot, Raw, RecurrentLayer
from lstm_core.network.network import Network
from lstm_core.network.trace import LayerRun, NetworkGradients, NetworkTrace

__all__ = [
    "Embedding",
    "LayerRun",
    "Network",
    "NetworkConfig",
    "NetworkGradients",
    "NetworkTrace",
    "OneHot",
    "Raw",
    "RecurrentLayer",
]
