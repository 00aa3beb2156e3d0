"""However the service is killed: nothing accepted is lost, nothing is done twice, all is whole.

A short run by default. `BROKER_KILL_OPERATIONS` and `BROKER_KILLS` make it as long as wanted.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
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
from broker.audit.chain import verify
from broker.database import make_engine, reading, writing
from broker.importing import import_case
from broker.life import desk
from broker.store.clock import now
from broker.tables import CATALOGUE
from tests.integration.killed.clients import HOMES, Accepted, Client, Tally, headers_of
from tests.integration.killed.service import Service, ask
from tests.whole_life import NEWHAM, sign_agreements

OPERATIONS = int(os.environ.get("BROKER_KILL_OPERATIONS", "120"))
KILLS = int(os.environ.get("BROKER_KILLS", "3"))
PEOPLE = 5
AGAIN = 25
"""How many accepted operations are asked once more at the end."""

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
        import_case(session, Path("broker/sample/region"), by="test", when=datetime.now(UTC))
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


def test_nothing_accepted_is_lost_and_nothing_is_done_twice(
    service: Service, engine: Engine, tokens: dict[str, str]
) -> None:
    tally = Tally()
    clients = [Client(one, service, tokens, tally, OPERATIONS) for one in range(PEOPLE)]
    for client in clients:
        client.start()
    dice = random.Random(7)
    while any(client.is_alive() for client in clients):
        done = len(tally.accepted)
        if service.kills < KILLS and done >= OPERATIONS * (service.kills + 1) // (KILLS + 1):
            time.sleep(dice.uniform(0, 0.4))
            service.kill()
            time.sleep(dice.uniform(0, 0.5))
            service.start()
        time.sleep(0.02)
    for client in clients:
        client.join()
    assert tally.strange == []
    assert service.kills == KILLS
    assert tally.unanswered > 0, "no request met the end of the service"
    assert len(tally.accepted) >= OPERATIONS
    _asked_again_gives_the_same(service, tokens, dice.sample(tally.accepted, AGAIN))
    service.stop()
    _on_record(engine, tally)
    _whole(engine)


def _asked_again_gives_the_same(
    service: Service, tokens: dict[str, str], some: list[Accepted]
) -> None:
    for one in some:
        headers = headers_of(tokens[one.account], one.key, one.seen)
        status, answer = ask(service.port, one.method, one.path, one.body, headers)
        assert (status, answer) == (201, one.answer), one.path


def _on_record(engine: Engine, tally: Tally) -> None:
    """Each accepted operation is one step with one kept answer and one entry; there are no more."""
    tables = CATALOGUE.tables
    with reading(engine) as session:
        steps = {
            (row.referral_id, row.number): row.kind
            for row in session.execute(sa.select(tables["step"]))
        }
        keys = {
            (row.actor, row.key): row
            for row in session.execute(sa.select(tables["idempotency_key"]))
        }
        told = Counter(
            session.execute(
                sa.select(tables["audit"].c.record_id).where(
                    tables["audit"].c.record_kind == "referral"
                )
            ).scalars()
        )
    for one in tally.accepted:
        kind = one.body.get("kind", "open")
        assert steps[one.answer["id"], one.answer["version"]] == kind, "lost"
        assert keys[one.account, one.key].body == one.answer
    assert len(steps) == len(tally.accepted), "done twice, or done and never told"
    assert len(keys) == len(tally.accepted)
    assert told == Counter(one.answer["id"] for one in tally.accepted)


def _whole(engine: Engine) -> None:
    tables = CATALOGUE.tables
    with reading(engine) as session:
        assert verify(session).broken == ()
        lives = session.execute(sa.select(tables["life"])).all()
        confirmed = set()
        for row in lives:
            life = desk.read_life(session, row.referral_id)
            assert life is not None
            assert (row.version, row.state) == (life.version, life.state.value)
            if life.decision is not None:
                confirmed.add(row.referral_id)
        placed = session.execute(sa.select(tables["placement"])).all()
        assert {row.referral_id for row in placed} == confirmed
        assert confirmed, "nobody was placed: the run proves too little"
        places = Counter((row.home_id, row.place) for row in placed)
        assert set(places.values()) == {1}, "all begin on one day: no place has two"
        if engine.dialect.name == "sqlite":
            found = session.execute(sa.text("PRAGMA integrity_check")).scalar_one()
            assert found == "ok"


def test_a_service_killed_while_it_starts_leaves_a_database_that_starts(
    empty_address: str, tmp_path: Path
) -> None:
    """The tables are made whole or not at all, whenever the first start is cut short."""
    dice = random.Random(11)
    service = Service(tmp_path, empty_address)
    for _ in range(3):
        service.begin()
        time.sleep(dice.uniform(0.5, 4.0))
        service.kill()
    service.start()
    service.stop()
    engine = make_engine(empty_address)
    with reading(engine) as session:
        assert verify(session).entries == 0
    engine.dispose()
