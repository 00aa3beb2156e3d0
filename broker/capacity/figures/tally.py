"""What replications count up to: numerators and denominators by group and year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from broker.capacity.figures.days import Ints


@dataclass(frozen=True)
class Rows:
    """Amounts with the replication and group of each, for every split, and its financial year."""

    of: Ints
    groups: Mapping[str, Ints]
    year: Ints
    amount: Ints

    def only(self, kept: NDArray[np.bool_]) -> Rows:
        """Some of the rows."""
        groups = {by: group[kept] for by, group in self.groups.items()}
        return Rows(self.of[kept], groups, self.year[kept], self.amount[kept])

    def counted(self) -> Rows:
        """The same rows, each counting once."""
        return Rows(self.of, self.groups, self.year, np.ones_like(self.amount))

    def split_by(self, *names: str) -> Rows:
        """The same rows with some of the splits."""
        return Rows(self.of, {by: self.groups[by] for by in names}, self.year, self.amount)


@dataclass(frozen=True)
class Tally:
    """Counts of some replications, by figure and by what it is split by.

    Each is a table of whole numbers by replication, group and financial year, the last year being
    all of them. Money is in pence. A figure whose denominator is 0 is not known.
    """

    replications: int
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
        for by in above.groups:
            under = None if below is None else self.total(below, by)
            self.put(figure, by, self.total(above, by), under)

    def amount(self, figure: str, by: str, pence: Ints, known: Ints) -> None:
        """Keep an amount of money, where it is known: a table of 1 and 0."""
        self.put(figure, by, np.where(known > 0, pence, 0), known)

    def total(self, rows: Rows, by: str) -> Ints:
        """Amounts added up by replication, group and year, and over all years; no group below 0."""
        size, years = self.sizes[by], self.years
        group = rows.groups[by]
        place = (rows.of * size + group) * (years + 1) + rows.year
        amount, inside = rows.amount, group >= 0
        if not inside.all():
            place, amount = place[inside], amount[inside]
        flat: NDArray[np.int64] = np.zeros(self.replications * size * (years + 1), dtype=np.int64)
        np.add.at(flat, place, amount)
        made = flat.reshape(self.replications, size, years + 1)
        made[..., years] = made[..., :years].sum(axis=-1)
        return made
