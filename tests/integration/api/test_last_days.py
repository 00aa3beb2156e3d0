"""A day at the ends of the calendar, wherever one can be written, is refused or reckoned with."""

from __future__ import annotations

import copy
import json
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from broker.life.steps import KINDS
from tests.integration.api import bodies
from tests.integration.api.world import World, bearer, calling, service

ENDS = ("9999-12-31", "0001-01-01")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
EXAMPLES = Path(__file__).parents[3] / "api" / "examples"
CALLERS = ("broker", "assessor", "registered_manager", "commissioner")
Town = tuple[TestClient, World]


@pytest.fixture(scope="module")
def town(town_file: tuple[Path, World], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    import shutil

    from broker.database import make_engine, writing
    from tests.integration.api.world import renewed

    file = tmp_path_factory.mktemp("days") / "town.sqlite3"
    shutil.copy(town_file[0], file)
    engine = make_engine(f"sqlite:///{file}")
    with writing(engine) as session:
        world = renewed(session, town_file[1])
    with calling(service(engine)) as client:
        yield client, world
    engine.dispose()


def with_each_day(body: Any, day: str) -> Iterator[tuple[str, Any]]:
    """The body once for every place where a day stands, with another day there, and the place."""
    for path in _days(body):
        made = copy.deepcopy(body)
        at = made
        for key in path[:-1]:
            at = at[key]
        at[path[-1]] = day
        yield "/".join(map(str, path)), made


def _days(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, str) and _DAY.fullmatch(value):
        yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(
        value, list
    ) else ()  # fmt: skip
    for key, child in children:
        yield from _days(child, (*path, key))


def requests(world: World) -> Iterator[tuple[str, str, Any]]:
    """Every kind of request with a body in which a day can stand."""
    document = json.loads(
        TestClient(create_app(Settings()), base_url="http://127.0.0.1")
        .get("/api/openapi.json")
        .text
    )
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            content = described.get("requestBody", {}).get("content", {})
            for example in content.get("application/json", {}).get("examples", {}).values():
                address = path.replace("{referral_id}", world.newham).replace(
                    "{home_id}", "SC990007"
                )
                yield method.upper(), address.replace("{register}", "agreements"), example["value"]
    for kind in KINDS:
        if kind in bodies.STEPS:
            body = {"kind": kind, **bodies.STEPS[kind]}
            yield "POST", f"/api/referrals/{world.newham}/steps", body
    for told in REGISTERS:
        yield "POST", f"/api/registers/{told['register']}", told


REGISTERS: tuple[dict[str, Any], ...] = (
    {"register": "training", "home_id": "SC990007", "module": "m", "compulsory": True,
     "due_on": "2026-12-01", "completed_on": "2026-10-01", "expires_on": "2027-10-01"},
    {"register": "due_diligence", "provider": "P2", "area": "insurance", "passed": True,
     "checked_on": "2026-10-01", "expires_on": "2027-10-01"},
    {"register": "assessments", "assessment": "A-1", "home_id": "SC990007",
     "assessed_on": "2026-10-01", "replied_on": "2026-10-02"},
    {"register": "trades", "contract": "NEL-BLOCK-1", "trade": "T1", "released_by": "E09000025",
     "used_by": "E09000012", "holds_from": "2026-10-01", "holds_to": "2026-11-01", "places": 1,
     "price_per_place_week": "3600.00"},
    {"register": "exits", "contract": "NEL-BLOCK-1", "borough": "E09000001",
     "notice_given": "2026-06-01", "leaves_on": "2026-10-01", "told_on": "2026-06-02"},
    {"register": "results", "contract": "NEL-BLOCK-1", "item": "settled", "achieved": "0.5",
     "holds_from": "2026-10-01", "holds_to": "2026-11-01", "evidence": "folder 4",
     "by_young_people": False},
)  # fmt: skip


def test_a_day_at_the_ends_in_any_body_is_never_a_fault(town: Town) -> None:
    client, world = town
    tried = 0
    for method, path, body in requests(world):
        for day in ENDS:
            for place, asked in with_each_day(body, day):
                for caller in CALLERS:
                    headers = bearer(world, caller) | {
                        "idempotency-key": uuid.uuid4().hex, "if-match": '"999"',
                    }  # fmt: skip
                    answer = client.request(method, path, json=asked, headers=headers)
                    assert answer.status_code < 500, (method, path, place, day, answer.text)
                    tried += 1
    assert tried > 200, "too few days were found to prove anything"


def test_a_day_at_the_ends_in_any_query_is_refused_or_answered(town: Town) -> None:
    client, world = town
    document = client.get("/api/openapi.json").json()
    found = [
        (path, parameter["name"])
        for path, methods in document["paths"].items()
        for described in methods.values()
        for parameter in described.get("parameters", ())
        if parameter["in"] == "query" and '"date"' in json.dumps(parameter["schema"])
    ]
    assert {name for _, name in found} >= {"day", "on", "until"}
    for path, name in found:
        for day in ENDS:
            for caller in CALLERS:
                answer = client.get(path, params={name: day}, headers=bearer(world, caller))
                assert answer.status_code < 500, (path, name, day, answer.text)
