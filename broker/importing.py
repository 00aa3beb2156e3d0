"""`broker import`: take a case folder into the records, all of it or nothing.

What is new is added, what changed is updated, each with history; the same folder a second time
changes nothing. A referral or home that is gone stays open, and a safety row that is gone stays in
force, until a person gives a reason. An absent file says nothing about what is on record.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from broker.registers.agreements_file import (
    FILE as AGREEMENTS_FILE,
)
from broker.registers.agreements_file import (
    Brought,
    compare_with_register,
    read_agreements,
    record_agreements,
)
from broker.registers.entering import check_import
from broker.registers.entries import Agreement
from broker.store.compare import Compared, compare
from broker.store.contracts import (
    CONTRACT_FILE,
    ContractFile,
    contracts_in_force,
    read_contract_files,
    record_contracts,
)
from broker.store.history import Author, Entry, write_history
from broker.store.load import (
    SAFETY,
    assemble,
    given_safety_files,
    read_policy_text,
    read_rows,
)
from broker.store.report import ChangedRow, ImportReport, TableReport, table_report
from broker.store.shelves import SHELVES
from broker.store.write import write_changes
from broker.tables import PolicyRow, SafetyFileRow
from matching.exchange import POLICY_FILE, read_case
from matching.faults import BadInput, Fault
from matching.policy import Policy, write_policy
from matching.problem import Problem
from matching.sheets import SHEETS
from matching.unbuild import records_of

_IMPORTING = 4_208_311_948


def import_case(
    session: Session,
    folder: Path,
    *,
    by: str,
    when: datetime,
    close_missing: str | None = None,
    require_safety: bool = False,
    hold_day: bool = False,
) -> ImportReport:
    """Take a case folder, and what stands beside it, into the records; the caller commits.

    A borough's data enters only under its data sharing agreement: one in the register, or one that
    the folder brings in `agreements.toml`.

    `by` is who asks, `when` the moment with its time zone, `close_missing` the reason for closing
    every row that is gone from the folder. With `hold_day` every question about the records is
    asked of the case's own day from then on, else of the day on which it is asked: what is invented
    grows no older, what is real does.

    Raises:
        BadInput: the folder, its contracts, or the folder together with what stays on record have
            faults, or a borough's agreement is not in force; every one is named and nothing is
            changed.
    """
    intake = read_intake(folder, require_safety=require_safety)
    return import_intake(
        session, intake, by=by, when=when, close_missing=close_missing, hold_day=hold_day
    )


@dataclass(frozen=True, slots=True)
class Intake:
    """What is to be taken in, read and validated: a case, what came beside it, and which tables.

    A table that is not among `given` says nothing about what is on record.
    """

    problem: Problem
    given: frozenset[str]
    contracts: tuple[ContractFile, ...] = ()
    agreements: tuple[Agreement, ...] = ()


def read_intake(folder: Path, *, require_safety: bool = False) -> Intake:
    """Read a case folder and what stands beside it, before any database is opened.

    Raises:
        BadInput: with every fault of the case, of the contracts and of the agreements.
    """
    faults: list[Fault] = []
    problem: Problem | None = None
    try:
        problem = read_case(folder, require_safety=require_safety)
    except BadInput as refused:
        faults += refused.faults
    contracts = read_contract_files(folder, faults) if folder.is_dir() else []
    agreements = read_agreements(folder, faults) if folder.is_dir() else []
    if problem is None or faults:
        raise BadInput(faults)
    given = frozenset(name for name, sheet in SHEETS.items() if (folder / sheet.file).exists())
    return Intake(problem, given, tuple(contracts), tuple(agreements))


def import_intake(
    session: Session,
    intake: Intake,
    *,
    by: str,
    when: datetime,
    close_missing: str | None = None,
    hold_day: bool = False,
) -> ImportReport:
    """Take a validated case into the records, as `import_case` does; the caller commits.

    Raises:
        BadInput: it cannot stand together with what stays on record, the reason is empty, or a
            borough's data sharing agreement is not in force.
    """
    problem, contracts = intake.problem, intake.contracts
    author = Author(by, when)
    reason = _reason(close_missing)
    _one_at_a_time(session)
    on_record = read_rows(session)
    texts = records_of(problem)
    folder = {
        name: [shelf.values(record) for record in texts[name]] for name, shelf in SHELVES.items()
    }
    given = intake.given | {name for name, rows in folder.items() if rows}
    compared = compare(on_record, folder, given, close_missing=reason is not None)
    before = read_policy_text(session)
    policy = write_policy(problem.policy)
    files = given_safety_files(session) | {SHEETS[name].file for name in SAFETY if name in given}
    day = problem.policy.as_of if hold_day else max(problem.policy.as_of, when.date())
    _stand_together(compared, policy, files, day)
    brought = compare_with_register(session, intake.agreements)
    check_import(session, compared, when.date(), brought.held)
    notes = (*_notes(session, problem, before, files, contracts), *_of_register(brought))

    write_changes(session, compared.values(), author, reason)
    policy_report = _record_policy(session, problem.policy, before, author, hold_day)
    _record_safety_files(session, files, author)
    new, newer, same = record_contracts(session, contracts, author)
    session.flush()
    record_agreements(session, brought, author)
    return ImportReport(
        as_of=problem.policy.as_of.isoformat(),
        tables=tuple(table_report(compared[name]) for name in SHEETS),
        contracts=TableReport(
            file="contracts",
            given=bool(contracts),
            added=tuple(new),
            changed=tuple(ChangedRow(name, ("a new version",)) for name in newer),
            unchanged=len(same),
        ),
        policy=policy_report,
        agreements=TableReport(
            file=AGREEMENTS_FILE,
            given=bool(intake.agreements),
            added=tuple(one.agreement for one in brought.new),
            unchanged=len(brought.same),
            untouched=len(brought.others),
        ),
        notes=notes,
    )


def _reason(given: str | None) -> str | None:
    reason = None if given is None else given.strip()
    if reason == "":
        allowed = "allowed: the reason, in words, why they are closed"
        raise BadInput([Fault("--close-missing", None, "", "", allowed, "no reason")])
    return reason


def _one_at_a_time(session: Session) -> None:
    """Two imports never run at once; SQLite's write lock sees to it there (`writing`)."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_IMPORTING)))


def _stand_together(
    compared: Mapping[str, Compared], policy: str, files: Collection[str], day: date
) -> None:
    """What stays on record beside the folder makes a valid case with it, or nothing is done.

    `day` is the one that questions are asked of from now on.
    """
    if not any(table.stays() for table in compared.values()):
        return
    clashes = _two_open_referrals(compared["referrals"])
    if clashes:
        raise BadInput(clashes)
    rows = {name: table.in_force() for name, table in compared.items()}
    absent = [name for name in SAFETY if SHEETS[name].file not in files]
    assemble(policy, rows, absent, {"as_of": day})


def _two_open_referrals(referrals: Compared) -> list[Fault]:
    named = {
        values["young_person_id"]: values["referral_id"]
        for values in [*referrals.unchanged, *(c.after for c in referrals.changes if c.after)]
    }
    faults = []
    for values in referrals.missing:
        young_person, old = values["young_person_id"], values["referral_id"]
        if young_person in named:
            allowed = (
                f"has referral {named[young_person]} in this folder and the open referral {old} on "
                f"record; a young person has one open referral: close {old} with --close-missing "
                "REASON, or keep it in the folder instead of the new one"
            )
            faults.append(
                Fault("referrals.csv", None, "young_person_id", young_person, allowed, "two open")
            )
    return faults


def _notes(
    session: Session,
    problem: Problem,
    before: str | None,
    files: Collection[str],
    contracts: Sequence[ContractFile],
) -> tuple[str, ...]:
    notes = [*problem.notices]
    never = [SHEETS[name].file for name in SAFETY if SHEETS[name].file not in files]
    if never:
        notes.append(f"never given so far: {', '.join(never)}; every match will say so.")
    if before is not None:
        was = tomllib.loads(before)["as_of"]
        if was > problem.policy.as_of:
            notes.append(
                f"the day of the question goes back, from {was} to {problem.policy.as_of}."
            )
    held = [row.contract_id for row in contracts_in_force(session)]
    if held and not contracts:
        notes.append(f"{CONTRACT_FILE} is not in this folder; on record stays {', '.join(held)}.")
    return tuple(notes)


def _of_register(brought: Brought) -> Iterator[str]:
    if brought.others:
        names = ", ".join(brought.others)
        yield (
            f"{AGREEMENTS_FILE}: the register says something else of {names}; what the register "
            "says, holds, and only a commissioner changes it."
        )


def _record_policy(
    session: Session, policy: Policy, before: str | None, author: Author, hold_day: bool
) -> TableReport:
    text = write_policy(policy)
    table = PolicyRow.__table__
    held = session.execute(sa.select(table.c.day_held)).scalar()
    if (text, hold_day) == (before, held):
        return TableReport(POLICY_FILE, given=True, unchanged=1)
    told = {"as_of": policy.as_of, "text": text, "day_held": hold_day}
    after = {"text": text, "day_held": "Y" if hold_day else ""}
    if before is None:
        session.execute(sa.insert(table), {"row_id": 1, **told})
        entry = Entry(table.name, ("policy",), "insert", None, after)
        report = TableReport(POLICY_FILE, given=True, added=("policy",))
    else:
        session.execute(sa.update(table).values(told))
        was = {"text": before, "day_held": "Y" if held else ""}
        entry = Entry(table.name, ("policy",), "update", was, after)
        old, new = _flat(tomllib.loads(before)), _flat(tomllib.loads(text))
        keys = tuple(key for key in {**old, **new} if old.get(key) != new.get(key))
        keys += ("day_held",) if held != hold_day else ()
        report = TableReport(POLICY_FILE, given=True, changed=(ChangedRow("policy", keys),))
    write_history(session, [entry], author)
    return report


def _flat(terms: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in terms.items():
        inner = _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else None
        found |= {prefix + key: value} if inner is None else inner
    return found


def _record_safety_files(session: Session, files: Collection[str], author: Author) -> None:
    for file in sorted(set(files) - given_safety_files(session)):
        session.add(SafetyFileRow(file=file, given_at=author.when, given_by=author.by))
