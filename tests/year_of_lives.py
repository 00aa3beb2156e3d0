"""A year of young people's lives on the sample region, step by step at the real desk. All invented.

The same chance gives the same year. Each young person came into care, lived here and there, was
placed in one of our homes, and stayed, moved on, broke down and came back, or left care; some were
missing, some under an order. What the borough tells of care is drawn before anything is written, so
that a return can be compared with it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from string import ascii_uppercase
from typing import Any

from sqlmodel import Session

from broker.access.actor import Role
from broker.importing import import_case
from broker.life.desk import Shut
from broker.store.put import rows_of
from matching.geography import PARTNER_BOROUGHS
from matching.postcodes import authority_of
from tests.whole_life import BROKER, Teller, borough, manager, sign_agreements

REGION = Path("broker/sample/region")
DAY = timedelta(days=1)
HOMES_OF_FAMILIES = {
    "E09000001": "EC2Y 8", "E09000002": "RM10 9", "E09000012": "E8 1", "E09000016": "RM1 3",
    "E09000025": "E13 0", "E09000026": "IG2 6", "E09000030": "E2 0", "E09000031": "E17 6",
}  # fmt: skip
"""A sector of each borough; the postcodes taken from it exist, who lives there is nobody."""


@cache
def postcodes(sector: str) -> tuple[str, ...]:
    """The first postcodes of a sector that the directory knows."""
    every = (f"{sector}{a}{b}" for a in ascii_uppercase for b in ascii_uppercase)
    known = (one for one in every if authority_of(one) is not None)
    return tuple(one for one, _ in zip(known, range(5), strict=False))


@dataclass
class Person:
    """A young person as chance made them, and what was done with them."""

    number: int
    code: str
    born: date
    sex: str
    since: date
    placed: list[tuple[str, date, date | None]] = field(default_factory=list)


@dataclass
class Year:
    """A simulated collection: who lived through it."""

    session: Session
    year: int
    chance: random.Random
    people: list[Person] = field(default_factory=list)

    @property
    def first(self) -> date:
        return date(self.year - 1, 4, 1)

    @property
    def last(self) -> date:
        return date(self.year, 3, 31)

    def begin(self) -> None:
        """Take the sample region in, with agreements in force."""
        when = datetime(self.year - 1, 4, 1, 8, tzinfo=UTC)
        sign_agreements(self.session, since=self.first)
        import_case(self.session, REGION, by="test", when=when, hold_day=True)

    def live(self, number: int) -> None:
        """So many young people, one after another."""
        for each in range(number):
            self.one(each + 1)

    def one(self, number: int) -> None:
        """One young person's year."""
        chance = self.chance
        code = chance.choice(sorted(PARTNER_BOROUGHS))
        came = self.first + DAY * chance.randint(1, 150)
        since = came if chance.random() < 0.4 else self.first - DAY * chance.randint(10, 700)
        moves_in = max(came, self.first) + DAY * chance.randint(0, 60)
        born = moves_in - DAY * chance.randint(12 * 366, 16 * 365)
        person = Person(number, code, born, chance.choice("MF"), since)
        self.people.append(person)
        _Life(self, person, moves_in).tell()


@dataclass
class _Life:
    """Telling one young person's year."""

    year: Year
    person: Person
    moves_in: date
    legal: list[tuple[date, str]] = field(default_factory=list)
    elsewhere: list[dict[str, Any]] = field(default_factory=list)
    missing: list[dict[str, Any]] = field(default_factory=list)
    liberty: list[dict[str, Any]] = field(default_factory=list)
    over: tuple[date, str] | None = None
    carers: int = 0

    def __post_init__(self) -> None:
        self.chance = self.year.chance
        code = self.person.code
        self.assessor = borough(Role.ASSESSOR, code=code)
        self.others = {
            Role.VERIFIER: borough(Role.VERIFIER, code=code),
            Role.NOMINATED_OFFICER: borough(Role.NOMINATED_OFFICER, code=code),
            Role.DIRECTOR: borough(Role.DIRECTOR, code=code),
        }
        self.family = self.chance.choice(postcodes(HOMES_OF_FAMILIES[code])[:2])
        self.legal = [(self.person.since, self.chance.choice(["C1", "C2", "V2"]))]

    def tell(self) -> None:
        """Before, in our home, and after."""
        self.before()
        telling = Teller(self.year.session, today=self.moves_in)
        telling.minutes = self.person.number * 3
        home = self.place(telling, self.moves_in, None)
        if home is None:
            self.year.people.remove(self.person)
            return
        self.lived(telling, home, self.moves_in)

    def before(self) -> None:
        """Where they lived between coming into care and moving in, if anywhere."""
        day = self.person.since
        while day < self.moves_in:
            until = min(self.moves_in, day + DAY * self.chance.randint(20, 400))
            self.elsewhere.append(self.fostered(day, until))
            day = until

    def fostered(self, start: date, end: date | None) -> dict[str, Any]:
        """Days with a foster carer, each time another."""
        self.carers += 1
        sector = self.chance.choice(sorted(HOMES_OF_FAMILIES.values()))
        return {
            "starts_on": start,
            "ends_on": end,
            "place": self.chance.choice(["U4", "U6"]),
            "provider": "PR4",
            "postcode": postcodes(sector)[2 + self.carers % 3],
            "urn": f"SC{500000 + self.person.number * 10 + self.carers}",
            "reason_code": "CREQO" if end is not None else None,
        }

    def place(self, telling: Teller, day: date, former: str | None) -> dict[str, Any] | None:
        """The first home that takes them from a day on, by the usual way; None where none can."""
        form = {
            "young_person_id": f"YP-{self.person.number:04d}",
            "borough": self.person.code,
            "date_of_birth": self.person.born,
            "sex": self.person.sex,
            "needed_by": day,
            "waiting_since": day - DAY * 5,
            "home_place": {"postcode": HOMES_OF_FAMILIES[self.person.code]},
        }
        if former is None:
            telling.open(self.assessor, **form)
            telling.take(self.assessor, "submit")
            reason = {"thresholds": "t1", "reason": "by the thresholds"}
            telling.take(self.assessor, "band", band="medium", **reason)
        passed = {"need_met": True, "funding_agreed": True, "reason": "both checked"}
        telling.take(self.others[Role.VERIFIER], "verify", **passed)
        homes = rows_of(self.year.session, "homes", {})
        self.chance.shuffle(homes)
        for home in homes:
            if home["provision"] != "childrens_home":
                continue
            try:
                with self.year.session.begin_nested():
                    return self.moved(telling, home, day)
            except Shut:
                telling.again()
        return None

    def moved(self, telling: Teller, home: dict[str, Any], day: date) -> dict[str, Any]:
        """From the shortlist to moving in."""
        name = home["home_id"]
        telling.shortlist(name)
        view = {
            "home_id": name, "said_on": telling.today, "wish": "wants", "words": "fine",
            "heard_by": "social worker", "how_considered": "first",
        }  # fmt: skip
        telling.take(self.assessor, "view", **view)
        telling.offer(name, starts_on=day)
        telling.impact(name, home["provider"])
        telling.take(manager(home["provider"], name), "accept", home_id=name)
        telling.take(self.assessor, "visit", home_id=name, visited_on=telling.today)
        telling.take(self.assessor, "view", **view)
        for role in (Role.NOMINATED_OFFICER, Role.DIRECTOR):
            kind = {"approval": role.value, "granted": True, "reason": "considered"}
            telling.take(self.others[role], "approve", home_id=name, **kind)
        for evidence in ("area_notified", "area_consulted", "care_plan_copied"):
            sent = {"done_on": telling.today, "reference": "letter"}
            telling.take(self.assessor, "evidence", evidence=evidence, home_id=name, **sent)
        planned = day + DAY * 270
        telling.confirm(name, day, planned_until=planned)
        telling.take(BROKER, "move_in", moved_in_on=day)
        return home

    def lived(self, telling: Teller, home: dict[str, Any], start: date) -> None:
        """What happened in the home, and how it ended, if it did."""
        chance, last = self.chance, self.year.last
        room = max(8, (last - start).days + 30)
        end = start + DAY * chance.randint(6, room)
        day = start + DAY * chance.randint(1, 20)
        while day < end and day <= last + DAY * 20:
            telling.today = day
            took_part = {"participation": f"PN{chance.randint(1, 7)}"}
            telling.take(
                self.assessor, "reviewed", reviewed_on=day, outcome="stay", words="w", **took_part
            )
            self.spells(day, min(end, day + DAY * 30))
            day += DAY * chance.randint(31, 120)
        self.changed(start, end)
        how = chance.choice(["stays", "stays", "home", "foster", "breakdown", "left"])
        if how == "stays":
            telling.today = min(end, last + DAY * 25)
            self.told(telling, home)
            self.person.placed.append((home["home_id"], start, None))
            return
        telling.today = end
        self.person.placed.append((home["home_id"], start, end))
        if how in ("home", "foster"):
            took_part = {"participation": "PN1"}
            told = {"outcome": "step_down", "words": "ready", **took_part}
            telling.take(self.assessor, "reviewed", reviewed_on=end, **told)
        getattr(self, f"_{how}")(telling, home, end)

    def spells(self, start: date, end: date) -> None:
        """Some were missing for a time, some under an order, each within the stay."""
        room = (end - start).days - 2
        if room < 3:
            return
        if self.chance.random() < 0.25:
            a = self.chance.randint(1, room - 1)
            spell = {"starts_on": start + DAY * a, "ends_on": start + DAY * (a + 1)}
            self.missing.append({"kind": self.chance.choice("MA"), **spell})
        if self.chance.random() < 0.15:
            a = self.chance.randint(1, room - 1)
            spell = {"starts_on": start + DAY * a, "ends_on": start + DAY * room}
            self.liberty.append(spell)

    def changed(self, start: date, end: date) -> None:
        """Some had another legal status from a day on: of a move, or within the stay."""
        if self.chance.random() < 0.4:
            day = self.chance.choice([start, start + DAY * max(1, (end - start).days // 2)])
            new = {"C1": "C2", "V2": "C1", "C2": "V2"}[self.legal[-1][1]]
            if day > self.legal[-1][0]:
                self.legal.append((day, new))

    def _home(self, telling: Teller, home: dict[str, Any], end: date) -> None:
        """Care ended: they went home as planned."""
        words = {"planned": True, "destination": "family", "words": "as planned"}
        telling.take(BROKER, "end", ended_on=end, care_code="E4A", **words)
        self.told(telling, home)

    def _left(self, telling: Teller, home: dict[str, Any], end: date) -> None:
        """Care ended without a plan."""
        words = {"planned": False, "destination": "family", "words": "went home"}
        telling.take(BROKER, "end", ended_on=end, care_code="E4B", **words)
        self.told(telling, home)

    def _foster(self, telling: Teller, home: dict[str, Any], end: date) -> None:
        """A planned move to a foster family, where some of them left care later."""
        words = {"planned": True, "destination": "fostering", "words": "as planned"}
        telling.take(BROKER, "end", ended_on=end, reason_code="CARPL", **words)
        after = self.fostered(end, None)
        self.elsewhere.append({**after, "reason_code": None})
        telling.today = end + DAY * self.chance.randint(2, 60)
        if self.chance.random() < 0.4:
            self.over = (telling.today, "E4A")
        self.told(telling, home)

    def _breakdown(self, telling: Teller, home: dict[str, Any], end: date) -> None:
        """The placement broke down: some nights with a foster carer, then another of our homes."""
        words = {"planned": False, "destination": "another_home", "words": "did not hold"}
        telling.take(BROKER, "end", ended_on=end, reason_code="CREQB", needs_place=True, **words)
        follow_up = telling.life.follow_up
        assert follow_up is not None
        again = end + DAY * self.chance.randint(1, 14)
        self.elsewhere.append({**self.fostered(end, again), "reason_code": "CARPL"})
        telling.today = again
        self.told(telling, home)
        first = telling.life.referral
        telling.read(follow_up)
        found = self.place(telling, again, follow_up)
        assert found is not None, "nobody took them after a breakdown"
        self.lived(telling, found, again)
        telling.read(first)

    def told(self, telling: Teller, home: dict[str, Any]) -> None:
        """The borough tells what the return asks."""
        female = self.person.sex == "F"
        known = [one for one in self.elsewhere if one["starts_on"] <= telling.today]
        telling.take(
            self.assessor,
            "care",
            child=str(100000 + self.person.number),
            ethnicity=self.chance.choice(["WBRI", "BAFR", "ABAN", "MOTH", "NOBT", "WROM"]),
            upn=f"A{self.person.number:012d}",
            mother=False if female else None,
            home_postcode=self.family,
            place_postcode=postcodes(home["postcode"])[0],
            place_provider="PR4",
            category_of_need=f"N{1 + self.person.number % 8}",
            looked_after_since=self.person.since,
            ended_on=None if self.over is None else self.over[0],
            ceased=None if self.over is None else self.over[1],
            legal=tuple({"from_day": day, "legal_status": code} for day, code in self.legal),
            elsewhere=tuple(known),
            missing=tuple(self.missing),
            liberty=tuple(self.liberty),
        )
