"""What a match saw can be read again, exactly, whatever has changed on record since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session

from broker.database import reading, writing
from broker.importing import import_case
from broker.jobs.making import make
from broker.runs import NotAgain, get_run, made_run, problem_of_run, record_run
from broker.store.again import problem_again
from broker.store.history import Author
from broker.store.load import load_problem, load_seen, read_policy_text
from broker.store.put import close_row, put_row, put_rows, rows_of
from broker.store.seen import Seen
from broker.store.shelves import SHELVES
from broker.tables import LifeRow, OutOfUseRow
from matching.digest import case_sha256
from matching.exchange import read_case
from matching.problem import Problem
from matching.solve import Options, match
from tests.integration.records.whole_case import FILES, whole_case, with_changed, without
from tests.whole_life import BROKER, HOME, STARTS, Teller, sign_agreements

MONDAY = datetime(2026, 4, 6, 9, 30, tzinfo=UTC)
REGION = Path("broker/sample/region")
ASKED = {"seed": 7, "time_limit": 600.0, "workers": 1, "require_safety": False}


def take(engine: Engine, folder: Path, *, close: str | None = None) -> None:
    with writing(engine) as session:
        import_case(
            session, folder, by="Duty desk", when=MONDAY, close_missing=close, hold_day=True
        )


def run_now(engine: Engine) -> int:
    """Match what is on record, as a worker does, and keep the run."""
    made = make(engine.url.render_as_string(hide_password=False), ASKED)
    with writing(engine) as session:
        return record_run(session, made, by="Duty desk")


def untimed(plan: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in plan.items() if key != "timing"}


def test_a_run_is_made_again_and_matched_again_to_the_same_plan_after_everything_has_changed(
    engine: Engine, tmp_path: Path
) -> None:
    take(engine, whole_case(tmp_path / "monday", avoid=None))
    with reading(engine) as session:
        monday = load_problem(session)
    first = run_now(engine)
    changed = {
        "referrals": without("referrals.csv", "R-2", "R-4"),
        "people_and_places": without("people_and_places.csv", "R-4"),
        "wishes": without("wishes.csv", "R-4", "R-2"),
        "declines": without("declines.csv", "R-2"),
        "homes": with_changed("homes.csv", "therapeutic_support,3,,9", "therapeutic_support,1,,9"),
        "residents": without("residents.csv", "YP91"),
        "rates": with_changed("rates.csv", "10500.07", "10499.93"),
        "policy": FILES["policy.toml"].replace("per_mile = 4", "per_mile = 6"),
    }
    take(engine, whole_case(tmp_path / "tuesday", **changed), close="placed elsewhere")
    with reading(engine) as session:
        tuesday = load_problem(session)
    second = run_now(engine)
    take(engine, whole_case(tmp_path / "wednesday"), close="back to the first")
    with reading(engine) as session:
        for run_id, then in ((first, monday), (second, tuesday)):
            run = get_run(session, run_id)
            assert run is not None
            again = problem_of_run(session, run)
            assert again == then
            assert case_sha256(again) == run.case_sha256
            plan = match(again, Options(seed=run.seed)).to_json()
            assert untimed(plan) == untimed(run.plan)
    assert case_sha256(monday) != case_sha256(tuesday)
    assert monday.missing_safety == ("avoid.csv",)


def changes(session: Session, chance: Random, author: Author) -> None:
    """One change of what is on record, of any kind that a life or a desk makes."""

    def any_of(table: str) -> dict[str, str]:
        rows = [row for row in rows_of(session, table, {}) if row.get("closed_at") is None]
        return dict(SHELVES[table].record(chance.choice(rows))) if rows else {}

    kind = chance.randrange(8)
    if kind == 0 and (home := any_of("homes")):
        put_row(session, "homes", {**home, "places": str(chance.randrange(5))}, author)
    elif kind == 1 and (referral := any_of("referrals")):
        put_row(session, "referrals", {**referral, "band": chance.choice(["low", "high"])}, author)
    elif kind == 2 and (referral := any_of("referrals")):
        key = {"referral_id": referral["referral_id"]}
        close_row(session, "referrals", key, author, "placed elsewhere")
    elif kind == 3:
        shelf = SHELVES["referrals"]
        shut = [row for row in rows_of(session, "referrals", {}) if row["closed_at"] is not None]
        if shut:
            put_row(session, "referrals", shelf.record(chance.choice(shut)), author)
    elif kind == 4 and (referral := any_of("referrals")):
        person = {
            **dict.fromkeys(SHELVES["people_and_places"].sheet.names, ""),
            "referral_id": referral["referral_id"],
            "what": "school",
            "postcode": "E1 4",
            "visits_per_month": str(chance.randrange(9)),
        }
        owner = {"referral_id": referral["referral_id"]}
        put_rows(session, "people_and_places", owner, [person] * chance.randrange(3), author)
    elif kind == 5 and (resident := any_of("residents")):
        key = {"young_person_id": resident["young_person_id"]}
        close_row(session, "residents", key, author, "left")
    elif kind == 6 and (wish := any_of("wishes")):
        put_row(session, "wishes", {**wish, "wish": chance.choice(["wants", "against"])}, author)
    elif kind == 7 and (home := any_of("homes")):
        first = date(2026, 4, 1) + timedelta(days=chance.randrange(-20, 40))
        last = first + timedelta(days=chance.randrange(1, 60))
        out_of_use(session, home["home_id"], first, last, chance.randrange(1, 4))


def out_of_use(session: Session, home: str, first: date, last: date, places: int) -> None:
    """Rooms nobody can be given on the days `[first, last)`."""
    told = {"home_id": home, "starts_on": first, "ends_on": last, "places": places}
    said = {"side": "provider", "reason": "a roof is mended"}
    session.execute(sa.insert(OutOfUseRow.__table__), {**told, **said})


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_every_state_that_was_ever_on_record_can_be_read_again(
    emptied: Callable[[], Engine], tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    engine, chance = emptied(), Random(seed)
    take(engine, whole_case(tmp_path_factory.mktemp("case") / "case"))
    states: list[tuple[Seen, str, Problem]] = []
    for number in range(12):
        author = Author("Duty desk", MONDAY + timedelta(hours=number))
        with writing(engine) as session:
            changes(session, chance, author)
        with reading(engine) as session:
            problem, seen = load_seen(session)
            states.append((seen, str(read_policy_text(session)), problem))
    with reading(engine) as session:
        for seen, policy, problem in states:
            assert problem_again(session, Seen.from_json(seen.to_json()), policy) == problem


def test_a_match_made_while_rooms_were_out_of_use_is_read_again_after_they_are_back(
    engine: Engine,
) -> None:
    take(engine, REGION)
    with writing(engine) as session:
        sign_agreements(session)
        out_of_use(session, HOME, date(2026, 9, 1), date(2026, 12, 1), 1)
        told = Teller(session)
        told.to_confirmed()
    run_id = run_now(engine)
    with reading(engine) as session:
        then = load_problem(session)
    with writing(engine) as session:
        session.execute(sa.delete(OutOfUseRow.__table__))
        told = Teller(session, today=STARTS, minutes=500)
        told.read(session.execute(sa.select(LifeRow.__table__.c.referral_id)).scalar_one())
        told.take(BROKER, "move_in", moved_in_on=STARTS)
    with reading(engine) as session:
        run = get_run(session, run_id)
        assert run is not None
        assert problem_of_run(session, run) == then
        assert load_problem(session).home_by_id[HOME].places > then.home_by_id[HOME].places


def test_what_a_life_writes_for_matching_is_read_again_too(engine: Engine) -> None:
    take(engine, REGION)
    with writing(engine) as session:
        sign_agreements(session)
        told = Teller(session)
        told.to_moved_in()
    with reading(engine) as session:
        problem, seen = load_seen(session)
        policy = str(read_policy_text(session))
        assert any(one.young_person == "YP-900" for one in problem.residents)
        assert problem_again(session, seen, policy) == problem


@pytest.mark.postgres
def test_a_change_that_is_written_earlier_and_kept_later_was_not_seen(
    postgres_server: str, migrated_schema: str, tmp_path: Path
) -> None:
    """Numbers of lines are given out when they are written, not when they are kept."""
    from broker.database import make_engine
    from tests.conftest import _empty

    engine = make_engine(migrated_schema)
    _empty(engine)
    take(engine, whole_case(tmp_path / "case"))
    author = Author("Duty desk", MONDAY)

    def places(session: Session, home: str, number: str) -> None:
        row = rows_of(session, "homes", {"home_id": home})[0]
        put_row(session, "homes", {**SHELVES["homes"].record(row), "places": number}, author)

    with writing(engine) as slow:
        places(slow, "SC990001", "5")
        with writing(engine) as quick:
            places(quick, "SC990002", "4")
        with reading(engine) as session:
            problem, seen = load_seen(session)
            policy = str(read_policy_text(session))
    assert {home.id: home.places for home in problem.homes}["SC990001"] == 3
    assert {home.id: home.places for home in problem.homes}["SC990002"] == 4
    with reading(engine) as session:
        assert {home.id: home.places for home in load_problem(session).homes}["SC990001"] == 5
        again = problem_again(session, seen, policy)
        by_number_alone = problem_again(session, Seen(seen.change, seen.absent), policy)
    assert again == problem
    assert by_number_alone != problem
    with writing(engine) as session, pytest.raises(RuntimeError, match="read committed"):
        load_seen(session)
    engine.dispose()


def test_a_case_that_was_sent_is_not_on_record(engine: Engine, tmp_path: Path) -> None:
    problem = read_case(whole_case(tmp_path / "case"))
    made = made_run(problem, match(problem).to_json(), started=MONDAY, finished=MONDAY)
    with writing(engine) as session:
        run_id = record_run(session, made, by="Duty desk")
    with reading(engine) as session:
        run = get_run(session, run_id)
        assert run is not None
        with pytest.raises(NotAgain, match="sent with the question"):
            problem_of_run(session, run)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("DELETE FROM row_change WHERE table_name = 'wish'", "leads to another case"),
        ("DELETE FROM row_change WHERE row_id = 1", "cannot be made again.*a home_id of homes.csv"),
        ("UPDATE row_change SET before = after WHERE row_id = 1", "was not there"),
    ],
)
def test_a_history_that_was_tampered_with_is_told_and_gives_no_case(
    engine: Engine, tmp_path: Path, change: str, words: str
) -> None:
    take(engine, whole_case(tmp_path / "case"))
    run_id = run_now(engine)
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            named = (
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'row_change'"
            )
            for trigger in connection.execute(sa.text(named)).scalars().all():
                connection.execute(sa.text(f"DROP TRIGGER {trigger}"))
        else:
            connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        connection.execute(sa.text(change))
    with reading(engine) as session:
        run = get_run(session, run_id)
        assert run is not None
        with pytest.raises(NotAgain, match=f"(?s){words}"):
            problem_of_run(session, run)
