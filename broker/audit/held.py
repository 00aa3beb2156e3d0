"""Where the records of a young person lie: one list, for whoever asks to see them or removes them.

A table with a column for a young person or a referral is found by itself; one that keeps them in
another way is named here with how to find its rows, and every other table is named as holding
nothing of a young person. A table that is none of these fails a test, so that none is forgotten.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session

from broker.audit.showed import SHOWED, numbers_showing, showed_by
from broker.store.shelves import SHELVES
from broker.tables import CATALOGUE

Row = dict[str, Any]
PERSON: Final = "young_person_id"
REFERRAL: Final = "referral_id"

NOTHING_OF_PEOPLE: Final[Mapping[str, str]] = {
    "access": "sessions and tokens of accounts",
    "account": "accounts of those who work here",
    "account_home": "homes that a manager manages",
    "adjoining": "which authorities adjoin",
    "baseline": "counts of a year by borough",
    "contract": "contract files",
    "home": "homes",
    "inbox_file": "files that came from case-management systems, without their rows",
    "job": "which work was asked for, by whom, and how far it is",
    "organisation": "organisations",
    "policy": "the policy of matching",
    "rate": "what homes charge",
    "return_episode": "what authorities returned, under numbers that are nobody's outside it",
    "return_source": "folders of statutory returns that were loaded",
    "register_entry": "agreements, assessments by a panel without names, training, due diligence",
    "safety_file": "which safety files were given",
    "share": "who pays for places",
    "subscription": "addresses that are told of events",
    "vacancy": "what homes said of free places",
}
"""Tables that hold nothing of a young person, and what they hold."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A young person by their pseudonym, and the referrals that are theirs."""

    young_person: str
    referrals: tuple[str, ...]


def subject_of(session: Session, young_person: str) -> Subject:
    """The young person with all of their referrals on record."""
    found: set[str] = set()
    for name in ("life", "referral", "placement"):
        table = CATALOGUE.tables[name]
        query = sa.select(table.c[REFERRAL]).where(table.c[PERSON] == young_person)
        found |= set(session.execute(query).scalars())
    return Subject(young_person, tuple(sorted(found)))


def tables_by_column() -> dict[str, sa.Table]:
    """Tables that say by a column of their own whom a row is about."""
    return {
        name: table
        for name, table in CATALOGUE.tables.items()
        if PERSON in table.c or REFERRAL in table.c
    }


def held(session: Session, subject: Subject) -> dict[str, list[Row]]:
    """Every row about the young person, by table; tables with none are left out."""
    made: dict[str, list[Row]] = {}
    for name, table in tables_by_column().items():
        made[name] = _rows(session, table, about(table, subject))
    for name, find in OTHERWISE.items():
        made[name] = find(session, subject)
    return {name: rows for name, rows in sorted(made.items()) if rows}


def about(table: sa.Table, subject: Subject) -> sa.ColumnElement[bool]:
    """The rows of a table that are about a young person, as a condition."""
    ways: list[sa.ColumnElement[bool]] = []
    if PERSON in table.c:
        ways.append(table.c[PERSON] == subject.young_person)
    if REFERRAL in table.c:
        ways.append(table.c[REFERRAL].in_(subject.referrals))
    return sa.or_(*ways)


def _rows(session: Session, table: sa.Table, condition: sa.ColumnElement[bool]) -> list[Row]:
    query = sa.select(table).where(condition).order_by(*table.primary_key)
    return [dict(row) for row in session.execute(query).mappings()]


def _relationships(session: Session, subject: Subject) -> list[Row]:
    table = CATALOGUE.tables["relationship"]
    either = sa.or_(table.c.a == subject.young_person, table.c.b == subject.young_person)
    return _rows(session, table, either)


_KEYS: Final = {
    SHELVES[sheet].name: SHELVES[sheet].key
    for sheet in SHELVES
    if {PERSON, REFERRAL, "a"} & set(SHELVES[sheet].key) and sheet != "adjoining"
}
"""The tables with a history whose keys name a young person or a referral."""


def _history(session: Session, subject: Subject) -> list[Row]:
    table = CATALOGUE.tables["row_change"]
    own = {PERSON: {subject.young_person}, REFERRAL: set(subject.referrals)}
    own |= {"a": own[PERSON], "b": own[PERSON]}
    found = []
    for name, key in _KEYS.items():
        ids = set().union(*(own.get(field, set()) for field in key))
        if not ids:
            continue
        named = sa.or_(
            *(
                table.c.row_key.contains(json.dumps(one, ensure_ascii=False), autoescape=True)
                for one in sorted(ids)
            )
        )
        for row in _rows(session, table, sa.and_(table.c.table_name == name, named)):
            values = dict(zip(key, json.loads(row["row_key"]), strict=True))
            if any(values[field] in own[field] for field in key if field in own):
                found.append(row)
    return sorted(found, key=lambda row: int(row["row_id"]))


def _audit(session: Session, subject: Subject) -> list[Row]:
    table = CATALOGUE.tables["audit"]
    records = (subject.young_person, *subject.referrals)
    kinds = ("referral", "young_person", "audit_of")
    named = sa.and_(table.c.record_kind.in_(kinds), table.c.record_id.in_(records))
    listed = table.c.number.in_(numbers_showing(subject.referrals))
    return _rows(session, table, sa.or_(named, listed))


def _showed(session: Session, subject: Subject) -> list[Row]:
    """Which entries tell of a list that showed the young person."""
    table = CATALOGUE.tables["audit_showed"]
    return _rows(session, table, table.c.record_id.in_(subject.referrals))


def looks_at_matches(session: Session, runs: Sequence[int]) -> list[Row]:
    """Entries about matches: who made and who read those whose plans name somebody."""
    table = CATALOGUE.tables["audit"]
    ids = [str(run) for run in runs]
    return _rows(
        session, table, sa.and_(table.c.record_kind == "match", table.c.record_id.in_(ids))
    )


def _values(session: Session, subject: Subject) -> list[Row]:
    """What entries say of the young person; of a list nothing of the others on it."""
    table = CATALOGUE.tables["audit_value"]
    listed = _rows(session, table, table.c.number.in_(numbers_showing(subject.referrals)))
    own = set(subject.referrals)
    found = [
        {
            **row,
            "after": {**row["after"], SHOWED: sorted(own.intersection(showed_by(row["after"])))},
        }
        for row in listed
    ]
    return sorted([*own_values(session, subject), *found], key=lambda row: int(row["number"]))


def own_values(session: Session, subject: Subject) -> list[Row]:
    """What entries about the young person alone say, and what corrections and removals of them say.

    It goes with the young person's records; what entries say of lists stays, as the chain does.
    """
    entries, table = CATALOGUE.tables["audit"], CATALOGUE.tables["audit_value"]
    others = {row["number"] for row in _showed(session, subject)}
    numbers = [row["number"] for row in _audit(session, subject) if row["number"] not in others]
    amended = sa.select(entries.c.number).where(
        entries.c.record_kind == "audit", entries.c.record_id.in_([str(one) for one in numbers])
    )
    return _rows(session, table, sa.or_(table.c.number.in_(numbers), table.c.number.in_(amended)))


def _runs(session: Session, subject: Subject) -> list[Row]:
    """Matches whose plan names one of the referrals; only what it says of them is given."""
    table = CATALOGUE.tables["match_run"]
    if not subject.referrals:
        return []
    text = sa.cast(table.c.plan, sa.Text)
    named = sa.or_(*(text.contains(json.dumps(one), autoescape=True) for one in subject.referrals))
    found = []
    for row in _rows(session, table, named):
        parts = _parts_about(row["plan"], set(subject.referrals))
        if parts:
            found.append(
                {
                    "run_id": row["run_id"],
                    "started_at": row["started_at"],
                    "as_of": row["as_of"],
                    "plan": parts,
                }
            )
    return found


def _parts_about(plan: Any, referrals: set[str]) -> list[Any]:
    """Every smallest object of a plan that names one of the referrals."""
    if isinstance(plan, dict):
        inner = [part for value in plan.values() for part in _parts_about(value, referrals)]
        own = any(isinstance(value, str) and value in referrals for value in plan.values())
        return [plan] if own else inner
    if isinstance(plan, list):
        return [part for value in plan for part in _parts_about(value, referrals)]
    return []


def _keys(session: Session, subject: Subject) -> list[Row]:
    """Answers kept for requests that are sent twice."""
    table = CATALOGUE.tables["idempotency_key"]
    places = [f"/api/referrals/{one}" for one in subject.referrals]
    return _rows(session, table, table.c.location.in_(places))


OTHERWISE: Final[Mapping[str, Callable[[Session, Subject], list[Row]]]] = {
    "audit": _audit,
    "audit_showed": _showed,
    "audit_value": _values,
    "idempotency_key": _keys,
    "match_run": _runs,
    "relationship": _relationships,
    "row_change": _history,
}
"""Tables that hold a young person's records in a way of their own, and how to find those."""
