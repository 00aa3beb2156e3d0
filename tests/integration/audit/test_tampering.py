"""Whatever is changed, removed, moved or put into the audit behind the program's back is found."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from broker.audit.chain import Broken, Record, Verified, add_entry, hash_of, verify
from broker.database import make_engine, reading, writing
from broker.store.clock import now
from broker.tables.audit import AuditRow
from tests.integration.audit.tampering import AUDITOR, add, fill, tamper, unguarded

COLUMNS = {
    "at": "2020-01-01 00:00:00.000000",
    "actor": "somebody-else",
    "role": "broker",
    "organisation": "E09000025",
    "via": "token",
    "act": "home.list",
    "record_kind": "referral",
    "record_id": "R-1",
    "digest": "1" * 64,
    "previous": "2" * 64,
    "hash": "3" * 64,
}
VALUES = {"salt": "'other'", "why": "NULL", "before": "NULL", "after": "'{\"places\": 9}'"}


def proof(engine: Engine, expected: str | None = None) -> Verified:
    with reading(engine) as session:
        return verify(session, expected=expected)


def named(found: Verified) -> set[int]:
    return {one.number for one in found.broken}


def test_an_untouched_chain_holds_and_its_seal_is_met_later(engine: Engine) -> None:
    fill(engine, 5)
    first = proof(engine)
    assert (first.entries, first.last, first.broken, first.taken) == (5, 5, (), ())
    fill(engine, 4)
    assert proof(engine, first.seal).broken == ()
    assert proof(engine, first.head).broken == ()
    assert proof(engine).entries == 9


def test_an_empty_chain_holds(engine: Engine) -> None:
    found = proof(engine)
    assert (found.entries, found.broken) == (0, ())
    assert proof(engine, found.seal).broken == ()


@pytest.mark.parametrize("column", COLUMNS)
def test_a_change_of_any_part_of_an_entry_names_it(engine: Engine, column: str) -> None:
    fill(engine, 6)
    tamper(engine, f"UPDATE audit SET {column} = :new WHERE number = 4", new=COLUMNS[column])
    found = proof(engine)
    assert 4 in named(found)
    assert named(found) <= {4, 5}


@pytest.mark.parametrize("column", VALUES)
def test_a_change_of_any_value_beside_an_entry_names_it(engine: Engine, column: str) -> None:
    fill(engine, 6)
    tamper(engine, f"UPDATE audit_value SET {column} = {VALUES[column]} WHERE number = 5")
    assert proof(engine).broken == (Broken(5, "the values beside it were changed"),)


def test_values_that_are_gone_without_an_entry_are_found(engine: Engine) -> None:
    fill(engine, 6)
    tamper(engine, "DELETE FROM audit_value WHERE number = 2")
    found = proof(engine)
    assert named(found) == {2}
    assert "no entry says who" in str(found.broken[0])


def test_values_put_beside_an_entry_that_said_nothing_are_found(engine: Engine) -> None:
    fill(engine, 6)
    tamper(engine, "INSERT INTO audit_value (number, salt, why) VALUES (3, 'x', 'because')")
    assert proof(engine).broken == (Broken(3, "says nothing, and values were put beside it"),)


@pytest.mark.parametrize("gone", [1, 3, 5])
def test_an_entry_taken_from_the_chain_is_named(engine: Engine, gone: int) -> None:
    fill(engine, 6)
    tamper(engine, f"DELETE FROM audit_value WHERE number = {gone}")
    tamper(engine, f"DELETE FROM audit WHERE number = {gone}")
    found = proof(engine)
    assert f"entry {gone}: is missing" in str(found.broken[0])
    assert found.entries == 5


def test_a_run_of_entries_taken_out_is_named(engine: Engine) -> None:
    fill(engine, 9)
    tamper(engine, "DELETE FROM audit WHERE number BETWEEN 3 AND 6")
    tamper(engine, "DELETE FROM audit_value WHERE number BETWEEN 3 AND 6")
    assert "entry 3: is missing, and all up to 6" in [str(one) for one in proof(engine).broken]


def test_an_end_that_was_cut_off_shows_only_against_what_was_written_down(engine: Engine) -> None:
    fill(engine, 6)
    seal = proof(engine).seal
    tamper(engine, "DELETE FROM audit_value WHERE number = 5")
    tamper(engine, "DELETE FROM audit WHERE number IN (5, 6)")
    assert proof(engine).broken == ()
    for expected in (seal, seal.split(":")[1]):
        found = proof(engine, expected)
        assert named(found) == {4}
        assert "the end was cut off" in str(found.broken[0])


def test_two_entries_that_changed_places_are_both_named(engine: Engine) -> None:
    fill(engine, 6)
    for old, new in ((2, 99), (5, 2), (99, 5)):
        tamper(engine, f"UPDATE audit SET number = {new} WHERE number = {old}")
        tamper(engine, f"UPDATE audit_value SET number = {new} WHERE number = {old}")
    assert {2, 5} <= named(proof(engine))


def test_a_forged_entry_put_between_two_is_named(engine: Engine) -> None:
    fill(engine, 6)
    _make_room(engine, 4)
    _forge(engine, 4)
    assert named(proof(engine)) == {5, 6, 7}, "each was moved up, and the next does not follow"


def _make_room(engine: Engine, at: int) -> None:
    for number in range(6, at - 1, -1):
        tamper(engine, f"UPDATE audit SET number = {number + 1} WHERE number = {number}")
        tamper(engine, f"UPDATE audit_value SET number = {number + 1} WHERE number = {number}")


def _forge(engine: Engine, number: int) -> None:
    """An entry whose own hash is right, after the one before it."""
    with unguarded(engine) as connection:
        table = sa.Table("audit", sa.MetaData(), autoload_with=connection)
        rows = connection.execute(sa.text("SELECT hash FROM audit ORDER BY number")).scalars()
        previous = rows.all()[number - 2]
        with reading(engine) as session:
            from broker.tables import AuditRow

            pattern = session.get(AuditRow, 3)
            assert pattern is not None
            forged = {**pattern.model_dump(), "number": number, "previous": previous}
        forged["hash"] = hash_of(forged)
        connection.execute(sa.insert(table), forged)


def test_a_chain_written_anew_shows_against_what_was_written_down_and_where(
    engine: Engine,
) -> None:
    fill(engine, 6)
    before = proof(engine)
    with unguarded(engine) as connection:
        connection.execute(sa.text("DELETE FROM audit_value"))
        connection.execute(sa.text("DELETE FROM audit"))
    fill(engine, 7)
    assert proof(engine).broken == (), "a forger with all powers can write a whole chain"
    found = proof(engine, before.seal)
    assert named(found) == {6}
    assert "has not the hash that was written down" in str(found.broken[0])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'x' WHERE number = 2",
        "DELETE FROM audit WHERE number = 2",
        "UPDATE audit_value SET why = 'x' WHERE number = 2",
        "DELETE FROM audit_value WHERE number = 2",
    ],
)
def test_the_database_refuses_what_no_entry_tells_of(engine: Engine, statement: str) -> None:
    fill(engine, 4)
    with pytest.raises(DBAPIError, match="never changed"):  # noqa: SIM117
        with engine.begin() as connection:
            connection.exec_driver_sql(statement)
    assert proof(engine).broken == ()


@settings(max_examples=30)
@given(data=st.data())
def test_any_tampering_is_found_and_names_the_entry(
    emptied: Callable[[], Engine], data: st.DataObject
) -> None:
    engine = emptied()
    number = data.draw(st.integers(2, 9), label="entries")
    fill(engine, number)
    seal = proof(engine).seal
    at = data.draw(st.integers(1, number), label="entry")
    how = data.draw(st.sampled_from(["column", "value", "remove", "nothing"]), label="how")
    if how == "column":
        column = data.draw(st.sampled_from(sorted(COLUMNS)))
        tamper(engine, f"UPDATE audit SET {column} = :new WHERE number = {at}", new=COLUMNS[column])
    elif how == "value":
        if at % 3 == 0:
            at -= 1
        column = data.draw(st.sampled_from(sorted(VALUES)))
        tamper(engine, f"UPDATE audit_value SET {column} = {VALUES[column]} WHERE number = {at}")
    elif how == "remove":
        tamper(engine, f"DELETE FROM audit_value WHERE number = {at}")
        tamper(engine, f"DELETE FROM audit WHERE number = {at}")
    found = proof(engine, seal)
    if how == "nothing":
        assert found.broken == ()
    elif how == "remove" and at == number:
        assert named(found) == {number - 1}
    else:
        assert at in named(found)
        assert named(found) <= {at, at + 1}


def test_entries_added_by_many_at_once_leave_a_whole_chain(engine: Engine, address: str) -> None:
    people, each = 8, 6
    gate = threading.Barrier(people)

    def work(person: int) -> list[int]:
        own = make_engine(address)
        gate.wait()
        made = []
        for one in range(each):
            with writing(own) as session:
                made.append(add(session, person * 100 + one))
        own.dispose()
        return made

    with ThreadPoolExecutor(people) as pool:
        numbers = sorted(one for made in pool.map(work, range(people)) for one in made)
    assert numbers == list(range(1, people * each + 1))
    found = proof(engine)
    assert (found.entries, found.broken) == (people * each, ())


def test_an_entry_of_work_that_failed_leaves_no_gap(engine: Engine) -> None:
    fill(engine, 2)

    def fail() -> None:
        with writing(engine) as session:
            add(session, 3)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    fill(engine, 2)
    assert proof(engine).entries == 4
    assert proof(engine).broken == ()


def test_entries_of_what_a_savepoint_undid_go_and_those_before_and_after_stay(
    engine: Engine,
) -> None:
    somebody = AUDITOR

    def tell(session: Session, act: str) -> None:
        add_entry(session, somebody, act, Record("thing", "1"), at=now())

    def undone(session: Session) -> None:
        with session.begin_nested():
            tell(session, "undone")
            with session.begin_nested():
                tell(session, "undone too")
            raise Undone

    with writing(engine) as session:
        tell(session, "before")
        with pytest.raises(Undone):
            undone(session)
        with session.begin_nested():
            tell(session, "after")
    with reading(engine) as session:
        table = AuditRow.__table__
        acts = session.execute(sa.select(table.c.act).order_by(table.c.number)).scalars()
        assert list(acts) == ["before", "after"]
        assert verify(session).broken == ()


class Undone(Exception):
    """What was done in a savepoint is to be undone."""
