"""Homes on record are listed in the order of their ids, with the places free on a day."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.case_json import read_case_json
from api.records import Records
from broker.database import make_engine, writing
from broker.importing import import_case
from matching.exchange import write_case
from tests.integration.api.conftest import CASES, asking, in_threads, problem_of
from tests.whole_life import sign_agreements

IDS = ["SC990002", "SC990001", "sc-1", "Z", "a", "SC99", "É"]


@pytest.fixture(scope="module")
def lopsided(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A case of seven homes; in the first live three people for two places."""
    home = {
        "borough": "E09000016",
        "registration": "registered",
        "min_age": 11,
        "max_age": 17,
        "sexes": ["M", "F"],
        "bands": ["low"],
        "places": 2,
    }
    living = [
        ("YP1", "SC990002", None, None),
        ("YP2", "SC990002", "2026-05-01", "confirmed"),
        ("YP3", "SC990002", "2026-06-01", "expected"),
        ("YP4", "a", "2026-04-20", None),
        ("YP5", "a", "2026-05-31", "confirmed"),
    ]
    return {
        "policy": {"as_of": "2026-04-01"},
        "referrals": [],
        "homes": [{"home_id": home_id, **home} for home_id in IDS],
        "residents": [
            {
                "young_person_id": who,
                "home_id": where,
                "borough": "E09000002",
                "band": "low",
                "date_of_birth": "2012-02-03",
                "leaves_on": on,
                "leaving": how,
            }
            for who, where, on, how in living
        ],
    }


@pytest.fixture
def caller(address: str, lopsided: dict[str, Any], tmp_path: Path) -> Iterator[TestClient]:
    """A caller of a service on that case, on SQLite and on PostgreSQL."""
    write_case(read_case_json(lopsided), tmp_path / "case")
    engine = make_engine(address)
    with writing(engine) as session:
        sign_agreements(session)
        import_case(session, tmp_path / "case", by="test", when=datetime.now(UTC), hold_day=True)
    with asking(in_threads(Records(engine))) as client:
        yield client


def listed(client: TestClient, query: str) -> dict[str, Any]:
    response = client.get(f"/api/homes?{query}")
    assert response.status_code == 200, response.text
    page: dict[str, Any] = response.json()
    return page


def test_homes_come_in_the_order_of_their_ids_whatever_the_database(caller: TestClient) -> None:
    page = listed(caller, "day=2026-04-01")
    assert [home["home_id"] for home in page["homes"]] == sorted(IDS)
    assert page["total"] == 7
    assert page["next"] is None


def test_pages_follow_each_other_without_gap_or_repeat(caller: TestClient) -> None:
    seen = []
    after: str | None = ""
    pages = 0
    while after is not None:
        page = listed(caller, f"day=2026-04-01&limit=3&after={after}")
        seen += [home["home_id"] for home in page["homes"]]
        after = page["next"]
        pages += 1
    assert seen == sorted(IDS)
    assert pages == 3
    assert listed(caller, f"after={max(IDS)}")["homes"] == []


@pytest.mark.parametrize(
    ("day", "in_first", "in_second"),
    [
        ("2026-04-01", (3, 0, ["2026-06-01"]), (2, 0, ["2026-04-20"])),
        ("2026-04-30", (3, 0, ["2026-06-01"]), (2, 0, ["2026-04-20"])),
        ("2026-05-01", (2, 0, ["2026-06-01"]), (2, 0, ["2026-04-20"])),
        ("2026-05-31", (2, 0, ["2026-06-01"]), (1, 1, ["2026-04-20"])),
        ("2030-01-01", (2, 0, ["2026-06-01"]), (1, 1, ["2026-04-20"])),
    ],
)
def test_only_a_confirmed_day_of_leaving_frees_a_place(
    caller: TestClient, day: str, in_first: tuple[Any, ...], in_second: tuple[Any, ...]
) -> None:
    homes = {home["home_id"]: home for home in listed(caller, f"day={day}")["homes"]}
    found = [
        (home["residents"], home["free_places"], home["may_be_free_from"])
        for home in (homes["SC990002"], homes["a"], homes["Z"])
    ]
    assert found == [in_first, in_second, (0, 2, [])]


def test_a_home_shows_what_is_on_record_and_nothing_else(client: TestClient) -> None:
    ash = listed(client, "day=2026-04-01&limit=1")["homes"][0]
    assert ash["home_id"] == "SC990001"
    assert ash["bands"] == ["low", "medium", "high"]
    assert ash["due_diligence"] is True
    assert "max_high" not in ash
    assert not any("young" in key for key in ash)


def test_today_is_the_day_where_none_is_asked(client: TestClient) -> None:
    assert listed(client, "")["day"] == datetime.now().astimezone().date().isoformat()


@pytest.mark.parametrize("day", ["1900-01-01", "2199-12-31"])
def test_the_first_and_the_last_day_that_can_be_reckoned_with_are_days(
    client: TestClient, day: str
) -> None:
    assert listed(client, f"day={day}")["day"] == day


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"])
def test_a_day_at_the_ends_of_the_calendar_is_refused(client: TestClient, day: str) -> None:
    problem = problem_of(client.get(f"/api/homes?day={day}"), 422, "bad-input")
    assert problem["errors"][0]["parameter"] == "day"


def test_records_without_homes_give_an_empty_page(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'none.sqlite3'}")
    with asking(in_threads(Records(engine))) as client:
        page = listed(client, "")
        assert (page["total"], page["homes"], page["next"]) == (0, [], None)


@pytest.mark.parametrize(
    ("query", "parameters"),
    [
        ("limit=0", {"limit"}),
        ("limit=501&after=%00", {"limit", "after"}),
        ("limit=x", {"limit"}),
        ("limit=", {"limit"}),
        ("after=" + "9" * 65, {"after"}),
        ("limit=" + "9" * 5000, {"limit"}),
        ("day=2026-02-30", {"day"}),
        ("day=2026-2-3", {"day"}),
        ("day=2026-04-01T00:00", {"day"}),
        ("day=", {"day"}),
        ("days=2026-04-01&limt=5", {"days", "limt"}),
    ],
)
def test_a_bad_parameter_is_named(client: TestClient, query: str, parameters: set[str]) -> None:
    problem = problem_of(client.get(f"/api/homes?{query}"), 422, "bad-input")
    assert {error["parameter"] for error in problem["errors"]} == parameters
    assert all(error["allowed"] for error in problem["errors"])


def test_closed_homes_are_not_listed(records: Records, filled: Path, tmp_path: Path) -> None:
    case = tmp_path / "smaller"
    shutil.copytree(CASES / "case-small", case)
    for name in ("homes", "rates", "residents", "wishes", "declines"):
        file = case / f"{name}.csv"
        kept = [line for line in file.read_text("utf-8").splitlines() if "SC990002" not in line]
        file.write_text("\n".join(kept) + "\n", "utf-8")
    engine = make_engine(f"sqlite:///{tmp_path / 'broker.sqlite3'}")
    with writing(engine) as session:
        import_case(
            session, case, by="test", when=datetime.now(UTC), close_missing="sold", hold_day=True
        )
    with asking(in_threads(records)) as client:
        page = listed(client, "day=2026-04-01")
        assert json.dumps(page).count("SC990002") == 0
        assert page["total"] == 1
