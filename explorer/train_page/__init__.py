"""The parts of the Train page, in the order in which they stand on it."""

from explorer.train_page.arrivals import arrivals
from explorer.train_page.live import live
from explorer.train_page.run_bar import heading, run_bar
from explorer.train_page.sidebar import sidebar
from explorer.train_page.tabs import tabs

__all__ = ["arrivals", "heading", "live", "run_bar", "sidebar", "tabs"]
