"""How a plan shares out is kept with its run, and is not known of runs from before it was kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy import Engine

from broker.database import make_engine, migrate, migration_config, reading, writing
from broker.runs import get_run, list_runs, made_run, record_run
from matching.exchange import read_case
from matching.fairness import fairness
from matching.pairs import find_pairs
from matching.solve import match

SMALL = Path(__file__).parents[2] / "cases" / "case-small"
START = datetime(2026, 4, 1, 8, 15, tzinfo=UTC)


def recorded(engine: Engine) -> tuple[int, dict[str, object]]:
    """Put a match of the small worked case on record; its number, and the report to be kept."""
    problem = read_case(SMALL)
    plan = match(problem)
    finished = START + timedelta(seconds=2)
    made = made_run(problem, plan.to_json(), started=START, finished=finished)
    with writing(engine) as session:
        run_id = record_run(session, made, by="Duty desk")
    return run_id, fairness(find_pairs(problem), plan.homes).to_json()


def test_a_run_keeps_how_its_plan_shares_out(engine: Engine) -> None:
    run_id, report = recorded(engine)
    with reading(engine) as session:
        run = get_run(session, run_id)
        assert run is not None
        assert run.fairness == report
        assert run.fairness["everybody"]["placed"]["count"] == run.placed > 0


def test_a_plan_with_a_pair_that_breaks_a_rule_is_not_put_on_record(engine: Engine) -> None:
    problem = read_case(SMALL)
    plan = match(problem).to_json()
    plan["placements"] = [{"referral_id": "C", "home_id": "SC990002"}]
    with pytest.raises(KeyError, match="may not live in SC990002"):
        made_run(problem, plan, started=START, finished=START)
    with reading(engine) as session:
        assert list_runs(session) == []


def test_a_run_from_before_is_kept_and_its_fairness_is_not_known(empty_address: str) -> None:
    engine = make_engine(empty_address)
    migrate(engine)
    run_id, report = recorded(engine)
    with engine.begin() as connection:
        command.downgrade(migration_config(connection), "0001")
    with engine.connect() as connection:
        columns = {one["name"] for one in sa.inspect(connection).get_columns("match_run")}
    assert "fairness" not in columns
    migrate(engine)
    newer, _ = recorded(engine)
    with reading(engine) as session:
        before, after = get_run(session, run_id), get_run(session, newer)
        assert before is not None
        assert after is not None
        assert before.fairness is None
        assert after.fairness == report
        assert before.plan["placements"] == after.plan["placements"]
        null = sa.text("SELECT count(*) FROM match_run WHERE fairness IS NULL")
        assert session.execute(null).scalar_one() == 1
    engine.dispose()


@pytest.mark.parametrize(
    "change", ["UPDATE match_run SET fairness = NULL", "DELETE FROM match_run"]
)
def test_what_was_kept_of_a_run_cannot_be_changed(engine: Engine, change: str) -> None:
    recorded(engine)
    with (
        pytest.raises(sa.exc.DBAPIError, match="but by an entry of the audit"),
        engine.begin() as connection,
    ):
        connection.exec_driver_sql(change)
