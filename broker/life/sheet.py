"""What a young person is told of one home on their shortlist, from the records.

Distances are bands, and of those who live there only how many: the sheet may be left lying about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from broker.life import steps as said
from broker.life.form import Where
from broker.life.gates_of_placing import approvals_needed
from broker.life.state import Life, what
from broker.life.young_words import HELPS, JUDGED, MATTERS, UNJUDGED, WHO_CAN_LIVE
from broker.store.put import rows_of
from matching.geography import Grid, tenths_of_miles
from matching.postcodes import locate
from matching.shared_words import distance_band
from matching.words import provision_words


@dataclass(frozen=True, slots=True)
class Near:
    """How far the home is from somebody or something that matters."""

    what: str
    distance: str
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One home as a young person may be shown it.

    `living` is how many young people live there now. `needed` are the officers who must say yes;
    `wish` is what the young person last said, in their words where there are any.
    """

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
    asked: str | None
    starts_on: date | None
    visited_on: date | None
    wish: str | None
    words: str | None
    advocate: bool | None
    liberty: bool
    decided: bool


def sheet_of(session: Session, life: Life, home: str, today: date) -> Sheet | None:
    """The sheet of a home on the shortlist; None where it is not on it, or no home on record."""
    row = next(iter(rows_of(session, "homes", {"home_id": home})), None)
    if home not in life.shortlisted or row is None:
        return None
    assert life.form is not None
    form, found = life.form, life.found(home)
    offer, visit, view = life.offers.get(home), life.visits.get(home), life.views.get(home)
    starts_on = None if offer is None else offer.starts_on
    needed = approvals_needed(life, home, found.get("area"), starts_on or form.needed_by or today)
    supports = (str(row["supports"] or "")).split(";")
    told = None if view is None else what(view, said.View)
    return Sheet(
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
        living=living_in(session, home, today),
        near=tuple(_near(life, found, row)),
        needed=tuple(needed),
        asked=None if offer is None else offer.state,
        starts_on=starts_on,
        visited_on=None if visit is None else what(visit, said.Visit).visited_on,
        wish=None if told is None else told.wish,
        words=None if told is None else told.words,
        advocate=form.advocate_offered,
        liberty=form.liberty is not None,
        decided=life.decision is not None,
    )


def who_can_live(sexes: str) -> str:
    """Whom a home is for, by the sexes it is registered for, written `F;M`; empty if not known."""
    return WHO_CAN_LIVE.get(frozenset(sexes.split(";")) & {"F", "M"}, "")


def living_in(session: Session, home: str, today: date) -> int:
    """How many young people live in a home on a day."""
    return sum(
        not (row["leaving"] == "confirmed" and isinstance(left, date) and left <= today)
        for row in rows_of(session, "residents", {"home_id": home})
        for left in [row["leaves_on"]]
    )


def _near(life: Life, found: Mapping[str, Any], row: Mapping[str, object]) -> list[Near]:
    assert life.form is not None
    near = [Near("The area you come from", distance_band(found.get("tenths_of_miles")))]
    at = _grid(row["easting"], row["northing"], row["postcode"])
    for one in life.form.matters:
        near.append(Near(MATTERS[one.what], distance_band(_tenths(at, one.where)), one.keep))
    return near


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
