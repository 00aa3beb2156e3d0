"""A match in a process of its own gives the same plan, the same refusals, and can be lost alone."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from api.records import Records
from api.turns import Turns
from tests.integration.api.conftest import BROKER, asking, problem_of


def test_a_process_gives_the_plan_that_is_kept_and_every_error(
    records: Records, case: dict[str, Any]
) -> None:
    with asking(create_app(records=records, who=lambda _request: BROKER)) as client:
        made = client.post("/api/matches", json={"case": case})
        assert made.status_code == 201
        assert made.json()["status"] == "optimal"
        assert client.get(made.headers["location"]).json() == made.json()
        case["homes"][0]["places"] = True
        refused = client.post("/api/matches", json={"case": case, "seed": -1})
        problem = problem_of(refused, 422, "bad-input")
        assert {error["pointer"] for error in problem["errors"]} == {
            "#/seed",
            "#/case/homes/0/places",
        }


def killed(folder: str) -> None:
    """Work whose process is ended from outside, as a computer short of memory does."""
    (Path(folder) / "begun").touch()
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture
def turns() -> Iterator[Turns]:
    """One turn, in processes."""
    made = Turns(1, 0)
    yield made
    made.close()


def test_a_match_that_is_lost_takes_nobody_with_it(turns: Turns, tmp_path: Path) -> None:
    async def twice() -> int:
        with pytest.raises(Exception, match="ended before it had an answer") as caught:
            await turns.run(killed, str(tmp_path))
        assert getattr(caught.value, "kind", "") == "match-lost"
        return await turns.run(abs, -3)

    assert asyncio.run(twice()) == 3
    assert (tmp_path / "begun").exists()
