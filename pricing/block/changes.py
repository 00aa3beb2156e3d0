"""What changed in a contract year, each change on its day and counted once.

Recorded changes as a person wrote them; an agreed trade on its first day in the year, by what it
moves between boroughs that year; a re-banding on the day the new band or requirements begin, by
what the stretch costs that year beyond what it would have cost as the placement stood when the year
or the placement began. An over- or underspend is what a person recorded, or else the spend of the
year to date against the plan, without what re-bandings account for, at the end of each month.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pricing.block.events import SPEND
from pricing.block.scene import Scene
from pricing.block.value import YearValue
from pricing.calendar_months import month_ends
from pricing.ledger import LedgerRow
from pricing.money import Pence, pounds, pounds_for_people, round_half_up
from pricing.quote import price_lines
from pricing.voids import void_charge

TRADE = "trade"
REBANDING = "re-banding"
_OWN_WORDS: Mapping[tuple[str, int], str] = {(SPEND, 1): "overspend", (SPEND, -1): "underspend"}


@dataclass(frozen=True, slots=True)
class Change:
    """One change on a day: `net` is what the year costs more (or less), `moved` what it shifts.

    `moved` is the size of the change whichever way it goes; a trade moves money between boroughs
    and costs all of them together nothing more.
    """

    day: date
    kind: str
    id: str
    net: Pence
    moved: Pence
    what: str

    def to_json(self) -> dict[str, object]:
        """The change with its amounts in pounds."""
        return {
            "on": self.day.isoformat(),
            "kind": self.kind,
            "id": self.id,
            "net": pounds(self.net),
            "counts": pounds(self.moved),
            "what": self.what,
        }


@dataclass(frozen=True, slots=True)
class Spend:
    """The year to date at the end of a month: what was spent as placements began, and planned.

    `day` is the month's last day. `difference` above 0 is an overspend.
    """

    day: date
    actual: Pence
    planned: Pence

    @property
    def difference(self) -> Pence:
        return self.actual - self.planned

    def to_json(self) -> dict[str, object]:
        """The three amounts in pounds."""
        return {
            "on": self.day.isoformat(),
            "spent_without_re_bandings": pounds(self.actual),
            "planned": pounds(self.planned),
            "difference": pounds(self.difference),
        }


def changes(scene: Scene, year: tuple[date, date], until: date) -> tuple[Change, ...]:
    """The changes of a contract year on days before `until`, in order of day, kind and id."""
    found = [*_recorded(scene, *year), *_trades(scene, *year), *_rebandings(scene, year)]
    return tuple(
        sorted(
            (change for change in found if change.day < until),
            key=lambda change: (change.day, change.kind, change.id),
        )
    )


def spends(scene: Scene, value: YearValue, until: date) -> tuple[Spend, ...]:
    """Spend against plan for the year to date at each month of the contract year that is over."""
    return tuple(
        Spend(
            end - timedelta(days=1),
            _spent_as_begun(scene, (value.start, value.end), end),
            round_half_up(value.planned(end)),
        )
        for end in month_ends(value.start, value.end)
        if end <= until
    )


def has_recorded_spend(scene: Scene, start: date, until: date) -> bool:
    """Whether a person recorded an over- or underspend by then, which counts instead."""
    return any(change.kind == SPEND for change in scene.events.changes_in(start, until))


def _recorded(scene: Scene, start: date, end: date) -> Iterator[Change]:
    for change in scene.events.changes_in(start, end):
        sign = 1 if change.signed >= 0 else -1
        kind = _OWN_WORDS.get((change.kind, sign), change.kind)
        yield Change(change.day, kind, change.id, change.signed, change.amount, change.reason)


def _trades(scene: Scene, start: date, end: date) -> Iterator[Change]:
    for trade in scene.trades:
        if amount := trade.payment(start, end):
            what = f"{trade.used_by} pays {trade.released_by} {pounds_for_people(amount)}"
            yield Change(max(trade.start, start), TRADE, trade.trade_id, 0, amount, what)


def _rebandings(scene: Scene, year: tuple[date, date]) -> Iterator[Change]:
    """Each stretch of the year whose band or requirements are not those its placement began with.

    A placement that was there when the year began, began the year with the stretch of that day.
    """
    for began, row in _with_beginning(scene.ledger, year):
        days = row.clip(*year)
        if days and (row.band, row.requirements) != (began.band, began.requirements):
            more = _price(scene, row, days) - _price(scene, began, days)
            what = (
                f"{began.band} to {row.band}"
                if row.band != began.band
                else f"{row.band}, other requirements"
            )
            if more:
                yield Change(days[0], REBANDING, row.placement_id, more, abs(more), what)


def _with_beginning(
    ledger: Sequence[LedgerRow], year: tuple[date, date]
) -> Iterator[tuple[LedgerRow, LedgerRow]]:
    """Each stretch that touches the year, with the stretch its placement began the year with."""
    began: dict[str, LedgerRow] = {}
    for row in sorted(ledger, key=lambda each: (each.placement_id, each.start)):
        if row.clip(*year):
            yield began.setdefault(row.placement_id, row), row


def _price(scene: Scene, as_in: LedgerRow, days: tuple[date, date]) -> Pence:
    lines = price_lines(scene.contract, as_in.band, as_in.requirements, *days)
    return sum(line.amount for line in lines)


def _spent_as_begun(scene: Scene, year: tuple[date, date], until: date) -> Pence:
    """Fees of the year's days before `until` as placements began, and the voids of those days."""
    fees = 0
    for began, row in _with_beginning(scene.ledger, year):
        if days := row.clip(year[0], until):
            fees += _price(scene, began, days)
    return fees + void_charge(scene.contract, scene.stretches(year[0], until)).charge
