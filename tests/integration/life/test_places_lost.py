"""A home that loses its registration or rooms: who is set back, who moves, who is reviewed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from broker.audit.chain import verify
from broker.life import lost
from broker.life.desk import Changed, Moment, NotAllowed, NotThere, Shut, read_life
from broker.life.duties import duties
from broker.life.places import free_places
from broker.life.state import Life, State
from broker.store.history import history_of
from broker.store.load import load_problem
from broker.store.put import rows_of
from broker.store.shelves import SHELVES
from broker.tables import OutOfUseRow, PlacementRow, ReferralRow
from tests.whole_life import (
    ASSESSOR,
    BROKER,
    COMMISSIONER,
    HOME,
    SECOND,
    STARTS,
    Teller,
    gaps,
    manager,
    sign_agreements,
)


def change(
    session: Session,
    who: Any = BROKER,
    home: str = HOME,
    day: date = date(2026, 9, 4),
    rooms: lost.Rooms | None = None,
    **columns: str,
) -> lost.Done:
    """Change a home as it stands now."""
    record = None
    if columns:
        record = {**SHELVES["homes"].record(rows_of(session, "homes", {"home_id": home})[0])}
        record |= columns
    at = Moment(datetime(day.year, day.month, day.day, 18, tzinfo=UTC), day)
    seen = lost.home_version(session, home) or ""
    told = lost.Change("so we heard", record, rooms)
    return lost.change_home(session, who, home, told, at, seen=seen)


def rooms(places: int, start: date, days: int = 14) -> lost.Rooms:
    return lost.Rooms(places, start, start + timedelta(days=days), "provider")


def again(session: Session, life: Life) -> Life:
    found = read_life(session, life.referral)
    assert found is not None
    return found


def another(session: Session, number: int) -> Teller:
    """Somebody else, younger, to be told beside the first."""
    told = Teller(session, minutes=number * 60)
    told.life = told.to_verified(
        young_person_id=f"YP-93{number}", date_of_birth=date(2012, 2, number)
    )
    return told


def test_a_restricted_home_takes_nobody_new_and_everybody_is_told_why(on_record: Session) -> None:
    asked = another(on_record, 1)
    asked.shortlist(SECOND, HOME)
    asked.view(HOME)
    asked.offer(HOME)
    decided = Teller(on_record)
    decided.to_confirmed()
    done = change(on_record, COMMISSIONER, registration="restricted")
    assert {(one.referral, one.was, one.now) for one in done.affected} == {
        (asked.life.referral, "offered", "shortlisted"),
        (decided.life.referral, "confirmed", "shortlisted"),
    }
    for told in (asked, decided):
        life = again(on_record, told.life)
        assert life.steps[-1].kind == "place_lost"
        assert life.steps[-1].said.reason == "so we heard"  # type: ignore[union-attr]
        assert life.offers[HOME].state == "withdrawn"
        row = on_record.get(ReferralRow, life.referral)
        assert row is not None
        assert row.closed_at is None, "a place is looked for again"
    assert again(on_record, asked.life).steps[-1].facts["back_up"][0]["home_id"] == SECOND
    assert again(on_record, decided.life).decision is None
    assert on_record.execute(sa.select(PlacementRow)).all() == []
    assert rows_of(on_record, "residents", {"young_person_id": "YP-900"}) == []
    assert history_of(on_record, "home", [HOME])[-1].reason == "so we heard"
    assert not verify(on_record).broken
    decided.again()
    with pytest.raises(Shut) as refused:
        decided.offer(HOME)
    assert "R01" in gaps(refused)


def test_whoever_lives_in_a_restricted_home_stays_and_is_reviewed(on_record: Session) -> None:
    told = Teller(on_record)
    told.to_moved_in()
    change(on_record, registration="restricted", day=STARTS)
    life = again(on_record, told.life)
    assert life.state is State.MOVED_IN
    review = next(duty for duty in duties(life) if duty.code == "PLACE-LOST")
    assert (review.due_on, review.done_on) == (date(2026, 9, 21), None)
    told.again()
    told.today = date(2026, 9, 18)
    told.reviewed()
    done = next(duty for duty in duties(told.life) if duty.code == "PLACE-LOST")
    assert done.done_on == told.today


@pytest.mark.parametrize("registration", ["suspended", "cancelled"])
def test_whoever_lives_in_a_home_that_may_care_for_nobody_gets_an_urgent_referral(
    on_record: Session, registration: str
) -> None:
    told = Teller(on_record)
    told.to_verified()
    told.shortlist(HOME, SECOND)
    told.accepted_by(HOME, "P2")
    told.ready(HOME)
    told.confirm(HOME)
    told.today = STARTS
    told.take(BROKER, "move_in", moved_in_on=told.today)
    day = date(2026, 11, 3)
    done = change(on_record, registration=registration, day=day)
    assert done.without_referral == 2, "two came with the case and must move too"
    life = again(on_record, told.life)
    assert [step.kind for step in life.steps[-2:]] == ["place_lost", "end"]
    assert life.state is State.ENDED
    assert done.affected[0].follow_up == life.follow_up
    assert life.follow_up is not None
    new = read_life(on_record, life.follow_up)
    assert new is not None
    assert (new.state, new.emergency, new.former) == (State.BANDED, True, life.referral)
    assert [one["home_id"] for one in new.steps[0].facts["back_up"]] == [SECOND]


def test_where_the_urgent_referral_cannot_be_opened_the_loss_is_on_record_all_the_same(
    on_record: Session,
) -> None:
    told = Teller(on_record)
    told.to_moved_in()
    sign_agreements(on_record, until=date(2026, 10, 1))
    done = change(on_record, registration="suspended", day=date(2026, 11, 3))
    assert "data sharing agreement" in done.affected[0].shut[0]
    life = again(on_record, told.life)
    assert (life.state, life.steps[-1].kind) == (State.MOVED_IN, "place_lost")
    must = next(duty for duty in duties(life) if duty.code == "PLACE-LOST")
    assert must.due_on == date(2026, 11, 3)
    assert rows_of(on_record, "homes", {"home_id": HOME})[0]["registration"] == "suspended"
    assert not verify(on_record).broken


def test_with_too_few_rooms_left_the_last_decision_is_set_back_and_nobody_else(
    on_record: Session,
) -> None:
    first, last = Teller(on_record), Teller(on_record, minutes=90)
    first.to_confirmed()
    last.to_verified(young_person_id="YP-931", date_of_birth=date(2012, 4, 8))
    last.shortlist(HOME)
    last.accepted_by(HOME, "P2")
    last.ready(HOME)
    last.confirm(HOME)
    assert free_places(on_record, HOME, STARTS) == 0
    done = change(on_record, manager("P2"), rooms=rooms(1, STARTS))
    assert [(one.referral, one.now) for one in done.affected] == [
        (last.life.referral, "shortlisted")
    ]
    assert again(on_record, first.life).state is State.CONFIRMED
    row = on_record.execute(sa.select(OutOfUseRow)).scalar_one()
    assert (row.places, row.side, row.reason) == (1, "provider", "so we heard")


def test_rooms_back_before_anybody_comes_set_nobody_back(on_record: Session) -> None:
    told = Teller(on_record)
    told.to_confirmed()
    done = change(on_record, rooms=rooms(4, date(2026, 9, 4), days=10))
    assert done.affected == []
    assert again(on_record, told.life).state is State.CONFIRMED


def test_whoever_lives_where_rooms_are_lost_is_reviewed_not_chosen_among(
    on_record: Session,
) -> None:
    told = Teller(on_record)
    told.to_moved_in()
    day = date(2026, 9, 15)
    done = change(on_record, day=day, places="2")
    assert [(one.was, one.now, one.follow_up) for one in done.affected] == [
        ("moved_in", "moved_in", None)
    ]
    due = next(one for one in duties(again(on_record, told.life)) if one.code == "PLACE-LOST")
    assert due.due_on == date(2026, 9, 22)


def test_an_offer_for_a_room_that_is_gone_is_taken_back_and_one_for_later_is_not(
    on_record: Session,
) -> None:
    soon, later = another(on_record, 1), another(on_record, 2)
    for told, starts in ((soon, STARTS), (later, date(2026, 10, 20))):
        told.shortlist(HOME)
        told.view(HOME)
        told.offer(HOME, starts)
    change(on_record, rooms=rooms(2, date(2026, 9, 10)))
    assert again(on_record, soon.life).state is State.SHORTLISTED
    assert again(on_record, later.life).state is State.OFFERED


def test_a_room_out_of_use_is_free_for_no_match_and_no_decision(on_record: Session) -> None:
    told = Teller(on_record)
    told.to_verified()
    before = next(home for home in load_problem(on_record).homes if home.id == HOME)
    change(on_record, rooms=rooms(2, date(2026, 9, 10)))
    after = next(home for home in load_problem(on_record).homes if home.id == HOME)
    assert (before.places, after.places) == (4, 2)
    with pytest.raises(Shut) as refused:
        told.shortlist(HOME)
    assert "R09" in gaps(refused)


def test_a_room_that_goes_out_of_use_after_everybody_came_counts_in_a_match(
    on_record: Session,
) -> None:
    change(on_record, rooms=rooms(2, date(2027, 6, 1)))
    assert next(home for home in load_problem(on_record).homes if home.id == HOME).places == 4
    later = "UPDATE referral SET needed_by = '2027-06-01' WHERE referral_id = 'R-01'"
    on_record.execute(sa.text(later))
    assert next(home for home in load_problem(on_record).homes if home.id == HOME).places == 2


def test_only_who_may_changes_a_home_and_only_one_they_saw(on_record: Session) -> None:
    with pytest.raises(NotAllowed):
        change(on_record, ASSESSOR, rooms=rooms(1, STARTS))
    with pytest.raises(NotThere):
        change(on_record, manager("P1", SECOND), rooms=rooms(1, STARTS))
    with pytest.raises(NotThere):
        change(on_record, home="SC000000", rooms=rooms(1, STARTS))
    at = Moment(datetime(2026, 9, 4, 18, tzinfo=UTC), date(2026, 9, 4))
    with pytest.raises(Changed):
        lost.change_home(on_record, BROKER, HOME, lost.Change("late"), at, seen="0" * 16)


def test_places_lost_only_in_a_change_for_the_worse(on_record: Session) -> None:
    told = Teller(on_record)
    told.to_confirmed()
    assert change(on_record, places="5").affected == []
    assert change(on_record, judgement="outstanding").affected == []
    change(on_record, registration="restricted")
    assert change(on_record, registration="registered").affected == []


@pytest.mark.parametrize(
    ("number", "first", "allowed"),
    [
        (5, date(2026, 12, 1), "from 1 to 4, as the home has 4 places"),
        (2, date(2026, 9, 19), "1, as the home has 4 places and 3 rooms are out of use already "
                               "on some of these days"),
        (1, date(2026, 9, 16), "none, as the home has 4 places and 4 rooms are out of use "
                               "already on some of these days"),
    ],
)  # fmt: skip
def test_no_more_rooms_go_out_of_use_than_the_home_has_places_on_any_of_the_days(
    on_record: Session, number: int, first: date, allowed: str
) -> None:
    change(on_record, rooms=rooms(1, date(2026, 9, 10), days=8))
    change(on_record, rooms=rooms(2, date(2026, 9, 14), days=20))
    change(on_record, rooms=rooms(1, date(2026, 9, 16), days=4))
    with pytest.raises(lost.TooManyRooms) as refused:
        change(on_record, rooms=rooms(number, first))
    assert (refused.value.field, refused.value.allowed) == ("rooms", allowed)


def test_rooms_that_meet_on_no_day_may_each_be_all_of_the_home(on_record: Session) -> None:
    change(on_record, rooms=rooms(4, date(2026, 9, 10), days=8))
    change(on_record, rooms=rooms(4, date(2026, 9, 18), days=8))


def test_a_home_keeps_places_for_the_rooms_that_will_be_out_of_use(on_record: Session) -> None:
    change(on_record, rooms=rooms(3, date(2026, 10, 1)))
    with pytest.raises(lost.TooManyRooms) as refused:
        change(on_record, places="2")
    assert refused.value.field == "places"
    assert refused.value.allowed.startswith("3 or more")
    change(on_record, places="3")
    change(on_record, day=date(2026, 10, 15), places="2")
