"""Whatever stands in a sheet is taken, refused at its cell, or said not to be read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from broker.spreadsheets.book import read_book
from broker.spreadsheets.intake import Problems, read_sheets
from broker.spreadsheets.mapping import SheetMap, propose
from broker.spreadsheets.source import read_source
from matching.faults import BadInput
from matching.problem import Problem
from tests.unit.spreadsheets.crafting import part, read, saved, small, with_parts, workbook

POLICY: list[list[object]] = [["key", "value", "meaning"], ["as_of", "2026-09-04", ""]]


def taken(policy: Sequence[Sequence[object]]) -> Problem:
    book = read(small(policy=policy))
    return read_sheets(book, propose(book).maps)


def cells(policy: Sequence[Sequence[object]]) -> dict[str, str]:
    """The cells of the policy that are refused, each with why."""
    with pytest.raises(Problems) as refused:
        taken(policy)
    return {one.cell: one.fault.allowed for one in refused.value.located}


def test_a_value_of_the_policy_without_its_key_is_told_with_its_cell() -> None:
    sound = [*POLICY, ["points.distant", 17]]
    assert taken(sound) != taken(POLICY), "the key is read where it stands"
    told = cells([*POLICY, ["", 7, "what money weighs"]])
    assert list(told) == ["A3"]
    assert "whose key is empty" in told["A3"]
    assert list(cells([*POLICY, ["  ", "=x"]])) == ["A3"]


@pytest.mark.parametrize("row", [["points.distant", None], ["points.distant", " "], []])
def test_a_key_without_a_value_is_left_as_shipped(row: list[object]) -> None:
    assert taken([*POLICY, row]) == taken(POLICY)


def test_a_cell_of_the_policy_under_no_header_is_told() -> None:
    assert "under no header" in cells([*POLICY, ["", "", "", "", 9]])["E3"]


def test_a_key_within_a_key_that_has_a_value_is_told() -> None:
    told = cells([*POLICY, ["reach_miles", 30], ["reach_miles.as_of", "2026-09-05"]])
    assert "reach_miles has a value already" in told["B4"]


def test_a_column_of_the_policy_that_is_not_used_is_said() -> None:
    found = taken([["key", "value", "owner"], ["as_of", "2026-09-04", "K. Doe"]])
    assert "policy.toml: columns not used were ignored: owner." in found.notices
    assert not [one for one in taken(POLICY).notices if "policy.toml" in one]


def test_two_columns_of_values_in_the_policy_are_refused() -> None:
    twice = [["key", "value", "value"], ["as_of", "2026-09-04", "2026-09-05"]]
    with pytest.raises(Problems, match="each once; value is not"):
        taken(twice)


def test_merged_cells_of_the_policy_are_refused() -> None:
    made = workbook(small(policy=[*POLICY, ["points.distant", None]]))
    made["policy"].merge_cells("B2:B3")
    book = read_book(saved(made), "a.xlsx")
    with pytest.raises(Problems) as refused:
        read_sheets(book, propose(book).maps)
    assert [one.cell for one in refused.value.located] == ["B2"]


def test_a_mapping_says_what_words_of_the_policy_stand_for() -> None:
    book = read(small(policy=[["Key", "value"], ["Day", "today"]]))
    words = {"key": {"Day": "as_of"}, "value": {"today": "2026-09-04"}}
    given = SheetMap("policy", "policy", 1, {"Key": "key"}, words)
    assert read_sheets(book, propose(book, [given]).maps).policy.as_of == date(2026, 9, 4)
    absent = SheetMap("policy", "policy", 1, {"Key": "key", "Shoes": ""}, words)
    with pytest.raises(Problems, match="that the sheet does not have"):
        read_sheets(book, propose(book, [absent]).maps)


def test_a_second_policy_is_told() -> None:
    book = read(small(**{"other": POLICY}))
    second = SheetMap("other", "policy", 1)
    with pytest.raises(Problems, match="another sheet is the table policy already"):
        read_sheets(book, propose(book, [second]).maps)


@pytest.mark.parametrize(
    "cell",
    ['<c r="A4"><is><t>lost?</t></is></c>', '<c r="A4" t="inlineStr"><v>lost?</v></c>',
     '<c r="A4" t="str"><is><t>lost?</t></is></c>'],
)  # fmt: skip
def test_a_cell_that_holds_its_text_where_its_kind_has_none_is_refused(cell: str) -> None:
    data = saved(workbook(small()))
    name = "xl/worksheets/sheet2.xml"
    text = part(data, name).decode()
    spoilt = text.replace("</sheetData>", f'<row r="4">{cell}</row></sheetData>')
    assert spoilt != text
    with pytest.raises(BadInput, match="A4 holds"):
        read_book(with_parts(data, {name: spoilt.encode()}), "a.xlsx")


def test_files_of_a_folder_that_are_not_read_are_said(tmp_path: Path) -> None:
    for title, rows in small().items():
        lines = "".join(",".join(map(str, row)) + "\n" for row in rows)
        (tmp_path / f"{title}.csv").write_text(lines.replace("M;F", '"M;F"'))
    alone = read_source(tmp_path).remarks
    assert alone == []
    for name in ("contract.toml", "more.xlsx", ".hidden.csv~"):
        (tmp_path / name).write_text("x")
    (tmp_path / "older").mkdir()
    assert read_source(tmp_path).remarks == [
        ".hidden.csv~ is no table and was not read",
        "contract.toml is no table and was not read",
        "more.xlsx is no table and was not read",
        "older is a folder and was not read",
    ]
