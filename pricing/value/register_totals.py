"""What a register adds up to, kind by kind, and where two entries may count the same pounds.

Only entries of one kind are ever added. A sum that an unknown amount belongs to is what is known
and how many amounts are not.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pricing.money import Pence
from pricing.value.register import KINDS, Entry
from pricing.value.register_file import claim


@dataclass(frozen=True, slots=True)
class Sum:
    """Amounts of one kind added up: what is known of them, and how many are unknown."""

    known: Pence = 0
    unknown: int = 0

    def plus(self, amount: Pence | None) -> "Sum":
        """The sum with one amount more."""
        if amount is None:
            return Sum(self.known, self.unknown + 1)
        return Sum(self.known + amount, self.unknown)


@dataclass(frozen=True, slots=True)
class KindTotal:
    """The savings of one kind: in all, by year, by beneficiary and by both."""

    kind: str
    savings: int
    whole: Sum
    by_year: Mapping[str, Sum]
    by_beneficiary: Mapping[str, Sum]
    by_both: Mapping[tuple[str, str], Sum]


@dataclass(frozen=True, slots=True)
class SameBaseline:
    """Entries that claim against one baseline, and by how much of it in a year they claim.

    `claimed` is None where a quantity is unknown or the units differ; `value` is the baseline's
    least.
    """

    ids: tuple[str, ...]
    source: str
    period: str
    unit: str
    year: str
    claimed: Fraction | None
    value: Fraction

    @property
    def too_much(self) -> bool:
        """Whether more is claimed than there was."""
        return self.claimed is not None and self.claimed > self.value


def totals(savings: Sequence[Entry]) -> Mapping[str, KindTotal]:
    """The totals of each kind, whatever the order of the savings; never across kinds."""
    return {kind: _total(kind, [each for each in savings if each.kind == kind]) for kind in KINDS}


def same_claims(savings: Iterable[Entry]) -> tuple[tuple[str, ...], ...]:
    """The ids of savings that claim the same thing for the same beneficiary in a common year."""
    groups: dict[tuple[tuple[str, str], str], list[str]] = defaultdict(list)
    for entry in savings:
        for year in entry.years:
            groups[claim(entry), year].append(entry.id)
    return tuple(sorted({tuple(sorted(ids)) for ids in groups.values() if len(ids) > 1}))


def same_baselines(savings: Iterable[Entry]) -> tuple[SameBaseline, ...]:
    """Baselines that several savings claim against in a year, or one for more than there was.

    One baseline is one source, period and unit. Savings of different kinds count together here:
    what is avoided cannot be cashed as well.
    """
    groups: dict[tuple[str, str, str, str], list[Entry]] = defaultdict(list)
    for entry in savings:
        if entry.baseline is not None:
            base = entry.baseline
            for year in entry.years:
                groups[base.source, base.period, base.unit, year].append(entry)
    return tuple(_shared(groups))


def _shared(groups: Mapping[tuple[str, str, str, str], Sequence[Entry]]) -> Iterator[SameBaseline]:
    for (source, period, unit, year), entries in sorted(groups.items()):
        found = SameBaseline(
            ids=tuple(sorted(entry.id for entry in entries)),
            source=source,
            period=period,
            unit=unit,
            year=year,
            claimed=_claimed(entries, year),
            value=min(
                entry.baseline.value
                for entry in entries
                if entry.baseline is not None and entry.baseline.value is not None
            ),
        )
        if len(entries) > 1 or found.too_much:
            yield found


def _claimed(entries: Iterable[Entry], year: str) -> Fraction | None:
    claimed = Fraction()
    for entry in entries:
        quantity, base, cost = entry.years[year], entry.baseline, entry.unit_cost
        if quantity is None or base is None or cost is None or base.unit != cost.unit:
            return None
        claimed += quantity
    return claimed


def _total(kind: str, savings: Sequence[Entry]) -> KindTotal:
    whole = Sum()
    by_year: dict[str, Sum] = defaultdict(Sum)
    by_beneficiary: dict[str, Sum] = defaultdict(Sum)
    by_both: dict[tuple[str, str], Sum] = defaultdict(Sum)
    for entry in savings:
        for year, amount in entry.amounts.items():
            whole = whole.plus(amount)
            by_year[year] = by_year[year].plus(amount)
            by_beneficiary[entry.beneficiary] = by_beneficiary[entry.beneficiary].plus(amount)
            both = entry.beneficiary, year
            by_both[both] = by_both[both].plus(amount)
    return KindTotal(
        kind=kind,
        savings=len(savings),
        whole=whole,
        by_year=dict(sorted(by_year.items())),
        by_beneficiary=dict(sorted(by_beneficiary.items())),
        by_both=dict(sorted(by_both.items())),
    )
