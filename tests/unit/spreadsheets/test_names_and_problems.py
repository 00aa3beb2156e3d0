"""Names that people use are shown and confirmed; what is wrong stands in a sheet with links."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from broker.spreadsheets.book import read_book
from broker.spreadsheets.intake import Problems, read_sheets
from broker.spreadsheets.mapping import mapping_text, propose, read_mapping
from broker.spreadsheets.names import _known, column_of, table_of
from broker.spreadsheets.problems import problems_book
from broker.spreadsheets.text import decoded, read_csv
from matching.faults import BadInput
from matching.sheets import SHEETS
from pricing.problems import BadInput as BadMapping
from tests.unit.spreadsheets.crafting import HOMES, REFERRALS, read, saved, small, workbook

USED = {"DOB": "date_of_birth", "Child ID": "young_person_id", "Date needed": "needed_by"}


def renamed() -> dict[str, object]:
    back = {column: used for used, column in USED.items()}
    return {back.get(name, name): value for name, value in REFERRALS.items()}


def test_names_are_recognised_shown_and_taken_only_as_proposed() -> None:
    row = renamed()
    pages = small()
    del pages["referrals"]
    book = read({**pages, "Waiting list": [list(row), list(row.values())]})
    proposal = propose(book)
    assert proposal.guesses == (
        "sheet “Waiting list” is the table referrals",
        "sheet “Waiting list”, column “Child ID” is young_person_id",
        "sheet “Waiting list”, column “DOB” is date_of_birth",
        "sheet “Waiting list”, column “Date needed” is needed_by",
    )
    plain = read(small())
    assert read_sheets(book, proposal.maps) == read_sheets(plain, propose(plain).maps)


def test_a_sheet_of_any_title_is_known_by_its_columns_if_all_that_are_needed_are_there() -> None:
    book = read({"Sheet1": [list(HOMES)], "Sheet2": [["home_id"]]})
    proposal = propose(book)
    assert [(one.title, one.table) for one in proposal.maps] == [("Sheet1", "homes")]
    assert proposal.unused == ("Sheet2",)


def test_two_columns_for_one_name_are_a_doubt_that_accepting_does_not_settle() -> None:
    row = {**renamed(), "Birth date": "2012-03-09"}
    proposal = propose(read(small(referrals=[list(row), list(row.values())])))
    assert proposal.doubts == (
        "sheet “referrals”: each of “DOB”, “Birth date” may be date_of_birth",
    )
    assert "date_of_birth" not in proposal.maps[1].columns.values()
    assert propose(read({"homes": [list(HOMES)], "Home": [list(HOMES)]})).doubts


def test_every_name_known_is_of_a_column_or_sheet_and_never_ambiguous_in_a_table() -> None:
    for name, columns in _known("columns").items():
        for sheet in SHEETS.values():
            like = [column for column in columns if column in sheet.names]
            if name not in {own.replace("_", "") for own in sheet.names}:
                assert len(like) <= 1, (name, like)
    every = {name for found in _known("columns").values() for name in found}
    assert every == {name for sheet in SHEETS.values() for name in sheet.names}
    assert {name for found in _known("sheets").values() for name in found} == {*SHEETS, "policy"}
    assert table_of("Children") == "referrals"
    assert table_of("Sheet1") is None
    assert column_of("Date of Birth ", SHEETS["referrals"].names) == "date_of_birth"
    assert column_of("Shoe size", SHEETS["referrals"].names) is None


def test_a_proposal_written_down_reads_back_and_a_person_may_change_it(tmp_path: Path) -> None:
    row = {**renamed(), "sex": "Female", "Notes": "not for us"}
    book = read(small(referrals=[["A title"], list(row), list(row.values())]))
    proposal = propose(book)
    file = tmp_path / "m.toml"
    file.write_text(mapping_text(proposal.maps), encoding="utf-8")
    assert tuple(read_mapping(file)) == proposal.maps
    file.write_text(
        '[[sheet]]\ntitle = "referrals"\ntable = "referrals"\nheader_row = 2\n'
        '[sheet.columns]\nDOB = "date_of_birth"\n"Child ID" = "young_person_id"\n'
        '"Date needed" = "needed_by"\nNotes = ""\n[sheet.values.sex]\nFemale = "F"\n',
        encoding="utf-8",
    )
    given = propose(book, read_mapping(file))
    assert given.guesses == ()
    found = read_sheets(book, given.maps)
    assert found.referrals[0].sex == "F"
    assert not [words for words in found.notices if "Notes" in words]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x", "not TOML"),
        ("", "the file is empty"),
        ('a = 1\n[[sheet]]\ntitle = "a"\ntable = "homes"\n', "unknown key"),
        ('[[sheet]]\ntable = "homes"\n', "missing key"),
        ('[[sheet]]\ntitle = "a"\ntable = "house"\n', '"homes"'),
        ('[[sheet]]\ntitle = "a"\ntable = "homes"\n[sheet.columns]\nURN = "urn"\n', "home_id"),
        ('[[sheet]]\ntitle = "a"\ntable = "homes"\n[sheet.columns]\nURN = 1\n', "bad value"),
        ('[[sheet]]\ntitle = "a"\ntable = "homes"\n[sheet.values.urn]\na = "b"\n', "unknown key"),
        (
            '[[sheet]]\ntitle = "a"\ntable = "homes"\n[sheet.values.bands]\na = 1\n',
            "text in quotes",
        ),
        ('[[sheet]]\ntitle = "a"\ntable = "homes"\nheader_row = 0\n', "from 1 to"),
        ('[[sheet]]\ntitle = "a"\ntable = "homes"\n' * 2, "each sheet once"),
        (
            '[[sheet]]\ntitle = "a"\ntable = "homes"\n[sheet.columns]\n" " = "name"\n',
            "as it stands",
        ),
    ],
)
def test_a_mapping_that_is_wrong_says_where(text: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "m.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadMapping) as refused:
        read_mapping(file)
    assert words in str(refused.value)


def test_a_column_of_the_mapping_that_the_sheet_lacks_is_a_fault(tmp_path: Path) -> None:
    file = tmp_path / "m.toml"
    file.write_text('[[sheet]]\ntitle = "homes"\ntable = "homes"\n[sheet.columns]\nX = "name"\n')
    book = read(small())
    with pytest.raises(Problems, match="that the sheet does not have"):
        read_sheets(book, propose(book, read_mapping(file)).maps)


def test_the_problems_stand_in_a_sheet_of_their_own_and_lead_to_the_cells() -> None:
    row = {**REFERRALS, "band": "higher", "sex": "X"}
    book = workbook(small(referrals=[[], ["Title"], list(row), list(row.values())]))
    book["homes"]["H2"] = "=2+1"
    made = read_book(saved(book), "a.xlsx")
    with pytest.raises(Problems) as problems:
        read_sheets(made, propose(made).maps)
    data = problems_book(made, problems.value.located)
    assert data == problems_book(made, problems.value.located)
    copy = load_workbook(io.BytesIO(data))
    assert copy.properties.created == copy.properties.modified == datetime(1980, 1, 1)
    assert copy.sheetnames == ["Problems", "policy", "referrals", "homes"]
    page = copy["Problems"]
    cells = [page.cell(row, 1) for row in range(2, page.max_row + 1)]
    links = [str(cell.hyperlink.location) for cell in cells if cell.hyperlink]
    assert links == ["'homes'!H2", "'referrals'!F4", "'referrals'!E4"]
    for row_number, link in enumerate(links, start=2):
        title, _, cell = link.replace("'", "").partition("!")
        target = copy[title][cell]
        assert page.cell(row_number, 2).value == title
        assert target.fill.fgColor.rgb == "00FFEB9C"
    assert copy["referrals"]["F4"].value == page["D3"].value == "higher"
    assert copy["referrals"]["D4"].value == row["date_of_birth"]
    assert not [c for s in copy for r in s.iter_rows() for c in r if c.data_type == "f"]
    assert "“referrals”, F4: referrals.csv, row 4, band: found “higher”" in str(problems.value)


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("utf-8", ""), ("utf-8-sig", ""), ("cp1252", "Windows-1252"), ("utf-16", "UTF-16"),
     ("utf-16-le", "UTF-16-LE"), ("utf-16-be", "UTF-16-BE")],
)  # fmt: skip
@pytest.mark.parametrize(("separator", "named"), [(",", ""), ("\t", "tabs"), (";", "semicolons")])
def test_csv_of_windows_is_recognised_and_said(
    encoding: str, said: str, separator: str, named: str
) -> None:
    text = f"home_id{separator}name\r\nSC990001{separator}Château – “Ash”, £\r\n"
    if separator == ",":
        text = text.replace("Château – “Ash”, £", '"Château – “Ash”, £"')
    grid = read_csv(text.encode(encoding), "homes.csv", "homes")
    assert grid.rows[2][2].text == "Château – “Ash”, £"
    told = " ".join(grid.remarks)
    assert (said in told, named in told) == (True, True)
    assert len(grid.remarks) == bool(said) + bool(named)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf  \r\n", "is empty"),
        (b"a,b\x81\n", "not text in UTF-8"),
        (b"PK\x03\x04\0\0\0\0", "control characters"),
        (b"\xff\xfea", "not text in UTF-8"),
        (b"\xff\xfe\x00\xd8", "not text in UTF-8"),
        (b'a,b\n"x" y,1\n', "not a well-formed CSV row 2"),
    ],
)
def test_bytes_that_are_no_csv_are_refused(data: bytes, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        read_csv(data, "a.csv", "a")


def test_utf_8_is_never_taken_for_another_encoding() -> None:
    for text in ("é", "– £", "naïve, œuvre", "日本"):
        assert decoded(text.encode(), "a.csv") == (text, "UTF-8")
