"""One referral from form to moving in, on both databases."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Session

from broker.audit.chain import verify
from broker.life.state import State
from broker.tables import PlacementRow, ResidentRow
from tests.integration.life.whole_life import HOME, Teller


def test_a_referral_goes_from_form_to_moving_in(on_record: Session) -> None:
    told = Teller(on_record)
    life = told.to_moved_in()
    assert life.state is State.MOVED_IN
    assert life.home == HOME
    placement = on_record.execute(sa.select(PlacementRow)).scalar_one()
    assert placement.home_id == HOME
    assert placement.referral_id == life.referral
    assert on_record.get(ResidentRow, "YP-900") is not None
    found = verify(on_record)
    agreements = 2
    assert found.entries == agreements + life.version
    assert not found.broken
