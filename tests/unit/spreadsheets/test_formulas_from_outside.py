"""A text that a spreadsheet would run is refused where it comes in, or never goes out to be run."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from broker.returns.listed import listed
from broker.standard.fields import fields
from broker.standard.files import as_csv, read_standard
from matching.exchange import case_texts, read_case
from matching.faults import BadInput
from matching.formulas import runs
from matching.tables import table_text
from pricing.problems import InputProblem
from tests.unit.cli.conftest import Broker, broker
from tests.unit.spreadsheets.crafting import HOMES, REFERRALS

__all__ = ["broker"]

INBOX = Path("docs/examples/inbox").resolve()
STARTS = ["=1+1", "+cmd", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "＝1+1", "=HYPERLINK(A1)"]
"""With a tab before it a cell is trimmed, and is a formula all the same."""


def case(folder: Path, words: str, home: str = "SC990001") -> Path:
    """A case folder with raw words wherever the reader takes words."""
    place = folder / "case"
    place.mkdir()
    row = {**HOMES, "home_id": home, "name": words, "provider": words, "contract": words}
    reason = {"referral_id": "R-1", "home_id": home, "reason": words}
    wish = {"referral_id": "R-1", "home_id": home, "wish": "wants", "words": words}
    tables = {"referrals": REFERRALS, "homes": row, "declines": reason, "wishes": wish}
    for name, told in tables.items():
        (place / f"{name}.csv").write_text(table_text(list(told), [list(told.values())]))
    (place / "policy.toml").write_text("as_of = 2026-09-04\n")
    return place


def cells(text: str) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]


def run_by_a_spreadsheet(book: Path) -> list[str]:
    """The cells of a workbook that are formulas, or would be once edited."""
    return [
        str(cell.value)
        for page in load_workbook(book)
        for row in page.iter_rows()
        for cell in row
        if cell.data_type == "f" or (isinstance(cell.value, str) and runs(cell.value)
                                     and not cell.quotePrefix)
    ]  # fmt: skip


@pytest.mark.parametrize("start", STARTS)
def test_words_of_a_case_folder_go_out_so_that_no_spreadsheet_runs_them(
    start: str, broker: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROKER_DATABASE_URL", f"sqlite:///{tmp_path / 'b.sqlite3'}")
    place = case(tmp_path, start)
    before = read_case(place)
    assert before.homes[0].name == start.strip()
    for text in case_texts(before).values():
        assert not [cell for cell in cells(text) if runs(cell) and not cell.lstrip("-").isdigit()]
    book, back, again = tmp_path / "a.xlsx", tmp_path / "back", tmp_path / "again"
    assert broker("workbook", "out", place, "--out", book).code == 0
    found = run_by_a_spreadsheet(book)
    assert found == []
    assert broker("workbook", "in", book, "--out", back).code == 0
    assert read_case(back) == before
    assert not [cell for file in back.glob("*.csv") for cell in cells(file.read_text()) if
                runs(cell)]  # fmt: skip
    assert broker("workbook", "in", back, "--out", again).code == 0, "an apostrophe marks text"
    assert read_case(again) == before


@pytest.mark.parametrize("start", STARTS)
def test_an_id_that_a_spreadsheet_would_run_is_refused(start: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"home_id: found .* it begins as a formula does"):
        read_case(case(tmp_path, "Ash", home=start))


@pytest.mark.parametrize("start", STARTS)
def test_raw_formulas_of_a_folder_of_csv_are_refused_by_the_workbook_reader(
    start: str, broker: Broker, tmp_path: Path
) -> None:
    told = broker("workbook", "in", case(tmp_path, start), "--out", tmp_path / "out")
    assert told.code == 2
    assert "begins as a formula does" in told.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("start", STARTS)
def test_raw_words_of_the_standards_csv_go_out_escaped(start: str, tmp_path: Path) -> None:
    plain = {"Integer": "7", "Boolean": "true", "Date": "2026-02-28", "String": start}
    row = [(*one.options, plain.get(one.type, ""))[0] for one in fields().values()]
    file = tmp_path / "a.csv"
    file.write_text(table_text(list(fields()), [row]))
    read = read_standard(file)
    assert not read.problems
    record = read.records[0][1]
    assert record["Risks.riskOther"] == start.strip()
    written = as_csv([record])
    assert not [cell for cell in cells(written) if runs(cell)]
    file.write_text(written)
    assert read_standard(file).records[0][1] == record


@pytest.mark.parametrize("start", STARTS)
def test_an_apostrophe_in_a_file_of_a_system_marks_text_and_nothing_else_is_taken(
    start: str, broker: Broker, tmp_path: Path
) -> None:
    lines = (INBOX / "example-system.csv").read_text(encoding="utf-8").splitlines()
    reasons = {}
    for before in ("", "'"):
        words = f'"{before}{start.strip()}"'
        file = tmp_path / "a.csv"
        file.write_text(f"{lines[0]}\n{lines[1].replace('White British', words)}\n")
        told = broker("inbox", "take", file, "--mapping", INBOX / "example-system.toml",
                      "--borough", "E09000016", "--check", "--json")  # fmt: skip
        reasons[before] = str(json.loads(told.out)["waiting"])
    assert "begins as a formula does" in reasons[""]
    assert "begins as a formula does" not in reasons["'"]


@pytest.mark.parametrize("start", STARTS)
def test_a_list_of_problems_quotes_a_cell_so_that_it_is_not_run(start: str) -> None:
    lines = listed([InputProblem("a.csv", start, start, "a day", "wrong value", 2)], [])
    assert not [cell for line in lines for cell in line if runs(cell)]
