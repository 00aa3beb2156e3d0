"""What the home that was decided for costs a week, and by which contract: one reading for pages."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session

from api.lives import today
from broker.life.money import contract_of, weekly_fee
from broker.life.read import read_life
from broker.life.state import Life
from pricing.money import Pence
from pricing.terms import Contract


@dataclass(frozen=True, slots=True)
class Week:
    """The fee of the need band for one week without extra support, on a day; None if not known.

    `contract` is the contract in force that names the home, where there is one.
    """

    fee: Pence | None
    source: str
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
    fee, source = weekly_fee(session, life, day, contract)
    return Week(fee, source, None if contract is None else contract.id, day)
