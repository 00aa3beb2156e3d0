"""Reading the tables beside a contract: who is placed where, places out of use, results.

Each reader adds every problem to the `Problems` it is given; its rows are fit for use only if there
is none. A table may be read without its contract (None), when that has problems of its own: what is
wrong with the cells themselves is then still found.

Where the page leaves room: only the ledger's `to` may be empty; the days of the other two tables
may reach over the ends of the term, since they count inside a period only; an empty
`by_young_people` means N.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from pricing.availability import SIDES, OutOfUse, availability_problems
from pricing.billed import (
    BILLED_COLUMNS,
    BILLED_KINDS,
    Billed,
    day_problems,
    joint_billed_problems,
    thing_problems,
)
from pricing.cells import Row, read_rows
from pricing.contract import BOROUGH_ALLOWED, is_borough
from pricing.ledger import LedgerRow, joint_problems, row_problems
from pricing.problems import InputProblem, Problems, describe
from pricing.quote import read_requirements
from pricing.results import Achieved, covering_problems, results_problems
from pricing.terms import BANDS, Contract

LEDGER_COLUMNS: Final = (
    "placement_id",
    "young_person_id",
    "borough",
    "home_id",
    "band",
    "from",
    "to",
    "requirements",
)
AVAILABILITY_COLUMNS: Final = ("home_id", "from", "to", "places", "side", "reason")
RESULTS_COLUMNS: Final = (
    "code",
    "from",
    "to",
    "achieved",
    "evidence",
    "by_young_people",
    "proposal",
)
_JOINT_COLUMNS: Final = ("placement_id", "young_person_id", "from", "to")
_BILLED_JOINT_COLUMNS: Final = (
    "bill_id",
    "issued_on",
    "kind",
    "period_from",
    "period_to",
    "borough",
    "what",
    "from",
    "to",
)


def read_ledger(path: Path, contract: Contract | None, found: Problems) -> tuple[LedgerRow, ...]:
    """The stretches of placements in a ledger file, checked one by one and against each other."""
    ledger = []
    comparable = []
    for row in read_rows(path, LEDGER_COLUMNS, found):
        stretch = _ledger_row(row)
        ledger.append(stretch)
        if contract is not None:
            keep_new(row, row_problems(contract, stretch, path.name), found)
        if row.good(*_JOINT_COLUMNS):
            comparable.append(stretch)
    if contract is not None:
        found.extend(joint_problems(contract, comparable, path.name))
    return tuple(ledger)


def read_availability(
    path: Path, contract: Contract | None, found: Problems
) -> tuple[OutOfUse, ...]:
    """The places out of use in an availability file."""
    availability = []
    for row in read_rows(path, AVAILABILITY_COLUMNS, found):
        start, end = row.day("from"), row.day("to")
        row.check_order(start, end)
        out_of_use = OutOfUse(
            home_id=row.text("home_id"),
            start=start,
            end=end,
            places=row.whole("places"),
            side=row.choice("side", SIDES),
            reason=row.cells["reason"],
            row=row.number,
        )
        availability.append(out_of_use)
        if contract is not None:
            keep_new(row, availability_problems(contract, [out_of_use], path.name), found)
    return tuple(availability)


def read_results(
    path: Path,
    contract: Contract | None,
    found: Problems,
    period: tuple[date, date] | None = None,
    also: Iterable[tuple[date, date]] = (),
) -> tuple[Achieved, ...]:
    """The results in a results file, of which at most one of a code may cover a given period.

    `also` are further periods of which the same holds.
    """
    results = []
    comparable = []
    for row in read_rows(path, RESULTS_COLUMNS, found):
        start, end = row.day("from"), row.day("to")
        row.check_order(start, end)
        achieved = Achieved(
            code=row.text("code"),
            start=start,
            end=end,
            achieved=row.portion("achieved"),
            evidence=row.cells["evidence"],
            by_young_people=row.matching(
                "by_young_people", ("Y", "N", "").__contains__, "Y or N (empty means N)"
            )
            == "Y",
            proposal=row.cells["proposal"],
            row=row.number,
        )
        results.append(achieved)
        if contract is not None:
            keep_new(row, results_problems(contract, [achieved], path.name), found)
        if row.good("code", "from", "to"):
            comparable.append(achieved)
    for each in dict.fromkeys([*([] if period is None else [period]), *also]):
        found.extend(covering_problems(comparable, *each, path.name))
    return tuple(results)


def read_billed(
    paths: Sequence[Path], contract: Contract | None, found: Problems
) -> tuple[Billed, ...]:
    """What has been billed, in one or more files of bills and adjustments, checked together."""
    billed = []
    comparable = []
    for path in paths:
        for row in read_rows(path, BILLED_COLUMNS, found):
            each = _billed_row(row)
            billed.append(each)
            if contract is not None:
                keep_new(row, thing_problems(contract, each), found)
                if row.good("period_from", "period_to", "from", "to"):
                    found.extend(day_problems(contract, each))
            if row.good(*_BILLED_JOINT_COLUMNS):
                comparable.append(each)
    found.extend(joint_billed_problems(comparable))
    return tuple(billed)


def _billed_row(row: Row) -> Billed:
    first, last = row.day("period_from"), row.day("period_to")
    start, end = row.day("from"), row.day("to")
    return Billed(
        bill_id=row.text("bill_id"),
        issued_on=row.day("issued_on"),
        kind=row.choice("kind", BILLED_KINDS),
        period=(first, last),
        placement_id=row.cells["placement_id"],
        borough=row.matching("borough", lambda code: not code or is_borough(code), BOROUGH_ALLOWED),
        what=row.text("what"),
        start=start,
        end=end,
        amount=row.signed_pounds("amount"),
        rule=row.cells["rule"],
        file=row.file,
        row=row.number,
    )


def _ledger_row(row: Row) -> LedgerRow:
    start, end = row.day("from"), row.day_or_open("to")
    row.check_order(start, end)
    units, refused = read_requirements(row.cells["requirements"].split(";"))
    for text, allowed in refused:
        row.refuse("requirements", describe(text), allowed, "bad value")
    return LedgerRow(
        placement_id=row.text("placement_id"),
        young_person_id=row.text("young_person_id"),
        borough=row.matching("borough", is_borough, BOROUGH_ALLOWED),
        home_id=row.text("home_id"),
        band=row.choice("band", BANDS),
        start=start,
        end=end,
        requirements=units,
        row=row.number,
    )


def keep_new(row: Row, problems: Iterable[InputProblem], found: Problems) -> None:
    """Problems with the cells that could be read; the others have one already."""
    found.extend(problem for problem in problems if not row.refused(problem.key))
