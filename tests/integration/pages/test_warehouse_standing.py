"""How it stands with what reports are made from is seen by who watches the service alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fastapi import FastAPI
from sqlalchemy import Engine

from broker.database import writing
from broker.readability import grade
from broker.store.clock import today
from broker.warehouse.keeping import WORKER, Kept, attempt
from broker.warehouse.place import Place
from broker.warehouse.standing import note_failure
from tests.integration.api.world import World
from tests.integration.pages.browsing import Browser
from tests.integration.pages.test_plain_english import HARDEST
from tests.readability import blocks

AtWork = tuple[FastAPI, World, Engine]
Browsing = Callable[[str | None], Browser]
HEADING = "What the reports are made from"
NOBODY_KEEPS_IT = "Nobody keeps it up to date."


def seen(browsing: Browsing) -> str:
    """What the page says of it to those who may know; that it says so in plain words."""
    told = set()
    for name in ("administrator", "auditor"):
        page = browsing(name).get("/status")
        assert page.status == 200
        main = page.tree.find(".//main")
        assert main is not None
        assert grade(blocks(main)) <= HARDEST
        told.add(page.main.partition(HEADING)[2])
    for other in ("broker", "provider", "director", None):
        assert HEADING not in browsing(other).get("/status").main
    (words,) = told
    return words


def test_the_status_page_says_when_it_was_brought_up_and_why_it_failed(
    at_work: AtWork, browsing: Browsing, tmp_path: Path
) -> None:
    engine = at_work[2]
    place = Place(tmp_path / "warehouse", tmp_path / "key.json")
    assert "There is no warehouse yet, so no report shows a figure." in seen(browsing)
    assert NOBODY_KEEPS_IT in seen(browsing)
    assert isinstance(attempt(engine, place, today() - timedelta(days=2)), Kept)
    assert NOBODY_KEEPS_IT in seen(browsing)
    assert isinstance(attempt(engine, place, today()), Kept)
    day = f"{today().day} {today():%B %Y}"
    assert f"The warehouse tells of all days up to {day}." in seen(browsing)
    assert "It was last made or brought up to date on" in seen(browsing)
    assert NOBODY_KEEPS_IT not in seen(browsing)
    assert "It could not be brought" not in seen(browsing)
    with writing(engine) as session:
        note_failure(session, WORKER, "The disk is full.", datetime(2026, 9, 5, 9, tzinfo=UTC))
    told = seen(browsing)
    assert "It could not be brought up to date on 5 September 2026 at 10:00am." in told
    assert "It is tried again by itself, at least once an hour." in told
    assert "The disk is full." in told
    assert NOBODY_KEEPS_IT not in told
