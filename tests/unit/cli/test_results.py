"""`broker results` on the invented examples of docs/results.md, and what it writes."""

import csv
import hashlib
import json
from datetime import date
from pathlib import Path

import pytest

from broker.sample import REGION
from pricing.contract import read_contract
from pricing.outcomes.evidence import read_evidence
from pricing.outcomes.read_endings import read_endings
from pricing.outcomes.read_proposals import read_proposals
from pricing.outcomes.reference import read_reference
from pricing.outcomes.refusals import read_refusals
from pricing.problems import Problems
from pricing.tables import RESULTS_COLUMNS, read_ledger
from tests.unit.cli.conftest import Answer, Broker

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples" / "results"
CONTRACT = REGION / "contract.toml"
PERIOD = ("--from", "2027-04-01", "--to", "2028-04-01")
FILES = {
    "--proposals": EXAMPLES / "proposals.toml",
    "--evidence": EXAMPLES / "evidence.csv",
    "--ledger": EXAMPLES / "ledger.csv",
    "--moves": EXAMPLES / "endings.csv",
    "--refusals": EXAMPLES / "refusals.csv",
    "--reference": EXAMPLES / "stability-reference.toml",
}


def asked(broker: Broker, *more: object, without: tuple[str, ...] = ()) -> Answer:
    given = [part for name, path in FILES.items() if name not in without for part in (name, path)]
    return broker("results", CONTRACT, *given, *PERIOD, *more)


@pytest.mark.parametrize("name", [*FILES.values()], ids=lambda path: path.name)
def test_every_example_says_that_it_is_invented(name: Path) -> None:
    assert "nvented" in name.read_text(encoding="utf-8").split("\n\n")[0]


def test_every_example_is_read_without_a_problem() -> None:
    contract, found = read_contract(CONTRACT), Problems()
    proposals = read_proposals(FILES["--proposals"], contract, found)
    period = (date(2027, 4, 1), date(2028, 4, 1))
    assert len(read_evidence(FILES["--evidence"], proposals, found, period)) == 6
    assert len(read_ledger(FILES["--ledger"], contract, found)) == 21
    assert len(read_endings(FILES["--moves"], found)) == 20
    assert len(read_refusals(FILES["--refusals"], contract, found)) == 9
    reference = read_reference(FILES["--reference"], found)
    assert found.found == []
    assert reference is not None
    assert reference.assumption
    assert {rate.source for rate in reference.rates.values()} == {"starting assumption"}


def test_the_example_of_a_proposal_names_the_version_of_the_example_rates() -> None:
    version = hashlib.sha256(FILES["--reference"].read_bytes()).hexdigest()
    assert version in FILES["--proposals"].read_text(encoding="utf-8")


def test_the_justified_rows_are_written_and_a_statement_pays_the_same(
    broker: Broker, tmp_path: Path
) -> None:
    out = tmp_path / "results.csv"
    answer = asked(broker, "--out", out, "--json")
    assert answer.code == 0
    assert "2 justified rows written to" in answer.err
    told = json.loads(answer.out)
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(RESULTS_COLUMNS)
    assert [(row["code"], row["achieved"]) for row in rows] == [
        (item["code"], item["achieved"]) for item in told["items"] if item["justified"]
    ]
    statement = broker(
        "statement", CONTRACT, "--ledger", FILES["--ledger"], *PERIOD, "--results", out, "--json"
    )
    assert statement.code == 0
    assert json.loads(statement.out)["results"] == told["results"]


def test_each_item_is_told_with_what_is_missing(broker: Broker) -> None:
    answer = asked(broker)
    assert answer.code == 0
    assert "a piece that young people wrote between 2027-04-01 and 2028-04-01" in answer.out
    assert "Unsettled young people were refused more often than others" in answer.out
    assert "starting assumptions, measured by nobody" in answer.out
    assert "a proposal agreed beforehand that covers all of 2027-04-01" in answer.out


def test_nothing_justified_writes_a_table_without_rows(broker: Broker, tmp_path: Path) -> None:
    Path("evidence.csv").write_text(
        "reference,proposal,on,kind,by,value,from,to,words\n", encoding="utf-8"
    )
    out = tmp_path / "results.csv"
    answer = broker(
        "results", CONTRACT, "--proposals", FILES["--proposals"], "--evidence", "evidence.csv",
        *PERIOD, "--out", out,
    )  # fmt: skip
    assert answer.code == 0
    assert "0 justified rows written" in answer.err
    assert out.read_text(encoding="utf-8") == ",".join(RESULTS_COLUMNS) + "\n"


def test_bad_input_is_told_whole_and_nothing_is_written(broker: Broker, tmp_path: Path) -> None:
    out = tmp_path / "results.csv"
    answer = asked(broker, "--out", out, without=("--ledger",))
    assert answer.code == 2
    assert answer.out == ""
    assert "--moves" in answer.err
    assert "--refusals" in answer.err
    assert not out.exists()


def test_results_never_replace_a_file_they_come_from(broker: Broker) -> None:
    before = FILES["--evidence"].read_bytes()
    answer = asked(broker, "--out", FILES["--evidence"])
    assert answer.code == 2
    assert FILES["--evidence"].read_bytes() == before


def test_proposals_and_evidence_are_needed(broker: Broker) -> None:
    answer = broker("results", CONTRACT, *PERIOD)
    assert answer.code == 2
    assert "--proposals" in answer.err
    assert "--evidence" in answer.err
