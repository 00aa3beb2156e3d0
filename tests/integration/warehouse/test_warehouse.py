"""The warehouse of the sample region: files, views, money, homes over time, pseudonyms."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from broker.audit.amend import correct_value, entry_with_values, remove_value, says_of
from broker.database import writing
from broker.ledgers import tables_of
from broker.life import lost
from broker.reports.form import Period
from broker.reports.make import make
from broker.reports.star import NotForYou
from broker.retention.due import due_on
from broker.retention.remove import remove
from broker.retention.schedule import schedule_in_force
from broker.store.clock import now
from broker.store.contracts import contracts_in_force
from broker.store.put import rows_of
from broker.store.shelves import SHELVES
from broker.tables import StepRow
from broker.warehouse import build, parquet, sql
from broker.warehouse.facts import BY_NAME, SHAPES
from broker.warehouse.shape import Type
from pricing.contract import parse_contract
from pricing.problems import Problems
from pricing.statement import statement
from pricing.tables import read_availability, read_ledger
from tests.integration.audit.tampering import ADMINISTRATOR
from tests.integration.warehouse.rows import KEYS, built_anew, cells, gone, in_database, in_files
from tests.whole_life import (
    ASSESSOR,
    BROKER,
    COMMISSIONER,
    DIRECTOR,
    HOME,
    SECOND,
    VERIFIER,
    Teller,
    borough,
    manager,
)

AS_OF = date(2027, 3, 9)
HACKNEY = "E09000012"


@pytest.fixture
def told(region: Engine) -> Iterator[Engine]:
    """One who moved in, was re-banded and left; one whom a home refused; one who withdrew."""
    with writing(region) as session:
        two = Teller(session)
        two.open(young_person_id="YP-901", date_of_birth=date(2012, 5, 4), sex="M")
        two.take(ASSESSOR, "submit")
        two.take(ASSESSOR, "band", band="medium", thresholds="t1", reason="by the thresholds")
        two.take(VERIFIER, "verify", need_met=True, funding_agreed=True, reason="both checked")
        two.shortlist(HOME, SECOND)
        two.view(HOME)
        two.offer(HOME)
        two.take(manager("P2"), "decline", home_id=HOME, code="staffing", words="no staff")
        three = Teller(session, minutes=200)
        three.open(young_person_id="YP-902", date_of_birth=date(2011, 5, 4))
        three.take(ASSESSOR, "withdraw", reason="went to an aunt")
        one = Teller(session, minutes=300)
        one.to_moved_in()
        one.today = date(2026, 10, 20)
        one.take(ASSESSOR, "reband", band="high", from_day=date(2026, 10, 5), confirmed=True,
                 thresholds="t1", reason="seen at the review")  # fmt: skip
        one.today = date(2026, 12, 1)
        one.end()
    yield region
    gone(region)


def build_at(engine: Engine, day: date = AS_OF, **options: Any) -> build.Done:
    """Build or refresh."""
    with writing(engine) as session:
        return build.refresh(session, options.pop("keys", KEYS), day, **options)


def files_of(engine: Engine, folder: Path) -> Path:
    """The files of a built warehouse."""
    done = build_at(engine)
    parquet.prepare(folder)
    with writing(engine) as session:
        build.write_files(session, folder, done)
    return folder


PANDAS = {
    Type.TEXT: "string",
    Type.WHOLE: "int64[pyarrow]",
    Type.PENCE: "int64[pyarrow]",
    Type.YES_NO: "bool[pyarrow]",
    Type.DAY: "date32[day][pyarrow]",
}
DUCKDB = {
    Type.TEXT: "VARCHAR",
    Type.WHOLE: "BIGINT",
    Type.PENCE: "BIGINT",
    Type.YES_NO: "BOOLEAN",
    Type.DAY: "DATE",
}


def test_pandas_and_duckdb_read_every_file_with_the_types_listed(
    told: Engine, tmp_path: Path
) -> None:
    folder = files_of(told, tmp_path / "files")
    with writing(told) as session:
        rows = in_database(session)
    assert in_files(folder) == rows
    for shape in SHAPES:
        path = parquet.file_of(folder, shape)
        frame = pd.read_parquet(path, dtype_backend="pyarrow")
        found = {name: str(kind) for name, kind in frame.dtypes.items()}
        listed = {column.name: PANDAS[column.type] for column in shape.columns}
        assert {n: k.replace("string[pyarrow]", "string") for n, k in found.items()} == listed
        assert len(frame) == len(rows[shape.name])
        answer = duckdb.sql(f"SELECT * FROM read_parquet('{path}')")
        assert answer is not None
        kinds = dict(zip(answer.columns, map(str, answer.types), strict=True))
        assert kinds == {column.name: DUCKDB[column.type] for column in shape.columns}
        assert answer.fetchall() == rows[shape.name]


def test_files_are_for_their_owner_alone(told: Engine, tmp_path: Path) -> None:
    folder = files_of(told, tmp_path / "files")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_views_show_facts_with_their_dimensions_as_of_the_day(told: Engine) -> None:
    with writing(told) as session:
        row = rows_of(session, "homes", {"home_id": HOME})[0]
        record = {**SHELVES["homes"].record(row), "judgement": "inadequate"}
        seen = lost.home_version(session, HOME)
        assert seen is not None
        moment = Teller(session, today=date(2026, 11, 3)).moment()
        lost.change_home(session, BROKER, HOME, lost.Change("published", record), moment, seen=seen)
    build_at(told)
    with writing(told) as session:
        one = session.execute(
            sa.text("SELECT * FROM warehouse_star_placement_episode")
        ).mappings().one()  # fmt: skip
        assert one["home_judgement"] == row["judgement"] != "inadequate"
        assert (one["quarter"], one["young_person_sex"]) == ("2026-Q3", "F")
        versions = session.execute(
            sa.text(f"SELECT valid_from, valid_to, judgement FROM warehouse_dim_home "
                    f"WHERE home_id = '{HOME}' ORDER BY valid_from")
        ).all()  # fmt: skip
        assert [(str(a), b and str(b), c) for a, b, c in versions] == [
            ("2026-09-04", "2026-11-03", row["judgement"]),
            ("2026-11-03", None, "inadequate"),
        ]


def test_invoice_lines_come_to_the_statement_of_each_month_to_the_penny(
    told: Engine, tmp_path: Path
) -> None:
    build_at(told)
    with writing(told) as session:
        written = tables_of(session, "NEL-BLOCK-1")
        row = contracts_in_force(session)[0]
        contract = parse_contract(row.text.encode(), row.file)
        shape = BY_NAME["fact_invoice_line"]
        lines = [dict(zip(shape.names, one, strict=True)) for one in sql.read(session, shape.name)]
        assert sql.read(session, "fact_not_invoiced") == []
    (tmp_path / "l.csv").write_text(written.ledger)
    (tmp_path / "a.csv").write_text(written.availability)
    found = Problems()
    ledger = read_ledger(tmp_path / "l.csv", contract, found)
    out = read_availability(tmp_path / "a.csv", contract, found)
    found.raise_if_any()
    months = [date(2026 + (m > 12), (m - 1) % 12 + 1, 1) for m in range(4, 16)][:11]
    assert {one["month"] for one in lines} == set(months)
    for month, end in zip(months, [*months[1:], date(2027, 3, 1)], strict=True):
        due = statement(contract, ledger, month, end, out)
        for code, charge in due.boroughs.items():
            own = [x for x in lines if x["month"] == month and x["borough"] == code]
            assert sum(x["amount_pence"] for x in own) == charge.total
            fees = [x["amount_pence"] for x in own if x["referral_key"] is not None]
            assert sum(fees) == charge.placements
    assert any(one["what"] == "fee" for one in lines)


def test_a_day_counts_who_lives_there_and_what_stands_empty(told: Engine) -> None:
    build_at(told)
    with writing(told) as session:
        shape = BY_NAME["fact_occupancy_day"]
        rows = [dict(zip(shape.names, one, strict=True)) for one in sql.read(session, shape.name)]
        others = len(rows_of(session, "residents", {"home_id": HOME})) - 1
    own = {row["day"]: row for row in rows if row["home_id"] == HOME}
    assert min(own) == date(2026, 9, 4)
    assert max(own) == AS_OF
    assert [day for day, row in own.items() if row["placed"]] == [
        date(2026, 9, 14) + timedelta(n)
        for n in range((date(2026, 12, 1) - date(2026, 9, 14)).days)
    ]
    for row in own.values():
        assert row["empty"] == max(0, row["places"] - row["placed"] - row["others"])
    assert own[date(2026, 9, 5)]["others"] == others


def test_a_confirmed_day_of_leaving_ends_no_stay_until_somebody_is_said_to_have_left(
    region: Engine,
) -> None:
    leaving, moved_in, looked = date(2027, 4, 1), date(2026, 9, 14), date(2027, 4, 9)
    with writing(region) as session:
        teller = Teller(session)
        teller.to_moved_in()
        teller.today = date(2027, 3, 1)
        teller.take(
            ASSESSOR, "step_down", goal="an aunt", destination="family", ready_young_person="yes",
            ready_home="yes", way_back="the room is kept", expected_on=leaving, confirmed=True,
        )  # fmt: skip
    try:
        assert days_placed(region, looked) == (looked - moved_in).days + 1
        with writing(region) as session:
            again = Teller(session, today=looked, minutes=400)
            again.read(teller.life.referral)
            again.end(ended_on=leaving)
        assert days_placed(region, looked) == (leaving - moved_in).days
    finally:
        gone(region)


def days_placed(engine: Engine, day: date) -> int:
    """Days on which somebody placed lived in a home, as days are counted to a day."""
    build_at(engine, day)
    with writing(engine) as session:
        table = sql.TABLES["fact_occupancy_day"]
        return int(session.execute(sa.select(sa.func.sum(table.c.placed))).scalar_one())


def test_a_refresh_of_one_life_writes_the_rows_of_that_young_person_alone(told: Engine) -> None:
    build_at(told)
    with writing(told) as session:
        referral = session.execute(
            sa.select(StepRow.__table__.c.referral_id).where(StepRow.__table__.c.kind == "decline")
        ).scalar_one()
        teller = Teller(session, today=date(2026, 9, 8), minutes=400)
        teller.read(referral)
        teller.take(ASSESSOR, "withdraw", reason="went home")
    done = build_at(told)
    assert not done.whole
    written = {shape.name: len(done.delta.come[shape]) for shape in done.delta.gone}
    assert {name: n for name, n in written.items() if n} == {
        "dim_young_person": 1, "fact_referral": 1, "fact_offer": 1,
    }  # fmt: skip
    with writing(told) as session:
        rows = in_database(session)
    assert rows == built_anew(told, KEYS, AS_OF)


def entry_of_step(session: Session, kind: str) -> tuple[int, str]:
    """The number of the audit's entry of a step of a kind, and the referral."""
    found = session.execute(
        sa.text("SELECT number, record_id FROM audit WHERE act = :act ORDER BY 1 DESC LIMIT 1"),
        {"act": f"life.{kind}"},
    ).one()
    return int(found.number), str(found.record_id)


def test_whose_words_were_removed_is_in_no_row_any_longer(told: Engine) -> None:
    build_at(told)
    with writing(told) as session:
        number, _ = entry_of_step(session, "withdraw")
        remove_value(session, ADMINISTRATOR, number, at=now(), why="entered by mistake")
    done = build_at(told)
    assert done.delta.emptied == 1
    with writing(told) as session:
        rows = in_database(session)
    assert len(rows["fact_referral"]) == 2
    assert rows == built_anew(told, KEYS, AS_OF)


def test_what_is_corrected_is_corrected_in_the_warehouse(told: Engine) -> None:
    build_at(told)
    with writing(told) as session:
        number, _ = entry_of_step(session, "open")
        says = copy.deepcopy(says_of(entry_with_values(session, number)))
        says["after"]["said"]["form"]["person"]["ethnicity"] = "told anew"
        correct_value(session, ADMINISTRATOR, number, says, at=now(), why="was wrong")
    build_at(told)
    with writing(told) as session:
        rows = in_database(session)
    assert "told anew" in texts(rows)
    assert rows == built_anew(told, KEYS, AS_OF)


def texts(rows: dict[str, list[tuple[Any, ...]]]) -> set[str]:
    """Every text in any row."""
    return {str(value) for some in rows.values() for row in some for value in row}


def test_no_row_holds_a_name_a_number_or_a_birthday_of_a_young_person(told: Engine) -> None:
    build_at(told)
    with writing(told) as session:
        found = texts(in_database(session))
        lives = session.execute(sa.text("SELECT referral_id, young_person_id FROM life")).all()
        marks = {*sql.read_marks(session).values(), *(k for _, k in sql.read_marks(session))}
    for secret in ("Not A Name", "1 Nowhere", "No School", "2012-03-09", KEYS.secret.hex()):
        assert not any(secret in text for text in found | marks)
    for life in lives:
        assert not any(life.referral_id in text for text in found | marks)
        assert not any(life.young_person_id in text for text in found | marks)


def test_after_a_rotation_nobody_can_be_followed_by_who_has_the_files_alone(told: Engine) -> None:
    """Every pseudonym is new; and whoever comes again has another pseudonym than before."""
    build_at(told)
    with writing(told) as session:
        before = in_database(session)
    turned = KEYS.rotated(date(2027, 1, 4))
    with writing(told) as session:
        again = Teller(session, today=date(2027, 1, 5), minutes=500)
        again.open()  # YP-900, who lived in a home before
    build_at(told, keys=turned)
    with writing(told) as session:
        after = in_database(session)
        marks = list(sql.read_marks(session).items())
    keys = {
        column.name for shape in SHAPES for column in shape.columns if column.name.endswith("_key")
    } - {"reason_key", "invoice_key"}

    def pseudonyms(rows: dict[str, list[tuple[Any, ...]]], key: str) -> set[str]:
        return {
            row[shape.at(key)]
            for shape in SHAPES
            for row in rows[shape.name]
            if key in shape.names and row[shape.at(key)] is not None
        }

    for key in keys:
        assert not pseudonyms(before, key) & pseudonyms(after, key)
    assert len(pseudonyms(before, "person_key")) == 3
    assert len(pseudonyms(after, "person_key")) == 4
    people = [mark for (unit, _), mark in marks if unit == "person"]
    assert len(set(people)) == len(people), "two pseudonyms of one young person share no mark"
    shape = BY_NAME["fact_referral"]
    repeats = [row for row in after["fact_referral"] if row[shape.at("repeat")]]
    assert len(repeats) == 1, "the records know; the row says so without saying of whom"


def test_a_borough_sees_its_own_young_people_and_a_provider_no_report(told: Engine) -> None:
    build_at(told)
    quarter = Period(date(2026, 7, 1), date(2026, 10, 1))
    with writing(told) as session:
        for actor, sent in ((COMMISSIONER, 2), (BROKER, 2), (DIRECTOR, 2)):
            flow = make(session, actor, "flow", quarter)
            assert cells(flow, "Steps taken", 1)["sent to the brokerage"] == sent
        other = borough(DIRECTOR.role, code=HACKNEY)
        assert cells(make(session, other, "flow", quarter), "Steps taken", 1)["offers made"] == 0
        for actor in (ASSESSOR, VERIFIER, manager("P2")):
            with pytest.raises(NotForYou):
                make(session, actor, "flow", quarter)


def test_equality_tells_groups_by_what_the_form_said_when_it_was_sent(told: Engine) -> None:
    build_at(told)
    with writing(told) as session:
        found = make(session, COMMISSIONER, "equality", Period(date(2026, 7, 1), date(2026, 10, 1)))
    by_sex = {row[0]: row[1:] for row in next(t for t in found.tables if t.title == "By sex").rows}
    assert list(by_sex["female"][:3]) == [1, 1, 1]
    assert list(by_sex["male"][:3]) == [1, 0, 0]
    assert list(by_sex["male"][8:10]) == [1, 1], "the one offer answered was declined"
    assert by_sex["male"][4] is None, "of nobody who moved in there is no share"
    alone = next(t for t in found.tables if t.title == "Unaccompanied").rows
    assert [row[0] for row in alone] == ["not told"], "not told is not no"


def test_what_is_removed_by_the_schedule_leaves_the_warehouse_with_it(told: Engine) -> None:
    build_at(told)
    day = date(2100, 1, 1)
    schedule = {k: replace(p, confirmed=True) for k, p in schedule_in_force().items()}
    with writing(told) as session:
        due, _ = due_on(session, schedule, day)
        for one in due:
            if one.kind == "young_person":
                remove(session, ADMINISTRATOR, one, schedule[one.kind], at=now(), today=day,
                       reason="time is up")  # fmt: skip
    build_at(told)
    with writing(told) as session:
        rows = in_database(session)
    assert len(rows["fact_referral"]) < 3
    assert rows == built_anew(told, KEYS, AS_OF)


def test_a_session_on_an_empty_database_builds_an_empty_warehouse(session: Session) -> None:
    done = build.refresh(session, KEYS, AS_OF)
    assert done.whole
    assert sql.read(session, "fact_referral") == []
