"""How long each kind of record is kept: the schedule, a TOML file that the boroughs can replace.

```
[young_person]
years = 75                      # or days
confirmed = true                # what is not confirmed is listed and never removed
source = "…"                    # the law, or who is to confirm it
```
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Final

from pricing.problems import Problems
from pricing.text_file import read_file
from pricing.toml_file import parse_toml
from pricing.toml_section import Section

SCHEDULE_VARIABLE: Final = "BROKER_RETENTION"

KINDS: Final[Mapping[str, str]] = {
    "young_person": "birth",
    "young_person_died": "death under 18",
    "withdrawn_referral": "withdrawal",
    "match_run": "the match",
    "account": "the account's end",
    "audit_value": "the entry",
    "row_history": "the change",
    "loaded_return": "the loading",
    "register": "the last day it held",
    "vacancy": "the day it was said",
    "idempotency_key": "the request",
    "session": "its end",
}
"""Every kind of record that goes in time, and the event from which its time is counted."""

LONGEST_MATCH_YEARS: Final = 15
"""A match names young people: it goes before any of their records do, so that none is left over."""


@dataclass(frozen=True, slots=True)
class Period:
    """How long a kind of record is kept; `days` or `years`, the other is None."""

    kind: str
    years: int | None
    days: int | None
    confirmed: bool
    source: str

    @property
    def words(self) -> str:
        """The period as people say it."""
        number, unit = (self.days, "day") if self.years is None else (self.years, "year")
        return f"{number} {unit}{'' if number == 1 else 's'} from {KINDS[self.kind]}"

    def ends(self, event: date) -> date:
        """The first day on which a record need not be kept any longer."""
        if self.years is None:
            assert self.days is not None
            return event + timedelta(days=self.days)
        return anniversary(event, self.years)

    def latest(self, today: date) -> date:
        """The latest event whose time is over today."""
        if self.years is None:
            assert self.days is not None
            return today - timedelta(days=self.days)
        try:
            return today.replace(year=today.year - self.years)
        except ValueError:
            return date(today.year - self.years, 2, 28)


def anniversary(day: date, years: int) -> date:
    """The same day so many years on; of 29 February, 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


Schedule = Mapping[str, Period]


def schedule_in_force() -> Schedule:
    """The boroughs' own schedule where one is named, else the one shipped.

    Raises:
        BadInput: with every problem of the file.
    """
    named = os.environ.get(SCHEDULE_VARIABLE, "").strip()
    if named:
        return read_schedule(Path(named))
    shipped = files("broker") / "data" / "retention.toml"
    return parse_schedule(shipped.read_bytes(), "retention.toml")


def read_schedule(path: Path) -> Schedule:
    """The schedule in a TOML file.

    Raises:
        BadInput: with every problem of the file.
    """
    return parse_schedule(read_file(path), path.name)


def parse_schedule(data: bytes, file: str) -> Schedule:
    """The schedule in the bytes of a TOML file; `file` is the name that messages show.

    Raises:
        BadInput: with every problem of the file.
    """
    found = Problems()
    top = Section(parse_toml(data, file, "a schedule of retention"), "", file, found)
    top.check_keys(tuple(KINDS))
    made = {kind: _period(top, kind) for kind in KINDS if kind in top.table}
    found.raise_if_any()
    return made


def _period(top: Section, kind: str) -> Period:
    part = top.section(kind)
    if not top.good(kind):
        return Period(kind, 0, None, False, "")
    part.check_keys(("confirmed", "source"), ("years", "days"))
    years = part.whole("years", 1) if "years" in part.table else None
    days = part.whole("days", 1) if "days" in part.table else None
    if (years is None) == (days is None):
        given = "both" if years is not None else "neither"
        part.refuse("years", given, "either years or days", "missing key")
    if years is not None and part.good("years") and years > 200:
        part.refuse("years", str(years), "years from 1 to 200", "bad value")
    if days is not None and part.good("days") and days > 36_500:
        part.refuse("days", str(days), "days from 1 to 36500", "bad value")
    if kind == "match_run" and (years or 0) * 366 + (days or 0) > LONGEST_MATCH_YEARS * 366:
        allowed = (
            f"at most {LONGEST_MATCH_YEARS} years: a match names young people and goes before "
            "their own records do"
        )
        unit = "years" if years is not None else "days"
        part.refuse(unit, str(years or days), allowed, "bad value")
    return Period(kind, years, days, part.flag("confirmed"), part.prose("source"))
