"""A referral of the sample region, from the form to the end, step by step. All is invented."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from broker.access.actor import PARTNERSHIP, Actor, OrganisationKind, Role
from broker.life import desk, steps
from broker.life.desk import Shut
from broker.life.state import Life
from broker.registers.book import write_entry
from broker.registers.entries import ENTRY
from broker.sample.whole_form import whole_form
from broker.store.history import Author
from matching.geography import PARTNER_BOROUGHS

TODAY = date(2026, 9, 4)
NEWHAM = "E09000025"
HOME = "SC990007"
"""Linden, in a borough that adjoins Newham; its provider is P2 of the sample region."""

SECOND = "SC990004"
"""Cedar, at a distance from Newham's neighbours; its provider is P1."""

HAZEL, FERN, YEW, WILLOW = "SC990006", "SC990022", "SC990018", "SC990010"
PROVIDERS = {HOME: "P2", SECOND: "P1", HAZEL: "P2", FERN: "S7", WILLOW: "P2", YEW: "S5"}
"""Who runs each home that a whole life may be told of."""

STARTS = date(2026, 9, 14)
"""The day from which a place is asked for."""


def gaps(refused: pytest.ExceptionInfo[Shut]) -> set[str]:
    """The codes of the gates that were shut."""
    return {gap.code for gap in refused.value.gaps}


def borough(role: Role, who: str = "", code: str = NEWHAM) -> Actor:
    """Somebody of a borough."""
    return Actor(who or f"{role.value}-{code}", role, code, OrganisationKind.BOROUGH)


BROKER = Actor("broker-1", Role.BROKER, PARTNERSHIP, OrganisationKind.PARTNERSHIP)
COMMISSIONER = Actor("commissioner-1", Role.COMMISSIONER, PARTNERSHIP, OrganisationKind.PARTNERSHIP)
ASSESSOR = borough(Role.ASSESSOR)
VERIFIER = borough(Role.VERIFIER)
OFFICER = borough(Role.NOMINATED_OFFICER)
DIRECTOR = borough(Role.DIRECTOR)


def manager(provider: str, home: str = HOME) -> Actor:
    """The registered manager of one home."""
    return Actor(
        f"manager-{home}",
        Role.REGISTERED_MANAGER,
        provider,
        OrganisationKind.PROVIDER,
        frozenset({home}),
    )


def sign_agreements(
    session: Session,
    until: date | None = None,
    since: date = date(2026, 4, 1),
    others: Iterable[str] = (),
) -> None:
    """The agreements that every borough, and any other authority, needs: in force since April."""
    parties = [PARTNERSHIP, *dict.fromkeys([*PARTNER_BOROUGHS, *others])]
    signed = [{"organisation": one, "role": "director", "on": "2026-03-02"} for one in parties]
    for kind in ("data_sharing", "leadership"):
        told = {
            "register": "agreements",
            "agreement": f"A-{kind}",
            "kind": kind,
            "parties": parties,
            "holds_from": since.isoformat(),
            "holds_to": None if until is None else until.isoformat(),
            "signed": signed,
        }
        entry = ENTRY.validate_json(json.dumps(told))
        at = datetime(2026, 9, 4, 8, tzinfo=UTC)
        write_entry(session, COMMISSIONER, entry, Author("commissioner-1", at))


@dataclass
class Teller:
    """Takes steps one after another, as each person would, and keeps the life."""

    session: Session
    today: date = TODAY
    minutes: int = 0
    life: Life = field(default_factory=lambda: Life("none"))

    def read(self, referral: str) -> Life:
        """Another life on record; the teller goes on with it."""
        life = desk.read_life(self.session, referral)
        assert life is not None
        self.life = life
        return life

    def again(self) -> Life:
        """This life as it stands on record now."""
        return self.read(self.life.referral)

    def moment(self) -> desk.Moment:
        """The next minute of the day."""
        self.minutes += 1
        at = datetime(self.today.year, self.today.month, self.today.day, 9, tzinfo=UTC)
        return desk.Moment(at + timedelta(minutes=self.minutes), self.today)

    def open(self, actor: Actor = ASSESSOR, **changed: Any) -> Life:
        """Begin a referral with a whole form."""
        emergency = changed.pop("emergency", False)
        former = changed.pop("former", None)
        one = steps.Open(
            kind="open", form=whole_form(**changed), emergency=emergency, former=former
        )
        self.life = desk.open_life(self.session, actor, one, self.moment())
        return self.life

    def take(self, actor: Actor, kind: str, **said: Any) -> Life:
        """Take one step."""
        one = steps.SAID.validate_python({"kind": kind, **said}, strict=True)
        self.life = desk.take(
            self.session, actor, self.life.referral, one, self.moment(), seen=self.life.version
        )
        return self.life

    def to_verified(self, **changed: Any) -> Life:
        """As far as a place may be looked for."""
        self.open(**changed)
        self.take(ASSESSOR, "submit")
        self.take(ASSESSOR, "band", band="medium", thresholds="t1", reason="by the thresholds")
        return self.take(
            VERIFIER, "verify", need_met=True, funding_agreed=True, reason="both checked"
        )

    def to_accepted(self, home: str = HOME, provider: str = "P2") -> Life:
        """As far as a home has said yes."""
        self.to_verified()
        self.shortlist(home)
        return self.accepted_by(home, provider)

    def shortlist(self, *homes: str) -> Life:
        """Shortlist homes in this order."""
        listed = tuple({"home_id": home, "source": "options", "reason": "near"} for home in homes)
        return self.take(BROKER, "shortlist", homes=listed)

    def accepted_by(self, home: str, provider: str) -> Life:
        """Ask a shortlisted home, which says yes."""
        self.view(home)
        self.offer(home)
        self.impact(home, provider)
        return self.take(manager(provider, home), "accept", home_id=home)

    def offer(self, home: str = HOME, starts_on: date = STARTS) -> Life:
        """Ask a home."""
        answer_by = self.today + timedelta(days=3)
        return self.take(BROKER, "offer", home_id=home, starts_on=starts_on, answer_by=answer_by)

    def impact(self, home: str = HOME, provider: str = "P2", together: bool = True) -> Life:
        """The registered manager's assessment of a home."""
        return self.take(
            manager(provider, home),
            "impact",
            home_id=home,
            on_residents="they may find a new face hard at first",
            on_young_person="quiet evenings suit them",
            what_will_be_done="a shared meal first",
            can_live_together=together,
            signed=True,
        )

    def view(self, home: str = HOME, wish: str = "wants") -> Life:
        """What the young person says of a home."""
        return self.take(
            ASSESSOR,
            "view",
            home_id=home,
            said_on=self.today,
            wish=wish,
            words="it looks fine",
            heard_by="social worker",
            how_considered="taken as first wish",
        )

    def to_confirmed(self, home: str = HOME, provider: str = "P2") -> Life:
        """As far as a named person has decided."""
        self.to_accepted(home, provider)
        self.ready(home)
        return self.confirm(home)

    def ready(self, home: str = HOME) -> Life:
        """Visit, view again, approvals and the area's authority."""
        self.take(ASSESSOR, "visit", home_id=home, visited_on=self.today)
        self.view(home)
        for approval, who in (("nominated_officer", OFFICER), ("director", DIRECTOR)):
            self.take(
                who, "approve", home_id=home, approval=approval, granted=True, reason="considered"
            )
        for evidence in ("area_notified", "area_consulted", "care_plan_copied"):
            self.take(
                ASSESSOR,
                "evidence",
                evidence=evidence,
                home_id=home,
                done_on=self.today,
                reference="letter of the day",
            )
        return self.life

    def confirm(self, home: str = HOME, starts_on: date = STARTS, **said: Any) -> Life:
        """A named person decides."""
        told = {
            "starts_on": starts_on,
            "planned_until": date(2027, 6, 14),
            "reason": "near the people who matter",
            "school_kept": True,
        }
        return self.take(BROKER, "confirm", home_id=home, **{**told, **said})

    def to_moved_in(self, home: str = HOME, provider: str = "P2") -> Life:
        """As far as the young person lives there."""
        self.to_confirmed(home, provider)
        self.today = STARTS
        return self.take(BROKER, "move_in", moved_in_on=self.today)

    def end(self, **said: Any) -> Life:
        """The placement ended, unplanned if nothing else is said."""
        told = {
            "ended_on": self.today,
            "planned": False,
            "reason_code": "CREQB",
            "destination": "other",
            "words": "it did not hold",
        }
        return self.take(BROKER, "end", **{**told, **said})

    def reviewed(self, outcome: str = "stay") -> Life:
        """A review of today."""
        return self.take(
            ASSESSOR, "reviewed", reviewed_on=self.today, outcome=outcome, words="talked through"
        )


def every_kind(life: Life) -> Iterator[str]:
    """The kinds of a life's steps, in order."""
    return (step.kind for step in life.steps)
