"""Days that people write with strokes are read in an order that a person said, and in no other."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from pathlib import Path

import pytest

from broker.sample import REGION
from broker.spreadsheets.days import AMERICAN, BRITISH, ISO, NotADay, day_of_text
from broker.spreadsheets.grid import Book
from broker.spreadsheets.intake import Problems, read_sheets
from broker.spreadsheets.mapping import Proposal, mapping_text, propose, read_mapping
from broker.spreadsheets.source import read_source
from matching.exchange import read_case
from matching.sheets import SHEETS
from pricing.problems import BadInput as BadMapping
from tests.unit.cli.conftest import Broker, broker
from tests.unit.spreadsheets.crafting import REFERRALS, read, small

__all__ = ["broker"]

DAY = re.compile(r"\A([0-9]{4})-([0-9]{2})-([0-9]{2})\Z")


def by_excel(case: Path, folder: Path, order: str = r"\3/\2/\1") -> Path:
    """A case folder's files with days as a spreadsheet of another country saves them."""
    folder.mkdir()
    for file in sorted(case.glob("*.csv")):
        told = csv.reader(io.StringIO(file.read_text("utf-8"), newline=""))
        rows = [[DAY.sub(order, cell) for cell in row] for row in told]
        with (folder / file.name).open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows(rows)
    (folder / "policy.toml").write_bytes((case / "policy.toml").read_bytes())
    (folder / "ledger.csv").unlink()
    return folder


def referrals(*days: object, **more: object) -> Book:
    """A small case whose referrals are needed by these days."""
    rows = [[*{**REFERRALS, "referral_id": f"R-{number}", "young_person_id": f"YP-{number}",
               "needed_by": day, **more}.values()]
            for number, day in enumerate(days, start=1)]  # fmt: skip
    return read(small(referrals=[[*REFERRALS, *(one for one in more if one not in REFERRALS)],
                                 *rows]))  # fmt: skip


def settled(proposal: Proposal, table: str = "referrals") -> dict[str, str]:
    (one,) = (one for one in proposal.maps if one.table == table)
    return dict(one.date_order)


def test_the_sample_region_as_a_british_spreadsheet_saves_it_comes_in_equal(
    broker: Broker, tmp_path: Path
) -> None:
    source = by_excel(REGION, tmp_path / "saved")
    asked = broker("workbook", "in", str(source), "--out", "case", "--propose", "m.toml")
    assert asked.code == 2
    assert "need your yes" in asked.err
    assert "column needed_by: its days are written DD/MM/YYYY" in asked.err
    assert not (tmp_path / "case").exists()
    done = broker("workbook", "in", str(source), "--out", "case", "--accept")
    assert done.code == 0, done.err
    assert "Taken as you said: sheet “referrals”, column needed_by" in done.out
    again = broker("workbook", "in", str(source), "--out", "mapped", "--mapping", "m.toml")
    assert again.code == 0, again.err
    region = read_case(REGION)
    for made in ("case", "mapped"):
        found = read_case(tmp_path / made)
        assert found.referrals == region.referrals
        assert found.homes == region.homes
        assert found.residents == region.residents


def test_american_days_are_taken_for_what_they_are(tmp_path: Path) -> None:
    book = read_source(by_excel(REGION, tmp_path / "saved", r"\2/\3/\1"))
    proposal = propose(book)
    assert not proposal.doubts
    assert set(settled(proposal).values()) == {AMERICAN}
    assert read_sheets(book, proposal.maps).referrals == read_case(REGION).referrals


def test_days_that_fit_both_orders_are_asked_about_and_accepting_settles_nothing() -> None:
    proposal = propose(referrals("04/09/2026", "05/10/2026"))
    assert proposal.guesses == ()
    assert proposal.doubts == (
        "sheet “referrals”, column needed_by: its days are written DD/MM/YYYY or MM/DD/YYYY; "
        "they fit both",
    )
    assert settled(proposal) == {"needed_by": ""}


def test_what_a_person_must_say_is_written_down_and_not_taken_before_it_is_said(
    tmp_path: Path,
) -> None:
    book = referrals("04/09/2026")
    file = tmp_path / "m.toml"
    file.write_text(mapping_text(propose(book).maps), encoding="utf-8")
    assert '[sheet.date_order]\n"needed_by" = ""\n' in file.read_text("utf-8")
    with pytest.raises(BadMapping, match=r'"YYYY-MM-DD" or "DD/MM/YYYY" or "MM/DD/YYYY"'):
        read_mapping(file)
    for order, day in ((BRITISH, date(2026, 9, 4)), (AMERICAN, date(2026, 4, 9))):
        text = mapping_text(propose(book).maps).replace(' = ""', f' = "{order}"')
        file.write_text(text, encoding="utf-8")
        given = read_mapping(file)
        proposal = propose(book, given)
        assert (proposal.guesses, proposal.doubts) == ((), ())
        assert read_sheets(book, proposal.maps).referrals[0].needed_by == day
        assert mapping_text(given) == text


def test_the_other_columns_tell_the_order_of_one_that_fits_both_and_it_is_shown() -> None:
    proposal = propose(referrals("04/09/2026", date_of_birth="23/03/2012"))
    assert proposal.doubts == ()
    assert [guess.rpartition(", ")[2] for guess in proposal.guesses] == [
        "column date_of_birth: its days are written DD/MM/YYYY",
        "column needed_by: its days are written DD/MM/YYYY",
    ]
    mixed = propose(referrals("04/09/2026", date_of_birth="23/03/2012", waiting_since="08/23/2026"))
    assert len(mixed.doubts) == 1, "columns of two orders tell nothing of a third"
    assert settled(mixed) == {
        "date_of_birth": BRITISH, "needed_by": "", "waiting_since": AMERICAN,
    }  # fmt: skip


def test_days_of_two_orders_in_one_column_are_refused_each_at_its_cell() -> None:
    book = referrals("23/09/2026", "09/24/2026", "2026-09-25")
    proposal = propose(book)
    assert (proposal.guesses, proposal.doubts, settled(proposal)) == ((), (), {})
    with pytest.raises(Problems) as refused:
        read_sheets(book, proposal.maps)
    assert {one.cell: one.fault.allowed for one in refused.value.located} == dict.fromkeys(
        ("G2", "G3"),
        "allowed: YYYY-MM-DD, or one order for the whole column, named in a mapping file",
    )


@pytest.mark.parametrize("text", ["04/09/26", "4-9-26", "04.09.26"])
@pytest.mark.parametrize("beside", ["23/09/2026", "2026-09-23"])
def test_a_year_of_two_digits_is_refused_in_words_whatever_the_order(
    text: str, beside: str
) -> None:
    book = referrals(text, beside)
    with pytest.raises(Problems) as refused:
        read_sheets(book, propose(book).maps)
    (one,) = refused.value.located
    assert one.cell == "G2"
    assert one.fault.allowed == "a year of two digits, which says no century; write all four"
    assert one.fault.value == text


def test_a_day_that_is_none_is_refused_and_does_not_hide_the_order_of_the_column() -> None:
    book = referrals("31/09/2026", "30/09/2026")
    proposal = propose(book)
    assert settled(proposal) == {"needed_by": BRITISH}
    with pytest.raises(Problems) as refused:
        read_sheets(book, proposal.maps)
    assert {one.cell: one.fault.allowed for one in refused.value.located} == {"G2": "no such day"}


def test_a_mapping_of_a_sheet_that_names_no_order_is_told_once_and_not_at_every_cell(
    tmp_path: Path,
) -> None:
    book = referrals("23/09/2026", "24/09/2026")
    file = tmp_path / "m.toml"
    head = '[[sheet]]\ntitle = "referrals"\ntable = "referrals"\n'
    file.write_text(head, encoding="utf-8")
    assert propose(book, read_mapping(file)).doubts == (
        "sheet “referrals”, column needed_by: its days are written DD/MM/YYYY, and the mapping "
        "names no date_order",
    )
    file.write_text(f'{head}[sheet.date_order]\nsex = "DD/MM/YYYY"\n', encoding="utf-8")
    with pytest.raises(BadMapping, match="unknown key"):
        read_mapping(file)


def test_a_word_of_the_mapping_stands_before_the_order(tmp_path: Path) -> None:
    book = referrals("01/01/1900", "23/09/2026")
    file = tmp_path / "m.toml"
    file.write_text(
        '[[sheet]]\ntitle = "referrals"\ntable = "referrals"\n'
        '[sheet.date_order]\nneeded_by = "DD/MM/YYYY"\n'
        '[sheet.values.needed_by]\n"01/01/1900" = "2026-09-05"\n',
        encoding="utf-8",
    )
    found = read_sheets(book, propose(book, read_mapping(file)).maps)
    assert [one.needed_by for one in found.referrals] == [date(2026, 9, 5), date(2026, 9, 23)]


def test_days_as_the_spreadsheet_keeps_them_need_no_order() -> None:
    book = referrals(date(2026, 9, 4), "2026-09-05")
    proposal = propose(book)
    assert (proposal.guesses, proposal.doubts) == ((), ())
    assert read_sheets(book, proposal.maps).referrals[0].needed_by == date(2026, 9, 4)


def test_every_column_of_days_of_the_case_may_have_an_order(tmp_path: Path) -> None:
    file = tmp_path / "m.toml"
    for table, sheet in SHEETS.items():
        days = [one.name for one in sheet.columns if one.kind.allowed.startswith("allowed: a date")]
        text = f'[[sheet]]\ntitle = "x"\ntable = "{table}"\n[sheet.date_order]\n'
        file.write_text(text + "".join(f'"{one}" = "{BRITISH}"\n' for one in days), "utf-8")
        assert list(read_mapping(file)[0].date_order) == days


@pytest.mark.parametrize(
    ("text", "order", "found"),
    [("2026-09-04", BRITISH, "2026-09-04"), ("4/9/2026", BRITISH, "2026-09-04"),
     ("9/4/2026", AMERICAN, "2026-09-04"), ("29/02/2024", BRITISH, "2024-02-29"),
     ("29/02/2026", BRITISH, "no such day"), ("13/13/2026", BRITISH, "no such day"),
     ("04/09/2026", ISO, "a day written YYYY-MM-DD"), ("4/9/26", BRITISH, "two digits"),
     ("soon", BRITISH, "a day written DD/MM/YYYY"), ("04-09/26", BRITISH, "written DD/MM")],
)  # fmt: skip
def test_a_text_is_one_day_or_none(text: str, order: str, found: str) -> None:
    if DAY.fullmatch(found):
        assert day_of_text(text, order) == found
        return
    with pytest.raises(NotADay, match=found):
        day_of_text(text, order)
