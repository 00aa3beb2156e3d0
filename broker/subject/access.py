"""Everything held about one young person, from every table, and who looked at it.

It answers the right of access that data protection law gives; what the law asks in a case is for
the boroughs to say. What is handed over names no other young person and nobody who works here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlmodel import Session

from broker.access.actor import Actor
from broker.audit.chain import Record, Told, add_entries
from broker.audit.held import held, looks_at_matches, subject_of
from broker.subject.others import Others

FORMAT: Final = "subject-access/1"
READ_FIRST: Final = (
    "To whoever hands this over: read it through first. Pseudonyms of other young people and names "
    "of accounts are left out, but words that people wrote may name others."
)


class NothingHeld(LookupError):
    """Nothing is held about this young person."""


@dataclass(frozen=True, slots=True)
class Held:
    """What is held about a young person, ready to be read: rows by table, and who looked."""

    young_person: str
    referrals: tuple[str, ...]
    made_at: datetime
    records: Mapping[str, list[dict[str, Any]]]
    seen_by: tuple[Mapping[str, Any], ...]

    def to_json(self) -> dict[str, Any]:
        """The whole of it as JSON."""
        return {
            "format": FORMAT,
            "read_first": READ_FIRST,
            "young_person_id": self.young_person,
            "referrals": list(self.referrals),
            "made_at": self.made_at.isoformat(),
            "records": dict(self.records),
            "seen_by": [dict(one) for one in self.seen_by],
        }


def export(session: Session, actor: Actor, young_person: str, *, at: datetime) -> Held:
    """Everything held about a young person; that it was given out is on the audit. Caller commits.

    Raises:
        NothingHeld: there is nothing.
    """
    subject = subject_of(session, young_person)
    if not held(session, subject):
        raise NothingHeld(young_person)
    record = Record("young_person", young_person)
    add_entries(session, [Told(actor, "subject.export", record, at)])
    found = held(session, subject)
    matches = looks_at_matches(session, [row["run_id"] for row in found.get("match_run", ())])
    entries = {int(row["number"]): row for row in (*found["audit"], *matches)}
    found["audit"] = [entries[number] for number in sorted(entries)]
    others = Others(session, subject)
    records = {name: [others.out_of(row) for row in rows] for name, rows in found.items()}
    seen = tuple(
        {
            "at": row["at"].isoformat(),
            "role": row["role"],
            "organisation": row["organisation"],
            "act": row["act"],
            "record_id": row["record_id"],
        }
        for row in found.get("audit", ())
    )
    return Held(young_person, subject.referrals, at, records, seen)
