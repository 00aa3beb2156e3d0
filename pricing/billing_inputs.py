"""An adjustment straight from its files, with the problems of all of them at once."""

from collections.abc import Sequence
from pathlib import Path

from pricing.adjustment import Adjustment, checked_adjustment
from pricing.availability import OutOfUse
from pricing.billed import Billed, billed_periods
from pricing.inputs import contract_if_good
from pricing.problems import BadInput, Problems
from pricing.results import Achieved
from pricing.tables import read_availability, read_billed, read_ledger, read_results


def adjustment_from_files(
    contract_file: Path,
    ledger_file: Path,
    billed_files: Sequence[Path],
    availability_file: Path | None = None,
    results_file: Path | None = None,
) -> tuple[Adjustment, tuple[Billed, ...]]:
    """The adjustment of all that was billed to the ledger as it now stands, and what was billed.

    Raises:
        BadInput: with every problem of every file.
    """
    found = Problems()
    contract = contract_if_good(contract_file, found)
    ledger = read_ledger(ledger_file, contract, found)
    billed = read_billed(billed_files, contract, found)
    availability: tuple[OutOfUse, ...] | None = None
    if availability_file is not None:
        availability = read_availability(availability_file, contract, found)
    results: tuple[Achieved, ...] | None = None
    if results_file is not None:
        results = read_results(results_file, contract, found, also=billed_periods(billed))
    if contract is None or found.found:
        raise BadInput(found)
    return checked_adjustment(contract, ledger, billed, availability, results), billed
