"""Homes as the routes need them: who sees where one is, a new one, and what a change brings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from api.case_json import read_case_json, record_json
from api.home_models import HomeAdd, HomeChange
from api.lives import moment
from api.once import Answered, Once, before, keep
from api.problems import InputError, ProblemError, bad_input
from api.who import not_allowed
from broker.access.actor import Actor, Role
from broker.access.allowed import ACTS, may
from broker.audit.chain import Record, add_entry
from broker.life import lost
from broker.life.desk import Changed, NotAllowed, NotThere
from broker.life.scope import homes_of
from broker.life.state import LIVING, State
from broker.store.clock import now
from broker.store.history import Author
from broker.store.out_of_use import places_out
from broker.store.put import put_row, rows_of
from broker.store.shelves import SHELVES
from broker.tables import HomeRow, LifeRow, ResidentRow, VacancyRow
from matching.sheets import HOMES
from matching.unbuild import records_of

NOT_HERE = "There is no home with this id on record."
_EXACT = ("easting", "northing", "postcode")
_RING = frozenset({Role.BROKER, Role.COMMISSIONER})
_CASEWORK = ACTS["duty.list"].roles


def page(
    session: Session, actor: Actor, day: date, limit: int, after: str
) -> tuple[int, list[dict[str, Any]], str | None]:
    """How many homes there are, some of them in the order of their ids, and the next `after`."""
    homes = HomeRow.__table__
    open_homes = homes.c.closed_at.is_(None)
    by_letter = "C" if session.get_bind().dialect.name == "postgresql" else "BINARY"
    key = sa.collate(homes.c.home_id, by_letter)
    total = session.execute(sa.select(sa.func.count()).where(open_homes)).scalar_one()
    rows = session.execute(
        sa.select(homes).where(open_homes, key > after).order_by(key).limit(limit + 1)
    ).mappings()
    found = [dict(row) for row in rows]
    more = found[limit - 1]["home_id"] if len(found) > limit else None
    return total, _shown(session, actor, found[:limit], day), more


def one(session: Session, actor: Actor, home_id: str, day: date) -> Answered:
    """One home, with its version."""
    version = lost.home_version(session, home_id)
    if version is None:
        raise ProblemError("not-found", NOT_HERE)
    return Answered(200, _one(session, actor, home_id, day), etag=f'"{version}"')


def several(
    session: Session, actor: Actor, homes: Sequence[str], day: date
) -> list[dict[str, Any]]:
    """Homes in the order of their ids, as lists show them, by as few questions as for one."""
    table = HomeRow.__table__
    query = sa.select(table).where(table.c.home_id.in_(homes)).order_by(table.c.home_id)
    rows = [dict(row) for row in session.execute(query).mappings()]
    return _shown(session, actor, rows, day)


def _one(session: Session, actor: Actor, home_id: str, day: date) -> dict[str, Any]:
    made = _shown(session, actor, rows_of(session, "homes", {"home_id": home_id}), day)[0]
    if actor.role in _RING or _is_own(session, actor, home_id):
        made["rooms_out"] = [
            {
                "row": row.row_id,
                "from": row.starts_on.isoformat(),
                "to": row.ends_on.isoformat(),
                "places": row.places,
                "side": row.side,
                "reason": row.reason,
            }
            for row in lost.rooms_out(session, home_id)
        ]
    return made


def _is_own(session: Session, actor: Actor, home_id: str) -> bool:
    return actor.provider is not None and home_id in homes_of(session, actor)


def _shown(
    session: Session, actor: Actor, rows: list[dict[str, Any]], day: date
) -> list[dict[str, Any]]:
    """Homes with their free places on a day, as far as somebody may see them."""
    ids = [row["home_id"] for row in rows]
    living = _living(session, ids)
    tomorrow = None if day == date.max else day + timedelta(days=1)
    out = places_out(session, day, tomorrow, ids)
    exact = exact_to(session, actor, ids)
    ringing = set(ids) if actor.role in _RING else _own(session, actor, ids)
    said = last_said(session, sorted(ringing))
    made = []
    for row in rows:
        home = row["home_id"]
        record = dict(SHELVES["homes"].record(row))
        if home not in exact:
            record |= dict.fromkeys(_EXACT, "")
        present = [one for one in living[home] if _present(one, day)]
        unsure = (one for one in present if one["leaving"] != "confirmed")
        later = {one["leaves_on"] for one in unsure if one["leaves_on"]}
        told = {
            **record_json(HOMES, record),
            "residents": len(present),
            "free_places": max(0, row["places"] - len(present) - out.get(home, 0)),
            "may_be_free_from": sorted(leaving.isoformat() for leaving in later),
        }
        if home in out:
            told["out_of_use"] = out[home]
        if home in said:
            told["last_said"] = said[home]
        made.append(told)
    return made


def _present(row: Mapping[str, Any], day: date) -> bool:
    gone = row["leaving"] == "confirmed" and row["leaves_on"] and row["leaves_on"] <= day
    return not gone


def _living(session: Session, homes: list[str]) -> dict[str, list[dict[str, Any]]]:
    living: dict[str, list[dict[str, Any]]] = {home: [] for home in homes}
    table = ResidentRow.__table__
    query = sa.select(table.c.home_id, table.c.leaves_on, table.c.leaving)
    for row in session.execute(query.where(table.c.home_id.in_(homes))).mappings():
        living[row["home_id"]].append(dict(row))
    return living


def _own(session: Session, actor: Actor, homes: Iterable[str]) -> set[str]:
    return set(homes) & homes_of(session, actor) if actor.provider is not None else set()


def exact_to(session: Session, actor: Actor, homes: list[str]) -> set[str]:
    """The homes whose place on the map somebody may see.

    The brokers see all, a provider its own, a borough those that it decided for.
    """
    if actor.role is Role.BROKER:
        return set(homes)
    if actor.borough is not None and actor.role in _CASEWORK:
        lives = LifeRow.__table__
        query = sa.select(lives.c.home_id).where(
            lives.c.borough == actor.borough,
            lives.c.home_id.in_(homes),
            lives.c.state.in_([State.CONFIRMED, *sorted(LIVING)]),
        )
        return {home for home in session.execute(query).scalars() if home is not None}
    return _own(session, actor, homes)


def last_said(session: Session, homes: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What each home last said is free, and when; a home that never said is left out."""
    table = VacancyRow.__table__
    newest = (
        sa.select(sa.func.max(table.c.row_id))
        .where(table.c.home_id.in_(homes))
        .group_by(table.c.home_id)
    )
    rows = session.execute(sa.select(table).where(table.c.row_id.in_(newest))).mappings()
    return {
        row["home_id"]: {"at": row["said_at"].isoformat(), "free_places": row["free_places"]}
        for row in rows
    }


def names(session: Session, homes: Iterable[str] | None = None) -> dict[str, str]:
    """What homes are called, with their ids: `Rowan (SC990009)`; all homes where none are given."""
    table = HomeRow.__table__
    query = sa.select(table.c.home_id, table.c.name)
    if homes is not None:
        query = query.where(table.c.home_id.in_(list(homes)))
    return {
        row.home_id: f"{row.name} ({row.home_id})" if row.name else row.home_id
        for row in session.execute(query)
    }


def names_of_open(session: Session) -> list[tuple[str, str]]:
    """The homes on record that are not closed: id, and what each is called."""
    table = HomeRow.__table__
    query = sa.select(table.c.home_id, table.c.name).where(table.c.closed_at.is_(None))
    rows = session.execute(query.order_by(table.c.home_id))
    return [(home, f"{name} ({home})") for home, name in rows]


def names_of(session: Session, homes: Iterable[str]) -> dict[str, str]:
    """What homes are called, by id, as `names_of_open` has it; one not on record by its id."""
    asked = set(homes)
    table = HomeRow.__table__
    query = sa.select(table.c.home_id, table.c.name).where(table.c.home_id.in_(sorted(asked)))
    found = {row.home_id: f"{row.name} ({row.home_id})" for row in session.execute(query)}
    return {home: found.get(home, home) for home in asked}


def add(session: Session, actor: Actor, asked: HomeAdd, once: Once) -> Answered:
    """Put a home on record that was on no file yet, and what it charges."""
    if not may(actor, "home.add"):
        raise not_allowed(actor, "home.add")
    answered = before(session, once)
    if answered is not None:
        return answered
    records = _read(asked.home, asked.rates or [])
    home = records["homes"][0]
    home_id = home["home_id"]
    if rows_of(session, "homes", {"home_id": home_id}):
        error = InputError("a home that is not on record yet", ("home", "home_id"), value=home_id)
        raise bad_input([error])
    at = now()
    author = Author(actor.id, at)
    put_row(session, "homes", home, author)
    for rate in records.get("rates", []):
        put_row(session, "rates", rate, author)
    add_entry(session, actor, "home.add", Record("home", home_id), at=at, after=dict(home))
    told = one(session, actor, home_id, moment().today)
    answered = Answered(201, told.body, f"/api/homes/{home_id}", told.etag)
    keep(session, once, answered, at)
    return answered


def _read(home: Mapping[str, Any], rates: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """A home and its rates as rows, read by the reader of cases.

    Raises:
        ProblemError: with every error, in the places of the body.
    """
    case: dict[str, Any] = {
        "policy": {"as_of": moment().today.isoformat()},
        "referrals": [],
        "homes": [dict(home)],
        "rates": [{**rate, "home_id": home.get("home_id")} for rate in rates],
    }
    try:
        return records_of(read_case_json(case))
    except ProblemError as refused:
        raise bad_input([_placed(error) for error in refused.errors]) from None


def _placed(error: InputError) -> InputError:
    path = error.path or ()
    if path[:2] == ("homes", 0):
        path = ("home", *path[2:])
    return InputError(error.allowed, path, None, error.value, error.kind, column=error.column)


def change(session: Session, actor: Actor, home_id: str, asked: HomeChange, seen: str) -> Answered:
    """Change a home: everybody who thereby loses a place is found, set back and told why."""
    if not may(actor, "home.change"):
        raise not_allowed(actor, "home.change")
    rows = rows_of(session, "homes", {"home_id": home_id})
    if not rows or rows[0]["closed_at"] is not None:
        raise ProblemError("not-found", NOT_HERE)
    if actor.borough is not None:
        detail = "A home is changed by the central team, or its rooms by its provider."
        raise ProblemError("not-allowed", detail)
    provider = actor.provider is not None
    if provider and asked.home is not None:
        detail = "A provider may say which rooms are out of use; its home's row the brokers change."
        raise ProblemError("not-allowed", detail)
    told = lost.Change(
        reason=asked.reason,
        record=_merged(rows[0], asked.home) if asked.home is not None else None,
        rooms=_rooms(asked, provider),
        back=None
        if asked.in_use_again is None
        else lost.RoomsBack(asked.in_use_again.row, asked.in_use_again.on),
    )
    try:
        done = lost.change_home(session, actor, home_id, told, moment(), seen=seen)
    except NotAllowed as refused:
        raise not_allowed(actor, refused.act) from None
    except NotThere:
        raise ProblemError("not-found", "There is no such home, or row, that is yours.") from None
    except Changed:
        raise ProblemError("changed", "The home was changed meanwhile. Read it again.") from None
    except lost.TooManyRooms as refused:
        raise bad_input([_too_many(asked, refused)]) from None
    version = lost.home_version(session, home_id)
    affected = [
        {
            "referral_id": one.referral,
            "was": one.was,
            "now": one.now,
            "follow_up": None if provider else one.follow_up,
            "shut": None if provider or not one.shut else list(one.shut),
        }
        for one in done.affected
    ]
    body = {
        "home": _one(session, actor, home_id, moment().today),
        "affected": affected,
        "without_referral": done.without_referral,
    }
    return Answered(200, body, etag=f'"{version}"')


def _too_many(asked: HomeChange, refused: lost.TooManyRooms) -> InputError:
    """More rooms out of use than places, at the number that was asked for."""
    if refused.field == "places":
        number = None if asked.home is None else asked.home.get("places")
        return InputError(refused.allowed, ("home", "places"), value=str(number))
    number = None if asked.out_of_use is None else asked.out_of_use.places
    return InputError(refused.allowed, ("out_of_use", "places"), value=str(number))


def _rooms(asked: HomeChange, provider: bool) -> lost.Rooms | None:
    out = asked.out_of_use
    if out is None:
        return None
    if out.end <= out.start:
        raise bad_input([InputError("a day after from", ("out_of_use", "to"), value=str(out.end))])
    if provider and out.side != "provider":
        allowed = "provider: a provider's rooms are out of use on its own side"
        raise bad_input([InputError(allowed, ("out_of_use", "side"), value=out.side)])
    return lost.Rooms(out.places, out.start, out.end, out.side)


def _merged(row: dict[str, Any], changed: Mapping[str, Any]) -> Mapping[str, str]:
    """The home's whole row with its changed columns, read again as a case would be."""
    if "home_id" in changed:
        raise bad_input([InputError("unknown; leave it out", ("home", "home_id"))])
    is_now = record_json(HOMES, SHELVES["homes"].record(row))
    record: Mapping[str, str] = _read({**is_now, **changed}, [])["homes"][0]
    return record
