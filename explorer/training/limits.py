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
