"""The cost of a replication by pricing's own statements, month by month, from a ledger of it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from broker.capacity.record import EMPTY_REASONS
from pricing.availability import OutOfUse
from pricing.ledger import LedgerRow
from pricing.results import Achieved
from pricing.statement import statement
from pricing.terms import BANDS
from pricing.value.spot import Unknown
from tests.oracle.capacity.figures import Told, financial_year

Key = tuple[str, str]


@dataclass
class Costs:
    """Pence by (borough or "all", year or "all"); `unknown` has days without a spot price."""

    placements: Counter[Key] = field(default_factory=Counter)
    voids: Counter[Key] = field(default_factory=Counter)
    results: Counter[Key] = field(default_factory=Counter)
    spot: Counter[Key] = field(default_factory=Counter)
    unknown: Counter[Key] = field(default_factory=Counter)
    void_days: Counter[str] = field(default_factory=Counter)


def ledger(told: Told) -> list[LedgerRow]:
    """The replication's places under the contract as rows of a ledger."""
    return [
        LedgerRow(
            f"R{place}", f"Y{s['person']}", s["borough"], s["home"], s["band"],
            told.day(s["start"]), told.day(s["end"]), {},
        )
        for place, s in enumerate(told.spells)
        if s["block"]
    ]  # fmt: skip


def availability(told: Told) -> Iterator[OutOfUse]:
    """Places empty on the provider's side or in a home not open, on the last days of their week."""
    for row in told.replication.empty:
        home = told.setting.homes[row["home"]].id
        if EMPTY_REASONS[row["reason"]] not in ("provider", "closed"):
            continue
        if home not in told.setting.contract.homes:
            continue
        monday = told.day(7 * int(row["week"]))
        for place in range(int(row["place_days"]), 0, -7):
            days = min(7, place)
            over = monday + timedelta(days=7)
            yield OutOfUse(home, over - timedelta(days=days), over, 1, "provider", "")


def costs(told: Told, achieved: Fraction | None) -> Costs:
    """All bills of the run, as the statements of its calendar months have them."""
    made = Costs()
    contract, spot = told.setting.contract, told.setting.spot
    rows, out = ledger(told), list(availability(told))
    start, after = told.first, told.day(told.horizon)
    while start < after:
        later = date(start.year + start.month // 12, start.month % 12 + 1, 1)
        end = min(later, after)
        given = [
            Achieved(item.code, start, end, achieved or Fraction(), "1", True, "1")
            for item in (contract.results.items if contract.results else ())
        ]
        month = statement(contract, rows, start, end, out, given)
        year = financial_year(start)
        made.void_days[year] += sum(line.unused * line.stretch.days for line in month.voids.lines)
        for code, charge in [*month.boroughs.items(), ("all", month.charge)]:
            for column in (year, "all"):
                made.placements[code, column] += charge.placements
                made.voids[code, column] += charge.voids
                made.results[code, column] += charge.results
        for row in rows:
            if days := row.clip(start, end):
                amount = spot.amount(row.band, {}, *days)
                for key in ((c, y) for c in (row.borough, "all") for y in (year, "all")):
                    if isinstance(amount, Unknown):
                        made.unknown[key] += 1
                    else:
                        made.spot[key] += amount
        start = end
    assert set(BANDS) >= {row.band for row in rows}
    return made
