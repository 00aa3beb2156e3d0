"""Who uses how many places on each day, as stretches of days on which nothing changes."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from pricing.availability import PROVIDER_SIDE, OutOfUse
from pricing.ledger import LedgerRow
from pricing.terms import Contract


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days [start, end) with the same places in use by each borough and out of use.

    `out_of_use` counts places out of use on the provider's side only.
    """

    start: date
    end: date
    in_use_by: Mapping[str, int]
    out_of_use: int

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def in_use(self) -> int:
        return sum(self.in_use_by.values())


def stretches(
    contract: Contract,
    ledger: Sequence[LedgerRow],
    availability: Iterable[OutOfUse],
    start: date,
    end: date,
    also_at: Iterable[date] = (),
) -> Iterator[Stretch]:
    """The stretches that make up [start, end), in order; prices change only between them.

    A stretch also ends at each day of `also_at`, where something else changes.
    """
    in_use_changes: dict[date, Counter[str]] = defaultdict(Counter)
    for row in ledger:
        if days := row.clip(start, end):
            in_use_changes[days[0]][row.borough] += 1
            in_use_changes[days[1]][row.borough] -= 1
    out_changes: Counter[date] = Counter()
    for places in availability:
        first, last = max(places.start, start), min(places.end, end)
        if places.side == PROVIDER_SIDE and first < last:
            out_changes[first] += places.places
            out_changes[last] -= places.places
    price_changes = {uplift.start for uplift in contract.uplifts if start < uplift.start < end}
    other_changes = {day for day in also_at if start < day < end}
    edges = sorted({start, end, *in_use_changes, *out_changes, *price_changes, *other_changes})
    in_use: Counter[str] = Counter()
    out_of_use = 0
    for first, last in pairwise(edges):
        in_use.update(in_use_changes.get(first, {}))
        out_of_use += out_changes[first]
        yield Stretch(
            first, last, {name: used for name, used in in_use.items() if used}, out_of_use
        )
