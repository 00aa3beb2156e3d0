"""A statement straight from its files, with the problems of all of them at once."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pricing.availability import OutOfUse
from pricing.calendar_months import months_of
from pricing.contract import read_contract
from pricing.ledger import LedgerRow
from pricing.months import ByMonth, checked_by_month
from pricing.price_list import PriceList
from pricing.problems import BadInput, Problems
from pricing.quote import check_period
from pricing.results import Achieved
from pricing.statement import Statement, checked_statement
from pricing.tables import read_availability, read_ledger, read_results
from pricing.terms import Contract


@dataclass(frozen=True, slots=True)
class StatementInputs:
    """A contract and the tables beside it, free of problems for the period asked about."""

    contract: Contract
    ledger: tuple[LedgerRow, ...]
    availability: tuple[OutOfUse, ...]
    results: tuple[Achieved, ...]


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
    read = read_statement_inputs(
        found, contract_file, ledger_file, start, end, availability_file, results_file
    )
    if read is None:
        raise BadInput(found)
    prices = PriceList(read.contract)
    return checked_statement(prices, read.ledger, start, end, read.availability, read.results)


def by_month_from_files(
    contract_file: Path,
    ledger_file: Path,
    start: date,
    end: date,
    availability_file: Path | None = None,
    results_file: Path | None = None,
) -> ByMonth:
    """The statement of [start, end) beside those of its months, from the same files.

    Raises:
        BadInput: with every problem of every file, of the period and of its months.
    """
    found = Problems()
    files = (contract_file, ledger_file, start, end, availability_file, results_file)
    read = read_statement_inputs(found, *files, months_too=True)
    if read is None:
        raise BadInput(found)
    return checked_by_month(read.contract, read.ledger, start, end, read.availability, read.results)


def read_statement_inputs(
    found: Problems,
    contract_file: Path,
    ledger_file: Path,
    start: date,
    end: date,
    availability_file: Path | None = None,
    results_file: Path | None = None,
    *,
    months_too: bool = False,
) -> StatementInputs | None:
    """What a statement of [start, end) rests on; None once `found` holds any problem.

    With `months_too` it is fit for the statements of the months as well.
    """
    contract = contract_if_good(contract_file, found)
    if contract is not None:
        check_period(found, contract, start, end, "statement")
    ledger = read_ledger(ledger_file, contract, found)
    availability: tuple[OutOfUse, ...] = ()
    if availability_file is not None:
        availability = read_availability(availability_file, contract, found)
    results: tuple[Achieved, ...] = ()
    if results_file is not None:
        months = months_of(start, end) if months_too else ()
        results = read_results(results_file, contract, found, (start, end), months)
    if contract is None or found.found:
        return None
    return StatementInputs(contract, ledger, availability, results)


def contract_if_good(path: Path, found: Problems) -> Contract | None:
    """The contract in a file, or None with its problems noted, so that other files are read too."""
    try:
        return read_contract(path)
    except BadInput as refused:
        found.extend(refused.problems)
        return None
