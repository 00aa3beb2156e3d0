"""Taking away what is due: the entry of the audit first, then the rows it speaks of, or neither.

The database itself lets no row of what is kept go without such an entry before it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session

from broker.access.actor import Actor
from broker.audit.chain import Record, Told, add_entries
from broker.audit.held import (
    OTHERWISE,
    PERSON,
    REFERRAL,
    Subject,
    own_values,
    subject_of,
    tables_by_column,
)
from broker.audit.lawful import CORRECTED, ENTRY, REMOVED, RETIRED
from broker.retention.due import Due, not_of_people
from broker.retention.schedule import Period
from broker.returns.record import take_off_record
from broker.tables import CATALOGUE

_PEOPLES: Final = ("young_person", "young_person_died")


def remove(
    session: Session,
    actor: Actor,
    due: Due,
    period: Period,
    *,
    at: datetime,
    today: date,
    reason: str,
) -> None:
    """Remove one due record with an entry that says who, why, and by which period.

    The caller commits.
    """
    why = f"{reason} ({period.words}; {period.source})"

    def entry(kind: str, record: str, act: str = RETIRED) -> None:
        # Now, not at the end: the database lets go only of what an entry says is taken.
        add_entries(session, [Told(actor, act, Record(kind, record), at, why)])

    if due.kind in _PEOPLES:
        _person(session, subject_of(session, due.record), entry)
    elif due.kind == "withdrawn_referral":
        _lock(session, (due.record,))
        _referral(session, due.record, entry)
    elif due.kind in _BULK:
        name, column = _BULK[due.kind]
        entry(due.kind, due.record)
        table = CATALOGUE.tables[name]
        before = datetime.combine(period.latest(today) + timedelta(days=1), time(), UTC)
        own = [not_of_people(table)] if name == "row_change" else []
        session.execute(sa.delete(table).where(table.c[column] < before, *own))
    else:
        _ONE[due.kind](session, due.record, entry)


Say = Callable[..., None]

_BULK: Final[Mapping[str, tuple[str, str]]] = {
    "row_history": ("row_change", "changed_at"),
    "vacancy": ("vacancy", "said_at"),
    "idempotency_key": ("idempotency_key", "used_at"),
    "session": ("access", "ends_at"),
}


def _lock(session: Session, referrals: tuple[str, ...]) -> None:
    """Hold the lives before the chain, as whoever takes a step does."""
    if session.get_bind().dialect.name == "postgresql":
        table = CATALOGUE.tables["life"]
        session.execute(
            sa.select(table.c[REFERRAL])
            .where(table.c[REFERRAL].in_(referrals))
            .order_by(table.c[REFERRAL])
            .with_for_update()
        )


def _person(session: Session, subject: Subject, entry: Say) -> None:
    _lock(session, subject.referrals)
    for referral in subject.referrals:
        _referral(session, referral, entry)
    entry("young_person", subject.young_person)
    alone = Subject(subject.young_person, ())
    _take_otherwise(session, alone)
    for table in reversed(CATALOGUE.sorted_tables):
        if PERSON in table.c:
            session.execute(sa.delete(table).where(table.c[PERSON] == subject.young_person))


def _referral(session: Session, referral: str, entry: Say) -> None:
    entry("referral", referral)
    alone = Subject("", (referral,))
    _take_otherwise(session, alone)
    for table in reversed(CATALOGUE.sorted_tables):
        if table.name not in tables_by_column() or REFERRAL not in table.c:
            continue
        own = table.c[REFERRAL] == referral
        if table.name == "out_of_use":  # places out of use are the contract's, not theirs
            session.execute(sa.update(table).where(own).values({REFERRAL: None}))
        else:
            session.execute(sa.delete(table).where(own))


_TAKEN: Final = {
    "audit_value": own_values,
    **{name: OTHERWISE[name] for name in ("idempotency_key", "relationship", "row_change")},
}
"""What goes of the tables that are searched in a way of their own; the chain itself stays, and so
does whom lists showed."""


def _take_otherwise(session: Session, subject: Subject) -> None:
    for name, find in _TAKEN.items():
        table = CATALOGUE.tables[name]
        key = list(table.primary_key)
        for row in find(session, subject):
            if name == "audit_value" and _newest(session) == row["number"]:
                continue  # the entry that tells of this removal keeps its reason
            same = [column == row[column.name] for column in key]
            session.execute(sa.delete(table).where(*same))


def _newest(session: Session) -> int:
    table = CATALOGUE.tables["audit"]
    found: int = session.execute(sa.select(sa.func.max(table.c.number))).scalar_one()
    return found


def _match(session: Session, record: str, entry: Say) -> None:
    entry("match", record)
    table = CATALOGUE.tables["match_run"]
    session.execute(sa.delete(table).where(table.c.run_id == int(record)))
    _values_about(session, "match", record)


def _account(session: Session, record: str, entry: Say) -> None:
    entry("account", record)
    for name in ("access", "account_home", "account"):
        table = CATALOGUE.tables[name]
        session.execute(sa.delete(table).where(table.c.account_id == record))
    _values_about(session, "account", record)


def _loaded_return(session: Session, record: str, entry: Say) -> None:
    entry("loaded_return", record)
    take_off_record(session, record)


def _register(session: Session, record: str, entry: Say) -> None:
    register, _, key = record.partition("/")
    entry(register, key)
    table = CATALOGUE.tables["register_entry"]
    own = sa.and_(table.c.register_name == register, table.c.key == key)
    session.execute(sa.delete(table).where(own))
    _values_about(session, register, key)


def _values_about(session: Session, kind: str, record: str) -> None:
    """What earlier entries said of a record that is gone, with corrections and removals of them."""
    entries, values = CATALOGUE.tables["audit"], CATALOGUE.tables["audit_value"]
    newest = _newest(session)
    own = session.execute(
        sa.select(entries.c.number).where(
            entries.c.record_kind == kind, entries.c.record_id == record
        )
    ).scalars()
    numbers = [number for number in own if number != newest]
    amended = sa.select(entries.c.number).where(
        entries.c.record_kind == ENTRY, entries.c.record_id.in_([str(one) for one in numbers])
    )
    session.execute(
        sa.delete(values).where(sa.or_(values.c.number.in_(numbers), values.c.number.in_(amended)))
    )


def _audit_value(session: Session, record: str, entry: Say) -> None:
    """What an entry says, or the latest correction of it."""
    entry(ENTRY, record, REMOVED)
    newest = _newest(session)
    entries, values = CATALOGUE.tables["audit"], CATALOGUE.tables["audit_value"]
    corrections = sa.select(entries.c.number).where(
        entries.c.record_kind == ENTRY,
        entries.c.record_id == record,
        entries.c.act == CORRECTED,
        entries.c.number < newest,
    )
    session.execute(
        sa.delete(values).where(
            sa.or_(values.c.number == int(record), values.c.number.in_(corrections))
        )
    )


_ONE: Final[Mapping[str, Callable[[Session, str, Say], Any]]] = {
    "match_run": _match,
    "account": _account,
    "loaded_return": _loaded_return,
    "register": _register,
    "audit_value": _audit_value,
}
