"""A good row of each table beside a contract, and the problems that a reader finds in a text."""

from collections.abc import Callable
from pathlib import Path

from pricing.problems import InputProblem, Problems
from pricing.tables import read_availability, read_ledger, read_results
from pricing.terms import Contract
from tests.unit.pricing.samples import BLOCK_TEXT, contract_of

BLOCK = contract_of(BLOCK_TEXT)

LEDGER_HEAD = "placement_id,young_person_id,borough,home_id,band,from,to,requirements"
LEDGER_ROW = "PL1,YP1,E09000016,SC990001,medium,2026-10-12,2027-02-01,one_to_one=14"
OUT_HEAD = "home_id,from,to,places,side,reason"
OUT_ROW = "SC990002,2026-10-10,2026-10-20,2,provider,staffing"
RESULTS_HEAD = "code,from,to,achieved,evidence,by_young_people,proposal"
RESULTS_ROW = "garden_project,2026-04-01,2027-04-01,0.75,E14,Y,PR3"

Table = tuple[str, str, str, Callable[[Path, Contract | None, Problems], object]]
TABLES: dict[str, Table] = {
    "ledger": ("ledger.csv", LEDGER_HEAD, LEDGER_ROW, read_ledger),
    "availability": ("availability.csv", OUT_HEAD, OUT_ROW, read_availability),
    "results": ("results.csv", RESULTS_HEAD, RESULTS_ROW, read_results),
}


def problems_of(
    table: str, text: str | bytes, folder: Path, contract: Contract | None = BLOCK
) -> list[InputProblem]:
    name, _, _, read = TABLES[table]
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    found = Problems()
    read(path, contract, found)
    return list(found)
