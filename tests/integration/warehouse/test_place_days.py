"""Place days as the central team and as somebody of a borough sees them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from broker.access.actor import Actor
from broker.database import writing
from broker.reports.form import Period
from broker.reports.make import make
from tests.integration.warehouse.rows import table
from tests.integration.warehouse.test_warehouse import HACKNEY, build_at, told
from tests.whole_life import COMMISSIONER, DIRECTOR, borough

__all__ = ["told"]


def test_who_lives_where_is_told_to_a_borough_of_its_own_young_people_alone(told: Engine) -> None:
    """Places are nobody's own; who lives in them is, so that no share of all can be told."""
    build_at(told)
    period = Period(date(2026, 7, 1), date(2027, 1, 1))
    lived = (date(2026, 12, 1) - date(2026, 9, 14)).days
    with writing(told) as session:
        whole = {row[0]: row[1:] for row in days_of(session, COMMISSIONER, period)}
        assert whole["P2"][1] == lived
        assert whole["P2"][2], "others live there too"
        for actor, own in ((DIRECTOR, lived), (borough(DIRECTOR.role, code=HACKNEY), 0)):
            seen = {row[0]: list(row[1:]) for row in days_of(session, actor, period)}
            assert seen == {
                name: [places, own if name == "P2" else 0, None, out, None]
                for name, (places, _, _, out, _) in whole.items()
            }
            board = table(make(session, actor, "board", period), "Place days")
            places, out = (sum(row[at] for row in whole.values()) for at in (0, 3))
            assert list(board.rows[0]) == ["all homes", places, own, None, out, None]


def days_of(session: Session, actor: Actor, period: Period) -> Sequence[Any]:
    """The rows of place days as somebody sees them."""
    return table(make(session, actor, "providers", period), "Place days").rows
