"""What follows from a step on record: rows for matching, offers, places, refusals.

Each follows from the steps and is written in their transaction. The steps stay the record.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from broker.life import inscribe
from broker.life import steps as said
from broker.life.gates import Known
from broker.life.state import CLOSED, LOOKING, Life, State, Taken
from broker.store.history import Author
from broker.tables import HomeRow, OfferRow, OutOfUseRow, PlacementRow, VacancyRow

DECLINED_DAYS = 28
"""How long a place counts as the provider's after a refusal that every rule allowed (contract)."""


def follow(
    session: Session, before: Life, after: Life, step: Taken, author: Author, known: Known
) -> None:
    """Write what follows from one step."""
    _matching(session, before, after, step, author)
    one = step.said
    if isinstance(one, said.Offer):
        _offer(session, after, step, one)
    elif isinstance(one, said.WithdrawOffer | said.Accept | said.Decline | said.Confirm):
        _answers(session, before, after, step)
    if isinstance(one, said.Decline):
        inscribe.record_decline(session, after.referral, one, author)
        if step.facts.get("every_rule_allowed"):
            _out_of_use(session, after, one, step.on)
    elif isinstance(one, said.Call) and one.free_places is not None:
        _vacancy(session, step, one)
    elif isinstance(one, said.Confirm):
        _place(session, after, one)
        inscribe.take_residence(session, after, author)
    elif isinstance(one, said.MoveIn):
        _set_placement(session, after, moved_in_on=one.moved_in_on)
    elif isinstance(one, said.Reband):
        inscribe.take_residence(session, after, author)
    elif isinstance(one, said.End):
        _set_placement(session, after, ends_on=one.ended_on)
        inscribe.leave_residence(session, after, one.ended_on, author)


def _matching(session: Session, before: Life, after: Life, step: Taken, author: Author) -> None:
    """Open the referral for matching, keep it true, and close it."""
    one = step.said
    starts = after.state is State.VERIFIED and before.state is not State.VERIFIED
    if after.emergency and isinstance(one, said.BandNeed):
        starts = True
    amended = isinstance(one, said.Amend) and before.state in LOOKING
    if starts or amended:
        inscribe.open_for_matching(session, after, author)
    elif isinstance(one, said.View):
        inscribe.record_wish(session, after.referral, one, author)
    elif isinstance(one, said.Confirm):
        inscribe.close_for_matching(session, after, author, f"placed in {one.home_id}")
    elif isinstance(one, said.Withdraw):
        if before.state in LOOKING or before.emergency:
            inscribe.close_for_matching(session, after, author, one.reason)
        if before.state is State.CONFIRMED:
            inscribe.give_up_residence(session, after, author, one.reason)
            _give_up_place(session, after)


def _offer(session: Session, life: Life, step: Taken, one: said.Offer) -> None:
    session.execute(
        sa.insert(OfferRow.__table__),
        {
            "referral_id": life.referral,
            "number": step.number,
            "home_id": one.home_id,
            "state": "open",
            "band": life.band,
            "made_on": step.on,
            "starts_on": one.starts_on,
            "answer_by": one.answer_by,
        },
    )
    # The next offer for that place ends what an earlier refusal charged to the provider's side.
    table = OutOfUseRow.__table__
    open_still = sa.and_(
        table.c.home_id == one.home_id,
        table.c.reason == "declined",
        table.c.ends_on > step.on,
    )
    session.execute(sa.delete(table).where(open_still, table.c.starts_on >= step.on))
    session.execute(sa.update(table).where(open_still).values(ends_on=step.on))


def _answers(session: Session, before: Life, after: Life, step: Taken) -> None:
    table = OfferRow.__table__
    for home, offer in after.offers.items():
        if before.offers[home].state != offer.state:
            session.execute(
                sa.update(table)
                .where(table.c.referral_id == after.referral, table.c.number == offer.made.number)
                .values(
                    state=offer.state,
                    answered_on=step.on,
                    code=getattr(step.said, "code", None),
                )
            )


def _out_of_use(session: Session, life: Life, one: said.Decline, day: date) -> None:
    session.execute(
        sa.insert(OutOfUseRow.__table__),
        {
            "home_id": one.home_id,
            "starts_on": day,
            "ends_on": day + timedelta(days=DECLINED_DAYS),
            "places": 1,
            "side": "provider",
            "reason": "declined",
            "referral_id": life.referral,
        },
    )


def _vacancy(session: Session, step: Taken, one: said.Call) -> None:
    session.execute(
        sa.insert(VacancyRow.__table__),
        {
            "home_id": one.home_id,
            "said_at": step.at,
            "said_by": step.by,
            "free_places": one.free_places,
        },
    )


def _place(session: Session, life: Life, one: said.Confirm) -> None:
    """The lowest place of the home that nobody has from that day on.

    Who takes the last place at the same moment is decided by the database: one row goes in, the
    other is refused by its guard.
    """
    form = life.form
    assert form is not None
    table, homes = PlacementRow.__table__, HomeRow.__table__
    places = session.execute(
        sa.select(homes.c.places).where(homes.c.home_id == one.home_id)
    ).scalar_one()
    taken = set(
        session.execute(
            sa.select(table.c.place).where(
                table.c.home_id == one.home_id,
                sa.or_(table.c.ends_on.is_(None), table.c.ends_on > one.starts_on),
            )
        ).scalars()
    )
    free = next((place for place in range(1, places + 1) if place not in taken), places)
    session.execute(
        sa.insert(table),
        {
            "referral_id": life.referral,
            "young_person_id": form.young_person_id,
            "borough": form.borough,
            "home_id": one.home_id,
            "place": free,
            "starts_on": one.starts_on,
            "planned_until": one.planned_until,
        },
    )


def _set_placement(session: Session, life: Life, **values: Any) -> None:
    table = PlacementRow.__table__
    session.execute(sa.update(table).where(table.c.referral_id == life.referral).values(**values))


def _give_up_place(session: Session, life: Life) -> None:
    table = PlacementRow.__table__
    session.execute(sa.delete(table).where(table.c.referral_id == life.referral))


__all__ = ["CLOSED", "DECLINED_DAYS", "follow"]
