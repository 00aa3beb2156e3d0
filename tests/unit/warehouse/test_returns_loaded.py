"""`broker warehouse load`: episodes of statutory returns in the warehouse, row for row."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from broker.sample import REGION
from tests.unit.cli.conftest import Broker, broker, folder_after
from tests.unit.returns.written import EPISODES, HEADER

__all__ = ["broker"]

FACT = Path("warehouse/fact_return_episode.parquet")


def folder(tmp_path: Path, name: str = "havering") -> Path:
    """Two collections of two young people: a copy, a later row, one open, one refused."""
    place = tmp_path / name / "E09000016"
    for year in ("2023-24", "2024-25"):
        (place / year).mkdir(parents=True)
        (place / year / "header.csv").write_text(
            f"{HEADER}\n7,2,23/06/2010,WBRI,X1,,\n8,1,19/02/2009,REFU,X2,,\n"
        )
    (place / "2023-24" / "episodes.csv").write_text(
        f"{EPISODES}\n"
        "7,11/09/2023,S,C1,N2,K2,PR4,13/10/2023,X1,CARPL,RM1 3BB,RM1 4AA,SC990001\n"
        "7,11/09/2023,S,C1,N2,K2,PR4,13/10/2023,X1,CARPL,RM1 3BB,RM1 4AA,SC990001\n"
        "7,13/10/2023,P,C1,N2,U4,PR1,,,,RM1 3BB,,\n"
        "8,30/02/2024,S,C1,N5,U4,PR1,,,,,,\n"
        "9,01/02/2024,S,C1,N5,U4,PR1,,,,,,\n"
    )
    (place / "2024-25" / "episodes.csv").write_text(
        f"{EPISODES}\n"
        "7,13/10/2023,P,C1,N2,U4,PR1,02/05/2024,E4A,,RM1 3BB,,\n"
        "8,01/02/2025,S,C2,N5,H5,PR4,,,,,,\n"
    )
    return tmp_path / name


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    build = ("warehouse", "build", "--as-of", "2027-04-02")
    return folder_after(tmp_path_factory.mktemp("built"), ("import", REGION), build)


@pytest.fixture
def built(made_once: Path, broker: Broker, tmp_path: Path) -> Broker:
    """The sample region on record, and its warehouse."""
    shutil.copytree(made_once, tmp_path, dirs_exist_ok=True)
    return broker


def test_every_row_is_loaded_replaced_deleted_or_refused_and_the_source_is_named(
    built: Broker, tmp_path: Path
) -> None:
    done = built("warehouse", "load", folder(tmp_path), "--problems", "p.csv", "--json")
    assert done.code == 0, done.err
    told = json.loads(done.out)
    assert told["source"] == "havering"
    fates = ("loaded", "replaced_by_a_later_return", "copies_deleted", "refused")
    assert told["rows_read"] == 7 == sum(told[fate] for fate in fates)
    assert [told[fate] for fate in fates] == [3, 1, 1, 2]
    rows = pq.read_table(tmp_path / FACT).to_pylist()
    assert [(r["source"], r["file"], r["row"], str(r["starts_on"]), r["days"]) for r in rows] == [
        ("havering", "E09000016/2023-24/episodes.csv", 2, "2023-09-11", 32),
        ("havering", "E09000016/2024-25/episodes.csv", 2, "2023-10-13", 202),
        ("havering", "E09000016/2024-25/episodes.csv", 3, "2025-02-01", None),
    ]
    first, second, third = rows
    assert first["person_key"] == second["person_key"] != third["person_key"]
    assert (first["borough"], first["sex"], first["age"]) == ("E09000016", "F", 13)
    assert (first["home_id"], second["home_id"]) == ("SC990001", None)
    assert not any("RM1" in str(value) for row in rows for value in row.values())
    lines = list(csv.DictReader((tmp_path / "p.csv").open()))
    assert {line["what"] for line in lines} == {"refused", "mended"}
    assert sum(line["what"] == "refused" for line in lines) == 2
    words = built("warehouse", "load", tmp_path / "havering").out
    assert "Of 7 rows: 3 loaded, 1 replaced by a later return, 1 deleted as copies, 2 refused" in (
        " ".join(words.split())
    )
    assert "in place of what was loaded so before" in words


def rows_of(tmp_path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(tmp_path / FACT).to_pylist()
    return found


def test_what_was_loaded_is_in_every_refresh_build_and_rotation_row_for_row(
    built: Broker, tmp_path: Path
) -> None:
    built("warehouse", "load", folder(tmp_path), "--source", "Havering 2025")
    built("warehouse", "load", folder(tmp_path, "other"))
    loaded = rows_of(tmp_path)
    assert len(loaded) == 6
    after = json.loads(built("warehouse", "refresh", "--as-of", "2027-04-03", "--json").out)
    assert not after["files_written_whole"]
    assert rows_of(tmp_path) == loaded
    anew = json.loads(built("warehouse", "build", "--as-of", "2027-04-03", "--json").out)
    assert anew["rows_written"]["fact_return_episode"] == 6
    assert rows_of(tmp_path) == loaded
    assert built("warehouse", "rotate", "--as-of", "2027-04-04").code == 0
    turned = rows_of(tmp_path)
    assert not {row["person_key"] for row in turned} & {row["person_key"] for row in loaded}
    nameless = [{**row, "person_key": None} for row in loaded]
    assert [{**row, "person_key": None} for row in turned] == nameless


def test_the_report_of_outcomes_tells_of_them_by_their_source(
    built: Broker, tmp_path: Path
) -> None:
    built("warehouse", "load", folder(tmp_path))
    told = json.loads(built("report", "outcomes", "--quarter", "2023-Q4", "--json").out)
    table = next(one for one in told["tables"] if one["title"].startswith("In statutory returns"))
    row = dict(zip(table["columns"], table["rows"][0], strict=True))
    assert row["source and borough"] == "havering, Havering"
    assert (row["moved in"], row["ended"], row["stepped down"]) == (0, 1, 100.0)
    assert row["median days"] == 32
    words = built("report", "outcomes", "--quarter", "2026-Q4").out
    own = next(line for line in words.splitlines() if line.strip().startswith("havering, Havering"))
    assert own.count("not available") == len(table["columns"]) - 1


def test_a_source_is_taken_off_the_record_and_out_of_the_warehouse(
    built: Broker, tmp_path: Path
) -> None:
    built("warehouse", "load", folder(tmp_path))
    built("warehouse", "load", folder(tmp_path, "other"))
    gone = built("warehouse", "unload", "--source", "havering")
    assert gone.code == 0, gone.err
    assert {row["source"] for row in rows_of(tmp_path)} == {"other"}
    assert built("warehouse", "build", "--as-of", "2027-04-03").code == 0
    assert {row["source"] for row in rows_of(tmp_path)} == {"other"}
    again = built("warehouse", "unload", "--source", "havering")
    assert again.code == 2
    assert "is not on record; loaded: other" in again.err


def test_on_record_stands_nothing_by_which_a_young_person_is_known(
    built: Broker, tmp_path: Path
) -> None:
    """No number of the authority's, birthday or postcode; within the source, who is the same."""
    assert built("warehouse", "load", folder(tmp_path)).code == 0
    with sqlite3.connect(tmp_path / "records.sqlite3") as database:
        names = [row[1] for row in database.execute("PRAGMA table_info(return_episode)")]
        rows = database.execute("SELECT * FROM return_episode ORDER BY file, row").fetchall()
    assert not {"child", "dob", "date_of_birth", "home_post", "pl_post", "upn"} & set(names)
    assert [row[names.index("person")] for row in rows] == [1, 1, 2]
    told = [str(cell) for row in rows for cell in row]
    assert not any("RM1" in one or "2010-06" in one or "2009-02" in one for one in told)


def test_returns_enter_under_the_agreement_of_whose_they_are_alone(
    built: Broker, tmp_path: Path
) -> None:
    folder(tmp_path)
    (tmp_path / "havering" / "E09000016").rename(tmp_path / "havering" / "E09000006")
    refused = built("warehouse", "load", tmp_path / "havering")
    assert refused.code == 2
    assert "no data sharing agreement of Bromley is on record" in refused.err
    (tmp_path / "havering" / "E09000006").rename(tmp_path / "havering" / "ours")
    unsaid = built("warehouse", "load", tmp_path / "havering")
    assert unsaid.code == 2
    assert "do not say whose returns these are" in unsaid.err
    assert rows_of(tmp_path) == []


def test_what_cannot_be_loaded_is_said_and_nothing_is_done(built: Broker, tmp_path: Path) -> None:
    assert "which folder of returns" in built("warehouse", "load").err
    assert "for load and unload alone" in built("warehouse", "refresh", "--source", "x").err
    assert "which source" in built("warehouse", "unload").err
    assert "for load alone" in built("warehouse", "refresh", "here").err
    assert "--source: empty" in built("warehouse", "load", "here", "--source", " ").err
    assert "--as-of" in built("warehouse", "load", "here", "--as-of", "2027-01-01").err
    assert built("warehouse", "load", tmp_path / "nowhere").code == 2
    key = tmp_path / "warehouse-key.json"
    told = json.loads(key.read_text())
    key.write_text(json.dumps({**told, "secret": "ab" * 32}))
    other = built("warehouse", "load", folder(tmp_path))
    assert other.code == 2
    assert "made with other keys" in other.err
    assert pq.read_table(tmp_path / FACT).num_rows == 0


def test_without_a_warehouse_there_is_nothing_to_load_into(broker: Broker, tmp_path: Path) -> None:
    (tmp_path / "warehouse-key.json").write_text(
        json.dumps({"form": "warehouse-key/1", "secret": "ab" * 32, "eras": []})
    )
    (tmp_path / "warehouse-key.json").chmod(0o600)
    done = broker("warehouse", "load", folder(tmp_path))
    assert done.code == 2
    assert "There is no warehouse in this database yet" in done.err
