"""The problems of a statement's files and of its period come together."""

from datetime import date
from pathlib import Path

import pytest

from pricing.inputs import statement_from_files
from pricing.problems import BadInput
from tests.unit.pricing.samples import (
    BLOCK_TEXT,
    CASES,
    edited,
)
from tests.unit.pricing.table_samples import (
    LEDGER_HEAD,
    LEDGER_ROW,
    RESULTS_HEAD,
    RESULTS_ROW,
)


def test_the_problems_of_all_files_and_of_the_period_come_together(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.csv"
    ledger.write_text(f"{LEDGER_HEAD}\n{LEDGER_ROW.replace('medium', 'mid')}\n")
    results = tmp_path / "results.csv"
    results.write_text(f"{RESULTS_HEAD}\n{RESULTS_ROW}\n{RESULTS_ROW}\n")
    with pytest.raises(BadInput) as refused:
        statement_from_files(
            CASES / "block.toml",
            ledger,
            date(2026, 10, 1),
            date(2026, 11, 1),
            tmp_path / "absent.csv",
            results,
        )
    assert [(problem.file, problem.row, problem.kind) for problem in refused.value.problems] == [
        ("ledger.csv", 2, "bad value"),
        ("absent.csv", None, "file"),
        ("results.csv", 3, "two rows for the period"),
    ]
    assert "; row 2 does too" in refused.value.problems[2].allowed


def test_a_bad_contract_does_not_hide_what_is_wrong_in_the_tables(tmp_path: Path) -> None:
    contract = tmp_path / "contract.toml"
    contract.write_text(edited(BLOCK_TEXT, ("places = 35", "places = 36")))
    ledger = tmp_path / "ledger.csv"
    ledger.write_text(f"{LEDGER_HEAD}\n{LEDGER_ROW.replace('2027-02-01', 'soon')}\n")
    with pytest.raises(BadInput) as refused:
        statement_from_files(contract, ledger, date(2026, 11, 1), date(2026, 10, 1))
    assert [(problem.file, problem.key) for problem in refused.value.problems] == [
        ("contract.toml", "shares"),
        ("ledger.csv", "column to"),
    ]


def test_a_period_that_is_reversed_or_outside_the_term_has_no_statement() -> None:
    with pytest.raises(BadInput) as refused:
        statement_from_files(
            CASES / "block.toml", CASES / "ledger.csv", date(2034, 5, 1), date(2026, 1, 1)
        )
    assert [(problem.file, problem.key, problem.kind) for problem in refused.value.problems] == [
        ("statement", "to", "wrong order"),
        ("statement", "from", "outside the term"),
        ("statement", "to", "outside the term"),
    ]
