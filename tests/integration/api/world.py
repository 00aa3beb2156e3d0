"""The sample region with lives and accounts on record, and callers of every role. All is invented.

Newham's young person was accepted by Linden (of P2); Havering's was shortlisted for another home.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import Session
from starlette.testclient import TestClient

from api.app import create_app
from api.records import Records
from api.settings import Rates, Settings
from broker.access.accounts import NewAccount, add_account
from broker.access.actor import PARTNERSHIP, Role
from broker.access.sessions import give_access
from broker.database import migrate, writing
from broker.importing import import_case
from broker.store.clock import now
from tests.conftest import cheap_hashing
from tests.whole_life import HOME, NEWHAM, Teller, borough, sign_agreements

REGION = Path("broker/sample/region")
HAVERING = "E09000016"
OTHER_HOME = "SC990002"
PASSWORD = "a password of the tests alone"
OFTEN = Rates("1000000/minute", "1000000/minute", "1000000/minute", "1000000/minute")

ORGANISATIONS = {
    Role.BROKER: PARTNERSHIP,
    Role.ASSESSOR: NEWHAM,
    Role.VERIFIER: NEWHAM,
    Role.NOMINATED_OFFICER: NEWHAM,
    Role.DIRECTOR: NEWHAM,
    Role.REGISTERED_MANAGER: "P2",
    Role.PROVIDER: "P2",
    Role.COMMISSIONER: PARTNERSHIP,
    Role.FINANCE: PARTNERSHIP,
    Role.AUDITOR: PARTNERSHIP,
    Role.ADMINISTRATOR: PARTNERSHIP,
}
"""Where the account of each role is; its name is the role's."""

MORE = (
    NewAccount("newham-commissioner", Role.COMMISSIONER, NEWHAM, secret=PASSWORD),
    NewAccount("havering-assessor", Role.ASSESSOR, HAVERING, secret=PASSWORD),
    NewAccount("other-provider", Role.PROVIDER, "S1", secret=PASSWORD),
    NewAccount("a-program", Role.BROKER, PARTNERSHIP, secret=PASSWORD, program=True),
    NewAccount("by-subject", Role.BROKER, PARTNERSHIP, subject="invented-subject"),
)


@dataclass(frozen=True)
class World:
    """What is on record, and the token of each account."""

    newham: str
    havering: str
    tokens: dict[str, str]
    spare: dict[str, str]
    """Tokens that a test may end."""


def fill(engine: Engine) -> World:
    """Take the region in, tell two lives, and open an account of each role."""
    migrate(engine)
    with cheap_hashing(), writing(engine) as session:
        import_case(
            session, REGION, by="test", when=datetime(2026, 9, 4, 8, tzinfo=UTC), hold_day=True
        )
        sign_agreements(session)
        ours = Teller(session)
        ours.to_accepted()
        theirs = Teller(session)
        _to_shortlisted(theirs)
        accounts = [
            NewAccount(
                role.value,
                role,
                organisation,
                homes=(HOME,) if role is Role.REGISTERED_MANAGER else (),
                secret=PASSWORD,
            )
            for role, organisation in ORGANISATIONS.items()
        ]
        for account in (*accounts, *MORE):
            add_account(session, account, now())
        names = dict.fromkeys((account.account_id for account in (*accounts, *MORE)), "")
        return renewed(session, World(ours.life.referral, theirs.life.referral, names, {}))


def _to_shortlisted(teller: Teller) -> None:
    assessor = borough(Role.ASSESSOR, code=HAVERING)
    named = {"name": "Somebody Else", "address": "2 Nowhere", "school": "No School"}
    teller.open(assessor, young_person_id="YP-901", borough=HAVERING, identity=named)
    teller.take(assessor, "submit")
    teller.take(assessor, "band", band="medium", thresholds="t1", reason="by the thresholds")
    verifier = borough(Role.VERIFIER, code=HAVERING)
    teller.take(verifier, "verify", need_met=True, funding_agreed=True, reason="both checked")
    teller.shortlist(OTHER_HOME)


def service(engine: Engine, settings: Settings | None = None) -> FastAPI:
    """The real service, with real sign-in, on these records."""
    return create_app(settings or Settings(rates=OFTEN), Records(engine), processes=False)


@contextmanager
def calling(app: FastAPI, base_url: str = "http://127.0.0.1") -> Iterator[TestClient]:
    """A caller without cookies of its own, whom no redirect carries away."""
    with TestClient(app, base_url=base_url, follow_redirects=False) as client:
        yield client


def bearer(world: World, account: str | None, *, spare: bool = False) -> dict[str, str]:
    """The headers of an account's token; none for nobody."""
    tokens = world.spare if spare else world.tokens
    return {} if account is None else {"authorization": f"Bearer {tokens[account]}"}


def renewed(session: Session, world: World) -> World:
    """The same world with new tokens."""
    tokens, spare = (
        {name: give_access(session, name, "token", now()) for name in world.tokens}
        for _ in range(2)
    )
    return World(world.newham, world.havering, tokens, spare)
