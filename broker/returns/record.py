"""Returns on record: the episodes of a folder under the name of a source, whole each time.

They enter under the data sharing agreement of every authority in them. What is kept is what is
counted: no number, name, birthday or postcode of a young person. Within a source each has a number
from 1, in the order of authority and first day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from broker.registers import entering
from broker.returns.distance import distance, in_own_area
from broker.returns.episode import Episode
from broker.returns.whole import Returns
from broker.tables import ReturnEpisodeRow, ReturnSourceRow
from matching.calendar import age_on

_SOURCES = ReturnSourceRow.__table__
_EPISODES = ReturnEpisodeRow.__table__
_SOME = 5000


class NotSaidWhose(Exception):
    """Files of which nobody says whose they are: no agreement can be asked for."""

    def __init__(self, returns: Returns) -> None:
        super().__init__(
            f"{returns.folder}: the paths do not say whose returns these are, and an authority’s "
            "data is put on record only under its data sharing agreement: put them in a folder "
            "named by its ONS code, such as E09000016. Nothing was done."
        )


@dataclass(frozen=True, slots=True)
class Source:
    """A loaded folder as it stands on record: its name, its bytes, how its years were read."""

    name: str
    sha256: str
    named_by: str
    loaded_at: datetime


def put_on_record(
    session: Session, source: str, returns: Returns, by: str, at: datetime, today: date
) -> bool:
    """Put a folder's episodes on record in place of those under the same name; whether any were.

    The caller commits.

    Raises:
        NotSaidWhose, NoAgreement: the data may not enter; nothing was done.
    """
    authorities = {key[0] for key, some in returns.episodes.items() if some} | set(returns.years)
    if "" in authorities:
        raise NotSaidWhose(returns)
    entering.check(session, authorities, today)
    before = take_off_record(session, source)
    fates = returns.fates
    session.execute(
        sa.insert(_SOURCES),
        {
            "source": source,
            "sha256": returns.sha256,
            "named_by": returns.named_by,
            "loaded_at": at,
            "loaded_by": by,
            "rows_read": fates["read"],
            "loaded": fates["kept"],
            "replaced": fates["repeated"],
            "copies": fates["deleted"],
            "refused": fates["refused"],
        },
    )
    rows = [{"source": source, **row} for row in _rows(returns)]
    for start in range(0, len(rows), _SOME):
        session.execute(sa.insert(_EPISODES), rows[start : start + _SOME])
    return before


def take_off_record(session: Session, source: str) -> bool:
    """Take a source with its episodes off the record; whether there was one. The caller commits."""
    session.execute(sa.delete(_EPISODES).where(_EPISODES.c.source == source))
    gone = session.execute(sa.delete(_SOURCES).where(_SOURCES.c.source == source))
    return bool(gone.rowcount)  # type: ignore[attr-defined]


def sources(session: Session) -> list[Source]:
    """Every source on record, by name."""
    columns = (_SOURCES.c.source, _SOURCES.c.sha256, _SOURCES.c.named_by, _SOURCES.c.loaded_at)
    query = sa.select(*columns).order_by(_SOURCES.c.source)
    return [Source(*row) for row in session.execute(query)]


def episodes(session: Session, source: str) -> Iterator[Mapping[str, Any]]:
    """The episodes of a source."""
    query = sa.select(_EPISODES).where(_EPISODES.c.source == source)
    yield from (dict(row) for row in session.execute(query).mappings())


def _rows(returns: Returns) -> Iterator[dict[str, Any]]:
    mended = {(repair.file, repair.row) for repair in returns.repairs}
    told = [(key, some) for key, some in returns.episodes.items() if some]
    told.sort(key=lambda one: (one[0][0], min((e.start, e.file, e.row) for e in one[1])))
    for person, (key, some) in enumerate(told, start=1):
        child, alone = returns.children[key], key in returns.unaccompanied
        who = {
            "person": person, "borough": key[0], "sex": child.sex, "unaccompanied": alone,
        }  # fmt: skip
        for one in some:
            own = {"age": age_on(child.born, one.start), "mended": (one.file, one.row) in mended}
            yield {**who, **own, **_told(one, alone)}


def _told(one: Episode, unaccompanied: bool) -> dict[str, Any]:
    return {
        "file": one.file,
        "row": one.row,
        "collection": one.year,
        "starts_on": one.start,
        "ended_on": one.end,
        "began_code": one.began,
        "legal_code": one.legal,
        "need_code": one.need or None,
        "place_code": one.place,
        "place_provider_code": one.provider or None,
        "ceased_code": one.ceased or None,
        "change_code": one.reason or None,
        "home_id": one.urn or None,
        "in_area": in_own_area(one),
        "distance_tenths": distance(one, unaccompanied).tenths,
    }
