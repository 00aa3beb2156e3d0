"""Baselines on record: frozen once, read often, never changed.

A year has one baseline. A later one of the same year is refused unless it says why it was made;
then both stay, and whoever reads sees both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from importlib.metadata import version
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from broker.access.actor import Actor
from broker.audit.chain import Record, add_entry
from broker.baseline.whole import digest_of
from broker.registers import entering
from broker.tables import BaselineRow


class FrozenAlready(Exception):
    """The year has a baseline, and nobody said why there should be another."""


class NotToldWhose(Exception):
    """A file of which nobody said whose it is cannot be frozen: no agreement can be asked of it."""

    def __init__(self, files: Sequence[str]) -> None:
        self.files = tuple(files)
        names = ", ".join(files)
        super().__init__(
            f"{names}: nobody said whose it is, and a borough’s data is put on record only under "
            "its data sharing agreement: write CODE=FILE. Nothing was frozen."
        )


_OF_YOUNG_PEOPLE = frozenset({"episodes", "earlier", "header"})


def freeze(
    session: Session,
    actor: Actor,
    figures: Mapping[str, Any],
    *,
    at: datetime,
    why: str | None,
) -> int:
    """Put a baseline on record; its number within its year. The caller commits.

    Raises:
        NotToldWhose: a file of young people is nobody's.
        NoAgreement: a borough's data sharing agreement is not in force.
        FrozenAlready: there is one of that year and `why` says nothing, or another person froze
            one at this moment.
    """
    entering.check(session, _boroughs(figures), at.date())
    table = BaselineRow.__table__
    year = date.fromisoformat(figures["year"]["from"])
    before = session.execute(
        sa.select(sa.func.max(table.c.number)).where(table.c.year_from == year)
    ).scalar_one()
    if before is not None and why is None:
        raise FrozenAlready(
            f"The year from {year} has a baseline already. To add another, which leaves that one "
            "as it is, say why with --why. Nothing was frozen."
        )
    number = (before or 0) + 1
    row = {
        "year_from": year,
        "number": number,
        "frozen_at": at,
        "frozen_by": actor.id,
        "why": why,
        "digest": digest_of(figures),
        "software": version("broker"),
        "figures": dict(figures),
    }
    try:
        session.execute(sa.insert(table), row)
    except IntegrityError:
        raise FrozenAlready(
            f"Somebody froze a baseline of the year from {year} at this moment. Nothing was frozen."
        ) from None
    told = {"number": number, "digest": row["digest"], "software": row["software"]}
    record = Record("baseline", f"{year}/{number}")
    add_entry(session, actor, "baseline.freeze", record, at=at, why=why, after=told)
    return number


def _boroughs(figures: Mapping[str, Any]) -> set[str]:
    """The boroughs whose figures or files a baseline is made of."""
    nobodys = [
        one["file"]
        for one in figures["inputs"]
        if one["kind"] in _OF_YOUNG_PEOPLE and one["borough"] is None
    ]
    if nobodys:
        raise NotToldWhose(nobodys)
    named = [one["borough"] for one in (*figures["inputs"], *figures["boroughs"])]
    return {borough for borough in named if borough is not None}


def frozen(session: Session, year: date | None = None) -> list[dict[str, Any]]:
    """The baselines on record, or those of one year, oldest year and lowest number first."""
    table = BaselineRow.__table__
    query = sa.select(BaselineRow).order_by(table.c.year_from, table.c.number)
    if year is not None:
        query = query.where(table.c.year_from == year)
    return [
        {
            "year_from": row.year_from.isoformat(),
            "number": row.number,
            "frozen_at": row.frozen_at.isoformat(),
            "frozen_by": row.frozen_by,
            "why": row.why,
            "digest": row.digest,
            "software": row.software,
            "figures": row.figures,
        }
        for row in session.execute(query).scalars()
    ]


def seen_by(actor: Actor, one: Mapping[str, Any]) -> dict[str, Any]:
    """A baseline as somebody may see it: a borough its own figures and those of all.

    Which files the other boroughs gave is theirs, too.
    """
    if actor.borough is None:
        return dict(one)
    told = dict(one["figures"])
    for part in ("boroughs", "not_computed", "inputs"):
        told[part] = [each for each in told[part] if each["borough"] in (actor.borough, None)]
    return {**one, "figures": told}
