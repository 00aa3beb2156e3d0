"""Pages while something is waited for: an answer, a match, a simulation, with scripts and without.

Each tells how it stands, can be left and found again, renews itself where scripts run, and leads to
the answer by a link where they do not.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from api import asking
from broker.capacity.desk.shelf import Shelf
from broker.database import make_engine, writing
from broker.jobs import queue
from tests.browser.conftest import Opens, serving, windows
from tests.browser.looking import (
    WIDE,
    lost_in_large_text,
    lost_when_narrow,
    mistitled,
    not_reached_by_keys,
    violations,
)

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
QUESTION = "/options/R-14"
ANEW = f"{QUESTION}?anew=yes"
"""The same, whatever was asked before and is kept."""
ANSWER = "Homes for R-14"
BEGAN = re.compile(r"^The answer .* began \d+ seconds? ago\.$")
NARROW: ViewportSize = {"width": 320, "height": 640}
LONGEST = 60_000


@pytest.fixture(scope="module")
def site(address_of_records: str, simulations: Path) -> Iterator[str]:
    """The service, where no page waits for an answer that is not there at once."""
    with serving(address_of_records, simulations, patience=0.0) as address:
        yield address


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Questions end when this is set, and not before."""
    may_end, real = threading.Event(), asking.ask_problem

    def waits(*given: object, **named: object) -> object:
        assert may_end.wait(300)
        return real(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(asking, "ask_problem", waits)
    yield may_end
    may_end.set()


def window(opens: Opens, account: str, scripts: bool) -> Page:
    """A window of somebody; without `scripts` those of the pages are empty.

    axe is a script, and would not run where a browser runs none.
    """
    page = opens(account)
    if not scripts:
        page.context.route(
            re.compile(r"/static/.*\.m?js\b"),
            lambda route: route.fulfill(body="", content_type="text/javascript"),
        )
    return page


def amiss(page: Page) -> list[str]:
    """What is wrong with the page that is open."""
    ways = (mistitled, violations, lost_when_narrow, lost_in_large_text)
    wrong = [one for way in ways for one in way(page)]
    page.set_viewport_size(NARROW)
    wrong += violations(page)
    page.set_viewport_size(WIDE)
    page.reload()  # keys begin at the top of a page
    wrong += not_reached_by_keys(page)
    return wrong


def arrives(page: Page, heading: str | re.Pattern[str], scripts: bool) -> None:
    """Wait for a page that comes by itself where scripts run, or else by the link."""
    expect(page.locator("body.js-enabled")).to_have_count(int(scripts))
    title = page.get_by_role("heading", level=1, name=heading)
    tries = 0
    while not scripts and not title.count():
        tries += 1
        assert tries < 50, page.get_by_role("heading", level=1).inner_text()
        page.get_by_role("link", name="See how it stands now").click()
        page.wait_for_timeout(200)
    expect(title).to_be_visible(timeout=LONGEST)


@SCRIPTS
def test_an_answer_that_takes_longer(opens: Opens, held: threading.Event, scripts: bool) -> None:
    page = window(opens, "broker", scripts)
    page.goto(ANEW)
    expect(page.get_by_role("heading", level=1)).to_have_text("This takes longer")
    expect(page.get_by_text(BEGAN)).to_be_visible()
    assert amiss(page) == []
    page.goto("/")
    page.get_by_role("link", name="1 long answer that you asked for").click()
    expect(page.get_by_text("Being worked out")).to_be_visible()
    assert amiss(page) == []
    page.get_by_role("link", name=ANSWER).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This takes longer")
    held.set()
    arrives(page, ANSWER, scripts)
    assert page.url.endswith(QUESTION)
    expect(page.get_by_text("Worked out from the records of")).to_be_visible()
    page.goto("/answers")
    expect(page.get_by_text("There, kept for")).to_be_visible()
    page.get_by_role("link", name=ANSWER).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(ANSWER)


@contextmanager
def at_work(address_of_records: str) -> Iterator[Callable[[dict[str, object]], None]]:
    """The job that waits, taken up by a worker, which says how it stands; put back at the end."""
    engine, terms = make_engine(address_of_records), queue.Terms()
    with writing(engine) as session:
        claim = queue.claim(session, "a worker of the test", queue.clock(session), terms)
    assert claim is not None

    def say(news: dict[str, object]) -> None:
        with writing(engine) as session:
            assert queue.beat(session, claim, news, queue.clock(session), terms)

    yield say
    with writing(engine) as session:
        queue.give_back(session, claim, queue.clock(session))
    engine.dispose()


@SCRIPTS
def test_a_match_that_waits_and_is_made(
    opens: Opens, address_of_records: str, worker: Callable[[], None], scripts: bool
) -> None:
    page = window(opens, "broker", scripts)
    page.goto("/matches")
    page.get_by_role("button", name="Run a match").click()
    page.wait_for_url("**/jobs/*")
    job = page.url
    expect(page.get_by_role("heading", level=1)).to_have_text("The match waits for its turn")
    assert amiss(page) == []
    with at_work(address_of_records) as say:
        say({"sentence": "looking for a better plan", "levels": {"today_unplaced": 2, "points": 9}})
        arrives(page, "The match is being made", scripts)
        expect(page.get_by_text("Looking for a better plan.")).to_be_visible(timeout=LONGEST)
        expect(page.get_by_text("leaves 2 of those who need a place today")).to_be_visible()
        assert amiss(page) == []
        page.get_by_role("link", name="matches", exact=True).click()
        page.get_by_role("link", name="See how it stands").click()
        assert page.url == job
        say({"sentence": "proving that none is better"})
        if not scripts:
            page.get_by_role("link", name="See how it stands now").click()
        expect(page.get_by_text("Proving that none is better.")).to_be_visible(timeout=LONGEST)
    worker()
    arrives(page, re.compile(r"^Match \d+"), scripts)


@SCRIPTS
def test_a_simulation_that_waits_and_is_played(
    opens: Opens, simulations: Path, simulates: Callable[[], None], scripts: bool
) -> None:
    page = window(opens, "commissioner", scripts)
    page.goto("/scenarios")
    page.get_by_label("Weeks", exact=True).fill("13")
    page.get_by_label("How often").fill("2")
    page.get_by_role("button", name="Run the simulation").click()
    page.wait_for_url("**/scenarios/*")
    address = page.url
    expect(page.get_by_text("It waits for its turn.")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_count(0)
    assert amiss(page) == []
    shelf = Shelf(simulations)
    job = next(shelf.jobs())
    assert address.endswith(f"/scenarios/{job.number}")
    shelf.say(job, "courses are played", 1, 2)
    if not scripts:
        page.get_by_role("link", name="See how it stands now").click()
    told = page.get_by_text("Courses are played. 1 of 2 courses are played.")
    expect(told).to_be_visible(timeout=LONGEST)
    bar = page.get_by_role("progressbar", name="Courses played")
    assert (bar.get_attribute("value"), bar.get_attribute("max")) == ("1", "2")
    assert amiss(page) == []
    page.get_by_role("link", name="scenarios", exact=True).click()
    page.get_by_role("link", name=f"Simulation {job.number}", exact=True).click()
    assert page.url == address
    simulates()
    arrives(page, re.compile(f"^Simulation {job.number}: "), scripts)
    expect(page.get_by_role("heading", name="What this rests on")).to_be_visible()


def test_a_page_that_never_renews_would_be_found(
    chromium: Browser, site: str, held: threading.Event
) -> None:
    """Without its scripts nothing comes by itself: that it did above is the doing of the page."""
    with windows(chromium, site) as opens:
        page = opens("broker", java_script_enabled=False)
        page.goto(ANEW)
        held.set()
        page.wait_for_timeout(5000)
        assert page.get_by_role("heading", level=1).inner_text() == "This takes longer"
