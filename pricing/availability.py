"""Places out of use: those on the provider's side are not paid for, the partnership's are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from pricing.ledger import known_homes
from pricing.problems import InputProblem, describe
from pricing.terms import Contract

PROVIDER_SIDE: Final = "provider"
PARTNERSHIP_SIDE: Final = "partnership"
SIDES: Final = (PROVIDER_SIDE, PARTNERSHIP_SIDE)


@dataclass(frozen=True, slots=True)
class OutOfUse:
    """Places of a home out of use over [start, end), on one side, for a reason in words."""

    home_id: str
    start: date
    end: date
    places: int
    side: str
    reason: str
    row: int | None = None


def availability_problems(
    contract: Contract, rows: Sequence[OutOfUse], file: str = "availability"
) -> Iterator[InputProblem]:
    """What a contract forbids: a home it does not have, more places than it has."""
    for row in rows:
        if row.home_id not in contract.homes:
            yield InputProblem(
                file,
                "column home_id",
                describe(row.home_id),
                known_homes(contract),
                "unknown home",
                row.row,
            )
        most = contract.block.places if contract.block else None
        if row.places < 0 or (most is not None and row.places > most):
            yield InputProblem(
                file,
                "column places",
                describe(row.places),
                "places from 0" if most is None else f"from 0 to the contract's places, {most}",
                "bad value",
                row.row,
            )
