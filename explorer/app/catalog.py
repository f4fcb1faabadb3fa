"""The list of pages: file, title, icon, section. A new page is a new row."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageEntry:
    """One page.

    Attributes
    ----------
    file : str
        From the project's root.
    title, icon, section : str
        As the navigation shows them.
    url_path : str
        Empty for the page that opens first.
    """

    file: str
    title: str
    icon: str
    section: str
    url_path: str = ""


PAGES: tuple[PageEntry, ...] = (
    PageEntry("pages/explore.py", "Explore", ":material/timeline:", "Understand"),
    PageEntry("pages/train.py", "Train", ":material/model_training:", "Learn by doing", "train"),
)
