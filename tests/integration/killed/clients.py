"""People who work at once: each takes referrals through their lives, and asks until answered."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from broker.sample.whole_form import whole_form
from broker.store.clock import today
from tests.integration.killed.service import Service, ask

HOMES = ("SC990007", "SC990001", "SC990003", "SC990004")
LONGEST_WAIT = 400.0
DEAF = 0.15
"""The share of requests of which the answer is never heard, though nobody was killed."""
Step = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Accepted:
    """One operation that was answered as done."""

    account: str
    key: str
    method: str
    path: str
    body: dict[str, Any]
    seen: int
    answer: dict[str, Any]


@dataclass
class Tally:
    """What all the clients were told."""

    accepted: list[Accepted] = field(default_factory=list)
    refused: list[tuple[str, int, dict[str, Any]]] = field(default_factory=list)
    unanswered: int = 0
    strange: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


def life_of(home: str, days: int = 9) -> Iterator[Step]:
    """The steps of a placement in a home, some days on: who takes each, and what it says."""
    now = today()
    start = now + timedelta(days=days)
    yield "assessor", {"kind": "submit", "not_a_double": "a twin is no double"}
    yield "assessor", {"kind": "band", "band": "medium", "thresholds": "t1", "reason": "by them"}
    yield "verifier", {
        "kind": "verify", "need_met": True, "funding_agreed": True, "reason": "both",
    }  # fmt: skip
    yield (
        "broker",
        {
            "kind": "shortlist",
            "homes": [{"home_id": home, "source": "options", "reason": "near"}],
        },
    )
    yield "assessor", view(home, now)
    yield "broker", {
        "kind": "offer", "home_id": home, "starts_on": str(start), "answer_by": str(start),
    }  # fmt: skip
    manager = f"manager-{home}"
    yield manager, {
        "kind": "impact", "home_id": home, "on_residents": "hard at first",
        "on_young_person": "quiet evenings", "what_will_be_done": "a shared meal",
        "can_live_together": True, "signed": True,
    }  # fmt: skip
    yield manager, {"kind": "accept", "home_id": home}
    yield "assessor", {"kind": "visit", "home_id": home, "visited_on": str(now)}
    yield "assessor", view(home, now)
    for approval in ("nominated_officer", "director"):
        yield approval, {
            "kind": "approve", "home_id": home, "approval": approval, "granted": True,
            "reason": "considered",
        }  # fmt: skip
    for evidence in ("area_notified", "area_consulted", "care_plan_copied"):
        yield "assessor", {
            "kind": "evidence", "evidence": evidence, "home_id": home, "done_on": str(now),
            "reference": "letter",
        }  # fmt: skip
    yield "broker", {
        "kind": "confirm", "home_id": home, "starts_on": str(start),
        "planned_until": str(start + timedelta(days=280)), "reason": "near", "school_kept": True,
    }  # fmt: skip


def view(home: str, day: date) -> dict[str, Any]:
    return {
        "kind": "view", "home_id": home, "said_on": str(day), "wish": "wants", "words": "fine",
        "heard_by": "social worker", "how_considered": "taken",
    }  # fmt: skip


class Client(threading.Thread):
    """One person, who takes one referral after another until enough was done."""

    def __init__(
        self, number: int, service: Service, tokens: dict[str, str], tally: Tally, enough: int
    ) -> None:
        super().__init__(daemon=True)
        self.number, self.service, self.tokens = number, service, tokens
        self.tally, self.enough = tally, enough
        self.dice = random.Random(number)
        self.sent = 0

    def run(self) -> None:
        person = 0
        while len(self.tally.accepted) < self.enough:
            person += 1
            try:
                self.one_life(person)
            except Unanswered:
                return

    def one_life(self, person: int) -> None:
        born = today() - timedelta(days=14 * 365 + 100 * self.number + person)
        asked = whole_form(
            young_person_id=f"YP-K{self.number}-{person}",
            date_of_birth=born,
            waiting_since=today() - timedelta(days=20),
            needed_by=today() + timedelta(days=9),
        ).model_dump(mode="json")
        made = self.do("assessor", "POST", "/api/referrals", {"form": asked}, 0)
        if made is None:
            return
        address, version = f"/api/referrals/{made['id']}", made["version"]
        for account, step in life_of(self.dice.choice(HOMES)):
            told = self.do(account, "POST", f"{address}/steps", step, version)
            if told is None:
                gone = {"kind": "withdraw", "reason": "found otherwise"}
                self.do("assessor", "POST", f"{address}/steps", gone, version)
                return
            version = told["version"]

    def do(
        self, account: str, method: str, path: str, body: dict[str, Any], seen: int
    ) -> dict[str, Any] | None:
        """Ask until there is an answer; what was done, or None where it was refused."""
        self.sent += 1
        key = f"k-{self.number}-{self.sent}"
        end = time.monotonic() + LONGEST_WAIT
        while time.monotonic() < end:
            headers = headers_of(self.tokens[account], key, seen)
            listens = self.dice.random() > DEAF
            status, answer = ask(self.service.port, method, path, body, headers, listens=listens)
            if status in (None, 429, 503):
                self.tally.unanswered += 1
                time.sleep(0.1)
                continue
            with self.tally.lock:
                if status == 201:
                    self.tally.accepted.append(
                        Accepted(account, key, method, path, body, seen, answer)
                    )
                    return answer
                if status == 409:
                    self.tally.refused.append((path, status, answer))
                    return None
                self.tally.strange.append(f"{status} {body.get('kind')} {answer}")
                return None
        self.tally.strange.append(f"no answer in time: {path}")
        raise Unanswered


class Unanswered(Exception):
    """No answer came, however long it was asked for."""


def headers_of(token: str, key: str, seen: int) -> dict[str, str]:
    """The headers of an operation on what was seen at a version."""
    told = {"authorization": f"Bearer {token}", "idempotency-key": key}
    return {**told, "if-match": f'"{seen}"'} if seen else told
