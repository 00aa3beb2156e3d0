"""The day that a question about the records is asked of: today, or the day that is held."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from api.records import Records
from broker.database import reading, writing
from broker.exporting import whole_texts
from broker.importing import import_case
from broker.jobs.making import make
from broker.runs import get_run, problem_of_run, record_run
from broker.sample import REGION
from broker.store import clock, load
from broker.store.load import load_problem
from broker.store.put import rows_of
from matching.digest import case_sha256
from matching.exchange import read_case
from tests.integration.records.test_again import ASKED
from tests.whole_life import Teller, sign_agreements

WHEN = datetime(2026, 9, 4, 8, tzinfo=UTC)
CASE_DAY = read_case(REGION).policy.as_of
LATER = CASE_DAY + timedelta(days=40)


@pytest.fixture
def calendar(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    """Sets the day that it is."""

    def it_is(day: date) -> None:
        monkeypatch.setattr(load, "today", lambda: day)

    return it_is


@pytest.fixture
def real(engine: Engine) -> Engine:
    """The region taken in as a real case is: its day passes."""
    with writing(engine) as session:
        import_case(session, REGION, by="test", when=WHEN)
        sign_agreements(session)
    return engine


def day_asked(engine: Engine) -> date:
    with reading(engine) as session:
        return load_problem(session).policy.as_of


def test_a_question_is_of_the_day_on_which_it_is_asked_and_never_before_the_policys(
    real: Engine, calendar: Callable[[date], None]
) -> None:
    for today, asked in ((LATER, LATER), (CASE_DAY, CASE_DAY), (date(2026, 1, 5), CASE_DAY)):
        calendar(today)
        assert day_asked(real) == asked


def test_a_held_day_stays_until_the_next_import_says_otherwise(
    region: Engine, calendar: Callable[[date], None]
) -> None:
    calendar(LATER)
    assert day_asked(region) == CASE_DAY
    for held, asked in ((False, LATER), (True, CASE_DAY)):
        with writing(region) as session:
            report = import_case(session, REGION, by="test", when=WHEN, hold_day=held)
        assert [one.columns for one in report.policy.changed] == [("day_held",)]
        assert day_asked(region) == asked
        with writing(region) as session:
            again = import_case(session, REGION, by="test", when=WHEN, hold_day=held)
        assert again.policy.unchanged == 1


@pytest.mark.parametrize("held", [False, True])
def test_who_waits_from_a_later_day_on_has_waited_no_day_and_stops_no_question(
    engine: Engine, calendar: Callable[[date], None], held: bool
) -> None:
    with writing(engine) as session:
        import_case(session, REGION, by="test", when=WHEN, hold_day=held)
        sign_agreements(session)
        teller = Teller(session)
        teller.to_verified(waiting_since=LATER + timedelta(days=1))
        referral = teller.life.referral
    for today in (LATER, LATER + timedelta(days=3)):
        calendar(today)
        with reading(engine) as session:
            problem = load_problem(session)
            own = problem.referral_by_id[referral]
            assert own.waiting_since == min(problem.policy.as_of, LATER + timedelta(days=1))
            written = rows_of(session, "referrals", {"referral_id": referral})[0]
            assert written["waiting_since"] == LATER + timedelta(days=1)
            assert whole_texts(problem)


def test_a_match_answers_for_the_day_it_was_made_on_and_is_read_again_as_of_that_day(
    real: Engine, calendar: Callable[[date], None]
) -> None:
    with writing(real) as session:
        teller = Teller(session)
        teller.to_verified(waiting_since=clock.today() + timedelta(days=5))
    made = make(real.url.render_as_string(hide_password=False), ASKED)
    assert made.as_of == clock.today()
    with writing(real) as session:
        run_id = record_run(session, made, by="test")
    calendar(clock.today() + timedelta(days=300))
    with reading(real) as session:
        run = get_run(session, run_id)
        assert run is not None
        again = problem_of_run(session, run)
        assert case_sha256(again) == run.case_sha256 != case_sha256(load_problem(session))


def test_a_case_kept_at_hand_is_read_anew_the_next_day(
    real: Engine, calendar: Callable[[date], None]
) -> None:
    calendar(CASE_DAY)
    records = Records(real)
    monday = records.open_problem()
    assert records.open_problem() is monday
    calendar(LATER)
    assert records.open_problem().policy.as_of == LATER


def test_a_later_import_must_stand_together_with_what_was_written_since(
    real: Engine, calendar: Callable[[date], None]
) -> None:
    """A folder of an earlier day is taken in although somebody has begun to wait since."""
    with writing(real) as session:
        teller = Teller(session)
        teller.to_verified(waiting_since=LATER)
        import_case(session, REGION, by="test", when=datetime(2026, 10, 30, 8, tzinfo=UTC))
    calendar(LATER)
    assert day_asked(real) == LATER
