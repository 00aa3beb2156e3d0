"""One referral from form to the end and the look back, on both databases."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from broker.access.actor import Role
from broker.audit.chain import verify
from broker.life import steps
from broker.life.desk import Shut
from broker.life.duties import duties
from broker.life.places import free_places
from broker.life.state import State
from broker.store.put import rows_of
from broker.tables import (
    LifeRow,
    PlacementRow,
    ReferralRow,
    ResidentRow,
)
from tests.whole_life import (
    ASSESSOR,
    BROKER,
    HOME,
    SECOND,
    STARTS,
    VERIFIER,
    Teller,
    borough,
    gaps,
    manager,
)


def test_a_referral_goes_from_form_to_moving_in(on_record: Session) -> None:
    told = Teller(on_record)
    life = told.to_moved_in()
    assert life.state is State.MOVED_IN
    assert life.home == HOME
    placement = on_record.execute(sa.select(PlacementRow)).scalar_one()
    assert placement.home_id == HOME
    assert placement.referral_id == life.referral
    assert on_record.get(ResidentRow, "YP-900") is not None
    found = verify(on_record)
    agreements = 4
    assert found.entries == agreements + life.version
    assert not found.broken


def test_the_decision_keeps_the_shortlist_and_whether_the_first_option_was_taken(
    on_record: Session,
) -> None:
    told = Teller(on_record)
    told.to_verified()
    told.shortlist(SECOND, HOME)
    told.accepted_by(HOME, "P2")
    told.ready(HOME)
    life = told.confirm(HOME)
    assert life.decision is not None
    assert life.decision.facts["first_option"] is False
    assert life.decision.facts["shortlist"] == [SECOND, HOME]
    assert life.decision.facts["failed"] == []
    assert life.decision.said.reason == "near the people who matter"  # type: ignore[union-attr]


def test_nobody_decides_without_a_reason() -> None:
    told = {"kind": "confirm", "home_id": HOME, "starts_on": STARTS, "planned_until": STARTS}
    with pytest.raises(ValueError, match="reason"):
        steps.SAID.validate_python(told, strict=True)


def test_stepping_down_frees_the_place_from_the_confirmed_day_and_a_way_back_takes_it_again(
    on_record: Session,
) -> None:
    told = Teller(on_record)
    told.to_moved_in()
    before = free_places(on_record, HOME, date(2027, 4, 1))
    told.today = date(2027, 3, 1)
    plan: dict[str, Any] = {
        "goal": "live with an aunt",
        "destination": "family",
        "ready_young_person": "asks for it",
        "ready_home": "weekends went well",
        "expected_on": date(2027, 4, 1),
        "way_back": "the room is kept for six weeks",
    }
    told.take(ASSESSOR, "step_down", **plan)
    resident = rows_of(on_record, "residents", {"young_person_id": "YP-900"})[0]
    assert (resident["leaves_on"], resident["leaving"]) == (date(2027, 4, 1), "expected")
    assert free_places(on_record, HOME, date(2027, 4, 1)) == before
    told.take(ASSESSOR, "step_down", **plan, confirmed=True)
    resident = rows_of(on_record, "residents", {"young_person_id": "YP-900"})[0]
    assert (resident["leaves_on"], resident["leaving"]) == (date(2027, 4, 1), "confirmed")
    assert free_places(on_record, HOME, date(2027, 4, 1)) == before + 1
    assert free_places(on_record, HOME, date(2027, 3, 31)) == before
    back = told.take(ASSESSOR, "step_down_back", reason="the aunt is ill")
    assert back.state is State.MOVED_IN
    resident = rows_of(on_record, "residents", {"young_person_id": "YP-900"})[0]
    assert (resident["leaves_on"], resident["leaving"]) == (None, None)
    assert free_places(on_record, HOME, date(2027, 4, 1)) == before


def test_a_planned_ending_follows_a_review_and_is_looked_back_on_after_52_weeks(
    on_record: Session,
) -> None:
    told = Teller(on_record)
    told.to_moved_in()
    told.today = date(2027, 5, 4)
    planned: dict[str, Any] = {"planned": True, "reason_code": "CARPL", "destination": "fostering"}
    with pytest.raises(Shut) as refused:
        told.end(**planned)
    assert gaps(refused) == {"REVIEW"}
    told.reviewed("step_down")
    ended = told.end(**planned)
    assert ended.state is State.ENDED
    placement = on_record.execute(sa.select(PlacementRow)).scalar_one()
    assert placement.ends_on == told.today
    open_duties = {duty.code: duty for duty in duties(ended) if duty.done_on is None}
    assert open_duties["OUTCOMES"].due_on == date(2027, 5, 18)
    assert open_duties["LOOK-BACK"].due_on == told.today + timedelta(weeks=52)
    told.today = date(2027, 5, 12)
    outcomes = {
        "goals_met": "some",
        "education": "back at school",
        "health": "sleeps",
        "young_person_says": "it was all right",
    }
    told.take(
        BROKER,
        "look_back",
        looked_on=told.today,
        settled=True,
        words="asked",
        outcomes=outcomes,
    )
    told.today = date(2028, 5, 3)
    life = told.take(BROKER, "look_back", looked_on=told.today, settled=True, words="still there")
    done = {duty.code: duty.done_on for duty in duties(life)}
    assert done["OUTCOMES"] == date(2027, 5, 12)
    assert done["LOOK-BACK"] == date(2028, 5, 3)


def test_an_emergency_is_placed_on_the_same_day_and_its_duties_follow(on_record: Session) -> None:
    told = Teller(on_record)
    told.open(emergency=True, needed_by=told.today, date_of_birth=date(2013, 3, 9))
    told.take(ASSESSOR, "submit")
    life = told.take(ASSESSOR, "band", band="high", thresholds="t1", reason="at once")
    assert [duty.code for duty in duties(life)] == ["EMERGENCY"]
    assert on_record.get(ReferralRow, life.referral) is not None
    with pytest.raises(Shut) as refused:
        told.shortlist("SC990013")
    assert "R01" in gaps(refused), "a suspended home is none in an emergency either"
    told.shortlist(HOME)
    told.take(
        ASSESSOR,
        "view",
        home_id=HOME,
        said_on=told.today,
        wish="not_given",
        heard_by="duty worker",
        how_considered="asked again tomorrow",
        why_not_given="asleep at the station",
    )
    told.offer(HOME, told.today)
    told.impact(HOME)
    told.take(manager("P2"), "accept", home_id=HOME)
    with pytest.raises(Shut) as refused:
        told.confirm(HOME, told.today)
    assert gaps(refused) == {"APPROVAL"}, "an officer approves at once, nothing else waits"
    told.take(
        borough(Role.NOMINATED_OFFICER),
        "approve",
        home_id=HOME,
        approval="nominated_officer",
        granted=True,
        reason="by telephone",
    )
    told.confirm(HOME, told.today)
    life = told.take(BROKER, "move_in", moved_in_on=told.today)
    after = {duty.code: duty for duty in duties(life) if duty.done_on is None}
    assert set(after) >= {"L-VERIFY", "L-VISIT", "L5", "L6", "L9", "L10", "STEP-DOWN"}
    assert "L4" not in after, "the home adjoins the borough"
    monday, next_friday = date(2026, 9, 7), date(2026, 9, 11)
    assert after["L-VERIFY"].due_on == after["L-VISIT"].due_on == monday
    assert after["L5"].due_on == after["L6"].due_on == next_friday
    row = on_record.get(LifeRow, life.referral)
    assert row is not None
    assert row.due_on == monday
    told.today = monday
    told.take(VERIFIER, "verify", need_met=True, funding_agreed=False, reason="no money yet")
    assert {one.code for one in duties(told.life) if one.done_on is None} >= {"L-VERIFY"}
    told.take(VERIFIER, "verify", need_met=True, funding_agreed=True, reason="both checked")
    told.take(ASSESSOR, "visit", home_id=HOME, why_not="moved in at night")
    for evidence in ("area_notified", "placement_plan"):
        told.take(
            ASSESSOR, "evidence", evidence=evidence, home_id=HOME, done_on=monday, reference="ref"
        )
    life = told.life
    assert life.state is State.MOVED_IN
    assert {one.code for one in duties(life) if one.done_on is None} == {"L9", "L10", "STEP-DOWN"}


def test_a_referral_not_verified_is_not_shortlisted_unless_it_is_an_emergency(
    on_record: Session,
) -> None:
    told = Teller(on_record)
    told.open()
    told.take(ASSESSOR, "submit")
    told.take(ASSESSOR, "band", band="medium", thresholds="t1", reason="by the thresholds")
    with pytest.raises(Shut) as refused:
        told.shortlist(HOME)
    assert gaps(refused) == {"ORDER"}
    told.take(VERIFIER, "verify", need_met=False, funding_agreed=True, reason="plan is thin")
    assert told.life.state is State.RECEIVED
    assert on_record.get(ReferralRow, told.life.referral) is None
