"""Administrators keep accounts over HTTP."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from starlette.testclient import TestClient

from broker.database import make_engine, reading, writing
from broker.tables import KeyRow
from tests.integration.api.conftest import problem_of
from tests.integration.api.entering import entries
from tests.integration.api.world import HAVERING, World, bearer, calling, renewed, service
from tests.whole_life import HOME

NEW = {
    "account": "havering-verifier",
    "role": "verifier",
    "organisation": HAVERING,
    "password": "an invented long password",
}


@pytest.fixture
def there(town_file: tuple[Path, World], tmp_path: Path) -> Iterator[tuple[Engine, World]]:
    """The town, one copy for each test."""
    shutil.copy(town_file[0], tmp_path / "town.sqlite3")
    engine = make_engine(f"sqlite:///{tmp_path / 'town.sqlite3'}")
    with writing(engine) as session:
        world = renewed(session, town_file[1])
    yield engine, world
    engine.dispose()


@pytest.fixture
def caller(there: tuple[Engine, World]) -> Iterator[TestClient]:
    """An administrator."""
    engine, world = there
    with calling(service(engine)) as client:
        client.headers.update(bearer(world, "administrator"))
        yield client


def keyed(key: str | None = None) -> dict[str, str]:
    return {"idempotency-key": key or uuid.uuid4().hex}


def change(caller: TestClient, account: str, asked: dict[str, Any]) -> Any:
    """Change an account as whoever has just read it."""
    found = caller.get("/api/accounts?limit=200").json()["accounts"]
    version = next((one["version"] for one in found if one["account"] == account), "0" * 16)
    headers = {"if-match": f'"{version}"'}
    return caller.patch(f"/api/accounts/{account}", json=asked, headers=headers)


def test_an_account_is_made_and_signs_in(caller: TestClient) -> None:
    made = caller.post("/api/accounts", json=NEW, headers=keyed())
    assert made.status_code == 201, made.text
    assert made.headers["location"] == "/api/accounts/havering-verifier"
    body = made.json()
    assert body["has_password"] is True
    assert "password" not in body
    assert NEW["password"] not in made.text
    entered = caller.post(
        "/api/session",
        json={"account": NEW["account"], "password": NEW["password"]},
        headers={"authorization": ""},
    )
    assert entered.status_code == 201
    assert entered.json()["role"] == "verifier"


def test_what_is_kept_of_the_request_cannot_give_the_password_away(
    caller: TestClient, there: tuple[Engine, World]
) -> None:
    first = caller.post("/api/accounts", json=NEW, headers=keyed("k1"))
    again = caller.post("/api/accounts", json=NEW, headers=keyed("k1"))
    assert again.status_code == 201
    assert again.json() == first.json()
    other = caller.post(
        "/api/accounts", json={**NEW, "password": "quite another password"}, headers=keyed("k1")
    )
    assert other.json() == first.json()
    changed = caller.post("/api/accounts", json={**NEW, "role": "director"}, headers=keyed("k1"))
    problem_of(changed, 422, "key-reused")
    with reading(there[0]) as session:
        kept = str(session.execute(sa.select(KeyRow.__table__)).all())
    assert NEW["password"] not in kept
    assert len([row for row in entries(there[0]) if row["act"] == "account.add"]) == 1


def test_everything_wrong_with_an_account_is_told_at_once(caller: TestClient) -> None:
    wrong = {"account": "x", "role": "broker", "organisation": "nowhere", "password": "short"}
    errors = problem_of(
        caller.post("/api/accounts", json=wrong, headers=keyed()), 422, "bad-input"
    )["errors"]
    told = " ".join(error["allowed"] for error in errors)
    for part in ("2 to 64 letters", "no organisation here", "12 to 256 characters"):
        assert part in told
    problem_of(caller.post("/api/accounts", json=NEW), 428, "which-key")
    assert caller.get("/api/accounts?limit=200").text.count("verifier") == 2


def test_accounts_come_page_by_page_in_the_order_of_their_names(caller: TestClient) -> None:
    found: list[dict[str, Any]] = []
    after = ""
    for _ in range(20):
        page = caller.get("/api/accounts", params={"limit": 3, "after": after}).json()
        found += page["accounts"]
        if page["next"] is None:
            break
        after = page["next"]
    names = [one["account"] for one in found]
    assert len(names) == 16
    assert names == sorted(names)
    assert len(set(names)) == len(names)
    whole = caller.get("/api/accounts?limit=200").json()
    assert whole == {"accounts": found, "next": None}
    manager = next(one for one in found if one["account"] == "registered_manager")
    assert manager["homes"] == [HOME]


def test_an_administrator_ends_an_account_but_not_their_own(
    caller: TestClient, there: tuple[Engine, World]
) -> None:
    world = there[1]
    headers = bearer(world, "assessor")
    assert caller.get("/api/session", headers=headers).status_code == 200
    ended = change(caller, "assessor", {"ended": True})
    assert ended.status_code == 200
    assert ended.json()["ended_at"]
    problem_of(caller.get("/api/session", headers=headers), 401, "not-signed-in")
    problem_of(change(caller, "assessor", {"unlock": True}), 422, "bad-input")
    own = change(caller, "administrator", {"ended": True})
    assert problem_of(own, 422, "bad-input")["errors"][0]["pointer"] == "#/ended"
    assert caller.get("/api/session").status_code == 200


def test_the_homes_of_a_manager_change_what_they_may_do_at_once(
    caller: TestClient, there: tuple[Engine, World]
) -> None:
    world = there[1]
    manager = bearer(world, "registered_manager")
    address = f"/api/referrals/{world.newham}"
    assert caller.get(address, headers=manager).status_code == 200
    elsewhere = change(caller, "registered_manager", {"homes": ["SC990006"]})
    assert elsewhere.status_code == 200, elsewhere.text
    problem_of(caller.get(address, headers=manager), 404, "not-found")
    for homes in ([], ["SC990001"], ["nowhere"]):
        refused = change(caller, "registered_manager", {"homes": homes})
        problem_of(refused, 422, "bad-input")
    strange = change(caller, "assessor", {"homes": [HOME]})
    problem_of(strange, 422, "bad-input")


def test_a_new_password_is_taken_and_ends_what_was_open(
    caller: TestClient, there: tuple[Engine, World]
) -> None:
    fresh = "a fresh invented password"
    changed = change(caller, "director", {"password": fresh})
    assert changed.status_code == 200
    assert fresh not in changed.text
    problem_of(
        caller.get("/api/session", headers=bearer(there[1], "director")), 401, "not-signed-in"
    )
    entered = caller.post(
        "/api/session",
        json={"account": "director", "password": fresh},
        headers={"authorization": ""},
    )
    assert entered.status_code == 201
    by_subject = change(caller, "by-subject", {"password": fresh})
    problem_of(by_subject, 422, "bad-input")


def test_an_account_that_is_not_there_is_not_found(caller: TestClient) -> None:
    for name in ("nobody-here", "%00", "a%00b", "..", "%ff", "x" * 5000):
        response = change(caller, name, {"unlock": True})
        assert response.status_code == 404, response.text


def test_what_administrators_do_is_on_the_audit_without_passwords(
    caller: TestClient, there: tuple[Engine, World]
) -> None:
    caller.post("/api/accounts", json=NEW, headers=keyed())
    change(caller, "director", {"password": "a fresh invented password"})
    caller.get("/api/accounts")
    told = entries(there[0])[-4:]
    assert [(row["act"], row["record_id"]) for row in told] == [
        ("account.add", "havering-verifier"),
        ("account.list", "list"),
        ("account.change", "director"),
        ("account.list", "list"),
    ]
    assert all(row["actor"] == "administrator" for row in told)
    assert "invented" not in str([row["after"] for row in told])


def test_an_account_that_changed_meanwhile_is_not_changed_unseen(
    caller: TestClient, there: tuple[Engine, World]
) -> None:
    found = caller.get("/api/accounts?limit=200").json()["accounts"]
    version = next(one["version"] for one in found if one["account"] == "director")
    headers = {"if-match": f'"{version}"'}
    address = "/api/accounts/director"
    done = caller.patch(address, json={"password": "a fresh invented password"}, headers=headers)
    assert done.status_code == 200
    assert done.headers["etag"] == f'"{done.json()["version"]}"' != headers["if-match"]
    late = caller.patch(address, json={"ended": True}, headers=headers)
    assert done.json()["version"] in problem_of(late, 412, "changed")["detail"]
    now = caller.get("/api/accounts?limit=200").json()["accounts"]
    assert done.json() in now, "nothing was done"
    for given in ({}, {"if-match": "*"}, {"if-match": '"1"'}):
        problem_of(caller.patch(address, json={"ended": True}, headers=given), 428, "which-version")
