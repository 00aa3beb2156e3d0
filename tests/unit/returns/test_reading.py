"""Every fault of a return is told with its file and row, and the rows are all accounted for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from broker.returns.every import read_every
from broker.returns.whole import Returns, read_returns
from pricing.problems import BadInput
from tests.unit.returns.written import EPISODES, HAVERING, HEADER, Folder, row

EPISODES_2020 = f"{HAVERING}/2019-20-episodes.csv"


def refusals(returns: Returns) -> list[str]:
    return [str(problem) for problem in returns.refused]


def faults(folder: Folder) -> str:
    with pytest.raises(BadInput) as caught:
        read_returns(folder.path)
    return caught.value.render()


def test_what_can_be_placed_is_read_with_its_days_and_codes(folder: Folder) -> None:
    folder.episodes(2020, row("1", "3/5/19", "9/1/20", place="K2", rec="E4A", urn="SC980001"))
    returns = read_returns(folder.path)
    (episode,) = returns.episodes[HAVERING, "1"]
    assert (episode.start, episode.end) == (date(2019, 5, 3), date(2020, 1, 9))
    assert (episode.place, episode.ceased, episode.urn) == ("K2", "E4A", "SC980001")
    assert (episode.file, episode.row, episode.year) == (EPISODES_2020, 2, 2020)
    assert returns.years == {HAVERING: (2020,)}
    assert returns.children[HAVERING, "1"].sex == "M"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (row("1", "3/5/19").replace("03/05/2019", "31/02/2019"),
         'row 2, column DECOM: bad value: "31/02/2019"; allowed: a day as dd/mm/yyyy'),
        (row("1", "3/5/19").replace("03/05/2019", "2019-05-03"),
         'row 2, column DECOM: bad value: "2019-05-03"'),
        (row("1", "3/5/19", "2/5/19"),
         "row 2, column DEC: impossible: 02/05/2019; allowed: a day after 03/05/2019"),
        (row("1", "3/5/19", "3/5/19"), "row 2, column DEC: impossible: 03/05/2019"),
        (row("1", "3/5/21"),
         "row 2, column DECOM: impossible: 03/05/2021; allowed: a day up to 31/03/2020"),
        (row("1", "3/5/05"),
         "row 2, column DECOM: impossible: 03/05/2005; allowed: from birth, 05/02/2006"),
        (row("1", "3/5/28"), "to under 21"),
        (row("1", "3/5/19", place="K9"), 'row 2, column PLACE: bad value: "K9"; allowed: A3 A4'),
        (row("1", "3/5/19", rne="X"), 'row 2, column RNE: bad value: "X"; allowed: B L P S T U'),
        (row("1", "3/5/19", legal="C9"), 'row 2, column LS: bad value: "C9"'),
        (row("1", "3/5/19", provider="PR9"), 'row 2, column PLACE_PROVIDER: bad value: "PR9"'),
        (row("1", "3/5/19", "9/1/20", rec="E99"), 'row 2, column REC: bad value: "E99"'),
        (row("1", "3/5/19", "9/1/20", reason="BORED"), "column REASON_PLACE_CHANGE: bad value"),
        (row("7", "3/5/19"),
         'row 2, column CHILD: not in a header: "7"; allowed: a young person of a header'),
        (row("", "3/5/19"), "row 2, column CHILD: bad value"),
        (row("1", "3/5/19") + ",", "row 2: wrong number of cells: 14 cells; allowed: 13 cells"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_placed_is_refused_with_the_reason(
    folder: Folder, line: str, said: str
) -> None:
    folder.episodes(2020, line, row("2", "1/6/19"))
    returns = read_returns(folder.path)
    assert said in "\n".join(refusals(returns))
    assert EPISODES_2020 in refusals(returns)[0]
    assert list(returns.episodes) == [(HAVERING, "2")]
    assert returns.fates["read"] == 2
    assert (returns.fates["kept"], returns.fates["refused"]) == (1, 1)


def test_several_faults_of_a_row_are_all_told_and_the_row_counts_once(folder: Folder) -> None:
    folder.episodes(2020, row("1", "3/5/19", place="K9", rne="X"), row("2", "1/6/19"))
    returns = read_returns(folder.path)
    assert len(returns.refused) == 2
    assert returns.fates["refused"] == 1


def test_a_child_in_two_places_has_both_rows_refused_and_each_names_the_other(
    folder: Folder,
) -> None:
    folder.episodes(
        2020,
        row("1", "3/5/19", "9/9/19", place="K2", post="E1 4NS"),
        row("1", "1/8/19", "1/12/19", rne="P"),
        row("2", "1/6/19"),
    )
    returns = read_returns(folder.path)
    assert refusals(returns) == [
        f"{EPISODES_2020}, row 2, DECOM to DEC: two places: in two places; allowed: one place a "
        "day; row 3 has U4 RM3 7AA",
        f"{EPISODES_2020}, row 3, DECOM to DEC: two places: in two places; allowed: one place a "
        "day; row 2 has K2 E1 4NS",
    ]
    assert returns.fates["refused"] == 2


def test_two_places_from_one_day_are_two_places_even_if_one_is_open(folder: Folder) -> None:
    folder.episodes(2020, row("1", "3/5/19", "9/9/19", place="K2"), row("1", "3/5/19", rne="P"))
    assert read_returns(folder.path).fates["refused"] == 2


def test_an_overlap_in_one_and_the_same_place_is_mended_not_refused(folder: Folder) -> None:
    folder.episodes(2020, row("1", "3/5/19", "9/9/19"), row("1", "1/8/19", rne="L"))
    returns = read_returns(folder.path)
    assert returns.fates["refused"] == 0
    assert returns.repaired == {"RULE_4": 1}
    assert returns.episodes[HAVERING, "1"][0].end == date(2019, 8, 1)


@pytest.mark.parametrize(
    ("year", "line", "words"),
    [
        (2026, row("1", "3/5/25", place="H5"), "PLACE H5 stands up to the collection of 2024"),
        (2024, row("1", "3/5/23", place="K3"), "PLACE K3 stands from the collection of 2025 on"),
        (2025, row("1", "3/5/24", place="Z11"), "PLACE Z11 stands from the collection of 2026"),
        (
            2018,
            row("1", "3/5/17", "9/9/17", rec="E45"),
            "REC E45 stands from the collection of 2019",
        ),
        (2019, row("1", "3/5/18", "9/9/18", rec="E43"), "REC E43 stands up to the collection of"),
        (2018, row("1", "3/5/17", "9/9/17", reason="CUSTOD"), "REASON_PLACE_CHANGE CUSTOD stands"),
    ],
)
def test_another_years_code_is_kept_and_told_with_its_row(
    folder: Folder, year: int, line: str, words: str
) -> None:
    folder.episodes(year, line)
    returns = read_returns(folder.path)
    (told,) = [each for each in returns.repairs if each.rule == "another year's code"]
    assert words in told.words
    assert told.row == 2
    assert returns.fates["kept"] == 1


@pytest.mark.parametrize(("year", "own", "other"), [(2024, "2", "F"), (2025, "F", "2")])
def test_sex_is_read_by_the_codes_of_its_year(
    folder: Folder, year: int, own: str, other: str
) -> None:
    folder.header(year, f"1,{own},05/02/2006,,,,", f"2,{other},05/02/2006,,,,")
    folder.episodes(year, row("1", f"3/5/{year - 2001}"))
    returns = read_returns(folder.path)
    assert {child.sex for child in returns.children.values()} == {"F"}
    assert [(each.rule, each.row) for each in returns.repairs] == [("another year's code", 3)]


def test_a_birthday_after_the_collection_or_of_no_calendar_is_refused(folder: Folder) -> None:
    folder.header(2020, "1,1,05/02/2021,,,,", "2,1,30/02/2006,,,,", "3,1,01/02/2006,,,,")
    folder.episodes(2020, row("3", "3/5/19"), row("1", "3/5/19"))
    returns = read_returns(folder.path)
    said = "\n".join(refusals(returns))
    assert "2019-20-header.csv, row 2, column DOB: impossible: 05/02/2021" in said
    assert '2019-20-header.csv, row 3, column DOB: bad value: "30/02/2006"' in said
    assert "2019-20-episodes.csv, row 3, column CHILD: not in a header" in said


def test_a_birthday_that_changes_is_told_and_the_later_return_counts(folder: Folder) -> None:
    folder.episodes(2020, row("1", "3/5/19")).episodes(2021, row("1", "3/5/19"))
    folder.header(2021, "1,2,06/02/2006,,,,")
    returns = read_returns(folder.path)
    assert returns.children[HAVERING, "1"].born == date(2006, 2, 6)
    (told,) = returns.repairs
    assert told.words == "05/02/2006 M in an earlier row, 06/02/2006 F here, which counts"


def test_odd_ends_are_read_as_told(folder: Folder) -> None:
    folder.episodes(
        2020,
        row("1", "3/5/19", rec="X1"),
        row("2", "3/5/19", "1/4/20", rec="E4A"),
    )
    returns = read_returns(folder.path)
    assert [own[0].end for own in returns.episodes.values()] == [None, None]
    assert {each.rule: each.words for each in returns.repairs} == {
        "reason without an end": "REC X1 and no DEC: read as going on at 31 March",
        "end after the collection": "DEC 01/04/2020: read as going on at 31 March",
    }


def test_an_end_without_a_reason_is_kept_and_told(folder: Folder) -> None:
    folder.episodes(2020, row("1", "3/5/19", "9/9/19", rec=""))
    returns = read_returns(folder.path)
    assert returns.repaired == {"end without a reason": 1}


def test_missing_columns_of_all_files_are_told_at_once_and_nothing_is_read(folder: Folder) -> None:
    folder.episodes(2020, "1,x", header="CHILD,PLACE")
    folder.header(2020, "1,1", head="CHILD,SEX")
    said = faults(folder)
    assert f"{EPISODES_2020}, row 1, column DECOM: missing column: missing" in said
    assert f"{HAVERING}/2019-20-header.csv, row 1, column DOB: missing column" in said
    assert "nothing was computed" in said


def test_files_without_rows_or_content_are_faults(folder: Folder) -> None:
    folder.episodes(2020)
    folder.name(2021, "episodes").write_text("")
    folder.header(2021)
    said = faults(folder)
    assert f"{EPISODES_2020}: empty: no row but the header; allowed: at least one row" in said
    assert f"{HAVERING}/2020-21-episodes.csv: file: the file is empty" in said


def test_a_table_without_its_other_is_a_fault(folder: Folder) -> None:
    folder.episodes(2020, row("1", "3/5/19"))
    folder.name(2020, "header").unlink()
    assert "missing file: no header; allowed: a header table of the same collection" in faults(
        folder
    )


def test_two_tables_of_one_year_are_a_fault(folder: Folder) -> None:
    folder.episodes(2020, row("1", "3/5/19"))
    other = folder.path / HAVERING / "old-2019-20-episodes.csv"
    other.write_text(f"{EPISODES}\n{row('1', '3/5/19')}\n")
    assert "duplicate: a second episodes table of that year; allowed: one" in faults(folder)


@pytest.mark.parametrize("read", [read_returns, read_every])
@pytest.mark.parametrize(("named_by", "year"), [("end", "2020"), ("start", "2019")])
def test_two_tables_of_one_collection_are_a_fault_whatever_names_its_year(
    named_by: str, year: str, read: Callable[[Path, str], object], folder: Folder
) -> None:
    """Else a row that says something else of the same first day would go as a copy."""
    folder.episodes(2020, row("1", "3/5/19"))
    place = folder.path / HAVERING
    (place / f"{year}-episodes.csv").write_text(f"{EPISODES}\n{row('1', '3/5/19', place='K2')}\n")
    (place / f"{year}-header.csv").write_text((place / "2019-20-header.csv").read_text())
    with pytest.raises(BadInput) as refused:
        read(folder.path, named_by)
    assert {(one.file, one.value) for one in refused.value.problems} == {
        (f"{HAVERING}/{year}-{name}.csv", f"a second {name} table of that year")
        for name in ("episodes", "header")
    }


def test_a_path_needs_a_year_and_an_authority_that_exists(tmp_path: Path) -> None:
    folder = Folder(tmp_path, "E09999999")
    folder.episodes(2020, row("1", "3/5/19"))
    (tmp_path / "episodes.csv").write_text(EPISODES + "\n")
    said = faults(folder)
    assert 'path: authority: "E09999999"; allowed: one ONS code of an authority' in said
    assert "episodes.csv, path: no year: no year; allowed: a collection year" in said


def test_what_is_no_folder_or_holds_no_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="not a folder"):
        read_returns(tmp_path / "none")
    (tmp_path / "2019-reviews.csv").write_text("CHILD\n")
    with pytest.raises(BadInput, match="no table of the return"):
        read_returns(tmp_path)


def test_other_tables_are_passed_over_by_name(folder: Folder) -> None:
    folder.episodes(2020, row("1", "3/5/19"))
    (folder.path / "2019-20-missing.csv").write_text("CHILD\n")
    (folder.path / "notes.csv").write_text("a,b\n")
    assert read_returns(folder.path).passed_over == ("2019-20-missing.csv", "notes.csv")


def test_names_are_read_in_large_letters_and_every_other_file_is_named(folder: Folder) -> None:
    folder.episodes(2020, row("1", "3/5/19"))
    for path in folder.path.rglob("*.csv"):
        path.rename(path.with_name(path.name.upper()))
    (folder.path / "2019-20-reviews.xlsx").write_bytes(b"PK")
    (folder.path / "read me.txt").write_text("x")
    returns = read_returns(folder.path)
    assert returns.fates["kept"] == 1
    assert returns.passed_over == ("2019-20-reviews.xlsx", "read me.txt")
    every = read_every(folder.path)
    assert {file.file.shown.rsplit("/", 1)[-1] for file in every.files} == {
        "2019-20-EPISODES.CSV",
        "2019-20-HEADER.CSV",
    }
    assert every.passed_over == returns.passed_over


def test_a_folder_without_a_table_names_what_lies_there(tmp_path: Path) -> None:
    (tmp_path / "episodes.xlsx").write_bytes(b"PK")
    with pytest.raises(BadInput, match=r"passed over: episodes\.xlsx.*end in \.csv"):
        read_returns(tmp_path)


def test_a_table_is_known_by_its_columns_where_its_name_says_nothing(folder: Folder) -> None:
    folder.episodes(2020, row("1", "3/5/19"))
    folder.name(2020, "episodes").rename(folder.path / HAVERING / "return-2019-20.csv")
    assert read_returns(folder.path).fates["kept"] == 1


@pytest.mark.parametrize(("named", "start"), [(2019, "3/5/19"), (2020, "3/5/19")])
def test_a_single_year_is_the_beginning_or_the_close_whichever_the_days_bear_out(
    tmp_path: Path, named: int, start: str
) -> None:
    (tmp_path / f"{named}-episodes.csv").write_text(f"{EPISODES}\n{row('1', start, '9/1/20')}\n")
    (tmp_path / f"{named}-header.csv").write_text(f"{HEADER}\n1,1,05/02/2006,,,,\n")
    returns = read_returns(tmp_path)
    assert returns.years == {"": (2020,)}
    assert returns.named_by == ("start" if named == 2019 else "end")


def test_a_single_year_can_be_told_to_name_the_close(tmp_path: Path) -> None:
    (tmp_path / "2019-episodes.csv").write_text(f"{EPISODES}\n{row('1', '3/5/18')}\n")
    (tmp_path / "2019-header.csv").write_text(f"{HEADER}\n1,1,05/02/2006,,,,\n")
    assert read_returns(tmp_path, "end").years == {"": (2019,)}
    assert read_returns(tmp_path, "start").years == {"": (2020,)}


def test_the_digest_follows_the_bytes_and_not_the_folders_name(tmp_path: Path) -> None:
    one, two = Folder(tmp_path / "a"), Folder(tmp_path / "b")
    for each in (one, two):
        each.episodes(2020, row("1", "3/5/19"))
    assert read_returns(one.path).sha256 == read_returns(two.path).sha256
    two.episodes(2020, row("1", "4/5/19"))
    assert read_returns(one.path).sha256 != read_returns(two.path).sha256
