"""Every table of a return is read with the codes of its own collection, and no row is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from broker.returns import codes
from broker.returns.every import Every, read_every
from broker.returns.tables import DAYS, EVERY, NEVER_BLANK, Table, any_by_columns, any_by_name
from pricing.problems import BadInput
from tests.unit.returns.published_codes import FIRST_RETURN, PUBLISHED, ever, published

GOOD = {
    "CHILD": "1", "DECOM": "03/05/2019", "RNE": "S", "LS": "C2", "CIN": "N1", "PLACE": "K2",
    "PLACE_PROVIDER": "PR4", "DOB": "05/06/2008", "SEX": "", "ETHNIC": "WBRI", "MOTHER": "0",
    "REVIEW": "05/06/2019", "REVIEW_CODE": "PN1", "SDQ_SCORE": "40", "SDQ_REASON": "SDQ1",
    "MISSING": "M", "MIS_START": "05/06/2019", "IN_TOUCH": "YES", "ACTIV": "F1", "ACCOM": "B1",
    "NB_ADOPTR": "2", "SEX_ADOPTR": "MF", "LS_ADOPTR": "L0", "REASON_PLACED_CEASED": "RD1",
    "PREV_PERM": "P1", "LA_PERM": "", "SW_ID": "AB123456789", "SW_DECOM": "01/02/2024",
    "SW_REASON": "", "DOLO_START": "01/02/2024", "DUC": "01/02/2026", "UPN": "A123456789012",
    "HOME_POST": "RM1 3BD", "PL_POST": "E1 4NS", "URN": "SC123456",
}  # fmt: skip


def write(folder: Path, table: Table, year: int, *rows: dict[str, str]) -> None:
    lines = [",".join(table.columns)]
    for row in rows:
        lines.append(",".join({**GOOD, **row}.get(column, "") for column in table.columns))
    place = folder / "E09000016" / f"{year - 1}-{year % 100:02d}"
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{table.name}.csv").write_text("\n".join(lines) + "\n")


def one(folder: Path, table: Table, year: int, **cells: str) -> Every:
    write(folder, table, year, cells)
    return read_every(folder)


@pytest.mark.parametrize("year", range(2018, 2028))
@pytest.mark.parametrize("table", EVERY, ids=lambda table: table.name)
def test_a_good_row_of_each_table_is_kept_in_each_collection_that_has_it(
    table: Table, year: int, tmp_path: Path
) -> None:
    write(tmp_path, table, year, {}, {"CHILD": "2"})
    first = FIRST_RETURN.get(table.name, year)
    if year < first:
        with pytest.raises(BadInput, match=f"from that of {first} on"):
            read_every(tmp_path)
        return
    read = read_every(tmp_path)
    assert not read.problems.found
    (file,) = read.files
    assert (file.file.authority, file.file.year, file.file.table) == ("E09000016", year, table)
    assert (file.read, len(file.rows), file.refused) == (2, 2, 0)
    assert set(file.rows[0].cells) == set(table.columns)


CODED = [(table, column) for table in EVERY for column in table.columns if column in PUBLISHED]


@pytest.mark.parametrize("year", range(2018, 2028))
@pytest.mark.parametrize(("table", "column"), CODED, ids=lambda one: getattr(one, "name", one))
def test_each_code_is_kept_told_if_of_another_year_and_refused_if_of_none(
    table: Table, column: str, year: int, tmp_path: Path
) -> None:
    if year < FIRST_RETURN.get(table.name, year):
        return
    every, now = ever(column), published(column, year)
    write(tmp_path, table, year, *({column: code} for code in [*every, "QQ"]))
    read = read_every(tmp_path)
    assert read.files[0].refused == 1
    (problem,) = read.problems.found
    assert (problem.row, problem.key) == (len(every) + 2, f"column {column}")
    assert problem.allowed == " ".join(sorted(now))
    told = [repair.words.split()[1] for repair in read.repairs]
    assert told == [code for code in every if code not in now]


def test_the_published_lists_are_of_every_coded_column() -> None:
    assert set(PUBLISHED) == set(codes.LISTS)
    assert {column for _, column in CODED} == set(PUBLISHED)


@pytest.mark.parametrize(
    ("column", "cell", "allowed"),
    [
        ("DOB", "2008-06-05", "a day as dd/mm/yyyy"),
        ("DOB", "31/02/2008", "a day as dd/mm/yyyy"),
        ("CHILD", "", "never blank"),
        ("SDQ_SCORE", "41", "a whole number, 0 to 40"),
        ("SDQ_SCORE", "3.5", "a whole number, 0 to 40"),
        ("CONVICTED", "2", "0 1"),
    ],
)
def test_a_cell_that_cannot_be_is_refused_with_its_place_and_what_is_allowed(
    column: str, cell: str, allowed: str, tmp_path: Path
) -> None:
    table = any_by_name("oc2")
    assert table is not None
    read = one(tmp_path, table, 2020, **{column: cell})
    (problem,) = read.problems.found
    assert problem.row == 2
    assert allowed in problem.allowed
    (file,) = read.files
    assert (file.read, len(file.rows), file.refused) == (1, 0, 1)


def test_a_spreadsheets_number_a_space_and_a_strange_column_are_told(tmp_path: Path) -> None:
    place = tmp_path / "2019-20"
    place.mkdir()
    header = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB,NOTES"
    (place / "header.csv").write_text(f"{header}\n1,2,05/06/2008, WBRI,UN1,1.0,,x\n")
    read = read_every(tmp_path)
    assert read.files[0].rows[0].cells["MOTHER"] == "1"
    assert read.files[0].rows[0].cells["ETHNIC"] == "WBRI"
    assert [(repair.rule, repair.row, repair.words) for repair in read.repairs] == [
        ("another column", 1, '"NOTES" is no column of header: left out'),
        ("spaces", 2, "spaces around a cell: taken off"),
        ("number with a point", 2, "MOTHER 1.0: 1"),
    ]


def test_a_collection_that_is_not_read_and_a_row_of_another_width_are_named(
    tmp_path: Path,
) -> None:
    (tmp_path / "2016-17").mkdir()
    (tmp_path / "2016-17" / "uasc.csv").write_text("CHILD,SEX,DOB,DUC\n1,,,\n")
    with pytest.raises(BadInput, match="closes in 2017; allowed: 2018 to 2027"):
        read_every(tmp_path)
    (tmp_path / "2016-17").rename(tmp_path / "2017-18")
    (tmp_path / "2017-18" / "uasc.csv").write_text("CHILD,SEX,DOB,DUC\n1,1\n2,1,05/06/2008,\n")
    read = read_every(tmp_path)
    (file,) = read.files
    assert (file.read, len(file.rows), file.refused) == (2, 1, 1)
    assert "4 cells, as in the header" in str(read.problems.found[0])


def test_a_table_is_told_by_its_columns_where_its_name_says_nothing() -> None:
    for table in EVERY:
        assert any_by_columns(table.columns) is table
        assert any_by_name(table.name) is table
    assert any_by_columns(["CHILD", "SHOE"]) is None
    assert any_by_name("notes") is None


def test_every_coded_or_dated_column_is_a_column_of_some_table() -> None:
    columns = {column for table in EVERY for column in table.columns}
    assert set(codes.LISTS) <= columns
    assert columns >= DAYS
    assert columns >= NEVER_BLANK
