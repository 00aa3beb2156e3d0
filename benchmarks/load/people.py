"""A region and many young people put on record, by the code that does it at work.

The case goes in as an import. Each referral is begun, submitted, banded, verified and withdrawn by
`Work.take`, with its gates, what follows from it, and its entries in the chain; only the
transaction is of many referrals instead of one, and nobody reads a life again that is at hand.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from benchmarks.load.cast import PROVIDERS, SECRET, User, users
from broker.access.accounts import NewAccount, add_account
from broker.access.actor import Actor, OrganisationKind, Role
from broker.database import reading, writing
from broker.importing import import_case
from broker.life import steps as said
from broker.life.judge import judge_form
from broker.life.state import Life, Taken
from broker.life.work import Moment, Work, new_referral_id
from broker.sample.folder import write_files
from broker.sample.generate import generate
from broker.store.clock import now, today
from broker.tables import HomeRow
from matching.geography import PARTNER_BOROUGHS

HOMES, PERCENT_FULL, SEED = 1_000, 60, 1
IN_ONE_GO = 250
"""Referrals of one transaction."""

ASKED_AT_MOST = 150
"""Homes that are asked for places: few enough that people come upon the same one."""

_EXAMPLES = Path(__file__).parents[2] / "api" / "examples"
_SHARES = (
    ("draft", 5), ("received", 10), ("banded", 15), ("verified", 40), ("withdrawn", 30),
)  # fmt: skip
"""How far the lives on record went, in hundredths: our starting assumptions."""


@dataclass(frozen=True, slots=True)
class World:
    """What is on record: the accounts, and the homes that can be asked, by id their provider."""

    users: list[User]
    homes: dict[str, str]
    people: int
    seconds: float


def put_on_record(engine: Engine, people: int, number: int, say: Callable[[str], None]) -> World:
    """The region, the agreements, the accounts and so many young people; how long these took."""
    _region(engine)
    homes = _homes_to_ask(engine)
    of = {
        provider: tuple(home for home, whose in homes.items() if whose == provider)
        for provider in PROVIDERS
    }
    accounts = users(number, of)
    with writing(engine) as session:
        for one in accounts:
            _account(session, one)
    began = time.perf_counter()
    for first in range(0, people, IN_ONE_GO):
        with writing(engine) as session:
            _lives(session, range(first, min(first + IN_ONE_GO, people)))
        done = min(first + IN_ONE_GO, people)
        if done % (IN_ONE_GO * 4) == 0 or done == people:
            spent = time.perf_counter() - began
            say(f"{done:,} of {people:,} young people on record ({spent:.0f} s)")
    return World(accounts, homes, people, time.perf_counter() - began)


def form(young_person: str, borough: str, born: date, **changed: Any) -> dict[str, Any]:
    """A whole form, as the API's example has it, of another young person."""
    told: dict[str, Any] = example("referral-open")["form"]
    day = today()
    return told | {
        "young_person_id": young_person,
        "borough": borough,
        "date_of_birth": born.isoformat(),
        "waiting_since": (day - timedelta(days=14)).isoformat(),
        "needed_by": (day + timedelta(days=9)).isoformat(),
        **changed,
    }


@cache
def example(name: str) -> dict[str, Any]:
    """A request of the API's own examples."""
    text = (_EXAMPLES / f"{name}.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)["value"]
    return found


def born(number: int) -> date:
    """A day of birth of somebody of 13 to 16 years; neighbours in number share none."""
    return today() - timedelta(days=13 * 366 + number * 37 % 1_000)


def _region(engine: Engine) -> None:
    """A generated case of a thousand homes, of which five providers run all outside the block."""
    files = generate(0, HOMES, SEED, percent_full=PERCENT_FULL)
    rows = list(csv.DictReader(io.StringIO(files["homes.csv"])))
    for at, row in enumerate(rows):
        if not row["contract"]:
            row["provider"] = PROVIDERS[at % len(PROVIDERS)]
    table = io.StringIO()
    writer = csv.DictWriter(table, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder) / "case", {**files, "homes.csv": table.getvalue()})
        with writing(engine) as session:
            import_case(session, Path(folder) / "case", by="benchmark", when=now())


def _homes_to_ask(engine: Engine) -> dict[str, str]:
    """Homes of the five providers that every hard rule allows for the usual form."""
    at, borough = Moment(now(), today()), next(iter(PARTNER_BOROUGHS))
    life = Life("R-NOBODY")
    for number, kind in enumerate(("open", "band"), start=1):
        one = _said(kind, 0, borough)
        step = Taken(number, at.at, at.today, "benchmark", "assessor", borough, one)
        life = life.after(step)
    table = HomeRow.__table__
    with reading(engine) as session:
        everywhere = list(session.execute(sa.select(table.c.home_id)).scalars())
        judged = judge_form(session, life, everywhere, at.today)
    fit = {
        home: one.provider
        for home, one in sorted(judged.items())
        if not one.failed and one.provider in PROVIDERS
    }
    return dict(list(fit.items())[:ASKED_AT_MOST])


def _account(session: Session, one: User) -> None:
    add_account(
        session,
        NewAccount(
            one.account,
            Role(one.role),
            one.organisation,
            homes=one.homes,
            secret=SECRET,
            program=one.program,
        ),
        now(),
    )


def _lives(session: Session, numbers: range) -> None:
    """Lives of these numbers, each as far as its share says, a kind of step after the other."""
    moment = Moment(now(), today())
    for borough in PARTNER_BOROUGHS:
        own = [at for at in numbers if _borough(at) == borough]
        lives: dict[int, Life] = {}
        for actor, kind, wanted in _steps(borough):
            work = Work(session, actor, moment)
            for at in own:
                if _far(at) in wanted:
                    life = lives.get(at) or Life(new_referral_id())
                    lives[at] = work.take(life, _said(kind, at, borough))
            work.close()


def _steps(borough: str) -> Iterator[tuple[Actor, str, frozenset[str]]]:
    """Who takes which step, and for the lives that went how far."""

    def somebody(role: Role) -> Actor:
        return Actor(f"record-{role.value}-{borough}", role, borough, OrganisationKind.BOROUGH)

    assessor, verifier = somebody(Role.ASSESSOR), somebody(Role.VERIFIER)
    names = [name for name, _ in _SHARES]
    yield assessor, "open", frozenset(names)
    yield assessor, "submit", frozenset(names[1:])
    yield assessor, "band", frozenset(names[2:])
    yield verifier, "verify", frozenset(names[3:])
    yield assessor, "withdraw", frozenset(names[4:])


def _said(kind: str, at: int, borough: str) -> said.Said:
    told: dict[str, Any] = {"kind": kind}
    if kind == "open":
        told["form"] = form(f"YP-R{at}", borough, born(at))
    elif kind == "submit":
        told["not_a_double"] = "invented: another young person of the same day"
    elif kind == "band":
        told |= {"band": "medium", "thresholds": "t1", "reason": "by the thresholds"}
    elif kind == "verify":
        told |= {"need_met": True, "funding_agreed": True, "reason": "both checked"}
    else:
        told["reason"] = "found otherwise"
    return said.SAID.validate_json(json.dumps(told))


def _borough(at: int) -> str:
    boroughs = list(PARTNER_BOROUGHS)
    return boroughs[at // 100 % len(boroughs)]


def _far(at: int) -> str:
    """How far the life of a number went: every hundred in the shares."""
    within = at * 37 % 100
    for name, share in _SHARES:
        if within < share:
            return name
        within -= share
    raise AssertionError("the shares are a hundred")
