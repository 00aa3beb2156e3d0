"""A page whose answer takes longer, in a browser: it comes by itself, and is looked at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Response, expect

from api import asking
from broker.database import make_engine
from tests.browser.conftest import Opens, serving
from tests.integration.looking import looks_since, newest

WAITING = "This takes longer"
RING = "Homes to ring, best first"
ADDRESS = "/options/R-14"


@pytest.fixture(scope="module")
def site(address_of_records: str) -> Iterator[str]:
    """The service, where no page waits long for its answer."""
    with serving(address_of_records, patience=0.1) as address:
        yield address


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """A question is not answered until this function is called."""
    may_end, real = threading.Event(), asking.ask_problem

    def waits(*given: Any, **named: Any) -> Any:
        assert may_end.wait(60)
        return real(*given, **named)

    monkeypatch.setattr(asking, "ask_problem", waits)
    return may_end.set


def test_an_answer_comes_to_the_page_that_waits_by_itself_and_is_one_look(
    opens: Opens, site: str, address_of_records: str, held: Callable[[], None]
) -> None:
    page = opens("broker")
    engine = make_engine(address_of_records)
    before = newest(engine)
    parts: list[tuple[int, int]] = []

    def note(response: Response) -> None:
        if response.request.headers.get("hx-request") == "true":
            length = response.headers.get("content-length", "0")
            parts.append((response.status, int(length)))

    page.on("response", note)
    page.goto(site + ADDRESS)
    expect(page.get_by_role("heading", name=WAITING)).to_be_visible()
    with page.expect_response(lambda one: one.request.headers.get("hx-request") == "true"):
        pass
    assert looks_since(engine, before) == [], "whoever waits has seen nothing"
    held()
    expect(page.get_by_role("heading", name=RING)).to_be_visible(timeout=30_000)
    assert [status for status, _ in parts if status != 204] == [200]
    assert {length for _, length in parts} == {0}, "a part that looks is shown nothing"
    assert looks_since(engine, before) == [("broker", "question.ask", "referral", "R-14")]
    engine.dispose()
