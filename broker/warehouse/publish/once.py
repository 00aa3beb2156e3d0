"""A year is published once: of two versions of it people could subtract one from the other.

What a publication told stands in the audit as a digest. The same figures may be written again,
wherever they are wanted; other figures of that year may not.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session

from broker.access.actor import Actor
from broker.audit.chain import Record, Told, add_entries
from broker.tables import AuditRow, AuditValueRow
from broker.warehouse.publish.publication import Publication

PUBLISHED: Final = "warehouse.publish"
_KIND: Final = "publication"
_DIGEST: Final = "sha256"
_PART: Final = "days"
"""Beside the digest of a year that was published in part: the first day counted, and the end."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A publication on record: when, by whom, and the digest of what it told.

    The digest is None where none was kept, or where it was lawfully taken away.
    """

    at: datetime
    by: str
    digest: str | None


class PublishedOtherwise(Exception):
    """The year was published with other figures, or with figures of which nothing is known."""

    def __init__(self, earlier: Earlier) -> None:
        super().__init__(earlier)
        self.earlier = earlier


def digest_of(made: Publication) -> str:
    """What tells two publications apart: all that is told but for the day of the records."""
    told = {name: value for name, value in made.to_json().items() if name != "as_of"}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def note(session: Session, actor: Actor, year: str, made: Publication, at: datetime) -> None:
    """Put a publication on record, before anything of it is written; the caller commits.

    Its entry is added first: it holds the chain, so that of two at once the later sees the other.

    Raises:
        PublishedOtherwise: nothing may be published of this year but what was published.
    """
    digest = digest_of(made)
    after = {_DIGEST: digest}
    if made.part is not None:
        after[_PART] = f"{made.part.start} {made.part.end}"
    told = Told(actor, PUBLISHED, Record(_KIND, year), at, after=after)
    number = add_entries(session, [told])
    for one in _earlier(session, year, number):
        if one.digest != digest:
            raise PublishedOtherwise(one)


def _earlier(session: Session, year: str, before: int) -> list[Earlier]:
    """The publications of a year on record before an entry, the first one first."""
    entries, values = AuditRow.__table__, AuditValueRow.__table__
    query = (
        sa.select(entries.c.at, entries.c.actor, values.c.after)
        .join(values, values.c.number == entries.c.number, isouter=True)
        .where(
            entries.c.act == PUBLISHED,
            entries.c.record_kind == _KIND,
            entries.c.record_id == year,
            entries.c.number < before,
        )
        .order_by(entries.c.number)
    )
    return [
        Earlier(row.at, row.actor, (row.after or {}).get(_DIGEST)) for row in session.execute(query)
    ]
