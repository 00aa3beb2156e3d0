"""Prices and thresholds that are starting assumptions are called so wherever they are shown."""

import json
from pathlib import Path

import pytest

from pricing.assumed import ASSUMPTIONS, is_assumed
from pricing.bands.published import ASSUMPTIONS as OF_THRESHOLDS
from pricing.contract import read_contract
from tests.unit.cli.conftest import CONTRACTS, Broker

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "docs" / "examples"
BLOCK, SPOT = CONTRACTS / "block.toml", CONTRACTS / "spot.toml"
LEDGER = CONTRACTS / "ledger.csv"
OCTOBER = ("--from", "2026-10-01", "--to", "2026-11-01")
STATEMENT = ("statement", BLOCK, "--ledger", LEDGER, *OCTOBER)
BILLING, VALUE, RESULTS = EXAMPLES / "billing", EXAMPLES / "value", EXAMPLES / "results"
SAMPLE = ROOT / "broker" / "sample" / "region" / "contract.toml"

IN_ITS_FACTS: dict[str, tuple[object, ...]] = {
    "a year by month": (*STATEMENT, "--by-month"),
    "an adjustment": (
        "adjust", BILLING / "contract.toml", "--billed", BILLING / "billed.csv",
        "--ledger", BILLING / "ledger-reviewed.csv",
    ),
    "results": (
        "results", SAMPLE, "--proposals", RESULTS / "proposals.toml",
        "--evidence", RESULTS / "evidence.csv", "--from", "2027-04-01", "--to", "2028-04-01",
    ),
    "a block": ("block", BLOCK, "--ledger", LEDGER, *OCTOBER),
    "value for money": ("value", BLOCK, "--ledger", LEDGER, *OCTOBER),
    "parity": ("parity", "--contract", BLOCK, "--ledger", LEDGER),
    "a forecast": ("forecast", BLOCK, "--occupancy", "0.8", "--mix", "low=1"),
    "published prices beside a contract": ("prices", BLOCK),
}  # fmt: skip
BESIDE: dict[str, tuple[object, ...]] = {
    "a price": ("price", BLOCK, "--band", "low", *OCTOBER),
    "a statement": STATEMENT,
}


@pytest.mark.parametrize("asked", IN_ITS_FACTS.values(), ids=IN_ITS_FACTS)
def test_an_answer_says_so_in_words_and_to_other_programs(
    broker: Broker, asked: tuple[object, ...]
) -> None:
    words, facts = broker(*asked), broker(*asked, "--json")
    assert (words.code, facts.code) == (0, 0)
    assert ASSUMPTIONS in words.out.splitlines()
    assert ASSUMPTIONS in json.loads(facts.out)["assumptions"]


@pytest.mark.parametrize("asked", BESIDE.values(), ids=BESIDE)
def test_an_answer_whose_fields_the_contract_page_fixes_has_it_said_beside(
    broker: Broker, asked: tuple[object, ...]
) -> None:
    words, facts = broker(*asked), broker(*asked, "--json")
    assert ASSUMPTIONS in words.out.splitlines()
    assert words.err == ""
    assert facts.err == f"{ASSUMPTIONS}\n"
    assert "assumptions" not in json.loads(facts.out)


def test_rates_of_a_case_have_it_said_beside(broker: Broker) -> None:
    assert broker("rates", BLOCK, "--in-use", 3).err == f"{ASSUMPTIONS}\n"


def test_prices_that_nobody_assumed_are_not_called_so(broker: Broker) -> None:
    asked = ("price", SPOT, "--band", "low", "--from", "2026-05-01", "--to", "2026-06-01")
    assert broker(*asked, "--json").err == ""
    assert ASSUMPTIONS not in broker(*asked).out


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_thresholds_say_so(broker: Broker, more: tuple[str, ...]) -> None:
    for asked in (("band", EXAMPLES / "band" / "scores.toml"), ("band", "--show")):
        said = broker(*asked, *more).out
        assert OF_THRESHOLDS in " ".join(said.split())


def test_every_contract_that_comes_with_the_product_says_so_of_itself() -> None:
    shipped = [
        path
        for folder in (ROOT / "docs", ROOT / "broker")
        for path in folder.rglob("*.toml")
        if "\n[fees]" in path.read_text(encoding="utf-8") and path.name != "spot-fees.toml"
    ]
    assert len(shipped) >= 5
    assert [path for path in shipped if not is_assumed(read_contract(path))] == []
    asked = json.loads((ROOT / "api" / "examples" / "price-text.json").read_text(encoding="utf-8"))
    assert "invented" in asked["value"]["contract_toml"].split("name = ")[1].splitlines()[0]
