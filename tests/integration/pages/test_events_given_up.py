"""What other systems could not be told is seen by who watches the service: a page and a figure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine

from broker.commands.who import at_the_command_line
from broker.database import writing
from broker.events import deliveries, subscriptions
from broker.events.courier import Courier
from broker.events.deliveries import Patience
from broker.readability import grade
from tests.integration.api.world import World
from tests.integration.pages.browsing import Browser, table
from tests.integration.pages.test_plain_english import HARDEST
from tests.readability import blocks
from tests.whole_life import HOME, Teller

AtWork = tuple[FastAPI, World, Engine]
Browsing = Callable[[str | None], Browser]
NOBODY_THERE = "http://127.0.0.1:1/hook/a-key-in-the-address"
WHO = at_the_command_line("tests")
LONG_AFTER = datetime(2027, 9, 4, 8, tzinfo=UTC)


def figures(browser: Browser) -> dict[str, float]:
    """The figures of events by state."""
    text = browser.client.get("/metrics", headers=browser.headers).text
    return {
        sample.labels["state"]: sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "broker_events"
    }


def test_what_was_given_up_is_seen_until_it_is_sent_again(
    at_work: AtWork, browsing: Browsing, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = at_work[2]
    monkeypatch.setenv("BROKER_EVENTS_SECRET", "a secret of the tests alone, long enough")
    monkeypatch.delenv("BROKER_ENV", raising=False)
    administrator, auditor = browsing("administrator"), browsing("auditor")
    assert figures(administrator) == {"waiting": 0, "dead": 0}
    assert "Nothing was given up. 0 wait to be sent." in administrator.get("/status").main
    with writing(engine) as session:
        subscriptions.subscribe(session, WHO, NOBODY_THERE, LONG_AFTER, open_only=False)
        told = Teller(session, minutes=500)
        told.to_verified(young_person_id="YP-990", date_of_birth=datetime(2012, 5, 4).date())
        told.shortlist(HOME)
        told.accepted_by(HOME, "P2")
        told.ready(HOME)
        told.confirm(HOME)
    later = LONG_AFTER + timedelta(days=1)
    courier = Courier(engine, "c", lambda _session: later, patience=Patience(attempts=1))
    assert courier.send_one()
    assert figures(auditor) == {"waiting": 1, "dead": 1}
    for browser in (administrator, auditor):
        page = browser.get("/status")
        assert "1 could not be told, and was given up." in page.main
        assert "1 waits." in page.main
        (row,) = table(page, "Given up")[1:]
        assert row[0].isdigit()
        assert row[1:] == [
            "a home was asked", "4 September 2026 at 6:27pm", "127.0.0.1",
            "it could not be reached: ConnectionRefusedError",
        ]  # fmt: skip
        assert "broker events retry" in page.main
        main = page.tree.find(".//main")
        assert main is not None
        assert grade(blocks(main)) <= HARDEST
        for secret in ("a-key-in-the-address", told.life.referral, "YP-990"):
            assert secret not in page.text
    for other in ("broker", "provider", "director", None):
        page = browsing(other).get("/status")
        assert page.status == 200
        assert "told" not in page.main
    with writing(engine) as session:
        assert deliveries.retry(session, WHO, None, later) == 1
    assert figures(administrator) == {"waiting": 2, "dead": 0}
    assert "Nothing was given up. 2 wait to be sent." in administrator.get("/status").main
