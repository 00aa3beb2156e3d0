"""What the audit says of those who look."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Engine

from broker.database import reading
from broker.tables import CATALOGUE

Look = tuple[str, str, str, str]


def newest(engine: Engine) -> int:
    """The number of the newest entry."""
    with reading(engine) as session:
        number = sa.func.max(CATALOGUE.tables["audit"].c.number)
        return int(session.execute(sa.select(number)).scalar_one())


def looks_since(engine: Engine, number: int) -> list[Look]:
    """What was written since an entry: actor, act, kind of record, its id."""
    table = CATALOGUE.tables["audit"]
    query = sa.select(table.c.actor, table.c.act, table.c.record_kind, table.c.record_id)
    with reading(engine) as session:
        rows = session.execute(query.where(table.c.number > number).order_by(table.c.number))
        return [(row.actor, row.act, row.record_kind, row.record_id) for row in rows]
