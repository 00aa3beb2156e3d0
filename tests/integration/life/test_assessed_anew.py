"""An impact assessment is of those who live there now; a place is theirs who stays put."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from broker.life.desk import Shut
from broker.life.duties import duties
from broker.life.form import Form
from broker.life.money import stretches
from broker.life.places import free_places
from broker.life.state import State
from broker.sample.whole_form import whole_form
from broker.tables import HomeRow, PlacementRow, ResidentRow
from tests.whole_life import ASSESSOR, BROKER, HOME, SECOND, VERIFIER, Teller, gaps, manager

EIGHTEEN = date(2030, 3, 9)


def others_come(session: Session, **changed: Any) -> Teller:
    """Another young person is decided for the same home."""
    session.execute(sa.text(f"UPDATE home SET places = 9 WHERE home_id = '{HOME}'"))
    other = Teller(session, minutes=200)
    other.to_verified(young_person_id="YP-970", date_of_birth=date(2012, 5, 9), **changed)
    other.shortlist(HOME)
    other.accepted_by(HOME, "P2")
    other.ready()
    other.confirm()
    return other


def test_somebody_new_in_the_household_makes_an_assessment_one_of_others(
    on_record: Session,
) -> None:
    told = Teller(on_record)
    told.to_verified()
    told.shortlist(HOME)
    told.view()
    told.offer()
    told.impact()
    others_come(on_record)
    told.minutes = 500
    with pytest.raises(Shut) as refused:
        told.take(manager("P2"), "accept", home_id=HOME)
    assert gaps(refused) == {"IMPACT"}
    assert "YP-970" not in str(refused.value), "who it is, the manager knows; nobody else is told"
    told.impact()
    told.take(manager("P2"), "accept", home_id=HOME)
    told.ready()
    told.confirm()


def test_the_decision_too_rests_on_who_lives_there_then(on_record: Session) -> None:
    told = Teller(on_record)
    told.to_accepted()
    told.ready()
    other = others_come(on_record)
    told.minutes = 500
    with pytest.raises(Shut) as refused:
        told.confirm()
    assert gaps(refused) == {"IMPACT"}
    told.impact()
    assert told.life.state is State.ACCEPTED, "the home's yes stands"
    told.confirm()
    other.take(ASSESSOR, "withdraw", reason="went home")


def test_somebody_who_left_again_needs_no_new_assessment(on_record: Session) -> None:
    told = Teller(on_record)
    told.to_accepted()
    told.ready()
    others_come(on_record).take(ASSESSOR, "withdraw", reason="went home")
    told.minutes = 500
    told.confirm()


def amended(told: Teller, **changed: Any) -> None:
    whole: Form = whole_form(**changed)
    told.take(ASSESSOR, "amend", form=whole, reason="more is known")


def test_a_risk_told_after_the_manager_signed_is_assessed_before_the_decision(
    on_record: Session,
) -> None:
    told = Teller(on_record)
    told.to_accepted()
    told.ready()
    amended(told, wishes="near my nan, and a dog")
    amended(told, risk_to_others_fire="Risk Present")
    with pytest.raises(Shut) as refused:
        told.confirm()
    assert gaps(refused) == {"IMPACT", "VERIFIED"}
    assert "risk_to_others_fire" in str(refused.value)
    told.take(VERIFIER, "verify", need_met=True, funding_agreed=True, reason="both checked anew")
    told.impact(together=False)
    with pytest.raises(Shut) as refused:
        told.confirm()
    assert "cannot live together" in str(refused.value)
    told.impact()
    told.confirm()


def to_staying_put(told: Teller) -> None:
    told.to_moved_in()
    told.today = EIGHTEEN - timedelta(30)
    told.reviewed("step_down")
    told.take(
        ASSESSOR, "step_down", goal="stay", destination="staying_put", ready_young_person="y",
        ready_home="h", expected_on=EIGHTEEN, confirmed=True, way_back="w",
    )  # fmt: skip
    told.today = EIGHTEEN
    told.end(
        planned=True, reason_code=None, care_code="E17", destination="staying_put",
        words="stays where they live",
    )  # fmt: skip


def lives_at(session: Session, who: str = "YP-900") -> Any:
    table = ResidentRow.__table__
    return session.execute(sa.select(table).where(table.c.young_person_id == who)).one()


def test_whoever_stays_put_at_18_keeps_their_place_until_they_leave(on_record: Session) -> None:
    told = Teller(on_record)
    free = free_places(on_record, HOME, EIGHTEEN)
    to_staying_put(told)
    assert told.life.state is State.ENDED
    assert free_places(on_record, HOME, EIGHTEEN) == free - 1
    assert (lives_at(on_record).home_id, lives_at(on_record).leaves_on) == (HOME, None)
    ends = sa.select(PlacementRow.__table__.c.ends_on)
    assert on_record.execute(ends).scalar_one() is None, "nobody else is given the place"
    assert stretches(told.life)[-1].end is None, "and it is paid for"
    due = [one for one in duties(told.life) if one.code == "STAY-PUT"]
    assert [(one.due_on, one.done_on) for one in due] == [(date(2033, 3, 9), None)]

    told.today = left = date(2031, 7, 1)
    told.take(BROKER, "look_back", looked_on=left, settled=True, words="own flat", left_on=left)
    assert free_places(on_record, HOME, left) == free
    assert lives_at(on_record).leaves_on == left
    assert on_record.execute(ends).scalar_one() == left
    assert stretches(told.life)[-1].end == left
    due = [one for one in duties(told.life) if one.code == "STAY-PUT"]
    assert [one.done_on for one in due] == [left]


def test_any_other_ending_frees_the_place_on_its_day(on_record: Session) -> None:
    told = Teller(on_record)
    free = free_places(on_record, HOME, EIGHTEEN)
    told.to_moved_in()
    told.today = date(2027, 1, 4)
    told.end()
    assert free_places(on_record, HOME, told.today) == free
    with pytest.raises(Shut) as refused:
        told.take(
            BROKER, "look_back", looked_on=told.today, settled=None, words="x", left_on=told.today
        )
    assert gaps(refused) == {"DAYS"}


def test_the_factors_tell_where_siblings_live_and_how_far_the_school_is(
    on_record: Session,
) -> None:
    """By a reckoning of its own: miles between grid metres, siblings counted by hand."""
    school = {"easting": 545000, "northing": 190000}
    told = Teller(on_record)
    told.to_verified(
        sibling_group="SG-90", matters=({"what": "school", "where": school, "keep": True},)
    )
    residents = ResidentRow.__table__
    at_home = sa.select(residents.c.young_person_id).where(residents.c.home_id == HOME)
    rows = list(on_record.execute(at_home).scalars())[:1]
    elsewhere = sa.select(residents.c.young_person_id).where(residents.c.home_id == SECOND)
    others = list(on_record.execute(elsewhere).scalars())[:2]
    for who in (*rows, *others):
        change = sa.update(residents).where(residents.c.young_person_id == who)
        on_record.execute(change.values(sibling_group="SG-90"))
    homes, grid = HomeRow.__table__, {"easting": 543000, "northing": 186000}
    moved = sa.update(homes).where(homes.c.home_id == HOME)
    on_record.execute(moved.values(**grid, postcode=None))
    told.shortlist(HOME)
    found = told.life.found(HOME)
    assert found["siblings"] == [len(rows), len(others)], "though only one home was judged"
    assert len(others) > 0
    metres = math.dist(tuple(grid.values()), tuple(school.values()))
    assert abs(found["school_tenths"] - metres / 160.9344) <= 0.51
