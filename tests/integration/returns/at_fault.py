"""Where a rule of the validator refuses what is true: exactly these, by name, and nothing else.

docs/returns.md tells each. A rule is excused for a row whose young person is in the case described,
and for no other row.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from matching.calendar import birthday
from matching.postcodes import authority_of

Row = Mapping[str, str]
Own = Mapping[str, list[Row]]
"""One young person's rows by table."""


def _day(cell: str) -> date:
    day, month, year = cell.split("/")
    return date(int(year), int(month), int(day))


def _came_in_the_last_week(row: Row, own: Own, close: date) -> bool:
    """Rule 210 takes UN4 for wrong where its words take it for right, and where care had ended."""
    rows = own["Episodes"]
    newest = (
        max(_day(one["DECOM"]) for one in rows if one["RNE"] == "S")
        if any(one["RNE"] == "S" for one in rows)
        else date.min
    )
    gone = all(one["DEC"] for one in rows)
    return own["Header"][0]["UPN"] == "UN4" and (newest > close - timedelta(days=7) or gone)


def _capital_k3(row: Row, own: Own, close: date) -> bool:
    """Rule 146 of 2024-25 has K3 in small letters."""
    return close.year == 2025 and row["PLACE"] == "K3"


def _sex_unknown(row: Row, own: Own, close: date) -> bool:
    """Rule 232 asks to look again at U, which the return has as a code."""
    return row["SEX"] == "U"


def _custody_at_ten(row: Row, own: Own, close: date) -> bool:
    """Rule 234 looks at the day on which the former place began, its words at that of the move."""
    ten = birthday(_day(own["Header"][0]["DOB"]), 10)
    moves = [one for one in own["Episodes"] if one["REASON_PLACE_CHANGE"] == "CUSTOD"]
    return bool(moves) and all(_day(one["DEC"]) >= ten for one in moves)


def _supported_elsewhere(row: Row, own: Own, close: date) -> bool:
    """Rule 241 compares a place with the authority that returns it, not with where the URN is."""
    folder_authority = own["Authority"][0]["code"]
    return row["PLACE"] == "K3" and authority_of(row["PL_POST"]) != folder_authority


def _missing_since_before(row: Row, own: Own, close: date) -> bool:
    """Rules 578 and 581 do not see the row, of last year's return, in which absence began."""
    first = min(_day(one["DECOM"]) for one in own["Episodes"])
    return _day(row["MIS_START"]) < min(first, date(close.year - 1, 4, 1))


def _born_while_in_care(row: Row, own: Own, close: date) -> bool:
    """Rule 625 passes over the row that is open and takes the last closed one for the end."""
    born = _day(own["Header"][0]["MC_DOB"])
    return born <= close and any(not one["DEC"] for one in own["Episodes"])


AT_FAULT: Mapping[str, Callable[[Row, Own, date], bool]] = {
    "146": _capital_k3,
    "210": _came_in_the_last_week,
    "232": _sex_unknown,
    "234": _custody_at_ten,
    "241": _supported_elsewhere,
    "578": _missing_since_before,
    "581": _missing_since_before,
    "625": _born_while_in_care,
}


def not_excused(folder: str, failing: Mapping[str, list[Any]]) -> Iterator[tuple[str, str, Row]]:
    """Each failing row that none of these cases explains: rule, table, row."""
    place = Path(folder)
    close = date(int(place.name[:4]) + 1, 3, 31)
    tables: dict[str, list[Row]] = {
        path.stem: list(csv.DictReader(path.read_text().splitlines()))
        for path in place.glob("*.csv")
    }
    for rule, found in failing.items():
        for table, numbers in found:
            for number in numbers:
                row = tables[table.lower()][number]
                own: dict[str, list[Row]] = {
                    name.title(): [one for one in rows if one["CHILD"] == row["CHILD"]]
                    for name, rows in tables.items()
                }
                own["Authority"] = [{"code": place.parent.name}]
                case = AT_FAULT.get(rule)
                if case is None or not case(row, own, close):
                    yield rule, table, row
