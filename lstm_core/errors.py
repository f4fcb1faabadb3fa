"""The one error a caller has to expect."""


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
