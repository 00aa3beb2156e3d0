"""Which settings the service starts with, whom it answers to then, and what answers carry."""

from __future__ import annotations

import asyncio
import json
import logging
import shutil
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.serve import CannotServe, listen
from api.settings import BadSettings, IdentityProvider, Rates, Settings, from_environment
from broker.database import make_engine, writing
from tests.integration.api.conftest import problem_of, records_at
from tests.integration.api.world import OFTEN, bearer, calling, renewed, service

GOOD_SECRET = "q7Zp-3vK1wXc9Rt5LmB2nYd8FgH4jSa6"
PRODUCTION = {
    "BROKER_ENV": "production",
    "BROKER_SECRET": GOOD_SECRET,
    "BROKER_HOSTS": "broker.test, Other.TEST [::1] 10.0.0.7",
}
PROVIDER = {
    "BROKER_OIDC_ISSUER": "https://login.test/tenant",
    "BROKER_OIDC_CLIENT_ID": "brokerage",
    "BROKER_OIDC_CLIENT_SECRET": "told by the provider",
    "BROKER_OIDC_REDIRECT": "https://broker.test/sign-in/callback",
}


def test_without_settings_the_service_is_for_this_computer_and_makes_a_secret() -> None:
    first, second = from_environment({}), from_environment({})
    assert not first.production
    assert len(first.secret) >= 32
    assert first.secret != second.secret
    assert first.provider is None


def test_production_is_taken_as_it_is_set() -> None:
    made = from_environment(
        PRODUCTION
        | PROVIDER
        | {"BROKER_PROXY": "10.0.0.1, 172.16.0.0/12", "BROKER_RATE_ACTOR": "9000/minute"}
    )
    assert made.production
    assert made.secret == GOOD_SECRET
    assert made.hosts == ("broker.test", "other.test", "[::1]", "10.0.0.7")
    assert made.proxies == ("10.0.0.1", "172.16.0.0/12")
    assert made.rates == Rates(actor="9000/minute")
    assert made.provider == IdentityProvider(*PROVIDER.values())
    assert made.session_cookie.startswith("__Host-")
    assert GOOD_SECRET not in repr(made)
    assert "told by the provider" not in repr(made)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"BROKER_ENV": "prod"}, "BROKER_ENV is 'prod'; allowed: development, production"),
        ({"BROKER_SECRET": ""}, "BROKER_SECRET is not set"),
        ({"BROKER_SECRET": "short"}, "BROKER_SECRET is too short"),
        ({"BROKER_SECRET": "ab" * 40}, "BROKER_SECRET is too short or too simple"),
        ({"BROKER_SECRET": "change-me-to-32-random-characters"}, "BROKER_SECRET looks like"),
        ({"BROKER_HOSTS": ""}, "BROKER_HOSTS is not set"),
        ({"BROKER_HOSTS": "*"}, r"BROKER_HOSTS has '\*'"),
        ({"BROKER_HOSTS": "https://broker.test"}, "BROKER_HOSTS has 'https://broker.test'"),
        ({"BROKER_HOSTS": "broker.test:443"}, "BROKER_HOSTS has 'broker.test:443'"),
        ({"BROKER_PROXY": "*"}, r"BROKER_PROXY has '\*'"),
        ({"BROKER_PROXY": "0.0.0.0/0"}, "BROKER_PROXY has '0.0.0.0/0'"),
        ({"BROKER_PROXY": "proxy"}, "BROKER_PROXY has 'proxy'"),
        ({"BROKER_RATE_SIGN_IN": "many"}, "BROKER_RATE_SIGN_IN is 'many'"),
        (PROVIDER | {"BROKER_OIDC_CLIENT_ID": ""}, "BROKER_OIDC_CLIENT_ID is not set"),
        (PROVIDER | {"BROKER_OIDC_ISSUER": "http://login.test"}, "BROKER_OIDC_ISSUER is"),
        (PROVIDER | {"BROKER_OIDC_ISSUER": "login.test"}, "BROKER_OIDC_ISSUER is"),
        (PROVIDER | {"BROKER_OIDC_REDIRECT": "https://b.test/"}, "must lead to /sign-in/callback"),
        (
            PROVIDER | {"BROKER_OIDC_REDIRECT": "http://b.test/sign-in/callback"},
            "BROKER_OIDC_REDIRECT is",
        ),
    ],
)
def test_what_is_not_safe_is_refused_with_what_is_allowed(
    changed: dict[str, str], sentence: str
) -> None:
    with pytest.raises(BadSettings, match=sentence) as refused:
        from_environment(PRODUCTION | changed)
    assert "change-me" not in str(refused.value)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(BadSettings) as refused:
        from_environment(
            {"BROKER_ENV": "production", "BROKER_OIDC_ISSUER": "x", "BROKER_PROXY": "*"}
        )
    told = "\n".join(refused.value.sentences)
    for name in ("BROKER_SECRET", "BROKER_HOSTS", "BROKER_PROXY", "BROKER_OIDC_CLIENT_ID"):
        assert name in told


def test_no_service_is_made_of_settings_for_production_without_a_secret(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(BadSettings, match="BROKER_SECRET"):
        Settings(production=True, hosts=("broker.test",))
    monkeypatch.setenv("BROKER_ENV", "production")
    with pytest.raises(BadSettings, match="BROKER_HOSTS"):
        create_app()


def test_only_production_leaves_this_computer() -> None:
    production = from_environment(PRODUCTION)
    with listen("0.0.0.0", 0, production) as listening:
        assert listening.getsockname()[0] == "0.0.0.0"
    with pytest.raises(CannotServe, match="is no address"):
        listen("broker.test", 0, production)
    with pytest.raises(CannotServe, match="BROKER_ENV=production"):
        listen("0.0.0.0", 0, from_environment({"BROKER_HOSTS": "broker.test"}))


def ask(app: Any, url: str, *, client: str = "10.9.9.9", **headers: str) -> httpx2.Response:
    """One request that arrives from an address, on an address of the network."""

    async def arriving(scope: Any, receive: Any, send: Any) -> None:
        await app({**scope, "server": ("10.0.0.7", 8000), "client": (client, 4711)}, receive, send)

    async def asked() -> httpx2.Response:
        transport = httpx2.ASGITransport(arriving)
        async with httpx2.AsyncClient(transport=transport) as caller:
            return await caller.get(
                url, headers={name.replace("_", "-"): text for name, text in headers.items()}
            )

    return asyncio.run(asked())


@pytest.mark.parametrize(
    ("host", "answered"),
    [
        ("broker.test", True),
        ("BROKER.test", True),
        ("broker.test.", True),
        ("broker.test:8443", True),
        ("[::1]:8000", True),
        ("10.0.0.7", True),
        ("localhost", False),
        ("127.0.0.1", False),
        ("attacker.example", False),
        ("broker.test.attacker.example", False),
        ("", False),
    ],
)
def test_in_production_the_service_answers_to_its_names_alone(
    tmp_path: Path, host: str, answered: bool
) -> None:
    app = create_app(from_environment(PRODUCTION), records_at(tmp_path), processes=False)
    response = ask(app, "https://x/api/openapi.json", host=host)
    if answered:
        assert response.status_code == 200
    else:
        problem_of(response, 421, "wrong-host")


EVERYWHERE = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/health"),
        ("GET", "/nowhere"),
        ("GET", "/api/session"),
        ("POST", "/api/session"),
        ("PUT", "/api/prices"),
        ("GET", "/api/referrals?limit=0"),
    ],
)
def test_every_answer_carries_what_keeps_browsers_safe(
    client: TestClient, method: str, path: str
) -> None:
    headers = client.request(method, path).headers
    for name, value in EVERYWHERE.items():
        assert headers.get_list(name) == [value]
    assert "strict-transport-security" not in headers
    assert "server" not in headers
    assert "access-control-allow-origin" not in headers


def test_in_production_browsers_are_told_to_come_by_https_alone(tmp_path: Path) -> None:
    app = create_app(from_environment(PRODUCTION), records_at(tmp_path), processes=False)
    for url in ("https://broker.test/api/openapi.json", "https://attacker.example/"):
        header = ask(app, url).headers["strict-transport-security"]
        assert header == "max-age=31536000; includeSubDomains"


def test_a_fault_carries_them_too(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.routes.health.service_of", lambda _request: 1 / 0)
    response = client.get("/api/health")
    problem_of(response, 500, "internal")
    assert response.headers["content-security-policy"] == EVERYWHERE["content-security-policy"]


LOW = Rates(sign_in="2/day", account="2/day", address="3/day", actor="4/day")
"""A day: a count of a minute begins anew while a slow computer still asks."""


def test_a_proxy_that_is_named_is_believed_about_who_asks_and_no_other(tmp_path: Path) -> None:
    settings = from_environment(PRODUCTION | {"BROKER_PROXY": "10.0.0.1"})
    settings = Settings(
        production=True,
        secret=GOOD_SECRET,
        hosts=settings.hosts,
        proxies=settings.proxies,
        rates=LOW,
    )
    app = create_app(settings, records_at(tmp_path), processes=False)
    url = "https://broker.test/api/openapi.json"

    def statuses(client: str, *addresses: str) -> list[int]:
        return [ask(app, url, client=client, x_forwarded_for=one).status_code for one in addresses]

    several = [f"192.0.2.{number}" for number in range(1, 6)]
    assert statuses("10.0.0.1", *several) == [200] * 5
    assert statuses("198.51.100.1", *several) == [200, 200, 200, 429, 429]
    forged = [f"{one}, 203.0.113.9" for one in several]
    assert statuses("10.0.0.1", *forged) == [200, 200, 200, 429, 429]


def test_no_proxy_is_believed_that_was_not_named(tmp_path: Path) -> None:
    app = create_app(
        Settings(production=True, secret=GOOD_SECRET, hosts=("broker.test",), rates=LOW),
        records_at(tmp_path),
        processes=False,
    )
    told = [
        ask(app, "https://broker.test/nowhere", x_forwarded_for=f"192.0.2.{number}").status_code
        for number in range(5)
    ]
    assert told == [404, 404, 404, 429, 429]


def test_who_asks_too_often_is_told_when_to_come_back(tmp_path: Path) -> None:
    app = create_app(Settings(rates=LOW), records_at(tmp_path), processes=False)
    with calling(app) as client:
        for _ in range(3):
            assert client.get("/api/openapi.json").status_code == 200
        response = client.get("/api/openapi.json")
        problem_of(response, 429, "too-many")
        assert 1 <= int(response.headers["retry-after"]) <= 86_400


def test_signing_in_is_bound_by_address_and_by_account(tmp_path: Path) -> None:
    rates = Rates("5/day", "2/day", "1000/day", "1000/day")
    app = create_app(Settings(rates=rates), records_at(tmp_path), processes=False)
    with calling(app) as client:

        def tried(path: str, account: str) -> int:
            body = {"account": account, "password": "whatever it may be"}
            return client.post(path, json=body).status_code

        assert [tried("/api/session", "one") for _ in range(3)] == [401, 401, 429]
        assert [tried("/api/tokens", name) for name in ("two", "three", "four")] == [401, 401, 429]


def test_the_requests_of_one_account_are_counted_wherever_they_come_from(
    tmp_path: Path, town_file: Any
) -> None:
    shutil.copy(town_file[0], tmp_path / "town.sqlite3")
    engine = make_engine(f"sqlite:///{tmp_path / 'town.sqlite3'}")
    with writing(engine) as session:
        world = renewed(session, town_file[1])
    with calling(service(engine, Settings(rates=LOW))) as client:
        broker, assessor = bearer(world, "broker"), bearer(world, "assessor")
        told = [client.get("/api/session", headers=broker).status_code for _ in range(5)]
        assert told == [200, 200, 200, 200, 429]
        assert client.get("/api/session", headers=assessor).status_code == 200
    engine.dispose()


def test_nothing_personal_and_no_secret_is_in_the_logs(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(rates=OFTEN)
    app = create_app(settings, records_at(tmp_path), processes=False)
    body = {"account": "a-name-typed-in", "password": "a password typed in"}
    with caplog.at_level(logging.DEBUG), calling(app) as client:
        client.post("/api/session", json=body)
        client.post("/api/session", content=json.dumps(body)[:-1], headers={"x": "y"})
    ours = "\n".join(
        record.getMessage() for record in caplog.records if record.name.startswith("api")
    )
    assert "typed" not in ours
    assert settings.secret not in caplog.text
