"""What a young person is told of one home on their shortlist, from the records.

Distances are bands, and of those who live there only how many: the sheet may be left lying about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlmodel import Session

from broker.life import steps as said
from broker.life.against import gone_on
from broker.life.form import Matters, Where
from broker.life.gates_of_placing import approvals_needed
from broker.life.quoted import Quote, quote
from broker.life.state import LIVING, Life, State, what
from broker.life.telling import Silence, has_died, no_sheet
from broker.life.young_words import HELPS, JUDGED, MATTERS, UNJUDGED, WHO_CAN_LIVE
from broker.store.put import rows_of
from matching.geography import Grid, tenths_of_miles
from matching.postcodes import locate
from matching.shared_words import distance_band
from matching.words import provision_words

About = Literal["thought_of", "decided", "lives", "other"]


@dataclass(frozen=True, slots=True)
class Near:
    """How far the home is from somebody or something that matters.

    `called` is what the young person calls them or it.
    """

    what: str
    distance: str
    keep: bool = False
    called: str | None = None


@dataclass(frozen=True, slots=True)
class Stay:
    """A stay decided for: in which home, from when, as it is planned, and what comes after.

    `moves_on` is the day of the next home where one is planned, `way_back` what is kept for them.
    """

    home: str
    starts_on: date
    planned_until: date
    moves_on: date | None = None
    way_back: Quote | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One home as a young person may be shown it.

    `about` says whether it is thought of, decided for, lived in, or another one is (`other`); from
    a decision on `stay` tells of it. `living` is how many others live there now. `needed` are the
    officers who must say yes still, `granted` and `refused` those who answered. `wish` is what the
    young person last said, in their words where there are any; `gone_on` who went on against it.
    """

    about: About
    home_id: str
    name: str
    kind: str
    borough: str
    area: str | None
    places: int
    ages: tuple[int, int]
    who: str
    judged: str
    helps: tuple[str, ...]
    living: int
    near: tuple[Near, ...]
    needed: tuple[str, ...]
    granted: tuple[str, ...]
    refused: tuple[str, ...]
    asked: str | None
    starts_on: date | None
    visited_on: date | None
    wish: str | None
    words: str | None
    gone_on: Quote | None
    advocate: bool | None
    liberty: bool
    stay: Stay | None

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """What people who work here wrote, as the sheet shows it."""
        way_back = None if self.stay is None else self.stay.way_back
        return tuple(one for one in (way_back, self.gone_on) if one is not None)


def sheet_of(session: Session, life: Life, home: str, today: date) -> Sheet | Silence | None:
    """The sheet of a home on the shortlist, or why there is none where a life stands.

    None where the home is not on the list, or none on record.
    """
    row = next(iter(rows_of(session, "homes", {"home_id": home})), None)
    if home not in life.shortlisted or row is None:
        return None
    silence = no_sheet(life.state, emergency=life.emergency, died=has_died(life))
    if silence is not None:
        return silence
    assert life.form is not None
    form, found = life.form, life.found(home)
    offer, visit, view = life.offers.get(home), life.visits.get(home), life.views.get(home)
    starts_on = None if offer is None else offer.starts_on
    needed = approvals_needed(life, home, found.get("area"), starts_on or form.needed_by or today)
    answers = {
        kind: what(step, said.Approve).granted
        for (where, kind), step in life.approvals.items()
        if where == home
    }
    supports = (str(row["supports"] or "")).split(";")
    told = None if view is None else what(view, said.View)
    against = told is not None and told.wish == "against"
    return Sheet(
        about=_about(life, home),
        home_id=home,
        name=str(row["name"] or home),
        kind=provision_words(str(row["provision"])),
        borough=str(row["borough"]),
        area=found.get("area"),
        places=_whole(row["places"]),
        ages=(_whole(row["min_age"]), _whole(row["max_age"])),
        who=who_can_live(str(row["sexes"] or "")),
        judged=JUDGED.get(str(row["judgement"] or ""), UNJUDGED),
        helps=tuple(HELPS[tag] for tag in supports if tag in HELPS),
        living=living_in(session, home, today, but=form.young_person_id),
        near=tuple(_near(life, found, row)),
        needed=tuple(kind for kind in needed if kind not in answers),
        granted=tuple(kind for kind in answers if answers[kind]),
        refused=tuple(kind for kind in answers if not answers[kind]),
        asked=None if offer is None else offer.state,
        starts_on=starts_on,
        visited_on=None if visit is None else what(visit, said.Visit).visited_on,
        wish=None if told is None else told.wish,
        words=None if told is None else told.words,
        gone_on=gone_on(session, life.referral, home) if against else None,
        advocate=form.advocate_offered,
        liberty=form.liberty is not None,
        stay=_stay(session, life),
    )


def _about(life: Life, home: str) -> About:
    if life.home is None:
        return "thought_of"
    if life.home != home:
        return "other"
    return "lives" if life.state in LIVING else "decided"


def _stay(session: Session, life: Life) -> Stay | None:
    if life.decision is None:
        return None
    decision = what(life.decision, said.Confirm)
    row = next(iter(rows_of(session, "homes", {"home_id": decision.home_id})), {})
    moving = life.step_down if life.state is State.STEPPING_DOWN else None
    plan = None if moving is None else what(moving, said.StepDown)
    assert life.starts_on is not None
    return Stay(
        home=str(row.get("name") or decision.home_id),
        starts_on=life.starts_on,
        planned_until=decision.planned_until,
        moves_on=None if plan is None else plan.expected_on,
        way_back=None if moving is None or plan is None else quote(moving, plan.way_back),
    )


def who_can_live(sexes: str) -> str:
    """Whom a home is for, by the sexes it is registered for, written `F;M`; empty if not known."""
    return WHO_CAN_LIVE.get(frozenset(sexes.split(";")) & {"F", "M"}, "")


def living_in(session: Session, home: str, today: date, but: str) -> int:
    """How many young people other than one live in a home on a day."""
    return sum(
        not (row["leaving"] == "confirmed" and isinstance(left, date) and left <= today)
        for row in rows_of(session, "residents", {"home_id": home})
        for left in [row["leaves_on"]]
        if row["young_person_id"] != but
    )


def _near(life: Life, found: Mapping[str, Any], row: Mapping[str, object]) -> list[Near]:
    assert life.form is not None
    near = [Near("The area you come from", distance_band(found.get("tenths_of_miles")))]
    at = _grid(row["easting"], row["northing"], row["postcode"])
    return near + [_near_one(at, one) for one in life.form.matters]


def _near_one(at: Grid | None, one: Matters) -> Near:
    distance = distance_band(_tenths(at, one.where))
    return Near(MATTERS[one.what], distance, one.keep, one.called)


def _tenths(at: Grid | None, where: Where) -> int | None:
    there = _grid(where.easting, where.northing, where.postcode)
    if at is None or there is None:
        return None
    return tenths_of_miles(at.easting - there.easting, at.northing - there.northing)


def _grid(easting: object, northing: object, postcode: object) -> Grid | None:
    if isinstance(easting, int) and isinstance(northing, int):
        return Grid(easting, northing)
    return locate(str(postcode)) if postcode else None


def _whole(value: object) -> int:
    assert isinstance(value, int)
    return value
