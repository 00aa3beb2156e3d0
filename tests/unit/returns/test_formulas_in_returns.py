"""A cell that a spreadsheet would run is never changed in silence, nor written so that it runs.

In a coded column, a day or a number it is refused. Elsewhere it is kept as it was told, and written
anew behind an apostrophe, which the list of repairs says and reading takes off again.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from broker.returns.every import read_every
from broker.returns.listed import listed
from broker.returns.tables import EVERY, Table
from broker.returns.write.again import read_again
from tests.unit.returns.published_codes import FIRST_RETURN, PUBLISHED
from tests.unit.returns.test_every_table import GOOD

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\uff1d1+1", "'=1+1", "''=1"]
FREE = {"CHILD", "UPN", "HOME_POST", "PL_POST", "URN", "LA_PERM", "SW_ID"}
"""Columns that hold neither a code nor a day nor a number."""
CELLS = [(table, column) for table in EVERY for column in table.columns]


def returned(folder: Path, table: Table, column: str, cell: str) -> None:
    cells = [{**GOOD, "DUC": "01/02/2020", column: cell}.get(name, "") for name in table.columns]
    place = (
        folder
        / f"{FIRST_RETURN.get(table.name, 2020) - 1}-{FIRST_RETURN.get(table.name, 2020) % 100}"
    )
    place.mkdir(parents=True)
    with (place / f"{table.name}.csv").open("w", newline="") as file:
        csv.writer(file).writerows([table.columns, cells])


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize(("table", "column"), CELLS, ids=lambda one: getattr(one, "name", one))
def test_it_is_refused_or_written_so_that_it_does_not_run_and_told(
    table: Table, column: str, formula: str, tmp_path: Path
) -> None:
    returned(tmp_path / "in", table, column, formula)
    made = read_again(tmp_path / "in")
    (text,) = made.files.values()
    rows = list(csv.DictReader(text.splitlines()))
    lines = listed(made.refused, made.repairs)
    runs = ("=", "+", "-", "@", "\uff1d", "\t", "\r")
    assert not any(cell.startswith(runs) for one in rows for cell in one.values())
    assert not any(cell.startswith(runs) for line in lines for cell in line)
    assert (column in FREE) is (column not in PUBLISHED and len(rows) == 1)
    if column not in FREE:
        assert [(one.row, one.key) for one in made.refused] == [(2, f"column {column}")]
        return
    assert not made.refused
    stopped = formula.startswith("'")
    assert rows[0][column] == (formula if stopped else f"'{formula}")
    assert [one.rule for one in made.repairs] == ([] if stopped else ["formula"])
    assert stopped or made.repairs[0].words.startswith(f"{column} ")


def test_what_was_written_reads_as_what_was_told(tmp_path: Path) -> None:
    returned(tmp_path / "in", EVERY[1], "UPN", "=1+1")
    made = read_again(tmp_path / "in")
    ((name, text),) = made.files.items()
    (tmp_path / "new" / name).parent.mkdir(parents=True)
    (tmp_path / "new" / name).write_text(text)
    first, second = read_every(tmp_path / "in"), read_every(tmp_path / "new")
    assert second.files[0].rows[0].cells["UPN"] == first.files[0].rows[0].cells["UPN"] == "=1+1"
    assert not second.repairs
