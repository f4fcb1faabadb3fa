"""How large runs, data and files may be, in one place.

What a visitor asks for beyond a limit is refused before memory is taken for it. What only piles up is not
refused: of curves and snapshots fewer are kept, and the oldest data and the runs of who left first go.
"""

from explorer.limits import MAX_HIDDEN, MAX_SEED

MAX_LAYERS = 3
MAX_BATCH = 1_024
MAX_EPOCHS = 100_000
MAX_UPDATES = 1_000_000
MAX_EMBEDDING = 64
MAX_LEARNING_RATE = 100.0
MAX_RUN_FILE_BYTES = 10_000_000

MAX_RUN_BYTES = 64_000_000
"""What one run may take to compute, by the core's own reckoning.

A run holds about half of that for as long as it is not over: 15 of the largest have room on a server with
690 MB, thirty on one with 2.7 GB. All tasks fit as they come, at their largest sizes too, most of them with
64 units; for sequences of 200 timesteps that is a batch of 32 with 32 units.
"""

MAX_DATA_BYTES = 64_000_000
"""What data may take together that are kept for whoever asks for them next.

The largest that a visitor can ask for, a series of 20,000 values in windows of 200, take 33 MB, and the
largest that are drawn 19 MB: both have room, as those of a run and those that the fields ask for. All tasks
as they come take 2 MB. A run holds its own data, also if they have no room here.
"""

MAX_UPLOAD_BYTES = 10_000_000
"""A file with data of a visitor's own."""

MAX_CELLS = 1_000_000
"""Cells of a table in it."""

MAX_ROWS = 50_000
MAX_COLUMNS = 500

MAX_SENTENCE = 2_000
"""Characters of one sentence of a visitor's own."""

MAX_SIZES = {"length": 200, "examples": 5_000, "delay": 100}
"""Sizes of tasks that are kept smaller than in the core: all visitors share one machine."""

MAX_SNAPSHOTS_IN_FILE = 128
MAX_HISTORY_BYTES = 3_000_000
"""What the numbers behind the curves of one run may take, in a file and kept beside other runs: 90,000
updates with all their points."""

MAX_STORED_BYTES = 160_000_000
"""What all visitors who left, and may come back, may take together: their runs, and what Explore showed."""

MAX_DROPOUT = 0.9

SEED = (0, MAX_SEED)
LAYERS = (1, MAX_LAYERS)
UNITS = (1, MAX_HIDDEN)
"""The smallest and the largest, in a field and in a file alike."""


def largest_size(name: str, high: int) -> int:
    """Return the largest value of a size of a task, of which the core takes up to ``high``."""
    return min(high, MAX_SIZES.get(name, high))
