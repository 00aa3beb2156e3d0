"""A request is done once, a stale one not at all, and pages are whole: on both databases."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api import lives
from api.access import ROUTES
from broker.audit.chain import verify
from broker.database import reading, writing
from broker.sample.whole_form import whole_form
from broker.store.clock import now
from broker.tables import AuditRow, KeyRow, LifeRow, OfferRow, StepRow
from tests.integration.api import bodies
from tests.integration.api.conftest import LOOPBACK, problem_of
from tests.integration.api.world import World, bearer, calling, service

Filled = tuple[Engine, World]


@pytest.fixture
def caller(either: Filled) -> Iterator[TestClient]:
    """The assessor of Newham."""
    with calling(service(either[0])) as client:
        client.headers.update(bearer(either[1], "assessor"))
        yield client


def count(engine: Engine, table: Any) -> int:
    with reading(engine) as session:
        return int(session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def a_form(**changed: Any) -> dict[str, Any]:
    """A form of a young person nobody has a referral of."""
    one = f"YP-{uuid.uuid4().hex[:8]}"
    return {"form": whole_form(young_person_id=one, **changed).model_dump(mode="json")}


def keyed(**more: str) -> dict[str, str]:
    return {"idempotency-key": uuid.uuid4().hex, **more}


def begun(caller: TestClient) -> tuple[str, str]:
    """A new draft: its address and its version."""
    made = caller.post("/api/referrals", json=a_form(), headers=keyed())
    assert made.status_code == 201, made.text
    return made.headers["location"], made.headers["etag"]


def test_a_request_sent_twice_is_done_once_and_answered_alike(
    caller: TestClient, either: Filled
) -> None:
    before = count(either[0], LifeRow), count(either[0], AuditRow)
    body, headers = a_form(), keyed()
    first, second = (caller.post("/api/referrals", json=body, headers=headers) for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert first.headers["location"] == second.headers["location"]
    assert first.headers["etag"] == second.headers["etag"] == '"1"'
    assert (count(either[0], LifeRow), count(either[0], AuditRow)) == (before[0] + 1, before[1] + 1)


def test_a_step_sent_twice_is_taken_once_even_after_another(caller: TestClient) -> None:
    address, version = begun(caller)
    headers = keyed(**{"if-match": version})
    first = caller.post(f"{address}/steps", json=bodies.step("submit"), headers=headers)
    assert first.status_code == 201, first.text
    again = caller.post(f"{address}/steps", json=bodies.step("submit"), headers=headers)
    assert again.content == first.content
    steps = caller.get(f"{address}/steps").json()["steps"]
    assert [one["kind"] for one in steps] == ["open", "submit"]


@pytest.mark.parametrize("changed", ["body", "path", "version"])
def test_a_key_stands_for_one_request(caller: TestClient, changed: str) -> None:
    address, version = begun(caller)
    headers = keyed(**{"if-match": version})
    steps = f"{address}/steps"
    assert caller.post(steps, json=bodies.step("submit"), headers=headers).status_code == 201
    if changed == "body":
        other = caller.post(steps, json=bodies.step("withdraw"), headers=headers)
    elif changed == "path":
        other = caller.post("/api/referrals", json=a_form(), headers=headers)
    else:
        other = caller.post(
            steps, json=bodies.step("submit"), headers={**headers, "if-match": '"2"'}
        )
    problem_of(other, 422, "key-reused")


def test_two_people_may_use_the_same_key(caller: TestClient, either: Filled) -> None:
    headers = keyed()
    first = caller.post("/api/referrals", json=a_form(), headers=headers)
    broker = {**headers, **bearer(either[1], "broker")}
    second = caller.post("/api/referrals", json=a_form(), headers=broker)
    assert first.status_code == second.status_code == 201
    assert first.headers["location"] != second.headers["location"]


def test_what_is_refused_leaves_its_key_free(caller: TestClient) -> None:
    address, version = begun(caller)
    headers = keyed(**{"if-match": version})
    early = bodies.step("visited")
    problem_of(caller.post(f"{address}/steps", json=early, headers=headers), 409, "gates-shut")
    taken = caller.post(f"{address}/steps", json=bodies.step("submit"), headers=headers)
    assert taken.status_code == 201


def test_a_key_is_kept_in_the_transaction_of_what_was_done(
    caller: TestClient, either: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = (LifeRow, StepRow, KeyRow, AuditRow)
    before = [count(either[0], table) for table in tables]

    def broken(*_: Any) -> None:
        raise RuntimeError("the power went")

    body, headers = a_form(), keyed()
    monkeypatch.setattr(lives, "keep", broken)
    problem_of(caller.post("/api/referrals", json=body, headers=headers), 500, "internal")
    assert [count(either[0], table) for table in tables] == before
    monkeypatch.undo()
    assert caller.post("/api/referrals", json=body, headers=headers).status_code == 201
    assert [count(either[0], table) for table in tables] == [one + 1 for one in before]


def test_an_answer_is_kept_for_a_day_and_no_longer(
    caller: TestClient, either: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(caller)
    assert count(either[0], KeyRow) > 1
    monkeypatch.setattr(lives, "now", lambda: now() + timedelta(days=1, minutes=1))
    begun(caller)
    with reading(either[0]) as session:
        table = KeyRow.__table__
        query = sa.select(sa.func.count()).where(table.c.actor == "assessor")
        assert session.execute(query).scalar_one() == 1


@pytest.mark.parametrize("key", [None, "", " ", "two words", "é", "x" * 201])
def test_a_request_that_creates_needs_a_key(caller: TestClient, key: str | None) -> None:
    headers = {} if key is None else {"idempotency-key": key.encode("utf-8")}
    given = [(name.encode(), value) for name, value in headers.items()]
    response = caller.post("/api/referrals", json=a_form(), headers=given)
    problem_of(response, 428, "which-key")


CREATE = {
    "/api/accounts": ("/api/accounts", "administrator"),
    "/api/homes": ("/api/homes", "broker"),
    "/api/matches": ("/api/matches", "broker"),
    "/api/referrals": ("/api/referrals", "assessor"),
    "/api/referrals/{referral_id}/steps": ("/api/referrals/R-none/steps", "assessor"),
    "/api/registers/{register}": ("/api/registers/agreements", "commissioner"),
}
"""Routes that put something on record, and an account that may."""
KEEP_NOTHING = {
    "/api/session", "/api/tokens", "/api/options", "/api/explanations", "/api/evaluations",
    "/api/what-ifs", "/api/prices",
}  # fmt: skip
"""Routes that sign in or answer a question: asked twice, they are answered twice."""


READ_FIRST: dict[str, dict[str, Any]] = {
    "/api/accounts": {
        "account": "somebody-new", "role": "broker", "organisation": "partnership",
        "subject": "s-1",
    },
    "/api/matches": {"from": "database"},
}  # fmt: skip
"""Bodies that are read before the key is asked for."""


def test_every_route_that_creates_needs_a_key_and_no_other_is_left_out(either: Filled) -> None:
    assert {path for method, path in ROUTES if method == "POST"} == {*CREATE, *KEEP_NOTHING}
    with calling(service(either[0])) as client:
        for address, account in CREATE.values():
            headers = {**bearer(either[1], account), "if-match": '"1"'}
            asked = READ_FIRST.get(address, {})
            problem_of(client.post(address, json=asked, headers=headers), 428, "which-key")


@pytest.mark.parametrize(
    "given", [None, "", "*", 'W/"1"', '"0"', '"-1"', "one", '"1", "2"', "9" * 99]
)
def test_a_step_says_which_version_was_seen(caller: TestClient, given: str | None) -> None:
    address, _ = begun(caller)
    headers = keyed() if given is None else keyed(**{"if-match": given})
    response = caller.post(f"{address}/steps", json=bodies.step("submit"), headers=headers)
    problem_of(response, 428, "which-version")


def test_a_stale_version_is_told_and_the_new_one_taken(caller: TestClient) -> None:
    address, version = begun(caller)
    assert caller.get(address).headers["etag"] == version == '"1"'
    steps = f"{address}/steps"
    one = caller.post(steps, json=bodies.step("submit"), headers=keyed(**{"if-match": version}))
    assert one.headers["etag"] == '"2"'
    late = caller.post(steps, json=bodies.step("withdraw"), headers=keyed(**{"if-match": version}))
    assert "version 2" in problem_of(late, 412, "changed")["detail"]
    ahead = caller.post(steps, json=bodies.step("withdraw"), headers=keyed(**{"if-match": '"3"'}))
    problem_of(ahead, 412, "changed")
    again = caller.get(address).headers["etag"]
    done = caller.post(steps, json=bodies.step("withdraw"), headers=keyed(**{"if-match": again}))
    assert done.status_code == 201
    assert done.json()["state"] == "withdrawn"


def at_once(app: Any, *requests: tuple[str, Any, dict[str, str]]) -> list[httpx2.Response]:
    """Requests that are under way at the same time."""

    async def send() -> list[httpx2.Response]:
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url=LOOPBACK) as client:
            asked = [
                client.post(path, json=body, headers=headers) for path, body, headers in requests
            ]
            return list(await asyncio.gather(*asked))

    return asyncio.run(send())


def test_the_same_request_sent_many_times_at_once_is_done_once(
    either: Filled,
) -> None:
    engine, world = either
    before = count(engine, LifeRow)
    headers = keyed(**bearer(world, "assessor"))
    found = at_once(service(engine), *[("/api/referrals", a_form(), headers)] * 6)
    assert {response.status_code for response in found} == {201}, [r.text for r in found]
    assert len({response.content for response in found}) == 1
    assert count(engine, LifeRow) == before + 1


def test_two_people_who_act_at_once_are_one_who_did_and_one_who_is_told(
    caller: TestClient, either: Filled
) -> None:
    engine, world = either
    for _ in range(5):
        address, version = begun(caller)
        found = at_once(
            service(engine),
            *(
                (
                    f"{address}/steps",
                    bodies.step("submit"),
                    keyed(**{"if-match": version}, **bearer(world, who)),
                )
                for who in ("assessor", "broker")
            ),
        )
        assert sorted(response.status_code for response in found) == [201, 412]
        steps = caller.get(f"{address}/steps").json()["steps"]
        assert [one["kind"] for one in steps] == ["open", "submit"]
    with reading(engine) as session:
        assert not verify(session).broken


def pages(caller: TestClient, path: str, name: str, limit: int, between: Any = None) -> list[Any]:
    """Everything of a list, page by page."""
    found: list[Any] = []
    after: str | None = ""
    while after is not None:
        query = {"limit": str(limit)} | ({"after": after} if after else {})
        page = caller.get(path, params=query)
        assert page.status_code == 200, page.text
        assert len(page.json()[name]) <= limit
        found += page.json()[name]
        after = page.json()["next"]
        if between is not None:
            between()
    return found


def test_pages_are_whole_and_overlap_nowhere_while_referrals_are_added(
    caller: TestClient,
) -> None:
    for _ in range(5):
        begun(caller)
    there = {one["id"] for one in caller.get("/api/referrals?limit=200").json()["referrals"]}
    room = iter(range(4))

    def add() -> None:
        if next(room, None) is not None:
            begun(caller)

    found = [one["id"] for one in pages(caller, "/api/referrals", "referrals", 2, add)]
    assert len(found) == len(set(found))
    assert there <= set(found)
    quiet = [one["id"] for one in pages(caller, "/api/referrals", "referrals", 2)]
    assert quiet == [one["id"] for one in pages(caller, "/api/referrals", "referrals", 3)]
    whole = caller.get("/api/referrals?limit=200").json()
    assert quiet == [one["id"] for one in whole["referrals"]]


def test_no_offer_is_lost_between_two_pages_of_one_referral(
    caller: TestClient, either: Filled
) -> None:
    engine, world = either
    with writing(engine) as session:
        table = OfferRow.__table__
        pattern = session.execute(sa.select(table)).mappings().first()
        assert pattern is not None
        for number in (101, 102, 103):
            row = {**pattern, "number": number, "state": "withdrawn"}
            row.pop("row_id", None)
            session.execute(sa.insert(table), row)
    whole = caller.get("/api/offers?limit=200").json()["offers"]
    assert [(one["referral_id"], one["number"]) for one in whole][-3:] == [
        (world.newham, number) for number in (101, 102, 103)
    ]
    for limit in (1, 2, 3):
        assert pages(caller, "/api/offers", "offers", limit) == whole
    for after in ("R-NOWHERE", "R-1.x", ".5", "R-1.9999999999"):
        problem_of(caller.get("/api/offers", params={"after": after}), 422, "bad-input")
