"""How many places of a home are somebody's, or out of use, on the same day.

Somebody has a place from the day decided for until a confirmed day of leaving. Who lives there
without a referral here is a resident until a confirmed day. One young person counts once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session

from broker.store.out_of_use import most_at_once, places_out
from broker.store.put import rows_of
from broker.store.shelves import SHELVES, key_text
from broker.tables import HomeRow, PlacementRow, ResidentRow, RowChange


def free_places(session: Session, home: str, day: date, but: str | None = None) -> int:
    """Places that nobody has or was promised, on a day and all days after it; 0 for no home.

    `but` is the young person for whom it is asked.
    """
    return max(0, room(session, home, day, None, but))


def room(session: Session, home: str, start: date, end: date | None, but: str | None = None) -> int:
    """Places less those taken or out of use on the fullest day of `[start, end)`.

    Below 0 there are too many young people for the places. `end` None is all days from `start` on.
    """
    table = HomeRow.__table__
    places: int | None = session.execute(
        sa.select(table.c.places).where(table.c.home_id == home, table.c.closed_at.is_(None))
    ).scalar_one_or_none()
    out = places_out(session, start, end, [home]).get(home, 0)
    return (places or 0) - taken_at_once(session, home, start, end, but) - out


def taken_at_once(
    session: Session, home: str, start: date, end: date | None, but: str | None = None
) -> int:
    """The most young people who have a place of a home on one day of `[start, end)`."""
    placements, residents = PlacementRow.__table__, ResidentRow.__table__
    given = session.execute(
        sa.select(placements.c.young_person_id, placements.c.starts_on, placements.c.ends_on).where(
            placements.c.home_id == home,
            sa.or_(placements.c.ends_on.is_(None), placements.c.ends_on > start),
        )
    ).all()
    living = session.execute(
        sa.select(residents.c.young_person_id, residents.c.leaves_on, residents.c.leaving).where(
            residents.c.home_id == home
        )
    ).all()
    placed = {row.young_person_id for row in given}
    days = [
        (max(row.starts_on, start), row.ends_on or date.max, 1)
        for row in given
        if row.young_person_id != but and (end is None or row.starts_on < end)
    ]
    for row in living:
        leaves = row.leaves_on if row.leaving == "confirmed" and row.leaves_on else date.max
        if row.young_person_id not in placed | {but} and leaves > start:
            days.append((start, leaves, 1))
    return most_at_once(days)


def numbered_place(
    session: Session, referral: str, home: str, start: date, end: date | None
) -> int:
    """The number of a place that nobody else has on the days of `[start, end)`.

    The number held already is kept where it can be, else the lowest is taken. Where each number is
    somebody's on some of the days, although there are places enough on each of them, the home's
    placements are numbered anew. With too few places the answer is one that is somebody's: the
    guard of the database refuses it.
    """
    table = PlacementRow.__table__
    rows = session.execute(sa.select(table).where(table.c.home_id == home)).mappings().all()
    until = end or date.max
    stays = {
        row["referral_id"]: _Stay(row["place"], row["starts_on"], row["ends_on"] or date.max)
        for row in rows
    }
    own = stays.pop(referral, None)
    held: list[int] = [] if own is None else [own.place]
    if until <= start:
        return held[0] if held else 1
    homes = HomeRow.__table__
    found = session.execute(sa.select(homes.c.places).where(homes.c.home_id == home))
    places = int(found.scalar_one())
    tried: list[int] = [*held, *range(1, places + 1)]
    for place in tried:
        if not any(one.place == place and one.meets(start, until) for one in stays.values()):
            return place
    wanted = {**stays, referral: _Stay(0, start, until)}
    numbers = _numbered({name: one for name, one in wanted.items() if one.start < one.end})
    if max(numbers.values()) > places:
        return held[0] if held else places
    given = numbers.pop(referral)
    aside = {name: number + _ASIDE for name, number in numbers.items()}
    if own is not None:
        aside[referral] = _ASIDE  # whoever asks gives it the number returned, with its days
    for each in (aside, numbers):  # first out of each other's way: the guard looks at every row
        for name, number in each.items():
            session.execute(
                sa.update(table).where(table.c.referral_id == name).values(place=number)
            )
    return given


_ASIDE = 1_000_000


@dataclass(frozen=True, slots=True)
class _Stay:
    place: int
    start: date
    end: date

    def meets(self, start: date, end: date) -> bool:
        return self.start < end and start < self.end and self.start < self.end


def _numbered(stays: Mapping[str, _Stay]) -> dict[str, int]:
    """The lowest number free at each start, in order of the starts: as few as the fullest day."""
    numbers: dict[str, int] = {}
    for name, one in sorted(stays.items(), key=lambda item: (item[1].start, item[0])):
        taken = {numbers[other] for other in numbers if stays[other].meets(one.start, one.end)}
        numbers[name] = next(number for number in range(1, len(taken) + 2) if number not in taken)
    return numbers


def came_since(session: Session, home: str, when: datetime, day: date) -> frozenset[str]:
    """The young people who live in a home, or are decided for it, and came after an instant.

    Whoever has left by the day is not among them. The history of their rows tells it.
    """
    shelf, changes = SHELVES["residents"], RowChange.__table__
    came = set()
    for row in rows_of(session, "residents", {"home_id": home}):
        left = row["leaves_on"]
        if row["leaving"] == "confirmed" and isinstance(left, date) and left <= day:
            continue
        who = str(row["young_person_id"])
        query = sa.select(changes.c.before, changes.c.after).where(
            changes.c.table_name == shelf.table.name,
            changes.c.row_key == key_text([who]),
            changes.c.changed_at >= when,
        )
        for change in session.execute(query):
            was = (change.before or {}).get("home_id")
            if (change.after or {}).get("home_id") == home and was != home:
                came.add(who)
    return frozenset(came)


def lock_home(session: Session, home: str) -> None:
    """Nobody else gives out a place of this home until the transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        table = HomeRow.__table__
        session.execute(sa.select(table.c.home_id).where(table.c.home_id == home).with_for_update())
