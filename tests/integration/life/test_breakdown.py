"""A breakdown opens an urgent referral with the ranked back-up, in the same transaction."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from broker.audit.chain import verify
from broker.database import writing
from broker.life import steps
from broker.life.desk import Shut, read_life
from broker.life.duties import duties
from broker.life.state import State, what
from broker.store.put import rows_of
from broker.tables import AuditRow, LifeRow, PlacementRow, ReferralRow
from tests.whole_life import BROKER, HOME, SECOND, Teller, gaps, manager, sign_agreements

THIRD = "SC990012"


def broken(session: Session) -> Teller:
    """A placement that broke down six weeks in, with two homes left on its shortlist."""
    told = Teller(session)
    told.to_verified(moves_last_12_months=1)
    told.shortlist(SECOND, HOME, "SC990018")
    told.view(SECOND, "unsure")
    told.accepted_by(HOME, "P2")
    told.ready(HOME)
    told.confirm(HOME)
    told.today = date(2026, 9, 14)
    told.take(BROKER, "move_in", moved_in_on=told.today)
    told.today = date(2026, 10, 27)
    return told


def test_an_unplanned_ending_that_needs_a_place_opens_an_urgent_referral(
    on_record: Session,
) -> None:
    told = broken(on_record)
    ended = told.end(needs_place=True)
    assert ended.state is State.ENDED
    assert ended.follow_up is not None
    life = read_life(on_record, ended.follow_up)
    assert life is not None
    assert (life.state, life.emergency, life.former) == (State.BANDED, True, ended.referral)
    assert [step.kind for step in life.steps] == ["open", "submit", "band"]
    assert (life.band, life.band_status) == ("medium", "provisional")
    assert life.form is not None
    assert life.form.young_person_id == "YP-900"
    assert (life.form.needed_by, life.form.moves_last_12_months) == (told.today, 2)
    assert [duty.code for duty in duties(life)] == ["EMERGENCY"]
    row = on_record.get(ReferralRow, life.referral)
    assert row is not None
    assert (row.needed_by, row.closed_at) == (told.today, None)


def test_the_back_up_is_the_former_shortlist_in_order_judged_for_today(on_record: Session) -> None:
    told = broken(on_record)
    on_record.execute(sa.text("UPDATE home SET bands = 'high' WHERE home_id = 'SC990018'"))
    ended = told.end(needs_place=True)
    assert ended.follow_up is not None
    life = read_life(on_record, ended.follow_up)
    assert life is not None
    ranked = life.steps[0].facts["back_up"]
    assert [one["home_id"] for one in ranked] == [SECOND, "SC990018"], "the lost home is not on it"
    assert [one["fits"] for one in ranked] == [True, False]
    assert [code for code, _ in ranked[1]["failed"]] == ["R04"]
    assert [one["wish"] for one in ranked] == ["unsure", None]
    assert life.steps[0].facts["lost"] == HOME


def test_the_urgent_referral_can_be_placed_on_the_same_day(on_record: Session) -> None:
    told = broken(on_record)
    ended = told.end(needs_place=True)
    assert ended.follow_up is not None
    told.read(ended.follow_up)
    told.shortlist(SECOND)
    told.view(SECOND)
    told.offer(SECOND, told.today)
    told.impact(SECOND, "P1")
    told.take(manager("P1", SECOND), "accept", home_id=SECOND)
    told.ready(SECOND)
    told.confirm(SECOND, told.today)
    life = told.take(BROKER, "move_in", moved_in_on=told.today)
    assert life.state is State.MOVED_IN
    days = on_record.execute(
        sa.select(PlacementRow.__table__.c.home_id, PlacementRow.__table__.c.ends_on).order_by(
            PlacementRow.__table__.c.home_id
        )
    ).all()
    assert [tuple(day) for day in days] == [(SECOND, None), (HOME, told.today)]
    assert rows_of(on_record, "residents", {"young_person_id": "YP-900"})[0]["home_id"] == SECOND


def test_ending_and_opening_are_one_transaction_and_both_stand_in_the_audit(
    region: Engine,
) -> None:
    with writing(region) as session:
        told = broken(session)
        sign_agreements(session, until=date(2026, 10, 1))

    def end_in_a_transaction_of_its_own() -> None:
        with writing(region) as session:
            told.session = session
            told.end(needs_place=True)

    with pytest.raises(Shut) as refused:
        end_in_a_transaction_of_its_own()
    assert gaps(refused) == {"AGREEMENT"}, "the borough's data no longer enters"
    with writing(region) as session:
        assert session.execute(sa.select(sa.func.count()).select_from(LifeRow)).scalar_one() == 1
        life = read_life(session, told.life.referral)
        assert life is not None
        assert life.state is State.MOVED_IN, "nothing was done, and nothing by halves"
        sign_agreements(session)
    with writing(region) as session:
        told.session, told.life = session, life
        ended = told.end(needs_place=True)
    with writing(region) as session:
        acts = session.execute(
            sa.select(AuditRow.__table__.c.act, AuditRow.__table__.c.record_id)
            .order_by(AuditRow.__table__.c.number.desc())
            .limit(4)
        ).all()
        assert [tuple(act) for act in reversed(acts)] == [
            ("life.end", ended.referral),
            ("life.open", ended.follow_up),
            ("life.submit", ended.follow_up),
            ("life.band", ended.follow_up),
        ]
        assert not verify(session).broken


def test_an_ending_that_needs_no_place_opens_nothing(on_record: Session) -> None:
    told = broken(on_record)
    ended = told.end(reason_code=None, care_code="E4B", destination="family")
    assert ended.follow_up is None
    assert on_record.execute(sa.select(sa.func.count()).select_from(LifeRow)).scalar_one() == 1


def test_the_band_in_force_is_carried_with_its_thresholds(on_record: Session) -> None:
    told = broken(on_record)
    told.take(
        BROKER,
        "reband",
        band="high",
        from_day=date(2026, 10, 1),
        confirmed=True,
        thresholds="t2",
        reason="seen at the review",
    )
    ended = told.end(needs_place=True)
    assert ended.follow_up is not None
    life = read_life(on_record, ended.follow_up)
    assert life is not None
    assert life.banding is not None
    assert (life.band, life.band_status) == ("high", "provisional")
    assert what(life.banding, steps.BandNeed).thresholds == "t2"
