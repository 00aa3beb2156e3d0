import csv
import json
from decimal import Decimal
from pathlib import Path

import pytest

from matching.exchange import read_case
from matching.words import pounds_words
from tests.unit.cli.conftest import CONTRACTS, Broker

BLOCK, SPOT = CONTRACTS / "block.toml", CONTRACTS / "spot.toml"
PERIOD = ("--from", "2026-09-07", "--to", "2027-06-01")


def test_a_price_has_a_line_for_each_amount_and_adds_up(broker: Broker) -> None:
    asked = ("price", BLOCK, "--band", "medium", "--require", "one_to_one=14", *PERIOD)
    answer = broker(*asked, "--json")
    assert answer.code == 0
    priced = json.loads(answer.out)
    assert list(priced) == ["contract", "version", "lines", "total"]
    # 206 days at £6,000.00, 61 at £6,168.00; 4 hours above the 10 inside at £28.50, then £29.30.
    amounts = [line["amount"] for line in priced["lines"]]
    assert amounts == ["176571.43", "53749.71", "3354.86", "1021.31"]
    assert priced["total"] == "234697.31"
    assert "£234,697.31" in broker(*asked).out


def test_everything_wrong_with_a_price_is_said_at_once(broker: Broker) -> None:
    answer = broker(
        "price", BLOCK, "--band", "huge", "--require", "one_to_one=lots", "--require", "tea=3",
        "--from", "2027-06-01", "--to", "2026-09-07",
    )  # fmt: skip
    assert answer.code == 2
    assert answer.out == ""
    for word in ("huge", "one_to_one=lots", "tea", "2026-09-07"):
        assert word in answer.err


def test_a_provider_sees_what_may_be_asked_for_and_that_prices_are_assumptions(
    broker: Broker,
) -> None:
    wrong = broker("price", BLOCK, "--band", "mediun", "--require", "one_to_on=14", *PERIOD)
    assert wrong.code == 2
    assert wrong.err.splitlines()[1:3] == [
        '  quote, band: bad value: "mediun"; allowed: low, medium, high, specialist',
        '  quote, requirement one_to_on: unknown code: "one_to_on"; allowed: one_to_one,'
        " family_session",
    ]
    inside = broker("price", BLOCK, "--band", "medium", "--require", "one_to_one=10", *PERIOD).out
    assert "the medium fee includes 10 hours a week; asked for 10: nothing more to pay." in inside
    assert inside.endswith(
        "These prices are starting assumptions of this product, not any provider's prices.\n"
    )
    spot = ("price", SPOT, "--band", "low", "--from", "2026-05-01", "--to", "2026-06-01")
    assert "assumptions" not in broker(*spot).out


@pytest.mark.parametrize("text", ["7 September", "2026-02-30", "2026-9-7", ""])
def test_a_day_is_written_as_a_day(broker: Broker, text: str) -> None:
    answer = broker("price", BLOCK, "--band", "low", "--from", text, "--to", "2027-06-01")
    assert answer.code == 2
    assert "--from" in answer.err


def test_a_contract_that_is_not_there_is_bad_input(broker: Broker) -> None:
    answer = broker("price", "none.toml", "--band", "low", *PERIOD)
    assert answer.code == 2
    assert "none.toml" in answer.err


def test_a_statement_adds_up_over_the_boroughs(broker: Broker) -> None:
    asked = (
        "statement", BLOCK, "--ledger", CONTRACTS / "ledger.csv",
        "--from", "2026-10-01", "--to", "2026-11-01",
        "--availability", CONTRACTS / "availability.csv", "--results", CONTRACTS / "results.csv",
    )  # fmt: skip
    answer = broker(*asked, "--json")
    assert answer.code == 0
    made = json.loads(answer.out)
    for name in ("placements", "voids", "results", "total"):
        pence = sum(int(charge[name].replace(".", "")) for charge in made["boroughs"].values())
        assert pence == int(made[name].replace(".", "")) > 0
    said = broker(*asked)
    assert said.code == 0
    assert pounds_words(int(made["total"].replace(".", ""))) in said.out


def test_days_after_a_refusal_that_every_rule_allowed_are_no_void_of_the_partnership(
    broker: Broker,
) -> None:
    asked = (
        "statement", BLOCK, "--ledger", CONTRACTS / "ledger.csv",
        "--from", "2026-10-01", "--to", "2026-11-01", "--json",
    )  # fmt: skip
    head = "home_id,from,to,places,side,reason\n"
    voids = {}
    for side in ("provider", "partnership"):
        Path("out.csv").write_text(
            f"{head}SC990001,2026-10-05,2026-10-26,5,{side},declined\n", encoding="utf-8"
        )
        voids[side] = json.loads(broker(*asked, "--availability", "out.csv").out)["voids"]
    whole = json.loads(broker(*asked).out)["voids"]
    # 31 of 35 places are guaranteed; with 5 declined 30 are payable: one fewer for three weeks, at
    # 80% of £4,500.00 a week.
    assert Decimal(whole) - Decimal(voids["provider"]) == 3 * 3600
    assert voids["partnership"] == whole


def test_a_statement_names_what_is_wrong_in_every_file_at_once(broker: Broker) -> None:
    Path("ledger.csv").write_text("placement_id,band\nPL1,huge\n", encoding="utf-8")
    Path("results.csv").write_text("code\n\n", encoding="utf-8")
    answer = broker(
        "statement", BLOCK, "--ledger", "ledger.csv", "--results", "results.csv",
        "--from", "2026-10-01", "--to", "2026-11-01",
    )  # fmt: skip
    assert answer.code == 2
    assert "ledger.csv" in answer.err
    assert "results.csv" in answer.err


def test_rates_of_a_contract_are_rates_of_a_case(broker: Broker, region: Path) -> None:
    contract = region / "contract.toml"
    assert broker("rates", contract, "--in-use", 20, "--out", region / "rates.csv").code == 0
    problem = read_case(region)
    assert {rate.home for rate in problem.rates} == {
        home.id for home in problem.homes if home.contract
    }
    below = {rate.fee - rate.marginal for rate in problem.rates}
    assert min(below) > 0


def test_above_the_guarantee_a_placement_adds_its_whole_fee(broker: Broker, region: Path) -> None:
    answer = broker("rates", region / "contract.toml", "--in-use", 35)
    rows = list(csv.DictReader(answer.out.splitlines()))
    assert answer.code == 0
    assert all(row["weekly_fee"] == row["marginal_weekly_fee"] for row in rows)


def test_places_out_of_use_lower_what_is_guaranteed(broker: Broker, region: Path) -> None:
    contract = region / "contract.toml"
    # 90% of 35 places are 31; with 10 of them out of use 25 are payable, and 26 are in use.
    inside = broker("rates", contract, "--in-use", 26).out
    above = broker("rates", contract, "--in-use", 26, "--out-of-use", 10).out
    assert inside != above
    assert broker("rates", contract, "--in-use", 35).out == above


def test_rates_never_replace_the_contract_they_come_from(broker: Broker, region: Path) -> None:
    contract = region / "contract.toml"
    before = contract.read_bytes()
    assert broker("rates", contract, "--in-use", 20, "--out", contract).code == 2
    assert contract.read_bytes() == before
