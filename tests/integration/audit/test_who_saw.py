"""Whom a list showed is kept with the look, found by the young person, and proven by the chain."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from broker.audit.amend import CannotAmend, correct_value, entry_with_values, remove_value, says_of
from broker.audit.chain import Broken, Record, Told, add_entries, add_entry, verify
from broker.audit.held import held, subject_of
from broker.audit.read import Wanted, newest_first, page
from broker.database import reading, writing
from broker.retention.due import due_on
from broker.retention.remove import remove
from broker.retention.schedule import schedule_in_force
from broker.store.clock import now
from broker.tables import CATALOGUE
from tests.integration.audit.conftest import told_and_withdrawn
from tests.integration.audit.tampering import ADMINISTRATOR, AUDITOR, START, fill, tamper
from tests.whole_life import BROKER

LIST = Record("offers", "list")


def look(engine: Engine, *showed: str, record: Record = LIST, act: str = "offers.list") -> int:
    """A look at a list that showed some referrals; the number of its entry."""
    with writing(engine) as session:
        return add_entries(session, [Told(BROKER, act, record, START, showed=showed)])


def numbers(engine: Engine, wanted: Wanted) -> list[int]:
    with reading(engine) as session:
        return [row["number"] for row in page(session, wanted, limit=100)[0]]


def broken(engine: Engine) -> Sequence[Broken]:
    with reading(engine) as session:
        return verify(session).broken


def test_a_look_at_a_list_is_found_by_everybody_on_it_and_by_nobody_else(engine: Engine) -> None:
    own = look(engine, "R-2", "R-1", record=Record("referral", "R-1"), act="life.read")
    both, other = look(engine, "R-2", "R-1", "R-2"), look(engine, "R-2")
    nobody = look(engine)
    assert numbers(engine, Wanted(record="R-1")) == [own, both]
    assert numbers(engine, Wanted(record="R-2")) == [own, both, other]
    assert numbers(engine, Wanted(record="R-3")) == []
    assert numbers(engine, Wanted(record="R-1", kind="referral")) == [own, both]
    assert numbers(engine, Wanted(record="R-1", kind="home")) == []
    assert numbers(engine, Wanted(record="R-1", act="offers.list")) == [both]
    with reading(engine) as session:
        rows = page(session, limit=100)[0]
    assert [row["after"] for row in rows[1:]] == [
        {"showed": ["R-1", "R-2"]}, {"showed": ["R-2"]}, None,
    ]  # fmt: skip
    assert [row["number"] for row in rows if row["values"] == "none"] == [nobody]
    assert broken(engine) == ()


def test_who_read_a_match_is_found_by_everybody_it_names(engine: Engine) -> None:
    made = look(engine, "R-1", "R-2", record=Record("match", "7"), act="match.make")
    look(engine, "R-2", record=Record("match", "8"), act="match.make")
    read = look(engine, record=Record("match", "7"), act="match.read")
    look(engine, record=Record("match", "8"), act="match.read")
    look(engine, "R-1", record=Record("home", "9"), act="question.ask")
    look(engine, record=Record("match", "9"), act="match.read")
    assert numbers(engine, Wanted(record="R-1", act="match.read")) == [read]
    assert numbers(engine, Wanted(record="R-1"))[:2] == [made, read]


def test_entries_are_found_by_day_and_organisation(engine: Engine) -> None:
    fill(engine, 4)
    minute = timedelta(minutes=1)
    since, until = START + 2 * minute, START + 4 * minute
    assert numbers(engine, Wanted(since=since)) == [2, 3, 4]
    assert numbers(engine, Wanted(until=until)) == [1, 2, 3]
    assert numbers(engine, Wanted(since=since, until=until)) == [2, 3]
    assert numbers(engine, Wanted(organisation="partnership")) == [1, 2, 3, 4]
    assert numbers(engine, Wanted(organisation="E09000025")) == []


def test_the_newest_come_first_and_every_entry_is_on_one_page(engine: Engine) -> None:
    fill(engine, 7)
    wanted = Wanted(act="home.change")

    def shown(**where: Any) -> tuple[list[int], bool, bool]:
        with reading(engine) as session:
            found = newest_first(session, wanted, limit=2, **where)
        return [one["number"] for one in found.entries], found.older, found.newer

    assert shown() == ([7, 5], True, False)
    assert shown(before=5) == ([4, 2], True, True)
    assert shown(before=2) == ([1], False, True)
    assert shown(after=2) == ([5, 4], True, True)
    assert shown(after=4) == ([7, 5], True, False)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit_showed WHERE record_id = 'R-1'",
        "INSERT INTO audit_showed (number, record_id) VALUES (2, 'R-3')",
        "UPDATE audit_showed SET record_id = 'R-3' WHERE record_id = 'R-1'",
    ],
)
def test_an_index_of_lists_that_was_changed_is_found(engine: Engine, statement: str) -> None:
    fill(engine, 1)
    number = look(engine, "R-1", "R-2")
    assert number == 2
    assert broken(engine) == ()
    tamper(engine, statement)
    sentence = "whom it showed is not what the index of lists says"
    assert broken(engine) == (Broken(2, sentence),)


def test_whom_a_look_that_showed_nobody_is_said_to_have_showed_is_found(engine: Engine) -> None:
    look(engine)
    tamper(engine, "INSERT INTO audit_showed (number, record_id) VALUES (1, 'R-3')")
    assert [one.number for one in broken(engine)] == [1]


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_showed SET record_id = 'R-3'", "DELETE FROM audit_showed"]
)
def test_the_database_lets_nobody_change_whom_a_list_showed(engine: Engine, statement: str) -> None:
    look(engine, "R-1")
    with pytest.raises(DBAPIError, match="never changed"), engine.begin() as connection:
        connection.exec_driver_sql(statement)


def test_whom_a_list_showed_is_neither_corrected_nor_removed(engine: Engine) -> None:
    number = look(engine, "R-1")
    with reading(engine) as session:
        says = says_of(entry_with_values(session, number))
    assert says == {"why": None, "before": None, "after": {"showed": ["R-1"]}}
    with writing(engine) as session, pytest.raises(CannotAmend, match="whom a list showed"):
        remove_value(session, ADMINISTRATOR, number, at=now(), why="by mistake")
    other = {**says, "after": {"showed": []}}
    with writing(engine) as session, pytest.raises(CannotAmend, match="whom a list showed"):
        correct_value(session, ADMINISTRATOR, number, other, at=now(), why="by mistake")
    assert broken(engine) == ()


def test_a_look_that_was_undone_showed_nobody(engine: Engine) -> None:
    with writing(engine) as session:
        add_entry(session, AUDITOR, "offers.list", LIST, at=START, showed=["R-1"])
        session.rollback()
    assert numbers(engine, Wanted(record="R-1")) == []


AT_75 = date(2087, 3, 9)


def test_the_end_of_a_young_persons_time_takes_no_list_from_others(
    region: Engine, withdrawn: str
) -> None:
    with writing(region) as session:
        other = told_and_withdrawn(session, "YP-901", date_of_birth=date(2013, 3, 9)).life.referral
    number = look(region, withdrawn, other)
    schedule = schedule_in_force()
    with writing(region) as session:
        theirs = held(session, subject_of(session, "YP-901"))
        found = due_on(session, schedule, AT_75)[0]
        assert str(number) not in {one.record for one in found if one.kind == "audit_value"}
        (due,) = (one for one in found if one.record == "YP-900")
        period = schedule[due.kind]
        remove(session, ADMINISTRATOR, due, period, at=now(), today=AT_75, reason="time is up")
    with reading(region) as session:
        assert held(session, subject_of(session, "YP-901")) == theirs
        assert verify(session).broken == ()
        table = CATALOGUE.tables["audit_value"]
        after = sa.select(table.c.after).where(table.c.number == number)
        assert session.execute(after).scalar_one() == {"showed": sorted([withdrawn, other])}
