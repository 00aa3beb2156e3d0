"""How figures are written for people, and what kind of column they stand in."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Final

from broker.capacity.figures.definitions import Figure, Measure
from broker.capacity.figures.summarise import Estimate, Number
from broker.charts import Unit
from broker.workbook import Kind, Value
from pricing.money import round_half_up
from pricing.numbers import with_decimals

UNKNOWN: Final = "not known"
KINDS: Final = {
    Measure.PENCE: Kind.MONEY,
    Measure.SHARE: Kind.PERCENT,
    Measure.PROBABILITY: Kind.PERCENT,
    Measure.COUNT: Kind.NUMBER,
    Measure.WEEKS: Kind.NUMBER,
    Measure.MILES: Kind.NUMBER,
    Measure.RATE: Kind.NUMBER,
}
UNITS: Final = {
    Kind.MONEY: Unit.PENCE,
    Kind.PERCENT: Unit.SHARE,
    Kind.NUMBER: Unit.COUNT,
    Kind.COUNT: Unit.COUNT,
}
STATUS: Final = {
    "given": "given in a file of the run",
    "estimated": "estimated from the returns",
    "sourced": "from the source named",
    "assumption": "assumption",
}


def shown(kind: Kind, value: Value) -> str:
    """A value of a column as the page shows it: pounds, per cent and numbers with one decimal."""
    if value is None:
        return UNKNOWN
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    exact = Fraction(value)
    if kind is Kind.MONEY:
        return pounds_shown(round_half_up(exact))
    if kind is Kind.PERCENT:
        return f"{with_decimals(exact * 100, 1)}%"
    return with_decimals(exact, 0 if kind is Kind.COUNT else 1)


def pounds_shown(pence: int) -> str:
    """Pence as whole pounds, a half going up: "£1,234", "-£5"."""
    whole = with_decimals(Fraction(pence, 100), 0)
    return f"-£{whole[1:]}" if whole.startswith("-") else f"£{whole}"


def figure_shown(figure: Figure, value: Number | None) -> str:
    """One value of a figure, with its unit in words where it has one."""
    text = shown(KINDS[figure.measure], value)
    if value is None or figure.measure not in (Measure.WEEKS, Measure.MILES, Measure.RATE):
        return text
    return f"{text} {figure.measure.value}"


def in_words(figure: Figure, made: Estimate) -> str:
    """An estimate in a few words: its mean, and between which values 90% of replications lie."""
    if made.mean is None:
        return UNKNOWN
    mean = figure_shown(figure, made.mean)
    low, high = (shown(KINDS[figure.measure], value) for value in (made.low, made.high))
    if figure.measure is Measure.PROBABILITY:
        return f"{mean} (90% interval {low} to {high})"
    return f"{mean} (5% to 95% of replications: {low} to {high})"
