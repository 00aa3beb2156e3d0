"""A return read and written again differs only where the list of repairs and refusals says so."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from broker.exporting import write_folder
from broker.returns.episode import Repair
from broker.returns.repair import RULES
from broker.returns.write.again import Again, read_again
from tests.unit.returns.shared import shared
from tests.unit.returns.written import EPISODES, HEADER, Folder, row


@pytest.fixture(scope="module")
def again() -> Again:
    return read_again(shared("ssda903"))


def lines(text: str) -> list[list[str]]:
    return list(csv.reader(text.splitlines()))


def differences(folder: Path, again: Again) -> list[tuple[str, int, str, str, str]]:
    """(file, row, column, before, after) wherever the files differ, "gone" for a missing row.

    Plain comparison: rows are aligned by taking out of the old file those that the lists name.
    """
    found = []
    gone = {(one.file, one.row) for one in again.refused} | again.deleted
    for name, text in again.files.items():
        before, after = lines((folder / name).read_text()), lines(text)
        assert after[0] == before[0]
        kept = []
        for number, cells in enumerate(before[1:], start=2):
            if (name, number) in gone:
                found.append((name, number, "", "", "gone"))
            else:
                kept.append((number, cells))
        assert len(kept) == len(after) - 1, name
        for (number, cells), written in zip(kept, after[1:], strict=True):
            found += [
                (name, number, column, old, new)
                for column, old, new in zip(before[0], cells, written, strict=True)
                if old != new
            ]
    return found


def test_the_shared_return_differs_only_where_the_list_of_repairs_says_so(again: Again) -> None:
    differing = differences(shared("ssda903"), again)
    told = {(one.file, one.row) for one in again.repairs}
    told |= {(one.file, one.row) for one in again.refused if one.row is not None}
    assert {(file, number) for file, number, *_ in differing} <= told
    by_rule: dict[tuple[str, int], set[str]] = {}
    for repair in again.repairs:
        by_rule.setdefault((repair.file, repair.row), set()).add(repair.rule)
    allowed = {
        "reason without an end": {"REC"}, "end after the collection": {"DEC", "REC"},
        "number with a point": {"MOTHER"},
        "RULE_1": {"DEC", "REC"}, "RULE_1A": {"DEC", "REC"},
        "RULE_2": {"DEC", "REC"}, "RULE_4": {"DEC"}, "RULE_5": {"DEC"},
    }  # fmt: skip
    for file, number, column, _, new in differing:
        if new != "gone":
            rules = by_rule[file, number]
            assert any(column in allowed.get(rule, ()) for rule in rules), (file, number, column)


def after_its_own_close(repair: Repair) -> bool:
    """Whether mending ended an episode after its own collection: there it goes on, as it stood."""
    day = re.search(r"ended on (\d\d)/(\d\d)/(\d{4})$", repair.words)
    return day is not None and date(int(day[3]), int(day[2]), int(day[1])) > date(
        int(repair.file[:4]) + 1, 3, 31
    )


def test_every_repair_that_changes_a_cell_shows(again: Again) -> None:
    differing = {(file, number) for file, number, *_ in differences(shared("ssda903"), again)}
    refused = {(one.file, one.row) for one in again.refused}
    for repair in again.repairs:
        if after_its_own_close(repair):
            continue
        if repair.rule in RULES or repair.rule in ("number with a point", "reason without an end"):
            assert (repair.file, repair.row) in differing | refused, str(repair)


def test_all_five_tables_of_all_four_years_are_written_and_their_rows_counted(again: Again) -> None:
    assert len(again.files) == 20
    assert Counter(len(lines(text)) > 1 for text in again.files.values()) == {True: 20}
    gone = {(one.file, one.row) for one in again.refused} | again.deleted
    for one in again.every.files:
        assert one.read == len(one.rows) + one.refused
        left = sum(file == one.file.shown for file, _ in gone) - one.refused
        assert len(lines(again.files[one.file.shown])) - 1 == len(one.rows) - left


def test_what_was_written_again_needs_no_repair_but_of_codes(again: Again, tmp_path: Path) -> None:
    write_folder(again.files, tmp_path / "new")
    second = read_again(tmp_path / "new", "start")
    assert not second.refused
    rules = {repair.rule for repair in second.repairs}
    assert all(after_its_own_close(one) for one in second.repairs if one.rule in RULES)
    assert rules - RULES.keys() <= {"another year's code", "end without a reason"}
    assert second.files == again.files


def test_a_formula_in_a_return_is_written_so_that_no_spreadsheet_runs_it(tmp_path: Path) -> None:
    place = tmp_path / "in" / "2019-20"
    place.mkdir(parents=True)
    (place / "header.csv").write_text(
        f"{HEADER}\n=1+1,1,05/06/2008,WBRI,@SUM(A1),,\n'-1,1,05/06/2008,WBRI,,,\n"
    )
    made = read_again(tmp_path / "in")
    assert made.files["2019-20/header.csv"].splitlines()[1:] == [
        "'=1+1,1,05/06/2008,WBRI,'@SUM(A1),,",
        "'-1,1,05/06/2008,WBRI,,,",
    ]
    assert [(repair.rule, repair.row) for repair in made.repairs] == [
        ("formula", 2),
        ("formula", 2),
    ]


def test_a_replaced_row_stays_as_its_own_return_told_it_and_a_copy_goes(tmp_path: Path) -> None:
    same = row("1", "3/5/19", "9/9/19", rne="S", place="K2")
    folder = Folder(tmp_path).episodes(2020, row("1", "3/5/19"), row("1", "3/5/19"))
    folder.episodes(2021, same)
    made = read_again(folder.path)
    name = next(name for name in made.files if "2019" in name and "episodes" in name)
    assert len(lines(made.files[name])) == 2
    assert len(made.deleted) == 1
    assert EPISODES in made.files[name]
