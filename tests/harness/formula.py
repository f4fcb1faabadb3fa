"""The formula panel as it is read from the screen."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBER = re.compile(r"−?[0-9.]+(?:e[−+]?[0-9]+)?")


def number_in(text: str) -> float:
    """Return the last number in a text as the screen writes it."""
    return float(_NUMBER.findall(text)[-1].replace("−", "-"))


@dataclass(frozen=True)
class Row:
    """One product of a formula."""

    source: str
    value: float | None
    weight: float | None
    product: float
    total: float


@dataclass(frozen=True)
class Formula:
    """What the formula panel says."""

    title: str
    cells: list[list[str]]
    result: str
    text: str

    @property
    def rows(self) -> list[Row]:
        """The products of a gate or candidate; the bias is the row without factors."""
        return [
            Row(
                source,
                *(number_in(factor) if factor else None for factor in (factors or ("", ""))),
                number_in(product),
                number_in(total),
            )
            for source, *factors, product, total in self.cells
        ]

    @property
    def value(self) -> float:
        return number_in(self.result)

    @property
    def inside(self) -> float:
        """What the activation is applied to."""
        return number_in(self.result.rpartition("(")[2].partition(")")[0])
