"""A match over HTTP gives the plan the engine gives, is kept, and never stops the service."""

from __future__ import annotations

import asyncio
import json
import threading
from pathlib import Path
from random import Random
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from api import worker
from api.records import Records
from api.settings import Settings
from matching.exchange import read_case
from matching.plan import Plan
from matching.problem import Problem
from matching.solve import Options, Search, match
from tests.integration.api.conftest import (
    BROKER,
    CASES,
    LOOPBACK,
    asking,
    in_threads,
    problem_of,
    records_at,
    work_off,
)

EXAMPLES = Path(__file__).parents[3] / "api" / "examples"
EXPECTED = json.loads((CASES / "case-small" / "expected.json").read_text(encoding="utf-8"))


def untimed(plan: dict[str, Any]) -> dict[str, Any]:
    """All of a plan that two equal plans share."""
    return {key: value for key, value in plan.items() if key != "timing"}


def test_a_case_gets_its_best_plan_and_an_address(client: TestClient, case: dict[str, Any]) -> None:
    response = client.post("/api/matches", json={"case": case, "seed": 3})
    assert response.status_code == 201
    run = response.json()
    assert response.headers["location"] == f"/api/matches/{run['id']}"
    assert run["status"] == run["plan"]["status"] == "optimal"
    assert run["case_sha256"] == run["plan"]["case_sha256"]
    assert run["plan"]["objective"] == EXPECTED["objective"]
    placed = {one["referral_id"]: one["home_id"] for one in run["plan"]["placements"]}
    assert placed == EXPECTED["placements"]
    engine = match(read_case(CASES / "case-small"), Options(seed=3)).to_json()
    assert untimed(run["plan"]) == untimed(engine)


def test_a_run_is_given_back_exactly(client: TestClient, case: dict[str, Any]) -> None:
    case["homes"][0]["name"] = "Ash “£” \u2028"
    made = client.post("/api/matches", json={"case": case})
    again = client.get(made.headers["location"])
    assert again.status_code == 200
    assert again.json() == made.json()


def test_the_open_referrals_on_record_are_the_same_question_as_their_case(
    client: TestClient, records: Records, case: dict[str, Any]
) -> None:
    asked = client.post("/api/matches", json={"case": case}).json()
    answered = client.post("/api/matches", json={"from": "database"})
    assert answered.status_code == 202
    work_off(records)
    job = client.get(answered.headers["location"]).json()
    assert job["state"] == "done"
    on_record = client.get(f"/api/matches/{job['match_id']}").json()
    assert on_record["case_sha256"] == asked["case_sha256"]
    assert untimed(on_record["plan"]) == untimed(asked["plan"])
    assert on_record["id"] == asked["id"] + 1


def test_the_order_of_rows_and_keys_changes_nothing(
    client: TestClient, case: dict[str, Any]
) -> None:
    first = client.post("/api/matches", json={"case": case}).json()
    for seed in range(3):
        chance = Random(seed)
        names = list(case)
        chance.shuffle(names)
        mixed = {name: case[name] for name in names}
        for name in names:
            if isinstance(mixed[name], list):
                mixed[name] = [dict(reversed(row.items())) for row in mixed[name]]
                chance.shuffle(mixed[name])
        again = client.post("/api/matches", json={"case": mixed}).json()
        assert again["case_sha256"] == first["case_sha256"]
        assert untimed(again["plan"]) == untimed(first["plan"])


def test_nobody_to_place_is_an_answer(client: TestClient, case: dict[str, Any]) -> None:
    for name in ("referrals", "people_and_places", "wishes"):
        case[name] = []
    run = client.post("/api/matches", json={"case": case}).json()
    assert run["status"] == "no_referrals"
    assert run["plan"]["placements"] == []


def test_errors_of_the_options_and_of_the_case_come_together(
    client: TestClient, case: dict[str, Any]
) -> None:
    case["referrals"][0]["band"] = "hihg"
    del case["homes"][1]["sexes"]
    body = {
        "case": case,
        "seed": False,
        "time_limit": 61,
        "workers": 0,
        "sead": 1,
        "require_safety": "yes",
    }
    problem = problem_of(client.post("/api/matches", json=body), 422, "bad-input")
    assert {error["pointer"] for error in problem["errors"]} == {
        "#/seed",
        "#/time_limit",
        "#/workers",
        "#/sead",
        "#/require_safety",
        "#/case/referrals/0/band",
        "#/case/homes/1/sexes",
    }
    assert problem["error_count"] == 7
    band = next(error for error in problem["errors"] if error.get("column") == "band")
    assert band == {
        "pointer": "#/case/referrals/0/band",
        "table": "referrals",
        "row": 1,
        "column": "band",
        "value": "hihg",
        "allowed": "low, medium, high, specialist",
        "kind": "bad value",
    }


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, {"#"}),
        ({"from": None, "case": None}, {"#"}),
        ({"from": "database", "case": {}}, {"#"}),
        ({"from": "file"}, {"#/from"}),
        ({"from": 5, "time_limit": 0}, {"#/from", "#/time_limit"}),
        ({"from": "database", "time_limit": True}, {"#/time_limit"}),
        ({"from": "database", "time_limit": "20"}, {"#/time_limit"}),
        ({"from": "database", "seed": 1.5, "workers": None}, {"#/seed", "#/workers"}),
        ([], {"#"}),
        ("case", {"#"}),
    ],
)
def test_a_body_that_asks_nothing_clear_is_refused(
    client: TestClient, body: Any, pointers: set[str]
) -> None:
    problem = problem_of(client.post("/api/matches", json=body), 422, "bad-input")
    assert {error["pointer"] for error in problem["errors"]} == pointers


def test_thousands_of_errors_are_counted_and_the_first_shown(
    client: TestClient, case: dict[str, Any]
) -> None:
    case["rates"] = [{"home_id": f"H{number}", "band": "none"} for number in range(400)]
    problem = problem_of(client.post("/api/matches", json={"case": case}), 422, "bad-input")
    assert len(problem["errors"]) == 200
    assert problem["error_count"] == 1200
    assert problem["by_kind"] == {"bad value": 400, "empty cell": 400, "unknown id": 400}


def test_safety_that_was_never_given_is_told_or_refused(
    client: TestClient, case: dict[str, Any]
) -> None:
    del case["avoid"]
    told = client.post("/api/matches", json={"case": case}).json()
    assert told["plan"]["notices"][0].startswith("No information on where")
    body = {"case": case, "require_safety": True}
    problem = problem_of(client.post("/api/matches", json=body), 422, "bad-input")
    assert [error["pointer"] for error in problem["errors"]] == ["#/case/avoid"]


def test_a_case_sent_twice_with_one_key_is_one_match(
    client: TestClient, case: dict[str, Any]
) -> None:
    key = {"Idempotency-Key": "one"}
    first = client.post("/api/matches", json={"case": case}, headers=key)
    again = client.post("/api/matches", json={"case": case}, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["location"] == first.headers["location"]
    assert len(client.get("/api/matches").json()["matches"]) == 1
    other = client.post("/api/matches", json={"case": case, "seed": 1}, headers=key)
    problem_of(other, 422, "key-reused")


@pytest.mark.parametrize("body", [{"from": "database"}, {"case": "MATCH"}])
def test_a_match_is_asked_for_with_a_key(client: TestClient, body: Any) -> None:
    client.event_hooks = {}
    case = json.loads((EXAMPLES / "match-case.json").read_text(encoding="utf-8"))["value"]
    sent = case if "case" in body else body
    problem_of(client.post("/api/matches", json=sent), 428, "which-key")


def test_matches_are_listed_newest_first_a_page_at_a_time(
    client: TestClient, case: dict[str, Any]
) -> None:
    made = [
        client.post("/api/matches", json={"case": case, "seed": seed}).json()["id"]
        for seed in range(3)
    ]
    first = client.get("/api/matches", params={"limit": 2}).json()
    assert [run["id"] for run in first["matches"]] == made[:0:-1]
    assert [run["seed"] for run in first["matches"]] == [2, 1]
    assert first["matches"][0]["asked_by"] == BROKER.id
    rest = client.get("/api/matches", params={"limit": 2, "after": first["next"]}).json()
    assert [run["id"] for run in rest["matches"]] == made[:1]
    assert rest["next"] is None
    problem_of(client.get("/api/matches", params={"after": "x"}), 422, "bad-input")


def test_records_without_a_case_cannot_be_matched(tmp_path: Any) -> None:
    records = records_at(tmp_path)
    with asking(in_threads(records)) as client:
        location = client.post("/api/matches", json={"from": "database"}).headers["location"]
        work_off(records)
        job = client.get(location).json()
    assert job["state"] == "failed"
    assert "broker import" in job["reason"]
    assert job["match_id"] is None


@pytest.mark.parametrize("match_id", ["0", "999", "-1", "1.0", "١", "9" * 40, "x", "%00", "1%2F"])
def test_an_id_that_is_not_on_record_is_not_found(client: TestClient, match_id: str) -> None:
    problem_of(client.get(f"/api/matches/{match_id}"), 404, "not-found")


class Held:
    """A match that runs until it is let go, beside how often it was begun."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.begun = threading.Semaphore(0)

    def __call__(self, problem: Problem, options: Options, search: Search) -> Plan:
        self.begun.release()
        assert self.go.wait(20)
        return match(problem, options, search)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    made = Held()
    monkeypatch.setattr(worker, "match", made)
    return made


def test_while_matches_run_others_wait_more_are_told_and_health_answers(
    records: Records, held: Held, case: dict[str, Any]
) -> None:
    app = in_threads(records, Settings(matches_at_once=2, matches_waiting=1))

    async def at_once() -> tuple[list[httpx2.Response], httpx2.Response, httpx2.Response]:
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url=LOOPBACK, timeout=30) as client:
            body = {"case": case}

            async def ask(key: str) -> httpx2.Response:
                headers = {"Idempotency-Key": key}
                return await client.post("/api/matches", json=body, headers=headers)

            asked = [asyncio.create_task(ask(key)) for key in "abc"]
            for _ in "ab":
                assert await asyncio.to_thread(held.begun.acquire, timeout=10)
            refused = await ask("d")
            health = await client.get("/api/health")
            assert not any(task.done() for task in asked)
            held.go.set()
            return list(await asyncio.gather(*asked)), refused, health

    answers, refused, health = asyncio.run(at_once())
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert len({answer.json()["id"] for answer in answers}) == 3
    problem_of(refused, 503, "busy")
    assert int(refused.headers["retry-after"]) > 0
    assert health.status_code == 200


def test_a_turn_is_given_back_after_every_refusal(records: Records) -> None:
    app = in_threads(records, Settings(matches_at_once=1, matches_waiting=0))
    with asking(app) as client:
        for body in (b"{", b"{}", b'{"case": {}}'):
            sent = client.post(
                "/api/matches", content=body, headers={"content-type": "application/json"}
            )
            assert sent.status_code in (400, 422)
        assert client.post("/api/matches", content=b"x").status_code == 415
        assert client.post("/api/matches", json={"from": "database"}).status_code == 202
