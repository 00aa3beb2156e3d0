"""What boroughs pay, from a table of weekly rates or from contracts with their ledgers.

`paid.csv`: `borough, home_id, provider, band, from, to, weekly_fee, source`. One row for what a
borough pays a week for a home and band over [from, to), without requirements beyond the band; `to`
may be empty (still so); `weekly_fee` may be empty (unknown, which is never zero); `source` says
where the amount stands, such as an invoice.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

from pricing.cells import Row, read_rows
from pricing.contract import BOROUGH_ALLOWED, is_borough
from pricing.inputs import contract_if_good
from pricing.ledger import LedgerRow
from pricing.problems import Problems
from pricing.tables import read_ledger
from pricing.tariff import fee_in_force, price_periods
from pricing.terms import BANDS, Contract
from pricing.value.parity import Paid

PAID_COLUMNS: Final = (
    "borough",
    "home_id",
    "provider",
    "band",
    "from",
    "to",
    "weekly_fee",
    "source",
)


def read_paid(path: Path, found: Problems) -> list[Paid]:
    """The rates in a file; fit for use only if no problem was added."""
    return [_paid(row) for row in read_rows(path, PAID_COLUMNS, found)]


def read_contract_and_ledger(
    contract: Path, ledger: Path, found: Problems
) -> tuple[Contract, list[Paid]] | None:
    """A contract, and what boroughs pay by the placements of its ledger at its fees."""
    read = contract_if_good(contract, found)
    rows = read_ledger(ledger, read, found)
    return None if read is None else (read, list(paid_under(read, rows, ledger.name)))


def paid_under(contract: Contract, ledger: Iterable[LedgerRow], file: str) -> Iterator[Paid]:
    """Each stretch of a placement at the band's fee, split where an uplift changes it.

    A placement that goes on is paid for to the end of the contract.
    """
    for row in ledger:
        end = row.end or contract.end
        if row.home_id not in contract.homes or not contract.start <= row.start < end:
            continue
        fees = [
            (fee_in_force(contract, row.band, first), first, last)
            for first, last in price_periods(contract, row.start, end)
        ]
        for fee, same in groupby(fees, key=lambda each: each[0]):
            days = list(same)
            yield Paid(
                borough=row.borough,
                home=row.home_id,
                provider=contract.homes[row.home_id],
                band=row.band,
                start=days[0][1],
                end=days[-1][2],
                weekly=fee,
                source=f"{contract.id}, {contract.source}",
                file=file,
                row=row.row or 0,
            )


def _paid(row: Row) -> Paid:
    start, end = row.day("from"), row.day_or_open("to")
    row.check_order(start, end)
    return Paid(
        borough=row.matching("borough", is_borough, BOROUGH_ALLOWED),
        home=row.text("home_id"),
        provider=row.text("provider"),
        band=row.choice("band", BANDS),
        start=start,
        end=end,
        weekly=row.pounds_or_unknown("weekly_fee"),
        source=row.text("source"),
        file=row.file,
        row=row.number,
    )
