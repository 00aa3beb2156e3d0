"""Lives of the invented sample region, whose words are marked so that they can be looked for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from broker.database import reading, writing
from broker.tables import CATALOGUE
from tests.integration.conftest import region as region
from tests.whole_life import ASSESSOR, BROKER, HOME, VERIFIER, Teller, manager

MARKS = ("MARK-REASON", "MARK-WISH", "MARK-VIEW", "MARK-NO", "MARK-END")


def told_and_withdrawn(session: Session, person: str = "YP-900", **changed: Any) -> Teller:
    """A referral with marked words everywhere, asked for, declined and withdrawn."""
    told = Teller(session)
    told.open(**{"young_person_id": person, "wishes": "MARK-WISH near my nan", **changed})
    told.take(ASSESSOR, "submit")
    told.take(ASSESSOR, "band", band="medium", thresholds="t1", reason="MARK-REASON")
    told.take(VERIFIER, "verify", need_met=True, funding_agreed=True, reason="both checked")
    told.shortlist(HOME)
    told.take(
        ASSESSOR,
        "view",
        home_id=HOME,
        said_on=told.today,
        wish="wants",
        words="MARK-VIEW it has a garden",
        heard_by="social worker",
        how_considered="taken as first wish",
    )
    told.take(BROKER, "offer", home_id=HOME, starts_on=date(2026, 9, 14), answer_by=told.today)
    told.take(manager("P2"), "decline", home_id=HOME, code="needs_not_met", words="MARK-NO sorry")
    told.take(ASSESSOR, "withdraw", reason="MARK-END found a foster family")
    return told


@pytest.fixture
def withdrawn(region: Engine) -> str:
    """The id of a referral that is withdrawn."""
    with writing(region) as session:
        return told_and_withdrawn(session).life.referral


@pytest.fixture
def looking(region: Engine) -> Iterator[Session]:
    """A reading session on the region."""
    with reading(region) as session:
        yield session


def everything(engine: Engine) -> dict[str, str]:
    """All that the database holds, a text for each table."""
    with reading(engine) as session:
        return {
            name: json.dumps(
                [dict(row) for row in session.execute(sa.select(table)).mappings()], default=str
            )
            for name, table in CATALOGUE.tables.items()
        }


def where(engine: Engine, words: str) -> set[str]:
    """The tables that hold some words."""
    return {name for name, text in everything(engine).items() if words in text}


def entry_of(engine: Engine, referral: str, act: str) -> int:
    """The number of the entry that tells of a step."""
    table = CATALOGUE.tables["audit"]
    with reading(engine) as session:
        query = sa.select(table.c.number).where(
            table.c.record_id == referral, table.c.act == f"life.{act}"
        )
        found: int = session.execute(query).scalar_one()
        return found
