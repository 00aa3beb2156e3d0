"""What follows from a step on record: rows for matching, offers, places, refusals.

Each follows from the steps and is written in their transaction. The steps stay the record.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from broker.events import outbox
from broker.life import inscribe
from broker.life import steps as said
from broker.life.gate import Known
from broker.life.places import free_places, lock_home, numbered_place
from broker.life.state import LIVING, Life, State, Taken
from broker.life.vacancies import record_vacancy
from broker.store.history import Author
from broker.tables import OfferRow, OutOfUseRow, PlacementRow, ShortlistedRow

DECLINED = "declined"
DECLINED_DAYS = 28
"""How long a place counts as the provider's after a refusal that every rule allowed (contract)."""


def follow(
    session: Session, before: Life, after: Life, step: Taken, author: Author, known: Known
) -> None:
    """Write what follows from one step, and the events that other systems are told."""
    outbox.tell(session, before, after, step)
    _matching(session, before, after, step, author)
    _answers(session, before, after, step)
    match step.said:
        case said.Shortlist():
            _shortlist(session, after)
        case said.Offer() as one:
            _offer(session, after, step, one)
        case said.Decline() as one:
            inscribe.record_decline(session, after.referral, one, author)
            if step.facts["every_rule_allowed"]:
                _out_of_use(session, after, one, step.on)
        case said.Call() as one if one.free_places is not None:
            record_vacancy(session, one.home_id, step.at, step.by, one.free_places)
        case said.Confirm() as one:
            _place(session, after, one, known)
            inscribe.reside(session, after, author)
        case said.MoveIn() as one:
            _set_placement(session, after, moved_in_on=one.moved_in_on)
        case said.Reband() | said.StepDown() | said.StepDownBack() | said.End():
            _until(session, after)
            inscribe.reside(session, after, author)
        case said.LookBack() as one if one.left_on is not None:
            _until(session, after)
            inscribe.reside(session, after, author)


def _matching(session: Session, before: Life, after: Life, step: Taken, author: Author) -> None:
    """Open the referral for matching, keep it true, close it; give a place up that is undone."""
    one = step.said
    reason = str(getattr(one, "reason", one.kind))
    if before.state is State.CONFIRMED and after.state not in (State.CONFIRMED, *LIVING):
        assert before.decision is not None
        lived_at = before.decision.facts.get("lived_at")
        inscribe.give_up_residence(session, before, lived_at, author, reason)
        _give_up_place(session, after)
    if after.sought and (not before.sought or isinstance(one, said.Amend | said.BandNeed)):
        was = before.form if before.sought else None
        inscribe.open_for_matching(session, after, author, was, reason)
    elif isinstance(one, said.View) and after.sought:
        inscribe.record_wish(session, after.referral, one, author)
    elif before.sought and not after.sought:
        placed = f"placed in {after.home}" if after.home is not None else reason
        inscribe.close_for_matching(session, after, author, placed)


def _ends_on(life: Life) -> date | None:
    """The day the place is free from: once it is confirmed."""
    return life.leaves[0] if life.leaves is not None and life.leaves[1] else None


def _shortlist(session: Session, life: Life) -> None:
    table = ShortlistedRow.__table__
    session.execute(sa.delete(table).where(table.c.referral_id == life.referral))
    homes = [{"referral_id": life.referral, "home_id": home} for home in life.shortlisted]
    session.execute(sa.insert(table), homes)


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
    _end_of_refusal(session, one.home_id, step.on)


def _end_of_refusal(session: Session, home: str, day: date) -> None:
    """The next offer for a place ends what the oldest refusal of it charged to the provider."""
    table = OutOfUseRow.__table__
    oldest = session.execute(
        sa.select(table.c.row_id, table.c.starts_on)
        .where(table.c.home_id == home, table.c.referral_id.is_not(None), table.c.ends_on > day)
        .order_by(table.c.starts_on, table.c.row_id)
        .limit(1)
    ).first()
    if oldest is None:
        return
    this = table.c.row_id == oldest.row_id
    if oldest.starts_on >= day:
        session.execute(sa.delete(table).where(this))
    else:
        session.execute(sa.update(table).where(this).values(ends_on=day))


def _answers(session: Session, before: Life, after: Life, step: Taken) -> None:
    """Offers that a step answered or made void, as the homes' own lists show them."""
    table = OfferRow.__table__
    for home, offer in after.offers.items():
        was = before.offers.get(home)
        if was is not None and was.made is offer.made and was.state != offer.state:
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
    """The days after a refusal count as the provider's, for a place that stands empty then.

    Two homes' refusals of one place are charged once: never more places than stand empty.
    """
    table = OutOfUseRow.__table__
    first = day + timedelta(days=1)
    charged = session.execute(
        sa.select(sa.func.count()).where(
            table.c.home_id == one.home_id,
            table.c.referral_id.is_not(None),
            table.c.ends_on > first,
        )
    ).scalar_one()
    if free_places(session, one.home_id, first) <= charged:
        return
    session.execute(
        sa.insert(table),
        {
            "home_id": one.home_id,
            "starts_on": first,
            "ends_on": first + timedelta(days=DECLINED_DAYS),
            "places": 1,
            "side": "provider",
            "reason": DECLINED,
            "referral_id": life.referral,
        },
    )


def _place(session: Session, life: Life, one: said.Confirm, known: Known) -> None:
    """A place of the home that nobody has from that day on.

    Who takes the last place at the same moment is decided by the database: one row goes in, the
    other is refused by its guard.
    """
    form = life.form
    assert form is not None
    table = PlacementRow.__table__
    free = numbered_place(session, life.referral, one.home_id, one.starts_on, None)
    lived_at = known.residence["home_id"] if known.residence is not None else None
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
            "from_home": lived_at if lived_at != one.home_id else None,
        },
    )


def _until(session: Session, life: Life) -> None:
    """The place is theirs until the day of leaving; under another number where this one is gone."""
    table = PlacementRow.__table__
    row = session.execute(
        sa.select(table.c.home_id, table.c.starts_on).where(table.c.referral_id == life.referral)
    ).first()
    if row is not None:
        ends = _ends_on(life)
        lock_home(session, row.home_id)
        place = numbered_place(session, life.referral, row.home_id, row.starts_on, ends)
        _set_placement(session, life, ends_on=ends, place=place)


def _set_placement(session: Session, life: Life, **values: Any) -> None:
    table = PlacementRow.__table__
    session.execute(sa.update(table).where(table.c.referral_id == life.referral).values(**values))


def _give_up_place(session: Session, life: Life) -> None:
    table = PlacementRow.__table__
    session.execute(sa.delete(table).where(table.c.referral_id == life.referral))


__all__ = ["DECLINED_DAYS", "follow"]
