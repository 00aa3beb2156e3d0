"""Figures by group, of lives that differ in all that reports group by; and proposals of a match."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from broker.access.actor import Role
from broker.database import writing
from broker.reports.figures import quarter_period
from broker.reports.form import Period
from broker.reports.make import REPORTS, make
from broker.runs import made_run, record_run
from broker.store.load import load_problem
from broker.warehouse import build, sql
from broker.warehouse.facts import BY_NAME
from matching.solve import match
from tests.integration.warehouse import oracle
from tests.integration.warehouse.agreeing import NOT_FOUND, UNSAFE, agree, grouped
from tests.integration.warehouse.rows import KEYS, cells, gone, steps_told, table
from tests.whole_life import (
    ASSESSOR,
    BROKER,
    COMMISSIONER,
    HOME,
    NEWHAM,
    SECOND,
    Teller,
    borough,
    manager,
)

HACKNEY = "E09000012"
TODAY = date(2027, 3, 9)
QUARTER = Period(date(2026, 7, 1), date(2026, 10, 1))
LAST = Period(date(2026, 10, 1), date(2027, 1, 1))
ELSEWHERE = "SC990017"
"""A home of S4 in a place that is not next to Newham."""


def born(number: int) -> date:
    """Each has another age."""
    return date(2009, 10, 1) + timedelta(days=380 * number)


def at_home(number: int, **told: Any) -> dict[str, Any]:
    """A young person of their own."""
    return {"young_person_id": f"YP-{920 + number}", "date_of_birth": born(number), **told}


def person(ethnicity: str, disability: Any, alone: bool | None) -> dict[str, Any]:
    """Who somebody is, as the form has it."""
    usual = {"religion": "none", "culture": "none told", "language": "English"}
    return {**usual, "ethnicity": ethnicity, "disability": disability, "unaccompanied": alone}


@pytest.fixture
def told(region: Engine) -> Iterator[Engine]:
    """Six in the third quarter of 2026, of two boroughs; two moved in, one stay is over."""
    with writing(region) as session:
        near = Teller(session)
        near.to_moved_in()
        near.today = date(2026, 11, 30)
        near.end()
        asked = Teller(session, minutes=400)
        asked.to_verified(**at_home(2), nearness="away", sex="U")
        asked.shortlist(SECOND)
        asked.view(SECOND)
        asked.offer(SECOND)
        far = Teller(session, minutes=200)
        far.to_verified(
            **at_home(1), sex="M", nearness="away",
            person=person("told so", ("learning",), True),
            avoid=(
                {"kind": "borough", "borough": NEWHAM, "reason": "it is not safe there"},
                {"kind": "radius", "where": {"easting": 540000, "northing": 184000},
                 "miles": Decimal(2), "reason": "people who live there"},
            ),
        )  # fmt: skip
        far.shortlist(HOME, SECOND)
        far.view(HOME)
        far.offer(HOME)
        far.take(manager("P2"), "decline", home_id=HOME, code="staffing", words="no staff")
        far.accepted_by(SECOND, "P1")
        far.ready(SECOND)
        far.confirm(SECOND, starts_on=date(2026, 9, 21))
        far.today = date(2026, 9, 21)
        far.take(BROKER, "move_in", moved_in_on=far.today)
        other = Teller(session, minutes=600)
        assessor, verifier = (
            borough(role, code=HACKNEY) for role in (Role.ASSESSOR, Role.VERIFIER)
        )
        other.open(assessor, **at_home(
            3, borough=HACKNEY, needs=("self_harm", "fire_setting"),
            person=person("told so", (), False),
            avoid=({"kind": "borough", "borough": NEWHAM, "reason": "kin there"},
                   {"kind": "home", "home_id": HOME, "reason": "lived there before"}),
        ))  # fmt: skip
        other.take(assessor, "submit")
        other.take(assessor, "band", band="specialist", thresholds="t1", reason="by the thresholds")
        other.take(verifier, "verify", need_met=True, funding_agreed=True, reason="both checked")
        gone_home = Teller(session, minutes=800)
        gone_home.open(**at_home(4), needs=("self_harm",))
        gone_home.take(ASSESSOR, "submit")
        gone_home.take(ASSESSOR, "withdraw", reason="went to an aunt")
        Teller(session, minutes=850).open(**at_home(5), avoid=None)
    yield region
    gone(region)


def test_every_group_of_every_report_is_what_the_steps_say(told: Engine) -> None:
    with writing(told) as session:
        build.refresh(session, KEYS, TODAY)
        steps = steps_told(session)
        for period in (QUARTER, LAST, Period(QUARTER.start, LAST.end)):
            agree(session, steps, period, TODAY)


@pytest.mark.parametrize("quarter", ["2019-Q1", "2027-Q1", "2027-Q2", "2030-Q1"])
def test_days_before_the_records_days_not_over_and_days_to_come_are_told_as_such(
    told: Engine, quarter: str
) -> None:
    period = quarter_period(quarter)
    assert period is not None
    with writing(told) as session:
        build.refresh(session, KEYS, TODAY)
        agree(session, steps_told(session), period, TODAY)
        for name in REPORTS:
            report = make(session, COMMISSIONER, name, period)
            assert report.notes[0] == WHY[quarter] or name == "change"
        if quarter != "2027-Q1":
            return
        sent = table(make(session, COMMISSIONER, "flow", period), "Steps taken")
        assert sent.note.startswith(
            f"{WHY[quarter]} period before: 2026-10-01 to the day before 2026-12-08; "
        ), "as many days of the quarter before"


WHY = {
    "2019-Q1": "Not available: the records begin on 2026-09-04.",
    "2027-Q1": "Not over: counted to 2027-03-09, 68 of 90 days.",
    "2027-Q2": "Not available: these days are to come; it is 2027-03-09.",
    "2030-Q1": "Not available: these days are to come; it is 2027-03-09.",
}


def test_a_quarter_stands_beside_whole_ones_of_which_each_has_its_own_figures(
    told: Engine,
) -> None:
    """Who came back on the day before 12 months were over is a repeat; on that very day nobody."""
    with writing(told) as session:
        came_back(session)
        today = date(2028, 2, 9)
        build.refresh(session, KEYS, today)
        steps = steps_told(session)
        period = quarter_period("2027-Q4")
        assert period is not None
        agree(session, steps, period, today)
        flow = make(session, COMMISSIONER, "flow", period)
        assert [cells(flow, "Steps taken", at)["moved in"] for at in (1, 2, 3)] == [1, 0, 0]
        outcomes = make(session, COMMISSIONER, "outcomes", period)
        back = "begun: back within 12 months of a placement"
        assert table(outcomes, "Shares").rows[-4][:3] == [back, 1, 2]
        assert grouped(outcomes, "Moves and repeats, by provider")["S4"][5:7] == [1, 1]
        needs = make(session, COMMISSIONER, "sufficiency", period)
        assert grouped(needs, "By borough")["Newham"][:3] == [1, 0, 1], "found elsewhere"


def came_back(session: Session) -> None:
    """Two whose stays ended a day apart come back on one day, a year after the first."""
    far = Teller(session, minutes=900)
    [referral] = [
        referral for referral, steps in steps_told(session).items()
        if oracle.form_of(steps)["young_person_id"] == "YP-921"
    ]  # fmt: skip
    far.read(referral)
    far.today = date(2026, 12, 1)
    far.end()
    day = date(2027, 11, 30)
    Teller(session, today=day, minutes=1000).open()
    again = Teller(session, today=day, minutes=1100)
    again.to_verified(**at_home(1), sex="M")
    again.shortlist(ELSEWHERE)
    again.view(ELSEWHERE)
    again.offer(ELSEWHERE, starts_on=day)
    again.impact(ELSEWHERE, "S4")
    again.take(manager("S4", ELSEWHERE), "accept", home_id=ELSEWHERE)
    again.ready(ELSEWHERE)
    again.confirm(ELSEWHERE, starts_on=day, planned_until=date(2028, 6, 1))
    again.take(BROKER, "move_in", moved_in_on=day)


def test_what_the_latest_match_said_of_who_was_not_found_is_in_the_report(told: Engine) -> None:
    with writing(told) as session:
        for day in (4, 5):
            problem = load_problem(session)
            plan = match(problem).to_json()
            at = datetime(2026, 9, day, 9, tzinfo=UTC)
            if day == 4:
                other = {"why": "by_hand"}
                plan |= {"placements": [], "unplaced": [
                    {**plan["unplaced"][0], "referral_id": one["referral_id"], **other}
                    for one in (*plan["placements"], *plan["unplaced"])
                ]}  # fmt: skip
            made = made_run(problem, plan, started=at, finished=at + timedelta(seconds=2))
            record_run(session, made, by="Duty desk")
        build.refresh(session, KEYS, TODAY)
        agree(session, steps_told(session), QUARTER, TODAY)
        report = make(session, COMMISSIONER, "sufficiency", QUARTER)
        assert len(grouped(report, NOT_FOUND)) > 1, "who was not found was matched, or was not"


def test_the_groups_differ_so_that_a_mixture_would_show(told: Engine) -> None:
    with writing(told) as session:
        build.refresh(session, KEYS, TODAY)
        flow = make(session, COMMISSIONER, "flow", QUARTER)
        by_borough = grouped(flow, "By borough")
        assert (by_borough["Newham"][:2], by_borough["Hackney"][:2]) == ([4, 2], [1, 0])
        assert set(grouped(flow, "By band")) == {"2 medium", "4 specialist", "not told", "in all"}
        assert {name: row[:2] for name, row in grouped(flow, "Offers by provider").items()} == {
            "P1": [2, 0], "P2": [2, 1], "in all": [4, 1],
        }  # fmt: skip
        outcomes = make(session, COMMISSIONER, "outcomes", QUARTER)
        assert cells(outcomes, UNSAFE, 1) == {
            "their own borough must be avoided": 1,
            "another borough must be avoided": 1,
            "the surroundings of a place must be avoided": 1,
            "a home must be avoided": 1,
            "asked for away from home, and none of these named": 1,
            "none of these": 2,
        }
        equality = make(session, COMMISSIONER, "equality", QUARTER)
        assert {n: r[0] for n, r in grouped(equality, "Unaccompanied").items()} == {
            "yes": 1, "no": 1, "not told": 3,
        }  # fmt: skip


def test_proposals_of_a_match_are_those_of_its_plan_row_for_row(region: Engine) -> None:
    with writing(region) as session:
        problem = load_problem(session)
        plan = match(problem).to_json()
        at = datetime(2026, 9, 4, 9, tzinfo=UTC)
        made = made_run(problem, plan, started=at, finished=at + timedelta(seconds=2))
        run = record_run(session, made, by="Duty desk")
    with writing(region) as session:
        build.refresh(session, KEYS, TODAY)
        shape = BY_NAME["fact_match_proposal"]
        rows = [dict(zip(shape.names, r, strict=True)) for r in sql.read(session, shape.name)]
        words = {row[0]: row for row in sql.read(session, "dim_reason")}
        kept = session.execute(
            sa.text("SELECT plan FROM match_run").columns(plan=sa.JSON)
        ).scalar_one()  # fmt: skip
    assert len(kept["placements"]) > 5
    assert kept["unplaced"]
    own = {
        hmac.new(KEYS.secret, f"referral\n0\n{one['referral_id']}".encode(), "sha256").hexdigest()[
            :32
        ]: one
        for one in (*kept["placements"], *kept["unplaced"])
    }
    assert {row["referral_key"] for row in rows} == set(own)
    for row in rows:
        one = own[row["referral_key"]]
        assert (row["run_id"], row["matched_on"]) == (run, problem.policy.as_of)
        assert row["status"] == kept["status"]
        assert row["home_id"] == one.get("home_id")
        if "home_id" not in one:
            assert row["reason_key"] == f"match:{one['why']}"
            assert row["reason_key"] in words
            assert (row["points"], row["area"], row["distance_tenths"]) == (None, None, None)
            continue
        miles = one["distance_miles"]
        told = None if miles is None else int(str(miles).replace(".", ""))
        assert (row["reason_key"], row["points"]) == (None, one["total"])
        assert (row["area"], row["distance_tenths"]) == (one["area"], told)
    gone(region)
