"""The plain recurrent cell: one equation, no gates. What the gated cells were invented to improve on.

References
----------
.. [1] J. L. Elman, "Finding Structure in Time", Cognitive Science 14(2), 1990.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from lstm_core.activations import ACTIVATIONS, ActivationName
from lstm_core.cells.base import Arrays, Backward, Cell, Signal, sum_signal
from lstm_core.checks import FloatArray, one_of


@dataclass(frozen=True, slots=True, kw_only=True)
class SimpleRNN(Cell):
    """The recurrent cell of Elman's network [1]_, as Keras' ``SimpleRNN`` and PyTorch's ``RNN``.

    With row vectors, and h₋ from the timestep before::

        h = tanh(x W_h + h₋ U_h + b_h)

    Parameters
    ----------
    activation : {"tanh", "relu", "identity"}
        Of the new state.

    Raises
    ------
    InputError
        If the activation is another.

    Notes
    -----
    The parameters are W (D, H), U (H, H) and b (H,), one block each.

    Examples
    --------
    >>> import numpy as np
    >>> {name: array.shape for name, array in SimpleRNN().init(2, 3, np.random.default_rng(0)).items()}
    {'W': (2, 3), 'U': (3, 3), 'b': (3,)}
    """

    activation: ActivationName = "tanh"

    def __post_init__(self) -> None:
        """Refuse an activation that is none of the three."""
        one_of("activation", self.activation, get_args(ActivationName))

    @property
    def blocks(self) -> tuple[str, ...]:
        """One block, named after the state that it makes."""
        return ("h",)

    @property
    def signals(self) -> tuple[Signal, ...]:
        """The weighted sum and the state."""
        phi = ACTIVATIONS[self.activation]
        total = "x W_h + h₋ U_h + b_h"
        return (
            sum_signal("h", total),
            Signal("h", "h", "state", phi.bounds, f"h = {phi.of(total)}"),
        )

    def step(self, params: Arrays, projected: FloatArray, previous: Arrays) -> dict[str, FloatArray]:
        """Compute one timestep from x W + b and the state before; see `Cell.step`."""
        phi = ACTIVATIONS[self.activation].function
        pre_h = projected + previous["h_seen"] @ params["U"]
        return {"pre_h": pre_h, "h": phi(pre_h)}

    def step_backward(self, params: Arrays, previous: Arrays, computed: Arrays, d_next: Arrays) -> Backward:
        """Carry the gradient back through `step`; see `Cell.step_backward`."""
        phi = ACTIVATIONS[self.activation].derivative
        d_h = d_next["h"]
        d_pre_h = d_h * phi(computed["pre_h"], computed["h"])
        return {"pre_h": d_pre_h, "h": d_h}, {"h_seen": d_pre_h @ params["U"].T}

    def accumulate(
        self, params: Arrays, x: FloatArray, previous: Arrays, computed: Arrays, d_computed: Arrays
    ) -> tuple[dict[str, FloatArray], FloatArray]:
        """Sum the gradients of W, U and b over all timesteps, and return that of x; see `Cell.accumulate`."""
        d_pre_h = d_computed["pre_h"]
        d_params = {"W": x.T @ d_pre_h, "U": previous["h_seen"].T @ d_pre_h, "b": d_pre_h.sum(axis=0)}
        return d_params, d_pre_h @ params["W"].T
