"""However the service is killed: nothing accepted is lost, nothing is done twice, all is whole.

A short run by default. `BROKER_KILL_OPERATIONS` and `BROKER_KILLS` make it as long as wanted.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Engine

from broker.audit.chain import verify
from broker.database import make_engine, reading
from broker.life import desk
from broker.tables import CATALOGUE
from tests.integration.killed.clients import Accepted, Client, Tally, headers_of
from tests.integration.killed.service import Service, ask

OPERATIONS = int(os.environ.get("BROKER_KILL_OPERATIONS", "120"))
KILLS = int(os.environ.get("BROKER_KILLS", "3"))
PEOPLE = 5
AGAIN = 25
"""How many accepted operations are asked once more at the end."""


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
