"""Sends what is due, one telling after another; a worker has one beside its jobs.

Nothing is sent inside a transaction: a telling is claimed, sent, and only then written down as
taken. So a courier that dies in between sends it again, and never loses it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Engine
from sqlmodel import Session

from broker.database import DatabaseProblem, reading, writing
from broker.events import deliveries, sign
from broker.events.deliveries import Patience, Sending
from broker.events.post import LONGEST_SECONDS, Failed, post
from broker.events.target import production

LOOK_EVERY: Final = 0.5
AWAY: Final = 5.0

Tell = Callable[..., None]


def body_of(event: Mapping[str, Any]) -> bytes:
    """What is sent: ids, the kind and the moment; the same bytes however often it is sent."""
    told = {
        "event_id": event["event_id"],
        "kind": event["kind"],
        "happened_at": event["happened_at"].isoformat(),
        "referral_id": event["referral_id"],
        "young_person_id": event["young_person_id"],
        "borough": event["borough"],
        "home_id": event["home_id"],
        "step": event["number"],
    }
    return json.dumps(told, sort_keys=True).encode()


class Courier:
    """Sends for one worker until `stop`; without a secret it says so once and sends nothing."""

    def __init__(
        self,
        engine: Engine,
        name: str,
        clock: Callable[[Session], datetime],
        *,
        tell: Tell = lambda event, **more: None,
        patience: Patience | None = None,
        seconds: float = LONGEST_SECONDS,
    ) -> None:
        self._engine = engine
        self._name = name
        self._clock = clock
        self._tell = tell
        self._patience = patience or Patience()
        self._seconds = seconds
        self._told_no_secret = False

    def run(self, stop: threading.Event) -> None:
        """Send until stopped; a database that is away is waited for."""
        while not stop.is_set():
            try:
                sent = self.send_one()
            except DatabaseProblem as problem:
                self._tell("events wait", sentence=str(problem))
                stop.wait(AWAY)
                continue
            if not sent:
                stop.wait(LOOK_EVERY)

    def send_one(self) -> bool:
        """Send what has been due longest; False where nothing is due, or nothing can be signed."""
        with reading(self._engine) as session:
            if not deliveries.anything_due(session, self._clock(session)):
                return False
        try:
            secret = sign.secret_from_environment()
        except sign.NoSecret as missing:
            if not self._told_no_secret:
                self._tell("events wait", sentence=str(missing))
            self._told_no_secret = True
            return False
        with writing(self._engine) as session:
            held = deliveries.claim(session, self._name, self._clock(session), self._patience)
        if held is None:
            return False
        self._send(held, secret)
        return True

    def _send(self, held: Sending, secret: bytes) -> None:
        body = body_of(held.event)
        with reading(self._engine) as session:
            at = int(self._clock(session).timestamp())
        headers = {
            "Content-Type": "application/json",
            "Broker-Event": str(held.event["event_id"]),
            "Broker-Attempt": str(held.attempt),
            sign.HEADER: sign.signature(sign.key_of(secret, held.subscription_id), at, body),
        }
        told = {"delivery": held.delivery_id, "attempt": held.attempt}
        try:
            post(held.target, body, headers, open_only=production(), seconds=self._seconds)
        except Failed as failed:
            with writing(self._engine) as session:
                now = self._clock(session)
                deliveries.failed(session, held, str(failed), now, self._patience)
            dead = held.attempt >= self._patience.attempts
            self._tell("event dead" if dead else "event not taken", sentence=str(failed), **told)
            return
        with writing(self._engine) as session:
            deliveries.taken(session, held, self._clock(session))
        self._tell("event told", **told)
