"""Placements are numbered anew where a place is there on every day, though no one number is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from broker.database import DatabaseProblem, writing
from broker.importing import import_case
from broker.life.places import numbered_place, room, taken_at_once
from broker.tables import LifeRow, PlacementRow

FIRST = date(2026, 10, 1)
HOME = "H2"


def day(number: int | None) -> date | None:
    return None if number is None else FIRST + timedelta(number)


def place(session: Session, who: str, number: int, start: int, end: int | None) -> None:
    """A placement as it would stand on record."""
    at = datetime(2026, 9, 4, tzinfo=UTC)
    life = {
        "referral_id": who,
        "young_person_id": f"YP-{who}",
        "borough": "E09000025",
        "state": "moved_in",
        "version": 1,
        "emergency": False,
        "opened_at": at,
        "changed_at": at,
    }
    session.execute(sa.insert(LifeRow.__table__), life)
    stay = {
        "referral_id": who,
        "young_person_id": f"YP-{who}",
        "borough": "E09000025",
        "home_id": HOME,
        "place": number,
        "starts_on": day(start),
        "ends_on": day(end),
        "planned_until": FIRST + timedelta(200),
    }
    session.execute(sa.insert(PlacementRow.__table__), stay)


def stay_until(session: Session, who: str, start: int, end: int | None) -> int:
    """Prolong a stay as the desk does: the number it is given, with its days."""
    starts_on = day(start)
    assert starts_on is not None
    number = numbered_place(session, who, HOME, starts_on, day(end))
    table = PlacementRow.__table__
    session.execute(
        sa.update(table).where(table.c.referral_id == who).values(place=number, ends_on=day(end))
    )
    return number


@pytest.fixture
def two_places(engine: Engine) -> Engine:
    """A home with two places, and three stays that follow each other closely."""
    with writing(engine) as session:
        case = Path(__file__).with_name("two-homes")
        import_case(
            session, case, by="test", when=datetime(2026, 9, 4, 8, tzinfo=UTC), hold_day=True
        )
        place(session, "Z", 2, 0, 5)
        place(session, "X", 1, 3, 10)
        place(session, "Y", 1, 10, None)
    return engine


def test_a_stay_is_prolonged_where_there_is_a_place_on_every_day(two_places: Engine) -> None:
    with writing(two_places) as session:
        assert room(session, HOME, FIRST + timedelta(10), FIRST + timedelta(12)) == 1
        stay_until(session, "X", 3, 12)
        table = PlacementRow.__table__
        numbers = dict(session.execute(sa.select(table.c.referral_id, table.c.place)).all())
    assert numbers["X"] != numbers["Y"]
    assert numbers["X"] != numbers["Z"]
    assert set(numbers.values()) == {1, 2}


def test_its_own_number_is_kept_where_it_can_be(two_places: Engine) -> None:
    with writing(two_places) as session:
        assert stay_until(session, "Y", 10, 40) == 1
        assert stay_until(session, "X", 3, 8) == 1


def test_where_there_is_no_place_on_some_day_the_guard_refuses(two_places: Engine) -> None:
    with writing(two_places) as session:
        place(session, "W", 2, 11, None)
        assert room(session, HOME, FIRST, None) == 0
    with (
        pytest.raises((DBAPIError, DatabaseProblem), match="ex_placement_place"),
        writing(two_places) as session,
    ):
        stay_until(session, "X", 3, 12)


def test_the_fullest_day_counts_each_young_person_once_and_only_on_their_days(
    two_places: Engine,
) -> None:
    with writing(two_places) as session:

        def most(start: int, end: int | None) -> int:
            return taken_at_once(session, HOME, FIRST + timedelta(start), day(end))

        assert [most(0, 3), most(0, 4), most(5, 10), most(9, 11), most(0, None)] == [1, 2, 1, 1, 2]
        assert taken_at_once(session, HOME, FIRST + timedelta(3), day(4), but="YP-Z") == 1
