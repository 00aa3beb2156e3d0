"""What one replication counts up to: numerators and denominators by group and year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from broker.capacity.figures.days import Ints


@dataclass(frozen=True)
class Rows:
    """Amounts with the group of each, for every split, and the financial year it counts in."""

    groups: Mapping[str, Ints]
    year: Ints
    amount: Ints

    def only(self, kept: NDArray[np.bool_]) -> Rows:
        """Some of the rows."""
        groups = {by: group[kept] for by, group in self.groups.items()}
        return Rows(groups, self.year[kept], self.amount[kept])

    def split_by(self, *names: str) -> Rows:
        """The same rows with some of the splits."""
        return Rows({by: self.groups[by] for by in names}, self.year, self.amount)


@dataclass(frozen=True)
class Tally:
    """Counts of one replication, by figure and by what it is split by.

    Each is a table of whole numbers: a row for each group, a column for each financial year and a
    last one for all of them. Money is in pence. A figure whose denominator is 0 is not known.
    """

    years: int
    sizes: Mapping[str, int]
    above: dict[tuple[str, str], Ints] = field(default_factory=dict)
    below: dict[tuple[str, str], Ints] = field(default_factory=dict)

    def put(self, figure: str, by: str, above: Ints, below: Ints | None = None) -> None:
        """Keep a figure; without a denominator it is a count or an amount that is known."""
        self.above[figure, by] = above
        self.below[figure, by] = np.ones_like(above) if below is None else below

    def ratio(self, figure: str, above: Rows, below: Rows | None = None) -> None:
        """Keep a figure for each split that its rows have groups of."""
        for by, group in above.groups.items():
            size = self.sizes[by]
            top = total(size, self.years, group, above.year, above.amount)
            bottom = None
            if below is not None:
                other = below.groups[by]
                bottom = total(size, self.years, other, below.year, below.amount)
            self.put(figure, by, top, bottom)

    def amount(self, figure: str, by: str, pence: Ints, known: Ints) -> None:
        """Keep an amount of money, where it is known: a table of 1 and 0."""
        self.put(figure, by, np.where(known > 0, pence, 0), known)


def total(size: int, years: int, group: Ints, year: Ints, amount: Ints) -> Ints:
    """Amounts added up by group and year, in the last column over all years; no group below 0."""
    made: NDArray[np.int64] = np.zeros((size, years + 1), dtype=np.int64)
    kept = group >= 0
    if not kept.all():
        group, year, amount = group[kept], year[kept], amount[kept]
    np.add.at(made, (group, year), amount)
    made[:, years] = made[:, :years].sum(axis=1)
    return made
