"""How large a training run may be, in one place: each limit is checked before memory is taken for it."""

MAX_LAYERS = 3
MAX_BATCH = 1_024
MAX_EPOCHS = 100_000
MAX_UPDATES = 1_000_000
MAX_EMBEDDING = 64
MAX_RUN_FILE_BYTES = 10_000_000

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

MAX_MOMENTS_IN_FILE = 128
MAX_HISTORY_BYTES = 3_000_000
"""What the numbers behind the curves may take of the file of a run."""
