"""Records that hold nothing but an account of each role and, for providers' sake, one home."""

from __future__ import annotations

from sqlalchemy import Engine

from broker.access.accounts import NewAccount, add_account
from broker.database import make_engine, migrate, writing
from broker.store.clock import now
from tests.conftest import cheap_hashing
from tests.integration.api.world import ORGANISATIONS, PASSWORD


def accounts_alone(address: str, password: str = PASSWORD) -> Engine:
    """Make such records at an address."""
    engine = make_engine(address)
    migrate(engine)
    with cheap_hashing(), writing(engine) as session:
        for role, organisation in ORGANISATIONS.items():
            new = NewAccount(role.value, role, organisation, secret=password)
            add_account(session, new, now())
    return engine
