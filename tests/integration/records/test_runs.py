"""A match that was run can be looked up later: its plan, its policy and the case it answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from broker.database import reading, writing
from broker.runs import get_run, list_runs, made_run, record_run, render_runs
from matching.digest import case_sha256
from matching.exchange import read_case
from matching.policy import write_policy
from matching.problem import Problem
from matching.solve import match
from tests.integration.records.whole_case import whole_case

START = datetime(2026, 4, 1, 8, 15, 0, 250_000, tzinfo=UTC)


@pytest.fixture
def problem(tmp_path: Path) -> Problem:
    return read_case(whole_case(tmp_path / "case"))


def record(engine: Engine, problem: Problem, plan: dict[str, Any], when: datetime) -> int:
    made = made_run(
        problem,
        plan,
        started=when,
        finished=when + timedelta(seconds=2),
        options={"time_limit": 2.5, "workers": 1},
    )
    with writing(engine) as session:
        return record_run(session, made, by="Duty desk")


def test_a_run_keeps_its_plan_policy_and_digest_word_for_word(
    engine: Engine, problem: Problem
) -> None:
    plan = match(problem).to_json()
    run_id = record(engine, problem, plan, START)
    with reading(engine) as session:
        run = get_run(session, run_id)
        assert run is not None
        assert run.plan == plan
        assert list(run.plan) == list(plan), "in the order in which the plan was written"
        assert run.policy == write_policy(problem.policy)
        assert run.case_sha256 == case_sha256(problem)
        assert run.options == {"time_limit": 2.5, "workers": 1}
        assert (run.started_at, run.finished_at) == (START, START + timedelta(seconds=2))
        assert run.started_at.tzinfo is UTC
        assert run.software


def test_runs_are_listed_newest_first_and_in_pages(engine: Engine, problem: Problem) -> None:
    plan = match(problem).to_json()
    ids = [record(engine, problem, plan, START + timedelta(days=day)) for day in range(3)]
    with reading(engine) as session:
        assert [run.run_id for run in list_runs(session)] == ids[::-1]
        assert [run.run_id for run in list_runs(session, limit=1, before=ids[2])] == [ids[1]]
        newest = list_runs(session, limit=1)[0]
    assert newest.placed == len(plan["placements"])
    assert newest.unplaced == len(plan["unplaced"])
    assert newest.to_json()["started_at"] == "2026-04-03T08:15:00.250000+00:00"


def test_the_list_of_runs_reads_as_a_table(engine: Engine, problem: Problem) -> None:
    assert render_runs([]) == "No match is on record yet."
    record(engine, problem, match(problem).to_json(), START)
    with reading(engine) as session:
        head, line = render_runs(list_runs(session)).splitlines()
    assert head.split()[:2] == ["run", "started"]
    assert "2026-04-01 08:15  Duty desk  2026-04-01  optimal" in line
    assert line.endswith(case_sha256(problem)[:12])


def test_a_run_that_is_not_there_is_none(engine: Engine) -> None:
    with reading(engine) as session:
        assert get_run(session, 404) is None
        assert list_runs(session) == []
