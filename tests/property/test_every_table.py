"""Whatever stands in any table of a return, each row is kept or refused with a reason."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.exporting import write_folder
from broker.returns import codes
from broker.returns.cells import safe, unsafe
from broker.returns.every import read_every
from broker.returns.tables import DAYS, EVERY, Table
from matching.faults import BadInput as BadFolder
from pricing.problems import BadInput

ODD = ["", " ", "1", "1.0", "41", "=1", "-", "@x", "ä", "\u2028", "31/02/2019", "03/05/2019", "QQ"]


def cells_of(table: Table) -> st.SearchStrategy[list[str]]:
    """The cells of a row, most of them likely."""

    def cell(column: str) -> st.SearchStrategy[str]:
        known = list(codes.LISTS[column]) if column in codes.LISTS else []
        likely = ["03/05/2019"] if column in DAYS else known or ["1"]
        return st.one_of(st.sampled_from(likely), st.sampled_from(likely), st.sampled_from(ODD))

    return st.tuples(*(cell(column) for column in table.columns)).map(list)


@st.composite
def tables(draw: st.DrawFn) -> tuple[Table, int, list[list[str]]]:
    table = draw(st.sampled_from(EVERY))
    year = draw(st.integers(table.first if table.first > 2018 else 2018, 2027))
    return table, year, draw(st.lists(cells_of(table), min_size=1, max_size=6))


@given(tables())
def test_no_row_of_any_table_is_lost(drawn: tuple[Table, int, list[list[str]]]) -> None:
    table, year, rows = drawn
    lines = [",".join(table.columns), *(",".join(row) for row in rows)]
    with tempfile.TemporaryDirectory() as name:
        place = Path(name) / f"{year - 1}-{year % 100:02d}"
        place.mkdir()
        (place / f"{table.name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        with suppress(BadInput):
            read = read_every(Path(name))
            (one,) = read.files
            written = [row for row in rows if any(cell.strip() for cell in row)]
            assert one.read == len(written) == len(one.rows) + one.refused
            assert len({problem.row for problem in read.problems}) == one.refused
            for kept in one.rows:
                before = rows[kept.number - 2]
                told = {repair.row for repair in read.repairs}
                for column, cell in zip(table.columns, before, strict=True):
                    assert kept.cells[column] == cell or kept.number in told


@given(st.text(max_size=8), st.integers(0, 3))
def test_what_a_spreadsheet_would_run_is_stopped_and_comes_back(text: str, quotes: int) -> None:
    cell = "'" * quotes + text
    assert unsafe(safe(cell)) == cell
    assert safe(cell)[:1] not in ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_each_beginning_that_runs_has_an_apostrophe_before_it(cell: str) -> None:
    assert safe(cell) == f"'{cell}"


@pytest.mark.parametrize("name", ["../x.csv", "/etc/x.csv", "a/../../x.csv", "a\\x.csv", "C:x.csv"])
def test_a_name_that_leads_out_of_its_folder_is_never_written(name: str, tmp_path: Path) -> None:
    with pytest.raises(BadFolder, match="leads out of its folder"):
        write_folder({"good.csv": "x\n", name: "x\n"}, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
