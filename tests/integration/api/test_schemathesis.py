"""Whatever is sent to any route by anybody, the answer is one the description allows, never a 500.

The inputs are drawn from the service's own description: those it allows, those it does not, and
its examples with single values replaced by what has broken programs before.
"""

from __future__ import annotations

import copy
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.problems import KINDS, Problem
from broker.access.actor import Role
from broker.audit.chain import verify
from broker.database import reading
from tests.conftest import cheap_hashing
from tests.integration.api.test_fuzz import changed, places_in, sent_text
from tests.integration.api.world import World, bearer, calling, service

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
SIGNED_OUT = "signed out"
CALLERS = (*(role.value for role in Role), "other-provider", "havering-assessor", SIGNED_OUT)
THOROUGH = {"broker", "administrator", "assessor", "registered_manager"}
MORE = 3 if os.environ.get("CI") else 1
"""The whole takes about half a minute, three times as long in CI."""

SEARCH: dict[str, Any] = {
    "derandomize": True,
    "deadline": None,
    "database": None,
    "phases": [Phase.generate],
    "suppress_health_check": list(HealthCheck),
}

ODD: list[Any] = [
    *("\x00", "\ud800", "a\x00b", "", " ", "x" * 5000, "\uff19", "\u202e", "'; --", "%", "../.."),
    *(None, True, False, 0, -1, 2**31, 2**63, -(2**63) - 1, 10**30, 1e308, 0.1, -0.0, "1e400"),
    *("0001-01-01", "9999-12-31", "2026-02-30", "2026-09-04T00:00:00Z", [], {}, [[]], {"": {}}),
]


Caller = tuple[TestClient, World]


@contextmanager
def entering(engine: Engine, world: World) -> Iterator[Caller]:
    """A caller; at the end the audit must hold, whatever was sent."""
    with cheap_hashing(), calling(service(engine)) as client:
        yield client, world
    with reading(engine) as session:
        assert not verify(session).broken


@pytest.fixture(scope="module")
def there(on_sqlite: tuple[Engine, World]) -> Iterator[Caller]:
    """A caller of the service on SQLite."""
    with entering(*on_sqlite) as caller:
        yield caller


@pytest.fixture(scope="module")
def either_there(either: tuple[Engine, World]) -> Iterator[Caller]:
    """A caller of the service on each database."""
    with entering(*either) as caller:
        yield caller


def described(client: TestClient) -> dict[str, Any]:
    """The description, as a caller gets it."""
    document: dict[str, Any] = client.get("/api/openapi.json").json()
    return document


def operations(client: TestClient, document: dict[str, Any]) -> list[Any]:
    schema = schemathesis.openapi.from_dict(document)
    schema.app = _going_on(client.app)
    found = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    assert len(found) == sum(len(item) for item in document["paths"].values())
    return found


def _going_on(app: Any) -> Any:
    """The service, which a caller does not start and stop with every request."""

    async def same(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            await app(scope, receive, send)
            return
        while (message := await receive())["type"] != "lifespan.shutdown":
            await send({"type": f"{message['type']}.complete"})
        await send({"type": "lifespan.shutdown.complete"})

    return same


def bounded(body: Any) -> Any:
    """A question about the records, with a search that is short."""
    if isinstance(body, dict) and body.get("from") == "database":
        limit = body.get("time_limit", 20)
        if isinstance(limit, int | float) and not isinstance(limit, bool) and 0 < limit <= 60:
            return {**body, "time_limit": 0.5}
    return body


@pytest.mark.parametrize("caller", CALLERS)
def test_every_answer_is_one_that_the_description_allows(there: Caller, caller: str) -> None:
    client, world = there
    document = described(client)
    examples = (8 if caller in THOROUGH else 3) * MORE
    statuses: Counter[int] = Counter()
    for operation in operations(client, document):
        drawn = st.one_of(
            operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
            operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
        )

        @settings(max_examples=examples, **SEARCH)
        @given(case=drawn)
        def answered(case: Any) -> None:
            ends = case.operation.label == "DELETE /api/session"
            case.body = bounded(case.body)
            headers = bearer(world, None if caller == SIGNED_OUT else caller, spare=ends)
            response = case.call(base_url="http://127.0.0.1", headers=headers)
            case.validate_response(response, checks=CHECKS)
            statuses[response.status_code] += 1

        answered()
    assert statuses[500] == 0
    assert statuses[401] > len(document["paths"]) if caller == SIGNED_OUT else statuses[200] > 3


def bodies_of(document: dict[str, Any]) -> list[tuple[str, str, Any]]:
    """Every example of a body, with the method and address it is sent to."""
    found = []
    for path, item in document["paths"].items():
        for method, operation in item.items():
            content = operation.get("requestBody", {}).get("content", {})
            examples = content.get("application/json", {}).get("examples", {})
            found += [(method.upper(), path, example["value"]) for example in examples.values()]
    return found


@pytest.mark.parametrize("caller", ["broker", "assessor", "registered_manager", "administrator"])
def test_an_example_with_an_odd_value_in_it_is_answered_or_refused(
    either_there: Caller, caller: str
) -> None:
    client, world = either_there
    examples = bodies_of(described(client))
    ids = {
        "{referral_id}": [world.newham, world.havering, "R-NOWHERE", "%00", "%ff", "x" * 300],
        "{account_id}": ["havering-assessor", "nobody", "%00"],
        "{register}": ["agreements", "training", "nothing", "%00"],
    }

    @settings(max_examples=150 * MORE, **SEARCH)
    @given(data=st.data())
    def answered(data: st.DataObject) -> None:
        method, path, example = data.draw(st.sampled_from(examples))
        places = [place for place in places_in(example) if place]
        body = copy.deepcopy(example)
        for _ in range(data.draw(st.integers(0, 2))):
            how = data.draw(st.sampled_from(["change", "change", "remove", "repeat", "add"]))
            try:
                body = changed(
                    body, data.draw(st.sampled_from(places)), how, data.draw(st.sampled_from(ODD))
                )
            except (KeyError, IndexError, TypeError):
                continue
        for name, values in ids.items():
            if name in path:
                path = path.replace(name, data.draw(st.sampled_from(values)))
        headers = {
            **bearer(world, caller),
            "content-type": "application/json",
            "idempotency-key": str(data.draw(st.integers(0, 10**9))),
            "if-match": data.draw(st.sampled_from(['"1"', '"8"', '"9"', '"10"', '"99"', "*"])),
        }
        response = client.request(method, path, content=sent_text(bounded(body)), headers=headers)
        assert response.status_code != 500, response.text
        if response.status_code >= 400:
            assert Problem.model_validate_json(response.content).type.rpartition("/")[2] in KINDS

    answered()


@pytest.mark.parametrize("path", ["/api/session", "/api/referrals", "/api/prices", "/api/accounts"])
@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        b'{"a": ' + b"9" * 100_000 + b"}",
        b'{"a": 1e999999999}',
        b'{"\\ud800": "\\udfff"}',
        b'{"a\\u0000b": "\\u0000"}',
        b"\xff\xfe{\x00}\x00",
        b'{"a": NaN, "b": Infinity, "b": -Infinity}',
        b"null",
        b'"text"',
        b"",
    ],
)
def test_a_body_made_to_break_a_reader_is_refused(there: Caller, path: str, body: bytes) -> None:
    client, world = there
    caller = "administrator" if path == "/api/accounts" else "broker"
    headers = {
        **bearer(world, caller),
        "content-type": "application/json",
        "idempotency-key": "k",
        "if-match": '"1"',
    }
    response = client.post(path, content=body, headers=headers)
    assert response.status_code in (400, 422), response.text
    Problem.model_validate_json(response.content)
