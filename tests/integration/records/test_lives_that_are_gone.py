"""A life whose words were lawfully removed can no longer be told: it is named, never left out.

A return refuses whom it asks for, as far as is still known, and stops for nobody else.
"""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

import broker.standard.lives as standard
from broker.audit.amend import remove_value
from broker.database import reading, writing
from broker.returns.write.records import Returned, make_return
from broker.returns.write.removed import removed
from broker.store.clock import now
from broker.tables import PlacementRow
from tests.integration.audit.conftest import entry_of, told_and_withdrawn
from tests.integration.audit.tampering import ADMINISTRATOR, unguarded
from tests.whole_life import BROKER, HOME, STARTS, Teller

COLLECTION = 2027
"""The collection of the day from which the homes are asked."""
LEFT = date(2026, 10, 12)
DAYS = date(2026, 4, 1), date(2027, 3, 31)
AFTER = date(2027, 4, 1), date(2028, 3, 31)


@pytest.fixture
def withdrawn(region: Engine) -> str:
    """The referral of somebody who never lived in our homes."""
    with writing(region) as session:
        return told_and_withdrawn(session, "YP-901").life.referral


@pytest.fixture
def lived(region: Engine) -> str:
    """The referral of somebody who lived in one of our homes from September to October."""
    with writing(region) as session:
        teller = Teller(session, minutes=200)
        teller.to_moved_in()
        teller.today = LEFT
        return teller.end().referral


def remove(engine: Engine, referral: str, act: str) -> None:
    number = entry_of(engine, referral, act)
    with writing(engine) as session:
        remove_value(session, ADMINISTRATOR, number, at=now(), why="entered by mistake")


def returned(engine: Engine, year: int) -> Returned:
    with reading(engine) as session:
        return make_return(session, year)


@pytest.mark.parametrize("act", ["open", "withdraw"])
def test_who_never_lived_with_us_stops_no_return(region: Engine, withdrawn: str, act: str) -> None:
    remove(region, withdrawn, act)
    for year in range(2018, 2028):
        made = returned(region, year)
        assert (made.young_people, made.written, made.refused) == (0, 0, ())
        assert made.notes == ((
            "YP-901",
            f"what {withdrawn} said was removed; by it they had no day in our homes in the "
            "collection",
        ),)  # fmt: skip


@pytest.mark.parametrize("act", ["open", "move_in", "end"])
def test_who_lived_with_us_is_refused_in_the_years_of_their_days(
    region: Engine, lived: str, act: str
) -> None:
    remove(region, lived, act)
    for year in range(2018, COLLECTION):
        before = returned(region, year)
        assert (before.young_people, before.refused) == (0, ())
        assert [who for who, _ in before.notes] == ["YP-900"]
    made = returned(region, COLLECTION)
    assert (made.young_people, made.written, made.notes) == (1, 0, ())
    assert [str(one) for one in made.refused] == [
        f"records, YP-900: not told: lived in our homes, and what {lived} said was removed; "
        "allowed: care told without a gap, by the step care and at each review"
    ]


@pytest.mark.parametrize(
    ("ended", "asked"),
    [
        (date(2025, 4, 1), {2024: 0, 2025: 1, 2026: 1, 2027: 0}),
        (date(2025, 3, 31), {2024: 0, 2025: 1, 2026: 0, 2027: 0}),
        (None, {2024: 0, 2025: 1, 2026: 1, 2027: 1}),
    ],
)
def test_the_years_after_the_last_day_ask_for_nobody(
    region: Engine, lived: str, ended: date | None, asked: dict[int, int]
) -> None:
    """The row tells where no step does any longer; without a last day a later year is not known."""
    remove(region, lived, "move_in")
    remove(region, lived, "end")
    with unguarded(region) as connection:
        table = PlacementRow.__table__
        connection.execute(sa.update(table).values(
            starts_on=date(2025, 3, 30), moved_in_on=date(2025, 3, 30), ends_on=ended
        ))  # fmt: skip
    assert {year: len(returned(region, year).refused) for year in asked} == asked


def test_the_day_on_which_care_ended_counts_before_that_of_the_row(
    region: Engine, lived: str
) -> None:
    """Whoever stays put has the place still when care has ended."""
    remove(region, lived, "open")
    with unguarded(region) as connection:
        connection.execute(sa.update(PlacementRow.__table__).values(ends_on=None))
    with reading(region) as session:
        asked = [removed(session, [lived], *days).asked_for for days in (DAYS, AFTER)]
    assert asked == [True, False]


@pytest.mark.parametrize("lost", ["row", "day"])
def test_whose_days_are_not_known_is_refused(region: Engine, lived: str, lost: str) -> None:
    remove(region, lived, "move_in")
    table = PlacementRow.__table__
    with unguarded(region) as connection:
        connection.execute(
            sa.delete(table) if lost == "row" else sa.update(table).values(moved_in_on=None)
        )
    (problem,) = returned(region, 2024).refused
    assert problem.value == (
        f"what {lived} said was removed, and whether they lived in our homes is not known"
    )


def test_what_was_removed_of_one_referral_leaves_the_others_to_be_told(
    region: Engine, withdrawn: str
) -> None:
    remove(region, withdrawn, "view")
    with writing(region) as session:
        teller = Teller(session, minutes=200)
        teller.to_verified(young_person_id="YP-901")
        teller.shortlist(HOME)
        teller.accepted_by(HOME, "P2")
        teller.ready()
        teller.confirm()
        teller.today = STARTS
        later = teller.take(BROKER, "move_in", moved_in_on=STARTS).referral
    made = returned(region, COLLECTION)
    assert made.young_people == 1
    assert [one.value for one in made.refused] == [
        f"{later}: what the return asks of care is not told (care)"
    ]
    assert [who for who, _ in made.notes] == ["YP-901"]


def test_the_standard_names_each_life_it_cannot_tell(
    region: Engine, withdrawn: str, lived: str
) -> None:
    remove(region, withdrawn, "view")
    remove(region, lived, "end")
    with reading(region) as session:
        made = standard.export(session)
    assert (made.lives, made.records) == (2, ())
    assert sorted(one.key for one in made.problems) == sorted([withdrawn, lived])
