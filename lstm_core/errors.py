"""The one error a caller has to expect, and the kind of it that tells where numbers ran away."""


class InputError(ValueError):
    """What was given cannot be used; the message says what was expected and what came.

    Examples
    --------
    >>> from lstm_core import LSTM
    >>> LSTM(activation="sine")
    Traceback (most recent call last):
    ...
    lstm_core.errors.InputError: activation must be one of 'tanh', 'relu', 'identity', got 'sine'
    """


class OverflowInputError(InputError):
    """A run came to numbers larger than its float type can hold.

    Parameters
    ----------
    message : str
        What was expected and what came.
    timestep, unit : int
        Where it happened first, from 0.

    Examples
    --------
    >>> error = OverflowInputError("too large", timestep=4, unit=0)
    >>> isinstance(error, InputError), error.timestep
    (True, 4)
    """

    def __init__(self, message: str, *, timestep: int, unit: int) -> None:
        super().__init__(message)
        self.timestep = timestep
        self.unit = unit
