"""Over HTTP, too, every look at a match and every question about young people is on record."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from broker.jobs.place import Here
from broker.jobs.worker import Worker
from tests.integration.api.conftest import problem_of
from tests.integration.api.world import World, bearer, calling, service
from tests.integration.looking import Look, looks_since, newest

MATCH = ("match.read", "match", "1")
R14 = ("question.ask", "referral", "R-14")
EVERYBODY = ("question.ask", "referrals", "open")
ON_RECORD: dict[str, Any] = {"from": "database", "time_limit": 20}
ABOUT_R14 = {**ON_RECORD, "referral_id": "R-14"}


def key() -> dict[str, str]:
    """The header of a request of its own."""
    return {"idempotency-key": uuid.uuid4().hex}


@dataclass
class Place:
    """A caller of the service, who is there, and the records."""

    client: TestClient
    world: World
    engine: Engine

    def looks(self, account: str, ask: Callable[[dict[str, str]], int]) -> list[Look]:
        """What somebody's request writes into the audit; the request is answered well."""
        before = newest(self.engine)
        assert ask(bearer(self.world, account)) in (200, 201)
        return looks_since(self.engine, before)


@pytest.fixture(scope="module")
def place(either: tuple[Engine, World]) -> Iterator[Place]:
    engine, world = either
    with calling(service(engine)) as client:
        asked = client.post(
            "/api/matches", json={"from": "database"}, headers=bearer(world, "broker") | key()
        )
        assert asked.status_code == 202, asked.text
        Worker(engine, place=Here()).work(once=True)
        yield Place(client, world, engine)


@pytest.mark.parametrize("role", ["broker", "commissioner", "auditor"])
@pytest.mark.parametrize(("address", "look"), [
    ("/api/matches", ("match.read", "matches", "list")),
    ("/api/matches/1", MATCH),
])  # fmt: skip
def test_matches_are_read_on_record(
    place: Place, role: str, address: str, look: tuple[str, str, str]
) -> None:
    looks = place.looks(role, lambda who: place.client.get(address, headers=who).status_code)
    assert looks == [(role, *look)]


@pytest.mark.parametrize(("path", "body", "looks"), [
    ("options", ABOUT_R14, [R14]),
    ("options", {**ON_RECORD, "home_id": "SC990002"}, [("question.ask", "home", "SC990002")]),
    ("options", {**ABOUT_R14, "effects": True, "match_id": 1}, [MATCH, R14]),
    ("explanations", {**ABOUT_R14, "match_id": 1}, [MATCH, R14]),
    ("evaluations", {**ON_RECORD, "plan": {"placements": []}}, [EVERYBODY]),
    ("what-ifs", {**ON_RECORD, "kind": "worth", "home_id": "SC990002", "match_id": 1},
     [MATCH, EVERYBODY]),
])  # fmt: skip
def test_questions_about_what_is_on_record_are_entries(
    place: Place, path: str, body: dict[str, Any], looks: list[tuple[str, str, str]]
) -> None:
    if path == "evaluations":
        del (body := dict(body))["time_limit"]

    def ask(who: dict[str, str]) -> int:
        answer = place.client.post(f"/api/{path}", json=body, headers=who)
        assert answer.status_code == 200, answer.text
        return answer.status_code

    assert place.looks("broker", ask) == [("broker", *look) for look in looks]


def test_a_borough_that_asks_about_its_own_shares_and_looks_once(place: Place) -> None:
    body = {"from": "database", "form": "shared", "referral_id": "R-14"}
    looks = place.looks(
        "assessor",
        lambda who: place.client.post("/api/options", json=body, headers=who).status_code,
    )
    assert looks == [("assessor", "question.share", "referral", "R-14")]


def test_an_id_that_nobody_has_is_not_written_down_but_that_somebody_tried_is(place: Place) -> None:
    before = newest(place.engine)
    body = {"from": "database", "referral_id": "a name that somebody typed"}
    answer = place.client.post("/api/options", json=body, headers=bearer(place.world, "broker"))
    problem_of(answer, 422, "bad-input")
    assert looks_since(place.engine, before) == [("broker", *EVERYBODY)]


def test_a_case_that_is_sent_is_nobodys_here(place: Place, case: dict[str, Any]) -> None:
    who = case["referrals"][0]["referral_id"]
    body = {"case": case, "referral_id": who}
    looks = place.looks(
        "broker",
        lambda head: place.client.post("/api/options", json=body, headers=head).status_code,
    )
    assert looks == []


def test_what_is_refused_is_no_look(place: Place) -> None:
    before = newest(place.engine)
    for account, address, status in (
        ("broker", "/api/matches/4711", 404),
        ("provider", "/api/matches/1", 403),
        ("provider", "/api/matches", 403),
    ):
        answer = place.client.get(address, headers=bearer(place.world, account))
        assert answer.status_code == status
    body = {"from": "database", "form": "shared", "referral_id": place.world.havering}
    answer = place.client.post("/api/options", json=body, headers=bearer(place.world, "assessor"))
    problem_of(answer, 404, "not-found")
    assert looks_since(place.engine, before) == []


def test_a_match_that_is_given_out_twice_is_looked_at_twice(
    place: Place, case: dict[str, Any]
) -> None:
    head = key()

    def ask(who: dict[str, str]) -> int:
        answer = place.client.post("/api/matches", json={"case": case}, headers=who | head)
        assert answer.status_code == 201, answer.text
        return answer.status_code

    first, again = place.looks("broker", ask), place.looks("broker", ask)
    number = first[0][-1]
    assert first == [("broker", "match.make", "match", number)]
    assert again == [("broker", "match.read", "match", number)]
    of_it = {"case": case, "referral_id": case["referrals"][0]["referral_id"], "effects": True}
    about = {**of_it, "match_id": int(number), "time_limit": 20}
    looks = place.looks(
        "broker",
        lambda head: place.client.post("/api/options", json=about, headers=head).status_code,
    )
    assert looks == again, "the match is on record, and its case is not"
