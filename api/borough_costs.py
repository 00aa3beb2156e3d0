"""What the places of a borough's young people cost a week: each, by home, and in all of them.

Whoever may list young people is told each; whoever pays and may not, the homes and their sums. The
sums are of all, never of one page. What is not known is counted and in no sum.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import sqlalchemy as sa
from sqlmodel import Session

from api.home_desk import names_of
from api.lives import today
from api.placed import Week, week_of
from api.who import not_allowed
from broker.access.actor import Actor
from broker.access.allowed import may
from broker.audit.chain import Record, add_entry
from broker.life.money import WeeklyPrice
from broker.life.read import read_lives
from broker.life.scope import within
from broker.life.state import LIVING, Life, State
from broker.store.clock import now
from broker.tables import LifeRow, PlacementRow, ResidentRow
from pricing.money import Pence
from pricing.terms import Contract

ACT = "borough.costs"
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Place:
    """One young person, the home that was decided for, what it is called, and what a week costs."""

    referral: str
    home_id: str
    home: str
    state: State
    starts_on: date | None
    week: Week


@dataclass(frozen=True, slots=True)
class Sum:
    """What the places of some young people cost a week; an amount is None where none is known.

    `no_fee` and `no_extra` are how many fees, and prices of extra support, are not known: they are
    in no amount.
    """

    people: int
    fee: Pence | None
    extra: Pence | None
    known: Pence | None
    no_fee: int
    no_extra: int


@dataclass(frozen=True, slots=True)
class Costs:
    """The places that somebody is told of, or the sums by home; and the sum of all places.

    `places` is None for whoever may not list young people. `to_come` have not moved in yet, `spot`
    live there and no contract in its term priced it. `imported` came with a case and have no day of
    moving in, `untold` have a record that can no longer be told: neither is in any sum.
    """

    places: tuple[Place, ...] | None
    next: str | None
    homes: tuple[tuple[str, Sum], ...]
    total: Sum
    to_come: int
    spot: int
    imported: int
    untold: int
    on: date


def costs(session: Session, actor: Actor, *, limit: int, after: str) -> Costs:
    """What the places of the borough's young people cost, by referral, a page at a time.

    Raises:
        ProblemError: the role may not be told, or speaks for no borough.
    """
    if not may(actor, ACT):
        raise not_allowed(actor, ACT)
    ids = _decided_for(session, actor)
    places = _places(session, ids)
    further = [place for place in places if place.referral > after]
    page = further[:limit]
    listed = may(actor, "life.list")
    record = Record("borough", actor.organisation)
    showed = {place.referral for place in page} if listed else set()
    add_entry(session, actor, ACT, record, at=now(), showed=showed)
    return Costs(
        places=tuple(page) if listed else None,
        next=page[-1].referral if listed and len(further) > limit else None,
        homes=() if listed else tuple(_by_home(places)),
        total=summed([place.week.price for place in places]),
        to_come=sum(place.state is State.CONFIRMED for place in places),
        spot=sum(
            place.state is not State.CONFIRMED and not place.week.price.contract for place in places
        ),
        imported=_imported(session, actor),
        untold=len(ids) - len(places),
        on=today(),
    )


def summed(prices: Sequence[WeeklyPrice]) -> Sum:
    """The sum of prices of a week, each amount of what is known of it."""
    return Sum(
        people=len(prices),
        fee=_sum(price.fee for price in prices),
        extra=_sum(price.extra for price in prices),
        known=_sum(price.known for price in prices),
        no_fee=sum(price.fee is None for price in prices),
        no_extra=sum(price.extra is None for price in prices),
    )


def _sum(amounts: Iterator[Pence | None]) -> Pence | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None


def _decided_for(session: Session, actor: Actor) -> list[str]:
    """The borough's referrals with a home decided for that goes on, by id.

    Whoever stays put when care has ended lives there still, and is paid for.
    """
    lives, placed = LifeRow.__table__, PlacementRow.__table__
    still = sa.and_(
        placed.c.moved_in_on.is_not(None),
        sa.or_(placed.c.ends_on.is_(None), placed.c.ends_on > today()),
    )
    staying = sa.select(placed.c.referral_id).where(still)
    open_ = [State.CONFIRMED.value, *(state.value for state in sorted(LIVING))]
    query = (
        sa.select(lives.c.referral_id)
        .where(
            within(session, actor),
            sa.or_(
                lives.c.state.in_(open_),
                sa.and_(lives.c.state == State.ENDED.value, lives.c.referral_id.in_(staying)),
            ),
        )
        .order_by(lives.c.referral_id)
    )
    return list(session.execute(query).scalars())


def _places(session: Session, ids: Sequence[str]) -> list[Place]:
    contracts: dict[str, Contract | None] = {}
    lives: list[tuple[Life, Week]] = []
    for first in range(0, len(ids), _AT_ONCE):
        for life in read_lives(session, ids[first : first + _AT_ONCE]):
            lives.append((life, week_of(session, life, contracts)))
    names = names_of(session, (life.home or "" for life, _ in lives))
    return [
        Place(
            referral=life.referral,
            home_id=life.home or "",
            home=names[life.home or ""],
            state=life.state,
            starts_on=life.starts_on,
            week=week,
        )
        for life, week in lives
    ]


def _by_home(places: Sequence[Place]) -> Iterator[tuple[str, Sum]]:
    in_order = sorted(places, key=lambda place: place.home_id)
    for _, group in groupby(in_order, key=lambda place: place.home_id):
        same = list(group)
        yield same[0].home, summed([place.week.price for place in same])


def _imported(session: Session, actor: Actor) -> int:
    """How many of the borough live in a home, by an imported case, without a placement in it."""
    residents, placed = ResidentRow.__table__, PlacementRow.__table__
    here = sa.exists(
        sa.select(placed.c.referral_id).where(
            placed.c.young_person_id == residents.c.young_person_id,
            placed.c.home_id == residents.c.home_id,
        )
    )
    there = sa.or_(
        residents.c.leaving.is_(None),
        residents.c.leaving != "confirmed",
        residents.c.leaves_on.is_(None),
        residents.c.leaves_on > today(),
    )
    found: int = session.execute(
        sa.select(sa.func.count()).where(
            residents.c.borough == actor.organisation, there, sa.not_(here)
        )
    ).scalar_one()
    return found
