"""A statement straight from its files, with the problems of all of them at once."""

from datetime import date
from pathlib import Path

from pricing.availability import OutOfUse
from pricing.contract import read_contract
from pricing.problems import BadInput, Problems
from pricing.quote import check_period
from pricing.results import Achieved
from pricing.statement import Statement, statement
from pricing.tables import read_availability, read_ledger, read_results
from pricing.terms import Contract


def statement_from_files(
    contract_file: Path,
    ledger_file: Path,
    start: date,
    end: date,
    availability_file: Path | None = None,
    results_file: Path | None = None,
) -> Statement:
    """The statement of [start, end) from a contract file and the tables beside it.

    Raises:
        BadInput: with every problem of every file and of the period.
    """
    found = Problems()
    contract = contract_if_good(contract_file, found)
    if contract is not None:
        check_period(found, contract, start, end, "statement")
    ledger = read_ledger(ledger_file, contract, found)
    availability: tuple[OutOfUse, ...] = ()
    if availability_file is not None:
        availability = read_availability(availability_file, contract, found)
    results: tuple[Achieved, ...] = ()
    if results_file is not None:
        results = read_results(results_file, contract, found, (start, end))
    if contract is None or found.found:
        raise BadInput(found)
    return statement(contract, ledger, start, end, availability, results)


def contract_if_good(path: Path, found: Problems) -> Contract | None:
    """The contract in a file, or None with its problems noted, so that other files are read too."""
    try:
        return read_contract(path)
    except BadInput as refused:
        found.extend(refused.problems)
        return None
