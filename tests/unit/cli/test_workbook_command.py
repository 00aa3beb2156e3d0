"""`broker workbook`: out, in, the names to confirm, the problems."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook

from broker.cli import main
from matching.exchange import read_case
from matching.sheets import SHEETS
from tests.unit.spreadsheets.crafting import REFERRALS, saved, small, workbook

REGION = Path("broker/sample/region")


def test_the_sample_region_goes_out_and_comes_in_equal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book, case = tmp_path / "case.xlsx", tmp_path / "case"
    assert main(["workbook", "out", str(REGION), "--out", str(book)]) == 0
    capsys.readouterr()
    assert main(["workbook", "in", str(book), "--out", str(case), "--json"]) == 0
    assert read_case(case) == read_case(REGION)
    told = json.loads(capsys.readouterr().out)
    assert told["taken_as"] == []
    pages = load_workbook(book)
    assert pages.sheetnames[:3] == ["policy", "referrals", "homes"]
    rules = {
        next(iter(rule.sqref.ranges)).coord.rstrip("0123456789"): rule.formula1
        for rule in pages["referrals"].data_validations.dataValidation
    }
    assert rules["E6:E"] == '"M,F,U"'
    assert rules["F6:F"] == '"low,medium,high,specialist"'
    notes = {cell.value: cell.comment.text for cell in pages["referrals"][5] if cell.comment}
    assert notes["date_of_birth"] == "Must be filled. Allowed: a date written YYYY-MM-DD."
    assert "bsl" in notes["needs"]
    linked = [rule.formula1 for rule in pages["wishes"].data_validations.dataValidation]
    assert any(formula.startswith("'referrals'!$A$6:$A$") for formula in linked)


def test_files_of_the_folder_that_the_workbook_lacks_are_named_in_it_and_at_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case, book = tmp_path / "case", tmp_path / "a.xlsx"
    shutil.copytree(REGION, case)
    (case / "agreements.toml").write_text("")
    (case / "older").mkdir()
    own = {sheet.file for sheet in SHEETS.values()} | {"policy.toml"}
    lacking = sorted(path.name for path in case.iterdir() if path.name not in own)
    assert {"agreements.toml", "contract.toml", "ledger.csv", "older"} <= set(lacking)
    assert main(["workbook", "out", str(case), "--out", str(book)]) == 0
    said = f"not in the workbook: {', '.join(lacking)}."
    assert said in capsys.readouterr().out
    notes = [row[0].value for row in load_workbook(book)["policy"].iter_rows(max_row=4)]
    assert f"In the folder and not in this workbook: {', '.join(lacking)}." in notes
    assert main(["workbook", "in", str(book), "--out", str(tmp_path / "back")]) == 0
    assert read_case(tmp_path / "back") == read_case(REGION)
    capsys.readouterr()
    bare = tmp_path / "bare.xlsx"
    assert main(["workbook", "out", str(tmp_path / "back"), "--out", str(bare), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["not_in_it"] == []
    assert "not in this workbook" not in str(list(load_workbook(bare)["policy"].values))


def test_a_folder_of_windows_files_is_taken_and_its_encodings_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "given"
    folder.mkdir()
    for number, file in enumerate(sorted(REGION.glob("*.csv"))):
        text = file.read_text(encoding="utf-8")
        (folder / file.name).write_bytes(text.encode("utf-16" if number % 2 else "utf-8"))
    homes = (REGION / "homes.csv").read_text(encoding="utf-8").replace("Linden", "Lindén")
    (folder / "homes.csv").write_bytes(homes.encode("cp1252"))
    (folder / "policy.toml").write_bytes((REGION / "policy.toml").read_bytes())
    assert main(["workbook", "in", str(folder), "--out", str(tmp_path / "case")]) == 0
    out = capsys.readouterr().out
    assert "homes.csv was read as Windows-1252, not UTF-8" in out
    assert "was read as UTF-16" in out
    assert "“ledger” is none of the tables and was not read" in out
    assert any(home.name.startswith("Lindén") for home in read_case(tmp_path / "case").homes)


def test_names_need_a_yes_and_nothing_is_written_without(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = {("DOB" if name == "date_of_birth" else name): v for name, v in REFERRALS.items()}
    file, case, proposed = tmp_path / "a.xlsx", tmp_path / "case", tmp_path / "m.toml"
    file.write_bytes(saved(workbook(small(referrals=[list(row), list(row.values())]))))
    words = ["workbook", "in", str(file), "--out", str(case)]
    assert main([*words, "--propose", str(proposed)]) == 2
    told = capsys.readouterr().err
    assert "sheet “referrals”, column “DOB” is date_of_birth" in told
    assert "need your yes" in told
    assert not case.exists()
    assert main([*words, "--mapping", str(proposed)]) == 0
    assert main([*words[:-1], str(tmp_path / "other"), "--accept"]) == 0
    assert read_case(case) == read_case(tmp_path / "other")


def test_what_is_wrong_is_told_and_written_and_no_case_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = workbook(small())
    book["referrals"]["F2"] = "higher"
    file, copy = tmp_path / "a.xlsx", tmp_path / "problems.xlsx"
    file.write_bytes(saved(book))
    words = ["workbook", "in", str(file), "--out", str(tmp_path / "c"), "--problems", str(copy)]
    assert main(words) == 2
    assert "“referrals”, F2: referrals.csv, row 2, band: found “higher”" in capsys.readouterr().err
    assert load_workbook(copy)["Problems"]["A2"].hyperlink.location == "'referrals'!F2"
    assert not (tmp_path / "c").exists()


def test_without_a_policy_the_day_can_be_said(tmp_path: Path) -> None:
    pages = small()
    del pages["policy"]
    file = tmp_path / "a.xlsx"
    file.write_bytes(saved(workbook(pages)))
    words = ["workbook", "in", str(file), "--out", str(tmp_path / "c")]
    assert main(words) == 2
    assert main([*words, "--as-of", "2026-09-04"]) == 0


def test_a_text_no_workbook_can_keep_is_not_lost_in_silence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = tmp_path / "case"
    case.mkdir()
    for file in REGION.glob("*"):
        (case / file.name).write_bytes(file.read_bytes())
    with (case / "declines.csv").open("a", encoding="utf-8") as stream:
        referral, home, _ = (case / "declines.csv").read_text().splitlines()[1].split(",", 2)
        homes = (case / "homes.csv").read_text().splitlines()
        other = next(h for h in (line.split(",")[0] for line in homes[1:]) if h != home)
        stream.write(f"{referral},{other},odd \uffff letter\n")
    assert main(["workbook", "out", str(case), "--out", str(tmp_path / "a.xlsx")]) == 2
    assert "no workbook can keep" in capsys.readouterr().err
    assert not (tmp_path / "a.xlsx").exists()
