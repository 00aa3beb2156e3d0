"""The audit as an auditor reads it: who did what to which record, when and why, a page at a time.

What a step said of a young person is not shown: an auditor sees what happened, not who it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from broker.audit.chain import NOTHING
from broker.audit.lawful import CORRECTED, CORRECTION, Lawful, lawful_of
from broker.tables import AuditRow, AuditValueRow

_PERSONAL = ("said", "form")


def page(
    session: Session,
    *,
    kind: str | None = None,
    record: str | None = None,
    actor: str | None = None,
    act: str | None = None,
    after: int = 0,
    limit: int,
) -> tuple[list[dict[str, Any]], int | None]:
    """Entries in the order of their numbers, and the `after` of the next page if there is one."""
    table, values = AuditRow.__table__, AuditValueRow.__table__
    wanted = {"record_kind": kind, "record_id": record, "actor": actor, "act": act}
    conditions = [table.c.number > after]
    conditions += [table.c[name] == value for name, value in wanted.items() if value is not None]
    query = (
        sa.select(
            table,
            values.c.number.label("kept"),
            values.c.why,
            values.c.before,
            values.c.after,
        )
        .join(values, values.c.number == table.c.number, isouter=True)
        .where(*conditions)
        .order_by(table.c.number)
        .limit(limit + 1)
    )
    rows = [dict(row) for row in session.execute(query).mappings()]
    lawful = lawful_of(session)
    shown = [_shown(row, lawful) for row in rows[:limit]]
    return shown, rows[limit - 1]["number"] if len(rows) > limit else None


def _shown(row: Mapping[str, Any], lawful: Lawful) -> dict[str, Any]:
    taken = lawful.taking(row["number"], row["record_kind"], row["record_id"])
    if row["digest"] == NOTHING:
        values = "none"
    elif row["kept"] is not None:
        values = "kept"
    elif taken is None:
        values = "missing"
    else:
        values = "corrected" if taken.act == CORRECTED else "removed"
    return {
        "number": row["number"],
        "at": row["at"].isoformat(),
        "actor": row["actor"],
        "role": row["role"],
        "organisation": row["organisation"],
        "via": row["via"],
        "act": row["act"],
        "record_kind": row["record_kind"],
        "record_id": row["record_id"],
        "why": row["why"],
        "before": _impersonal(row["before"]),
        "after": _impersonal(row["after"]),
        "values": values,
        "taken_by": None if taken is None else taken.by_entry,
        "hash": row["hash"],
    }


def _impersonal(told: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if told is None:
        return None
    if CORRECTION in told:
        whole = told[CORRECTION]
        return {CORRECTION: {**whole, **{n: _impersonal(whole[n]) for n in ("before", "after")}}}
    return {name: value for name, value in told.items() if name not in _PERSONAL}
