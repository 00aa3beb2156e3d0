"""Each duty: the day it is due, what does it, and when it is overdue; days that are lopsided."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from broker.life.duties import Duty, duties, next_due
from broker.life.state import Life
from broker.life.terms import Terms
from tests.unit.life.story import FOUND, Story
from tests.whole_life import SECOND, STARTS, TODAY


def of(life: Life, code: str, terms: Terms | None = None) -> list[Duty]:
    return [duty for duty in duties(life, terms) if duty.code == code]


def days(life: Life, code: str) -> list[tuple[date, date | None]]:
    return [(duty.due_on, duty.done_on) for duty in of(life, code)]


def placed(**opened: Any) -> Story:
    return Story().to("move_in", **opened)


def test_an_offer_is_answered_by_its_day_and_no_duty_once_it_is() -> None:
    story = Story().to("offer")
    assert days(story.life, "OFFER") == [(date(2026, 9, 7), None)]
    assert of(story.life, "OFFER")[0].who == "provider"
    assert of(story.told("decline"), "OFFER") == []


def test_a_duty_is_overdue_on_the_day_after_and_not_on_its_day() -> None:
    duty = Duty("X", "x", "x", date(2026, 9, 7), "broker")
    assert not duty.overdue(date(2026, 9, 7))
    assert duty.overdue(date(2026, 9, 8))
    assert not Duty("X", "x", "x", date(2026, 9, 7), "broker", date(2026, 9, 9)).overdue(
        date(2026, 12, 1)
    )
    assert duty.to_json(date(2026, 9, 8))["overdue"] is True


def emergency(area: str = "distant", on: date = TODAY) -> Story:
    story = Story(on=on).to("band", emergency=True, needed_by=on)
    for kind in ("shortlist", "view", "offer", "impact", "accept"):
        story.told(kind)
    story.told("confirm", starts_on=on, facts={**FOUND, "area": area})
    return story


def test_what_an_emergency_let_wait_has_a_day() -> None:
    life = emergency().life
    assert days(life, "L-VERIFY") == [(date(2026, 9, 7), None)]
    assert days(life, "L-VISIT") == [(date(2026, 9, 7), None)]
    assert days(life, "L5") == [(date(2026, 9, 11), None)]
    assert days(life, "L4") == [(date(2026, 9, 11), None)]
    assert days(life, "L6") == [(date(2026, 9, 11), None)]


def test_bank_holidays_are_no_working_days() -> None:
    life = emergency(on=date(2026, 12, 23)).life
    assert days(life, "L-VERIFY") == [(date(2026, 12, 24), None)]
    assert days(life, "L6") == [(date(2027, 1, 4), None)], "24, 29, 30, 31 December, 4 January"
    easter = emergency(on=date(2026, 4, 2)).life
    assert days(easter, "L-VERIFY") == [(date(2026, 4, 7), None)], "after Easter Monday"


@pytest.mark.parametrize(
    ("area", "codes"),
    [("in_area", set()), ("adjoining", {"L5"}), ("distant", {"L4", "L5"})],
)
def test_the_area_decides_whom_an_emergency_must_tell_afterwards(
    area: str, codes: set[str]
) -> None:
    assert {duty.code for duty in duties(emergency(area).life)} & {"L4", "L5"} == codes


def test_a_verification_that_did_not_pass_leaves_the_duty_open() -> None:
    story = emergency()
    story.told("verify", on=date(2026, 9, 7), funding_agreed=False)
    assert days(story.life, "L-VERIFY")[0][1] is None
    story.told("verify", on=date(2026, 9, 8))
    assert days(story.life, "L-VERIFY")[0][1] == date(2026, 9, 8)


def test_consultation_is_done_when_both_parts_are() -> None:
    story = emergency()
    story.told("evidence", evidence="area_consulted", done_on=date(2026, 9, 8))
    assert days(story.life, "L4")[0][1] is None
    story.told("evidence", evidence="care_plan_copied", done_on=date(2026, 9, 9))
    assert days(story.life, "L4")[0][1] == date(2026, 9, 9)
    assert days(story.life, "L5")[0][1] is None
    story.told("evidence", evidence="area_notified", done_on=date(2026, 9, 10))
    assert days(story.life, "L5")[0][1] == date(2026, 9, 10)


def test_nothing_of_it_is_owed_without_an_emergency_or_after_withdrawal() -> None:
    ordinary = Story().to("confirm").life
    assert {duty.code for duty in duties(ordinary)} == {"L6"}
    assert duties(emergency().told("withdraw")) == []


def test_an_emergency_that_is_banded_wants_a_place_on_the_day_it_is_needed() -> None:
    story = Story().to("band", emergency=True, needed_by=TODAY)
    assert days(story.life, "EMERGENCY") == [(TODAY, None)]
    assert days(emergency().life, "EMERGENCY") == []
    assert days(Story().to("band").life, "EMERGENCY") == []


def test_the_placement_plan_is_due_five_working_days_after_moving_in() -> None:
    story = placed()
    assert days(story.life, "L6") == [(date(2026, 9, 21), None)]
    story.told("evidence", evidence="placement_plan", home_id=SECOND)
    assert days(story.life, "L6")[0][1] is None, "another home's plan does not do"
    story.told("evidence", evidence="placement_plan", done_on=date(2026, 9, 16))
    assert days(story.life, "L6")[0][1] == date(2026, 9, 16)


def test_visits_are_within_a_week_and_then_six_weeks_after_the_one_before() -> None:
    story = placed()
    assert days(story.life, "L9") == [(date(2026, 9, 21), None)]
    story.told("visited", visited_on=date(2026, 9, 23))
    story.told("visited", visited_on=date(2026, 10, 9))
    assert days(story.life, "L9") == [
        (date(2026, 9, 21), date(2026, 9, 23)),
        (date(2026, 11, 4), date(2026, 10, 9)),
        (date(2026, 11, 20), None),
    ]


@pytest.mark.parametrize(
    ("until", "visit", "due"),
    [
        (date(2030, 9, 9), date(2027, 9, 14), date(2027, 12, 14)),
        (date(2030, 9, 9), date(2027, 9, 13), date(2027, 10, 25)),
        (date(2030, 9, 8), date(2027, 9, 14), date(2027, 10, 26)),
    ],
)
def test_after_a_year_visits_are_rarer_only_where_the_stay_is_meant_to_last_to_18(
    until: date, visit: date, due: date
) -> None:
    story = Story().to("accept")
    story.told("confirm", planned_until=until)
    story.told("move_in", on=STARTS)
    story.told("visited", visited_on=visit)
    assert days(story.life, "L9")[-1] == (due, None)


def test_reviews_are_after_20_working_days_then_three_months_then_six() -> None:
    story = placed()
    assert days(story.life, "L10") == [(date(2026, 10, 12), None)]
    for day in (date(2026, 11, 30), date(2027, 2, 28)):
        story.told("reviewed", on=day, reviewed_on=day)
    assert days(story.life, "L10") == [
        (date(2026, 10, 12), date(2026, 11, 30)),
        (date(2027, 2, 28), date(2027, 2, 28)),
        (date(2027, 8, 28), None),
    ]


def test_steps_said_out_of_order_count_in_the_order_of_their_days() -> None:
    story = placed()
    story.told("visited", on=date(2026, 11, 1), visited_on=date(2026, 10, 20))
    story.told("visited", on=date(2026, 11, 2), visited_on=date(2026, 9, 18))
    assert days(story.life, "L9")[:2] == [
        (date(2026, 9, 21), date(2026, 9, 18)),
        (date(2026, 10, 30), date(2026, 10, 20)),
    ]


def test_what_falls_due_after_the_end_falls_away_and_what_was_due_before_stays() -> None:
    story = placed()
    story.told("end", on=date(2026, 9, 22), ended_on=date(2026, 9, 22))
    assert days(story.life, "L9") == [(date(2026, 9, 21), None)]
    assert days(story.life, "L10") == []


def test_stepping_down_is_written_after_six_months_or_as_the_contract_says() -> None:
    story = placed()
    assert days(story.life, "STEP-DOWN") == [(date(2027, 3, 14), None)]
    terms = Terms(step_down_from_months=4, step_down_to_months=5)
    assert [duty.due_on for duty in of(story.life, "STEP-DOWN", terms)] == [date(2027, 1, 14)]
    story.told("step_down", on=date(2027, 3, 1), expected_on=date(2027, 6, 15))
    written, move = of(story.life, "STEP-DOWN")
    assert (written.done_on, move.due_on, move.done_on) == (
        date(2027, 3, 1),
        date(2027, 6, 15),
        None,
    )
    assert "later than the contract’s 2027-06-14" in move.what
    story.told("step_down", on=date(2027, 5, 2), expected_on=date(2027, 6, 14), confirmed=True)
    assert of(story.life, "STEP-DOWN")[1].done_on == date(2027, 5, 2)
    assert "later" not in of(story.life, "STEP-DOWN")[1].what


def test_after_a_way_back_stepping_down_is_written_again() -> None:
    story = placed()
    story.told("step_down", on=date(2027, 3, 1), expected_on=date(2027, 4, 1))
    story.told("step_down_back", on=date(2027, 4, 20))
    assert days(story.life, "STEP-DOWN") == [(date(2027, 7, 20), None)]
    story.told("step_down", on=date(2027, 7, 1), expected_on=date(2027, 9, 1))
    assert of(story.life, "STEP-DOWN")[0].done_on == date(2027, 7, 1)


def test_a_place_lost_is_reviewed_and_a_home_that_may_care_for_nobody_is_left() -> None:
    story = placed()
    story.told("place_lost", on=date(2026, 10, 6), lost_on=date(2026, 10, 6))
    assert days(story.life, "PLACE-LOST") == [(date(2026, 10, 13), None)]
    story.told("reviewed", on=date(2026, 10, 12), reviewed_on=date(2026, 10, 12))
    assert days(story.life, "PLACE-LOST") == [(date(2026, 10, 13), date(2026, 10, 12))]
    story.told("place_lost", on=date(2026, 11, 2), lost_on=date(2026, 11, 4), must_move=True)
    assert days(story.life, "PLACE-LOST")[1] == (date(2026, 11, 4), None)
    story.told("end", on=date(2026, 11, 3), ended_on=date(2026, 11, 3), reason_code="APPRR")
    assert days(story.life, "PLACE-LOST") == [(date(2026, 10, 13), date(2026, 10, 12))]


def test_a_place_lost_before_moving_in_is_no_duty_of_living_there() -> None:
    story = Story().to("confirm")
    story.told("place_lost", on=date(2026, 9, 8), lost_on=date(2026, 9, 8))
    for kind in ("offer", "impact", "accept", "confirm"):
        story.told(kind)
    story.told("move_in", on=STARTS)
    assert days(story.life, "PLACE-LOST") == []


def test_a_band_that_the_home_does_not_take_is_reviewed() -> None:
    story = placed()
    story.told("reband", on=date(2026, 10, 26), facts={"home_takes_band": False})
    assert days(story.life, "BAND") == [(date(2026, 11, 23), None)]
    story.told("reviewed", on=date(2026, 11, 3), reviewed_on=date(2026, 11, 3))
    assert days(story.life, "BAND") == [(date(2026, 11, 23), date(2026, 11, 3))]
    story.told("reband", on=date(2026, 12, 1), facts={"home_takes_band": True})
    assert days(story.life, "BAND") == []


def test_a_dispute_of_the_band_is_answered_in_ten_working_days_and_upheld_banded_anew() -> None:
    story = placed()
    story.told("dispute_band", on=date(2026, 10, 26))
    assert days(story.life, "DISPUTE") == [(date(2026, 11, 9), None)]
    assert of(story.life, "DISPUTE", Terms(dispute_days=1))[0].due_on == date(2026, 10, 27)
    assert days(story.life, "DISPUTE-BAND") == []
    refused = Story(story.on, story.life)
    refused.told("answer_dispute", on=date(2026, 11, 2), upheld=False)
    assert days(refused.life, "DISPUTE") == [(date(2026, 11, 9), date(2026, 11, 2))]
    assert days(refused.life, "DISPUTE-BAND") == []
    story.told("answer_dispute", on=date(2026, 11, 2))
    assert days(story.life, "DISPUTE-BAND") == [(date(2026, 11, 9), None)]
    assert story.life.band == "medium", "an answer changes no band"
    story.told("reband", on=date(2026, 11, 5))
    assert days(story.life, "DISPUTE-BAND") == [(date(2026, 11, 9), date(2026, 11, 5))]


def test_a_band_that_can_no_longer_be_changed_is_no_duty_and_neither_is_a_withdrawn_one() -> None:
    story = placed()
    story.told("dispute_band", on=date(2026, 10, 26))
    story.told("end", on=date(2026, 12, 1))
    assert days(story.life, "DISPUTE")[0][1] is None, "the money of the stay is still in dispute"
    story.told("answer_dispute", on=date(2026, 12, 2))
    assert days(story.life, "DISPUTE-BAND") == []
    asked = Story().to("offer")
    asked.told("dispute_band")
    asked.told("withdraw")
    assert days(asked.life, "DISPUTE") == []


OUTCOMES = {"goals_met": "some", "education": "e", "health": "h", "young_person_says": "y"}


def ended(**told: Any) -> Story:
    story = placed()
    story.told("end", on=date(2026, 12, 1), **told)
    return story


PLANNED: dict[str, Any] = {"planned": True, "reason_code": "CARPL", "destination": "family"}


def test_an_unplanned_ending_is_told_to_those_who_must_know_within_ten_working_days() -> None:
    story = ended()
    assert days(story.life, "L8") == [(date(2026, 12, 15), None)]
    story.told("evidence", evidence="ending_notified", done_on=date(2026, 12, 3))
    assert days(story.life, "L8") == [(date(2026, 12, 15), date(2026, 12, 3))]
    assert days(ended(**PLANNED).life, "L8") == []


def test_an_ending_without_outcomes_opens_a_review_until_they_are_told() -> None:
    story = ended()
    assert days(story.life, "OUTCOMES") == [(date(2026, 12, 15), None)]
    story.told("look_back", on=date(2026, 12, 9), looked_on=date(2026, 12, 9), outcomes=OUTCOMES)
    story.told("look_back", on=date(2027, 12, 1), looked_on=date(2027, 12, 1))
    assert days(story.life, "OUTCOMES") == [(date(2026, 12, 15), date(2026, 12, 9))]
    assert days(ended(outcomes=OUTCOMES).life, "OUTCOMES") == []


def test_a_planned_move_on_is_looked_back_on_in_the_52nd_week_and_not_sooner() -> None:
    story = ended(**PLANNED)
    week = date(2026, 12, 1) + timedelta(days=364)
    assert days(story.life, "LOOK-BACK") == [(week, None)]
    story.told("look_back", on=date(2027, 6, 1), looked_on=date(2027, 6, 1))
    assert days(story.life, "LOOK-BACK")[0][1] is None
    story.told("look_back", on=date(2027, 12, 2), looked_on=date(2027, 12, 2))
    assert days(story.life, "LOOK-BACK")[0][1] == date(2027, 12, 2)
    assert [one.due_on for one in of(story.life, "LOOK-BACK", Terms(look_back_weeks=26))] == [
        date(2027, 6, 1)
    ]


@pytest.mark.parametrize(
    "told",
    [
        {},
        {**PLANNED, "destination": "another_home"},
        {"planned": False, "reason_code": None, "care_code": "E2", "destination": "other"},
    ],
)
def test_no_other_ending_is_looked_back_on(told: dict[str, Any]) -> None:
    assert days(ended(**told).life, "LOOK-BACK") == []


def test_the_next_due_is_the_first_that_is_open() -> None:
    story = placed()
    first = next_due(story.life)
    assert first is not None
    assert (first.code, first.due_on) == ("L6", date(2026, 9, 21))
    story.told("evidence", evidence="placement_plan", done_on=date(2026, 9, 16))
    after = next_due(story.life)
    assert after is not None
    assert after.code == "L9"
    assert next_due(Story().to("open").life) is None


def test_every_duty_names_its_source_and_who_does_it() -> None:
    for life in (emergency().life, placed().life, ended().life, ended(**PLANNED).life):
        for duty in duties(life):
            assert duty.source
            assert duty.who in ("assessor", "broker", "provider", "verifier")
