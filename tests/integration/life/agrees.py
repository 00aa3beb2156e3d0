"""The records, the fold of the steps and the simple model say the same."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlmodel import Session

from broker.life.desk import read_life
from broker.tables import LifeRow, OfferRow, PlacementRow, ReferralRow, ResidentRow
from tests.integration.life.model import Model


def agrees(session: Session, model: Model) -> None:
    """Everything that must always hold."""
    _same_as_model(session, model)
    _never_more_than_places(session, model)
    _matching_agrees(session, model)


def _same_as_model(session: Session, model: Model) -> None:
    """State on record, fold of the steps and model are one; one live referral a young person."""
    rows = {row.referral_id: row for row in session.execute(sa.select(LifeRow)).scalars()}
    assert set(rows) == set(model.lives)
    offers: dict[str, dict[str, str]] = {}
    table = OfferRow.__table__
    for row in session.execute(sa.select(table).order_by(table.c.number)).mappings():
        offers.setdefault(row["referral_id"], {})[row["home_id"]] = row["state"]
    live = []
    for referral, told in model.lives.items():
        life, row = read_life(session, referral), rows[referral]
        assert life is not None
        assert (row.state, row.version) == (life.state, life.version)
        assert (told.state, told.version) == (life.state, life.version)
        assert offers.get(referral, {}) == told.offers
        assert {home: offer.state for home, offer in life.offers.items()} == told.offers
        live += [told.who] if told.live else []
    assert len(live) == len(set(live))


def _never_more_than_places(session: Session, model: Model) -> None:
    """Placements on record are the model's stays, and on no day more than places."""
    table = PlacementRow.__table__
    rows = session.execute(sa.select(table)).mappings().all()
    assert sorted((r["referral_id"], r["home_id"], r["starts_on"], r["ends_on"] or date.max)
                  for r in rows) == sorted(
        (one.referral, one.home, one.starts, one.ends or date.max) for one in model.stays
    )  # fmt: skip
    for home, places in model.places.items():
        stays = [one for one in model.stays if one.home == home]
        for day in {one.starts for one in stays}:
            assert sum(one.on(day) for one in stays) <= places


def _matching_agrees(session: Session, model: Model) -> None:
    """Who is looked for is open for matching, and who has a place is a resident of that home."""
    opened = session.execute(
        sa.select(ReferralRow.__table__.c.referral_id).where(
            ReferralRow.__table__.c.closed_at.is_(None)
        )
    ).scalars()
    assert set(opened) == {one for one, told in model.lives.items() if told.sought}
    residents = {
        row.young_person_id: row for row in session.execute(sa.select(ResidentRow)).scalars()
    }
    for stay in model.stays:
        newest = max((one for one in model.stays if one.who == stay.who), key=model.stays.index)
        if stay is newest and stay.ends is None:
            assert residents[stay.who].home_id == stay.home
