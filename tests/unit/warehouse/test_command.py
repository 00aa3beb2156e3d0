"""What `broker warehouse` and `broker report` say, do and refuse."""

from __future__ import annotations

import csv
import json
import shutil
from datetime import date
from pathlib import Path

import html5lib
import openpyxl
import pytest
import sqlalchemy as sa

from broker.sample import REGION
from broker.warehouse import sql
from broker.warehouse.facts import BY_NAME
from broker.warehouse.shape import Type
from tests.unit.cli.conftest import Broker, broker, folder_after

__all__ = ["broker"]

NAMES = ("flow", "outcomes", "sufficiency", "equality", "providers", "change", "board")


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    build = ("warehouse", "build", "--as-of", "2027-04-02")
    return folder_after(tmp_path_factory.mktemp("built"), ("import", REGION), build)


@pytest.fixture
def built(made_once: Path, broker: Broker, tmp_path: Path) -> Broker:
    """The sample region on record, and its warehouse."""
    shutil.copytree(made_once, tmp_path, dirs_exist_ok=True)
    return broker


@pytest.mark.thorough
def test_from_build_to_refresh_rotation_reports_and_publication(
    built: Broker, tmp_path: Path
) -> None:
    again = json.loads(built("warehouse", "refresh", "--as-of", "2027-04-02", "--json").out)
    assert not again["built_whole"]
    assert not again["files_written_whole"]
    assert sum(again["rows_written"].values()) == 0
    later = json.loads(built("warehouse", "refresh", "--as-of", "2027-04-03", "--json").out)
    assert later["rows_written"] == {"fact_occupancy_day": 23}
    secret = json.loads((tmp_path / "warehouse-key.json").read_text())["secret"]
    turned = json.loads(built("warehouse", "rotate", "--as-of", "2027-04-03", "--json").out)
    assert turned["built_whole"]
    keys = json.loads((tmp_path / "warehouse-key.json").read_text())
    assert keys["secret"] != secret
    assert keys["eras"] == ["2027-04-03"]
    assert (tmp_path / "warehouse-key.json").stat().st_mode & 0o777 == 0o600
    for name in NAMES:
        told = built("report", name, "--quarter", "2026-Q4")
        assert told.code == 0
        assert "Source: the partnership's warehouse, from its records as of 2027-04-03." in told.out
    referrals_more(tmp_path / "records.sqlite3", 3)
    in_part = ("warehouse", "publish", "--year", "2026-27", "--in-part", "--out", "out")
    published = built(*in_part, "--json")
    assert published.code == 0
    shown = json.loads(published.out)
    assert {cell for t in shown["tables"] for row in t["rows"].values() for cell in row} == {"c"}
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "README.txt", "table-1.csv", "table-2.csv", "table-3.csv", "table-4.csv", "totals.csv",
    ]  # fmt: skip
    assert "is not empty" in built(*in_part).err


def test_a_report_says_the_same_as_words_json_workbook_and_csv(
    built: Broker, tmp_path: Path
) -> None:
    asked = ("report", "providers", "--quarter", "2026-Q4")
    told = json.loads(built(*asked, "--json", "--workbook", "r.xlsx", "--csv", "r.csv").out)
    days = told["tables"][-1]
    words = built(*asked).out
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    lines = list(csv.DictReader((tmp_path / "r.csv").open()))
    sheet = [list(row) for row in book["Place days"].iter_rows(values_only=True)]
    for row in days["rows"]:
        name, places = row[0], row[1]
        assert f"{name}  " in words or f"{name} " in words
        assert f"{places:,}" in words
        assert any(cells[0] == name and cells[1] == places for cells in sheet)
        own = [x for x in lines if x["table"] == "Place days" and x["row"] == name]
        assert next(x["value"] for x in own if x["column"] == "place days") == str(places)
    assert sum(row[1] for row in days["rows"]) > 0


def test_the_board_s_page_is_one_whole_document_with_its_figures(
    built: Broker, tmp_path: Path
) -> None:
    told = built("report", "board", "--quarter", "2026-Q4", "--html", "b.html", "--json")
    page = (tmp_path / "b.html").read_text(encoding="utf-8")
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    document = parser.parse(page)
    headings = [one.text for one in document.iter("h2")]
    assert headings == [table["title"] for table in json.loads(told.out)["tables"]]
    assert "size: A4" in page
    assert "not available" in page
    assert "http://" not in page.replace("http://www.w3.org/", "")


REFUSED = {
    ("report", "flow"): "Make it: broker warehouse build",
    ("report", "flow", "--quarter", "2026-Q5"): "allowed: a quarter such as 2026-Q3",
    ("report", "flow", "--quarter", "2026-Q3", "--from", "2026-01-01", "--to", "2026-02-01"):
        "--quarter says from and to already",
    ("report", "flow", "--from", "2026-01-01"): "--from and --to go together",
    ("report", "flow", "--from", "2026-02-01", "--to", "2026-01-01"): "a day after --from",
    ("report", "flow", "--borough", "E06000001"): "allowed: E0900",
    ("report", "flow", "--html", "x.html"): "--html is for the board pack",
    ("report", "flow", "--csv", "none/x.csv"): "the folder none does not exist",
    ("warehouse", "publish"): "allowed: a financial year such as 2025-26",
    ("warehouse", "publish", "--year", "2025-27"): "allowed: a financial year such as 2025-26",
    ("warehouse", "publish", "--year", "2025-26"): "Make it: broker warehouse build",
    ("warehouse", "build", "--year", "2025-26"): "--year goes with publish",
    ("warehouse", "build", "--in-part"): "--in-part goes with publish",
    ("warehouse", "rotate"): "warehouse-key.json: cannot be read",
    ("warehouse", "build", "--keys", "warehouse/k.json"): "the keys lie in the warehouse's folder",
}  # fmt: skip


@pytest.mark.parametrize("asked", REFUSED, ids=" ".join)
def test_what_cannot_be_done_is_refused_in_words(broker: Broker, asked: tuple[str, ...]) -> None:
    told = broker(*asked)
    assert told.code == 2
    assert REFUSED[asked] in told.err


def test_a_year_that_is_not_over_is_not_published(built: Broker) -> None:
    told = built("warehouse", "publish", "--year", "2027-28")
    assert told.code == 2
    assert "is over on 2028-04-01" in told.err


NOT_WHOLE = {
    ("2025-26",): "Not available: the records begin on 2026-09-04. Of days of which nothing is",
    ("2025-26", "--in-part"): "Not available: the records begin on 2026-09-04.",
    ("2026-27",): "In part: the records begin on 2026-09-04. 209 days of it are known.",
}


@pytest.mark.parametrize("asked", NOT_WHOLE, ids=" ".join)
def test_a_year_is_not_published_as_whole_of_which_the_records_know_nothing_or_a_part(
    built: Broker, tmp_path: Path, asked: tuple[str, ...]
) -> None:
    referrals_more(tmp_path / "records.sqlite3", 9)
    told = built("warehouse", "publish", "--out", "p", "--year", *asked)
    assert told.code == 2
    assert NOT_WHOLE[asked] in told.err
    assert "Nothing was done" in told.err
    assert not (tmp_path / "p").exists()
    assert publications(tmp_path / "records.sqlite3") == []


def test_a_year_published_in_part_says_so_in_every_file_and_on_record(
    built: Broker, tmp_path: Path
) -> None:
    asked = ("warehouse", "publish", "--year", "2026-27", "--in-part", "--out", "p", "--json")
    assert "there are no records yet" in built(*asked).err
    referrals_more(tmp_path / "records.sqlite3", 9)
    told = json.loads(built(*asked).out)
    assert told["counted"] == {"from": "2026-09-04", "to": "2027-04-01"}
    days = "2026-09-04 to the day before 2027-04-01"
    words = (
        f"In part: the records begin on 2026-09-04. Counted are 209 of the year's 365 days, {days}."
    )
    assert [note.startswith(words) for note in told["notes"]] == [True]
    files = sorted((tmp_path / "p").iterdir())
    assert len(files) == 6
    assert all(days in one.read_text(encoding="utf-8") for one in files)
    [(year, after)] = publications(tmp_path / "records.sqlite3")
    assert (year, after["days"]) == ("2026-27", "2026-09-04 2027-04-01")


def publications(file: Path) -> list[tuple[str, dict[str, str]]]:
    """The years noted as published, and what was noted of each."""
    engine = sa.create_engine(f"sqlite:///{file}")
    query = sa.text(
        "SELECT record_id, after FROM audit JOIN audit_value USING (number) "
        "WHERE act = 'warehouse.publish' ORDER BY number"
    )
    with engine.begin() as connection:
        rows = connection.execute(query.columns(after=sa.JSON)).all()
    engine.dispose()
    return [(row.record_id, row.after) for row in rows]


def test_a_year_published_with_other_figures_is_refused_and_nothing_is_written(
    built: Broker, tmp_path: Path
) -> None:
    asked = ("warehouse", "publish", "--year", "2026-27", "--in-part", "--out")
    referrals_more(tmp_path / "records.sqlite3", 1)
    assert built(*asked, "p1").code == 0
    assert built(*asked, "p2").code == 0, "the same figures may be written twice"
    first = {one.name: one.read_text() for one in (tmp_path / "p1").iterdir()}
    assert {one.name: one.read_text() for one in (tmp_path / "p2").iterdir()} == first
    referrals_more(tmp_path / "records.sqlite3", 30)
    told = built(*asked, "p3")
    assert told.code == 2
    assert "was published on" in told.err
    assert "with other figures (digest " in told.err
    assert "Give out the files of that day again" in told.err
    assert not (tmp_path / "p3").exists()


def referrals_more(file: Path, number: int) -> None:
    """So many referrals of Newham more, as if they had been told since; the first ever are these.

    They are of 4 September 2026.
    """
    shape = BY_NAME["fact_referral"]
    day = date(2026, 9, 4)
    filled = {Type.TEXT: "x", Type.WHOLE: 0, Type.YES_NO: False, Type.DAY: day}
    told = {one.name: filled[one.type] for one in shape.columns if one.empty is None}
    told |= {"borough": "E09000025", "band": "medium", "submitted_on": day}
    engine = sa.create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        rows = [{**told, "referral_key": f"{number}-{at}"} for at in range(number)]
        connection.execute(sa.insert(sql.TABLES[shape.name]), rows)
    engine.dispose()


def test_a_folder_of_something_else_is_left_alone(broker: Broker, tmp_path: Path) -> None:
    (tmp_path / "warehouse").mkdir()
    (tmp_path / "warehouse" / "letter.txt").write_text("dear")
    told = broker("warehouse", "build")
    assert told.code == 2
    assert "holds other files" in told.err
    assert not (tmp_path / "warehouse-key.json").exists()


BAD_KEYS = {
    "not json": "is not JSON",
    "[]": "has no form warehouse-key/1",
    '{"form": "warehouse-key/1", "secret": "00", "eras": []}': "64 hexadecimal digits",
    '{"form": "warehouse-key/1", "secret": "' + "ab" * 32 + '", "eras": ["2026-02-01", '
    '"2026-01-01"]}': "each after the one before",
}


@pytest.mark.parametrize("text", BAD_KEYS)
def test_a_file_that_is_no_file_of_keys_is_refused_and_no_secret_shown(
    broker: Broker, tmp_path: Path, text: str
) -> None:
    (tmp_path / "warehouse-key.json").write_text(text)
    told = broker("warehouse", "build")
    assert told.code == 2
    assert BAD_KEYS[text] in told.err
    assert "abab" not in told.err


def test_files_that_were_lost_are_written_whole_again(built: Broker, tmp_path: Path) -> None:
    (tmp_path / "warehouse" / "fact_offer.parquet").unlink()
    told = json.loads(built("warehouse", "refresh", "--as-of", "2027-04-02", "--json").out)
    assert told["files_written_whole"]
    assert not told["built_whole"]
    assert (tmp_path / "warehouse" / "fact_offer.parquet").exists()


def test_in_production_a_place_that_is_not_said_is_refused_and_not_the_working_folder(
    broker: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker("import", REGION)
    monkeypatch.setenv("BROKER_ENV", "production")
    before = sorted(tmp_path.iterdir())
    for action in ("build", "refresh", "rotate"):
        done = broker("warehouse", action)
        assert done.code == 2
        assert "--out DIR: not said, and BROKER_WAREHOUSE is not set." in done.err
    done = broker("warehouse", "build", "--out", "files")
    assert done.code == 2
    assert "--keys FILE: not said, and BROKER_WAREHOUSE_KEY is not set." in done.err
    assert sorted(tmp_path.iterdir()) == before
    monkeypatch.setenv("BROKER_WAREHOUSE", "files")
    monkeypatch.setenv("BROKER_WAREHOUSE_KEY", "key.json")
    assert broker("warehouse", "build").code == 0
    assert (tmp_path / "files" / "warehouse.json").is_file()
    assert (tmp_path / "key.json").is_file()
    assert "warehouse" not in {one.name for one in tmp_path.iterdir()}
