"""The fee and the requirement prices in force on a day: the contract's, with its uplifts.

Each uplift whose `from` is not after the day multiplies the amount in force, in order, rounded
half-up to the penny after each (spec/contract-file.md, "The rules of money").
"""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from pricing.money import Pence, round_ratio
from pricing.terms import Contract, Requirement, Uplift


def uplifted(amount: Pence, uplifts: Sequence[Uplift], day: date) -> Pence:
    """An amount at the prices of the start, carried to a day by the uplifts in force by then."""
    for uplift in uplifts:
        if uplift.start <= day:
            part, whole = uplift.percent.numerator, 100 * uplift.percent.denominator
            amount = round_ratio(amount * (whole + part), whole)
    return amount


def fee_in_force(contract: Contract, band: str, day: date) -> Pence:
    """The weekly fee of a band on a day, in pence."""
    return uplifted(contract.fees[band], contract.uplifts, day)


def price_in_force(contract: Contract, requirement: Requirement, day: date) -> Pence:
    """The price of one unit of a requirement on a day, in pence."""
    return uplifted(requirement.price, contract.uplifts, day)


def price_periods(contract: Contract, start: date, end: date) -> Iterator[tuple[date, date]]:
    """The parts of [start, end) between the uplifts strictly inside it, in order."""
    inside = [uplift.start for uplift in contract.uplifts if start < uplift.start < end]
    edges = [start, *inside, end]
    yield from pairwise(edges)
