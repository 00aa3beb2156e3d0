"""A small question about buying: two kinds of home on two terms, for an invented case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from broker.capacity.buying.options_file import parse_options
from broker.capacity.buying.outcome import Pricing
from broker.capacity.buying.prepared import Question
from broker.capacity.simulation.settings import Settings
from broker.sample.folder import write_files
from broker.sample.generate import generate
from matching.exchange import read_case
from matching.problem import Problem
from pricing.contract import read_contract
from pricing.terms import Contract
from pricing.value.spot import SpotContract
from tests.integration.simulation.worlds import demand

SPOT = Path("docs/examples/value/spot.toml")
FIRST = date(2026, 4, 6)
TINY = """
title = "Tiny"
source = "invented for a test"
[limits]
places = 12
void_year = "200000.00"
[[homes]]
id = "A"
name = "A home of three"
like = "SC990009"
most = 2
places = 3
[[homes]]
id = "B"
name = "A home of two"
like = "SC990005"
most = 1
places = 2
[[terms]]
id = "long"
years = 8
guarantee_percent = "90"
[[terms]]
id = "free"
years = 1
guarantee_percent = "0"
"""


@cache
def case_and_contract() -> tuple[Problem, Contract]:
    """An invented case and its contract."""
    with TemporaryDirectory() as name:
        folder = Path(name) / "case"
        write_files(folder, generate(30, 12, 7))
        return read_case(folder), read_contract(folder / "contract.toml")


def question_about(*, text: str = TINY, **changes: Any) -> Question:
    """What is asked of it; `changes` are of the question's own fields."""
    case, contract = case_and_contract()
    options = parse_options(text.encode(), "options.toml", case, contract)
    given: Mapping[str, Any] = {
        "case": case, "present": contract, "options": options, "demand": demand(),
        "scenarios": None,
        "pricing": Pricing(SpotContract(read_contract(SPOT)), Fraction(1, 2),
                           options.limits.void_year, "demand.json"),
        "settings": Settings(), "first": FIRST, "weeks": 60, "seed": 3, "replications": 40,
        "validations": 20, "enumerate_up_to": 100, "indifference": None, "folder": None,
        "processes": 1,
    }  # fmt: skip
    return Question(**{**given, **changes})
