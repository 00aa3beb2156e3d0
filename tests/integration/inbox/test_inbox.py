"""A case-management system's file: rows in are rows kept and rows that wait, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from broker.audit.chain import verify
from broker.audit.held import held, subject_of
from broker.commands.inbox_command import broker_at_the_command_line
from broker.database import reading, writing
from broker.inbox import queue
from broker.inbox.mapping import InboxMapping, read_inbox_mapping
from broker.inbox.queue import NotInQueue, Outcome
from broker.inbox.rows import InboxCells, rows_of
from broker.life.desk import Moment
from broker.spreadsheets.source import read_source
from broker.tables import InboxRow, LifeRow

EXAMPLES = Path("docs/examples/inbox")
HAVERING = "E09000016"
DIGEST = "a" * 64
MOMENT = Moment(datetime(2026, 9, 4, 8, tzinfo=UTC), date(2026, 9, 4))
WHO = broker_at_the_command_line("tests")


@pytest.fixture
def mapping() -> InboxMapping:
    return read_inbox_mapping(EXAMPLES / "example-system.toml")


@pytest.fixture
def rows(mapping: InboxMapping) -> list[InboxCells]:
    return rows_of(read_source(EXAMPLES / "example-system.csv"), mapping)


def take(engine: Engine, rows: list[InboxCells], mapping: InboxMapping) -> Outcome:
    with writing(engine) as session:
        return queue.take(session, WHO, "e.csv", DIGEST, rows, mapping, HAVERING, MOMENT)


def stand(engine: Engine) -> dict[int, str]:
    table = InboxRow.__table__
    with reading(engine) as session:
        found = session.execute(sa.select(table.c.number, table.c.state))
        return {row.number: row.state for row in found}


def test_good_rows_begin_referrals_and_the_others_wait_with_every_reason(
    region: Engine, rows: list[InboxCells], mapping: InboxMapping
) -> None:
    outcome = take(region, rows, mapping)
    assert outcome.read == len(outcome.kept) + len(outcome.waiting) == 3
    assert stand(region) == {2: "kept", 3: "waiting", 4: "waiting"}
    assert outcome.waiting[3] == ["DOB: found “31/02/2011”; no such day"]
    assert [words.partition(":")[0] for words in outcome.waiting[4]] == ["Asylum Seeker"]
    with reading(region) as session:
        life = session.get(LifeRow, outcome.kept[2])
        assert life is not None
        assert (life.young_person_id, life.state, life.borough) == (
            "INVENTED-001", "draft", HAVERING,
        )  # fmt: skip
        assert life.date_of_birth == date(2012, 3, 9)
        assert queue.waiting_rows(session, DIGEST)[0]["young_person"] == "INVENTED-002"
        assert not verify(session).broken


def test_the_same_bytes_are_taken_once(
    region: Engine, rows: list[InboxCells], mapping: InboxMapping
) -> None:
    take(region, rows, mapping)
    before = stand(region)
    with reading(region) as session:
        found = queue.taken_before(session, DIGEST)
        assert found is not None
        assert queue.taken_before(session, "b" * 64) is None
        assert queue.digest_of(session, "aaaa") == DIGEST
        for beginning in ("", "b", "%"):
            with pytest.raises(NotInQueue):
                queue.digest_of(session, beginning)
    with pytest.raises(Exception, match=r"refused|UNIQUE|duplicate") as refused:
        take(region, rows, mapping)
    assert not isinstance(refused.value, AssertionError | IntegrityError)
    assert stand(region) == before


def test_what_waits_is_kept_after_all_with_a_better_mapping_or_settled_by_a_person(
    region: Engine, rows: list[InboxCells], mapping: InboxMapping, tmp_path: Path
) -> None:
    take(region, rows, mapping)
    text = (EXAMPLES / "example-system.toml").read_text(encoding="utf-8")
    better = tmp_path / "better.toml"
    better.write_text(
        text.replace('"No" = "N"', '"No" = "N"\n"Perhaps" = "N"') + '"Tier 9" = "high"\n',
        encoding="utf-8",
    )
    with writing(region) as session:
        outcome = queue.again(session, WHO, DIGEST, read_inbox_mapping(better), MOMENT)
    assert (outcome.read, list(outcome.kept), list(outcome.waiting)) == (2, [4], [3])
    with writing(region) as session:
        queue.settle(session, WHO, DIGEST, 3, "entered by hand", MOMENT.at)
    assert stand(region) == {2: "kept", 3: "settled", 4: "kept"}
    for number in (2, 3, 99):
        with pytest.raises(NotInQueue), writing(region) as session:
            queue.settle(session, WHO, DIGEST, number, "again", MOMENT.at)
    with pytest.raises(NotInQueue), writing(region) as session:
        queue.again(session, WHO, "b" * 64, mapping, MOMENT)
    with reading(region) as session:
        cells = session.execute(sa.select(InboxRow.__table__.c.cells)).scalars()
        assert set(cells) == {None}
        files = queue.listed(session)
        assert [one["rows"] for one in files] == [{"kept": 2, "settled": 1}]
        assert not verify(session).broken


def test_a_second_row_of_one_young_person_waits_and_spoils_nothing(
    region: Engine, rows: list[InboxCells], mapping: InboxMapping
) -> None:
    twice = [rows[0], InboxCells(9, rows[0].cells), InboxCells(10, {**rows[0].cells,
             "Child Ref": "INVENTED-010"})]  # fmt: skip
    outcome = take(region, twice, mapping)
    assert (list(outcome.kept), list(outcome.waiting)) == ([2, 10], [9])
    assert "not closed" in outcome.waiting[9][0]


def test_what_waits_is_among_what_is_held_about_a_young_person(
    region: Engine, rows: list[InboxCells], mapping: InboxMapping
) -> None:
    take(region, rows, mapping)
    with reading(region) as session:
        found: dict[str, Any] = held(session, subject_of(session, "INVENTED-002"))
    assert [row["number"] for row in found["inbox_row"]] == [3]
