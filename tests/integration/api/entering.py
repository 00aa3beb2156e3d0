"""What tests of signing in share: a clock, the people, and what the audit says of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Engine
from starlette.testclient import TestClient

from broker.audit.chain import verify
from broker.database import reading
from broker.tables import AuditRow, AuditValueRow
from tests.integration.api.world import PASSWORD

NAME = "somebody"
PROGRAM = "some-program"


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = datetime(2026, 9, 4, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **time: float) -> None:
        self.at += timedelta(**time)


def enter(caller: TestClient, account: str = NAME, password: str = PASSWORD) -> Any:
    headers = {}
    if "csrftoken" in caller.cookies:
        headers["x-csrftoken"] = caller.cookies["csrftoken"]
    body = {"account": account, "password": password}
    return caller.post("/api/session", json=body, headers=headers)


def entries(engine: Engine) -> list[dict[str, Any]]:
    with reading(engine) as session:
        assert not verify(session).broken
        table, values = AuditRow.__table__, AuditValueRow.__table__
        joined = table.outerjoin(values, values.c.number == table.c.number)
        query = sa.select(table, values.c.after).select_from(joined).order_by(table.c.number)
        return [dict(row) for row in session.execute(query).mappings()]
