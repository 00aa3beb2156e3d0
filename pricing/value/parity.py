"""One price whoever pays: the same home, band and day must cost every borough the same.

Every pair of amounts of one home and band that differ on days they share is a deviation, two of one
borough included. A price that is not known is compared with nothing and counted apart. Days are
half-open; two amounts that both go on share no known number of days, unless a period is asked
about. The work grows with the rows and the deviations found, not with the pairs of rows.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from pricing.money import Pence, round_half_up
from pricing.terms import BANDS, Contract


@dataclass(frozen=True, slots=True)
class Paid:
    """What one borough pays a week for one home and band over [start, end), and where that stands.

    `end` is None while it goes on; `weekly` is the band's fee, without requirements, None when
    unknown.
    """

    borough: str
    home: str
    provider: str
    band: str
    start: date
    end: date | None
    weekly: Pence | None
    source: str
    file: str
    row: int

    @property
    def place(self) -> str:
        """Where it stands, for a person who must look it up."""
        return f"{self.file}, row {self.row}"

    def clip(self, start: date | None, end: date | None) -> tuple[date, date | None] | None:
        """The days inside [start, end), either open; None if there are none."""
        first = max(self.start, start) if start else self.start
        ends = [day for day in (self.end, end) if day]
        last = min(ends) if ends else None
        return (first, last) if last is None or first < last else None


@dataclass(frozen=True, slots=True)
class Deviation:
    """Two amounts for the same home and band that differ over [start, end): dearer and cheaper."""

    dearer: Paid
    cheaper: Paid
    start: date
    end: date | None

    @property
    def same_borough(self) -> bool:
        """Whether one borough pays both."""
        return self.dearer.borough == self.cheaper.borough

    @property
    def days(self) -> int | None:
        """The days they share; None while both go on."""
        return None if self.end is None else (self.end - self.start).days

    @property
    def weekly(self) -> Pence:
        """The difference a week, above 0."""
        return (self.dearer.weekly or 0) - (self.cheaper.weekly or 0)

    @property
    def total(self) -> Pence | None:
        """The difference over the days they share, rounded once; None while both go on."""
        return None if self.days is None else round_half_up(Fraction(self.weekly * self.days, 7))


@dataclass(frozen=True, slots=True)
class Range:
    """The known weekly amounts of a band: lowest, median, highest, and how many rows of each sort.

    The median of an even number is half the sum of the middle two, rounded half-up. `provider` is
    None for all of them.
    """

    band: str
    provider: str | None
    rows: int
    unknown: int
    lowest: Pence | None
    median: Pence | None
    highest: Pence | None


@dataclass(frozen=True, slots=True)
class Parity:
    """What was compared over [start, end), either open, and every deviation found.

    `contracts` are those of which placements are compared.
    """

    start: date | None
    end: date | None
    contracts: tuple[Contract, ...]
    compared: tuple[Paid, ...]
    deviations: tuple[Deviation, ...]
    ranges: tuple[Range, ...]

    @property
    def unknown(self) -> tuple[Paid, ...]:
        """The rows whose price is not known, which nothing was compared with."""
        return tuple(paid for paid in self.compared if paid.weekly is None)


def parity(
    paid: Iterable[Paid],
    start: date | None = None,
    end: date | None = None,
    contracts: Sequence[Contract] = (),
) -> Parity:
    """The deviations and rate ranges of what boroughs pay on the days of [start, end)."""
    compared = sorted((each for each in paid if each.clip(start, end)), key=_order)
    groups: dict[tuple[str, str], list[tuple[Paid, Pence]]] = defaultdict(list)
    for each in compared:
        if each.weekly is not None:
            groups[each.home, each.band].append((each, each.weekly))
    deviations = [
        found for _, group in sorted(groups.items()) for found in _deviations(group, start, end)
    ]
    deviations.sort(key=lambda found: (_order(found.dearer), _order(found.cheaper)))
    return Parity(
        start, end, tuple(contracts), tuple(compared), tuple(deviations), tuple(_ranges(compared))
    )


@dataclass(slots=True)
class _Present:
    """The rows present on the day the sweep has reached, by amount, each with its last day."""

    by_amount: dict[Pence, dict[int, tuple[Paid, date | None]]] = field(default_factory=dict)
    going: list[tuple[date, Pence, int]] = field(default_factory=list)

    def leave(self, day: date) -> None:
        """Rows whose last day is past go."""
        while self.going and self.going[0][0] <= day:
            _, amount, number = heapq.heappop(self.going)
            del self.by_amount[amount][number]
            if not self.by_amount[amount]:
                del self.by_amount[amount]

    def come(self, number: int, paid: Paid, amount: Pence, last: date | None) -> None:
        """A row comes, until its last day if it has one."""
        self.by_amount.setdefault(amount, {})[number] = paid, last
        if last is not None:
            heapq.heappush(self.going, (last, amount, number))


def _deviations(
    group: Sequence[tuple[Paid, Pence]], start: date | None, end: date | None
) -> Iterator[Deviation]:
    """A sweep over the days: each row meets only the rows present that have another amount.

    The group is in order of its first days.
    """
    present = _Present()
    for number, (paid, amount) in enumerate(group):
        days = paid.clip(start, end)
        if days is None:
            continue
        first, last = days
        present.leave(first)
        for other_amount, others in present.by_amount.items():
            if other_amount == amount:
                continue
            for other, other_last in others.values():
                dearer, cheaper = (other, paid) if other_amount > amount else (paid, other)
                ends = [day for day in (last, other_last) if day]
                yield Deviation(dearer, cheaper, first, min(ends) if ends else None)
        present.come(number, paid, amount, last)


def _ranges(compared: Sequence[Paid]) -> Iterator[Range]:
    groups: dict[tuple[str, str | None], list[Paid]] = defaultdict(list)
    for paid in compared:
        groups[paid.band, None].append(paid)
        groups[paid.band, paid.provider].append(paid)
    for (band, provider), rows in sorted(
        groups.items(), key=lambda each: (BANDS.index(each[0][0]), each[0][1] or "")
    ):
        known = sorted(paid.weekly for paid in rows if paid.weekly is not None)
        yield Range(
            band=band,
            provider=provider,
            rows=len(rows),
            unknown=len(rows) - len(known),
            lowest=known[0] if known else None,
            median=_median(known) if known else None,
            highest=known[-1] if known else None,
        )


def _median(known: Sequence[Pence]) -> Pence:
    middle = len(known) // 2
    if len(known) % 2:
        return known[middle]
    return round_half_up(Fraction(known[middle - 1] + known[middle], 2))


def _order(paid: Paid) -> tuple[str, str, date, str, str, int]:
    return (paid.home, paid.band, paid.start, paid.borough, paid.file, paid.row)
