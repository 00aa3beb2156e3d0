"""Records with nothing but an account of each role and one home: a provider is whoever has one."""

from __future__ import annotations

import csv

from sqlalchemy import Engine

from broker.access.accounts import NewAccount, add_account
from broker.access.actor import Role
from broker.database import make_engine, migrate, writing
from broker.store.clock import now
from broker.store.history import Author
from broker.store.put import put_row
from broker.store.shelves import SHELVES
from tests.conftest import cheap_hashing
from tests.integration.api.world import ORGANISATIONS, PASSWORD, REGION
from tests.whole_life import HOME


def accounts_alone(address: str, password: str = PASSWORD) -> Engine:
    """Make such records at an address."""
    engine = make_engine(address)
    migrate(engine)
    with cheap_hashing(), writing(engine) as session:
        with (REGION / "homes.csv").open(encoding="utf-8", newline="") as file:
            told = next(row for row in csv.DictReader(file) if row["home_id"] == HOME)
        home = {name: told.get(name, "") for name in SHELVES["homes"].sheet.names}
        put_row(session, "homes", home, Author("test", now()))
        for role, organisation in ORGANISATIONS.items():
            homes = (HOME,) if role is Role.REGISTERED_MANAGER else ()
            new = NewAccount(role.value, role, organisation, homes, secret=password)
            add_account(session, new, now())
    return engine
