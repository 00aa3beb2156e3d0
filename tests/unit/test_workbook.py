"""A workbook read back, by its library and as the XML that any other program would see."""

import io
import re
import time
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from broker.workbook import (
    Column,
    Kind,
    Sheet,
    Value,
    cell_text,
    sheet_titles,
    workbook_bytes,
    write_workbook,
)
from pricing.money import pounds

STARTS = ("=", "+", "-", "@", "\t", "\r")


def of_one(kind: Kind, *values: Value) -> Sheet:
    return Sheet("One", [], [Column("Value", kind)], [[value] for value in values])


def reopened(*sheets: Sheet) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(workbook_bytes(sheets)))


def xml_of(*sheets: Sheet) -> str:
    with zipfile.ZipFile(io.BytesIO(workbook_bytes(sheets))) as archive:
        return archive.read("xl/worksheets/sheet1.xml").decode()


def numbers(kind: Kind, values: Sequence[Value]) -> list[str]:
    return re.findall(r"<v>([^<]*)</v>", xml_of(of_one(kind, *values)))


def test_a_sheet_has_title_notes_a_frozen_header_and_its_rows() -> None:
    sheet = Sheet(
        "Fees by month",
        ["Source: contract.toml, version 12", "Day: 2026-03-02"],
        [Column("Month"), Column("From", Kind.DATE), Column("Fees", Kind.MONEY),
         Column("Used", Kind.PERCENT), Column("Days", Kind.NUMBER), Column("Homes", Kind.COUNT)],
        [["April", date(2026, 4, 1), 4_500_05, Fraction(17, 20), Fraction(1, 3), 12],
         ["May", None, -7, Fraction(1), Fraction(5, 2), None]],
    )  # fmt: skip
    page = reopened(sheet)["Fees by month"]
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    assert [row[0] for row in rows[:4]] == [
        "Fees by month", "Source: contract.toml, version 12", "Day: 2026-03-02", None,
    ]  # fmt: skip
    assert rows[4] == ["Month", "From", "Fees", "Used", "Days", "Homes"]
    assert rows[5] == ["April", datetime(2026, 4, 1), 4500.05, 0.85, 0.333333333, 12]
    assert rows[6] == ["May", None, -0.07, 1, 2.5, None]
    assert page.freeze_panes == "A6"
    assert [page.cell(6, place).number_format for place in range(1, 7)] == [
        "@", "yyyy-mm-dd", "£#,##0.00;[Red]-£#,##0.00", "0.0%", "#,##0.0", "#,##0",
    ]  # fmt: skip
    assert page.cell(5, 1).font.b
    assert page.print_title_rows == "$5:$5"


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(-(10**13), 10**13), min_size=1, max_size=20))
def test_money_reaches_the_cell_to_the_penny(amounts: list[int]) -> None:
    assert numbers(Kind.MONEY, amounts) == [pounds(amount) for amount in amounts]


def test_money_that_a_binary_number_of_sixteen_digits_would_spoil_is_exact() -> None:
    spoilt = [pence for pence in range(9_616_851_200, 9_616_851_300)
              if f"{float(Decimal(pence) / 100):.16g}" != f"{Decimal(pence) / 100:f}"]  # fmt: skip
    assert spoilt
    assert numbers(Kind.MONEY, spoilt) == [pounds(pence) for pence in spoilt]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.fractions(-1000, 1000), min_size=1, max_size=20))
def test_a_number_is_exact_to_nine_decimals(values: list[Fraction]) -> None:
    for text, value in zip(numbers(Kind.NUMBER, values), values, strict=True):
        assert abs(Fraction(text) - value) <= Fraction(1, 2 * 10**9)


@pytest.mark.parametrize("start", STARTS)
def test_text_that_could_be_a_formula_stays_text(start: str) -> None:
    wicked = f"{start}HYPERLINK(A1)"
    sheet = Sheet(wicked, [wicked], [Column(wicked)], [[wicked]])
    (page,) = reopened(sheet).worksheets
    cells = [page.cell(row, 1) for row in (1, 2, 4, 5)]
    for cell in cells:
        assert cell.data_type == "s"
        assert unescape(str(cell.value)) == wicked
        assert cell.quotePrefix
    xml = xml_of(sheet)
    assert "<f" not in xml
    assert xml.count('t="inlineStr"') == 4


def test_harmless_text_has_no_mark_before_it() -> None:
    (page,) = reopened(of_one(Kind.TEXT, "one + one")).worksheets
    assert not page.cell(4, 1).quotePrefix


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=40).filter(lambda text: text.strip("\ud800")))
def test_any_text_can_be_stored_and_read_back(text: str) -> None:
    (page,) = reopened(of_one(Kind.TEXT, text)).worksheets
    stored = page.cell(4, 1).value
    wanted = re.sub("[\ud800-\udfff\ufffe\uffff]", "\ufffd", text)
    assert unescape(str(stored or "")) == unescape(cell_text(text)) == wanted


def test_what_reads_as_an_escape_is_not_taken_for_one() -> None:
    assert cell_text("_x0041_") == "_x005F_x0041_"
    assert cell_text("a_b_xyz") == "a_b_xyz"
    assert cell_text("bell\x07") == "bell_x0007_"


@pytest.mark.parametrize(
    ("wanted", "titles"),
    [
        (["Months: a/b?"], ["Months a b"]),
        (["[Costs] *all*"], ["Costs all"]),
        (["'quoted'"], ["quoted"]),
        ([""], ["Sheet"]),
        (["History"], ["History sheet"]),
        (["x" * 40, "X" * 40], ["x" * 31, "X" * 29 + " 2"]),
        (["Cases", "cases", "CASES"], ["Cases", "cases 2", "CASES 3"]),
        (["a\x01b"], ["a b"]),
    ],
)
def test_titles_become_what_excel_takes(wanted: list[str], titles: list[str]) -> None:
    assert sheet_titles(wanted) == titles
    book = reopened(*[Sheet(title, [], [Column("A")], []) for title in wanted])
    assert book.sheetnames == titles


@given(st.lists(st.text(max_size=50), max_size=6))
def test_every_title_is_short_clean_and_the_only_one_of_its_name(wanted: list[str]) -> None:
    titles = sheet_titles(wanted)
    assert len({title.lower() for title in titles}) == len(titles) == len(wanted)
    for title in titles:
        assert 0 < len(title) <= 31
        assert not set(title) & set("[]:*?/\\")
        assert title.strip("'") == title


def test_the_same_sheets_are_the_same_bytes_at_another_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sheets = [of_one(Kind.MONEY, 1, 2, 3)]
    first = workbook_bytes(sheets)
    later = time.localtime(2_000_000_000)
    monkeypatch.setattr(time, "localtime", lambda *_: later)
    assert workbook_bytes(sheets) == first
    book = openpyxl.load_workbook(io.BytesIO(first))
    assert book.properties.created == book.properties.modified == datetime(1970, 1, 1)


def test_a_caller_may_say_when_a_workbook_was_made() -> None:
    made = datetime(2026, 9, 4, 17, 30, tzinfo=UTC)
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes([of_one(Kind.TEXT)], made)))
    assert book.properties.created == made.replace(tzinfo=None)


def test_columns_are_as_wide_as_what_is_in_them_up_to_a_limit() -> None:
    sheet = Sheet(
        "Wide", [], [Column("A"), Column("B", Kind.MONEY), Column("C")],
        [["short", 9_616_851_222, "long " * 50]],
    )  # fmt: skip
    (page,) = reopened(sheet).worksheets
    widths = [page.column_dimensions[letter].width for letter in "ABC"]
    assert widths[0] == 7
    assert widths[1] >= len("£96,168,512.22")
    assert widths[2] == 60


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        (Kind.MONEY, Fraction(9, 2), "One A4: Fraction(9, 2) is not whole pence"),
        (Kind.MONEY, True, "True is not whole pence"),
        (Kind.COUNT, "3", "'3' is not a whole number"),
        (Kind.DATE, "2026-04-01", "'2026-04-01' is not a date"),
        (Kind.DATE, datetime(2026, 4, 1), "is not a date"),
        (Kind.PERCENT, 0.85, "0.85 is not an exact number"),
        (Kind.NUMBER, True, "True is not an exact number"),
        (Kind.TEXT, 3, "3 is not text"),
        (Kind.TEXT, "x" * 32_768, "a text of 32768 characters; a cell holds 32767"),
    ],
)
def test_a_value_of_another_kind_than_its_column_is_a_mistake(
    kind: Kind, value: object, said: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        workbook_bytes([of_one(kind, value)])  # type: ignore[arg-type]


def test_a_table_that_does_not_fit_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="2 values for 1 columns"):
        workbook_bytes([Sheet("One", [], [Column("A")], [["a", "b"]])])
    with pytest.raises(ValueError, match="at least one sheet"):
        workbook_bytes([])
    rows: list[list[Value]] = [[None]] * 1_048_574
    with pytest.raises(ValueError, match="1048574 rows are more than a sheet holds"):
        workbook_bytes([Sheet("One", [], [Column("A")], rows)])


def test_a_workbook_is_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_text("old")
    write_workbook(path, [of_one(Kind.COUNT, 7)])
    assert path.read_bytes() == workbook_bytes([of_one(Kind.COUNT, 7)])
    assert [each.name for each in tmp_path.iterdir()] == ["book.xlsx"]
