"""Words, amounts and columns that the tables of a purchase share."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from broker.capacity.buying.paired import Mean
from broker.capacity.report.shown import pounds_shown
from broker.workbook import Column, Kind, Value
from pricing.money import round_half_up

CHOICE: Final = "What to buy"
SURE: Final = "How sure that is"
MORE: Final = "One place, one skill"
TURNS: Final = "What it turns on"
MEANING: Final = (
    "Intervals are at 95%, of the mean over replications (1.96 standard errors); of the probability"
    " of a year of voids over the limit at 90%, Wilson's"
)
PAIRED: Final = "Differences are paired: the same young people under both"


def money(value: Fraction | None) -> int | None:
    """Exact pence, rounded once for showing."""
    return None if value is None else round_half_up(value)


def pounds_up(value: Fraction) -> str:
    """An amount that nothing is above, in whole pounds rounded up."""
    return pounds_shown(-(-value // 100) * 100)


def span(made: Mean) -> str:
    """A mean of money with its interval, in whole pounds."""
    middle = pounds_shown(round_half_up(made.value))
    if made.low is None or made.high is None:
        return f"{middle} (one replication: no interval)"
    low, high = (pounds_shown(round_half_up(end)) for end in (made.low, made.high))
    return f"{middle} (95% interval {low} to {high})"


def three(made: Mean) -> list[Value]:
    """A mean of money and the ends of its interval, in whole pence."""
    return [money(made.value), money(made.low), money(made.high)]


def money_columns(name: str) -> list[Column]:
    """The columns of `three`."""
    return [Column(f"{name}{end}", Kind.MONEY) for end in (", mean", ", low", ", high")]
