"""What a placement costs over a period: one line for the fee, one for each requirement above it.

Every line is split at each uplift's `from` strictly inside the period, also where the amount stays
the same. A line is (fee, or price × units above the included, as an exact product) × days / 7,
rounded half-up once (spec/contract-file.md, "The rules of money").
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from pricing.ledger import known_requirements
from pricing.money import (
    Pence,
    decimal_text,
    parse_decimal,
    pounds,
    round_half_up,
    whole_pence,
)
from pricing.problems import Problems, describe
from pricing.tariff import fee_in_force, price_in_force, price_periods
from pricing.terms import BANDS, Contract, Requirement

Units: TypeAlias = int | Fraction | Decimal

FEE = "fee"
UNITS_ALLOWED = "units a week from 0, such as 14 or 2.5"


@dataclass(frozen=True, slots=True)
class Line:
    """One amount due for [start, end): `subject` is "fee" or the code of a requirement.

    `weekly` is exact, in pence; `amount` is the line, rounded. `rule` names file, version and rule.
    """

    subject: str
    what: str
    start: date
    end: date
    weekly: Fraction
    amount: Pence
    rule: str

    def __post_init__(self) -> None:
        whole_pence(self.amount)

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    def to_json(self) -> dict[str, object]:
        """The line as the page names its fields; `weekly` is shown rounded to the penny."""
        return {
            "what": self.what,
            "from": self.start.isoformat(),
            "to": self.end.isoformat(),
            "days": self.days,
            "weekly": pounds(round_half_up(self.weekly)),
            "amount": pounds(self.amount),
            "rule": self.rule,
        }


@dataclass(frozen=True, slots=True)
class Quote:
    """The price of one band with its requirements over [start, end), line by line."""

    contract: Contract
    band: str
    requirements: Mapping[str, Fraction]
    start: date
    end: date
    lines: tuple[Line, ...]

    @property
    def total(self) -> Pence:
        return sum(line.amount for line in self.lines)

    def to_json(self) -> dict[str, object]:
        """The answer of `broker price --json`."""
        return {
            "contract": self.contract.id,
            "version": self.contract.version,
            "lines": [line.to_json() for line in self.lines],
            "total": pounds(self.total),
        }


def quote(
    contract: Contract, band: str, requirements: Mapping[str, Units], start: date, end: date
) -> Quote:
    """The lines due for a band and units a week of requirements over [start, end).

    Units are totals a week, the included ones among them. Lines are in the contract's order: the
    fee first, then its requirements, each in order of time.

    Raises:
        BadInput: an unknown band or requirement, units below 0, a period that is reversed, empty
            or outside the term; all of them at once.
    """
    found = Problems()
    check_band(found, band)
    _check_units(found, contract, requirements)
    check_period(found, contract, start, end)
    found.raise_if_any()
    units = {code: Fraction(number) for code, number in requirements.items()}
    return Quote(
        contract, band, units, start, end, tuple(price_lines(contract, band, units, start, end))
    )


def price_lines(
    contract: Contract, band: str, units: Mapping[str, Fraction], start: date, end: date
) -> Iterable[Line]:
    """The lines of a quote whose values have been checked."""
    periods = list(price_periods(contract, start, end))
    for first, last in periods:
        yield _fee_line(contract, band, first, last)
    for requirement in contract.requirements:
        above = units.get(requirement.code, Fraction()) - requirement.included[band]
        if above > 0:
            for first, last in periods:
                yield _requirement_line(contract, requirement, band, above, first, last)


def read_requirements(texts: Iterable[str]) -> tuple[dict[str, Fraction], list[tuple[str, str]]]:
    """Units a week by requirement from texts such as "one_to_one=14", and what was refused.

    What was refused is (text, what is allowed), for the caller to place in its file or option.
    """
    units: dict[str, Fraction] = {}
    refused: list[tuple[str, str]] = []
    for text in texts:
        if not text.strip():
            continue
        code, _, number = (part.strip() for part in text.partition("="))
        value = parse_decimal(number)
        if not code or value is None:
            refused.append((text.strip(), f"code=units, {UNITS_ALLOWED}"))
        elif code in units:
            refused.append((text.strip(), "each requirement once"))
        else:
            units[code] = value
    return units, refused


def check_band(found: Problems, band: str) -> None:
    """Note a band that is none of the four."""
    if band not in BANDS:
        found.add("quote", "band", describe(band), ", ".join(BANDS), "bad value")


def check_period(
    found: Problems, contract: Contract, start: date, end: date, asked: str = "quote"
) -> None:
    """Note a period that is empty, reversed or not inside the contract's term."""
    if end <= start:
        found.add(asked, "to", describe(end), f"a day after from, {start}", "wrong order")
    for key, day, inside in (
        ("from", start, contract.start <= start < contract.end),
        ("to", end, contract.start < end <= contract.end),
    ):
        if not inside:
            term = f"a day inside the term of {contract.id}, {contract.start} to {contract.end}"
            found.add(asked, key, describe(day), term, "outside the term")


def _check_units(found: Problems, contract: Contract, requirements: Mapping[str, Units]) -> None:
    for code, number in requirements.items():
        key = f"requirement {code}"
        if contract.requirement(code) is None:
            found.add("quote", key, describe(code), known_requirements(contract), "unknown code")
        if number < 0:
            found.add("quote", key, describe(str(number)), UNITS_ALLOWED, "negative value")


def _line(
    contract: Contract, subject: str, what: str, weekly: Fraction, rule: str, start: date, end: date
) -> Line:
    days = (end - start).days
    return Line(
        subject=subject,
        what=what,
        start=start,
        end=end,
        weekly=weekly,
        amount=round_half_up(weekly * days / 7),
        rule=f"{contract.source}: {rule}, × {days} days / 7",
    )


def _fee_line(contract: Contract, band: str, start: date, end: date) -> Line:
    fee = fee_in_force(contract, band, start)
    rule = f"fees.{band} {pounds(contract.fees[band])}{_uplift_rule(contract, fee, start)}"
    return _line(contract, FEE, f"{band} band fee", Fraction(fee), rule, start, end)


def _requirement_line(
    contract: Contract,
    requirement: Requirement,
    band: str,
    above: Fraction,
    start: date,
    end: date,
) -> Line:
    price = price_in_force(contract, requirement, start)
    included = decimal_text(requirement.included[band])
    unit = " hours" if requirement.unit == "hour" else ""
    what = f"{requirement.name} ({requirement.code}): {decimal_text(above)}{unit} above {included}"
    rule = (
        f"requirements.{requirement.code} {pounds(requirement.price)} each"
        f"{_uplift_rule(contract, price, start)}, × {decimal_text(above)}"
    )
    return _line(contract, requirement.code, what, price * above, rule, start, end)


def _uplift_rule(contract: Contract, amount: Pence, day: date) -> str:
    applied = [
        f"{decimal_text(uplift.percent)}% from {uplift.start}"
        for uplift in contract.uplifts
        if uplift.start <= day
    ]
    return f", uplifts {' and '.join(applied)} = {pounds(amount)}" if applied else ""
