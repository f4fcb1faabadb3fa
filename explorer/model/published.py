"""What the notebook "Building an LSTM from scratch" published: the weights it trained and its prediction.

The only numbers of that example that are written down; everything else about it is computed from them.
"""

from __future__ import annotations

import numpy as np

from lstm_core.checks import FloatArray

_KERNEL = (0.5866583, 0.46882355, 0.5307267, 1.1682754)  # of the gates i, f, g, o
_RECURRENT = (0.44634107, 0.37472215, 0.31417692, 0.41816187)
_BIAS = (0.3832207, 1.3373766, 0.29879212, 0.38187584)
_DENSE_KERNEL = (
    -0.55315286,
    -1.1231616,
    0.7899263,
    -0.8698494,
    1.1733266,
)  # of padding, is, an, this, example
_DENSE_BIAS = (-0.3702354, -0.34576902, 0.40953848, -0.35659516, 0.28241307)

LEARNING_RATE = 0.001
"""Of Adam; the loss was binary cross-entropy."""
EPOCHS = 500
TEXT = "this is"
"""What the prediction is for."""
PREDICTION = (0.06413898, 0.04268872, 0.38673618, 0.05115727, 0.4552788)
"""The share of each of the five classes after that text."""


def params() -> dict[str, FloatArray]:
    """Return the 22 weights under the names that a `Network` of this shape has for them.

    Examples
    --------
    >>> {name: array.shape for name, array in params().items()}
    {'layer_0.W': (1, 4), 'layer_0.U': (1, 4), 'layer_0.b': (4,), 'head.kernel': (1, 5), 'head.bias': (5,)}
    """
    return {
        "layer_0.W": np.array([_KERNEL]),
        "layer_0.U": np.array([_RECURRENT]),
        "layer_0.b": np.array(_BIAS),
        "head.kernel": np.array([_DENSE_KERNEL]),
        "head.bias": np.array(_DENSE_BIAS),
    }
