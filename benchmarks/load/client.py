"""The people at work as one process: signs them in, lets them work, writes down what came of it.

`python -m benchmarks.load.client PLAN RESULT`: both are JSON files. With no users in the plan it
asks one path over as many connections, which shows what the machine and this client can do at most.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.load.cast import SECRET, User
from benchmarks.load.journeys import READS_IN_TEN, Desk, Journey
from benchmarks.load.tally import Sample
from benchmarks.load.wire import NoAnswer, Wire

MOST_AT_ONCE = 80
"""Referrals on their way at most: people finish what they began."""


class CannotSignIn(Exception):
    """The service let somebody not in."""


@dataclass
class Book:
    """What everybody was answered, and the steps that were accepted."""

    samples: list[Sample] = field(default_factory=list)
    accepted: list[tuple[str, int, str, str]] = field(default_factory=list)
    refusals: dict[str, int] = field(default_factory=dict)


@dataclass
class Person:
    """One user at work over one connection."""

    user: User
    wire: Wire
    desk: Desk
    book: Book
    sent: int = 0

    async def sign_in(self) -> None:
        """Enter as people and as programs do.

        Raises:
            CannotSignIn: with what was answered.
        """
        path = "/api/tokens" if self.user.program else "/api/session"
        asked = {"account": self.user.account, "password": SECRET}
        status, told = await self.wire.ask("POST", path, asked)
        if status != 201:
            raise CannotSignIn(f"{self.user.account}: {status} {told}")
        if self.user.program:
            self.wire.token = told["token"]
        else:  # the first page brings the cookie that a change must carry again
            await self.wire.ask("GET", "/api/session")
        self.wire.close()  # while the others sign in it would rest too long for the service

    async def work(self, end: float) -> None:
        """Take what waits, or look something up, until the end."""
        while time.monotonic() < end:
            journey = None
            if self.desk.dice.randrange(10) >= READS_IN_TEN:
                journey = self.desk.work_for(self.user) or self._new()
            if journey is None:
                name, method, path, body = self.desk.question(self.user)
                told = await self._ask(name, False, method, path, body)
                for line in told[1].get("referrals", ())[:5]:
                    self._know(line["id"])
            else:
                await self._take(journey)

    def _new(self) -> Journey | None:
        on_their_way = sum(len(queue) for queue in self.desk.waiting.values())
        if self.user.role != "assessor" or on_their_way >= MOST_AT_ONCE:
            return None
        return self.desk.new_journey(self.user.organisation)

    async def _take(self, journey: Journey) -> None:
        if not journey.referral:
            status, told = await self._write("open", "/api/referrals", self.desk.opened(journey), 0)
            kind = "open"
        else:
            _, said = journey.steps[0]
            kind = said["kind"]
            path = f"/api/referrals/{journey.referral}/steps"
            status, told = await self._write(kind, path, said, journey.version)
            if status == 201:
                journey.steps.popleft()
        if status != 201:
            self._given_up(journey, kind, told)
            return
        journey.referral, journey.version = told["id"], told["version"]
        home = journey.home if kind == "confirm" else ""
        self.book.accepted.append((journey.referral, journey.version, kind, home))
        self._know(journey.referral, journey.borough)
        self.desk.give_on(journey)

    def _given_up(self, journey: Journey, kind: str, told: dict[str, Any]) -> None:
        """Where the home has no place any more, the borough withdraws the referral."""
        codes = [gap.get("code", "") for gap in told.get("missing", ())] or [told.get("type", "")]
        for code in codes:
            name = f"{kind}: {code}"
            self.book.refusals[name] = self.book.refusals.get(name, 0) + 1
        if journey.referral and kind != "withdraw":
            journey.steps.clear()
            said = {"kind": "withdraw", "reason": "the place is somebody else's"}
            journey.steps.append(("assessor", said))
            self.desk.give_on(journey)

    def _know(self, referral: str, borough: str = "") -> None:
        for whose in {self.user.organisation, borough or self.user.organisation}:
            known = self.desk.known[whose]
            known.append(referral)
            del known[:-500]

    async def _write(
        self, kind: str, path: str, body: dict[str, Any], seen: int
    ) -> tuple[int, dict[str, Any]]:
        self.sent += 1
        headers = {"Idempotency-Key": f"{self.desk.run}-{self.user.account}-{self.sent}"}
        if seen:
            headers["If-Match"] = f'"{seen}"'
        return await self._ask(f"step: {kind}", True, "POST", path, body, headers)

    async def _ask(
        self,
        name: str,
        writes: bool,
        method: str,
        path: str,
        body: Any,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, dict[str, Any]]:
        sent = time.monotonic()
        try:
            status, told = await self.wire.ask(method, path, body, headers)
        except NoAnswer:
            status, told = 0, {}
        took = time.monotonic() - sent
        foreseen = writes and status == 409 and "missing" in told
        self.book.samples.append(Sample(name, writes, sent, took, status, foreseen))
        return status, told


async def _at_work(plan: dict[str, Any]) -> dict[str, Any]:
    desk = Desk(
        plan["homes"], date.fromisoformat(plan["today"]), random.Random(plan["seed"]), plan["run"]
    )
    book = Book()
    people = [
        Person(User(**{**one, "homes": tuple(one["homes"])}), Wire(plan["port"]), desk, book)
        for one in plan["users"]
    ]
    for person in people:
        await person.sign_in()
    start = time.monotonic() + plan["warm"]
    end = start + plan["seconds"]
    await asyncio.gather(*(person.work(end) for person in people))
    for person in people:
        person.wire.close()
    return {
        "start": start,
        "end": end,
        "samples": [asdict(one) for one in book.samples],
        "accepted": book.accepted,
        "refusals": book.refusals,
        "begun": desk.begun,
    }


async def _at_one_path(plan: dict[str, Any]) -> dict[str, Any]:
    """The same client on the smallest thing that can be asked."""
    samples: list[Sample] = []
    start = time.monotonic() + plan["warm"]
    end = start + plan["seconds"]

    async def one() -> None:
        wire = Wire(plan["port"])
        while (sent := time.monotonic()) < end:
            status = 0
            with suppress(NoAnswer):
                status, _ = await wire.ask("GET", plan["path"])
            samples.append(Sample("smallest", False, sent, time.monotonic() - sent, status))
        wire.close()

    await asyncio.gather(*(one() for _ in range(plan["connections"])))
    return {"start": start, "end": end, "samples": [asdict(one) for one in samples]}


def main(plan: Path, result: Path) -> None:
    """Work as the plan says, and write down what came of it."""
    told = json.loads(plan.read_text(encoding="utf-8"))
    work = _at_work(told) if "users" in told else _at_one_path(told)
    result.write_text(json.dumps(asyncio.run(work)), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
