"""A home disputes a band, on both databases: on record, with its day, told on, and audited."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from broker.audit.chain import verify
from broker.life.desk import NotAllowed, NotThere, Shut
from broker.life.duties import next_due
from broker.tables import EventRow, LifeRow
from tests.whole_life import ASSESSOR, BROKER, HOME, Teller, gaps, manager

OTHER_BROKER = replace(BROKER, id="broker-2")
SAID = {"home_id": HOME, "band": "high", "reason": "awake most nights"}
ANSWER = {"home_id": HOME, "upheld": True, "reason": "the night logs show it"}


def due_on_record(session: Session, referral: str) -> date | None:
    table = LifeRow.__table__
    query = sa.select(table.c.due_on).where(table.c.referral_id == referral)
    found: date | None = session.execute(query).scalar_one()
    return found


def test_a_dispute_goes_to_the_queue_with_its_day_and_changes_the_band_by_rebanding_alone(
    on_record: Session,
) -> None:
    told = Teller(on_record)
    told.to_moved_in()
    told.today = date(2026, 9, 15)
    life = told.take(manager("P2"), "dispute_band", **SAID)
    referral = life.referral
    told.take(
        ASSESSOR, "evidence", evidence="placement_plan", home_id=HOME, done_on=told.today,
        reference="plan",
    )  # fmt: skip
    told.take(ASSESSOR, "visited", visited_on=told.today, words="settling")
    due = next_due(told.life)
    assert due is not None
    assert (due.code, due.who, due.due_on) == ("DISPUTE", "broker", date(2026, 9, 29))
    assert due_on_record(on_record, referral) == date(2026, 9, 29)
    before = (told.life.band, told.life.rebandings)
    told.take(OTHER_BROKER, "answer_dispute", **ANSWER)
    assert (told.life.band, told.life.rebandings) == before
    assert due_on_record(on_record, referral) == date(2026, 9, 22), "banded anew within five days"
    told.take(
        ASSESSOR, "reband", band="high", from_day=told.today, confirmed=True, thresholds="t2",
        reason="the dispute was upheld",
    )  # fmt: skip
    assert told.again().band == "high"
    assert not [d for d in (next_due(told.life),) if d and d.code.startswith("DISPUTE")]
    table = EventRow.__table__
    query = sa.select(table.c.kind, table.c.home_id).order_by(table.c.number)
    assert [tuple(row) for row in on_record.execute(query)][-2:] == [
        ("band_disputed", HOME),
        ("dispute_answered", HOME),
    ]
    assert not verify(on_record).broken


def test_whoever_set_the_band_does_not_answer_and_no_other_home_disputes(
    on_record: Session,
) -> None:
    told = Teller(on_record)
    told.to_moved_in()
    told.take(
        BROKER, "reband", band="low", from_day=told.today, confirmed=False, thresholds="t1",
        reason="told so",
    )  # fmt: skip
    told.take(manager("P2"), "dispute_band", **SAID)
    with pytest.raises(Shut) as refused:
        told.take(BROKER, "answer_dispute", **ANSWER)
    assert gaps(refused) == {"ANOTHER"}
    with pytest.raises(NotAllowed):
        told.take(ASSESSOR, "answer_dispute", **ANSWER)
    with pytest.raises(NotAllowed):
        told.take(BROKER, "dispute_band", **SAID)
    with pytest.raises(NotThere):
        told.take(manager("P1", "SC990004"), "dispute_band", **SAID)
    told.take(OTHER_BROKER, "answer_dispute", **{**ANSWER, "upheld": False})
    assert told.life.disputes[0].answered is not None
    assert told.life.band == "low"
