"""Events are written with their step, told at least once, in order, and given up in sight."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from broker.audit.chain import verify
from broker.commands.who import at_the_command_line
from broker.database import reading, writing
from broker.events import deliveries, sign, subscriptions
from broker.events.courier import Courier
from broker.events.deliveries import Patience
from broker.life.desk import Shut
from broker.retention.due import due_on
from broker.retention.remove import remove
from broker.retention.schedule import schedule_in_force
from broker.tables import AuditRow, DeliveryRow, EventRow, StepRow
from tests.integration.audit.tampering import ADMINISTRATOR
from tests.integration.events.conftest import SECRET
from tests.integration.events.receiver import Receiver, genuine
from tests.integration.jobs.conftest import START, Clock
from tests.whole_life import ASSESSOR, HOME, NEWHAM, Teller

ROOT = Path(__file__).parents[3]
WHO = at_the_command_line("tests")
FEW = Patience(attempts=3)


def subscribe(engine: Engine, target: str, **told: Any) -> int:
    with writing(engine) as session:
        return subscriptions.subscribe(session, WHO, target, START, open_only=False, **told)


def lived(engine: Engine, *, end: bool = False) -> str:
    """Somebody's life up to moving in, or to the end; the referral."""
    with writing(engine) as session:
        told = Teller(session)
        referral: str = told.to_moved_in().referral
        if end:
            told.today = date(2027, 5, 4)
            told.reviewed("step_down")
            told.end(planned=True, reason_code="CARPL", destination="fostering")
    return referral


def courier(engine: Engine, clock: Clock, **options: Any) -> Courier:
    return Courier(engine, "courier-1", clock, patience=FEW, **options)


def send_all(one: Courier) -> int:
    number = 0
    while one.send_one():
        number += 1
        assert number < 100
    return number


def states(engine: Engine) -> list[tuple[str, int]]:
    table = DeliveryRow.__table__
    with reading(engine) as session:
        query = sa.select(table.c.state, table.c.attempt).order_by(table.c.delivery_id)
        return [(row.state, row.attempt) for row in session.execute(query)]


def late(clock: Clock) -> None:
    """After everything that the life of a test wrote has become due."""
    clock.go(timedelta(days=400).total_seconds())


def test_each_kind_of_step_is_told_once_by_ids_alone_and_signed(
    on_both: Engine, receiver: Receiver, clock: Clock
) -> None:
    number = subscribe(on_both, receiver.address)
    referral = lived(on_both, end=True)
    late(clock)
    assert send_all(courier(on_both, clock)) == len(receiver.heard)
    assert receiver.kinds() == ["offer", "decision", "moving_in", "ending"]
    assert {one["home_id"] for one in receiver.heard} == {HOME}
    assert {one["referral_id"] for one in receiver.heard} == {referral}
    assert set(receiver.heard[0]) == {
        "event_id", "kind", "happened_at", "referral_id", "young_person_id", "borough", "home_id",
        "step",
    }  # fmt: skip
    told = b"".join(receiver.bodies).decode()
    assert "Not A Name" not in told
    assert "Nowhere" not in told
    key = sign.key_of(SECRET.encode(), number)
    for headers, body in zip(receiver.headers, receiver.bodies, strict=True):
        assert genuine(key, headers["Broker-Signature"], body)
        assert not genuine(key, headers["Broker-Signature"], body + b" ")
        assert not genuine("0" * 64, headers["Broker-Signature"], body)
        assert f"t={int(clock.at.timestamp())}," in headers["Broker-Signature"]
    assert {state for state, _ in states(on_both)} == {"delivered"}
    steps, events = StepRow.__table__, EventRow.__table__
    with reading(on_both) as session:
        both = sa.and_(
            steps.c.referral_id == events.c.referral_id, steps.c.number == events.c.number
        )
        query = sa.select(events.c.kind, steps.c.kind).join(steps, both)
        kinds = {row[0]: row[1] for row in session.execute(query)}
    assert kinds == {
        "offer": "offer", "decision": "confirm", "moving_in": "move_in", "ending": "end",
    }  # fmt: skip


def test_a_step_that_is_not_kept_leaves_no_event(on_both: Engine, receiver: Receiver) -> None:
    subscribe(on_both, receiver.address)

    class Undone(Exception):
        pass

    def undone() -> None:
        with writing(on_both) as session:
            Teller(session).to_moved_in()
            assert session.execute(sa.select(EventRow)).first() is not None
            raise Undone

    with pytest.raises(Undone):
        undone()
    with reading(on_both) as session:
        assert session.execute(sa.select(EventRow)).first() is None
    with writing(on_both) as session:
        told = Teller(session)
        told.to_verified()
        with pytest.raises(Shut):
            told.confirm(HOME)
        assert session.execute(sa.select(EventRow)).first() is None


def test_a_decision_undone_is_told_too(on_both: Engine, receiver: Receiver) -> None:
    subscribe(on_both, receiver.address, kinds=["decision", "decision_undone"])
    with writing(on_both) as session:
        told = Teller(session)
        told.to_verified()
        told.shortlist(HOME)
        told.accepted_by(HOME, "P2")
        told.ready(HOME)
        told.confirm(HOME)
        told.take(ASSESSOR, "withdraw", reason="a relative can have them")
        kinds = session.execute(
            sa.select(EventRow.__table__.c.kind).order_by(EventRow.__table__.c.event_id)
        )
        assert list(kinds.scalars()) == ["offer", "decision", "decision_undone"]
        assert deliveries.counts(session) == {"waiting": 2}


def test_a_subscription_of_a_borough_hears_of_that_borough_and_of_its_kinds_alone(
    on_both: Engine,
) -> None:
    other = subscribe(on_both, "http://127.0.0.1:9/", borough="E09000016")
    own = subscribe(on_both, "http://127.0.0.1:9/", borough=NEWHAM, kinds=["ending", "offer"])
    gone = subscribe(on_both, "http://127.0.0.1:9/")
    with writing(on_both) as session:
        assert subscriptions.unsubscribe(session, WHO, gone, START)
        assert not subscriptions.unsubscribe(session, WHO, gone, START)
        assert [one["subscription_id"] for one in subscriptions.subscriptions(session)] == [
            other, own,
        ]  # fmt: skip
    lived(on_both)
    with reading(on_both) as session:
        found = [(one["subscription_id"], one["kind"]) for one in deliveries.listed(session)]
    assert found == [(own, "offer")]


def test_what_fails_is_tried_again_later_and_later_and_holds_up_only_its_young_person(
    on_both: Engine, receiver: Receiver, clock: Clock
) -> None:
    receiver.behave = lambda told: 503
    subscribe(on_both, receiver.address)
    lived(on_both)
    late(clock)
    one = courier(on_both, clock)
    assert send_all(one) == 1
    assert states(on_both)[0] == ("waiting", 1)
    clock.go(9)
    assert send_all(one) == 0
    clock.go(1)
    receiver.behave = lambda told: 200
    assert send_all(one) == 3
    assert receiver.kinds() == ["offer", "offer", "decision", "moving_in"]
    assert receiver.ids()[0] == receiver.ids()[1]
    assert receiver.headers[1]["Broker-Attempt"] == "2"
    assert receiver.bodies[0] == receiver.bodies[1]


def test_the_wait_doubles_up_to_an_hour() -> None:
    patience = Patience()
    waits = [patience.after(attempt).total_seconds() for attempt in range(1, patience.attempts)]
    assert waits[:10] == [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600]
    assert set(waits[9:]) == {3600}
    assert 21 * 3600 < sum(waits) < 22 * 3600


def test_a_dead_letter_is_seen_and_holds_up_what_follows_until_a_person_acts(
    on_both: Engine, receiver: Receiver, clock: Clock
) -> None:
    receiver.behave = lambda told: 500 if told["kind"] == "offer" else 200
    subscribe(on_both, receiver.address)
    lived(on_both)
    late(clock)
    one = courier(on_both, clock)
    for _ in range(5):
        send_all(one)
        clock.go(4000)
    assert receiver.kinds() == ["offer"] * 3
    assert states(on_both) == [("dead", 3), ("waiting", 0), ("waiting", 0)]
    with reading(on_both) as session:
        dead = deliveries.listed(session, "dead")
    assert [(row["kind"], row["said"]) for row in dead] == [("offer", "the answer was 500")]
    with writing(on_both) as session:
        assert deliveries.retry(session, WHO, None, clock.at) == 1
        assert deliveries.retry(session, WHO, None, clock.at) == 0
    assert send_all(one) == 1
    with writing(on_both) as session:
        assert deliveries.drop(session, WHO, dead[0]["delivery_id"], "known there", clock.at)
        assert not deliveries.drop(session, WHO, dead[0]["delivery_id"], "again", clock.at)
    assert send_all(one) == 2
    assert receiver.kinds()[-2:] == ["decision", "moving_in"]
    with reading(on_both) as session:
        acts = set(session.execute(sa.select(AuditRow.__table__.c.act)).scalars())
        assert {"event.subscribe", "event.retry", "event.drop"} <= acts
        assert not verify(session).broken


@pytest.mark.parametrize("way", ["hang", "drip"])
def test_a_receiver_that_never_ends_is_given_up_in_time(
    on_both: Engine, receiver: Receiver, clock: Clock, way: str
) -> None:
    receiver.behave = lambda told: way
    subscribe(on_both, receiver.address)
    lived(on_both)
    late(clock)
    assert courier(on_both, clock, seconds=0.4).send_one()
    with reading(on_both) as session:
        assert deliveries.listed(session)[-1]["said"] == "no answer within 0.4 seconds"


def test_nothing_is_followed_and_nobody_there_is_no_crash(
    on_both: Engine, receiver: Receiver, clock: Clock
) -> None:
    receiver.behave = lambda told: 302
    subscribe(on_both, receiver.address, kinds=["offer"])
    subscribe(on_both, "http://127.0.0.1:1/", kinds=["offer"])
    lived(on_both)
    late(clock)
    assert send_all(courier(on_both, clock)) == 2
    assert len(receiver.heard) == 1
    with reading(on_both) as session:
        said = [row["said"] for row in deliveries.listed(session)]
    assert said == [
        "it could not be reached: ConnectionRefusedError",
        "the answer was 302; nothing is followed",
    ]


def test_two_couriers_never_hold_the_same_and_a_slow_one_changes_nothing(
    on_both: Engine, receiver: Receiver, clock: Clock
) -> None:
    subscribe(on_both, receiver.address)
    lived(on_both)
    late(clock)
    with writing(on_both) as session:
        slow = deliveries.claim(session, "slow", clock.at, FEW)
    with writing(on_both) as session:
        assert deliveries.claim(session, "other", clock.at, FEW) is None
    assert slow is not None
    clock.go(61)
    assert send_all(courier(on_both, clock)) == 3
    with writing(on_both) as session:
        assert not deliveries.taken(session, slow, clock.at)
        assert not deliveries.failed(session, slow, "late", clock.at, FEW)
    assert {state for state, _ in states(on_both)} == {"delivered"}


def test_in_production_nothing_is_sent_to_this_computer_even_if_it_was_subscribed_before(
    on_both: Engine, receiver: Receiver, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(on_both, receiver.address)
    lived(on_both)
    late(clock)
    monkeypatch.setenv("BROKER_ENV", "production")
    assert courier(on_both, clock).send_one()
    assert receiver.heard == []


def test_without_a_secret_everything_waits_and_it_is_said_once(
    on_both: Engine, receiver: Receiver, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(on_both, receiver.address)
    lived(on_both)
    late(clock)
    monkeypatch.setenv("BROKER_EVENTS_SECRET", "short")
    said: list[str] = []
    one = courier(on_both, clock, tell=lambda event, **more: said.append(more["sentence"]))
    assert not one.send_one()
    assert not one.send_one()
    assert said == ["BROKER_EVENTS_SECRET must be set, to at least 32 characters"]
    assert {state for state, _ in states(on_both)} == {"waiting"}


def test_a_worker_killed_in_the_middle_of_a_delivery_loses_nothing(
    on_both: Engine, address: str, receiver: Receiver, clock: Clock
) -> None:
    receiver.behave = lambda told: "hang"
    subscribe(on_both, receiver.address)
    lived(on_both)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "BROKER_DATABASE_URL": address}
    worker = subprocess.Popen(
        [sys.executable, "-m", "broker.cli", "worker"],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert receiver.arrived.wait(120)
        worker.send_signal(signal.SIGKILL)
    finally:
        worker.kill()
        worker.communicate()
    assert states(on_both) == [("waiting", 1), ("waiting", 0), ("waiting", 0)]
    receiver.behave = lambda told: 200
    late(clock)
    assert send_all(courier(on_both, clock)) == 3
    assert receiver.kinds() == ["offer", "offer", "decision", "moving_in"]
    assert receiver.ids()[0] == receiver.ids()[1]


def test_a_worker_sends_and_says_so(on_both: Engine, address: str, receiver: Receiver) -> None:
    subscribe(on_both, receiver.address)
    lived(on_both)
    done = subprocess.run(
        [sys.executable, "-m", "broker.cli", "worker", "--once"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "BROKER_DATABASE_URL": address},
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    lines = [json.loads(line)["event"] for line in done.stdout.splitlines()]
    assert lines.count("event told") == 3
    assert receiver.kinds() == ["offer", "decision", "moving_in"]


def test_a_removed_young_person_takes_their_events_along(
    on_both: Engine, receiver: Receiver
) -> None:
    """By the schedule, 75 years from birth; what others are told of others stays."""
    subscribe(on_both, receiver.address)
    lived(on_both, end=True)
    with writing(on_both) as session:
        other = Teller(session, minutes=500)
        other.to_verified(young_person_id="YP-901", date_of_birth=date(2013, 3, 9))
        other.shortlist(HOME)
        other.view(HOME)
        other.offer(HOME)
    assert told_of(on_both) == {
        "YP-900": (["offer", "decision", "moving_in", "ending"], 4), "YP-901": (["offer"], 1),
    }  # fmt: skip
    day = date(2087, 3, 9)
    schedule = {kind: replace(one, confirmed=True) for kind, one in schedule_in_force().items()}
    with writing(on_both) as session:
        due, _ = due_on(session, schedule, day)
        (one,) = (one for one in due if one.record == "YP-900")
        remove(session, ADMINISTRATOR, one, schedule[one.kind], at=START, today=day, reason="time")
    assert told_of(on_both) == {"YP-901": (["offer"], 1)}
    with reading(on_both) as session:
        assert not verify(session).broken


def told_of(engine: Engine) -> dict[str, tuple[list[str], int]]:
    """The kinds of events of each young person, in order, and how many tellings there are."""
    events, tellings = EventRow.__table__, DeliveryRow.__table__
    found: dict[str, tuple[list[str], int]] = {}
    with reading(engine) as session:
        rows = session.execute(
            sa.select(events.c.young_person_id, events.c.kind).order_by(events.c.event_id)
        ).all()
        sent = Counter(session.execute(sa.select(tellings.c.young_person_id)).scalars())
    for who in {*sent, *(row.young_person_id for row in rows)}:
        found[who] = ([row.kind for row in rows if row.young_person_id == who], sent[who])
    return found
