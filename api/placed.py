"""What the home that was decided for costs a week, and by which contract: one reading for pages."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session

from api.lives import today
from broker.life.money import WeeklyPrice, contract_of, weekly_price
from broker.life.read import read_life
from broker.life.state import Life
from pricing.terms import Contract


@dataclass(frozen=True, slots=True)
class Week:
    """What one week costs, with the requirements in force, on a day.

    `contract` is the contract in force that names the home, where there is one.
    """

    price: WeeklyPrice
    contract: str | None
    on: date


def week(session: Session, referral: str) -> Week:
    """What the placement of a referral that somebody may see costs a week."""
    life = read_life(session, referral)
    assert life is not None
    return week_of(session, life)


def week_of(
    session: Session, life: Life, known: MutableMapping[str, Contract | None] | None = None
) -> Week:
    """What a life's placement costs a week: today, or on the nearest day of it.

    `known` are the contracts of homes that were asked about before, and gets this one's.
    """
    contracts = {} if known is None else known
    home = life.home or ""
    if home not in contracts:
        contracts[home] = contract_of(session, home)
    contract = contracts[home]
    day = max(today(), life.starts_on or today())
    if life.ending is not None and life.leaves is not None:
        day = min(day, life.leaves[0] - timedelta(days=1))
    price = weekly_price(session, life, day, contract)
    return Week(price, None if contract is None else contract.id, day)
