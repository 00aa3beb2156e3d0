"""Decisions on record: kept as they were signed, in force while the referral is open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from broker.database import DatabaseProblem, reading, writing
from broker.exporting import export_case
from broker.importing import import_case
from broker.store.history import history_of
from broker.store.load import load_problem
from broker.store.report import ImportReport
from broker.tables import DecisionRow
from matching.exchange import read_case
from matching.problem import Decision
from matching.solve import match
from tests.integration.records.whole_case import FILES, whole_case, with_changed, without

MONDAY = datetime(2026, 4, 6, 9, 30, tzinfo=UTC)
HEADER = FILES["decisions.csv"].splitlines()[0] + "\n"
PIN = HEADER + "R-2,SC990002,pin,Panel,2026-04-01,we will visit with him first,R16\n"
AGAINST = with_changed("wishes.csv", "R-2,SC990001,against", "R-2,SC990002,against")

Take = Callable[..., ImportReport]


@pytest.fixture
def take(engine: Engine, tmp_path: Path) -> Take:
    folders = iter(range(100))

    def run(close_missing: str | None = None, **changed: str | None) -> ImportReport:
        folder = whole_case(tmp_path / f"case{next(folders)}", **changed)
        with writing(engine) as session:
            return import_case(
                session,
                folder,
                by="Duty desk",
                when=MONDAY,
                close_missing=close_missing,
                hold_day=True,
            )

    return run


def on_record(engine: Engine) -> tuple[Decision, ...]:
    with reading(engine) as session:
        return load_problem(session).decisions


def test_a_signed_decision_comes_back_as_it_was_and_binds_the_match_of_the_records(
    engine: Engine, take: Take, tmp_path: Path
) -> None:
    take(decisions=PIN, wishes=AGAINST)
    (one,) = on_record(engine)
    assert (one.referral, one.home, one.kind, one.by) == ("R-2", "SC990002", "pin", "Panel")
    assert one.override == (("R16", ""),)
    with reading(engine) as session:
        problem = load_problem(session)
        export_case(session, tmp_path / "out")
    assert read_case(tmp_path / "out") == problem
    plan = match(problem)
    assert plan.homes["R-2"] == "SC990002"
    assert [over.rule for over in plan.beside.overrides] == ["R16"]


def test_a_decision_that_is_gone_from_its_file_stays_until_a_reason_is_given(
    engine: Engine, take: Take
) -> None:
    take(decisions=PIN, wishes=AGAINST)
    report = take(decisions=HEADER, wishes=AGAINST)
    assert report.missing == (("decisions.csv", "R-2, SC990002"),)
    assert len(on_record(engine)) == 1
    take(close_missing="the panel met again", decisions=HEADER, wishes=AGAINST)
    assert on_record(engine) == ()
    with reading(engine) as session:
        last = history_of(session, "decision", ("R-2", "SC990002"))[-1]
    assert (last.kind, last.reason) == ("close", "the panel met again")


def test_a_changed_reason_is_an_update_and_the_first_stands_in_the_history(
    engine: Engine, take: Take
) -> None:
    take(decisions=PIN, wishes=AGAINST)
    take(decisions=PIN.replace("first", "twice"), wishes=AGAINST)
    (one,) = on_record(engine)
    assert one.reason == "we will visit with him twice"
    with reading(engine) as session:
        changes = history_of(session, "decision", ("R-2", "SC990002"))
    assert [change.kind for change in changes] == ["insert", "update"]
    assert changes[1].before is not None
    assert changes[1].before["reason"] == "we will visit with him first"


def test_a_decision_about_a_closed_referral_is_not_in_force(engine: Engine, take: Take) -> None:
    take(decisions=PIN, wishes=AGAINST)
    gone = {
        "referrals": without("referrals.csv", "R-2"),
        "declines": without("declines.csv", "R-2"),
        "wishes": without("wishes.csv", "R-2"),
        "decisions": HEADER,
    }
    take(close_missing="placed", **gone)
    assert on_record(engine) == ()


def test_a_pin_that_no_longer_holds_stops_the_match_and_says_why(
    engine: Engine, take: Take
) -> None:
    take(decisions=PIN, wishes=AGAINST)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE home SET places = 0 WHERE home_id = 'SC990002'"))
    with reading(engine) as session, pytest.raises(DatabaseProblem) as refused:
        load_problem(session)
    assert "decisions.csv, R-2, SC990002" in str(refused.value)
    assert "breaks R09" in str(refused.value)


@pytest.mark.parametrize(
    "row",
    [
        {"kind": "must"},
        {"kind": "ban", "override": "R16"},
        {"reason": None},
        {"home_id": "nowhere"},
    ],
)
def test_the_database_itself_refuses_a_decision_that_is_none(
    engine: Engine, take: Take, row: dict[str, str | None]
) -> None:
    take()
    whole = {
        "referral_id": "R-1",
        "home_id": "SC990001",
        "kind": "pin",
        "decided_by": "Panel",
        "decided_on": MONDAY.date(),
        "reason": "near",
    }
    with pytest.raises(sa.exc.IntegrityError), engine.begin() as connection:
        connection.execute(sa.insert(DecisionRow.__table__), {**whole, **row})
