"""Signing in by the boroughs' identity provider, against a provider of the tests alone."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import flask
import httpx2
import oidc_provider_mock  # type: ignore[import-untyped]
import oidc_provider_mock._server as mock_server  # type: ignore[import-untyped]
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api import provider as ours
from api.settings import IdentityProvider, Settings
from broker.access.accounts import Changes, NewAccount, add_account, change_account
from broker.access.actor import PARTNERSHIP, Role
from broker.database import make_engine, migrate, writing
from broker.store.clock import now
from tests.integration.api.conftest import problem_of
from tests.integration.api.entering import entries
from tests.integration.api.world import OFTEN, calling, service

SUBJECT = "invented-subject"
CALLBACK = "http://127.0.0.1/sign-in/callback"


class Mock:
    """A provider that remembers what it was asked."""

    def __init__(self, **options: Any) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.app: flask.Flask = oidc_provider_mock.app(require_nonce=True, **options)

        def remember() -> None:
            told = {**flask.request.args.to_dict(), **flask.request.form.to_dict()}
            self.asked.append((flask.request.path, told))

        self.app.before_request(remember)
        self.url = ""

    def consents(self, where: str, subject: str | None = SUBJECT) -> str:
        """Somebody says yes at the provider; where it sends the browser."""
        sent = {"action": "deny"} if subject is None else {"sub": subject}
        response = httpx2.post(where, data=sent, follow_redirects=False)
        assert response.status_code == 302, response.text
        return response.headers["location"]


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    made = Mock()
    with mock_server._threaded_server(made.app, host="127.0.0.1") as server:
        made.url = f"http://127.0.0.1:{server.server_port}"
        yield made


def settings_for(issuer: str, redirect: str = CALLBACK) -> Settings:
    provider = IdentityProvider(issuer, "brokerage", "a secret of the tests", redirect)
    return Settings(rates=OFTEN, provider=provider)


@pytest.fixture
def known(tmp_path: Any) -> Iterator[Engine]:
    """Records with one account that the provider knows."""
    engine = make_engine(f"sqlite:///{tmp_path / 'broker.sqlite3'}")
    migrate(engine)
    with writing(engine) as session:
        new = NewAccount("by-provider", Role.BROKER, PARTNERSHIP, subject=SUBJECT)
        add_account(session, new, now())
    yield engine
    engine.dispose()


@pytest.fixture
def caller(known: Engine, mock: Mock) -> Iterator[TestClient]:
    with calling(service(known, settings_for(mock.url))) as client:
        yield client


def away(caller: TestClient) -> str:
    """Where the service sends a browser."""
    response = caller.get("/sign-in")
    assert response.status_code == 303, response.text
    return str(response.headers["location"])


def back(caller: TestClient, location: str) -> Any:
    parts = urlsplit(location)
    return caller.get(f"{parts.path}?{parts.query}")


def told(location: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def test_somebody_the_provider_names_is_signed_in(caller: TestClient, mock: Mock) -> None:
    there = away(caller)
    asked = told(there)
    assert asked["response_type"] == "code"
    assert asked["scope"] == "openid"
    assert asked["redirect_uri"] == CALLBACK
    assert len(asked["state"]) >= 20
    assert len(asked["nonce"]) >= 20
    entered = back(caller, mock.consents(there))
    assert entered.status_code == 303
    assert entered.headers["location"] == "/"
    who = caller.get("/api/session").json()
    assert (who["account"], who["role"]) == ("by-provider", "broker")
    assert "sign-in" not in caller.cookies


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ("/referrals?state=draft", "/referrals?state=draft"),
        ("https://elsewhere.example", "/"),
        ("//elsewhere.example", "/"),
        ("/" + "".join(chr(0x4E00 + number * 7919 % 20000) for number in range(2000)), "/"),
    ],
)
def test_somebody_is_sent_on_to_where_they_wanted_to_be(
    caller: TestClient, mock: Mock, asked: str, where: str
) -> None:
    response = caller.get("/sign-in", params={"back": asked})
    assert len(response.headers["set-cookie"]) < 4096, "a browser keeps no larger cookie"
    entered = back(caller, mock.consents(str(response.headers["location"])))
    assert (entered.status_code, entered.headers["location"]) == (303, where)


def test_the_code_is_bound_to_the_browser_by_a_proof_key(caller: TestClient, mock: Mock) -> None:
    mock.asked.clear()
    there = away(caller)
    back(caller, mock.consents(there))
    proof = [one["code_verifier"] for path, one in mock.asked if path == "/oauth2/token"]
    digest = hashlib.sha256(proof[0].encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    assert told(there)["code_challenge"] == challenge
    assert told(there)["code_challenge_method"] == "S256"
    assert proof[0] not in there


def test_the_cookie_of_the_way_there_is_for_this_service_and_short(caller: TestClient) -> None:
    response = caller.get("/sign-in")
    cookie = next(
        one for one in response.headers.get_list("set-cookie") if one.startswith("sign-in=")
    )
    assert {"HttpOnly", "Path=/", "SameSite=lax", "Max-Age=600"} <= set(cookie.split("; "))


@pytest.mark.parametrize("state", ["made-up", "", None, "é"])
def test_a_state_that_is_not_this_browsers_is_refused(
    caller: TestClient, mock: Mock, state: str | None
) -> None:
    landed = told(mock.consents(away(caller)))
    sent = {"code": landed["code"]} | ({} if state is None else {"state": state})
    problem_of(caller.get("/sign-in/callback", params=sent), 401, "sign-in-refused")
    problem_of(caller.get("/api/session"), 401, "not-signed-in")


def test_a_browser_that_was_not_sent_away_is_refused(caller: TestClient, mock: Mock) -> None:
    landed = mock.consents(away(caller))
    caller.cookies.clear()
    problem_of(back(caller, landed), 401, "sign-in-refused")


def test_the_answer_for_one_browser_does_not_sign_in_another(
    caller: TestClient, known: Engine, mock: Mock
) -> None:
    attackers = mock.consents(away(caller))
    with calling(service(known, settings_for(mock.url))) as victim:
        away(victim)
        problem_of(back(victim, attackers), 401, "sign-in-refused")


def test_coming_back_twice_signs_in_once(caller: TestClient, mock: Mock) -> None:
    landed = mock.consents(away(caller))
    cookie = caller.cookies["sign-in"]
    assert back(caller, landed).status_code == 303
    problem_of(back(caller, landed), 401, "sign-in-refused")
    caller.cookies.set("sign-in", cookie)
    problem_of(back(caller, landed), 401, "sign-in-refused")


def test_coming_back_too_late_is_refused(
    caller: TestClient, mock: Mock, monkeypatch: pytest.MonkeyPatch
) -> None:
    landed = mock.consents(away(caller))
    monkeypatch.setattr(ours, "MINUTES_AWAY", -1 / 60)
    problem_of(back(caller, landed), 401, "sign-in-refused")


def test_a_cookie_of_another_making_is_refused(caller: TestClient, mock: Mock) -> None:
    landed = mock.consents(away(caller))
    cookie = caller.cookies["sign-in"]
    for strange in (cookie[:-1], cookie + "A", "a.b.c", "", "é"):
        headers = [(b"cookie", f"sign-in={strange}".encode())]
        parts = urlsplit(landed)
        caller.cookies.clear()
        response = caller.get(f"{parts.path}?{parts.query}", headers=headers)
        problem_of(response, 401, "sign-in-refused")


def test_whoever_has_no_account_is_told_to_ask_and_none_is_made(
    caller: TestClient, known: Engine, mock: Mock
) -> None:
    landed = mock.consents(away(caller), "somebody-strange")
    problem = problem_of(back(caller, landed), 403, "no-account")
    assert "administrator" in problem["detail"]
    problem_of(caller.get("/api/session"), 401, "not-signed-in")
    last = entries(known)[-1]
    assert (last["act"], last["record_id"]) == ("session.refused", "(unknown)")
    assert "somebody-strange" not in str(entries(known))


def test_an_account_that_has_ended_is_not_signed_in(
    caller: TestClient, known: Engine, mock: Mock
) -> None:
    with writing(known) as session:
        change_account(session, "by-provider", Changes(end=True), now())
    problem_of(back(caller, mock.consents(away(caller))), 403, "no-account")
    assert entries(known)[-1]["record_id"] == "by-provider"


def test_somebody_who_says_no_at_the_provider_is_not_signed_in(
    caller: TestClient, mock: Mock
) -> None:
    landed = mock.consents(away(caller), None)
    problem_of(back(caller, landed), 401, "sign-in-refused")


def test_a_code_of_nobodys_making_is_refused(caller: TestClient) -> None:
    state = told(away(caller))["state"]
    for code in ("made-up", "", "x" * 2048, "\u0000"):
        sent = {"state": state, "code": code}
        problem_of(caller.get("/sign-in/callback", params=sent), 401, "sign-in-refused")
    long = caller.get("/sign-in/callback", params={"state": state, "code": "x" * 2049})
    problem_of(long, 422, "bad-input")


def test_a_word_that_has_expired_is_refused(known: Engine) -> None:
    late = Mock(access_token_max_age=timedelta(hours=-1))
    with mock_server._threaded_server(late.app, host="127.0.0.1") as server:
        url = f"http://127.0.0.1:{server.server_port}"
        with calling(service(known, settings_for(url))) as caller:
            landed = late.consents(away(caller))
            problem_of(back(caller, landed), 401, "sign-in-refused")


def test_a_word_for_another_sign_in_is_refused(
    caller: TestClient, mock: Mock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The nonce of the browser's cookie is not the one the provider was sent."""
    there = away(caller)
    nonce = told(there)["nonce"]
    landed = mock.consents(there.replace(nonce, nonce[::-1]))
    problem_of(back(caller, landed), 401, "sign-in-refused")


def test_a_provider_that_is_another_or_away_is_told(known: Engine, mock: Mock) -> None:
    for issuer in ("http://127.0.0.1:9", mock.url.replace("127.0.0.1", "localhost") + "/other"):
        with calling(service(known, settings_for(issuer))) as caller:
            problem_of(caller.get("/sign-in"), 502, "provider-away")
            local = caller.post("/api/session", json={"account": "no-one", "password": "nothing"})
            problem_of(local, 401, "wrong-password")


def test_a_provider_that_calls_itself_otherwise_is_refused(known: Engine) -> None:
    strange = Mock()

    @strange.app.after_request
    def another(response: flask.Response) -> flask.Response:
        if flask.request.path.startswith("/.well-known"):
            body: Any = response.get_json() | {"issuer": "http://attacker.example"}
            response.set_data(flask.json.dumps(body))
        return response

    with mock_server._threaded_server(strange.app, host="127.0.0.1") as server:
        url = f"http://127.0.0.1:{server.server_port}"
        with calling(service(known, settings_for(url))) as caller:
            problem_of(caller.get("/sign-in"), 502, "provider-away")


def _by_nobody(claims: dict[str, Any]) -> str:
    parts = ({"alg": "none", "typ": "JWT"}, claims)
    coded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts]
    return ".".join(part.decode() for part in coded) + "."


def _by_anybody(claims: dict[str, Any]) -> str:
    key = OctKey.import_key("a secret of the tests")
    return jwt.encode({"alg": "HS256"}, claims, key)


def _by_somebody_else(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256"}, claims, RSAKey.generate_key(2048))


def _by_the_provider(claims: dict[str, Any]) -> str | None:
    return None


@pytest.mark.parametrize(
    ("sign", "taken"),
    [
        (_by_the_provider, True),
        (_by_nobody, False),
        (_by_anybody, False),
        (_by_somebody_else, False),
    ],
)
def test_a_word_that_the_provider_did_not_sign_is_refused(
    known: Engine, sign: Callable[[dict[str, Any]], str | None], taken: bool
) -> None:
    forging = Mock()

    @forging.app.after_request
    def forge(response: flask.Response) -> flask.Response:
        body: Any = response.get_json(silent=True)
        if flask.request.path.startswith("/.well-known"):
            named = {"id_token_signing_alg_values_supported": ["none", "HS256", "RS256"]}
            response.set_data(json.dumps(body | named))
        if flask.request.path == "/oauth2/token":
            payload = body["id_token"].split(".")[1]
            claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
            response.set_data(json.dumps(body | {"id_token": sign(claims) or body["id_token"]}))
        return response

    with mock_server._threaded_server(forging.app, host="127.0.0.1") as server:
        url = f"http://127.0.0.1:{server.server_port}"
        with calling(service(known, settings_for(url))) as caller:
            response = back(caller, forging.consents(away(caller)))
            if taken:
                assert response.status_code == 303
            else:
                problem_of(response, 401, "sign-in-refused")


def test_without_a_provider_the_way_there_is_not_offered(known: Engine) -> None:
    with calling(service(known)) as caller:
        for address in ("/sign-in", "/sign-in/callback?state=a&code=b"):
            problem_of(caller.get(address), 404, "not-found")
