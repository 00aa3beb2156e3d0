"""The sample region to be tried in a browser: lives at several stages, and an account of each role.

Everything is invented. It is told step by step through the same desk as any life, by the accounts
that are made, so that every page has something true to its rules to show.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine
from sqlmodel import Session

from broker.access.accounts import NewAccount, add_account
from broker.access.actor import PARTNERSHIP, Actor, OrganisationKind, Role
from broker.database import migrate, writing
from broker.importing import import_case
from broker.life import desk, steps
from broker.life.form import Form
from broker.life.state import Life
from broker.sample import REGION
from broker.sample.whole_form import whole_form
from broker.store.clock import now
from broker.warehouse.place import DEFAULT_FILE, DEFAULT_FOLDER, Place
from broker.warehouse.run import bring_up

NEWHAM: Final = "E09000025"
PROVIDER: Final = "P2"
HOME: Final = "SC990007"
"""Linden, a home of the provider, next to Newham."""
SECOND: Final = "SC990006"
"""Another home of the provider."""
MANAGED: Final = (HOME, SECOND)
DAY: Final = date(2026, 9, 4)
"""The day of the sample region: the lives begin on it."""
STARTS: Final = date(2026, 9, 14)
VISITED: Final = date(2026, 9, 18)
REVIEWED: Final = date(2026, 10, 8)
MOVES: Final = date(2027, 3, 22)
"""The day on which somebody is to move on, after 16 and within the contract's nine months."""
ASKED_ABOUT: Final = "YP-802"
"""The young person about whom a home is asked."""
MOVES_ON: Final = "YP-805"
"""The young person whose next home is planned."""

ORGANISATIONS: Final[Mapping[Role, str]] = {
    Role.BROKER: PARTNERSHIP,
    Role.ASSESSOR: NEWHAM,
    Role.VERIFIER: NEWHAM,
    Role.NOMINATED_OFFICER: NEWHAM,
    Role.DIRECTOR: NEWHAM,
    Role.REGISTERED_MANAGER: PROVIDER,
    Role.PROVIDER: PROVIDER,
    Role.COMMISSIONER: PARTNERSHIP,
    Role.FINANCE: PARTNERSHIP,
    Role.AUDITOR: PARTNERSHIP,
    Role.ADMINISTRATOR: PARTNERSHIP,
}
"""Where the account of each role is."""

_BORN: Final = {
    "YP-801": date(2012, 3, 9),
    ASKED_ABOUT: date(2011, 11, 21),
    "YP-803": date(2012, 7, 2),
    "YP-804": date(2013, 1, 17),
    MOVES_ON: date(2010, 11, 4),
}
_SEX: Final = {MOVES_ON: "M"}
"""Boys alone live in the home of who moves on."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The accounts that were made, by role, and the one password of all of them."""

    accounts: Mapping[Role, str]
    password: str


def account_of(role: Role) -> str:
    """The name of a role's account: `nominated-officer`."""
    return role.value.replace("_", "-")


def fill(engine: Engine, password: str | None = None) -> Shown:
    """Take the region in, open the accounts, and tell the lives.

    The password is made by chance where none is given.
    """
    migrate(engine)
    password = password or secrets.token_urlsafe(12)
    with writing(engine) as session:
        import_case(
            session, REGION, by="sample", when=datetime(2026, 9, 4, 8, tzinfo=UTC), hold_day=True
        )
        for role, organisation in ORGANISATIONS.items():
            homes = MANAGED if role is Role.REGISTERED_MANAGER else ()
            new = NewAccount(account_of(role), role, organisation, homes, secret=password)
            add_account(session, new, now())
        _lives(session)
    return Shown({role: account_of(role) for role in ORGANISATIONS}, password)


def tell_reports(engine: Engine, folder: Path) -> None:
    """A warehouse of the lives told, as of the last of their days: every report has figures.

    It is not kept by workers: of a later day's last quarter there would be nothing to tell.
    """
    place = Place(folder / DEFAULT_FOLDER, folder / DEFAULT_FILE)
    by = _actor(Role.ADMINISTRATOR)
    bring_up(engine, place.folder, place.keys, REVIEWED, by, whole=True)


def _actor(role: Role) -> Actor:
    organisation = ORGANISATIONS[role]
    kind = {
        PARTNERSHIP: OrganisationKind.PARTNERSHIP,
        PROVIDER: OrganisationKind.PROVIDER,
    }.get(organisation, OrganisationKind.BOROUGH)
    homes = frozenset(MANAGED) if role is Role.REGISTERED_MANAGER else frozenset()
    return Actor(account_of(role), role, organisation, kind, homes)


@dataclass
class _Story:
    """One life, told a minute after another."""

    session: Session
    life: Life
    at: desk.Moment

    def take(self, role: Role, kind: str, **said: Any) -> None:
        """One step."""
        one = steps.SAID.validate_python({"kind": kind, **said}, strict=True)
        self.life = desk.take(
            self.session,
            _actor(role),
            self.life.referral,
            one,
            self.at,
            seen=self.life.version,
        )
        self.at = replace(self.at, at=self.at.at + timedelta(minutes=1))

    def banded(self, band: str) -> None:
        """As far as a provisional band."""
        self.take(Role.ASSESSOR, "submit")
        self.take(
            Role.ASSESSOR, "band", band=band, thresholds="t1", reason="by the thresholds in force"
        )

    def asked(self, home: str) -> None:
        """As far as a home is asked."""
        self.take(
            Role.VERIFIER, "verify", need_met=True, funding_agreed=True, reason="both are checked"
        )
        listed = ({"home_id": home, "source": "options", "reason": "the nearest that fits"},)
        self.take(Role.BROKER, "shortlist", homes=listed)
        self.view(home)
        answer_by = self.at.today + timedelta(days=3)
        self.take(Role.BROKER, "offer", home_id=home, starts_on=STARTS, answer_by=answer_by)

    def view(self, home: str) -> None:
        """What the young person says of a home."""
        self.take(
            Role.ASSESSOR,
            "view",
            home_id=home,
            said_on=self.at.today,
            wish="wants",
            words="It looks quiet. I could still see my nan.",
            heard_by="social worker",
            how_considered="It is your first wish, and near your nan. So we asked it first.",
        )

    def moved_in(self, home: str) -> None:
        """From the offer to the day of moving in."""
        self.take(
            Role.REGISTERED_MANAGER,
            "impact",
            home_id=home,
            on_residents="a new face may be hard at first",
            on_young_person="the evenings are quiet, which suits them",
            what_will_be_done="a shared meal first, and a room chosen together",
            can_live_together=True,
            signed=True,
        )
        self.take(Role.REGISTERED_MANAGER, "accept", home_id=home)
        self.take(Role.ASSESSOR, "visit", home_id=home, visited_on=self.at.today)
        self.view(home)
        for approval in (Role.NOMINATED_OFFICER, Role.DIRECTOR):
            self.take(
                approval,
                "approve",
                home_id=home,
                approval=approval.value,
                granted=True,
                reason="I read your care plan. This home can do what it says.",
            )
        for evidence in ("area_notified", "area_consulted", "care_plan_copied"):
            self.take(
                Role.ASSESSOR,
                "evidence",
                evidence=evidence,
                home_id=home,
                done_on=self.at.today,
                reference="letter of the day",
            )
        self.take(
            Role.BROKER,
            "confirm",
            home_id=home,
            starts_on=STARTS,
            planned_until=date(2027, 6, 14),
            reason="It is near the people who matter to you.",
            school_kept=True,
        )
        self.on(STARTS)
        self.take(Role.BROKER, "move_in", moved_in_on=STARTS)

    def on(self, day: date) -> None:
        """The afternoon of a later day."""
        self.at = desk.Moment(datetime.combine(day, time(15), UTC), day)

    def moves_on(self) -> None:
        """From moving in to a plan of the next home, with a way back."""
        self.on(VISITED)
        self.take(
            Role.ASSESSOR,
            "visited",
            visited_on=VISITED,
            words="They cooked for the house, and showed me their room.",
        )
        self.on(REVIEWED)
        self.take(
            Role.ASSESSOR,
            "reviewed",
            reviewed_on=REVIEWED,
            outcome="step_down",
            words="They want a flat of their own, with somebody to ring at night.",
        )
        self.take(
            Role.ASSESSOR,
            "step_down",
            goal="to live in a flat, with help near by",
            destination="supported_accommodation",
            ready_young_person="cooks and shops; wants to learn to pay bills",
            ready_home="a flat is held for them, and they have seen it",
            expected_on=MOVES,
            way_back="Your room is kept for four weeks.",
        )


def _lives(session: Session) -> None:
    """One who lives in a home, one who plans the next one, one whom a home is asked about, one to
    verify, and a draft.
    """
    settled = _begun(session, "YP-801", 9)
    settled.banded("medium")
    settled.asked(HOME)
    settled.moved_in(HOME)
    asked = _begun(session, ASKED_ABOUT, 10)
    asked.banded("medium")
    asked.asked(HOME)
    _begun(session, "YP-803", 11).banded("high")
    _begun(session, "YP-804", 12)
    moving = _begun(session, MOVES_ON, 13)
    moving.banded("low")
    moving.asked(SECOND)
    moving.moved_in(SECOND)
    moving.moves_on()


def _begun(session: Session, young_person: str, hour: int) -> _Story:
    moment = desk.Moment(datetime(2026, 9, 4, hour, tzinfo=UTC), DAY)
    one = steps.Open(kind="open", form=_form(young_person))
    return _Story(session, desk.open_life(session, _actor(Role.ASSESSOR), one, moment), moment)


def _form(young_person: str) -> Form:
    return whole_form(
        young_person_id=young_person,
        identity={
            "name": f"Invented {young_person}",
            "address": "1 Invented Street",
            "school": "Invented School",
        },
        date_of_birth=_BORN[young_person],
        sex=_SEX.get(young_person, "F"),
        needed_by=STARTS,
        wishes="Near my nan.",
        matters=(
            {"what": "school", "where": {"postcode": "E6 4"}, "visits_per_month": 20, "keep": True},
            {"what": "family", "where": {"postcode": "E13 8"}, "called": "Nan"},
            {"what": "family", "where": {"postcode": "RM3 7"}, "called": "Mum"},
        ),
    )
