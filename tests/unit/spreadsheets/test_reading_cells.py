"""What people's workbooks hold, read as it was meant or refused at its cell."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from broker.spreadsheets.book import read_book
from broker.spreadsheets.intake import Problems, read_sheets
from broker.spreadsheets.mapping import propose
from matching.faults import BadInput
from matching.problem import Problem
from tests.unit.spreadsheets.crafting import (
    HOMES,
    REFERRALS,
    part,
    read,
    saved,
    small,
    with_parts,
    workbook,
)


def case_of(book: Workbook) -> Problem:
    made = read_book(saved(book), "a.xlsx")
    proposal = propose(made)
    assert (proposal.guesses, proposal.doubts) == ((), ())
    return read_sheets(made, proposal.maps)


def refused(book: Workbook) -> list[tuple[str, str, str]]:
    made = read_book(saved(book), "a.xlsx")
    with pytest.raises(Problems) as problems:
        read_sheets(made, propose(made).maps)
    return [(one.title, one.cell, one.fault.allowed) for one in problems.value.located]


def referrals(**changed: object) -> list[list[object]]:
    row = {**REFERRALS, **changed}
    return [list(row), list(row.values())]


@pytest.mark.parametrize("epoch", [None, CALENDAR_MAC_1904])
def test_dates_of_both_epochs_are_the_days_that_people_see(epoch: datetime | None) -> None:
    book = workbook(small())
    if epoch is not None:
        book.epoch = epoch
    page = book["referrals"]
    page["D2"] = date(2012, 2, 29)
    page["G2"] = datetime(2026, 9, 14)
    page["G2"].number_format = "dd/mm/yyyy"
    data = saved(book)
    assert (b'date1904="1"' in part(data, "xl/workbook.xml")) == (epoch is not None)
    found = case_of(book).referrals[0]
    assert (found.born, found.needed_by) == (date(2012, 2, 29), date(2026, 9, 14))


def test_blanks_that_nobody_sees_around_headers_and_cells_do_not_matter() -> None:
    header = [f"\u00a0{name} \u200b" for name in REFERRALS]
    row = [f"  {value}\u00a0" for value in REFERRALS.values()]
    assert case_of(workbook(small(referrals=[header, row]))) == case_of(workbook(small()))


def test_a_title_above_and_merged_headers_of_two_rows_are_read() -> None:
    plain = {**REFERRALS, "easting": 551000, "northing": 187000, "postcode": "RM1 3BD"}
    names = list(plain)
    at = names.index("easting") + 1
    book = workbook(
        small(referrals=[["Referrals, September"], [], names, names, list(plain.values())])
    )
    page = book["referrals"]
    page.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(names))
    for column in range(1, len(names) + 1):
        if not at <= column < at + 3:
            page.merge_cells(start_row=3, start_column=column, end_row=4, end_column=column)
    page.cell(3, at).value = "Where the family lives"
    page.merge_cells(start_row=3, start_column=at, end_row=3, end_column=at + 2)
    assert case_of(book) == case_of(workbook(small(referrals=[names, list(plain.values())])))


def test_names_below_one_wide_header_without_tall_ones_are_read_too() -> None:
    plain = {**REFERRALS, "easting": 551000, "northing": 187000}
    names = list(plain)
    upper = [*list(REFERRALS), "Location", None]
    lower = [*[None] * len(REFERRALS), "easting", "northing"]
    book = workbook(small(referrals=[upper, lower, list(plain.values())]))
    page = book["referrals"]
    page.merge_cells(start_row=1, start_column=len(names) - 1, end_row=1, end_column=len(names))
    assert case_of(book) == case_of(workbook(small(referrals=[names, list(plain.values())])))


def test_merged_cells_among_the_rows_are_refused() -> None:
    book = workbook(small(homes=[list(HOMES), list(HOMES.values()), list(HOMES.values())]))
    book["homes"].merge_cells("A2:A3")
    assert ("homes", "A2", "merged cells among the rows; unmerge them and fill each") in refused(
        book
    )


def test_formulas_and_errors_are_refused_at_their_cells_and_never_worked_out() -> None:
    book = workbook(small())
    book["referrals"]["D2"] = '=HYPERLINK("http://127.0.0.1","x")'
    book["homes"]["H2"] = "#N/A"
    found = refused(book)
    assert [(title, cell) for title, cell, _ in found] == [("homes", "H2"), ("referrals", "D2")]
    assert "a formula; allowed: values" in found[1][2]
    assert "an error of the spreadsheet" in found[0][2]


@pytest.mark.parametrize("start", ["=1+1", "+A1", "-A1", "@SUM(A1)", "\uff1d1+1"])
def test_text_that_would_run_elsewhere_is_refused_unless_it_is_marked_as_text(start: str) -> None:
    book = workbook(small(declines=[["referral_id", "home_id", "reason"], []]))
    page = book["declines"]
    page.append(["R-1", "SC990001", ""])
    page["C3"] = start
    page["C3"].data_type = "s"
    assert ["begins as a formula does" in words for _, _, words in refused(book)] == [True]
    page["C3"].number_format = "@"
    assert case_of(book).declines[0].reason == start
    page["C3"].number_format = "General"
    page["C3"].quotePrefix = True
    assert case_of(book).declines[0].reason == start


@pytest.mark.parametrize(
    ("written", "pence"),
    [("4500.05", 450005), ("4500.0500000000002", 450005), ("1234.5599999999999", 123456),
     ("4500.5", 450050), ("4.5E3", 450000), ("0.1", 10)],
)  # fmt: skip
def test_money_is_what_the_cell_shows_to_the_penny(written: str, pence: int) -> None:
    pages = small(rates=[["home_id", "band", "weekly_fee"], ["SC990001", "high", 7]])
    data = saved(workbook(pages))
    sheet = "xl/worksheets/sheet4.xml"
    text = part(data, sheet).replace(b"<v>7</v>", b"<v>" + written.encode() + b"</v>")
    book = read_book(with_parts(data, {sheet: text}), "a.xlsx")
    assert read_sheets(book, propose(book).maps).rates[0].fee == pence


def test_numbers_and_days_that_do_not_fit_say_what_is_allowed() -> None:
    book = workbook(small())
    page = book["referrals"]
    page["D2"] = 40000
    page["G2"] = datetime(2026, 9, 14, 12, 30)
    page["F2"] = True
    page["A2"] = 123456789012345678
    told = {cell: words for title, cell, words in refused(book) if title == "referrals"}
    assert "a number, not a day" in told["D2"]
    assert "a date written YYYY-MM-DD" in told["G2"]
    assert "allowed: low, medium" in told["F2"]
    assert "format the cell as text" in told["A2"]


def test_the_day_that_never_was_is_refused() -> None:
    book = workbook(small())
    book["referrals"]["D2"] = 60
    book["referrals"]["D2"].number_format = "yyyy-mm-dd"
    assert [cell for _, cell, words in refused(book) if "a day that is none" in words] == ["D2"]


def test_a_cell_under_no_header_is_refused_and_not_lost() -> None:
    rows = referrals()
    rows[1].append("beside")
    found = refused(workbook(small(referrals=rows)))
    assert found == [
        (
            "referrals",
            "H2",
            "a cell beside the table, under no header; move it, or give it a header",
        )
    ]


def test_every_fault_of_the_case_reader_leads_to_its_cell() -> None:
    rows = referrals(band="higher", borough="Havering")
    rows.insert(1, [])
    soon = [["key", "value"], ["as_of", "soon"]]
    found = refused(workbook(small(referrals=rows, policy=soon)))
    assert [(title, cell) for title, cell, _ in found] == [
        ("policy", "B2"), ("referrals", "F3"), ("referrals", "C3"),
    ]  # fmt: skip
    found = refused(workbook(small(homes=[["home_id"], ["SC990001"]])))
    assert {title for title, _, _ in found} == {"homes"}


def test_shared_texts_with_reading_aids_and_escapes_are_whole() -> None:
    data = saved(workbook({"one": [[1], [2]]}))
    strings = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        "<si><r><t>two </t></r><r><t>parts</t></r><rPh><t>aid</t></rPh></si>"
        "<si><t>a_x000D_b_x005F_x000D_</t></si></sst>"
    )
    cells = '<row r="1"><c r="A1" t="s"><v>0</v></c><c t="s"><v>1</v></c></row>'
    text = f"<worksheet><sheetData>{cells}</sheetData></worksheet>"
    made = with_parts(
        data, {"xl/sharedStrings.xml": strings.encode(), "xl/worksheets/sheet1.xml": text.encode()}
    )
    row = read_book(made, "a.xlsx").grids[0].rows[1]
    assert [row[1].text, row[2].text] == ["two parts", "a\rb_x000D_"]


def test_hidden_sheets_are_read_and_said_and_sheets_of_no_table_are_told() -> None:
    book = workbook(small(Scribbles=[["anything"]]))
    book["homes"].sheet_state = "hidden"
    made = read_book(saved(book), "a.xlsx")
    assert made.grids[2].remarks == ["this sheet is hidden; it is read all the same"]
    assert propose(made).unused == ("Scribbles",)


def test_a_sheet_that_is_missing_or_twice_is_a_fault() -> None:
    book = read({**small(), "Homes 2": [list(HOMES)]})
    maps = propose(book).maps
    with pytest.raises(Problems, match="another sheet is the table homes"):
        read_sheets(book, maps)
    del book.grids[0]
    with pytest.raises(Problems, match="no such sheet"):
        read_sheets(book, maps[:3])
    read_sheets(book, maps[1:3], date(2026, 9, 4))


def test_policy_needs_its_columns_and_each_key_once() -> None:
    assert "the columns key and value" in str(refused(workbook(small(policy=[["key"], ["as_of"]]))))
    twice: list[list[object]] = [["key", "value"], ["as_of", "2026-09-04"], ["as_of", "2026-09-05"]]
    assert ("policy", "B3", "the key stands twice") in refused(workbook(small(policy=twice)))
    odd: list[list[object]] = [
        ["key", "value"],
        ["as_of", "2026-09-04"],
        ["points.per_mile", "=1"],
        ["load.low", 2.5],
    ]
    assert {cell for _, cell, _ in refused(workbook(small(policy=odd)))} == {"B3", "B4"}


def test_very_many_columns_and_merges_end_in_a_refusal_and_not_in_a_hang() -> None:
    wide = [[f"c{number}" for number in range(2_000)]]
    book = read({**small(), "Wide": wide * 2})
    assert propose(book).unused == ("Wide",)
    found = refused(workbook(small(declines=wide)))
    assert any("has 2000 columns; allowed: 500" in words for _, _, words in found)
    merges = b"".join(b'<mergeCell ref="A%d:XFD%d"/>' % (row, row) for row in range(1, 100))
    text = b"<worksheet><mergeCells>" + merges + b"</mergeCells></worksheet>"
    data = with_parts(saved(workbook(small())), {"xl/worksheets/sheet1.xml": text})
    with pytest.raises(BadInput, match="merged cells that cannot be"):
        read_book(data, "a.xlsx")
