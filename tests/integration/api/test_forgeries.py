"""A change that another site asks a browser for is refused."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from tests.integration.api.conftest import problem_of
from tests.integration.api.entering import NAME, PROGRAM, enter
from tests.integration.api.world import PASSWORD, calling, service

pytestmark = pytest.mark.usefixtures("cheap_hashes")
JSON = {"account": NAME, "password": PASSWORD}


@pytest.mark.parametrize(
    ("headers", "refused"),
    [
        ({}, True),
        ({"x-csrftoken": "made up"}, True),
        ({"x-csrftoken": "TOKEN"}, False),
        ({"x-csrftoken": "TOKEN", "origin": "http://127.0.0.1"}, False),
        ({"x-csrftoken": "TOKEN", "origin": "http://attacker.example"}, True),
        ({"x-csrftoken": "TOKEN", "origin": "null"}, True),
        ({"x-csrftoken": "TOKEN", "origin": "http://[bad"}, True),
        ({"x-csrftoken": "TOKEN", "sec-fetch-site": "cross-site"}, True),
        ({"x-csrftoken": "TOKEN", "sec-fetch-site": "same-site"}, True),
        ({"x-csrftoken": "TOKEN", "sec-fetch-site": "same-origin"}, False),
    ],
)
def test_a_change_by_a_session_must_come_from_a_page_of_ours(
    caller: TestClient, headers: dict[str, str], refused: bool
) -> None:
    enter(caller)
    sent = {k: v.replace("TOKEN", caller.cookies["csrftoken"]) for k, v in headers.items()}
    response = caller.delete("/api/session", headers=sent)
    if refused:
        problem_of(response, 403, "forged")
        assert caller.get("/api/session").status_code == 200
    else:
        assert response.status_code == 204


def test_a_token_of_another_service_is_a_forgery(caller: TestClient, people: Engine) -> None:
    enter(caller)
    with calling(service(people)) as other:
        other.get("/api/health")
        strange = other.cookies["csrftoken"]
    caller.cookies.set("csrftoken", strange, domain="127.0.0.1")
    response = caller.delete("/api/session", headers={"x-csrftoken": strange})
    problem_of(response, 403, "forged")


def test_another_site_cannot_sign_a_browser_in(caller: TestClient) -> None:
    for headers in ({"origin": "http://attacker.example"}, {"sec-fetch-site": "cross-site"}):
        problem_of(caller.post("/api/session", json=JSON, headers=headers), 403, "forged")


def test_a_program_needs_no_page_of_ours(caller: TestClient) -> None:
    given = caller.post("/api/tokens", json={"account": PROGRAM, "password": PASSWORD}).json()
    headers = {"authorization": f"bearer {given['token']}"}
    assert caller.delete("/api/session", headers=headers).status_code == 204
    problem_of(caller.get("/api/session", headers=headers), 401, "not-signed-in")


def test_a_bad_token_does_not_fall_back_on_the_session(caller: TestClient) -> None:
    enter(caller)
    headers = {"authorization": "Bearer made-up"}
    problem_of(caller.delete("/api/session", headers=headers), 401, "not-signed-in")
    assert caller.get("/api/session").status_code == 200
