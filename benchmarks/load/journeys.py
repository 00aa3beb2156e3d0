"""What the people at work do: bring referrals to a home, step by step, and look things up.

A referral goes from hand to hand: each person takes what waits for their role and organisation, or
looks something up. Nobody pauses to think. Refusals that a person may meet, such as a place that
somebody else took first, are foreseen; the referral is then withdrawn.
"""

from __future__ import annotations

import random
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from benchmarks.load.cast import User
from benchmarks.load.people import born, example, form

READS_IN_TEN = 6
"""Of ten things somebody does while work waits for them, so many are looking something up."""

DECLINED_IN = 12
"""Every so many-th offer is declined: our starting assumption."""

Told = tuple[str, dict[str, Any]]


@dataclass
class Journey:
    """One referral on its way: where it is on record, and the steps still to be taken."""

    young_person: str
    borough: str
    home: str
    provider: str
    steps: deque[Told]
    referral: str = ""
    version: int = 0

    @property
    def whose(self) -> tuple[str, str]:
        """Whose work the next step is: a role and an organisation."""
        role, _ = self.steps[0]
        if role == "broker":
            return role, "partnership"
        return role, self.provider if role == "registered_manager" else self.borough


@dataclass
class Desk:
    """All that waits to be done, by whose work it is, and what is known of to look up."""

    homes: dict[str, str]
    today: date
    dice: random.Random
    run: str
    waiting: defaultdict[tuple[str, str], deque[Journey]] = field(
        default_factory=lambda: defaultdict(deque)
    )
    known: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    begun: int = 0

    def new_journey(self, borough: str) -> Journey:
        """A new referral of a borough, for a home of which others may think too."""
        self.begun += 1
        homes = list(self.homes)
        home = homes[int(len(homes) * self.dice.random() ** 2)]
        steps = deque(_steps(home, self.today, self.dice.randrange(DECLINED_IN) == 0))
        name = f"YP-{self.run}{self.begun}"
        return Journey(name, borough, home, self.homes[home], steps)

    def work_for(self, user: User) -> Journey | None:
        """What waits for somebody, if anything."""
        waiting = self.waiting[user.role, user.organisation]
        return waiting.popleft() if waiting else None

    def give_on(self, journey: Journey) -> None:
        """The next step of a referral waits for whoever takes it."""
        if journey.steps:
            self.waiting[journey.whose].append(journey)

    def opened(self, journey: Journey) -> dict[str, Any]:
        """The form of a referral."""
        asked = form(journey.young_person, journey.borough, born(self.begun * 7))
        return {"form": asked}

    def question(self, user: User) -> tuple[str, str, str, Any]:
        """Something to look up: its name, method, path and body."""
        kinds = list(self._questions(user))
        return kinds[self.dice.randrange(len(kinds))]

    def _questions(self, user: User) -> Iterator[tuple[str, str, str, Any]]:
        page = f"limit=50&after=R-{self.dice.choice('23456789ABCDEFGHJKLMNPQRSTUVWXYZ')}"
        yield "list of referrals", "GET", f"/api/referrals?{page}", None
        yield "list of offers", "GET", f"/api/offers?limit=50&after=R-{page[-1]}.0", None
        yield "list of placements", "GET", f"/api/placements?{page}", None
        yield "list of homes", "GET", "/api/homes?limit=100", None
        yield "one home", "GET", f"/api/homes/{self.dice.choice(list(self.homes))}", None
        yield "a price", "POST", "/api/prices", _price(user)
        known = self.known[user.organisation] or self.known[""]
        if user.role != "registered_manager":
            until = self.today + timedelta(days=14)
            yield "list of duties", "GET", f"/api/duties?until={until}&{page}", None
            late = f"state=verified&overdue=false&{page}"
            yield "list of referrals, chosen", "GET", f"/api/referrals?{late}", None
            if known:
                referral = self.dice.choice(known)
                yield "one referral", "GET", f"/api/referrals/{referral}", None
                yield "steps of a referral", "GET", f"/api/referrals/{referral}/steps", None


def _price(user: User) -> Any:
    """A price by the contract on record; a provider, who is no party to it, brings a contract."""
    return example("price-text" if user.role == "registered_manager" else "price-record")


def _steps(home: str, today: date, declined: bool) -> Iterator[Told]:
    """The steps of a placement in a home, from the form on: who takes each, and what it says."""
    start = str(today + timedelta(days=9))
    yield "assessor", {"kind": "submit", "not_a_double": "invented: no double"}
    yield "assessor", {"kind": "band", "band": "medium", "thresholds": "t1", "reason": "by them"}
    yield "verifier", _told("verify", need_met=True, funding_agreed=True, reason="both checked")
    listed = [{"home_id": home, "source": "options", "reason": "near"}]
    yield "broker", _told("shortlist", homes=listed)
    yield "assessor", _view(home, today)
    yield "broker", _told("offer", home_id=home, starts_on=start, answer_by=start)
    if declined:
        words = "two are ill"
        yield "registered_manager", _told("decline", home_id=home, code="staffing", words=words)
        yield "assessor", _told("withdraw", reason="found otherwise")
        return
    yield "registered_manager", _told(
        "impact", home_id=home, on_residents="hard at first", on_young_person="quiet evenings",
        what_will_be_done="a shared meal", can_live_together=True, signed=True,
    )  # fmt: skip
    yield "registered_manager", _told("accept", home_id=home)
    yield "assessor", _told("visit", home_id=home, visited_on=str(today))
    yield "assessor", _view(home, today)
    for approval in ("nominated_officer", "director"):
        yield (
            approval,
            _told("approve", home_id=home, approval=approval, granted=True, reason="considered"),
        )
    for evidence in ("area_notified", "area_consulted", "care_plan_copied"):
        yield (
            "assessor",
            _told(
                "evidence", home_id=home, evidence=evidence, done_on=str(today), reference="letter"
            ),
        )
    yield "broker", _told(
        "confirm", home_id=home, starts_on=start, planned_until=str(today + timedelta(days=280)),
        reason="near", school_kept=True,
    )  # fmt: skip


def _told(kind: str, **said: Any) -> dict[str, Any]:
    return {"kind": kind, **said}


def _view(home: str, day: date) -> dict[str, Any]:
    return _told(
        "view", home_id=home, said_on=str(day), wish="wants", words="fine",
        heard_by="social worker", how_considered="taken",
    )  # fmt: skip
