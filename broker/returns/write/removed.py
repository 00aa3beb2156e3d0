"""What is still known of a referral whose words were lawfully removed: whether they lived with us.

Removing what a step said leaves that it was taken, and the row of the placement with its days. Who
never moved in is asked for by no return; who did is asked for by those of the years of their days.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import sqlalchemy as sa
from sqlmodel import Session

from broker.tables import PlacementRow, StepRow

Lived = Literal["yes", "no", "not known"]


@dataclass(frozen=True, slots=True)
class Removed:
    """Referrals of one young person whose words are gone, and what that means for a return."""

    lived: tuple[str, ...]
    perhaps: tuple[str, ...]
    elsewhere: tuple[str, ...]

    @property
    def asked_for(self) -> bool:
        """Whether the return asks for somebody who can no longer be told, as far as is known."""
        return bool(self.lived or self.perhaps)

    def sentences(self) -> Iterator[str]:
        """Why they cannot be written."""
        if self.lived:
            yield f"lived in our homes, and what {', '.join(self.lived)} said was removed"
        if self.perhaps:
            gone = ", ".join(self.perhaps)
            yield f"what {gone} said was removed, and whether they lived in our homes is not known"

    def note(self) -> str:
        """What is said of the referrals that the return does not ask for."""
        gone = ", ".join(self.elsewhere)
        return f"what {gone} said was removed; by it they had no day in our homes in the collection"


def removed(session: Session, referrals: Iterable[str], first: date, last: date) -> Removed:
    """What is known of referrals whose words are gone, between two days, both included."""
    found: dict[Lived, list[str]] = {"yes": [], "no": [], "not known": []}
    for referral in referrals:
        found[_lived(session, referral, first, last)].append(referral)
    return Removed(tuple(found["yes"]), tuple(found["not known"]), tuple(found["no"]))


def _lived(session: Session, referral: str, first: date, last: date) -> Lived:
    """Whether they lived in our homes between two days: by the steps that still say, else the row.

    Words go from a closed referral only, so that every placement here has ended, known when or not.
    """
    taken = _taken(session, referral)
    if "move_in" not in taken:
        return "no"
    table = PlacementRow.__table__
    query = sa.select(table.c.moved_in_on, table.c.ends_on).where(table.c.referral_id == referral)
    start, end = session.execute(query).first() or (None, None)
    start = _day(taken["move_in"], "moved_in_on") or start
    end = _day(taken.get("end"), "ended_on") or end
    if start is None:
        return "not known"
    if start > last or (end is not None and end < first):
        return "no"
    return "not known" if end is None and start < first else "yes"


def _taken(session: Session, referral: str) -> dict[str, Mapping[str, Any] | None]:
    """The steps that tell of days in our homes: what each said, None where that is gone."""
    table = StepRow.__table__
    query = sa.select(table.c.kind, table.c.said).where(
        table.c.referral_id == referral, table.c.kind.in_(("move_in", "end"))
    )
    return {row.kind: row.said for row in session.execute(query)}


def _day(said: Mapping[str, Any] | None, name: str) -> date | None:
    return None if said is None else date.fromisoformat(said[name])
