"""The real service in a process of its own, on the sample region, and who takes the steps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from broker.access.accounts import NewAccount, add_account
from broker.access.actor import PARTNERSHIP, Role
from broker.access.sessions import give_access
from broker.database import writing
from broker.importing import import_case
from broker.store.clock import now
from broker.tables import CATALOGUE
from tests.integration.killed.clients import HOMES
from tests.integration.killed.service import Service
from tests.whole_life import NEWHAM, sign_agreements

BOROUGH = {
    "assessor": Role.ASSESSOR,
    "verifier": Role.VERIFIER,
    "nominated_officer": Role.NOMINATED_OFFICER,
    "director": Role.DIRECTOR,
}


@pytest.fixture
def tokens(engine: Engine) -> dict[str, str]:
    """The region on record, and a token for everybody who takes steps."""
    with writing(engine) as session:
        import_case(
            session, Path("broker/sample/region"), by="test", when=datetime.now(UTC), hold_day=True
        )
        sign_agreements(session)
        made = {"broker": _token(session, "broker", Role.BROKER, PARTNERSHIP)}
        for name, role in BOROUGH.items():
            made[name] = _token(session, name, role, NEWHAM)
        homes = CATALOGUE.tables["home"]
        for home in HOMES:
            provider = session.execute(
                sa.select(homes.c.provider).where(homes.c.home_id == home)
            ).scalar_one()
            name = f"manager-{home}"
            made[name] = _token(session, name, Role.REGISTERED_MANAGER, provider, home)
    return made


SECRET = "a secret of the tests alone"


def _token(session: Session, name: str, role: Role, organisation: str, *homes: str) -> str:
    add_account(
        session,
        NewAccount(name, role, organisation, homes=homes, secret=SECRET, program=True),
        now(),
    )
    secret = give_access(session, name, "token", now())
    access = CATALOGUE.tables["access"]  # a long run outlasts a quarter of an hour
    session.execute(sa.update(access).values(ends_at=now() + timedelta(days=1)))
    return secret


@pytest.fixture
def service(address: str, tmp_path: Path, tokens: dict[str, str]) -> Iterator[Service]:
    assert tokens
    made = Service(tmp_path, address)
    made.start()
    yield made
    made.stop()
