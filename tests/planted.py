"""One text in every place where names and words come into the records: markup, or very long names.

What becomes of it is tested on every page: shown as it was written, never run, never cut off.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from broker.access.actor import Actor, OrganisationKind, Role
from broker.registers.book import write_entry
from broker.registers.entries import ENTRY
from broker.store.clock import now
from broker.store.history import Author
from broker.store.put import put_row, rows_of
from broker.store.shelves import SHELVES
from broker.tables import ContractRow
from tests.whole_life import (
    ASSESSOR,
    BROKER,
    COMMISSIONER,
    HOME,
    SECOND,
    STARTS,
    VERIFIER,
    Teller,
    manager,
)

HOMES = ("SC990001", "SC990002", HOME)
"""Homes that get the text as their name."""

MOVES_FROM = SECOND
"""The home of who plans the next one."""

CONTRACT = "NEL-BLOCK-1"
LINE = 200
"""How many characters a line of a form may have."""


def plant(session: Session, text: str) -> str:
    """Put a text on record wherever one is taken; the referral whose words it is."""
    for home in HOMES:
        row = rows_of(session, "homes", {"home_id": home})[0]
        record = {**SHELVES["homes"].record(row), "name": text}
        put_row(session, "homes", record, Author("test", now()))
    _contract(session, text)
    _registers(session, text)
    _moves_on(session, text)
    return _life(session, text)


def _contract(session: Session, text: str) -> None:
    """A new version of the contract, every name in which is the text."""
    table = ContractRow.__table__
    newest = sa.select(table).where(table.c.contract_id == CONTRACT).order_by(table.c.row_id.desc())
    row = dict(session.execute(newest.limit(1)).mappings().one())
    del row["row_id"]
    named = re.sub(r"(?m)^name = .*$", lambda _: f"name = {json.dumps(text)}", row["text"])
    version = hashlib.sha256(named.encode()).hexdigest()
    changed = {"text": named, "version": version, "name": text, "imported_at": now()}
    session.execute(sa.insert(table), {**row, **changed})


def _registers(session: Session, text: str) -> None:
    at = Author("test", now())
    line = text[:LINE]
    module = {
        "register": "training",
        "home_id": HOME,
        "module": "planted",
        "name": line,
        "compulsory": False,
        "completed_on": "2026-08-03",
        "expires_on": "2027-08-03",
    }
    assessed = {
        "register": "assessments",
        "assessment": "planted",
        "home_id": HOME,
        "assessed_on": "2026-08-03",
        "panel": 4,
        "looked_at": {line: 4},
        "words": text,
        "reply": text,
        "replied_on": "2026-08-04",
        "changed": text,
    }
    head = Actor("manager-planted", Role.PROVIDER, "P2", OrganisationKind.PROVIDER)
    write_entry(session, head, ENTRY.validate_json(json.dumps(module)), at)
    write_entry(session, COMMISSIONER, ENTRY.validate_json(json.dumps(assessed)), at)


def _life(session: Session, text: str) -> str:
    """A referral whose every free word is the text, as far as a home has said no."""
    line = text[:LINE]
    told: Mapping[str, Any] = {
        "young_person_id": "YP-960",
        "date_of_birth": date(2012, 9, 9),
        "identity": {"name": line, "address": text, "school": line},
        "person": {
            "ethnicity": line,
            "religion": line,
            "culture": line,
            "language": line,
            "disability": (line,),
        },
        "family_considered": text,
        "fostering_considered": text,
        "why_residential": text,
        "wishes": text,
    }
    teller = Teller(session)
    teller.open(ASSESSOR, **told)
    teller.take(ASSESSOR, "submit")
    teller.take(ASSESSOR, "band", band="medium", thresholds=line, reason=text)
    teller.take(
        VERIFIER,
        "verify",
        need_met=True,
        funding_agreed=True,
        reason=text,
        funding_reference=line,
    )
    listed = tuple({"home_id": home, "source": "options", "reason": text} for home in HOMES[1:])
    teller.take(BROKER, "shortlist", homes=listed)
    teller.take(BROKER, "call", home_id=HOME, spoke_to=line, said=text)
    teller.take(
        ASSESSOR,
        "view",
        home_id=HOME,
        said_on=teller.today,
        wish="unsure",
        words=text,
        heard_by=line,
        how_considered=text,
    )
    teller.offer()
    teller.take(
        manager("P2"),
        "impact",
        home_id=HOME,
        on_residents=text,
        on_young_person=text,
        what_will_be_done=text,
        can_live_together=False,
        signed=True,
    )
    teller.take(manager("P2"), "decline", home_id=HOME, code="mix_of_residents", words=text)
    return teller.life.referral


def _moves_on(session: Session, text: str) -> None:
    """A life whose next home is planned in these words."""
    teller = Teller(session)
    born = date(2012, 10, 10)
    teller.to_verified(young_person_id="YP-961", date_of_birth=born)
    teller.shortlist(MOVES_FROM)
    teller.accepted_by(MOVES_FROM, "P1")
    teller.ready(MOVES_FROM)
    teller.confirm(MOVES_FROM, reason=text)
    teller.today = STARTS
    teller.take(BROKER, "move_in", moved_in_on=STARTS)
    teller.take(
        ASSESSOR,
        "step_down",
        goal=text,
        destination="family",
        ready_young_person=text,
        ready_home=text,
        expected_on=date(2026, 10, 2),
        way_back=text,
    )
