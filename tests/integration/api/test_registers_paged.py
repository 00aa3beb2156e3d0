"""A register is read a page at a time, in one order, and by a provider only of its own homes."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from broker.database import make_engine, writing
from tests.integration.api.world import World, bearer, calling, renewed, service
from tests.whole_life import HOME, SECOND

MODULES = {HOME: ("B-2", "a-1", "C-3"), SECOND: ("A-9",)}
Town = tuple[TestClient, World]


@pytest.fixture
def town(town_file: tuple[Path, World], tmp_path: Path) -> Iterator[Town]:
    shutil.copy(town_file[0], tmp_path / "town.sqlite3")
    engine = make_engine(f"sqlite:///{tmp_path / 'town.sqlite3'}")
    with writing(engine) as session:
        world = renewed(session, town_file[1])
    with calling(service(engine)) as client:
        for home, modules in MODULES.items():
            for module in modules:
                told = {
                    "register": "training", "home_id": home, "module": module, "name": module,
                    "compulsory": True, "due_on": "2027-01-01",
                }  # fmt: skip
                headers = bearer(world, "commissioner") | {"idempotency-key": uuid.uuid4().hex}
                made = client.post("/api/registers/training", json=told, headers=headers)
                assert made.status_code == 201, made.text
        yield client, world
    engine.dispose()


def pages(town: Town, caller: str, limit: int) -> list[dict[str, Any]]:
    client, world = town
    found: list[dict[str, Any]] = []
    after: str | None = ""
    while after is not None:
        asked: dict[str, int | str] = {"limit": limit, "after": after}
        answer = client.get("/api/registers/training", params=asked, headers=bearer(world, caller))
        assert answer.status_code == 200, answer.text
        found.append(answer.json())
        after = answer.json()["next"]
    return found


@pytest.mark.parametrize(("limit", "number"), [(1, 4), (3, 2), (4, 1), (200, 1)])
def test_pages_follow_each_other_letter_by_letter_without_gap_or_repeat(
    town: Town, limit: int, number: int
) -> None:
    found = pages(town, "commissioner", limit)
    keys = [entry["key"] for page in found for entry in page["entries"]]
    assert keys == sorted(f"{home}/{one}" for home, some in MODULES.items() for one in some)
    assert len(found) == number


def test_a_provider_pages_through_its_own_homes_alone(town: Town) -> None:
    found = pages(town, "registered_manager", 2)
    keys = [entry["key"] for page in found for entry in page["entries"]]
    assert keys == sorted(f"{HOME}/{one}" for one in MODULES[HOME])
    assert len(found) == 2
