"""What a report reads: the rows of the warehouse that whoever asks may see, as named values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session

from broker.access.actor import Actor
from broker.access.allowed import may
from broker.warehouse import sql
from broker.warehouse.facts import BY_NAME

Told = Mapping[str, Any]


class NotBuilt(Exception):
    """There is no warehouse in this database yet."""


class NotForYou(Exception):
    """The role may not see reports."""


ACT: Final = "report.read"


@dataclass(frozen=True)
class Star:
    """The rows of the warehouse as somebody may see them.

    The central team sees all; somebody of a borough the rows of the borough's own young people, and
    nothing of matches, in which all boroughs' stand side by side.
    """

    session: Session
    borough: str | None
    as_of: date

    def rows(self, name: str) -> list[Told]:
        """The rows of a table, in the order of its key."""
        shape, table = BY_NAME[name], sql.TABLES[name]
        where = None
        if self.borough is not None and shape.borough is not None:
            where = table.c[shape.borough] == self.borough
        if self.borough is not None and name == "fact_match_proposal":
            where = sa.false()
        return [
            dict(zip(shape.names, row, strict=True)) for row in sql.read(self.session, name, where)
        ]

    @cached_property
    def referrals(self) -> Sequence[Told]:
        return self.rows("fact_referral")

    @cached_property
    def offers(self) -> Sequence[Told]:
        return self.rows("fact_offer")

    @cached_property
    def episodes(self) -> Sequence[Told]:
        return self.rows("fact_placement_episode")

    @cached_property
    def proposals(self) -> Sequence[Told]:
        return self.rows("fact_match_proposal")

    @cached_property
    def repeats(self) -> Mapping[str, bool]:
        """Whether a referral came within 12 months after an earlier placement, by its key."""
        return {row["referral_key"]: row["repeat"] for row in self.referrals}

    @cached_property
    def reasons(self) -> Mapping[str, Told]:
        return {row["reason_key"]: row for row in self.rows("dim_reason")}

    @cached_property
    def boroughs(self) -> Mapping[str, str]:
        """The names of authorities by code."""
        return {row["borough"]: row["name"] for row in self.rows("dim_borough")}

    @cached_property
    def first_day(self) -> date | None:
        """The first day of which there is a referral, of whatever borough: before it is nothing."""
        return self._least("fact_referral", "opened_on")

    @cached_property
    def first_home_day(self) -> date | None:
        """The first day on which a home was on record."""
        return self._least("fact_occupancy_day", "day")

    def _least(self, name: str, column: str) -> date | None:
        day: date | None = self.session.execute(
            sa.select(sa.func.min(sql.TABLES[name].c[column]))
        ).scalar_one()
        return day


def star(session: Session, actor: Actor) -> Star:
    """The warehouse as somebody may see it.

    Raises:
        NotForYou: their role sees no reports.
        NotBuilt: there is none yet.
    """
    if not may(actor, ACT):
        raise NotForYou
    if not sql.exists(session):
        raise NotBuilt
    day = sql.read_state(session, "as_of")
    if day is None:
        raise NotBuilt
    return Star(session, actor.borough, date.fromisoformat(day))
