"""The table of every value of a run, and the same as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from explorer.cell_styles import style_of
from explorer.sequence import Sequence
from lstm_core import LayerTrace

if TYPE_CHECKING:
    import pandas as pd

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def table_of(
    trace: LayerTrace, sequence: Sequence, unit: int | None = None, example: int = 0
) -> pd.DataFrame:
    """Return one row per timestep and unit: gates, states, then all that lies between; NaN where skipped.

    Parameters
    ----------
    trace : LayerTrace
        What ran.
    sequence : Sequence
        Its symbols stand beside the timestep.
    unit : int, optional
        Only this unit, from 0.
    example : int
        Which sequence of the batch.
    """
    import pandas as pd  # 0.3 s: only for those who open the table

    units = np.arange(trace.hidden_size) if unit is None else np.array([unit])
    order = style_of(trace.cell).order
    memory = trace.cell.memory
    keep = None if memory is None else memory.keep  # a gate, or 1 − one: then it has no column beside it
    recorded = [signal.key for signal in trace.cell.signals if signal.key not in (*order, keep)]
    sums = [f"pre_{key}" for key in order if f"pre_{key}" in recorded]
    others = [*sums, *(key for key in recorded if key not in sums)]
    columns: dict[str, object] = {
        "t": np.repeat(np.arange(1, trace.timesteps + 1), len(units)),
        "symbol": np.repeat(np.array(sequence.symbols, dtype=object), len(units)),
        "unit": np.tile(units + 1, trace.timesteps),
    }
    live = trace.mask[example][:, np.newaxis]
    for key in (*order, *others):
        values = trace[key][example][:, units]
        # A skipped step computes nothing; only its states are what they were.
        columns[key] = (values if key in trace.cell.states else np.where(live, values, np.nan)).ravel()
    return pd.DataFrame(columns)


def csv_of(table: pd.DataFrame) -> bytes:
    """Return a table as CSV in UTF-8 with all digits.

    A text that a spreadsheet would run as a formula gets an apostrophe in front: a symbol can be
    anything that a person typed.
    """
    safe = table.copy()
    safe["symbol"] = [f"'{text}" if text.startswith(_FORMULA_STARTS) else text for text in table["symbol"]]
    text: str = safe.to_csv(index=False)
    return text.encode("utf-8")
