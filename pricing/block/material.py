"""Whether the changes of a contract year re-open the agreement: over 5% of the year's value.

Changes are cumulated by day, by their size: a rise and a fall do not hide each other. Exactly at
the limit is within it. The first day over the limit starts the notice to all boroughs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from pricing.block.changes import Change, Spend, changes, has_recorded_spend, spends
from pricing.block.scene import Scene
from pricing.block.value import YearValue
from pricing.calendar_months import years_of
from pricing.money import Pence, decimal_text, pounds, round_half_up


@dataclass(frozen=True, slots=True)
class MaterialYear:
    """A contract year with its changes and what they have come to.

    `value` is None where nobody agreed one: nothing can then be said to be over or within.
    `spends` is the spend to date at each month's end; it counts unless a person recorded the
    year's over- or underspends (`spend_counts`).
    """

    start: date
    end: date
    percent: Fraction
    value: YearValue | None
    changes: Sequence[Change]
    spends: Sequence[Spend]
    spend_counts: bool

    @property
    def limit(self) -> Fraction | None:
        """The exact amount, in pence, above which change is material."""
        return None if self.value is None else self.value.total * self.percent / 100

    def cumulated(self, day: date) -> Pence:
        """What the changes up to and with a day come to, the last month-end's spend included."""
        moved = sum(change.moved for change in self.changes if change.day <= day)
        return moved + abs(self.spend_on(day))

    def spend_on(self, day: date) -> Pence:
        """The over- or underspend that counts on a day: that of the last month that is over."""
        if not self.spend_counts:
            return 0
        return next((each.difference for each in reversed(self.spends) if each.day <= day), 0)

    @property
    def days(self) -> tuple[date, ...]:
        """The days on which what the changes come to may change, in order."""
        days = {change.day for change in self.changes}
        days |= {spend.day for spend in self.spends if self.spend_counts}
        return tuple(sorted(days))

    @property
    def first_over(self) -> date | None:
        """The first day on which the changes come to more than the limit; None if none does."""
        limit = self.limit
        if limit is None:
            return None
        return next((day for day in self.days if self.cumulated(day) > limit), None)

    @property
    def net(self) -> Pence:
        """What all boroughs together pay more (or less) for the changes."""
        last = self.days[-1:]
        return sum(change.net for change in self.changes) + sum(map(self.spend_on, last))

    def to_json(self) -> dict[str, object]:
        """The year with its changes, each with what they have come to by its day."""
        limit, over = self.limit, self.first_over
        return {
            "from": self.start.isoformat(),
            "to": self.end.isoformat(),
            "value": None if self.value is None else pounds(self.value.total),
            "basis": None if self.value is None else self.value.basis,
            "percent": decimal_text(self.percent),
            "limit": None if limit is None else pounds(round_half_up(limit)),
            "changes": [change.to_json() for change in self.changes],
            "spend": [spend.to_json() for spend in self.spends],
            "spend_counts": self.spend_counts,
            "cumulated": [
                {"on": day.isoformat(), "amount": pounds(self.cumulated(day))} for day in self.days
            ],
            "net": pounds(self.net),
            "over_since": None if over is None else over.isoformat(),
            "material": None if limit is None else over is not None,
        }


def material_years(scene: Scene, start: date, end: date) -> tuple[MaterialYear, ...]:
    """The contract years that [start, end) touches, with the changes on days before `end`."""
    years = []
    for first, last in years_of(scene.contract.start, scene.contract.end):
        if first < end and start < last:
            agreed = scene.events.agreed_for(first)
            value = (
                None
                if agreed is None
                else YearValue(scene.contract, scene.block, agreed, first, last)
            )
            years.append(
                MaterialYear(
                    start=first,
                    end=last,
                    percent=scene.events.terms.material_percent,
                    value=value,
                    changes=changes(scene, (first, last), end),
                    spends=() if value is None else spends(scene, value, end),
                    spend_counts=not has_recorded_spend(scene, first, min(last, end)),
                )
            )
    return tuple(years)
