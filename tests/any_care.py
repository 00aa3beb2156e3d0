"""Lives drawn from every code of the return, put on record as they were said. All invented.

Nobody asks here whether a life could be lived: what cannot be written is for the writer to refuse,
and what is wrong with the rest for the validator that councils use. Draws lean towards what can be
written, for else there would be little to judge; one in a score leans nowhere.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

import sqlalchemy as sa
from sqlmodel import Session

from broker.life import steps
from broker.life.care import CareCeased
from broker.life.endings import CareEnded, ReasonEnded
from broker.life.state import Life, Taken
from broker.returns import codes
from broker.store.put import rows_of
from broker.tables import LifeRow, StepRow
from tests.year_of_lives import HOMES_OF_FAMILIES, Year, postcodes

DAY = timedelta(days=1)
ODD = 0.05
"""So often a draw leans nowhere."""
BRIEF = {"L1": 3, "L2": 21, "L3": 7, "J2": 21, "T1": 42, "T2": 30, "T3": 21, "T4": 7}
"""Days of what lasts a few days only."""
USUAL = {
    "P1": "PR0", "K1": "PR2 PR4 PR5", "K2": "PR2 PR4 PR5", "R2": "PR3 PR4 PR5",
    "R5": "PR3 PR4 PR5", **dict.fromkeys(("R1", "R3", "S1", "H5", "K3", "P3"), "PR2 PR3 PR4 PR5"),
}  # fmt: skip
"""Providers of some places; families and adopters have the authority's own or another, not PR3."""
TAKEN_BACK = 0.2
"""So often a stay has a temporary place in its midst."""


@dataclass
class AnyLives:
    """Young people of one borough who lived in our homes in a collection."""

    year: int
    chance: random.Random
    homes: Sequence[dict[str, Any]]
    borough: str = "E09000025"
    drawn: set[tuple[str, str]] = field(default_factory=set)
    stays: int = 0

    def odd(self) -> bool:
        """Whether this draw leans nowhere."""
        return self.chance.random() < ODD

    def some(self, column: str, among: Sequence[str]) -> str:
        """One of these codes, noted as drawn."""
        code = self.chance.choice(among)
        self.drawn.add((column, code))
        return code

    def _days(self, code: str, most: int) -> int:
        limit = most if self.odd() else BRIEF.get(code, most)
        return self.chance.randint(1, limit)

    def steps_of(self, number: int) -> list[dict[str, Any]]:
        """One life, as it would be said step by step."""
        chance = self.chance
        start = date(self.year - 1, 4, 1) + DAY * chance.randint(-200, 300)
        kind = chance.choice(["childrens_home", "childrens_home", "supported_accommodation"])
        old = 10 if self.odd() or kind == "childrens_home" else 16
        born = start - DAY * chance.randint(old * 366, 17 * 365 + 200)
        sexes = "MF" if self.year < 2025 and not self.odd() else "MFU"
        sex = self.some("SEX", sexes)
        home = chance.choice([one for one in self.homes if one["provision"] == kind])
        form = {"young_person_id": f"YP-{number:04d}", "borough": self.borough,
                "date_of_birth": born, "sex": sex}  # fmt: skip
        told: list[dict[str, Any]] = [
            {"kind": "open", "form": form},
            {"kind": "confirm", "home_id": home["home_id"], "starts_on": start, "reason": "r",
             "planned_until": start + DAY * 400},
            {"kind": "move_in", "moved_in_on": start},
        ]  # fmt: skip
        review = start + DAY * chance.randint(1, 60)
        if chance.random() < 0.5:
            part = self.some("REVIEW_CODE", [f"PN{one}" for one in range(1, 8)])
            told.append({"kind": "reviewed", "reviewed_on": review, "outcome": "stay",
                         "words": "w", "participation": part})  # fmt: skip
        end = review + DAY * chance.randint(1, 300) if chance.random() < 0.6 else None
        ended = None
        if end is not None:
            ended = self.some("REC", get_args(CareEnded))
            reason = self._reason() if ended == codes.CONTINUES else None
            told.append({"kind": "end", "ended_on": end, "planned": False, "care_code": ended,
                         "reason_code": reason, "destination": "other", "words": "w"})  # fmt: skip
        care = self._care(number, home, born, start, end, ended)
        if sex == "F":
            mother = chance.random() < 0.3
            own = start + DAY * chance.randint(-400, 300) if mother else None
            self.drawn.add(("MOTHER", "1" if mother else "0"))
            care |= {"mother": mother, "mother_of_born": own}
        return [*told, {"kind": "care", **care}]

    def _reason(self) -> str:
        return self.some("REASON_PLACE_CHANGE", get_args(ReasonEnded))

    def _care(
        self,
        number: int,
        home: dict[str, Any],
        born: date,
        start: date,
        end: date | None,
        ended: str | None,
    ) -> dict[str, Any]:
        chance = self.chance
        since = start - DAY * chance.choice([0, chance.randint(1, 800)])
        before = self._chain(since, start, born)
        after: list[dict[str, Any]] = []
        over: tuple[date, str] | None = None
        if end is not None and ended == codes.CONTINUES:
            until = end + DAY * chance.randint(1, 300)
            after = self._chain(end, until, born)
            if chance.random() < 0.5:
                over = (until, self.some("REC", get_args(CareCeased)))
            after[-1] |= {"ends_on": None, "reason_code": None}
        told = {
            "child": str(100000 + number),
            "ethnicity": self.some("ETHNIC", sorted(codes.ETHNIC)),
            "upn": self._upn(number),
            "home_postcode": chance.choice(postcodes(HOMES_OF_FAMILIES[self.borough])),
            "place_postcode": self._postcode(home["postcode"]),
            "place_provider": self._provider("K2"),
            "category_of_need": self.some("CIN", sorted(codes.CIN)),
            "looked_after_since": since,
            "ended_on": None if over is None else over[0],
            "ceased": None if over is None else over[1],
            "legal": self._legal(since, end or start + DAY * 200),
            "elsewhere": (*before, *after),
        }
        last = min(one for one in (end, over and over[0], date(self.year, 3, 31)) if one)
        if chance.random() < 0.3:
            told["missing"] = (self._spell(start, last, kind=self.some("MISSING", "MA")),)
        if chance.random() < 0.2:
            told["liberty"] = (self._spell(start, last),)
        return told

    def _spell(self, start: date, last: date, **more: str) -> dict[str, Any]:
        room = max(2, (last - start).days)
        a = self.chance.randint(0, room - 1)
        ends = (
            None if self.chance.random() < 0.3 else start + DAY * self.chance.randint(a + 1, room)
        )
        return {"starts_on": start + DAY * a, "ends_on": ends, **more}

    def _upn(self, number: int) -> str:
        if self.odd():
            return self.some("UPN", ["UN1", "UN4"])
        if self.chance.random() < 0.15:
            return self.some("UPN", ["UN2", "UN3", "UN5"])
        return f"A{number:012d}"

    def _postcode(self, sector: str) -> str:
        return self.chance.choice(postcodes(sector))

    def _provider(self, place: str) -> str:
        if self.odd():
            return self.some("PLACE_PROVIDER", sorted(codes.PLACE_PROVIDER))
        return self.some("PLACE_PROVIDER", USUAL.get(place, "PR1 PR2 PR4 PR5").split())

    def _legal(self, since: date, until: date) -> tuple[dict[str, Any], ...]:
        """Statuses from a day each, those of few days followed in time."""
        lasting = [code for code in codes.LS if code not in (*BRIEF, "V3", "V4", "D1")]
        among = sorted(codes.LS) if self.odd() else [*lasting, *(c for c in BRIEF if c in codes.LS)]
        made = [(since, self.some("LS", among))]
        while made[-1][1] in BRIEF or self.chance.random() < 0.4:
            day, code = made[-1][0], made[-1][1]
            day += DAY * self._days(code, 300)
            if day >= until and code not in BRIEF:
                break
            made.append((day, self.some("LS", [one for one in lasting if one != code])))
        return tuple({"from_day": day, "legal_status": code} for day, code in made)

    def _chain(self, start: date, until: date, born: date) -> list[dict[str, Any]]:
        """Where they lived from a day until another, one place after the other."""
        made: list[dict[str, Any]] = []
        day = start
        while day < until:
            end = min(until, day + DAY * self.chance.randint(20, 500))
            made += self._stay(day, end, born)
            day = end
        return made

    def _stay(self, start: date, end: date, born: date) -> list[dict[str, Any]]:
        """A stay; some with days away in its midst."""
        place = self.some("PLACE", self._places(start, born))
        self.stays += 1
        sector = self.chance.choice(sorted(HOMES_OF_FAMILIES.values()))
        bare = place in codes.NO_PROVIDER
        bodies = "XXXXXXX" if self.odd() else f"SC{500000 + self.stays}"
        whole = {
            "starts_on": start, "ends_on": end, "place": place,
            "provider": None if bare else self._provider(place),
            "postcode": self._postcode(sector),
            "urn": None if place in codes.no_urn(self.year) else bodies,
            "reason_code": self._reason(),
        }  # fmt: skip
        room = (end - start).days
        if place in codes.TEMPORARY or room < 10 or self.chance.random() > TAKEN_BACK:
            return [whole]
        away = self.some("PLACE", sorted(codes.TEMPORARY))
        leaves = start + DAY * self.chance.randint(1, room - 8)
        back = min(end - DAY, leaves + DAY * self._days(away, room))
        gone = {"starts_on": leaves, "ends_on": back, "place": away,
                "postcode": self._postcode(sector)}  # fmt: skip
        return [{**whole, "ends_on": leaves}, gone, {**whole, "starts_on": back}]

    def _places(self, start: date, born: date) -> list[str]:
        if self.odd():
            return sorted(codes.PLACE)
        age = (start - born).days // 366
        return [
            one for one in codes.to_write("PLACE", self.year)
            if one not in codes.TEMPORARY and (age >= 16 or one not in ("H5", "K3", "P2", "P3"))
        ]  # fmt: skip


def any_lives(session: Session, year: int, seed: int, number: int) -> AnyLives:
    """So many lives on record, and the sample region with its homes."""
    chance = random.Random(seed)
    Year(session, year, chance).begin()
    lives = AnyLives(year, chance, rows_of(session, "homes", {}))
    for each in range(1, number + 1):
        _keep(session, lives, each)
    return lives


def _keep(session: Session, lives: AnyLives, number: int) -> None:
    """The steps on record as they were said."""
    life = Life(f"R-{number:04d}")
    taken = []
    for at, one in enumerate(lives.steps_of(number), start=1):
        when = datetime(lives.year, 4, 20, 8, at, tzinfo=UTC)
        said = steps.SAID.validate_python(one)
        step = Taken(at, when, when.date(), "somebody", "broker", "partnership", said)
        life = life.after(step)
        taken.append(
            {"referral_id": life.referral, "number": at, "kind": step.kind, "taken_at": when,
             "taken_on": step.on, "taken_by": step.by, "role": step.role, "facts": {},
             "organisation": step.organisation,
             "said": said.model_dump(mode="json", exclude={"kind"})}
        )  # fmt: skip
    assert life.form is not None
    row = {
        "referral_id": life.referral, "young_person_id": life.form.young_person_id,
        "borough": lives.borough, "state": life.state.value, "version": len(taken),
        "emergency": False, "opened_at": taken[0]["taken_at"],
        "changed_at": taken[-1]["taken_at"], "home_id": life.home,
    }  # fmt: skip
    session.execute(sa.insert(LifeRow.__table__), row)
    session.execute(sa.insert(StepRow.__table__), taken)
