"""A home changes: its row, rooms out of use, and everybody who thereby loses a place.

One act: the home's row (with history) or a row of places out of use is written, every life that
it concerns is found and set back or given a duty, each with the reason in its own steps. Whoever
lives in a home that may care for nobody any longer gets an urgent referral at once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from broker.access.actor import Actor
from broker.access.allowed import may
from broker.audit.chain import Record
from broker.life import rematch
from broker.life import steps as said
from broker.life.desk import NotAllowed, locked_life
from broker.life.places import lock_home, room
from broker.life.read import NotThere
from broker.life.scope import homes_of
from broker.life.state import LIVING, LOOKING, Life, State, what
from broker.life.work import Changed, Moment, Shut, Work
from broker.store.out_of_use import most_at_once
from broker.store.put import change_row, rows_of
from broker.store.shelves import SHELVES
from broker.tables import LifeRow, OfferRow, OutOfUseRow
from matching.words import count

REGISTERED = "registered"
NOBODY_MAY_LIVE_THERE = frozenset({"suspended", "cancelled"})


class TooManyRooms(ValueError):
    """More rooms would be out of use on one day than the home has places.

    `field` is what would have to be another number, `rooms` or `places`, and `allowed` which.
    """

    def __init__(self, field: str, allowed: str) -> None:
        self.field, self.allowed = field, allowed
        super().__init__(allowed)


@dataclass(frozen=True, slots=True)
class Rooms:
    """Places out of use on the days of `[start, end)`, and on whose side (contract-file.md)."""

    places: int
    start: date
    end: date
    side: str


@dataclass(frozen=True, slots=True)
class RoomsBack:
    """Places out of use are used again from a day on: the number of their row, and the day."""

    row: int
    on: date


@dataclass(frozen=True, slots=True)
class Change:
    """What is to change of a home, and why. `record` is its whole row as it will be, or None."""

    reason: str
    record: Mapping[str, str] | None = None
    rooms: Rooms | None = None
    back: RoomsBack | None = None


@dataclass(frozen=True, slots=True)
class Affected:
    """A life that a change concerns: where it stood and stands, and the referral opened after it.

    `shut` says why that referral could not be opened; the young person must move all the same.
    """

    referral: str
    was: str
    now: str
    follow_up: str | None = None
    shut: tuple[str, ...] = ()


@dataclass
class Done:
    """What a change did: to the home, to whom; `without_referral` must move and have none here."""

    home: str
    affected: list[Affected] = field(default_factory=list)
    without_referral: int = 0


def home_version(session: Session, home_id: str) -> str | None:
    """A word that changes whenever the home's row or its places out of use do; None for no home."""
    rows = rows_of(session, "homes", {"home_id": home_id})
    if not rows or rows[0]["closed_at"] is not None:
        return None
    told = [SHELVES["homes"].record(rows[0]), [list(row) for row in rooms_out(session, home_id)]]
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()[:16]


def rooms_out(session: Session, home_id: str) -> list[sa.Row[Any]]:
    """The rows of rooms out of use of a home, refusals not among them, oldest first."""
    table = OutOfUseRow.__table__
    query = (
        sa.select(
            table.c.row_id, table.c.starts_on, table.c.ends_on, table.c.places, table.c.side,
            table.c.reason,
        )
        .where(table.c.home_id == home_id, table.c.referral_id.is_(None))
        .order_by(table.c.row_id)
    )  # fmt: skip
    return list(session.execute(query))


def change_home(
    session: Session, actor: Actor, home_id: str, change: Change, moment: Moment, *, seen: str
) -> Done:
    """Change a home that was seen at version `seen`, and all that follows; the caller commits.

    Raises:
        NotAllowed: the role may never change a home, nor may anybody of a borough.
        NotThere: no such home, or none of theirs.
        Changed: the home, or who is asked for it, changed meanwhile.
        TooManyRooms: more rooms would be out of use on one day than the home has places.
    """
    if not may(actor, "home.change") or actor.borough is not None:
        raise NotAllowed("home.change")
    if actor.provider is not None and home_id not in homes_of(session, actor):
        raise NotThere
    lives = _locked_lives(session, home_id)
    lock_home(session, home_id)
    version = home_version(session, home_id)
    if version is None:
        raise NotThere
    if version != seen or set(_concerned(session, home_id)) != set(lives):
        raise Changed(version)
    work = Work(session, actor, moment)
    before = SHELVES["homes"].record(rows_of(session, "homes", {"home_id": home_id})[0])
    after = before if change.record is None else dict(change.record)
    _write(work, home_id, change)
    _check_rooms(session, home_id, (int(before["places"]), int(after["places"])), change, moment)
    told = {"rooms": None if change.rooms is None else _told(change.rooms)}
    work.note(
        "home.change",
        Record("home", home_id),
        why=change.reason,
        before=dict(before),
        after={**after, **{name: value for name, value in told.items() if value is not None}},
    )
    done = Done(home_id)
    registration = after["registration"]
    if _worse(before["registration"], registration):
        _lose_registration(work, done, lives, registration, change.reason)
    fewer = change.rooms is not None or int(after["places"]) < int(before["places"])
    if fewer and registration not in NOBODY_MAY_LIVE_THERE:
        _lose_rooms(work, done, _locked_lives(session, home_id), change)
    work.close()
    return done


def _told(rooms: Rooms) -> dict[str, Any]:
    return {
        "places": rooms.places,
        "from": rooms.start.isoformat(),
        "to": rooms.end.isoformat(),
        "side": rooms.side,
    }


_ORDER = (REGISTERED, "restricted", "suspended", "cancelled")


def _worse(before: str, after: str) -> bool:
    return _ORDER.index(after) > _ORDER.index(before)


def _concerned(session: Session, home_id: str) -> list[str]:
    """Lives that are asked of the home, decided for it, or lived in it, in the order of locking."""
    lives, offers = LifeRow.__table__, OfferRow.__table__
    asked = (
        sa.select(offers.c.referral_id)
        .join(lives, lives.c.referral_id == offers.c.referral_id)
        .where(
            offers.c.home_id == home_id,
            offers.c.state.in_(("open", "accepted")),
            lives.c.state.in_(sorted(LOOKING)),
        )
    )
    placed = sa.select(lives.c.referral_id).where(
        lives.c.home_id == home_id,
        lives.c.state.in_([State.CONFIRMED, *sorted(LIVING)]),
    )
    return sorted({*session.execute(asked).scalars(), *session.execute(placed).scalars()})


def _locked_lives(session: Session, home_id: str) -> dict[str, Life]:
    lives = {}
    for referral in _concerned(session, home_id):
        life = locked_life(session, referral)
        assert life is not None
        lives[referral] = life
    return {referral: life for referral, life in lives.items() if _uses(life, home_id)}


def _uses(life: Life, home_id: str) -> bool:
    offer = life.offers.get(home_id)
    asked = offer is not None and offer.state in ("open", "accepted")
    return (asked and life.state in LOOKING) or (
        life.home == home_id and life.state in (State.CONFIRMED, *LIVING)
    )


def _write(work: Work, home_id: str, change: Change) -> None:
    table = OutOfUseRow.__table__
    if change.record is not None:
        change_row(work.session, "homes", dict(change.record), work.author, change.reason)
    if change.rooms is not None:
        work.session.execute(
            sa.insert(table),
            {
                "home_id": home_id,
                "starts_on": change.rooms.start,
                "ends_on": change.rooms.end,
                "places": change.rooms.places,
                "side": change.rooms.side,
                "reason": change.reason,
            },
        )
    if change.back is not None:
        this = sa.and_(
            table.c.row_id == change.back.row,
            table.c.home_id == home_id,
            table.c.referral_id.is_(None),
        )
        row = work.session.execute(sa.select(table.c.starts_on).where(this)).first()
        if row is None:
            raise NotThere
        if change.back.on <= row.starts_on:
            work.session.execute(sa.delete(table).where(this))
        else:
            work.session.execute(
                sa.update(table)
                .where(this, table.c.ends_on > change.back.on)
                .values(ends_on=change.back.on)
            )


def _check_rooms(
    session: Session, home_id: str, places: tuple[int, int], change: Change, moment: Moment
) -> None:
    """Rooms out of use, as they are on record now, fit a home's places on every day that changed.

    `places` are the home's before the change and after it.
    """
    was, now = places
    rows = [(row.starts_on, row.ends_on, row.places) for row in rooms_out(session, home_id)]
    if change.rooms is not None:
        new = change.rooms
        meeting = [(max(first, new.start), min(last, new.end), number) for first, last, number
                   in rows if first < new.end and new.start < last]  # fmt: skip
        left = now - (most_at_once(meeting) - new.places)
        if new.places > left:
            raise TooManyRooms("rooms", _rooms_allowed(now, left))
    if now < was:
        out = most_at_once(row for row in rows if row[1] > moment.today)
        if out > now:
            allowed = f"{out} or more, as so many rooms are on record as out of use at once"
            raise TooManyRooms("places", allowed)


def _rooms_allowed(places: int, left: int) -> str:
    """Which numbers of rooms there can be: `left` of a home's places are in use on all the days."""
    has = f"the home has {count(places, 'place')}"
    if left == places:
        return f"{_up_to(left)}, as {has}"
    out = count(places - left, "room is", "rooms are")
    return f"{_up_to(left)}, as {has} and {out} out of use already on some of these days"


def _up_to(most: int) -> str:
    if most < 1:
        return "none"
    return "1" if most == 1 else f"from 1 to {most}"


def _lose_registration(
    work: Work, done: Done, lives: Mapping[str, Life], registration: str, reason: str
) -> None:
    """Nobody new comes to a home that is not registered; nobody stays where it is suspended."""
    must_move = registration in NOBODY_MAY_LIVE_THERE
    for life in lives.values():
        done.affected.append(
            _lose(work, life, done.home, "registration", work.moment.today, reason, must_move)
        )
    if must_move:
        known = {life.form.young_person_id for life in lives.values() if life.form is not None}
        living = rows_of(work.session, "residents", {"home_id": done.home})
        done.without_referral = sum(
            row["young_person_id"] not in known
            and not (row["leaving"] == "confirmed" and _past(row["leaves_on"], work.moment.today))
            for row in living
        )


def _past(day: object, today: date) -> bool:
    return isinstance(day, date) and day <= today


def _lose_rooms(work: Work, done: Done, lives: Mapping[str, Life], change: Change) -> None:
    """Where there are too many for the rooms left: decided last, set back first; then a review.

    Who lives there already is not chosen among by a machine: each is reviewed.
    """
    start = work.moment.today if change.rooms is None else change.rooms.start
    end = None if change.rooms is None else change.rooms.end
    left = dict(lives)

    def lose(life: Life) -> None:
        del left[life.referral]
        done.affected.append(_lose(work, life, done.home, "rooms", start, change.reason, False))

    for life in _last_decided_first(lives):
        if room(work.session, done.home, start, end) >= 0:
            break
        day = what(life.decision, said.Confirm).starts_on if life.decision is not None else start
        if end is None or day < end:
            lose(life)
    if room(work.session, done.home, start, end) < 0:
        for life in [one for one in left.values() if one.state in LIVING]:
            lose(life)
    for life in list(left.values()):
        offer = life.offers.get(done.home)
        if life.state in (State.CONFIRMED, *LIVING) or offer is None:
            continue
        day = max(offer.starts_on, start)
        if (end is None or day < end) and room(work.session, done.home, day, end) < 1:
            lose(life)


def _last_decided_first(lives: Mapping[str, Life]) -> Iterator[Life]:
    decided = [life for life in lives.values() if life.state is State.CONFIRMED]
    yield from sorted(decided, key=lambda one: (_decided(one), one.referral), reverse=True)


def _decided(life: Life) -> Any:
    assert life.decision is not None
    return life.decision.at


def _lose(
    work: Work, life: Life, home: str, lost: said.Lost, day: date, reason: str, must_move: bool
) -> Affected:
    """Take the step in one life; open the urgent referral of whoever may live there no longer."""
    living = life.state in LIVING
    one = said.PlaceLost(
        kind="place_lost",
        home_id=home,
        lost=lost,
        lost_on=day,
        reason=reason,
        must_move=must_move and living,
    )
    ranked = [] if living else rematch.back_up(work, life, home)
    after = work.take(life, one, {"back_up": ranked})
    if not one.must_move:
        return Affected(life.referral, life.state.value, after.state.value)
    end = said.End(
        kind="end",
        ended_on=work.moment.today,
        planned=False,
        reason_code="APPRR",
        destination="another_home",
        words=reason,
        needs_place=True,
    )
    try:
        with work.unless_shut():
            ended = rematch.end_and_look_again(work, after, end)
    except Shut as shut:
        words = tuple(gap.sentence for gap in shut.gaps)
        return Affected(life.referral, life.state.value, after.state.value, shut=words)
    return Affected(life.referral, life.state.value, ended.state.value, ended.follow_up)
