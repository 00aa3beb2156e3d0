"""The records as they are now: rows, policy, and the problem that the open referrals pose."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from broker.database import DatabaseProblem, name_of
from broker.store.clock import today
from broker.store.compare import OnRecord
from broker.store.out_of_use import places_out
from broker.store.seen import Seen, seen_now
from broker.store.shelves import OWNERS, SHELVES, Shelf, Values
from broker.tables import PolicyRow, SafetyFileRow
from matching.exchange import problem_of
from matching.faults import BadInput, Fault
from matching.problem import Problem
from matching.sheets import SHEETS
from matching.tables import RawTable, from_records

SAFETY = tuple(name for name, sheet in SHEETS.items() if sheet.safety)


class NothingOnRecord(DatabaseProblem):
    """The database holds no case yet."""

    def __init__(self, where: str) -> None:
        super().__init__(
            f"Nothing is on record yet in {where}; take a case in first: broker import CASE."
        )


def load_problem(
    session: Session,
    *,
    as_of: date | None = None,
    require_safety: bool = False,
    places_out_too: bool = False,
) -> Problem:
    """The problem of the open referrals and homes on record, on the day of the question or another.

    Places out of use on any day before the last young person needs one are left out, unless
    `places_out_too`.

    A safety file that was never given is missing here too.

    Raises:
        NothingOnRecord: no case was imported yet.
        BadInput: `require_safety` and a safety file was never given.
        DatabaseProblem: the records do not satisfy this program's rules (on that day).
    """
    return _load(session, as_of, require_safety, places_out_too)[0]


def load_seen(session: Session, *, require_safety: bool = False) -> tuple[Problem, Seen]:
    """As `load_problem`, and beside the problem which versions of the rows it is made of.

    The session is one for looking only (`broker.database.reading`), whose view does not move.
    """
    problem, absent, out = _load(session, None, require_safety)
    return problem, seen_now(session, absent, out)


def _load(
    session: Session, as_of: date | None, require_safety: bool, places_out_too: bool = False
) -> tuple[Problem, list[str], dict[str, int]]:
    """The problem, the safety tables that were never given, and the places out of use by home."""
    policy = read_policy_text(session)
    if policy is None:
        raise NothingOnRecord(name_of(session.get_bind()))
    day = as_of or day_of_question(session)
    given = given_safety_files(session)
    rows = read_rows(session)
    tables = {name: [item.row for item in _open(shelf, rows)] for name, shelf in SHELVES.items()}
    tables["referrals"] = [waiting_by(day, row) for row in tables["referrals"]]
    last = max((day, *(row["needed_by"] for row in tables["referrals"])))
    out = {} if places_out_too else places_out(session, day, last + timedelta(days=1))
    tables["homes"] = [without_places(out, row) for row in tables["homes"]]
    absent = [name for name in SAFETY if SHEETS[name].file not in given]
    try:
        problem = assemble(policy, tables, absent, {"as_of": day}, require_safety=require_safety)
    except BadInput as refused:
        if require_safety and absent:
            raise
        raise DatabaseProblem(
            "What is on record cannot be matched as it stands. " + refused.report()
        ) from refused
    return problem, absent, out


def day_of_question(session: Session) -> date:
    """The day a question about the records is asked of, once a policy is on record.

    Today, as London counts it, or the policy's day if that is still to come; where the policy's day
    is held, that day.
    """
    row = session.get(PolicyRow, 1)
    assert row is not None
    return row.as_of if row.day_held else max(row.as_of, today())


def waiting_by(day: Any, referral: Mapping[str, Any]) -> dict[str, Any]:
    """A referral's row as it is on the day of a question, `day` being in the form of its cells.

    A form may say that somebody waits from a later day on: until then they have waited no day.
    """
    since = referral["waiting_since"]
    return {**referral, "waiting_since": min(since, day)} if since else dict(referral)


def without_places(out: Mapping[str, int], home: Mapping[str, Any]) -> dict[str, Any]:
    """A home's row without the places out of use, `places` in the form that its cell has."""
    places = home["places"]
    left = max(0, int(places) - out.get(home["home_id"], 0))
    return {**home, "places": type(places)(left)}


def assemble(
    policy: str,
    rows: Mapping[str, Sequence[Values]],
    absent: Collection[str],
    change: Mapping[str, Any] | None = None,
    *,
    require_safety: bool = False,
) -> Problem:
    """The validated problem of rows in the database's form; `absent` tables were never given.

    Raises:
        BadInput: with each fault naming the row by its key, since the database has no row numbers.
    """
    terms = {**tomllib.loads(policy, parse_float=Decimal), **(change or {})}
    raw: dict[str, RawTable] = {}
    for name, shelf in SHELVES.items():
        if name not in absent:
            raw[name] = from_records(shelf.sheet, [shelf.record(values) for values in rows[name]])
    try:
        return problem_of(terms, raw, require_safety=require_safety)
    except BadInput as refused:
        raise BadInput(_named(fault, rows) for fault in refused.faults) from None


def _named(fault: Fault, rows: Mapping[str, Sequence[Values]]) -> Fault:
    name = fault.file.removesuffix(".csv")
    if fault.row is None or fault.row == 1 or name not in SHELVES:
        return fault
    shelf = SHELVES[name]
    shown = shelf.shown(rows[name][fault.row - 2])
    return replace(fault, file=f"{fault.file}, {shown}", row=None)


def read_rows(session: Session) -> dict[str, list[OnRecord]]:
    """Every row on record, closed ones too, table by table."""
    found: dict[str, list[OnRecord]] = {}
    for name, shelf in SHELVES.items():
        query = sa.select(shelf.table).order_by(*shelf.table.primary_key)
        found[name] = [OnRecord(dict(row)) for row in session.execute(query).mappings()]
    return found


def _open(shelf: Shelf, rows: Mapping[str, Iterable[OnRecord]]) -> Iterable[OnRecord]:
    """The rows of a table that are open and belong to nothing closed."""
    shut = {
        owner: {item.row[owner] for item in rows[table] if item.closed}
        for owner, table in zip(OWNERS, ("referrals", "homes"), strict=True)
    }
    for item in rows[shelf.sheet.table]:
        if not item.closed and all(item.row[owner] not in shut[owner] for owner in shelf.owners):
            yield item


def read_policy_text(session: Session) -> str | None:
    """The policy in force as the text of policy.toml; None before the first import."""
    found = session.get(PolicyRow, 1)
    return None if found is None else found.text


def given_safety_files(session: Session) -> frozenset[str]:
    """The safety files given at least once, by file name."""
    return frozenset(session.execute(sa.select(SafetyFileRow.__table__.c.file)).scalars())
