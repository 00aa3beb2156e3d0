"""What a provider expects: how many places are used, by whom, and how much of the results is paid.

Occupancy, mix and results are exact shares from 0 to 1; the mix of the bands adds up to 1 exactly.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from pricing.ledger import known_requirements
from pricing.money import decimal_text, parse_decimal
from pricing.problems import Problems, describe
from pricing.quote import UNITS_ALLOWED
from pricing.terms import BANDS, Contract

ASKED: Final = "forecast"
SHARE_ALLOWED: Final = "a share from 0 to 1, such as 0.85"
MIX_ALLOWED: Final = f"BAND=SHARE, a share from 0 to 1, each of {', '.join(BANDS)} once at most"
STEP: Final = Fraction(1, 10)
"""How far the low and the high case lie from the occupancy asked for. A starting assumption."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The question: `mix` is the share of the used places in each band, one not named has none.

    `requirements` are units a week that every placement needs, whatever its band. `results` is
    the achieved share of what the contract pays by results, None where nothing is said. The rest
    says whose places (see `pricing.forecast.part`) and the occupancies of the other two cases.
    """

    occupancy: Fraction
    mix: Mapping[str, Fraction]
    requirements: Mapping[str, Fraction]
    results: Fraction | None = None
    low_occupancy: Fraction | None = None
    high_occupancy: Fraction | None = None
    provider: str | None = None
    places: int | None = None
    homes: int | None = None

    def share(self, band: str) -> Fraction:
        """The share of the used places in a band."""
        return self.mix.get(band, Fraction())

    @property
    def low(self) -> Fraction:
        """Occupancy of the low case: as asked for, else a step below, and never below 0."""
        if self.low_occupancy is not None:
            return self.low_occupancy
        return max(Fraction(0), self.occupancy - STEP)

    @property
    def high(self) -> Fraction:
        """Occupancy of the high case: as asked for, else a step above, and never above 1."""
        if self.high_occupancy is not None:
            return self.high_occupancy
        return min(Fraction(1), self.occupancy + STEP)


def read_share(text: str) -> Fraction | None:
    """A share from 0 to 1 written as a plain decimal, such as 0.85 or .85; else None."""
    number = parse_decimal(f"0{text}" if text.startswith(".") else text)
    return number if number is not None and number <= 1 else None


def read_mix(text: str) -> tuple[dict[str, Fraction], list[str]]:
    """The mix in a text such as "low=.2,medium=.8", and the parts of it that were refused."""
    mix: dict[str, Fraction] = {}
    refused = []
    for part in text.split(","):
        band, _, number = (piece.strip() for piece in part.partition("="))
        share = read_share(number)
        if band not in BANDS or share is None or band in mix:
            refused.append(part.strip())
        else:
            mix[band] = share
    return mix, refused


def check_asked(found: Problems, contract: Contract, asked: Asked) -> None:
    """Note everything that the contract or arithmetic forbids in what is asked."""
    shares = {
        "--occupancy": asked.occupancy,
        "--results": asked.results,
        "--low-occupancy": asked.low_occupancy,
        "--high-occupancy": asked.high_occupancy,
    }
    for option, share in shares.items():
        if share is not None and not 0 <= share <= 1:
            found.add(ASKED, option, str(share), SHARE_ALLOWED, "bad value")
    _check_mix(found, asked.mix)
    _check_requirements(found, contract, asked.requirements)
    known = 0 <= asked.occupancy <= 1
    if known and asked.low > asked.occupancy:
        allowed = f"at most the occupancy, {decimal_text(asked.occupancy)}"
        found.add(ASKED, "--low-occupancy", decimal_text(asked.low), allowed, "wrong order")
    if known and asked.high < asked.occupancy:
        allowed = f"at least the occupancy, {decimal_text(asked.occupancy)}"
        found.add(ASKED, "--high-occupancy", decimal_text(asked.high), allowed, "wrong order")
    if contract.results is None and asked.results:
        allowed = f"nothing: {contract.id} pays no results"
        found.add(ASKED, "--results", decimal_text(asked.results), allowed, "bad value")


def _check_mix(found: Problems, mix: Mapping[str, Fraction]) -> None:
    good = True
    for band, share in mix.items():
        if band not in BANDS or not 0 <= share <= 1:
            found.add(ASKED, "--mix", f"{describe(band)} {share}", MIX_ALLOWED, "bad value")
            good = False
    total = sum(mix.values(), Fraction())
    if good and total != 1:
        found.add(
            ASKED,
            "--mix",
            f"shares that sum to {_sum_text(total)}",
            "shares that sum to exactly 1",
            "wrong sum",
        )


def _sum_text(total: Fraction) -> str:
    return decimal_text(total) if 10**9 % total.denominator == 0 else str(total)


def _check_requirements(
    found: Problems, contract: Contract, requirements: Mapping[str, Fraction]
) -> None:
    for code, units in requirements.items():
        if contract.requirement(code) is None:
            allowed = known_requirements(contract)
            found.add(ASKED, "--require", describe(code), allowed, "unknown code")
        if units < 0:
            found.add(ASKED, "--require", str(units), UNITS_ALLOWED, "negative value")
