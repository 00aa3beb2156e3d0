"""Whether the steps of referrals' lives say what the audit says of them, and none is untold.

A step and its entry are written in one transaction, so each proves the other: a step that was
altered, put in or taken out by any other way shows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from broker.audit.lawful import CORRECTION, RETIRED, Lawful
from broker.tables import AuditRow, AuditValueRow, StepRow

Entry = Mapping[str, Any]
_SAME = (
    ("taken_at", "at"),
    ("taken_by", "actor"),
    ("role", "role"),
    ("organisation", "organisation"),
)


def digest_of_facts(facts: Mapping[str, Any]) -> str:
    """What an entry keeps of the facts a step rested on: SHA-256 over canonical JSON."""
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def tells_of_step(entry: Entry) -> bool:
    """Whether an entry tells of a step, not of somebody who looked."""
    act = str(entry["act"])
    return (
        entry["record_kind"] == "referral"
        and act.startswith("life.")
        and act not in ("life.read", "life.list")
    )


def wrong_steps(
    session: Session, entries: Sequence[tuple[Entry, Entry | None]], lawful: Lawful
) -> Iterator[tuple[int, str]]:
    """The entries whose steps do not agree with them, each with a sentence."""
    told = [(entry, value) for entry, value in entries if tells_of_step(entry)]
    if not told:
        return
    table = StepRow.__table__
    ids = {entry["record_id"] for entry, _ in told}
    rows = session.execute(sa.select(table).where(table.c.referral_id.in_(ids))).mappings()
    steps = {
        (row["referral_id"], f"life.{row['kind']}", row["taken_at"]): dict(row) for row in rows
    }
    for entry, value in told:
        step = steps.get((entry["record_id"], entry["act"], entry["at"]))
        sentence = _wrong(session, entry, value, step, lawful)
        if sentence is not None:
            yield int(entry["number"]), sentence


def _wrong(
    session: Session,
    entry: Entry,
    value: Entry | None,
    step: Mapping[str, Any] | None,
    lawful: Lawful,
) -> str | None:
    if step is None:
        if lawful.retired("referral", entry["record_id"]):
            return None
        return "the step it tells of is gone, and no entry says who removed it"
    where = f"step {step['number']} of {step['referral_id']}"
    if any(step[column] != entry[name] for column, name in _SAME):
        return f"{where} was changed"
    after = _says_now(session, entry, value, lawful)
    if after is None:
        if step["said"] is None or value is not None:
            return None
        taken = lawful.taking(entry["number"], entry["record_kind"], entry["record_id"])
        if taken is None or taken.act == RETIRED:
            return None
        return f"what {where} said was removed by entry {taken.by_entry}, and is there again"
    if step["said"] is None:
        return f"what {where} said is gone, and no entry says who removed it"
    if step["said"] != after.get("said") or step["number"] != after.get("version"):
        return f"{where} was changed"
    facts = after.get("facts_sha256")
    if facts is not None and facts != digest_of_facts(step["facts"]):
        return f"the facts of {where} were changed"
    return None


def _says_now(
    session: Session, entry: Entry, value: Entry | None, lawful: Lawful
) -> Mapping[str, Any] | None:
    """What an entry says of its step, corrections included; None where it says nothing now."""
    if value is not None:
        after: Mapping[str, Any] | None = value["after"]
        return after
    number = lawful.correction_of(entry["number"])
    if number is None:
        return None
    table = AuditValueRow.__table__
    found = session.execute(
        sa.select(table.c.after).where(table.c.number == number)
    ).scalar_one_or_none()
    if found is None:
        return None
    return found.get(CORRECTION, {}).get("after")  # type: ignore[no-any-return]


def untold_steps(session: Session) -> Iterator[str]:
    """A sentence for each step on record that no entry tells of."""
    steps, entries = StepRow.__table__, AuditRow.__table__
    told = sa.and_(
        entries.c.record_kind == "referral",
        entries.c.record_id == steps.c.referral_id,
        entries.c.act == sa.literal("life.") + steps.c.kind,
        entries.c.at == steps.c.taken_at,
    )
    query = (
        sa.select(steps.c.referral_id, steps.c.number)
        .join(entries, told, isouter=True)
        .where(entries.c.number.is_(None))
        .order_by(steps.c.referral_id, steps.c.number)
    )
    for row in session.execute(query):
        yield f"step {row.number} of {row.referral_id}: no entry tells of it"
