"""What is due to go on a day, by kind of record, and what is held back and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session

from broker.audit.held import OTHERWISE, PERSON, Subject, held, subject_of
from broker.audit.lawful import CORRECTED, REMOVED, RETIRED
from broker.retention.schedule import Period, Schedule, anniversary
from broker.tables import CATALOGUE

_DIED: Final = "E2"
"""SSDA903: the period of care ended because the young person died."""
_ADULT: Final = 18
_OF_PEOPLE: Final = ("referral", "young_person")
"""Kinds of record in the audit that are a young person's."""
_PEOPLE: Final = ("referral", "resident", "relationship", "avoid", "person_or_place", "wish",
                  "decline", "decision")  # fmt: skip
"""Tables whose history goes with the young person, not with the history of rows."""


@dataclass(frozen=True, slots=True)
class Due:
    """A record whose time is over: its kind, its id, the event, the day, how many rows it is."""

    kind: str
    record: str
    event: date
    due_on: date
    rows: int = 1

    def to_json(self) -> dict[str, Any]:
        """The record as a list shows it."""
        return {
            "kind": self.kind,
            "record": self.record,
            "event": self.event.isoformat(),
            "due_on": self.due_on.isoformat(),
            "rows": self.rows,
        }


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A record that would be due and must stay, and why."""

    kind: str
    record: str
    why: str

    def to_json(self) -> dict[str, Any]:
        """The record as a list shows it."""
        return {"kind": self.kind, "record": self.record, "why": self.why}


def due_on(session: Session, schedule: Schedule, today: date) -> tuple[list[Due], list[HeldBack]]:
    """Everything whose time is over, in the order of the schedule, and what is held back."""
    due: list[Due] = []
    back: list[HeldBack] = []
    for one in _people(session, schedule, today):
        (due if isinstance(one, Due) else back).append(one)  # type: ignore[arg-type]
    gone = {one.record for one in due}
    due += [
        one for one in _withdrawn(session, schedule["withdrawn_referral"], today)
        if one.record not in gone
    ]  # fmt: skip
    for kind, find in _SIMPLE.items():
        due += find(session, schedule[kind], today)
    order = list(schedule)
    due.sort(key=lambda one: (order.index(one.kind), one.due_on, one.record))
    back.sort(key=lambda one: (order.index(one.kind), one.record))
    return due, back


@dataclass(slots=True)
class _Person:
    born: date | None = None
    died: date | None = None


def _people(session: Session, schedule: Schedule, today: date) -> Iterator[Due | HeldBack]:
    for young_person, person in sorted(_persons(session).items()):
        if person.born is None:
            continue
        kind, event = "young_person", person.born
        if person.died is not None and person.died < anniversary(person.born, _ADULT):
            kind, event = "young_person_died", person.died
        ends = schedule[kind].ends(event)
        if ends > today:
            continue
        subject = subject_of(session, young_person)
        why = _still_needed(session, subject, today)
        if why is not None:
            yield HeldBack(kind, young_person, why)
        else:
            rows = sum(len(rows) for rows in held(session, subject).values())
            yield Due(kind, young_person, event, ends, rows)


def _persons(session: Session) -> dict[str, _Person]:
    """Everybody on record, with the latest day of birth anything says, and of death."""
    people: dict[str, _Person] = {}
    for name in ("life", "referral", "resident"):
        table = CATALOGUE.tables[name]
        for row in session.execute(sa.select(table.c[PERSON], table.c.date_of_birth)):
            person = people.setdefault(row[0], _Person())
            if row[1] is not None and (person.born is None or row[1] > person.born):
                person.born = row[1]
    lives, steps = CATALOGUE.tables["life"], CATALOGUE.tables["step"]
    ended = (
        sa.select(lives.c[PERSON], steps.c.said)
        .join(steps, steps.c.referral_id == lives.c.referral_id)
        .where(steps.c.kind == "end", steps.c.said.is_not(None))
    )
    for young_person, said in session.execute(ended):
        if said.get("care_code") == _DIED:
            people[young_person].died = date.fromisoformat(said["ended_on"])
    return people


def _still_needed(session: Session, subject: Subject, today: date) -> str | None:
    """Why the records of a young person must stay; None where nothing stands against it."""
    lives, referrals = CATALOGUE.tables["life"], CATALOGUE.tables["referral"]
    residents = CATALOGUE.tables["resident"]
    own = lives.c[PERSON] == subject.young_person
    open_life = session.execute(
        sa.select(lives.c.referral_id).where(own, lives.c.state.not_in(("ended", "withdrawn")))
    ).first()
    if open_life is not None:
        return f"{open_life.referral_id} is open"
    open_row = session.execute(
        sa.select(referrals.c.referral_id).where(
            referrals.c[PERSON] == subject.young_person, referrals.c.closed_at.is_(None)
        )
    ).first()
    if open_row is not None:
        return f"{open_row.referral_id} is open for matching"
    living = session.execute(
        sa.select(residents.c.home_id).where(
            residents.c[PERSON] == subject.young_person,
            sa.or_(
                residents.c.leaves_on.is_(None),
                residents.c.leaves_on > today,
                residents.c.leaving.is_distinct_from("confirmed"),
            ),
        )
    ).first()
    if living is not None:
        return f"they live in {living.home_id} by the record"
    named = OTHERWISE["match_run"](session, subject)
    if named:
        listed = ", ".join(str(row["run_id"]) for row in named)
        return f"matches name them and go first: {listed}"
    return None


def _withdrawn(session: Session, period: Period, today: date) -> Iterator[Due]:
    lives, steps = CATALOGUE.tables["life"], CATALOGUE.tables["step"]
    query = (
        sa.select(lives.c.referral_id, steps.c.taken_on)
        .join(steps, steps.c.referral_id == lives.c.referral_id)
        .where(
            lives.c.state == "withdrawn",
            steps.c.kind == "withdraw",
            steps.c.taken_on <= period.latest(today),
        )
    )
    for referral, day in session.execute(query):
        yield Due(period.kind, referral, day, period.ends(day))


def _before(period: Period, today: date) -> datetime:
    """The first moment that is too late to be due."""
    return datetime.combine(period.latest(today) + timedelta(days=1), time(), UTC)


def _matches(session: Session, period: Period, today: date) -> Iterator[Due]:
    table = CATALOGUE.tables["match_run"]
    query = sa.select(table.c.run_id, table.c.finished_at)
    for run, at in session.execute(query.where(table.c.finished_at < _before(period, today))):
        yield Due(period.kind, str(run), at.date(), period.ends(at.date()))


def _accounts(session: Session, period: Period, today: date) -> Iterator[Due]:
    table = CATALOGUE.tables["account"]
    query = sa.select(table.c.account_id, table.c.ended_at)
    for account, at in session.execute(query.where(table.c.ended_at < _before(period, today))):
        yield Due(period.kind, account, at.date(), period.ends(at.date()))


def _audit_values(session: Session, period: Period, today: date) -> Iterator[Due]:
    """Values beside entries that are about no young person, corrections of such values included.

    Why values were taken away, and whom a list showed, is kept as long as the chain.
    """
    showed = CATALOGUE.tables["audit_showed"]
    entries, values = CATALOGUE.tables["audit"], CATALOGUE.tables["audit_value"]
    query = (
        sa.select(entries.c.number, entries.c.at, entries.c.act, entries.c.record_id)
        .join(values, values.c.number == entries.c.number)
        .where(
            entries.c.at < _before(period, today),
            entries.c.record_kind.not_in(_OF_PEOPLE),
            entries.c.act.not_in((REMOVED, RETIRED)),
            ~sa.exists().where(showed.c.number == entries.c.number),
        )
    )
    for number, at, act, record in session.execute(query).all():
        named = int(record) if act == CORRECTED else number
        kind = sa.select(entries.c.record_kind).where(entries.c.number == named)
        if session.execute(kind).scalar_one() not in _OF_PEOPLE:
            yield Due(period.kind, str(named), at.date(), period.ends(at.date()))


def _loaded_returns(session: Session, period: Period, today: date) -> Iterator[Due]:
    sources, episodes = CATALOGUE.tables["return_source"], CATALOGUE.tables["return_episode"]
    rows = sa.select(sa.func.count()).where(episodes.c.source == sources.c.source).scalar_subquery()
    query = sa.select(sources.c.source, sources.c.loaded_at, rows).where(
        sources.c.loaded_at < _before(period, today)
    )
    for source, at, number in session.execute(query):
        yield Due(period.kind, source, at.date(), period.ends(at.date()), number)


def _registers(session: Session, period: Period, today: date) -> Iterator[Due]:
    """Keys of a register of which nothing holds any longer."""
    table = CATALOGUE.tables["register_entry"]
    newest = (
        sa.select(sa.func.max(table.c.number)).group_by(table.c.register_name, table.c.key)
    ).scalar_subquery()
    query = sa.select(table.c.register_name, table.c.key, table.c.holds_to).where(
        table.c.number.in_(newest), table.c.holds_to <= period.latest(today)
    )
    counts = sa.select(sa.func.count())
    for register, key, last in session.execute(query):
        own = sa.and_(table.c.register_name == register, table.c.key == key)
        rows = session.execute(counts.where(own)).scalar_one()
        yield Due(period.kind, f"{register}/{key}", last, period.ends(last), rows)


def _bulk(
    name: str, column: str, *conditions: Callable[[sa.Table], sa.ColumnElement[bool]]
) -> Callable[[Session, Period, date], Iterator[Due]]:
    """Rows that go together, all up to a day, without being named one by one."""

    def find(session: Session, period: Period, today: date) -> Iterator[Due]:
        table = CATALOGUE.tables[name]
        own = [condition(table) for condition in conditions]
        query = sa.select(sa.func.count(), sa.func.max(table.c[column])).where(
            table.c[column] < _before(period, today), *own
        )
        number, last = session.execute(query).one()
        if number:
            day = last.date()
            record = f"up to {period.latest(today).isoformat()}"
            yield Due(period.kind, record, day, period.ends(day), number)

    return find


def not_of_people(table: sa.Table) -> sa.ColumnElement[bool]:
    """The history of rows that are about no young person."""
    return table.c.table_name.not_in(_PEOPLE)


_SIMPLE: Final[Mapping[str, Callable[[Session, Period, date], Iterator[Due]]]] = {
    "match_run": _matches,
    "account": _accounts,
    "audit_value": _audit_values,
    "row_history": _bulk("row_change", "changed_at", not_of_people),
    "loaded_return": _loaded_returns,
    "register": _registers,
    "vacancy": _bulk("vacancy", "said_at"),
    "idempotency_key": _bulk("idempotency_key", "used_at"),
    "session": _bulk("access", "ends_at"),
}
