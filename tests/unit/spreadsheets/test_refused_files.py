"""What could do harm is refused with its reason, before anything of it is used."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from broker.spreadsheets import book, package, xml
from broker.spreadsheets.book import read_book
from broker.spreadsheets.source import read_source
from matching.faults import BadInput
from tests.unit.spreadsheets.crafting import part, saved, small, with_parts, workbook

GOOD = saved(workbook(small()))
SHEET = "xl/worksheets/sheet1.xml"
RELS = "xl/_rels/workbook.xml.rels"
OUTSIDE = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="r1" Type="http://x/%s" Target="%s" TargetMode="External"/></Relationships>'
)


def refusal(data: bytes) -> str:
    with pytest.raises(BadInput) as refused:
        read_book(data, "a.xlsx")
    assert len(refused.value.faults) == 1
    return str(refused.value.faults[0])


def test_the_file_without_harm_is_read() -> None:
    assert [grid.title for grid in read_book(GOOD, "a.xlsx").grids] == [
        "policy", "referrals", "homes",
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("name", [SHEET, "xl/workbook.xml", "xl/styles.xml", RELS])
def test_entities_are_refused_in_every_part_and_encoding(name: str, encoding: str) -> None:
    text = part(GOOD, name).decode().partition("?>")[2] or part(GOOD, name).decode()
    bomb = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY l "lol">'
        f'<!ENTITY m "&l;&l;&l;&l;">]>{text}'
    )
    assert "defines entities" in refusal(with_parts(GOOD, {name: bomb.encode(encoding)}))


def test_an_external_entity_is_refused_and_the_file_it_names_is_not_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("SECRET-7")
    text = f'<!DOCTYPE a [<!ENTITY x SYSTEM "file://{secret}">]><worksheet>&x;</worksheet>'
    told = refusal(with_parts(GOOD, {SHEET: text.encode()}))
    assert "defines entities" in told
    assert "SECRET-7" not in told


def test_a_zip_bomb_is_refused_by_what_its_directory_says() -> None:
    bomb = with_parts(GOOD, {"xl/media/a.xml": b"\0" * (20 * 1024 * 1024)})
    assert len(bomb) < 100_000
    assert "far more than it is packed" in refusal(bomb)


def test_many_parts_that_are_large_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "LARGEST_WHOLE", 3_000_000)
    parts = {f"xl/media/{n}": bytes(range(256)) * 3000 for n in range(5)}
    assert "unpacks to more" in refusal(with_parts(GOOD, parts))


def test_a_directory_that_understates_a_part_does_not_let_it_through() -> None:
    bomb = with_parts(GOOD, {SHEET: b"<worksheet>" + b" " * 5_000_000 + b"</worksheet>"})
    size = struct.pack("<I", 5_000_023)
    assert bomb.count(size) >= 1
    lied = bomb.replace(size, struct.pack("<I", 500))
    assert "damaged" in refusal(lied)


def test_too_many_parts_are_refused() -> None:
    many = {f"xl/media/{number}": b"" for number in range(package.MOST_PARTS + 1)}
    assert "parts; allowed: 2000" in refusal(with_parts(GOOD, many))


@pytest.mark.parametrize("name", ["../evil.xml", "xl/../../evil", "/etc/x", "c:\\x", "xl\\..\\x"])
def test_part_names_that_lead_elsewhere_are_refused(name: str) -> None:
    out = io.BytesIO(GOOD)
    with zipfile.ZipFile(out, "a") as archive:
        member = zipfile.ZipInfo("x")
        member.filename = name
        archive.writestr(member, b"x")
    assert "leads elsewhere" in refusal(out.getvalue())


def test_a_link_between_parts_that_leads_out_of_the_file_is_refused() -> None:
    rels = part(GOOD, RELS).replace(b"/xl/worksheets/sheet1.xml", b"../../../etc/passwd")
    assert rels != part(GOOD, RELS)
    assert "leads elsewhere" in refusal(with_parts(GOOD, {RELS: rels}))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("xl/vbaProject.bin", "macros"),
        ("xl/macrosheets/sheet1.xml", "macros"),
        ("xl/externalLinks/externalLink1.xml", "links to other workbooks"),
        ("xl/embeddings/oleObject1.bin", "an embedded object"),
        ("xl/activeX/activeX1.xml", "active controls"),
        ("xl/connections.xml", "a connection to outside data"),
        ("xl/queryTables/queryTable1.xml", "a query of outside data"),
    ],
)
def test_active_content_is_refused_by_what_it_is(name: str, words: str) -> None:
    assert words in refusal(with_parts(GOOD, {name: b"<x/>"}))


def test_a_workbook_that_says_it_has_macros_is_refused() -> None:
    types = part(GOOD, "[Content_Types].xml").replace(
        b"vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    assert "macros" in refusal(with_parts(GOOD, {"[Content_Types].xml": types}))


def test_links_outside_are_refused_but_a_hyperlink_is_only_text() -> None:
    name = "xl/worksheets/_rels/sheet1.xml.rels"
    bad = with_parts(GOOD, {name: OUTSIDE % (b"oleObject", b"http://127.0.0.1/x")})
    assert "links to something outside" in refusal(bad)
    fine = with_parts(GOOD, {name: OUTSIDE % (b"hyperlink", b"https://example.org/")})
    assert len(read_book(fine, "a.xlsx").grids) == 3


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is not a workbook"),
        (b"referral_id,band\n", "is not a workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old .xls or has a password"),
        (GOOD[:-40], "is not a workbook"),
        (with_parts(GOOD, {}, ["xl/workbook.xml"]), "a zip, but not a workbook"),
        (with_parts(GOOD, {}, [SHEET]), "a sheet is not there"),
        (with_parts(GOOD, {SHEET: b"<worksheet>"}), "damaged"),
        (with_parts(GOOD, {SHEET: b"<a>" * 100 + b"</a>" * 100}), "nested too deep"),
        (with_parts(GOOD, {"XL/WORKBOOK.xml": b"<x/>"}), "stands twice"),
    ],
)
def test_what_is_no_sound_workbook_is_refused(data: bytes, words: str) -> None:
    assert words in refusal(data)


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (b'<c r="A1"><v>1</v></c><c r="A1"><v>2</v></c>', "A1 stands twice"),
        (b'<c r="A1" t="s"><v>99999</v></c>', "a text that is not there"),
        (b'<c r="A1"><v>one</v></c>', "holds no number"),
        (b'<c r="ZZZ1"><v>1</v></c>', "columns beyond the last"),
        (b'<c r="A9999999"><v>1</v></c>', "no place"),
        (b'<c r="1A"><v>1</v></c>', "no place"),
        (b'<c r="A1"><v>1e99</v></c>', "holds no number"),
    ],
)
def test_cells_no_program_writes_are_refused(cell: bytes, words: str) -> None:
    text = b'<worksheet><sheetData><row r="1">' + cell + b"</row></sheetData></worksheet>"
    assert words in refusal(with_parts(GOOD, {SHEET: text}))


def test_rows_beyond_the_last_and_impossible_merges_are_refused() -> None:
    text = b'<worksheet><sheetData><row r="1048577"/></sheetData></worksheet>'
    assert "rows beyond the last" in refusal(with_parts(GOOD, {SHEET: text}))
    text = b'<worksheet><mergeCells><mergeCell ref="C3:A1"/></mergeCells></worksheet>'
    assert "merged cells that cannot be" in refusal(with_parts(GOOD, {SHEET: text}))


def test_a_part_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "LONGEST_SECONDS", -1.0)
    text = b"<worksheet>" + b"<a/>" * 5000 + b"</worksheet>"
    assert "too long" in refusal(with_parts(GOOD, {SHEET: text}))


def test_more_cells_than_are_read_are_refused_with_another_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cells = sum(len(row) for grid in read_book(GOOD, "a.xlsx").grids for row in grid.rows.values())
    monkeypatch.setattr(book, "MOST_CELLS", cells)
    assert read_book(GOOD, "a.xlsx").grids
    monkeypatch.setattr(book, "MOST_CELLS", cells - 1)
    with pytest.raises(BadInput, match=r"more than a million cells.*CSV files"):
        read_book(GOOD, "a.xlsx")


def test_a_cell_far_away_is_one_cell() -> None:
    cell = b'<row r="1"><c r="XFD1048576"><v>1</v></c></row>'
    text = b"<worksheet><sheetData>" + cell + b"</sheetData></worksheet>"
    grid = read_book(with_parts(GOOD, {SHEET: text}), "a.xlsx").grids[0]
    assert list(grid.rows) == [1048576]


def test_files_are_refused_by_size_kind_and_place(tmp_path: Path) -> None:
    def told(path: Path) -> str:
        with pytest.raises(BadInput) as refused:
            read_source(path)
        return str(refused.value.faults[0])

    big = tmp_path / "big.xlsx"
    with big.open("wb") as stream:
        stream.truncate(package.LARGEST_FILE + 1)
    assert "up to 32 MB" in told(big)
    (tmp_path / "a.xlsm").write_bytes(GOOD)
    assert "allowed: .xlsx, .csv" in told(tmp_path / "a.xlsm")
    assert "cannot be read" in told(tmp_path / "none.xlsx")
    folder = tmp_path / "folder"
    folder.mkdir()
    assert "has no .csv file" in told(folder)
    (folder / "homes.csv").symlink_to("/etc/passwd")
    assert "a link to another place" in told(folder)
