"""Contract files as text for the tests: the samples on disk, edited, with what is wrong in them."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from pricing.contract import parse_contract
from pricing.ledger import LedgerRow
from pricing.problems import BadInput, InputProblem
from pricing.terms import Contract

CASES = Path(__file__).parents[2] / "cases" / "contracts"
BLOCK_TEXT = (CASES / "block.toml").read_text(encoding="utf-8")
SPOT_TEXT = (CASES / "spot.toml").read_text(encoding="utf-8")

HAVERING = "E09000016"
HACKNEY = "E09000012"
NEWHAM = "E09000025"


def contract_of(text: str) -> Contract:
    return parse_contract(text.encode(), "contract.toml")


def edited(text: str, *changes: tuple[str, str]) -> str:
    """The text with each change made once; a change that finds nothing is a broken test."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def problems_of(text: str) -> tuple[InputProblem, ...]:
    with pytest.raises(BadInput) as refused:
        contract_of(text)
    return refused.value.problems


def stretch(
    number: int,
    borough: str,
    start: date,
    end: date | None,
    *,
    band: str = "medium",
    home: str = "SC990001",
    young_person: str = "",
    **units: int | Fraction,
) -> LedgerRow:
    """A ledger row with the fewest words; the young person has the placement's number."""
    return LedgerRow(
        placement_id=f"PL{number}",
        young_person_id=young_person or f"YP{number}",
        borough=borough,
        home_id=home,
        band=band,
        start=start,
        end=end,
        requirements={code: Fraction(value) for code, value in units.items()},
    )
