"""Who must be told of what by when: all boroughs, within 10 working days of the day it happened.

The brief gives the limit for an over- or underspend and for a change that re-opens the agreement;
that an exit and a provider's failure are told within the same limit is a starting assumption. Days
whose bank holidays are not published make a due day unknown, and the notice says so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from pricing.block.events import Events, Told
from pricing.block.material import MaterialYear
from pricing.money import pounds_for_people
from pricing.terms import Contract
from pricing.working_days import Calendar, CalendarUnknown

SPEND_KINDS = ("overspend", "underspend")


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell all boroughs: since when, by when, and whether it was.

    `due` is None where the calendar does not reach; `unknown` then says why. `late` is the working
    days after the due day until it was told, or until `as_of` if it was not; None if not known.
    """

    id: str
    what: str
    day: date
    due: date | None
    unknown: str
    told: date | None
    as_of: date
    late: int | None

    @property
    def status(self) -> str:
        """Told in time, told late, to be told, overdue, or not known."""
        if self.due is None:
            return "told" if self.told else "due day not known"
        if self.told is not None:
            return "told late" if self.told > self.due else "told in time"
        return "overdue" if self.as_of > self.due else "to be told"

    def to_json(self) -> dict[str, object]:
        """The notice with its days."""
        return {
            "id": self.id,
            "what": self.what,
            "since": self.day.isoformat(),
            "due": None if self.due is None else self.due.isoformat(),
            "told": None if self.told is None else self.told.isoformat(),
            "status": self.status,
            "working_days_late": self.late,
            "why_unknown": self.unknown or None,
        }


def notices(
    contract: Contract,
    events: Events,
    years: Sequence[MaterialYear],
    period: tuple[date, date],
    as_of: date,
    calendar: Calendar,
) -> tuple[Notice, ...]:
    """The notices for what happened by `as_of`, in order of the day it happened.

    A month's spend that was worked out, and not recorded, is told for months of the period only.
    """
    told = {each.of: each for each in events.told}
    found = [
        *_of_exits(events),
        *_of_failures(contract, events),
        *(notice for year in years for notice in _of_year(year, period)),
    ]
    return tuple(
        _notice(id, what, day, told.get(id), as_of, events.terms.tell_within, calendar)
        for day, id, what in sorted(found)
        if day <= as_of
    )


def told_of_nothing(events: Events, known: Sequence[Notice]) -> tuple[Told, ...]:
    """What was told of that is no notice of this answer: perhaps a slip of the id."""
    ids = {notice.id for notice in known}
    return tuple(each for each in events.told if each.of not in ids)


def _of_exits(events: Events) -> Iterator[tuple[date, str, str]]:
    for leaver in events.exits:
        what = f"{leaver.borough} gave notice and leaves on {leaver.leaves_on}"
        yield leaver.notice_given, f"exit {leaver.borough}", what


def _of_failures(contract: Contract, events: Events) -> Iterator[tuple[date, str, str]]:
    for failure in events.failures:
        yield failure.day, f"failure {failure.provider}", f"provider {failure.provider} failed"
        if failure.provider == contract.lead:
            yield (
                failure.day,
                f"lead {failure.provider}",
                f"{failure.provider} signed for the other providers; somebody else must now",
            )


def _of_year(year: MaterialYear, period: tuple[date, date]) -> Iterator[tuple[date, str, str]]:
    if over := year.first_over:
        come_to = pounds_for_people(year.cumulated(over))
        what = (
            f"changes of the year from {year.start} come to {come_to}: the agreement is open again"
        )
        yield over, f"material {year.start}", what
    for change in year.changes:
        if change.kind in SPEND_KINDS:
            amount = pounds_for_people(change.moved)
            yield change.day, f"change {change.id}", f"{change.kind} of {amount}: {change.what}"
    for spend in year.spends if year.spend_counts else ():
        if period[0] <= spend.day < period[1] and spend.difference:
            kind = SPEND_KINDS[spend.difference < 0]
            yield (
                spend.day,
                f"spend {spend.day}",
                f"{kind} of the year to date: {pounds_for_people(abs(spend.difference))}",
            )


def _notice(
    id: str,
    what: str,
    day: date,
    told: Told | None,
    as_of: date,
    tell_within: int,
    calendar: Calendar,
) -> Notice:
    told_on = told.day if told is not None and told.day <= as_of else None
    due, unknown, late = None, "", None
    try:
        due = calendar.after(day, tell_within)
        late = calendar.between(due, told_on or as_of)
    except CalendarUnknown as reason:
        unknown = str(reason)
    return Notice(id, what, day, due, unknown, told_on, as_of, late)
