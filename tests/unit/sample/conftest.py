import csv
import io
from dataclasses import dataclass
from typing import Any

import pytest

from broker.sample import region_files
from matching.postcodes import locate
from tests.oracle import milp
from tests.oracle.pairs import all_pairs
from tests.oracle.read import read_case


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def located(text: str) -> str:
    rows = table(text)
    for row in rows:
        if postcode := row.pop("postcode"):
            grid = locate(postcode)
            assert grid is not None, f"{postcode} does not exist"
            row["easting"], row["northing"] = (str(metres) for metres in grid)
        else:
            row["easting"] = row["northing"] = ""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


@dataclass(frozen=True)
class Region:
    """The hand-made region as the independent reading of the specification sees it."""

    tables: dict[str, list[dict[str, str]]]
    case: dict[str, Any]
    pairs: dict[tuple[str, str], dict[str, Any]]
    levels: tuple[int, int, int]
    plan: dict[str, str]
    names: dict[str, str]

    def row(self, name: str, key: str) -> dict[str, str]:
        column = {"referrals": "referral_id", "homes": "home_id", "residents": "young_person_id"}
        (found,) = [r for r in self.tables[name] if r[column[name]] == key]
        return found

    def homes_for(self, referral: str) -> set[str]:
        return {
            self.names[home]
            for (who, home), pair in self.pairs.items()
            if who == referral and pair["eligible"]
        }

    def failed(self, referral: str, home: str) -> list[str]:
        (found,) = [
            pair["failed"]
            for (who, where), pair in self.pairs.items()
            if who == referral and self.names[where] == home
        ]
        return list(found)

    def total(self, referral: str, home: str) -> int:
        (found,) = [
            pair["total"]
            for (who, where), pair in self.pairs.items()
            if who == referral and self.names[where] == home
        ]
        return int(found)

    def placed_in(self, home: str) -> set[str]:
        return {who for who, where in self.plan.items() if self.names[where] == home}


@pytest.fixture(scope="session")
def region() -> Region:
    files = region_files()
    tables = {name[:-4]: table(text) for name, text in files.items() if name.endswith(".csv")}
    by_grid = files | {
        f"{name}.csv": located(files[f"{name}.csv"])
        for name in ("referrals", "homes", "people_and_places")
    }
    case = read_case({n: t for n, t in by_grid.items() if not n.endswith(".md")})
    pairs = all_pairs(case)
    levels, plan = milp.best(case, pairs)
    names = {home["home_id"]: home["name"] for home in tables["homes"]}
    return Region(tables, case, pairs, levels, plan, names)
