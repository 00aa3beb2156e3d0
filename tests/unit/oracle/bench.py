"""A plain case by hand: tables of a few cells, everything else as in an ordinary case."""

from tests.oracle.generate.case import COLUMNS, Files, csv_text
from tests.oracle.pairs import Pairs, all_pairs
from tests.oracle.read import Case, read_case

Cells = dict[str, str]

REFERRAL = {
    "borough": "E09000012",
    "date_of_birth": "2012-06-10",
    "sex": "F",
    "band": "medium",
    "band_status": "confirmed",
    "easting": "534400",
    "northing": "184200",
    "needed_by": "2026-04-10",
}
HOME = {
    "borough": "E09000012",
    "easting": "534400",
    "northing": "184200",
    "registration": "registered",
    "min_age": "10",
    "max_age": "17",
    "sexes": "M;F",
    "bands": "low;medium;high",
    "places": "4",
}
RESIDENT = {"borough": "E09000012", "band": "low", "date_of_birth": "2011-03-05", "sex": "M"}


def referral(name: str, **cells: str) -> Cells:
    return {**REFERRAL, "referral_id": name, "young_person_id": f"YP-{name}", **cells}


def home(name: str, **cells: str) -> Cells:
    return {**HOME, "home_id": name, **cells}


def resident(name: str, home_id: str, **cells: str) -> Cells:
    return {**RESIDENT, "young_person_id": name, "home_id": home_id, **cells}


def case_of(policy: str = "", **tables: list[Cells]) -> tuple[Case, Pairs]:
    """Return the case of these tables on 1 April 2026, and its pairs."""
    files: Files = {"policy.toml": f"as_of = 2026-04-01\n{policy}"}
    for name, rows in tables.items():
        files[f"{name}.csv"] = csv_text(COLUMNS[name], rows)
    case = read_case(files)
    return case, all_pairs(case)
