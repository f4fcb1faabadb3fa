"""The garbage collector, which decides how long a rerun takes."""

from __future__ import annotations

import gc

import streamlit as st


@st.cache_resource(show_spinner=False)
def freeze_collector(loaded: str) -> bool:
    """Move all that is loaded by now out of the collector's sight, once per server for each ``loaded``.

    Streamlit collects garbage after every rerun, and the collector then walks through every object
    of NumPy and Streamlit: 45-60 ms of CPU each time, for all sessions. Frozen objects are not
    walked through. Call it again after importing something large.
    """
    gc.collect()
    gc.freeze()
    return True
