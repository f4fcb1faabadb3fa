"""How large an input may be, in one place: each limit is checked before memory is taken for it."""

MAX_TIMESTEPS = 1_000
"""Timesteps of a sequence in the editor."""

MAX_HIDDEN = 128
"""Units of a cell in the editor."""

MAX_INPUT = 64
"""Numbers the cell reads at one timestep: typed columns, or columns of a one-hot text."""

MAX_ABSOLUTE = 1e6
"""Largest magnitude of a typed or generated number."""

MAX_NUMBERS_TEXT = 26 * MAX_TIMESTEPS * MAX_INPUT
"""Characters of typed or pasted numbers: the largest sequence with every digit a float can have."""

MAX_TEXT = 100_000
"""Characters of a text that are read as symbols."""

MAX_COMPONENTS = 32
"""Components a generated signal may add up."""

MAX_SEED = 2**31 - 1
"""The largest seed of a random generator that can be typed."""
