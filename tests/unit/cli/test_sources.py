"""Every answer names what it rests on: the contract and each table, by the digest of its bytes."""

import hashlib
import json
from pathlib import Path

import pytest

from tests.unit.cli.conftest import CONTRACTS, Broker

BLOCK, LEDGER = CONTRACTS / "block.toml", CONTRACTS / "ledger.csv"
OUT, RESULTS = CONTRACTS / "availability.csv", CONTRACTS / "results.csv"
OCTOBER = ("--from", "2026-10-01", "--to", "2026-11-01")
TABLES = ("--ledger", LEDGER, "--availability", OUT)
ASKED: dict[str, tuple[object, ...]] = {
    "statement": ("statement", BLOCK, *TABLES, *OCTOBER),
    "statement --by-month": ("statement", BLOCK, *TABLES, *OCTOBER, "--by-month"),
    "block": ("block", BLOCK, *TABLES, *OCTOBER),
    "value": ("value", BLOCK, *TABLES, *OCTOBER),
}


def version(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
def test_an_answer_names_its_contract_and_its_tables(
    broker: Broker, asked: tuple[object, ...]
) -> None:
    said = broker(*asked).out
    assert f"Contract file block.toml, version {version(BLOCK)}" in said
    assert said.endswith(
        f"\nTables: ledger.csv, version {version(LEDGER)[:12]};"
        f" availability.csv, version {version(OUT)[:12]}\n"
    )


@pytest.mark.parametrize("name", [name for name in ASKED if name != "statement"])
def test_an_answer_for_other_programs_names_its_tables(broker: Broker, name: str) -> None:
    made = json.loads(broker(*ASKED[name], "--json").out)
    assert made["tables"] == [
        {"file": "ledger.csv", "version": version(LEDGER)},
        {"file": "availability.csv", "version": version(OUT)},
    ]


def test_an_answer_in_words_names_the_boroughs_whose_codes_it_shows(broker: Broker) -> None:
    said = broker("parity", "--contract", BLOCK, "--ledger", LEDGER).out
    assert "Boroughs:" not in said
    said = broker(*ASKED["statement"]).out
    (line,) = [line for line in said.splitlines() if line.startswith("Boroughs: ")]
    named = dict(each.split(" ", 1) for each in line.removeprefix("Boroughs: ").split("; "))
    assert named["E09000016"] == "Havering"
    table = said.partition("borough  ")[2].partition("\nall ")[0]
    assert [row.split()[0] for row in table.splitlines()[1:]] == sorted(named)


def test_an_adjustment_names_the_bills_and_the_ledger_it_compares(broker: Broker) -> None:
    broker(*ASKED["statement"], "--bill", "bill.csv")
    asked = ("adjust", BLOCK, "--billed", "bill.csv", "--ledger", LEDGER, "--results", RESULTS)
    made = json.loads(broker(*asked, "--json").out)
    assert [table["file"] for table in made["tables"]] == ["bill.csv", "ledger.csv", "results.csv"]
    assert made["tables"][0]["version"] == version(Path("bill.csv"))


def test_parity_names_the_tables_it_compares(broker: Broker) -> None:
    said = broker("parity", "--contract", BLOCK, "--ledger", LEDGER).out
    assert f"Contract file block.toml, version {version(BLOCK)}" in said
    assert said.endswith(f"\nTables: ledger.csv, version {version(LEDGER)[:12]}\n")
