"""Reference rates: unplanned endings for each 1,000 placement days, by stratum, with their source.

They say what a mix of young people would be expected to give. Those shipped are starting
assumptions, not measured by anybody; a file says so of itself (`assumption = true`), and so does
everything computed from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

from pricing.money import decimal_text
from pricing.outcomes.strata import MOVES, Stratum
from pricing.problems import BadInput, Problems
from pricing.terms import BANDS
from pricing.text_file import read_file
from pricing.toml_file import file_version, parse_toml
from pricing.toml_section import Section

PER_DAYS = 1000


@dataclass(frozen=True, slots=True)
class Rate:
    """Unplanned endings for each 1,000 placement days, above 0, and where the figure is from."""

    per_1000_days: Fraction
    source: str


@dataclass(frozen=True, slots=True)
class Reference:
    """Rates for every stratum; `version` is the file's SHA-256, `made_on` the day of the rates."""

    file: str
    version: str
    id: str
    made_on: date
    assumption: bool
    rates: Mapping[Stratum, Rate]

    def expected(self, stratum: Stratum, days: int) -> Fraction:
        """The unplanned endings to expect in so many placement days of a stratum."""
        return self.rates[stratum].per_1000_days * days / PER_DAYS


def read_reference(path: Path, found: Problems) -> Reference | None:
    """The reference rates in a TOML file; None if the file cannot be read as TOML at all."""
    try:
        data = read_file(path)
        table = parse_toml(data, path.name, "reference rates")
    except BadInput as refused:
        found.extend(refused.problems)
        return None
    top = Section(table, "", path.name, found)
    top.check_keys(("id", "made_on", "assumption", "rates"))
    rates = top.section("rates")
    if top.good("rates"):
        rates.check_keys(BANDS)
    return Reference(
        file=path.name,
        version=file_version(data),
        id=top.text("id"),
        made_on=top.day("made_on"),
        assumption=top.flag("assumption"),
        rates={
            Stratum(band, moves): rate
            for band in BANDS
            for moves, rate in _band_rates(rates, band).items()
        },
    )


def _band_rates(rates: Section, band: str) -> dict[str, Rate]:
    section = rates.section(band)
    if rates.good(band):
        section.check_keys(MOVES)
    return {moves: _rate(section, moves) for moves in MOVES}


def _rate(section: Section, moves: str) -> Rate:
    rate = section.section(moves)
    if section.good(moves):
        rate.check_keys(("per_1000_days", "source"))
    number = rate.number("per_1000_days", "unplanned endings for each 1,000 placement days")
    if rate.good("per_1000_days") and number == 0:
        rate.refuse(
            "per_1000_days",
            decimal_text(number),
            "more than 0: where none is expected, one cannot be weighed",
            "bad value",
        )
    return Rate(number, rate.prose("source"))
