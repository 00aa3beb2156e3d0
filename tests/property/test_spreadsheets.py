"""A case that goes out as a workbook comes in equal; what another library writes is read alike."""

from __future__ import annotations

import csv
import io
import tempfile
from datetime import date, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from broker.spreadsheets.book import read_book
from broker.spreadsheets.intake import read_sheets
from broker.spreadsheets.mapping import propose
from broker.spreadsheets.out import case_sheets
from broker.spreadsheets.styles import day_of
from broker.spreadsheets.text import read_csv
from broker.workbook import workbook_bytes
from matching.digest import case_sha256
from matching.exchange import read_case
from tests.strategies import Files, cases, write_case
from tests.unit.spreadsheets.crafting import saved

TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Cn")), min_size=1, max_size=20)
DAYS = st.dates(date(1904, 1, 2), date(2199, 12, 31))
VALUES = st.one_of(TEXTS, st.integers(-(10**14), 10**14), DAYS, st.booleans())


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(cases())
def test_a_case_goes_out_and_comes_in_equal(files: Files) -> None:
    with tempfile.TemporaryDirectory() as name:
        write_case(files, Path(name))
        before = read_case(Path(name))
    data = workbook_bytes(case_sheets(before, "a test"))
    book = read_book(data, "case.xlsx")
    proposal = propose(book)
    assert (proposal.guesses, proposal.doubts) == ((), ())
    after = read_sheets(book, proposal.maps)
    assert after == before
    assert case_sha256(after) == case_sha256(before)


@settings(max_examples=60)
@given(
    st.dictionaries(st.tuples(st.integers(1, 40), st.integers(1, 30)), VALUES, max_size=30),
    st.booleans(),
)
def test_cells_of_another_library_are_read_as_it_reads_them(
    cells: dict[tuple[int, int], object], mac: bool
) -> None:
    book = Workbook()
    if mac:
        book.epoch = CALENDAR_MAC_1904
    page = book.worksheets[0]
    for (row, column), value in cells.items():
        cell = page.cell(row, column)
        cell.value = value  # type: ignore[assignment]
        if isinstance(value, str):
            cell.data_type = "s"
    grid = read_book(saved(book), "a.xlsx").grids[0]
    found = {(row, column): c for row, told in grid.rows.items() for column, c in told.items()}
    assert set(found) == set(cells)
    for place, value in cells.items():
        words = str(value).upper() if isinstance(value, bool) else str(value)
        assert found[place].text == words, place


@given(DAYS, st.booleans())
def test_a_count_of_days_is_the_day_it_counts_to(day: date, mac: bool) -> None:
    first = date(1904, 1, 1) if mac else date(1899, 12, 30)
    assert day_of(str((day - first).days), mac) == day.isoformat()
    assert day_of(str((day - first).days) + ".5", mac) == f"{day.isoformat()} and 12.00 hours"


def test_the_first_days_of_1900_are_counted_around_the_day_that_never_was() -> None:
    told = [day_of(str(count), False) for count in range(58, 63)]
    assert told == ["1900-02-27", "1900-02-28", None, "1900-03-01", "1900-03-02"]
    assert day_of("1", False) == "1900-01-01"
    assert date(1900, 2, 28) - timedelta(days=58) == date(1900, 1, 1)


@settings(max_examples=5, suppress_health_check=[HealthCheck.too_slow])
@given(cases())
def test_the_other_library_sees_the_rows_that_the_case_has(files: Files) -> None:
    with tempfile.TemporaryDirectory() as name:
        write_case(files, Path(name))
        case = read_case(Path(name))
    pages = load_workbook(io.BytesIO(workbook_bytes(case_sheets(case, "a test"))))
    seen = [row[0].value for row in pages["homes"].iter_rows(min_row=6)]
    assert seen == [home.id for home in case.homes]
    assert not [c for page in pages for row in page for c in row if c.data_type == "f"]


LINE = st.text('ab1 ,;\t|"£', max_size=12)
PLAIN = st.text("abcdefgh", min_size=1, max_size=5)


@st.composite
def saved_as(draw: st.DrawFn) -> tuple[str, list[str], list[list[str]]]:
    """A separator, what stands above a table, and the table: its header is of plain words."""
    wide = draw(st.integers(2, 6))
    header = draw(st.lists(PLAIN, min_size=wide, max_size=wide))
    row = st.lists(LINE, min_size=wide, max_size=wide).filter(lambda one: any(map(str.strip, one)))
    rows = draw(st.lists(row, min_size=2, max_size=8))
    above = draw(st.lists(LINE.filter(lambda one: '"' not in one), max_size=2))
    return draw(st.sampled_from(",;\t")), above, [header, *rows]


@given(saved_as())
def test_a_table_is_read_by_its_separator_whatever_stands_in_its_cells_and_above_it(
    saved_as: tuple[str, list[str], list[list[str]]],
) -> None:
    separator, above, rows = saved_as
    out = io.StringIO(newline="")
    out.writelines(f"{line}\r\n" for line in above)
    csv.writer(out, delimiter=separator).writerows(rows)
    grid = read_csv(out.getvalue().encode(), "a.csv", "a")
    named = {";": "semicolons", "\t": "tabs"}.get(separator)
    assert grid.remarks == ([f"a.csv was read with {named} between cells"] if named else [])
    for number, row in enumerate(rows, start=len(above) + 1):
        told = {place: cell.text for place, cell in grid.rows[number].items()}
        assert told == {place: cell for place, cell in enumerate(row, start=1) if cell.strip()}
